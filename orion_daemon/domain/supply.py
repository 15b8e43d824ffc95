"""What a supplier of licence keys says: products and their prices by quantity, texts, orders with their codes, balance.

Values only, as a connector reads them; nothing here was checked against what we asked for. A price is in minor units
of the product's currency, net of VAT, and a hint until an order names what was really charged. `Code.secret` is money:
it stands in no representation. What becomes of a purchase: `keys.py`, of a product: `supplier_catalog.py`; who reads
these: `connectors/supplier.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CodeKind(StrEnum):
    TEXT = "text"
    IMAGE = "image"  # `secret` is Base64 of a picture
    PREORDER = "preorder"  # paid; the code comes later
    UNKNOWN = "unknown"  # kept, never delivered, never bought again without a person


@dataclass(frozen=True, slots=True)
class PriceTier:
    """`until` is the last quantity it holds for; None: no end."""

    since: int
    until: int | None
    unit_minor: int


@dataclass(frozen=True, slots=True)
class SupplierProduct:
    """`quantity` is the supplier's figure: a hint, not a promise. `released_at` in the future: a pre-order."""

    product_id: str
    name: str
    currency: str
    tiers: tuple[PriceTier, ...]
    quantity: int
    identifier: str = ""
    platform: str = ""
    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    region_description: str = ""
    released_at: datetime | None = None
    images: tuple[str, ...] = ()  # largest first


@dataclass(frozen=True, slots=True)
class SupplierText:
    """`language` is a code such as "de"."""

    language: str
    title: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class SupplierTexts:
    """The long description of one product. `unknown_territories`: words that stand for no language we know."""

    product_id: str
    texts: tuple[SupplierText, ...]
    eans: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    category: str = ""
    developer: str = ""
    pegi: str = ""
    unknown_territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """One piece that was bought. `secret` is None where it has to be fetched by `code_id`, or is not there yet.
    `raw_kind` is the supplier's word."""

    code_id: str
    kind: CodeKind
    secret: str | None = field(default=None, repr=False)
    filename: str = ""
    raw_kind: str = ""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    product_id: str
    unit_minor: int | None  # what is really charged for a piece; None where the supplier did not say
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order at the supplier; `reference` is ours. Decide by the codes, not by `status`."""

    supplier_order_id: str
    reference: str
    status: str
    lines: tuple[PlacedLine, ...]
    created_at: datetime | None = None
    total_minor: int | None = None


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """An entry of the supplier's history of orders."""

    supplier_order_id: str
    reference: str
    status: str
    created_at: datetime | None
    total_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """`usable_minor` is what an order may cost: the balance and the credit together."""

    currency: str
    balance_minor: int
    credit_minor: int
    usable_minor: int


def tier_for(tiers: Sequence[PriceTier], quantity: int) -> PriceTier | None:
    """The tier that holds for so many pieces, whatever the order of the list; the cheapest where several do."""
    fitting = [tier for tier in tiers if tier.since <= quantity and (tier.until is None or quantity <= tier.until)]
    return min(fitting, key=lambda tier: tier.unit_minor, default=None)
