"""The real process hears eBay: it proves its address, takes an order that eBay speaks of, and erases who left eBay."""

from types import SimpleNamespace
from typing import Any, cast

from tests.support.ebay_sandbox import CLIENT, REFRESH, RU_NAME, SECRET, SELLER, Ebay
from tests.support.letzshop_sandbox import SandboxHandle
from tests.support.processes import Api, Processes, until

TOKEN = "a-token-that-eBay-knows-us-by-0123456789"
NOTIFY = "/commerce/notification/v1"
PAYLOAD = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
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


async def subscribe(ebay: Ebay, address: str) -> None:
    await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ops@example.lu"}, token=ebay.application)
    config = {"endpoint": address, "verificationToken": TOKEN}
    body = {"name": "orion", "status": "ENABLED", "deliveryConfig": config}
    made = await ebay.post(f"{NOTIFY}/destination", body, token=ebay.application)
    assert made.status == 201, made.body
    target = made.headers["Location"].rpartition("/")[2]
    for topic, token in (("MARKETPLACE_ACCOUNT_DELETION", ebay.application), ("ORDER_CONFIRMATION", ebay.user)):
        wanted = {"topicId": topic, "status": "ENABLED", "destinationId": target, "payload": PAYLOAD}
        assert (await ebay.post(f"{NOTIFY}/subscription", wanted, token=token)).status == 201


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
    await subscribe(ebay, f"{home.url}/webhooks/ada/ebay")
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
