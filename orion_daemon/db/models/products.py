"""The store layer: what a store sells, as it wants to show it.

A product stands on a marketplace product or alone. Every overridable column is NULL when it is inherited; the
fallback of texts (store language -> product's default -> any) is in `domain/products.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.catalog import MarketplaceProduct
from orion_daemon.db.models.stores import Store


class Product(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    marketplace_product: fields.ForeignKeyNullableRelation[MarketplaceProduct] = fields.ForeignKeyField(
        "orion.MarketplaceProduct", null=True, on_delete=fields.RESTRICT
    )
    sku = fields.CharField(255)
    is_active = fields.BooleanField(default=True)
    gtin = fields.CharField(14, null=True)
    mpn = fields.CharField(255, null=True)
    brand = fields.CharField(255, null=True)
    product_type = fields.CharField(16, null=True)
    currency = fields.CharField(3, null=True)
    price_minor = fields.BigIntField(null=True)
    sale_price_minor = fields.BigIntField(null=True)
    sale_from_at = UTCDatetimeField(null=True)  # of the own sale price, or over the inherited one's
    sale_until_at = UTCDatetimeField(null=True)
    tax_rate = fields.CharField(16, null=True)
    condition = fields.CharField(64, null=True)
    link = fields.TextField(null=True)
    image_link = fields.TextField(null=True)
    additional_image_links_json: fields.Field[list[str]] = JsonField(null=True)
    google_product_category = fields.TextField(null=True)
    product_type_path = fields.TextField(null=True)
    default_language = fields.CharField(8, null=True)
    safety_stock = fields.IntField(null=True)  # NULL: the channel's figure
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "products"
        unique_together = (("store", "sku"),)


class ProductTranslation(Model):
    id = fields.BigIntField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("orion.Product", on_delete=fields.CASCADE)
    language = fields.CharField(8)
    title = fields.TextField(null=True)
    description = fields.TextField(null=True)
    updated_at = UTCDatetimeField()

    class Meta:
        table = "product_translations"
        unique_together = (("product", "language"),)


class ProductMatch(Model):
    """An operator's remembered answer: what a channel's unknown SKU or GTIN means for this store."""

    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.CASCADE)
    marketplace = fields.CharField(32)
    key = fields.CharField(300)  # "sku:…" | "gtin:…" | "title:…"
    product: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "orion.Product", null=True, on_delete=fields.CASCADE
    )  # NULL: deliberately not one of ours, sell it without stock
    answered_by = fields.CharField(200)
    created_at = UTCDatetimeField()

    class Meta:
        table = "product_matches"
        unique_together = (("store", "marketplace", "key"),)


CHECKS = {
    "products": {
        "products_price": "price_minor IS NULL OR (price_minor >= 0 AND currency IS NOT NULL)",
        "products_sale_price": "sale_price_minor IS NULL OR sale_price_minor >= 0",
        "products_sale_dates": "sale_from_at < sale_until_at",
        "products_safety_stock": "safety_stock IS NULL OR safety_stock >= 0",
    }
}
INDEXES = [
    (
        "CREATE UNIQUE INDEX products_adopted ON products (store_id, marketplace_product_id)"
        " WHERE marketplace_product_id IS NOT NULL"
    ),
    "CREATE INDEX products_gtin ON products (store_id, gtin) WHERE gtin IS NOT NULL",
    (
        "CREATE INDEX products_marketplace_product ON products (marketplace_product_id)"
        " WHERE marketplace_product_id IS NOT NULL"
    ),
    "CREATE INDEX products_sale_from ON products (sale_from_at) WHERE sale_from_at IS NOT NULL",
    "CREATE INDEX products_sale_until ON products (sale_until_at) WHERE sale_until_at IS NOT NULL",
]
