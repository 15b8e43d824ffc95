"""How a store makes its price of what a key costs, and with what figures it last did.

Rules: `domain/markups.py`; writer: `services/markups.py`. The price itself stands where every price stands, in
`products.price_minor`; an offer whose price could not be made is paused here and published as not for sale (G2).
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.products import Product


class ProductMarkup(Model):
    id = fields.BigIntField(primary_key=True)
    product: fields.OneToOneRelation[Product] = fields.OneToOneField("orion.Product", on_delete=fields.CASCADE)
    kind = fields.CharField(8)  # percent | fixed
    value = fields.BigIntField()  # hundredths of a percent, or minor units of the store's currency
    rounding = fields.CharField(8, default="none")  # none | 99 | 95 | 90 | 50 | 00: the last digits of the price
    vat_hundredths = fields.IntField(default=0)  # hundredths of a percent, in the price
    fee_hundredths = fields.IntField(default=0)  # hundredths of a percent of the price
    fee_minor = fields.BigIntField(default=0)  # a piece
    min_margin_minor = fields.BigIntField(default=0)  # what must be left a piece
    cap_minor = fields.BigIntField(null=True)
    max_age_seconds = fields.IntField(default=86_400)  # of the cost, and of the exchange rate
    state = fields.CharField(16)  # waiting | priced | paused
    paused_code = fields.CharField(40, default="")
    paused_reason = fields.TextField(default="")
    price_minor = fields.BigIntField(null=True)  # the last one that was made
    currency = fields.CharField(3, null=True)
    inputs_json: fields.Field[dict[str, object]] = JsonField(null=True)  # all that the last price was made of
    priced_at = UTCDatetimeField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "product_markups"


# What a unit of one currency is worth in another, as a person or a source says, in millionths.
class ExchangeRate(Model):
    id = fields.BigIntField(primary_key=True)
    base = fields.CharField(3)
    quote = fields.CharField(3)
    rate_millionths = fields.BigIntField()
    source = fields.CharField(200, default="")
    read_at = UTCDatetimeField()

    class Meta:
        table = "exchange_rates"
        unique_together = (("base", "quote"),)


CHECKS = {
    "product_markups": {
        "product_markups_kind": "kind IN ('percent', 'fixed')",
        "product_markups_rounding": "rounding IN ('none', '99', '95', '90', '50', '00')",
        "product_markups_state": "state IN ('waiting', 'priced', 'paused')",
        "product_markups_priced": "state <> 'priced' OR price_minor IS NOT NULL",
    },
    "exchange_rates": {"exchange_rates_rate": "rate_millionths > 0"},
}
INDEXES = ["CREATE INDEX product_markups_due ON product_markups (priced_at, id)"]
