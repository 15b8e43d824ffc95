"""Customers as the channels tell of them; all that names a person is sealed (G10)."""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import SealedField, UTCDatetimeField
from orion_daemon.db.models.stores import Store


class Customer(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    marketplace = fields.CharField(32)
    identity_index = fields.BinaryField()  # keyed blind index of the channel's customer id or e-mail address
    personal_sealed = SealedField(null=True)  # {"email", "first_name", "last_name", "phone"}; NULL once erased
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()
    erased_at = UTCDatetimeField(null=True)  # the last time; what was ordered before it brings nobody back

    class Meta:
        table = "customers"
        # unique (store, marketplace, identity_index) stands in INDEXES: a binary column has no unique in the ORM


CHECKS: dict[str, dict[str, str]] = {}
INDEXES = [
    "CREATE UNIQUE INDEX customers_identity ON customers (store_id, marketplace, identity_index)",
]
