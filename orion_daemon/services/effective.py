"""What a product is to its store, as SQL: the store's own values over those of its marketplace product.

`SELECT {EFFECTIVE} FROM {FROM}` reads products as they count everywhere: on pages, in feeds, in pushes. A price is
never mixed of two currencies: an own price brings its own, and a sale price counts only when it is of the same
currency and lower. An own sale price holds by its own dates alone; over an inherited one each date is inherited or
the store's. What a supplier asks for a key is a cost and never a price, and beside a price that a markup makes there
is no sale (`costs.py`). The rows do not know what time it is: `sale_in_force` says which price counts at an instant.
Reader for pages: `products.effective`; what a channel is told: `levels.py`.
"""

from datetime import datetime

from orion_daemon.db.sql import Row
from orion_daemon.domain import sales
from orion_daemon.domain.sales import SaleDates
from orion_daemon.services.costs import HAS_NO_MARKUP, IS_COST

INHERITED = (
    "gtin", "mpn", "brand", "product_type", "tax_rate", "condition", "link", "image_link",
    "additional_image_links_json", "google_product_category", "product_type_path",
)  # fmt: skip
PRICE = f"COALESCE(products.price_minor, CASE WHEN {IS_COST} THEN NULL ELSE mp.price_minor END)"
CURRENCY = (
    "CASE WHEN products.price_minor IS NOT NULL THEN products.currency"
    " ELSE COALESCE(mp.currency, products.currency) END"
)
SALE = (
    f"CASE WHEN products.sale_price_minor IS NOT NULL THEN CASE WHEN products.sale_price_minor < {PRICE}"
    f" AND COALESCE(products.currency, mp.currency) = {CURRENCY} AND {HAS_NO_MARKUP} THEN products.sale_price_minor END"
    f" WHEN mp.sale_price_minor IS NOT NULL AND mp.sale_price_minor < {PRICE} AND mp.currency = {CURRENCY}"
    f" AND {HAS_NO_MARKUP} THEN mp.sale_price_minor END"
)
SALE_FROM = (
    "CASE WHEN products.sale_price_minor IS NOT NULL THEN products.sale_from_at"
    " ELSE COALESCE(products.sale_from_at, mp.sale_from_at) END"
)
SALE_UNTIL = (
    "CASE WHEN products.sale_price_minor IS NOT NULL THEN products.sale_until_at"
    " ELSE COALESCE(products.sale_until_at, mp.sale_until_at) END"
)
PRICES = (
    f"{CURRENCY} AS currency, {PRICE} AS price_minor, {SALE} AS sale_price_minor,"
    f" {SALE_FROM} AS sale_from_at, {SALE_UNTIL} AS sale_until_at"
)
EFFECTIVE = ", ".join(
    [
        "products.id, products.store_id, products.sku, products.is_active, products.marketplace_product_id",
        "products.safety_stock, products.default_language, products.created_at, products.updated_at",
        *(f"COALESCE(products.{column}, mp.{column}) AS {column}" for column in INHERITED),
        PRICES,
        "mp.item_group_id, mp.availability AS marketplace_availability, mp.quantity AS marketplace_quantity",
        "COALESCE(mp.is_available, TRUE) AS is_available",
    ]
)
FROM = "products LEFT JOIN marketplace_products mp ON mp.id = products.marketplace_product_id"


def dates_of(row: Row) -> SaleDates:
    return SaleDates(row["sale_from_at"], row["sale_until_at"])


def sale_in_force(row: Row, at: datetime) -> int | None:
    """In minor units of the row's currency; None: there is no sale at this instant."""
    return sales.sale_in_force(row["sale_price_minor"], dates_of(row), at)


def price_in_force(row: Row, at: datetime) -> int | None:
    """What the product is sold for at this instant; None: it has no price."""
    return sales.price_in_force(row["price_minor"], row["sale_price_minor"], dates_of(row), at)
