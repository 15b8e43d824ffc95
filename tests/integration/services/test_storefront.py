"""Orders placed directly: once per key, with stock reserved in the same transaction, or not at all."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import fulfillment, orders
from orion_daemon.services.errors import Code, Conflict, Invalid, Refused, ServiceError
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.orders import Shop, buyer, home, open_shop
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "web", "now": NOW}
MUGS = NewOrder([NewLine("MUG", 2, 1290)], customer=buyer("1"), shipping_address=home())


async def test_an_order_is_placed_once_per_key(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 5})
    placed = await asyncio.gather(
        *(place_order(database, shop.store_id, MUGS, idempotency_key="k1", **BY) for _ in range(4))
    )
    assert len({one.order_id for one in placed}) == 1
    assert sorted(one.existed for one in placed) == [False, True, True, True]
    assert await shop.level("MUG") == (5, 2)
    row = await shop.order("k1")
    assert (row["marketplace"], row["status"], row["lines_minor"], row["sync_status"]) == (
        "storefront",
        "pending",
        2580,
        "synced",
    )
    other = replace(MUGS, lines=[NewLine("MUG", 1, 1290)])
    with pytest.raises(Conflict):
        await place_order(database, shop.store_id, other, idempotency_key="k1", **BY)


async def test_of_fifty_buyers_twenty_get_the_stock_of_twenty(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 20})
    one = NewOrder([NewLine("MUG", 1, 100)])

    placed = await asyncio.gather(
        *(place_order(database, shop.store_id, one, idempotency_key=f"k{number}", **BY) for number in range(50)),
        return_exceptions=True,
    )
    refusals = [one for one in placed if isinstance(one, BaseException)]
    assert {(type(one), getattr(one, "code", None)) for one in refusals} == {(Refused, Code.NOT_ENOUGH_STOCK)}
    assert len(refusals) == 30
    assert (await shop.count("orders"), await shop.level("MUG")) == (20, (20, 20))


async def test_a_short_order_is_taken_where_the_shop_allows_it(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 1})
    placed = await place_order(database, shop.store_id, MUGS, idempotency_key="k", allow_short=True, **BY)
    assert (placed.is_short, (await shop.order("k"))["attention"]) == (True, "short")


async def test_the_products_own_price_holds_where_none_is_given(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 5})
    async with database.transaction() as tx:
        await tx.execute("UPDATE products SET price_minor = 990, currency = 'EUR'")
    order = NewOrder([NewLine("MUG", 2)], total_minor=1980)
    await place_order(database, shop.store_id, order, idempotency_key="k", **BY)
    assert ((await shop.order("k"))["lines_minor"], (await shop.order("k"))["attention"]) == (1980, "")
    with pytest.raises(Invalid) as caught:
        await place_order(database, shop.store_id, replace(order, currency="CHF"), idempotency_key="k2", **BY)
    assert (caught.value.code, caught.value.field) == (Code.CURRENCY_DIFFERS, "lines.0.unitPrice")


@pytest.mark.parametrize(
    ("order", "key", "field"),
    [
        (NewOrder([]), "k", "lines"),
        (NewOrder([NewLine("MUG", 0, 1)]), "k", "lines.0.quantity"),
        (NewOrder([NewLine("MUG", 1, 1), NewLine("NONE", 1, 1)]), "k", "lines.1.sku"),
        (NewOrder([NewLine("MUG", 1)]), "k", "lines.0.unitPrice"),
        (NewOrder([NewLine("MUG", 1, -1)]), "k", "lines.0.unitPrice"),
        (NewOrder([NewLine("MUG", 1, 1)], currency="euro"), "k", "currency"),
        (NewOrder([NewLine("MUG", 1, 1)], discount_minor=-1), "k", "discount"),
        (NewOrder([NewLine("MUG", 1, 1)]), "", "idempotencyKey"),
        (NewOrder([NewLine("MUG", 1, 1, title="\ud800")]), "k", "order"),
        (NewOrder([NewLine("MUG", 1, 1, title="\x00")]), "k", "lines.0"),
    ],
)
async def test_a_mistake_is_named_by_its_field(database: Database, order: NewOrder, key: str, field: str) -> None:
    shop = await open_shop(database, {"MUG": 5})
    with pytest.raises(ServiceError) as caught:
        await place_order(database, shop.store_id, order, idempotency_key=key, **BY)
    assert caught.value.field == field
    assert await shop.count("orders") == 0


async def test_a_storefront_order_walks_to_its_end_without_telling_anybody(database: Database) -> None:
    shop: Shop = await open_shop(database, {"MUG": 5})
    placed = await place_order(database, shop.store_id, MUGS, idempotency_key="k", **BY)
    for move in (orders.confirm_units, orders.mark_processing, orders.mark_ready):
        await move(database, placed.order_id, **BY)
    sent = await fulfillment.ship(database, placed.order_id, reference="p", **BY)
    state = await orders.mark_delivered(database, placed.order_id, **BY)
    assert (sent.order.status, state.status, state.sync_status) == ("shipped", "delivered", "synced")
    assert await database.fetch_value("SELECT sync_status FROM shipments") == "none"
    assert {job["kind"] for job in await database.fetch("SELECT kind FROM jobs")} == {"PushInventory"}
    assert await shop.level("MUG") == (3, 0)
