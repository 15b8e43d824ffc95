"""One store that sells one stock at Amazon, eBay and Letzshop, and a daemon that works for it.

Amazon and eBay show nothing of the last two minutes, while the daemon's clock is the real one: so what is to be seen
happens `earlier`, with the sandbox's clock behind by `BEHIND`, old enough for the next poll and young enough for its
overlap. Amazon's order search and order reads are granted as fast as they are asked for, and what Amazon accepts is
applied at once; every other quota is the published one. The products come from Amazon's listings, with Amazon's
quantities as first stock; eBay and Letzshop list the same SKUs.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orion_daemon.services import access
from orion_daemon.services.inventory import verify_ledger
from tests.support import amazon_sandbox, ebay_sandbox
from tests.support.processes import Api, Home, Processes, SandboxProcess, until
from tests.support.scene import ARTICLES, KEY, OFF, Scene, open_shop

BEHIND = timedelta(seconds=200)
QUIET = "\n".join(
    f'{job}_{marketplace} = "off"'
    for marketplace in ("amazon", "ebay")
    for job in ("order_import", "order_reconcile", "product_import", "inventory_sync", "inventory_read_back")
)
SCHEDULE = f'{OFF}{QUIET}\ncredential_watch = "off"\n'
PATIENT = '[http]\nbreaker_failures = 1000\nbreaker_pause = "1s"\n'
_ENV = {
    "ADA_KEY": KEY,
    "AMAZON_SECRET": amazon_sandbox.CLIENT_SECRET,
    "AMAZON_TOKEN": amazon_sandbox.REFRESH_TOKEN,
    "EBAY_SECRET": ebay_sandbox.SECRET,
    "EBAY_TOKEN": ebay_sandbox.REFRESH,
}
EVENTS = 'subscription { orderEvents(store: "ada") { what order { marketplace channelOrderId } } }'
_GRANTED_AT_ONCE = ("searchOrders", "orders_2026-01-01.getOrder")


def _channels(url: str) -> dict[str, str]:
    return {
        "amazon": f"""
[[store.channel]]
marketplace = "amazon"
endpoint = "{url}/amazon"
allow_mutations = true
client_id = "{amazon_sandbox.CLIENT_ID}"
client_secret_env = "AMAZON_SECRET"
refresh_token_env = "AMAZON_TOKEN"
seller_id = "{amazon_sandbox.SELLER}"
marketplace_ids = ["{amazon_sandbox.DE}", "{amazon_sandbox.FR}"]
calls_per_second = 100.0
adopt = "all"
stock_from_catalog = true
""",
        "ebay": f"""
[[store.channel]]
marketplace = "ebay"
endpoint = "{url}/ebay"
allow_mutations = true
client_id = "{ebay_sandbox.CLIENT}"
client_secret_env = "EBAY_SECRET"
refresh_token_env = "EBAY_TOKEN"
ru_name = "{ebay_sandbox.RU_NAME}"
calls_per_second = 100.0
""",
        "letzshop": f"""
[[store.channel]]
marketplace = "letzshop"
endpoint = "{url}/letzshop/graphql"
allow_mutations = true
api_key_env = "ADA_KEY"
calls_per_second = 100.0
""",
    }


@asynccontextmanager
async def earlier(sandbox: SandboxProcess) -> AsyncIterator[None]:
    """What happens at the marketplaces within it happened `BEHIND` ago."""
    await sandbox.control("clock", {"now": (datetime.now(UTC) - BEHIND).isoformat()})
    try:
        yield
    finally:
        await sandbox.control("clock", {"now": datetime.now(UTC).isoformat()})


class Account(Scene):
    """One channel of the store. It shares the daemon with the others; `Channels` restarts that."""

    def __init__(self, scene: Scene, marketplace: str) -> None:
        super().__init__(scene.sandbox, scene.home, scene.api, scene.daemon, scene.code)
        self.marketplace = marketplace

    @property
    def account(self) -> dict[str, str]:
        return {"store": self.code, "marketplace": self.marketplace}

    async def happens(self, command: str, **facts: Any) -> Any:
        """A control command of this marketplace, such as `cancel/request`, carried out earlier."""
        async with earlier(self.sandbox):
            return await self.sandbox.control(f"{self.marketplace}/{command}", facts)

    async def place(self, slug: str = "ada", **pieces: int) -> str:
        """A buyer ordered by SKU; the channel's name of the order."""
        if self.marketplace == "letzshop":
            return await super().place(slug, **pieces)
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in pieces.items()]
        return str((await self.happens("orders", lines=lines))["id"])

    async def shelf(self) -> dict[str, tuple[int, str]]:
        """What buyers see at Amazon or eBay: (pieces, price) by SKU. At Amazon the price in the first store."""
        rows = await self.sandbox.control(f"{self.marketplace}/listings")
        if self.marketplace == "ebay":
            return {row["sku"]: (row["quantity"], row["price"]) for row in rows}
        return {row["sku"]: (row["quantity"], row["prices"][amazon_sandbox.DE]) for row in rows}

    async def pieces(self) -> dict[str, int]:
        if self.marketplace == "letzshop":
            return await self.sandbox.stock(self.code)
        return {sku: pieces for sku, (pieces, _) in (await self.shelf()).items()}

    async def poll(self) -> None:
        await self.ask("pollOrders")
        await self.quiet()

    async def quiet(self, within: float = 30.0) -> None:
        """Wait until nothing of the account is due; what waits for its time is left to `Channels.settle`."""

        async def look() -> bool:
            text = "query($owner: String!) { jobs(owner: $owner, states: [WAITING, EXECUTING]) { edges { node"
            found = await self.api.query(text + " { state runAt } } } }", owner=f"{self.code}:{self.marketplace}")
            jobs = [edge["node"] for edge in found["jobs"]["edges"]]
            now = datetime.now(UTC)
            return all(job["state"] == "WAITING" and datetime.fromisoformat(job["runAt"]) > now for job in jobs)

        await until("nothing is due", look, within=within)

    async def arrive(self, *names: str) -> None:
        """Poll, and see the orders come in by subscription."""
        async with self.api.watch(EVENTS) as events:
            await self.ask("pollOrders")
            seen: set[str] = set()
            while not set(names) <= seen:
                event = await events.next()
                if event["what"] == "CREATED":
                    assert event["order"]["marketplace"] == self.marketplace
                    seen.add(event["order"]["channelOrderId"])
        await self.quiet()

    async def told(self, name: str) -> dict[str, Any]:
        """The order, once the channel has heard all that is to be said of it."""

        async def look() -> dict[str, Any] | None:
            order = await self.order(name)
            states = {order["syncStatus"], *(parcel["syncStatus"] for parcel in order["shipments"])}
            return order if states == {"SYNCED"} else None

        return await until(f"{self.marketplace} was told of order {name}", look)

    async def becomes(self, name: str, status: str) -> None:
        async def look() -> bool:
            order = await self.order(name)  # None until it is there
            return bool(order and order["status"] == status)

        await until(f"order {name} is {status}", look)

    async def refunded(self, name: str) -> str | None:
        text = "query($id: ID!) { node(id: $id) { ... on Order { refunded { amount } } } }"
        found = (await self.api.query(text, id=(await self.order(name))["id"]))["node"]["refunded"]
        return str(found["amount"]) if found else None

    async def unmatched(self) -> list[tuple[str, str]]:
        """(order, SKU) of the lines that wait for somebody who knows what they are."""
        text = (
            "query($store: String!, $marketplace: String!) { unmatchedOrderItems(store: $store, marketplace:"
            " $marketplace) { edges { node { sku order { channelOrderId } } } } }"
        )
        edges = (await self.api.query(text, **self.account))["unmatchedOrderItems"]["edges"]
        return [(edge["node"]["order"]["channelOrderId"], edge["node"]["sku"]) for edge in edges]

    async def offer(self, sku: str) -> dict[str, Any]:
        text = (
            "query($store: String!, $marketplace: String!, $sku: String!) {"
            " offer(store: $store, marketplace: $marketplace, sku: $sku) { state sentQuantity confirmedQuantity"
            " confirmedPrice { amount } errorCode errorMessage } }"
        )
        found: dict[str, Any] = (await self.api.query(text, sku=sku, **self.account))["offer"]
        return found

    async def suspended(self) -> str:
        """Wait until the account is stopped; why, as `syncStatus` says it."""

        async def look() -> str | None:
            status = await self.status()
            return str(status["reason"]) if status["state"] == "SUSPENDED" else None

        return await until(f"{self.marketplace} is suspended", look)

    async def doctor(self) -> tuple[int, dict[str, str]]:
        """Exit code, and what the doctor says of each step; what is wrong begins with BAD."""
        ran = await self.home.orion("doctor", self.code, self.marketplace, "--json")
        checks = ran.json["checks"]
        assert ran.json["ok"] == (ran.code == 0) == all(check["ok"] for check in checks)
        return ran.code, {check["name"]: f"{'' if check['ok'] else 'BAD '}{check['detail']}" for check in checks}

    async def store_secret(self, kind: str, secret: str) -> None:
        await self.api.change("setCredential", "channel { state }", kind=kind, secret=secret, **self.account)

    async def status(self) -> dict[str, Any]:
        """The account's line of `syncStatus`."""
        text = (
            "query($store: String!, $marketplace: String!) { syncStatus(store: $store, marketplace: $marketplace)"
            " { state reason lastError offers { different sent synced failed } jobs { waiting dead } } }"
        )
        [found] = (await self.api.query(text, **self.account))["syncStatus"]
        return dict(found)


@dataclass
class Channels:
    """The store with its accounts. `quiet` is for work that needs no time to pass, `settle` lets it pass."""

    scene: Scene
    amazon: Account
    ebay: Account
    letzshop: Account | None

    @property
    def api(self) -> Api:
        return self.scene.api

    @property
    def accounts(self) -> list[Account]:
        return [account for account in (self.amazon, self.ebay, self.letzshop) if account is not None]

    async def import_catalog(self) -> None:
        """What Amazon lists becomes the store's own, through the API."""
        await self.api.change("importProducts", "importJob { id }", **self.amazon.account)

        async def look() -> bool:
            text = "query($store: String!) { products(store: $store) { totalCount } }"
            listed = len(await self.amazon.pieces())
            return bool((await self.api.query(text, store=self.scene.code))["products"]["totalCount"] == listed)

        await until("what Amazon lists is the store's", look)
        await self.settle()

    async def settle(self, within: float = 60.0) -> None:
        """Let time pass for all that waits for it (a next try, a look back, gathered changes) until no job is open."""

        async def look() -> bool:
            async with self.scene.home.database() as database, database.transaction() as tx:
                now = datetime.now(UTC)
                moved = await tx.execute("UPDATE jobs SET run_at = $1 WHERE state = 'waiting' AND run_at > $1", now)
                await tx.execute("UPDATE inventory_sync_logs SET finished_at = $1", now - timedelta(hours=1))
            if moved:
                return False
            text = "{ jobs(states: [WAITING, EXECUTING]) { totalCount } }"
            return bool((await self.api.query(text))["jobs"]["totalCount"] == 0)

        await until("no job is open", look, within=within, every=0.2)

    async def store_signing_key(self) -> None:
        """A key of eBay's making, by which cancellations are signed."""
        made = await self.scene.sandbox.control("ebay/signing-keys", {})
        key = {"jwe": made["jwe"], "private_key": made["private"]}
        await self.ebay.store_secret("signing_key", json.dumps(key))

    async def restock(self, sku: str, pieces: int) -> None:
        product = await self.product(sku)
        await self.api.change("adjustStock", "level { onHand }", productId=product, setTo=pieces)

    async def reprice(self, sku: str, amount: str) -> None:
        values = {"price": {"amount": amount, "currency": "EUR"}}
        await self.api.change("updateProduct", "product { id }", productId=await self.product(sku), values=values)

    async def product(self, sku: str) -> str:
        text = "query($store: String!, $sku: String!) { product(store: $store, sku: $sku) { id } }"
        return str((await self.api.query(text, store=self.scene.code, sku=sku))["product"]["id"])

    async def judge(self, *, dead: int = 0) -> None:
        """At the end every job is done but `dead` ones, the stock's sums hold, and the daemon stops by itself."""
        found = await self.api.query("{ jobs(first: 200) { edges { node { kind state errorMessage } } } }")
        jobs = [edge["node"] for edge in found["jobs"]["edges"]]
        bad = [job for job in jobs if job["state"] != "DONE"]
        assert len(bad) == dead, bad
        async with self.scene.home.database() as database:
            assert await verify_ledger(database) == []
        assert await self.scene.daemon.stop(within=15) == 0


async def open_channels(
    processes: Processes,
    *,
    letzshop: bool = False,
    signs: bool = True,
    stock: Mapping[str, int] | None = None,
    settings: str = "",
    env: Mapping[str, str] | None = None,
) -> Channels:
    """Sellers, listings, and a daemon that is ready. `stock`: the pieces that each marketplace lists, by SKU of
    ARTICLES; `signs`: eBay's signing key is stored; `settings`: orion.toml before its store."""
    sandbox = await processes.sandbox()
    listed = dict(stock or {sku: article.quantity for sku, article in ARTICLES.items()})
    await _open_sellers(sandbox, listed)
    if letzshop:
        await open_shop(sandbox, form="seed")
    home = processes.home(**{**_ENV, **(env or {})})
    chosen = [text for name, text in _channels(sandbox.url).items() if letzshop or name != "letzshop"]
    store = '[[store]]\ncode = "ada"\nname = "Shop ada"\ncurrency = "EUR"\ndefault_language = "de"\n'
    home.configure(SCHEDULE + settings + store + "".join(chosen))
    daemon = await home.start()
    scene = Scene(sandbox, home, Api(home.url, await _token(home), processes.session), daemon)
    channels = Channels(
        scene, Account(scene, "amazon"), Account(scene, "ebay"), Account(scene, "letzshop") if letzshop else None
    )
    if signs:
        await channels.store_signing_key()
    return channels


async def _token(home: Home) -> str:
    now, token = datetime.now(UTC), "orion_token-of-a-test-that-nobody-guesses"
    async with home.database() as database:
        await access.create_token(
            database, token=token, name="test", role="admin", store_id=None, now=now,
            expires_at=now + timedelta(days=1), actor="test",
        )  # fmt: skip
    return token


async def _open_sellers(sandbox: SandboxProcess, stock: Mapping[str, int]) -> None:
    """A seller at each of Amazon and eBay with the articles listed."""
    amazon = {"client_id": amazon_sandbox.CLIENT_ID, "client_secret": amazon_sandbox.CLIENT_SECRET}
    await sandbox.control("amazon/applications", {**amazon, "id": "app-1"})
    await sandbox.control(
        "amazon/sellers",
        {
            "id": amazon_sandbox.SELLER,
            "marketplaces": [amazon_sandbox.DE, amazon_sandbox.FR],
            "refresh_token": amazon_sandbox.REFRESH_TOKEN,
        },
    )
    quick = {"patch_delay": 0.0, "feed_delay": 0.0, "report_delay": 0.0, "refund_delay": 0.0}
    await sandbox.control("amazon/settings", quick, method="PATCH")
    for operation in _GRANTED_AT_ONCE:
        plan = {"operation": operation, "rate": 100.0, "burst": 100, "shown": 100.0}
        await sandbox.control("amazon/quotas", plan, method="PATCH")
    listings = [
        {
            "sku": sku,
            "price": ARTICLES[sku].price,
            "quantity": pieces,
            "gtin": ARTICLES[sku].gtin,
            "titles": {"de": f"Artikel {sku}"},
        }
        for sku, pieces in stock.items()
    ]
    await sandbox.control("amazon/listings", {"listings": listings})

    client = {"client_id": ebay_sandbox.CLIENT, "client_secret": ebay_sandbox.SECRET, "ru_name": ebay_sandbox.RU_NAME}
    await sandbox.control("ebay/applications", client)
    await sandbox.control("ebay/sellers", {"username": ebay_sandbox.SELLER, "country": "LU"})
    await sandbox.control("ebay/grants", {"refresh_token": ebay_sandbox.REFRESH})
    offers = [
        {"sku": sku, "price": ARTICLES[sku].price, "quantity": pieces, "ean": ARTICLES[sku].gtin, "title": f"A {sku}"}
        for sku, pieces in stock.items()
    ]
    await sandbox.control("ebay/listings", {"listings": offers})
