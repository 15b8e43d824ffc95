"""Levels and their ledger, as people move them."""

import asyncio
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import fulfillment, inventory, short_lines
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound
from tests.support.orders import line, open_shop, order
from tests.support.stores import NOW

BY: dict[str, Any] = {"actor": "ann", "now": NOW}


async def test_stock_is_counted_anew_with_a_row_for_each_change(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    product = shop.products["MUG"]
    await inventory.adjust(database, product, delta=-3, note="broken", **BY)
    level = await inventory.adjust(database, product, set_to=20, **BY)
    await inventory.adjust(database, product, set_to=20, **BY)
    await inventory.adjust(database, product, delta=5, location="cellar", **BY)
    assert level.on_hand == 20
    rows = await database.fetch(
        "SELECT location, on_hand_delta, cause, actor, note FROM inventory_movements ORDER BY id"
    )
    assert [tuple(row.values()) for row in rows][1:] == [
        ("main", -3, "adjust", "ann", "broken"),
        ("main", 13, "adjust", "ann", ""),
        ("cellar", 5, "adjust", "ann", ""),
    ]
    assert await inventory.verify_ledger(database) == []


async def test_adjustments_at_once_lose_nothing(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 0})
    await asyncio.gather(*(inventory.adjust(database, shop.products["MUG"], delta=1, **BY) for _ in range(25)))
    assert await shop.level("MUG") == (25, 0)
    assert await inventory.verify_ledger(database) == []


@pytest.mark.parametrize(
    ("wish", "kind"),
    [({}, Invalid), ({"delta": 1, "set_to": 1}, Invalid), ({"set_to": -1}, Invalid), ({"delta": -11}, Conflict),
     ({"delta": 10**12}, Invalid), ({"delta": 1, "location": " "}, Invalid)],
)  # fmt: skip
async def test_an_impossible_count_is_refused(database: Database, wish: dict[str, Any], kind: type[Exception]) -> None:
    shop = await open_shop(database, {"MUG": 10})
    with pytest.raises(kind):
        await inventory.adjust(database, shop.products["MUG"], **wish, **BY)
    with pytest.raises(NotFound):
        await inventory.adjust(database, 999, delta=1, **BY)
    assert await shop.level("MUG") == (10, 0)


async def test_a_line_takes_its_pieces_from_one_location_where_one_suffices(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 2})
    await inventory.adjust(database, shop.products["MUG"], set_to=5, location="cellar", **BY)
    await shop.take(order("1", line("MUG", 4)), order("2", line("MUG", 3)), order("3", line("MUG", 1)))
    rows = await database.fetch(
        "SELECT r.location, r.quantity FROM reservations r ORDER BY r.order_item_id, r.location DESC"
    )
    assert [tuple(row.values()) for row in rows] == [("cellar", 4), ("main", 2), ("cellar", 1)]
    assert (await shop.lines("3"))[0]["stock_state"] == "short"
    assert await inventory.verify_ledger(database) == []


async def test_goods_that_arrive_go_to_waiting_lines_oldest_first(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 0})
    await shop.take(*(order(name, line("MUG", 2)) for name in "abc"))
    await inventory.adjust(database, shop.products["MUG"], delta=5, **BY)
    assert [(await shop.lines(name))[0]["stock_state"] for name in "abc"] == ["reserved", "reserved", "short"]
    assert await shop.level("MUG") == (5, 4)
    assert [(await shop.order(name))["attention"] for name in "abc"] == ["", "", "short"]
    assert await short_lines.sweep(database, shop.store_id, now=NOW) == 1
    assert await shop.level("MUG") == (5, 4)


async def test_a_product_that_gets_its_first_stock_holds_what_is_owed_already(database: Database) -> None:
    shop = await open_shop(database, {"MADE": None})
    await shop.take(
        order("1", line("MADE", 2)), order("2", line("MADE", 2)), order("3", line("MADE"), status="shipped")
    )
    await inventory.adjust(database, shop.products["MADE"], set_to=3, **BY)
    assert [(await shop.lines(name))[0]["stock_state"] for name in "123"] == ["reserved", "short", "none"]
    assert await shop.level("MADE") == (3, 2)
    assert (await shop.order("2"))["attention"] == "short"


async def test_returned_goods_come_back_by_decision_and_no_more_than_left(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 3})
    await shop.take(order("1", line("MUG", 3), status="confirmed"), order("2", line("MUG", 1)))
    await fulfillment.ship(database, (await shop.order("1"))["id"], reference="p", **BY)
    [item] = await shop.lines("1")
    await shop.take(order("1", line("MUG", 3, returned=2), status="partially_refunded"))
    assert await shop.level("MUG") == (0, 0)
    await inventory.take_back(database, item["id"], 2, **BY)
    assert await shop.level("MUG") == (2, 1)
    with pytest.raises(Conflict) as caught:
        await inventory.take_back(database, item["id"], 2, **BY)
    assert caught.value.code is Code.QUANTITY_TOO_LARGE
    assert await inventory.verify_ledger(database) == []


async def test_a_level_that_somebody_wrote_past_the_ledger_is_found(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 3})
    async with database.transaction() as tx:
        await tx.execute("UPDATE inventory_entries SET on_hand = 4, reserved = 1")
    faults = await inventory.verify_ledger(database)
    assert [(one.what, one.on_hand, one.on_hand_sum, one.reserved_sum) for one in faults] == [
        ("level", 4, 3, 0),
        ("reservations", 4, 4, 0),
    ]
    assert faults[0].product_id == shop.products["MUG"]
