"""Orders through the gateway: what is shown, to whom, and at what cost."""

from pathlib import Path

from orion_daemon.db.database import Database
from tests.support.gateway import serving
from tests.support.orders import home, line, open_shop, order

PAGE = """
query($first: Int, $after: String) { orders(store: "demo", first: $first, after: $after) {
  edges { cursor node { id channelOrderId status total { amount currency } linesTotal { amount currency }
    attention { code message } store { code } channel { marketplace }
    items { sku quantity stockState unitPrice { amount } units { unitId } product { sku } }
    history { fromStatus toStatus cause } shipments { reference items { quantity orderItem { sku } } } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }
"""


async def test_an_order_is_shown_with_lines_history_and_exact_amounts(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A", 2), total_minor=2580))
    async with serving(database, tmp_path) as gateway:
        found = (await gateway.query(PAGE))["orders"]
    [edge] = found["edges"]
    node = edge["node"]
    assert node["channelOrderId"] == "1"
    assert node["status"] == "PENDING"
    assert node["total"] == {"amount": "25.80", "currency": "EUR"}
    assert node["linesTotal"] == {"amount": "25.80", "currency": "EUR"}
    assert node["store"] == {"code": "demo"}
    assert node["items"] == [
        {"sku": "A", "quantity": 2, "stockState": "RESERVED", "unitPrice": {"amount": "12.90"}, "units": [],
         "product": {"sku": "A"}}
    ]  # fmt: skip
    assert node["history"] == [{"fromStatus": None, "toStatus": "PENDING", "cause": "CHANNEL"}]
    assert found["totalCount"] == 1
    assert found["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": edge["cursor"], "endCursor": edge["cursor"],
    }  # fmt: skip


async def test_addresses_are_for_operators(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A"), shipping_address=home()))
    async with serving(database, tmp_path) as gateway:
        text = "{ orders { edges { node { shippingAddress { street city } customer { email } } } } }"
        found = await gateway.query(text, role="operator")
    [edge] = found["orders"]["edges"]
    assert edge["node"] == {
        "shippingAddress": {"street": "Rue du Moulin 7", "city": "Ettelbruck"},
        "customer": {"email": "buyer-1@example.lu"},
    }
