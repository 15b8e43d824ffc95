"""Letzshop's subjects of the contract suite: the platform's shipments, and the orders of the original form."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.domain.incoming import IncomingOrder
from tests.support.connector_subjects import FIRST_PRICE, Subject
from tests.support.letzshop_account import letzshop
from tests.support.letzshop_sandbox import KEY, running_sandbox


@dataclass
class LetzshopSubject(Subject):
    """`drift`: switches that rename a field which the connector needs."""

    drift: dict[str, Any] = field(default_factory=dict)

    def make(self, *, is_wrong: bool = False, **options: Any) -> AbstractAsyncContextManager[MarketplaceConnector]:
        settings = {"wire_form": "auto", "http": {"max_response": 1024 * 1024, "patience": 1.0}, **options}
        return letzshop(self.sandbox.graphql_url, **{"key": "wrong" if is_wrong else KEY, **settings})

    async def place(self, *quantities: int, is_nameless: bool = False) -> str:
        lines = [
            {"sku": f"SKU-{n}", "quantity": quantity, "price": FIRST_PRICE, "title": f"Thing {n}"}
            for n, quantity in enumerate(quantities or (1,))
        ]
        nobody = dict.fromkeys(("customer", "email", "ship", "bill")) if is_nameless else {}
        made = await self.sandbox.place(*lines, vendor="ada", **nobody)
        return str(made["shipments"][0]["id"]) if self.name == "letzshop-shipments" else str(made["id"])

    async def wait(self, seconds: float) -> None:
        await self.sandbox.advance(seconds)

    async def change_elsewhere(self, order: IncomingOrder) -> None:
        await self.sandbox.control("letzshop/answer", {"order": order.order_number, "available": True})

    async def sent_parcels(self) -> list[str]:
        return [entry["code"] for entry in await self.sandbox.ledger("parcel_set") if not entry["repeat"]]

    async def settle(self) -> None:
        """It holds at once."""

    async def shelf(self) -> tuple[int, str]:
        (stock,) = await self.sandbox.control("letzshop/stock")
        return stock["quantity"], stock["price"]

    async def cancelled(self) -> int:
        return len(await self.sandbox.ledger("status_changed", object="order"))

    async def changes(self) -> int:
        return len([entry for entry in await self.sandbox.ledger("request") if entry.get("type") == "mutation"])


@asynccontextmanager
async def letzshop_shipments() -> AsyncIterator[LetzshopSubject]:
    async with _letzshop("live", "letzshop-shipments") as subject:
        subject.reads, subject.parcels, subject.answers = "shipments", "setShipmentTracking", "confirmInventoryUnits"
        subject.drift = {"renames": {"Shipment.inventoryUnits": "pieces"}}
        yield subject


@asynccontextmanager
async def letzshop_orders() -> AsyncIterator[LetzshopSubject]:
    async with _letzshop("seed", "letzshop-orders") as subject:
        subject.reads, subject.parcels, subject.levels = "orders", "updateOrderFulfillment", "updateInventory"
        subject.cancels = subject.parcels
        subject.drift = {"seed_renames": {"Order.items": "things"}}
        yield subject


@asynccontextmanager
async def _letzshop(form: str, name: str) -> AsyncIterator[LetzshopSubject]:
    async with running_sandbox() as sandbox:
        await sandbox.vendor(form=form)
        await sandbox.control("letzshop/products", {"products": [{"sku": "STOCKED", "price": "5.00", "quantity": 1}]})
        yield LetzshopSubject(name, sandbox, "letzshop", "", "", fresh="pending", secrets=(KEY,), names_waits=True)
