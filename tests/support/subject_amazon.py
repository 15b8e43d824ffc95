"""Amazon's subject of the contract suite."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.sandbox.amazon.tokens import FINANCE, LISTING, ORDERS
from tests.support.amazon_account import SECRETS, Account, amazon_seller
from tests.support.amazon_sandbox import CLIENT_ID
from tests.support.connector_subjects import FIRST_PRICE, SKUS, Subject

_WRITES = frozenset({"confirmShipment", "patchListingsItem", "createFeed", "createFeedDocument"})
_PATCH_DELAY = 120.0


@dataclass
class AmazonSubject(Subject):
    account: Account | None = None

    @property
    def seller(self) -> Account:
        assert self.account is not None
        return self.account

    def make(self, *, is_wrong: bool = False, **options: Any) -> AbstractAsyncContextManager[MarketplaceConnector]:
        secrets = {**SECRETS, "refresh_token": "Atzr|somebody-else"} if is_wrong else SECRETS
        settings = {"http": {"max_response": 1024 * 1024, "patience": 1.0}, **options}
        return self.seller.connect(secrets=secrets, unlimited=True, **settings)

    async def place(self, *quantities: int, is_nameless: bool = False) -> str:
        lines = [{"sku": f"SKU-{n}", "quantity": quantity} for n, quantity in enumerate(quantities or (1,))]
        if is_nameless:  # what an application without the roles for personal data is told
            grant = {"client_id": CLIENT_ID, "roles": [LISTING, ORDERS, FINANCE]}
            await self.seller.amazon.control("applications", grant, method="PATCH")
            await self.seller.amazon.control("grants", {"refresh_token": SECRETS["refresh_token"]})
        return await self.seller.place(*lines)

    async def wait(self, seconds: float) -> None:
        await self.seller.pass_time(seconds)

    async def change_elsewhere(self, order: IncomingOrder) -> None:
        body = {"order": order.channel_order_id, "reason": "the buyer changed his mind"}
        await self.seller.amazon.control("cancel", body)
        await self.wait(180)

    async def sent_parcels(self) -> list[str]:
        held = await self.seller.amazon.control("shipments")
        return [parcel["tracking"] for parcels in held.values() for parcel in parcels]

    async def settle(self) -> None:
        await self.wait(_PATCH_DELAY)

    async def shelf(self) -> tuple[int, str]:
        (listing,) = await self.seller.amazon.control("listings?sku=STOCKED")
        return listing["quantity"], listing["prices"]["A1PA6795UKMFR9"]

    async def cancelled(self) -> int:
        return len(await self.seller.amazon.ledger("order_cancelled"))

    async def changes(self) -> int:
        return len([entry for entry in await self.seller.requests() if entry["operation"] in _WRITES])


@asynccontextmanager
async def amazon() -> AsyncIterator[AmazonSubject]:
    async with amazon_seller() as account:
        listings = [{"sku": sku, "price": FIRST_PRICE, "quantity": 100} for sku in SKUS]
        await account.amazon.control("listings", {"listings": listings})
        yield AmazonSubject(
            "amazon", account.amazon.sandbox, "amazon", "searchOrders", "confirmShipment",
            levels="patchListingsItem", cancels="createFeed", secrets=tuple(SECRETS.values()), account=account,
        )  # fmt: skip
