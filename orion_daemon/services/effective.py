"""What a product is to its store, as SQL: the store's own values over those of its marketplace product.

`SELECT {EFFECTIVE} FROM {FROM}` reads products as they count everywhere: on pages, in feeds, in pushes. A price is
never mixed of two currencies: an own price brings its own, and a sale price counts only when it is of the same
currency and lower. Reader for pages: `products.effective`; what a channel is told: `levels.py`.
"""

INHERITED = (
    "gtin", "mpn", "brand", "product_type", "tax_rate", "condition", "link", "image_link",
    "additional_image_links_json", "google_product_category", "product_type_path",
)  # fmt: skip
PRICE = "COALESCE(products.price_minor, mp.price_minor)"
CURRENCY = (
    "CASE WHEN products.price_minor IS NOT NULL THEN products.currency"
    " ELSE COALESCE(mp.currency, products.currency) END"
)
SALE = (
    f"CASE WHEN products.sale_price_minor IS NOT NULL THEN CASE WHEN products.sale_price_minor < {PRICE}"
    f" AND COALESCE(products.currency, mp.currency) = {CURRENCY} THEN products.sale_price_minor END"
    f" WHEN mp.sale_price_minor < {PRICE} AND mp.currency = {CURRENCY} THEN mp.sale_price_minor END"
)
EFFECTIVE = ", ".join(
    [
        "products.id, products.store_id, products.sku, products.is_active, products.marketplace_product_id",
        "products.safety_stock, products.default_language, products.created_at, products.updated_at",
        *(f"COALESCE(products.{column}, mp.{column}) AS {column}" for column in INHERITED),
        f"{CURRENCY} AS currency, {PRICE} AS price_minor, {SALE} AS sale_price_minor",
        "mp.item_group_id, mp.availability AS marketplace_availability, mp.quantity AS marketplace_quantity",
        "COALESCE(mp.is_available, TRUE) AS is_available",
    ]
)
FROM = "products LEFT JOIN marketplace_products mp ON mp.id = products.marketplace_product_id"
