"""One product as a feed or a vendor's API describes it, in Orion's words, before anything is stored.

Connectors make `IncomingProduct` values, `services/products` writes them. What the source does not say is None and
never a default; what it says in a way that nobody can use is dropped with a `FieldProblem` in `warnings`, and what
makes the whole record unusable ends as a `RowProblem` instead of a product. Both carry a stable code, a sentence and an
excerpt of the value. These are named tuples: a hundred thousand of them are made in an import, which costs
a tenth of what frozen dataclasses cost.
"""

from datetime import datetime
from typing import Literal, NamedTuple

AVAILABILITIES = frozenset({"in_stock", "out_of_stock", "preorder", "backorder"})
MAX_KEY = 255
"""Characters of an id, brand, part number or group id."""
EXCERPT = 120

ProductType = Literal["physical", "digital"]
Severity = Literal["rejected", "skipped"]


class FieldProblem(NamedTuple):
    """A field of a record that was kept without it."""

    field: str
    reason: str
    message: str
    value: str = ""


class RowProblem(NamedTuple):
    """A record that did not become a product. `line` is the physical line on which it begins (first line: 1).

    `rejected`: something is wrong with it; `skipped`: nothing is, it just says again what came before.
    """

    line: int
    field: str
    reason: str
    message: str
    value: str = ""
    severity: Severity = "rejected"


class IncomingProduct(NamedTuple):
    marketplace_product_id: str  # the vendor's key, verbatim, case-sensitive
    language: str
    title: str
    description: str  # plain text with line breaks, "" when the source has none
    gtin: str | None
    mpn: str | None
    brand: str | None
    product_type: ProductType
    item_group_id: str | None
    price_minor: int | None  # None only where the source has no price column at all
    sale_price_minor: int | None  # always lower than the price
    sale_from_at: datetime | None  # when it holds, see `sales.SaleDates`; None without a sale price
    sale_until_at: datetime | None
    currency: str | None
    availability: str | None  # one of AVAILABILITIES, or the vendor's own text with a warning
    quantity: int | None
    condition: str | None
    link: str | None
    image_link: str | None
    additional_image_links: tuple[str, ...]
    google_product_category: str | None
    product_type_path: str | None
    tax_rate: str | None  # percent as decimal text: "17", "5.5"
    attributes: dict[str, str]  # every other column that holds something, by its name
    warnings: tuple[FieldProblem, ...] = ()


def excerpt(value: str) -> str:
    """The beginning of a value, printable, for a problem's record."""
    short = value[: EXCERPT + 1]
    if not short.isprintable():
        short = "".join([char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in short])
    return short if len(short) <= EXCERPT else short[:EXCERPT] + "…"


def key_problem(field: str, value: str) -> FieldProblem | None:
    """Why a text cannot identify anything; None when it can."""
    if not value:
        return FieldProblem(field, f"{field}_missing", f"the record has no {field}")
    if len(value) > MAX_KEY:
        return FieldProblem(field, "too_long", f"longer than {MAX_KEY} characters", excerpt(value))
    if not value.isprintable():
        return FieldProblem(field, "control_characters", "holds line breaks or invisible characters", excerpt(value))
    return None


def sale_price_problem(price_minor: int, sale_minor: int) -> FieldProblem | None:
    """Why a sale price is not one. One that equals the price just says "no sale": test for that first."""
    if sale_minor < price_minor:
        return None
    return FieldProblem(
        "sale_price", "sale_price_not_lower", "higher than the price, so it is taken for a former price and left out"
    )


def validate(product: IncomingProduct) -> tuple[FieldProblem, ...]:
    """Everything that forbids storing the product; empty for whatever a connector lets through."""
    found = [key_problem("id", product.marketplace_product_id)]
    if not product.title.strip():
        found.append(FieldProblem("title", "title_missing", "the record has no title"))
    price, sale = product.price_minor, product.sale_price_minor
    if price is not None and price <= 0:
        found.append(FieldProblem("price", "price_zero", "the price is not above zero", str(price)))
    if (price is None) != (product.currency is None):
        found.append(FieldProblem("price", "currency_missing", "price and currency come together or not at all"))
    if sale is not None and (price is None or not 0 < sale < price):
        found.append(FieldProblem("sale_price", "sale_price_not_lower", "not between zero and the price", str(sale)))
    if product.quantity is not None and product.quantity < 0:
        found.append(FieldProblem("quantity", "quantity_negative", "below zero", str(product.quantity)))
    return tuple([problem for problem in found if problem is not None])
