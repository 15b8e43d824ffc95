"""eBay's subject of the contract suite."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.domain.incoming import IncomingOrder
from tests.support.connector_subjects import FIRST_PRICE, SKUS, Subject
from tests.support.ebay_account import SECRETS, ebay_connector, signing_key
from tests.support.ebay_sandbox import Ebay, ebay_account

_WRITES = frozenset(
    {
        "createShippingFulfillment",
        "bulkUpdatePriceQuantity",
        "createCancellation",
        "approveCancellation",
        "issueRefund",
    }
)


@dataclass
class EbaySubject(Subject):
    ebay: Ebay | None = None

    @property
    def shop(self) -> Ebay:
        assert self.ebay is not None
        return self.ebay

    def make(self, *, is_wrong: bool = False, **options: Any) -> AbstractAsyncContextManager[MarketplaceConnector]:
        secrets = {**SECRETS, "signing_key": signing_key(self.shop)}
        if is_wrong:
            secrets["refresh_token"] = "v^1.1#somebody-else"
        settings = {"http": {"max_response": 1024 * 1024, "patience": 1.0}, **options}
        return ebay_connector(self.shop, secrets=secrets, **settings)

    async def place(self, *quantities: int, is_nameless: bool = False) -> str:
        lines = [{"sku": f"SKU-{n}", "quantity": quantity} for n, quantity in enumerate(quantities or (1,))]
        made = await self.shop.place(*lines)
        if is_nameless:  # eBay takes them away by and by
            await self.wait(95 * 86400)
            await self.shop.control("touch", {"order": made["id"]})
        await self.wait(180)
        return str(made["id"])

    async def wait(self, seconds: float) -> None:
        await self.sandbox.advance(seconds)

    async def change_elsewhere(self, order: IncomingOrder) -> None:
        made = await self.shop.control(f"orders/{order.channel_order_id}")
        await self.shop.ship(made | {"lines": [made["lines"][0] | {"quantity": 1}]}, "ELSEWHERE")
        await self.wait(180)

    async def sent_parcels(self) -> list[str]:
        return [entry["number"] for entry in await self.sandbox.ledger("shipping_fulfillment")]

    async def settle(self) -> None:
        """It holds at once."""

    async def shelf(self) -> tuple[int, str]:
        shown = (await self.shop.shelf())["STOCKED"]
        return shown["quantity"], shown["price"]

    async def cancelled(self) -> int:
        return len(await self.sandbox.ledger("order_cancelled"))

    async def refunded(self) -> list[str]:
        begun = await self.sandbox.ledger("refund_requested")
        return [entry["amount"] for entry in begun if entry["by"] == "api"]

    async def changes(self) -> int:
        return len([entry for entry in await self.sandbox.ledger("request") if entry.get("operation") in _WRITES])


@asynccontextmanager
async def ebay() -> AsyncIterator[EbaySubject]:
    async with ebay_account() as shop:
        for sku in SKUS:
            await shop.list_item(sku, 100, FIRST_PRICE)
        await shop.use_key()
        yield EbaySubject(
            "ebay", shop.sandbox, "ebay", "getOrders", "createShippingFulfillment",
            levels="bulkUpdatePriceQuantity", cancels="createCancellation", refunds="issueRefund",
            secrets=tuple(SECRETS.values()), ebay=shop,
        )  # fmt: skip
