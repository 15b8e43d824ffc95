"""Offers: a product on a channel. What was sent and what was confirmed; what should be there is computed on sending.

`version` grows with every change that may alter the level; a confirmation counts only for the version it was sent
for, so a change during a call is simply another difference (G7). Feed publications are the offers' transport where
the channel reads a file.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import UTCDatetimeField
from orion_daemon.db.models.products import Product
from orion_daemon.db.models.stores import Channel, Store


class Offer(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.CASCADE)
    channel_sku = fields.CharField(255)
    is_active = fields.BooleanField(default=True)
    state = fields.CharField(16, default="different")  # different | sent | synced | paused | failed
    version = fields.BigIntField(default=1)
    is_urgent = fields.BooleanField(default=False)  # may have to go to zero: before cosmetic changes (G9)
    changed_at = UTCDatetimeField()
    sent_version = fields.BigIntField(default=0)
    sent_quantity = fields.IntField(null=True)
    sent_price_minor = fields.BigIntField(null=True)
    sent_at = UTCDatetimeField(null=True)
    confirmed_quantity = fields.IntField(null=True)
    confirmed_price_minor = fields.BigIntField(null=True)
    confirmed_at = UTCDatetimeField(null=True)
    error_code = fields.CharField(64, default="")
    error_message = fields.TextField(default="")
    revised_on = fields.CharField(10, null=True)  # a day of the vendor's calendar, where it counts revisions
    revisions = fields.IntField(default=0)  # on that day
    channel_listing = fields.CharField(64, null=True)  # by which the vendor counts them, where it said so

    class Meta:
        table = "offers"
        unique_together = (("channel", "product"),)


class FeedPublication(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.CASCADE)
    language = fields.CharField(8)
    path = fields.TextField()
    etag = fields.CharField(80)
    rows = fields.IntField()
    refused = fields.IntField(default=0)
    bytes = fields.BigIntField(default=0)
    published_at = UTCDatetimeField()  # when the content last changed
    checked_at = UTCDatetimeField()  # when it was last generated
    read_at = UTCDatetimeField(null=True)  # when somebody last fetched it

    class Meta:
        table = "feed_publications"
        unique_together = (("channel", "language"),)


CHECKS = {"offers": {"offers_state": "state IN ('different', 'sent', 'synced', 'paused', 'failed')"}}
INDEXES = [
    "CREATE INDEX offers_different ON offers (channel_id, is_urgent, changed_at) WHERE state = 'different'",
    "CREATE INDEX offers_product ON offers (product_id)",
    "CREATE INDEX offers_store ON offers (store_id, id)",
    "CREATE INDEX offers_listing ON offers (channel_id, channel_listing) WHERE channel_listing IS NOT NULL",
]
