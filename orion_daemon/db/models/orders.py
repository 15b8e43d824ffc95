"""Orders, their lines, the history of their status, and what the channel said verbatim.

An order is unique by (channel, channel order id), and a channel belongs to one store (G3). A line is stable over its
life; what happened to its pieces are counts beside the ordered quantity, and where the channel names single units,
their ids and states are in `units_json`. Moves of the status: `domain/orders.py`; writer: `services/orders.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, SealedField, UTCDatetimeField
from orion_daemon.db.models.customers import Customer
from orion_daemon.db.models.products import Product
from orion_daemon.db.models.stores import Channel, Store


class Order(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    marketplace = fields.CharField(32)
    channel_order_id = fields.CharField(255)
    order_number = fields.CharField(255)  # what people say on the telephone
    status = fields.CharField(24)  # one of the ten of domain/orders.py
    channel_status = fields.CharField(100)  # verbatim
    currency = fields.CharField(3)
    lines_minor = fields.BigIntField()  # sum of the lines, computed
    subtotal_minor = fields.BigIntField(null=True)  # these five as the channel gives them, never repaired
    shipping_minor = fields.BigIntField(null=True)
    tax_minor = fields.BigIntField(null=True)
    discount_minor = fields.BigIntField(null=True)
    total_minor = fields.BigIntField(null=True)
    refunded_minor = fields.BigIntField(null=True)  # paid back, as far as the channel has said
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "orion.Customer", null=True, on_delete=fields.SET_NULL
    )
    personal_sealed = SealedField(null=True)  # buyer and addresses of this very order; NULL once erased
    locale = fields.CharField(8, null=True)  # the language for the customer's papers
    content_hash = fields.BigIntField()  # of the channel's document; an equal one is not looked at again
    attention = fields.CharField(200, default="")  # codes, space-separated; empty: nobody needs to look
    attention_reason = fields.TextField(default="")
    sync_status = fields.CharField(16, default="synced")  # synced | pending | sent | failed
    sync_error = fields.TextField(default="")
    placed_at = UTCDatetimeField(null=True)
    channel_updated_at = UTCDatetimeField(null=True)
    created_at = UTCDatetimeField()  # when Orion first wrote it
    updated_at = UTCDatetimeField()
    erased_at = UTCDatetimeField(null=True)  # its people were erased and stay so, whatever the channel shows again
    erasure_due_at = UTCDatetimeField(null=True)  # asked for then; the address stays until the goods have left

    class Meta:
        table = "orders"
        unique_together = (("channel", "channel_order_id"),)


class OrderPayload(Model):
    """The channel's last document of an order, for replay."""

    id = fields.BigIntField(primary_key=True)
    order: fields.OneToOneRelation[Order] = fields.OneToOneField("orion.Order", on_delete=fields.CASCADE)
    payload_sealed = SealedField(null=True)
    received_at = UTCDatetimeField()

    class Meta:
        table = "order_payloads"


class OrderItem(Model):
    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("orion.Order", on_delete=fields.CASCADE)
    line_key = fields.CharField(255)  # the channel's line id, or made stable by the mapping
    product: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "orion.Product", null=True, on_delete=fields.RESTRICT
    )
    match_state = fields.CharField(16)  # matched | unmatched (asks a person) | ignored (deliberately not ours)
    stock_state = fields.CharField(16)  # none | reserved | short | released | deducted
    sku = fields.CharField(255, null=True)
    gtin = fields.CharField(64, null=True)
    title = fields.TextField(null=True)
    quantity = fields.IntField()  # ordered pieces
    unit_price_minor = fields.BigIntField(null=True)  # gross, frozen at first import
    total_minor = fields.BigIntField(null=True)
    tax_rate = fields.CharField(16, null=True)
    confirmed = fields.IntField(default=0)  # pieces the store said it has
    cancelled = fields.IntField(default=0)  # declined or cancelled
    shipped = fields.IntField(default=0)
    returned = fields.IntField(default=0)
    earlier = fields.IntField(default=0)  # confirmed before Orion watched the channel, holding no stock, unsettled
    units_json: fields.Field[list[list[str]]] = JsonField(null=True)  # [[unit id, channel state], …]

    class Meta:
        table = "order_items"
        unique_together = (("order", "line_key"),)


class OrderStatusHistory(Model):
    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("orion.Order", on_delete=fields.CASCADE)
    from_status = fields.CharField(24, null=True)
    to_status = fields.CharField(24)
    cause = fields.CharField(16)  # channel | operator | orion
    actor = fields.CharField(200, default="")
    note = fields.TextField(default="")
    created_at = UTCDatetimeField()

    class Meta:
        table = "order_status_history"


class OrderHistoryRun(Model):
    """A resumable walk over a channel's past orders."""

    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.CASCADE)
    state = fields.CharField(16)  # running | completed | failed
    since_at = UTCDatetimeField(null=True)
    cursor = fields.TextField(default="")
    orders = fields.IntField(default=0)
    created = fields.IntField(default=0)
    updated = fields.IntField(default=0)
    error = fields.TextField(default="")
    created_at = UTCDatetimeField()
    finished_at = UTCDatetimeField(null=True)

    class Meta:
        table = "order_history_runs"


_STATUSES = (
    "'pending', 'confirmed', 'processing', 'ready_for_shipment', 'shipped', 'delivered', 'fulfilled',"
    " 'cancelled', 'partially_refunded', 'refunded'"
)
CHECKS = {
    "orders": {
        "orders_status": f"status IN ({_STATUSES})",
        "orders_sync_status": "sync_status IN ('synced', 'pending', 'sent', 'failed')",
        "orders_erased": "erased_at IS NULL OR (erasure_due_at IS NULL AND personal_sealed IS NULL)",
    },
    "order_items": {
        "order_items_match_state": "match_state IN ('matched', 'unmatched', 'ignored')",
        "order_items_stock_state": "stock_state IN ('none', 'reserved', 'short', 'released', 'deducted')",
        "order_items_counts": "confirmed >= 0 AND cancelled >= 0 AND shipped >= 0 AND returned >= 0",
        "order_items_earlier": "earlier >= 0",
    },
    "order_status_history": {"order_status_history_cause": "cause IN ('channel', 'operator', 'orion')"},
    "order_history_runs": {"order_history_runs_state": "state IN ('running', 'completed', 'failed')"},
}
INDEXES = [
    "CREATE INDEX orders_store ON orders (store_id, id)",
    "CREATE INDEX orders_status ON orders (store_id, status, id)",
    "CREATE INDEX orders_attention ON orders (store_id, id) WHERE attention <> ''",
    "CREATE INDEX orders_erasure_due ON orders (erasure_due_at, id) WHERE erasure_due_at IS NOT NULL",
    "CREATE INDEX orders_customer ON orders (customer_id) WHERE customer_id IS NOT NULL",
    "CREATE INDEX order_items_product ON order_items (product_id) WHERE product_id IS NOT NULL",
    "CREATE INDEX order_items_unmatched ON order_items (id) WHERE match_state = 'unmatched'",
    "CREATE INDEX order_items_short ON order_items (product_id, id) WHERE stock_state = 'short'",
    "CREATE INDEX order_items_earlier ON order_items (order_id) WHERE earlier > 0",
    "CREATE INDEX order_status_history_order ON order_status_history (order_id, id)",
    "CREATE INDEX order_history_runs_channel ON order_history_runs (channel_id, id)",
]
