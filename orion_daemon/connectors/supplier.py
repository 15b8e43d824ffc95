"""What every supplier of licence keys can be asked, in Orion's words.

Like a marketplace's connector (`base.py`): one account, values in and out, one call or one page an operation, errors
of the families in `errors.py` and nothing else. `buy` is the one call here that costs money and cannot be repeated:
what it raises says whether money may have been spent. Implementations: one folder a supplier, listed in `registry.py`;
who decides to buy: `services/purchases.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from orion_daemon.connectors.base import Check
from orion_daemon.domain.hints import Hint
from orion_daemon.domain.supply import Balance, Code, OrderEntry, PlacedOrder, SupplierProduct, SupplierTexts

LOW_BALANCE = "low_balance"  # pauses the account's buying
LOW_STOCK = "low_stock"  # may be tried again later
PRICE_MOVED = "price_moved"  # the expected price does not hold any more
PRODUCT_GONE = "product_gone"  # not in the supplier's list any more
REFUSED = "purchase_refused"  # any other no; not repeated by itself
"""Codes of the Rejected that `buy` raises: nothing was bought."""


@dataclass(frozen=True, slots=True)
class OutgoingPurchase:
    """`reference` is ours, another one for each attempt; `expected_minor` is the price of one piece we agree to."""

    reference: str
    product_id: str
    quantity: int
    expected_minor: int
    currency: str
    allows_preorder: bool


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`next_cursor` resumes after this page; None: the end of the walk was reached. `unreadable`: the sentence for each
    product that could not be read; the others are here."""

    products: tuple[SupplierProduct, ...]
    next_cursor: str | None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyerFacts:
    """What a risk check is told of a buyer: personal data that leaves the house, only where the store says so."""

    email: str = field(repr=False)
    ip_address: str = field(repr=False)
    user_agent: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Risk:
    """`score` as the supplier writes it, in hundredths (1.5 is 150)."""

    score_hundredths: int
    flags: tuple[str, ...] = ()


class SupplierConnector(Protocol):
    """One account of one supplier."""

    supplier: str

    async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
        """One page of the price list. A refused cursor raises Rejected with code `cursor_refused`: begin anew."""
        ...

    async def fetch_product(self, product_id: str) -> SupplierProduct | None: ...

    async def fetch_texts(self, product_id: str) -> SupplierTexts | None: ...

    async def balance(self) -> Balance: ...

    async def buy(self, purchase: OutgoingPurchase) -> PlacedOrder:
        """Buy at once. Raises Rejected with a code above where nothing was bought; Unreachable and RateLimited only
        where the request certainly did nothing; Doubtful wherever it may have bought: then look for the reference
        (`find_orders`) and never call again with it. MutationsForbidden where the account is read-only."""
        ...

    async def find_orders(self, since: datetime, until: datetime) -> tuple[OrderEntry, ...]:
        """The supplier's history between two times, all pages of it."""
        ...

    async def fetch_order(self, supplier_order_id: str) -> PlacedOrder | None: ...

    async def fetch_code(self, code_id: str) -> Code | None:
        """A single piece, with its secret where it has one by now."""
        ...

    async def score_buyer(self, buyer: BuyerFacts) -> Risk: ...

    async def read_hint(self, body: bytes) -> Hint:
        """Check and read what came at the account's webhook. Raises Rejected where it is not the supplier's, Malformed
        where it cannot be read."""
        ...

    async def check(self) -> tuple[Check, ...]: ...

    async def close(self) -> None: ...
