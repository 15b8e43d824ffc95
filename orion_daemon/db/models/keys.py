"""Licence keys: where a product's come from, what was bought, which unit each code belongs to.

An ordered piece of a digital line is a `KeyUnit`; a code, of whatever source, is a `Key`, bound to one unit and given
to no other (G1). A `KeyPurchase` is one call at a supplier, written before it is made. Codes are sealed; `digest` makes
equal codes findable over all stores without showing one. Rules: `domain/keys.py`; writers: `services/key_units.py`,
`services/key_pool.py`, `services/purchases.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, SealedField, UTCDatetimeField
from orion_daemon.db.models.orders import Order, OrderItem
from orion_daemon.db.models.products import Product
from orion_daemon.db.models.stores import Channel, Store


# What is known of a supplier's account: the channel's row has the rest.
class SupplierAccount(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.OneToOneRelation[Channel] = fields.OneToOneField("orion.Channel", on_delete=fields.CASCADE)
    currency = fields.CharField(3, null=True)
    balance_minor = fields.BigIntField(null=True)
    credit_minor = fields.BigIntField(null=True)
    usable_minor = fields.BigIntField(null=True)  # what the supplier says an order may cost
    balance_at = UTCDatetimeField(null=True)
    buying_state = fields.CharField(16, default="open")  # open | paused: paused waits for a higher balance, or a person
    paused_reason = fields.TextField(default="")
    paused_at = UTCDatetimeField(null=True)
    needs_minor = fields.BigIntField(null=True)  # paused: buying goes on by itself once so much is usable
    catalog_cursor = fields.TextField(default="")  # of a walk that has not reached its end
    catalog_walk = fields.CharField(16, default="")  # full | delta: the walk under way; empty: none
    catalog_walk_at = UTCDatetimeField(null=True)  # when it began
    catalog_full_at = UTCDatetimeField(null=True)  # the beginning of the last full walk that reached its end
    catalog_delta_at = UTCDatetimeField(null=True)  # changes before this are known
    is_walk_read = fields.BooleanField(default=False)  # its last page was taken; what it did not show is to be settled
    catalog_products = fields.IntField(default=0)  # that the walk under way has shown, or the last one
    catalog_changed = fields.IntField(default=0)  # of these, new ones among them
    catalog_unreadable = fields.IntField(default=0)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "supplier_accounts"


# What one page of a full walk under way has shown; gone once the walk has ended.
class SupplierWalkPage(Model):
    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[SupplierAccount] = fields.ForeignKeyField(
        "orion.SupplierAccount", on_delete=fields.CASCADE
    )
    product_ids = fields.BinaryField()  # of marketplace products, 64 bits each

    class Meta:
        table = "supplier_walk_pages"


# Where the keys of a product come from, in the order of `position`.
class ProductSource(Model):
    id = fields.BigIntField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.CASCADE)
    position = fields.IntField()
    channel: fields.ForeignKeyNullableRelation[Channel] = fields.ForeignKeyField(
        "orion.Channel", null=True, on_delete=fields.CASCADE
    )  # NULL: the store's own pool
    supplier_product_id = fields.CharField(255, default="")
    low_water = fields.IntField(null=True)  # of the pool: fewer free keys raise an alert
    created_at = UTCDatetimeField()

    class Meta:
        table = "product_sources"
        unique_together = (("product", "position"),)


class KeyPurchase(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "orion.OrderItem", on_delete=fields.RESTRICT
    )
    reference = fields.CharField(64, unique=True)  # ours, another one for each attempt
    supplier_product_id = fields.CharField(255)
    quantity = fields.IntField()
    expected_minor = fields.BigIntField()  # a piece
    currency = fields.CharField(3)
    is_preorder_allowed = fields.BooleanField(default=False)
    state = fields.CharField(16)  # domain/keys.py
    supplier_order_id = fields.CharField(255, null=True)
    charged_minor = fields.BigIntField(null=True)  # a piece, as the supplier's order says
    error_code = fields.CharField(64, default="")
    error = fields.TextField(default="")
    looks = fields.IntField(default=0)  # into the supplier's history, without finding it
    intended_at = UTCDatetimeField()
    sent_at = UTCDatetimeField(null=True)
    settled_at = UTCDatetimeField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "key_purchases"


class Key(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.RESTRICT)
    kind = fields.CharField(16)  # text | image | preorder | unknown
    state = fields.CharField(16)  # free | claimed | awaited | delivered | bad
    secret_sealed = SealedField(null=True)  # NULL while it is awaited, and once it was erased
    digest = fields.BinaryField(null=True)  # keyed hash of the code
    filename = fields.CharField(200, default="")
    raw_kind = fields.CharField(64, default="")
    purchase: fields.ForeignKeyNullableRelation[KeyPurchase] = fields.ForeignKeyField(
        "orion.KeyPurchase", null=True, on_delete=fields.RESTRICT
    )  # NULL: from the store's own pool
    code_id = fields.CharField(255, null=True)  # the supplier's
    unit_id = fields.BigIntField(null=True)  # whose it is, or was when it turned out bad
    cost_minor = fields.BigIntField(null=True)
    currency = fields.CharField(3, null=True)
    added_by = fields.CharField(200, default="")
    note = fields.CharField(200, default="")  # why it is bad
    created_at = UTCDatetimeField()
    claimed_at = UTCDatetimeField(null=True)
    delivered_at = UTCDatetimeField(null=True)  # while it is claimed: since when a message on its way may show it
    updated_at = UTCDatetimeField()

    class Meta:
        table = "keys"


class KeyUnit(Model):
    id = fields.BigIntField(primary_key=True)
    order_item: fields.ForeignKeyRelation[OrderItem] = fields.ForeignKeyField(
        "orion.OrderItem", on_delete=fields.RESTRICT
    )
    number = fields.IntField()  # 1, 2, 3 … within the line
    state = fields.CharField(16)  # domain/keys.py
    source = fields.IntField(default=0)  # how many of the product's sources were passed
    purchase: fields.ForeignKeyNullableRelation[KeyPurchase] = fields.ForeignKeyField(
        "orion.KeyPurchase", null=True, on_delete=fields.SET_NULL
    )
    key: fields.ForeignKeyNullableRelation[Key] = fields.ForeignKeyField(
        "orion.Key", null=True, on_delete=fields.RESTRICT
    )
    hold_code = fields.CharField(40, default="")
    hold_reason = fields.TextField(default="")
    is_released = fields.BooleanField(default=False)  # a person said: buy it all the same
    replaced = fields.IntField(default=0)  # how many bad keys it has had
    notice = fields.CharField(16, default="")  # what its customer is still to be told: refund | preorder
    refund_minor = fields.BigIntField(null=True)  # its part of what goes back; NULL: nobody said
    created_at = UTCDatetimeField()
    delivered_at = UTCDatetimeField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "key_units"
        unique_together = (("order_item", "number"),)


# One message with keys to a customer. The address is read from the order when it is sent, and not kept here.
class KeyDelivery(Model):
    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("orion.Order", on_delete=fields.RESTRICT)
    way = fields.CharField(8)  # mail | api
    kind = fields.CharField(16)  # keys | preorder | replacement | announcement | refund
    state = fields.CharField(16)  # asked | sent | failed
    language = fields.CharField(8, default="")
    message_id = fields.CharField(120, unique=True)  # the same at every try; the sender's domain comes behind it
    key_ids_json: fields.Field[list[int]] = JsonField()
    unit_ids_json: fields.Field[list[int] | None] = JsonField(null=True)  # whom a message without keys is about
    asked_by = fields.CharField(200, default="")
    error = fields.TextField(default="")
    receipt = fields.CharField(200, default="")  # the mail server's words
    created_at = UTCDatetimeField()
    sent_at = UTCDatetimeField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "key_deliveries"


# A store's own text in place of a shipped one.
class MailTemplate(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.CASCADE)
    kind = fields.CharField(16)
    language = fields.CharField(8)
    part = fields.CharField(8)  # subject | text | html
    source = fields.TextField()
    changed_by = fields.CharField(200, default="")
    updated_at = UTCDatetimeField()

    class Meta:
        table = "mail_templates"
        unique_together = (("store", "kind", "language", "part"),)


CHECKS = {
    "supplier_accounts": {"supplier_accounts_buying": "buying_state IN ('open', 'paused')"},
    "key_purchases": {
        "key_purchases_state": "state IN ('intended', 'sent', 'unknown', 'bought', 'refused', 'dropped', 'abandoned')",
        "key_purchases_quantity": "quantity > 0 AND expected_minor >= 0",
        "key_purchases_sent": "state = 'intended' OR state = 'dropped' OR sent_at IS NOT NULL",
    },
    "keys": {
        "keys_state": "state IN ('free', 'claimed', 'awaited', 'delivered', 'bad')",
        "keys_kind": "kind IN ('text', 'image', 'preorder', 'unknown')",
        "keys_owner": "(state = 'free') = (unit_id IS NULL) OR state IN ('bad', 'awaited')",
    },
    "key_units": {
        "key_units_state": (
            "state IN ('owed', 'buying', 'unknown', 'waiting', 'ready', 'delivered', 'held', 'cancelled')"
        ),
        "key_units_key": "state NOT IN ('ready', 'delivered', 'waiting') OR key_id IS NOT NULL",
        "key_units_delivered": "state <> 'delivered' OR delivered_at IS NOT NULL",
    },
    "key_deliveries": {
        "key_deliveries_state": "state IN ('asked', 'sent', 'failed')",
        "key_deliveries_way": "way IN ('mail', 'api')",
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX keys_digest ON keys (digest) WHERE digest IS NOT NULL",
    "CREATE UNIQUE INDEX keys_code ON keys (purchase_id, code_id) WHERE code_id IS NOT NULL",
    "CREATE UNIQUE INDEX keys_unit ON keys (unit_id) WHERE unit_id IS NOT NULL AND state <> 'bad'",
    "CREATE INDEX keys_pool ON keys (product_id, id) WHERE state = 'free'",
    "CREATE INDEX keys_awaited ON keys (id) WHERE state = 'awaited'",
    "CREATE INDEX keys_store ON keys (store_id, id)",
    "CREATE INDEX keys_purchase ON keys (purchase_id) WHERE purchase_id IS NOT NULL",
    "CREATE INDEX keys_of_unit ON keys (unit_id) WHERE unit_id IS NOT NULL",
    "CREATE INDEX key_units_purchase ON key_units (purchase_id) WHERE purchase_id IS NOT NULL",
    (
        "CREATE INDEX key_units_lacking ON key_units (order_item_id)"
        " WHERE key_id IS NULL AND state NOT IN ('delivered', 'cancelled')"
    ),
    "CREATE UNIQUE INDEX key_units_one_key ON key_units (key_id) WHERE key_id IS NOT NULL",
    "CREATE INDEX key_units_unsettled ON key_units (state, id) WHERE state NOT IN ('delivered', 'cancelled')",
    "CREATE INDEX key_purchases_open ON key_purchases (channel_id, id) WHERE state IN ('intended', 'sent', 'unknown')",
    "CREATE INDEX key_purchases_item ON key_purchases (order_item_id, id)",
    "CREATE INDEX key_deliveries_order ON key_deliveries (order_id, id)",
    (
        "CREATE INDEX product_sources_supplied ON product_sources (channel_id, supplier_product_id)"
        " WHERE channel_id IS NOT NULL"
    ),
    "CREATE INDEX supplier_walk_pages_account ON supplier_walk_pages (account_id)",
]
