"""Who may do what, and who did it: API tokens (only their hash is kept) and the audit trail."""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.stores import Store


class ApiToken(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(200)
    role = fields.CharField(16)  # viewer | operator | admin
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "orion.Store", null=True, on_delete=fields.CASCADE
    )  # NULL: every store
    prefix = fields.CharField(16)  # the first characters, to recognise a token in a list
    token_hash = fields.CharField(64, unique=True)  # SHA-256; tokens are random, so a plain hash is enough
    created_at = UTCDatetimeField()
    expires_at = UTCDatetimeField(null=True)
    last_used_at = UTCDatetimeField(null=True)
    revoked_at = UTCDatetimeField(null=True)

    class Meta:
        table = "api_tokens"


class AuditEntry(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "orion.Store", null=True, on_delete=fields.SET_NULL
    )
    actor = fields.CharField(200)
    action = fields.CharField(64)
    subject = fields.CharField(200)  # e.g. "order:12"
    detail_json: fields.Field[dict[str, object]] = JsonField(null=True)  # never personal data
    created_at = UTCDatetimeField()

    class Meta:
        table = "audit_entries"


CHECKS = {"api_tokens": {"api_tokens_role": "role IN ('viewer', 'operator', 'admin')"}}
INDEXES = ["CREATE INDEX audit_entries_store ON audit_entries (store_id, id)"]
