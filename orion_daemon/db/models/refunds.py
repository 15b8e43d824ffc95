"""Refunds that the store asks for, and what became of them at the channel.

One row a refund, written before anything is paid. `known_json` and `tried_at` are committed before the call that pays:
a row with `tried_at` may have been paid, and is only looked for from then on. What the channel says was paid back in
all stands in `orders.refunded_minor`. Rules: `domain/refunds.py`; writers: `services/refunds.py`,
`services/refunds_shown.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.orders import Order


class Refund(Model):
    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("orion.Order", on_delete=fields.RESTRICT)
    reference = fields.CharField(64, unique=True)  # ours, stable over retries
    amount_minor = fields.BigIntField()
    currency = fields.CharField(3)
    reason = fields.CharField(24)
    note = fields.CharField(100, default="")  # for the buyer; emptied when the order is erased
    state = fields.CharField(16)  # asked | sent | settled | failed
    error = fields.TextField(default="")
    channel_refund_id = fields.CharField(255, null=True)
    known_json: fields.Field[list[str]] = JsonField(null=True)  # ids that the channel showed before the first try
    created_by = fields.CharField(200, default="")
    created_at = UTCDatetimeField()
    tried_at = UTCDatetimeField(null=True)  # since then it may have been paid; NULL again where it surely was not
    sent_at = UTCDatetimeField(null=True)
    found_at = UTCDatetimeField(null=True)  # the channel showed it after it had been given up
    settled_at = UTCDatetimeField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "refunds"


_REASONS = (
    "'buyer_cancelled', 'seller_cancelled', 'not_received', 'returned', 'not_as_described', 'shipping_discount',"
    " 'other'"
)
CHECKS = {
    "refunds": {
        "refunds_state": "state IN ('asked', 'sent', 'settled', 'failed')",
        "refunds_reason": f"reason IN ({_REASONS})",
        "refunds_amount": "amount_minor > 0",
        "refunds_settled": "state <> 'settled' OR settled_at IS NOT NULL",
    },
}
INDEXES = [
    "CREATE INDEX refunds_order ON refunds (order_id, id)",
    "CREATE INDEX refunds_asked ON refunds (id) WHERE state = 'asked'",
]
