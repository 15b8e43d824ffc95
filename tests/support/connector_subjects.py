"""What the contract suite asks of every connector and its stand-in: a `Subject`, one per wire form.

A subject says what happens at the vendor (an order is placed, somebody else answers it) and reads what truly happened
there; the suite in `tests/contract/` knows nothing else. A new marketplace adds one subject and its line in `SUBJECTS`
of the suite. The subjects: `subject_letzshop.py`, `subject_amazon.py`, `subject_ebay.py`.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orion_daemon.connectors.base import MarketplaceConnector, OrderPage, OrderScope, OutgoingParcel
from orion_daemon.connectors.errors import RateLimited
from orion_daemon.domain.incoming import IncomingOrder
from tests.support.letzshop_sandbox import SandboxHandle

FIRST_PRICE = "12.90"
SKUS = ("SKU-0", "SKU-1", "STOCKED")


@dataclass
class Subject(ABC):
    """`reads`, `answers`, `parcels`, `levels`, `cancels` and `refunds` are the vendor's names of those operations, for
    faults; None: it has none. `fresh` is the status of a new order that is paid, `secrets` what no error may show.
    `names_waits`: an answer of too many calls says how long to wait."""

    name: str
    sandbox: SandboxHandle
    marketplace: str
    reads: str
    parcels: str
    answers: str | None = None
    levels: str | None = None
    cancels: str | None = None
    refunds: str | None = None
    fresh: str = "confirmed"
    secrets: tuple[str, ...] = ()
    names_waits: bool = False
    largest_fault: int = 4 * 1024 * 1024

    @abstractmethod
    def make(self, **options: Any) -> AbstractAsyncContextManager[MarketplaceConnector]:
        """A connector that may change things; `is_wrong=True` logs in with something else."""

    @abstractmethod
    async def place(self, *quantities: int, is_nameless: bool = False) -> str:
        """A paid order with a line of SKU-0, SKU-1 … per quantity at FIRST_PRICE; what the channel calls it."""

    @abstractmethod
    async def wait(self, seconds: float) -> None:
        """Time passes at the vendor and for the connector."""

    @abstractmethod
    async def change_elsewhere(self, order: IncomingOrder) -> None:
        """Somebody does something with the order at the vendor's own pages."""

    @abstractmethod
    async def sent_parcels(self) -> list[str]:
        """Tracking numbers of all parcels that the vendor holds."""

    @abstractmethod
    async def settle(self) -> None:
        """What the vendor accepted holds from now on."""

    @abstractmethod
    async def shelf(self) -> tuple[int, str]:
        """Pieces and price of STOCKED, as buyers see them."""

    @abstractmethod
    async def cancelled(self) -> int:
        """Orders that were cancelled, and how often."""

    async def refunded(self) -> list[str]:
        """Amounts that were begun to be paid back through the API."""
        return []

    @abstractmethod
    async def changes(self) -> int:
        """Calls that reached the vendor and were to change something."""

    async def fault(self, kind: str, operation: str | None, count: int | None = 1, **params: Any) -> None:
        await self.sandbox.fault(kind, operation or "*", count, marketplace=self.marketplace, **params)


async def next_page(
    subject: Subject, connector: MarketplaceConnector, scope: OrderScope, cursor: str | None, since: datetime | None
) -> OrderPage:
    """A page, when the vendor is ready for it, as jobs wait for it."""
    for _ in range(100):
        try:
            return await connector.fetch_orders(scope, cursor, since)
        except RateLimited as error:
            if error.retry_after is None:
                raise
            await subject.wait(error.retry_after)
    raise AssertionError("the vendor is never ready")


async def walk(
    connector: MarketplaceConnector, scope: OrderScope, cursor: str | None = None, since: datetime | None = None
) -> tuple[dict[str, IncomingOrder], list[OrderPage]]:
    """All pages of a walk: the newest form of each order, and the pages."""
    orders: dict[str, IncomingOrder] = {}
    pages: list[OrderPage] = []
    while not pages or pages[-1].next_cursor is not None:
        page = await connector.fetch_orders(scope, pages[-1].next_cursor if pages else cursor, since)
        orders |= {order.channel_order_id: order for order in page.orders}
        pages.append(page)
        assert len(pages) < 100, "the walk does not end"
    return orders, pages


def parcel(order: IncomingOrder, number: str = "T1") -> OutgoingParcel:
    lines = tuple((line.line_key, line.quantity) for line in order.lines)
    sent_at = datetime(2026, 3, 2, 13, tzinfo=UTC)
    return OutgoingParcel("ref-1", order.channel_order_id, "post", number, sent_at, lines, is_final=True)
