"""The subjects of the contract suite: a connector and its sandbox vendor, told apart by nothing but this file.

A new marketplace adds one subject per wire form; the suite in `tests/contract/` then asks it everything.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orion_daemon.connectors.base import MarketplaceConnector, OrderPage, OrderScope, OutgoingParcel
from orion_daemon.domain.incoming import IncomingOrder
from tests.support.letzshop_account import letzshop
from tests.support.letzshop_sandbox import KEY, SandboxHandle, running_sandbox

FIRST_PRICE = "12.90"


@dataclass
class Subject:
    """`reads`, `answers`, `parcels` and `levels` are the vendor's names of those operations, for faults."""

    name: str
    sandbox: SandboxHandle
    make: Callable[..., AbstractAsyncContextManager[MarketplaceConnector]]
    reads: str
    parcels: str
    answers: str | None
    levels: str | None
    drift: dict[str, Any]  # switches that rename a field which the connector needs
    list_of_nodes: bool = True

    async def place(self, *quantities: int, **facts: Any) -> str:
        """An order with one line per quantity; what the channel calls it."""
        lines = [
            {"sku": f"SKU-{n}", "quantity": quantity, "price": FIRST_PRICE, "title": f"Thing {n}"}
            for n, quantity in enumerate(quantities or (1,))
        ]
        made = await self.sandbox.place(*lines, vendor="ada", **facts)
        return self.channel_id(made)

    def channel_id(self, made: dict[str, Any]) -> str:
        return str(made["shipments"][0]["id"]) if self.name == "letzshop-shipments" else str(made["id"])

    async def requests(self) -> int:
        return len(await self.sandbox.ledger("request"))

    async def sent_parcels(self) -> list[dict[str, Any]]:
        """Parcels that the vendor took, repetitions left out."""
        return [entry for entry in await self.sandbox.ledger("parcel_set") if not entry["repeat"]]


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


def parcel(order: IncomingOrder, number: str = "T-1") -> OutgoingParcel:
    lines = tuple((line.line_key, line.quantity) for line in order.lines)
    sent_at = datetime(2026, 3, 2, 13, tzinfo=UTC)
    return OutgoingParcel("ref-1", order.channel_order_id, "post", number, sent_at, lines, is_final=True)


@asynccontextmanager
async def letzshop_shipments() -> AsyncIterator[Subject]:
    async with _letzshop("live", "letzshop-shipments") as subject:
        subject.reads, subject.parcels, subject.answers = "shipments", "setShipmentTracking", "confirmInventoryUnits"
        subject.drift = {"renames": {"Shipment.inventoryUnits": "pieces"}}
        yield subject


@asynccontextmanager
async def letzshop_orders() -> AsyncIterator[Subject]:
    async with _letzshop("seed", "letzshop-orders") as subject:
        subject.reads, subject.parcels, subject.levels = "orders", "updateOrderFulfillment", "updateInventory"
        subject.drift = {"seed_renames": {"Order.items": "things"}}
        yield subject


@asynccontextmanager
async def _letzshop(form: str, name: str) -> AsyncIterator[Subject]:
    async with running_sandbox() as sandbox:
        await sandbox.vendor(form=form)
        await sandbox.control("letzshop/products", {"products": [{"sku": "STOCKED", "price": "5.00", "quantity": 1}]})

        def make(**options: Any) -> AbstractAsyncContextManager[MarketplaceConnector]:
            settings = {"wire_form": "auto", "http": {"max_response": 1024 * 1024, "patience": 1.0}, **options}
            return letzshop(sandbox.graphql_url, **{"key": KEY, **settings})

        yield Subject(name, sandbox, make, "", "", None, None, {})


SUBJECTS = {"letzshop-shipments": letzshop_shipments, "letzshop-orders": letzshop_orders}
