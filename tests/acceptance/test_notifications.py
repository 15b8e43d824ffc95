"""The real process hears eBay: it proves its address, takes an order that eBay speaks of, and erases who left eBay."""

from types import SimpleNamespace
from typing import Any, cast

from tests.support.ebay_sandbox import CLIENT, REFRESH, RU_NAME, SECRET, SELLER, Ebay
from tests.support.letzshop_sandbox import SandboxHandle
from tests.support.processes import Api, Processes, until

TOKEN = "a-token-that-eBay-knows-us-by-0123456789"
SETTINGS = """public_url = "{public}"
[schedule]
order_import_ebay = "off"
order_reconcile_ebay = "off"
product_import_ebay = "off"
inventory_sync_ebay = "off"
[[store]]
code = "ada"
name = "Ada"
currency = "EUR"
default_language = "de"
[[store.channel]]
marketplace = "ebay"
endpoint = "{sandbox}/ebay"
client_id = "{client}"
client_secret_env = "ADA_SECRET"
refresh_token_env = "ADA_REFRESH"
ru_name = "{ru_name}"
"""
ORDER = """query($name: String!) { order(store: "ada", marketplace: "ebay", channelOrderId: $name) {
  status erasureDueAt buyer { email } shippingAddress { city } customer { erasedAt email } } }"""


async def open_ebay(processes: Processes) -> Ebay:
    """A seller at the stand-in's process, with tokens."""
    sandbox = await processes.sandbox()
    spoken_to = SimpleNamespace(url=sandbox.url, session=processes.session, control=sandbox.control)
    ebay = Ebay(cast("SandboxHandle", spoken_to))
    await ebay.control("applications", {"client_id": CLIENT, "client_secret": SECRET, "ru_name": RU_NAME})
    await ebay.control("sellers", {"username": SELLER})
    await ebay.control("grants", {"refresh_token": REFRESH})
    await ebay.log_in()
    await ebay.list_item("MUG", quantity=50)
    return ebay


async def seen(api: Api, name: str, field: str) -> dict[str, Any]:
    """The order, once it is there and says this."""

    async def look() -> dict[str, Any] | None:
        order: dict[str, Any] | None = (await api.query(ORDER, name=name))["order"]
        return order if order is not None and order[field] else None

    return await until(f"order {name} says {field}", look)


async def test_an_order_comes_and_its_buyer_goes_as_ebay_says(
    processes: Processes, environment: dict[str, str]
) -> None:
    ebay = await open_ebay(processes)
    home = processes.home(ADA_SECRET=SECRET, ADA_REFRESH=REFRESH, **environment)
    home.configure(SETTINGS.format(public=home.url, sandbox=ebay.sandbox.url, client=CLIENT, ru_name=RU_NAME))
    daemon = await home.start()
    ran = await home.orion("credentials", "set", "ada", "ebay", "--kind", "notification_token", stdin=TOKEN)
    assert ran.code == 0, ran
    wanted = ("--topic", "MARKETPLACE_ACCOUNT_DELETION", "--topic", "ORDER_CONFIRMATION", "--json")
    ran = await home.orion("channels", "subscribe", "ada", "ebay", *wanted)
    assert (ran.code, "--email" in ran.err) == (1, True), ran
    ran = await home.orion("channels", "subscribe", "ada", "ebay", "--email", "ops@example.lu", *wanted)
    assert (ran.code, ran.json["address"]) == (0, f"{home.url}/webhooks/ada/ebay"), ran
    assert [step["outcome"] for step in ran.json["steps"]] == ["made"] * 4
    ran = await home.orion("channels", "subscribe", "ada", "ebay")
    assert (ran.code, "ORDER_CONFIRMATION: kept." in ran.out) == (0, True), ran
    api = await home.api()
    placed = await ebay.place()
    order = await seen(api, placed["id"], "status")
    assert order["customer"]["erasedAt"] is None
    assert order["shippingAddress"]["city"]
    await ebay.control("accounts/delete", {"buyer": placed["buyer"]})
    erased = await seen(api, placed["id"], "erasureDueAt")
    assert erased["customer"]["erasedAt"] == erased["erasureDueAt"]
    assert (erased["buyer"], erased["customer"]["email"]) == (None, None)
    assert erased["shippingAddress"] == order["shippingAddress"]
    assert not [entry for entry in daemon.running.log() if placed["buyer"] in str(entry)]
