"""The canonical layer: what a marketplace or supplier says a product is.

A catalog is the set of products read from one channel (later: one supplier account, shared by stores). Rows here are
written by imports only; a store's own wishes live in `products`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.stores import Channel


class Catalog(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.OneToOneNullableRelation[Channel] = fields.OneToOneField(
        "orion.Channel", null=True, on_delete=fields.RESTRICT
    )
    marketplace = fields.CharField(32)
    created_at = UTCDatetimeField()

    class Meta:
        table = "catalogs"


class MarketplaceProduct(Model):
    id = fields.BigIntField(primary_key=True)
    catalog: fields.ForeignKeyRelation[Catalog] = fields.ForeignKeyField("orion.Catalog", on_delete=fields.RESTRICT)
    marketplace_product_id = fields.CharField(255)  # the vendor's key, verbatim, case-sensitive
    product_type = fields.CharField(16, default="physical")  # physical | digital
    gtin = fields.CharField(14, null=True)  # normalised digits, leading zeros kept
    mpn = fields.CharField(255, null=True)
    brand = fields.CharField(255, null=True)
    item_group_id = fields.CharField(255, null=True)  # variants of one article share it
    currency = fields.CharField(3, null=True)
    price_minor = fields.BigIntField(null=True)
    sale_price_minor = fields.BigIntField(null=True)
    sale_from_at = UTCDatetimeField(null=True)  # NULL: no limit on that side
    sale_until_at = UTCDatetimeField(null=True)  # the first instant at which the sale price holds no more
    tax_rate = fields.CharField(16, null=True)  # percent as decimal text
    availability = fields.CharField(64, null=True)  # in_stock | out_of_stock | preorder | backorder | raw vendor text
    quantity = fields.IntField(null=True)  # the vendor's figure; a hint, not our stock
    condition = fields.CharField(64, null=True)
    link = fields.TextField(null=True)
    image_link = fields.TextField(null=True)
    additional_image_links_json: fields.Field[list[str]] = JsonField(null=True)
    google_product_category = fields.TextField(null=True)
    product_type_path = fields.TextField(null=True)
    attributes_json: fields.Field[dict[str, str]] = JsonField(null=True)  # every column without a place of its own
    is_available = fields.BooleanField(default=True)  # False once a complete feed came without it
    unavailable_at = UTCDatetimeField(null=True)
    read_at = UTCDatetimeField(null=True)  # a supplier's: when its price was last read from the product itself
    missing_at = UTCDatetimeField(null=True)  # a supplier's: since when its whole list does not show the product
    texts_read_at = UTCDatetimeField(null=True)  # a supplier's: when its texts were asked for, with or without success
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()  # moves only when content moved

    class Meta:
        table = "marketplace_products"
        unique_together = (("catalog", "marketplace_product_id"),)


class MarketplaceProductTranslation(Model):
    id = fields.BigIntField(primary_key=True)
    marketplace_product: fields.ForeignKeyRelation[MarketplaceProduct] = fields.ForeignKeyField(
        "orion.MarketplaceProduct", on_delete=fields.CASCADE
    )
    language = fields.CharField(8)
    title = fields.TextField(null=True)
    description = fields.TextField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "marketplace_product_translations"
        unique_together = (("marketplace_product", "language"),)


CHECKS = {
    "marketplace_products": {
        "marketplace_products_price": "price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)",
        "marketplace_products_sale_price": "sale_price_minor IS NULL OR sale_price_minor >= 0",
        "marketplace_products_sale_dates": "sale_from_at < sale_until_at",
        "marketplace_products_type": "product_type IN ('physical', 'digital')",
    }
}
INDEXES = [
    "CREATE INDEX marketplace_products_gtin ON marketplace_products (gtin) WHERE gtin IS NOT NULL",
    (
        "CREATE INDEX marketplace_products_group ON marketplace_products (catalog_id, item_group_id)"
        " WHERE item_group_id IS NOT NULL"
    ),
    (
        "CREATE INDEX marketplace_products_sale_from ON marketplace_products (sale_from_at)"
        " WHERE sale_from_at IS NOT NULL"
    ),
    (
        "CREATE INDEX marketplace_products_sale_until ON marketplace_products (sale_until_at)"
        " WHERE sale_until_at IS NOT NULL"
    ),
]
