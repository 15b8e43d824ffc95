"""A key from the supplier's list to a customer's mailbox, and what is told of keys that do not come, all through the
API of a real daemon.

The supplier's ledger and the sandbox's mailbox are the oracle.
"""

import socket
from typing import Any

from tests.acceptance.test_supplier_account import ADDRESS, CLIENT, SECRET, SETTINGS, open_supplier, put_secret
from tests.support.processes import Processes, until
from tests.support.scene import OFF

MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "plain"
from_address = "orders@ada.example"
"""
RELEASE = "2055-01-01T00:00:00Z"
EVENTS = 'subscription { keyEvents(store: "ada") { what order { orderNumber status } } }'
ORDER = """mutation($sku: String!, $key: String! = "order-1", $quantity: Int! = 2) { placeOrder(input: {
  store: "ada", idempotencyKey: $key, isConfirmed: true, locale: "de-LU", allowShort: true,
  lines: [{ sku: $sku, quantity: $quantity }],
  customer: { email: "jeanne@example.lu", firstName: "Jeanne" }, billingAddress: { country: "LU" } }) {
  order { id status } userErrors { message } } }"""
SOLD = """query($id: ID!) { node(id: $id) { ... on Order { status attention { code }
  items { keyUnits { id state key { id state handle } } } } } }"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_walk(processes: Processes, environment: dict[str, str]) -> None:
    port = free_port()
    sandbox, product = await open_supplier(processes, "--mail-port", str(port))
    home = processes.home(**environment)
    settings = SETTINGS.format(public="", off=OFF, sandbox=sandbox.url, client=CLIENT)
    home.configure(f"{settings}allow_preorders = true\n{MAIL.format(port=port)}")
    daemon = await home.start()
    await put_secret(home, "client_secret", SECRET)
    api = await home.api()

    # the price list is read, taken into the shop, and sold at its cost and a quarter
    assert (await home.orion("sync", *ADDRESS, "catalog", "--json")).json == {"jobs": 1}

    async def listed() -> Any:
        found = await api.query('{ marketplaceProducts(store: "ada") { totalCount } }')
        return found["marketplaceProducts"]["totalCount"]

    assert await until("the supplier's product is read", listed) == 1
    adopted = await api.change("adoptProducts", "products { id sku }", store="ada", marketplace=ADDRESS[1])
    [game] = adopted["products"]
    assert game["sku"] == product
    refused = await api.send(ORDER, sku=product)
    assert refused["data"]["placeOrder"]["userErrors"]  # a cost is nobody's price
    rule = {"percent": "25", "rounding": "99", "vat": "17", "productId": game["id"]}
    marked = await api.change("setMarkup", "product { markup { state price { amount } } }", **rule)
    assert marked["product"]["markup"] == {"state": "PRICED", "price": {"amount": "13.99"}}

    # paid, bought, mailed: seen as it happens
    async with api.watch(EVENTS) as watcher:
        placed = (await api.query(ORDER, sku=product))["placeOrder"]
        assert placed["userErrors"] == []
        seen = [await watcher.next()]
        while seen[-1]["what"] != "DELIVERED":
            seen.append(await watcher.next())
    assert seen[-1]["order"]["status"] == "FULFILLED"
    order = (await api.query(SOLD, id=placed["order"]["id"]))["node"]
    assert (order["status"], order["attention"]) == ("FULFILLED", [])
    [item] = order["items"]
    assert [unit["state"] for unit in item["keyUnits"]] == ["DELIVERED", "DELIVERED"]

    # the supplier sold two pieces once, and the customer has just these
    [made] = await sandbox.ledger("order_created", vendor="codeswholesale")
    assert made["units"] == 2
    [letter] = await sandbox.control("mail?to=jeanne@example.lu")
    keys = [unit["key"]["id"] for unit in item["keyUnits"]]
    shown = await api.change("revealKeys", "revealed { code }", keyIds=keys, reason="the customer asks")
    codes = [one["code"] for one in shown["revealed"]]
    assert all(code in letter["text"] for code in codes)
    assert letter["text"].startswith("Guten Tag")
    assert not any(code in str(order) for code in codes)

    # a game that is not out yet is ordered in advance, and the customer knows the day
    later = {"name": "Later Quest", "price": "9.10", "quantity": 5, "kinds": ["preorder"], "released_at": RELEASE}
    await sandbox.control("codeswholesale/products", later)
    await home.orion("sync", *ADDRESS, "catalog", "--json")

    async def adopted_later() -> Any:
        found = await api.change("adoptProducts", "products { id sku }", store="ada", marketplace=ADDRESS[1])
        return found["products"]

    [later_game] = await until("the new product is read", adopted_later)
    await api.change("setMarkup", "product { id }", **rule | {"productId": later_game["id"]})
    await api.query(ORDER, sku=later_game["sku"], key="order-2", quantity=1)

    async def letters() -> Any:
        return (await sandbox.control("mail?to=jeanne@example.lu"))[len(told) :]

    told = [letter]
    [announced] = await until("the pre-order is announced", letters)
    assert "vorbestellt" in announced["subject"]
    assert "1. Januar 2055" in announced["text"]

    # keys that nobody has are paid back, and the customer knows which
    await api.change("setKeySources", "product { id }", productId=game["id"], sources=[{"lowWater": 1}])
    placed = (await api.query(ORDER, sku=product, key="order-3"))["placeOrder"]
    order = (await api.query(SOLD, id=placed["order"]["id"]))["node"]
    [item] = order["items"]
    assert [unit["state"] for unit in item["keyUnits"]] == ["HELD", "HELD"]
    units = [unit["id"] for unit in item["keyUnits"]]
    paid = {"orderId": placed["order"]["id"], "keyUnitIds": units[:1], "reason": "SELLER_CANCELLED"}
    assert (await api.change("refundKeyUnits", "cancelled", **paid))["cancelled"] == 1
    told.append(announced)
    [sorry] = await until("the customer is told", letters)
    assert "Ein Schlüssel wird nicht geliefert." in sorry["text"]
    assert "Sie erhalten dafür 13,99\N{NO-BREAK SPACE}€ zurück." in sorry["text"]

    # nothing of it stands in the daemon's log
    log = "\n".join(daemon.running.err_file.read_text("utf-8").splitlines())
    assert log
    assert not any(word in log for word in (*codes, "jeanne@example.lu", SECRET))
