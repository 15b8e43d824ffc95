"""Stock: a ledger of movements, the level that is its sum, and the reservations of order lines.

`inventory_entries` is the running sum of `inventory_movements`; both are written in one transaction by
`services/inventory.py` and by nothing else. A reservation's pieces end exactly once: deducted or released (G4).
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import UTCDatetimeField
from orion_daemon.db.models.orders import OrderItem
from orion_daemon.db.models.products import Product
from orion_daemon.db.models.stores import Channel, Store


class InventoryEntry(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.RESTRICT)
    location = fields.CharField(64, default="main")
    on_hand = fields.IntField(default=0)
    reserved = fields.IntField(default=0)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "inventory_entries"
        unique_together = (("product", "location"),)


class InventoryMovement(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.RESTRICT)
    location = fields.CharField(64)
    on_hand_delta = fields.IntField(default=0)
    reserved_delta = fields.IntField(default=0)
    cause = fields.CharField(16)  # reserve | release | deduct | adjust | return
    order_item: fields.ForeignKeyNullableRelation[OrderItem] = fields.ForeignKeyField(
        "orion.OrderItem", null=True, on_delete=fields.RESTRICT
    )
    actor = fields.CharField(200, default="")  # who or what moved it
    note = fields.TextField(default="")
    created_at = UTCDatetimeField()

    class Meta:
        table = "inventory_movements"


class Reservation(Model):
    id = fields.BigIntField(primary_key=True)
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "orion.OrderItem", on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.RESTRICT)
    location = fields.CharField(64)
    quantity = fields.IntField()
    deducted = fields.IntField(default=0)
    released = fields.IntField(default=0)
    created_at = UTCDatetimeField()
    ended_at = UTCDatetimeField(null=True)  # set when deducted + released reach quantity

    class Meta:
        table = "reservations"
        unique_together = (("order_item", "location"),)


class InventorySyncConfig(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.OneToOneRelation[Channel] = fields.OneToOneField("orion.Channel", on_delete=fields.CASCADE)
    is_enabled = fields.BooleanField(default=True)
    safety_stock = fields.IntField(default=0)
    out_of_stock_threshold = fields.IntField(default=0)
    sync_zero_stock = fields.BooleanField(default=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "inventory_sync_configs"


class InventorySyncLog(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.CASCADE)
    kind = fields.CharField(32)  # push | feed | read_back
    state = fields.CharField(16)  # done | partly | failed
    offers = fields.IntField(default=0)
    sent = fields.IntField(default=0)
    confirmed = fields.IntField(default=0)
    failed = fields.IntField(default=0)
    paused = fields.IntField(default=0)
    error = fields.TextField(default="")
    started_at = UTCDatetimeField()
    finished_at = UTCDatetimeField(null=True)

    class Meta:
        table = "inventory_sync_logs"


CHECKS = {
    "inventory_entries": {
        "inventory_entries_on_hand": "on_hand >= 0",
        "inventory_entries_reserved": "reserved >= 0",
    },
    "inventory_movements": {
        "inventory_movements_cause": "cause IN ('reserve', 'release', 'deduct', 'adjust', 'return')"
    },
    "reservations": {
        "reservations_quantity": "quantity > 0",
        "reservations_once": "deducted >= 0 AND released >= 0 AND deducted + released <= quantity",
    },
    "inventory_sync_configs": {
        "inventory_sync_configs_stock": "safety_stock >= 0 AND out_of_stock_threshold >= 0",
    },
    "inventory_sync_logs": {"inventory_sync_logs_state": "state IN ('done', 'partly', 'failed')"},
}
INDEXES = [
    "CREATE INDEX inventory_movements_product ON inventory_movements (product_id, id)",
    "CREATE INDEX inventory_movements_item ON inventory_movements (order_item_id) WHERE order_item_id IS NOT NULL",
    "CREATE INDEX inventory_sync_logs_channel ON inventory_sync_logs (channel_id, id)",
    "CREATE INDEX reservations_product ON reservations (product_id) WHERE ended_at IS NULL",
]
