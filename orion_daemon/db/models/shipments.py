"""Parcels: what left the house, under which number, and whether the channel knows."""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import UTCDatetimeField
from orion_daemon.db.models.orders import Order, OrderItem


class Shipment(Model):
    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("orion.Order", on_delete=fields.RESTRICT)
    reference = fields.CharField(64, unique=True)  # ours, stable over retries
    carrier = fields.CharField(100, default="")
    tracking_number = fields.CharField(200, default="")
    sync_status = fields.CharField(16)  # pending | sent | synced | failed | none (the channel takes no parcels)
    sync_error = fields.TextField(default="")
    created_by = fields.CharField(200, default="")
    shipped_at = UTCDatetimeField()
    delivered_at = UTCDatetimeField(null=True)
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "shipments"


class ShipmentItem(Model):
    id = fields.BigIntField(primary_key=True)
    shipment: fields.ForeignKeyRelation[Shipment] = fields.ForeignKeyField("orion.Shipment", on_delete=fields.CASCADE)
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "orion.OrderItem", on_delete=fields.RESTRICT
    )
    quantity = fields.IntField()

    class Meta:
        table = "shipment_items"
        unique_together = (("shipment", "order_item"),)


CHECKS = {
    "shipments": {"shipments_sync_status": "sync_status IN ('pending', 'sent', 'synced', 'failed', 'none')"},
    "shipment_items": {"shipment_items_quantity": "quantity > 0"},
}
INDEXES = [
    "CREATE INDEX shipments_order ON shipments (order_id, id)",
    "CREATE INDEX shipment_items_order_item ON shipment_items (order_item_id)",
]
