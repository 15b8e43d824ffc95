"""A shop at the sandbox's Letzshop and a daemon that works for it: the scenery of the acceptance tests.

The merchant's feed lies at the sandbox to be fetched; its products become the store's own, with the feed's quantities
as first stock. The schedule is off unless told otherwise, so that a test asks for each piece of work.
"""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.support.processes import Api, Daemon, Home, Processes, SandboxProcess, until

KEY = "Key-of-Ada"
OFF = """
[schedule]
order_import_letzshop = "off"
order_reconcile_letzshop = "off"
product_import_letzshop = "off"
inventory_sync_letzshop = "off"
sale_sweep = "off"
sync_retry_failed = "off"
maintenance = "off"
"""


class Article(NamedTuple):
    gtin: str
    price: str
    quantity: int


ARTICLES = {
    "MUG": Article("4006381333931", "12.90", 20),
    "BOWL": Article("4007249702012", "24.50", 10),
    "VASE": Article("5449000000996", "49.00", 5),
    "CARD": Article("3017620422003", "2.20", 200),
    "LAMP": Article("8714789732534", "89.95", 0),
}
_COLUMNS = (
    "id", "title", "price", "description", "product_type", "availability", "image_link", "identifier_exists",
    "atalanda:tax_rate", "atalanda:quantity", "brand", "gtin", "atalanda:delivery_method", "link",
)  # fmt: skip


def feed(articles: Mapping[str, Article] = ARTICLES) -> str:
    """The merchant's tab-separated feed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for sku, article in articles.items():
        place = f"https://shop.example.lu/{sku.lower()}"
        writer.writerow(
            (
                sku, f"Article {sku}", article.price, f"Un bel article: {sku}", "Maison > Table",
                "in stock" if article.quantity else "out of stock", f"{place}.jpg", "true", "17", article.quantity,
                "Exemplis", article.gtin, "package_delivery", place,
            )
        )  # fmt: skip
    return out.getvalue()


def store(sandbox_url: str, code: str = "ada", *, key_env: str = "ADA_KEY", **channel: Any) -> str:
    """One `[[store]]` of orion.toml with its Letzshop channel; its feed is `<code>-fr.csv` at the sandbox."""
    options = {
        "endpoint": f"{sandbox_url}/letzshop/graphql",
        "wire_form": "auto",
        "allow_mutations": True,
        "api_key_env": key_env,
        "calls_per_second": 100.0,
        "adopt": "all",
        "stock_from_catalog": True,
    } | channel
    lines = [f"{name} = {_toml(value)}" for name, value in options.items()]
    return "\n".join(
        (
            "[[store]]", f'code = "{code}"', f'name = "Shop {code}"', 'currency = "EUR"', 'default_language = "fr"',
            "[[store.channel]]", 'marketplace = "letzshop"', *lines,
            "[[store.channel.feed]]", 'language = "fr"', f'url = "{sandbox_url}/letzshop/feeds/{code}-fr.csv"',
            "[[store.channel]]", 'marketplace = "storefront"', "",
        )
    )  # fmt: skip


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


async def open_shop(sandbox: SandboxProcess, slug: str = "ada", *, form: str = "live", key: str = KEY) -> None:
    """A vendor with a key and a feed at the sandbox. In the order form it sells the articles already."""
    await sandbox.control("letzshop/vendors", {"slug": slug, "form": form})
    await sandbox.control("letzshop/keys", {"vendors": [slug], "token": key})
    await sandbox.file(f"{slug}-fr.csv", feed())
    if form == "seed":
        products = [
            {"sku": sku, "price": article.price, "quantity": 0, "gtin": article.gtin, "name": {"fr": f"Article {sku}"}}
            for sku, article in ARTICLES.items()
        ]
        await sandbox.control("letzshop/products", {"vendor": slug, "products": products})


_ORDER = """
id channelOrderId status syncStatus syncError attention { code message }
items { id sku quantity confirmed cancelled shipped stockState matchState }
shipments { reference trackingNumber syncStatus }
"""


class Scene:
    """One store at work. `url` stays the same when the daemon is started anew."""

    def __init__(self, sandbox: SandboxProcess, home: Home, api: Api, daemon: Daemon, code: str = "ada") -> None:
        self.sandbox, self.home, self.api, self.daemon, self.code = sandbox, home, api, daemon, code

    @property
    def account(self) -> dict[str, str]:
        return {"store": self.code, "marketplace": "letzshop"}

    async def place(self, slug: str = "ada", **pieces: int) -> str:
        """A buyer orders; the name by which the channel knows it: the shipment's id, or in the order form its own."""
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in pieces.items()]
        placed = await self.sandbox.control("letzshop/orders", {"vendor": slug, "lines": lines})
        state = await self.sandbox.control("state")
        forms = {vendor["slug"]: vendor["form"] for vendor in state["letzshop"]["vendors"]}
        return str(placed["shipments"][0]["id"] if forms[slug] == "live" else placed["id"])

    async def order(self, name: str) -> dict[str, Any]:
        place = "store: $store, marketplace: $marketplace, channelOrderId: $name"
        text = f"query($store: String!, $marketplace: String!, $name: String!) {{ order({place}) {{ {_ORDER} }} }}"
        found: dict[str, Any] = (await self.api.query(text, name=name, **self.account))["order"]
        return found

    async def levels(self) -> dict[str, tuple[int, int]]:
        """(on hand, reserved) by SKU."""
        text = (
            "query($store: String!) { inventory(store: $store) { edges { node { onHand reserved product { sku } } } } }"
        )
        nodes = [edge["node"] for edge in (await self.api.query(text, store=self.code))["inventory"]["edges"]]
        return {node["product"]["sku"]: (node["onHand"], node["reserved"]) for node in nodes}

    async def ask(self, mutation: str) -> None:
        """Ask for a piece of work of the account now: pollOrders, syncInventory, …"""
        await self.api.change(mutation, "job { id }", **self.account)

    async def quiet(self, within: float = 30.0) -> None:
        """Wait until no job is open."""

        async def look() -> bool:
            text = "{ jobs(states: [WAITING, EXECUTING]) { totalCount } }"
            return bool((await self.api.query(text))["jobs"]["totalCount"] == 0)

        await until("no job is open", look, within=within)

    async def hurry(self) -> None:
        """Let what waits for its next try be due now, as if the time had passed."""
        async with self.home.database() as database, database.transaction() as tx:
            await tx.execute("UPDATE jobs SET run_at = $1 WHERE state = 'waiting' AND run_at > $1", datetime.now(UTC))

    async def restart(self) -> None:
        """Kill the daemon, whatever it does, and start it anew."""
        self.daemon.kill()
        self.daemon = await self.home.start()

    async def import_catalog(self) -> None:
        """Through the command line, as an operator would ask for it."""
        ran = await self.home.orion("sync", self.code, "letzshop", "products", "--json")
        assert (ran.code, ran.json) == (0, {"jobs": 1}), ran

        async def look() -> bool:
            text = "query($store: String!) { products(store: $store) { totalCount } }"
            return bool((await self.api.query(text, store=self.code))["products"]["totalCount"] == len(ARTICLES))

        await until("the feed's products are the store's", look)
        await self.quiet()


async def open_scene(
    processes: Processes, *, form: str = "live", settings: str = OFF, env: Mapping[str, str] | None = None
) -> Scene:
    """A sandbox with the shop, and a daemon in a fresh home that is ready. `settings`: orion.toml before its store."""
    sandbox = await processes.sandbox()
    await open_shop(sandbox, form=form)
    home = processes.home(**{"ADA_KEY": KEY, **(env or {})})
    home.configure(settings + store(sandbox.url))
    daemon = await home.start()
    return Scene(sandbox, home, await home.api(), daemon)
