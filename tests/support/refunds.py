"""A shop at eBay, where refunds can be asked for, and the account that asks for them."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from orion_daemon.actors.account import Account, Parts
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.http import AccountHttp
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingOrder, IncomingRefund
from orion_daemon.domain.refunds import RefundReason
from orion_daemon.jobs.kinds import KINDS
from orion_daemon.jobs.mailbox import Job
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import refunds
from orion_daemon.services.order_import import ImportedPage, import_page
from orion_daemon.services.refunds import Asked
from tests.support import jobs
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

OWNER = "demo:ebay"


@dataclass(frozen=True)
class EbayShop(Shop):
    async def take(self, *orders: IncomingOrder, now: datetime = NOW, **more: Any) -> ImportedPage:
        return await import_page(
            self.db, store_id=self.store_id, channel_id=self.channel_id, marketplace="ebay", orders=orders, now=now,
            **more,
        )  # fmt: skip

    async def sell(self, number: str = "1", **facts: Any) -> int:
        """An order of three mugs at 38.70 EUR, paid and sent unless told otherwise; its id."""
        await self.take(sold(number, **facts))
        return int((await self.order(number))["id"])

    async def ask(self, order_id: int, minor: int | None = 500, reference: str = "r1", **more: Any) -> Asked:
        said = {"reason": RefundReason.RETURNED, "actor": "ann", "now": NOW, **more}
        return await refunds.ask(self.db, order_id, minor, reference=reference, **said)

    async def refunds(self) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM refunds ORDER BY id")

    async def state(self, number: str = "1") -> tuple[str, str, str]:
        """(of the order's last refund, of the order's way to the channel, why it asks for a person)"""
        row = await self.order(number)
        last = await self.db.fetch_value(
            "SELECT state FROM refunds WHERE order_id = $1 ORDER BY id DESC LIMIT 1", row["id"]
        )
        return last, row["sync_status"], row["attention"]


def sold(number: str = "1", status: str = "shipped", **facts: Any) -> IncomingOrder:
    return order(number, line("MUG", 3), **{"status": status, "total_minor": 3870, **facts})


def shown(state: str, minor: int = 500, name: str = "e1") -> IncomingRefund:
    return IncomingRefund(name, state, minor)


async def open_ebay_shop(db: Database) -> EbayShop:
    shop = await open_shop(db, {"MUG": 10})
    async with db.transaction() as tx:
        await tx.execute("UPDATE channels SET marketplace = 'ebay' WHERE id = $1", shop.channel_id)
    return EbayShop(db, shop.store_id, shop.channel_id, shop.storefront_id, shop.products)


async def account_of(shop: Shop, connector: object, clock: Clock) -> Account:
    row = {
        "id": shop.channel_id, "store_id": shop.store_id, "store_code": "demo", "marketplace": "ebay",
        "known_form": None,
    }  # fmt: skip
    parts = cast("Parts", SimpleNamespace(db=shop.db, clock=clock, observe=lambda *_args, **_facts: None))
    account = Account(row, cast("MarketplaceConnector", connector), cast("AccountHttp", None), parts)
    account.own(await jobs.lease(shop.db, OWNER, now=clock.now()))
    return account


async def claimed(account: Account) -> list[Job]:
    assert account.lease is not None
    return await jobs.claim(account.db, account.lease, now=account.clock.now(), lanes=("urgent",), kinds=KINDS)
