"""Which waiting orders Orion may answer by itself: those of which every piece is set aside."""

from orion_daemon.db.database import Database
from orion_daemon.services import inventory, order_rules
from tests.support.orders import line, open_shop, order
from tests.support.stores import NOW


async def test_only_wholly_reserved_waiting_orders_are_named(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 3, "TEE": None})
    await shop.take(
        order("whole", line("MUG", 2)),
        order("short", line("MUG", 2)),
        order("unknown", line("NOBODY", 1)),
        order("untracked", line("MUG", 1), line("TEE", 1)),
        order("answered", line("MUG", 1), status="confirmed"),
    )
    ready = await order_rules.wholly_reserved(database, shop.store_id, shop.channel_id)
    assert ready == [(await shop.order("whole"))["id"]]


async def test_stock_that_comes_later_makes_an_order_ready(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 1})
    await shop.take(order("late", line("MUG", 2)))
    assert await order_rules.wholly_reserved(database, shop.store_id, shop.channel_id) == []

    await inventory.adjust(database, shop.products["MUG"], delta=5, note="delivery", actor="test", now=NOW)
    late = (await shop.order("late"))["id"]
    assert await order_rules.wholly_reserved(database, shop.store_id, shop.channel_id) == [late]
    assert await order_rules.wholly_reserved(database, shop.store_id, shop.storefront_id) == []
