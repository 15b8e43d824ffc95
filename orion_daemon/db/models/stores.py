"""Stores, their channels and what a channel needs to log in.

A channel is one store's account at one marketplace, or its own storefront; the actor of a channel is the only thing
that calls that account. Rows declared in `orion.toml` carry `managed_by = 'file'` and are kept equal to it at start;
those made through the API live beside them.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, SealedField, UTCDatetimeField


class Store(Model):
    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(64, unique=True)  # natural key: commands, logs, metrics, GraphQL
    name = fields.CharField(200)
    currency = fields.CharField(3)
    country = fields.CharField(2)
    timezone = fields.CharField(64)
    default_language = fields.CharField(8)
    languages_json: fields.Field[list[str]] = JsonField()  # includes the default language, in order of preference
    is_active = fields.BooleanField(default=True)
    managed_by = fields.CharField(8)  # file | api
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "stores"


class Channel(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    marketplace = fields.CharField(32)  # letzshop | storefront | … | codeswholesale
    is_supplier = fields.BooleanField(default=False)  # it sells to the store: no orders, no offers
    is_active = fields.BooleanField(default=True)
    allows_mutations = fields.BooleanField(default=False)  # False: Orion reads, and refuses to change anything there
    managed_by = fields.CharField(8)
    endpoint = fields.CharField(500, default="")
    settings_json: fields.Field[dict[str, object]] = JsonField()  # the connector's own options, checked when stored
    state = fields.CharField(16, default="ready")  # ready | suspended: suspended waits for a person
    state_reason = fields.TextField(default="")
    order_cursor = fields.TextField(default="")  # opaque to all but the connector; moves only with a committed page
    orders_polled_at = UTCDatetimeField(null=True)  # the last poll that reached its end
    orders_reconciled_at = UTCDatetimeField(null=True)
    orders_first_polled_at = UTCDatetimeField(null=True)  # the end of the first poll; what came before, others answered
    inventory_pushed_at = UTCDatetimeField(null=True)
    known_form = fields.CharField(16, null=True)  # what the connector last found out about its endpoint
    last_error = fields.TextField(default="")
    last_error_at = UTCDatetimeField(null=True)
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "channels"
        unique_together = (("store", "marketplace"),)


class MarketplaceCredential(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.CASCADE)
    kind = fields.CharField(32)  # api_key | refresh_token | …
    secret_sealed = SealedField()
    fingerprint = fields.CharField(16)  # tells two secrets apart without showing either
    state = fields.CharField(16, default="unchecked")  # unchecked | valid | refused
    checked_at = UTCDatetimeField(null=True)
    expires_at = UTCDatetimeField(null=True)  # where the vendor ends it by itself
    warned_days = fields.IntField(null=True)  # the smallest number of days ahead that people were told of; 0: it ended
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "marketplace_credentials"
        unique_together = (("channel", "kind"),)


CHECKS = {
    "stores": {"stores_managed_by": "managed_by IN ('file', 'api')"},
    "channels": {
        "channels_managed_by": "managed_by IN ('file', 'api')",
        "channels_state": "state IN ('ready', 'suspended')",
    },
    "marketplace_credentials": {"marketplace_credentials_state": "state IN ('unchecked', 'valid', 'refused')"},
}
INDEXES: list[str] = []
