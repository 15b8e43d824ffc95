"""After an import: new products are adopted where the channel says so, and changed ones differ for their channels."""

from pathlib import Path
from typing import Any

from orion_daemon.actors.import_launch import events_of
from orion_daemon.actors.import_order import Report
from orion_daemon.actors.import_worker import Outbox
from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobsPut, OffersDiffer, StoresChanged
from orion_daemon.services import imports, late_matching
from tests.support.imports import Importing, mugs, open_importing, record, with_processes, write_feed
from tests.support.orders import Shop, line, order
from tests.support.stores import NOW

EAN, OTHER_EAN = "4000000000013", "4006381333931"


async def offers(database: Database) -> dict[str, tuple[str, int]]:
    rows = await database.fetch("SELECT channel_sku, state, version FROM offers ORDER BY channel_sku")
    return {row["channel_sku"]: (row["state"], row["version"]) for row in rows}


async def count(database: Database, table: str) -> Any:
    return await database.fetch_value(f"SELECT count(*) FROM {table}")


async def test_everything_is_adopted_with_its_first_stock_where_the_channel_says_so(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all", stock_from_catalog=True)
    columns = ("id", "title", "price", "quantity")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(600, quantity="7"), columns))
    assert await count(database, "products") == 600
    assert await database.fetch_value("SELECT sum(on_hand) FROM inventory_entries") == 4200
    await shop.take(write_feed(tmp_path / "b.csv", mugs(601, quantity="9"), columns))
    assert await count(database, "products") == 601
    assert await database.fetch_value("SELECT sum(on_hand) FROM inventory_entries") == 4209


async def test_nothing_is_adopted_without_being_asked(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(10)))
    assert await count(database, "products") == 0


async def test_changed_and_vanished_products_differ_for_their_channels(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    records = mugs(40)
    await shop.take(write_feed(tmp_path / "a.csv", records))
    async with database.transaction() as tx:
        await tx.execute("UPDATE offers SET state = 'synced'")
        await tx.execute("DELETE FROM jobs")
    records[3] |= {"price": "11.00 EUR"}
    await shop.take(write_feed(tmp_path / "b.csv", records[:39]))
    found = await offers(database)
    assert [sku for sku, (state, _) in found.items() if state == "different"] == ["SKU-00003", "SKU-00039"]
    kinds = [row["kind"] for row in await database.fetch("SELECT kind FROM jobs WHERE state = 'waiting'")]
    assert kinds.count("PushInventory") == 1


async def test_a_workers_nudges_reach_the_daemons_bus(database: Database, tmp_path: Path, database_url: str) -> None:
    shop = with_processes(await open_importing(database, tmp_path / "imports", database_url, adopt="all"))
    await shop.take(write_feed(tmp_path / "a.csv", mugs(10)))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    events = database.bus.events  # type: ignore[attr-defined]  # a recording bus
    events.clear()
    await shop.take(write_feed(tmp_path / "b.csv", mugs(10, brand="New")))
    assert JobsPut("demo:letzshop", frozenset({"syncing"})) in events
    assert [event for event in events if isinstance(event, OffersDiffer)] != []


def test_the_outbox_keeps_what_is_meant_for_others_until_the_next_report() -> None:
    outbox = Outbox()
    for lanes in ({"syncing"}, {"urgent"}):
        outbox.publish(JobsPut("demo:letzshop", frozenset(lanes)))
    outbox.publish(OffersDiffer(1, 2, urgent=False))
    outbox.publish(OffersDiffer(1, 2, urgent=True))
    outbox.publish(StoresChanged())
    report = outbox.report(state="upserting")
    assert events_of(report) == [
        JobsPut("demo:letzshop", frozenset({"syncing", "urgent"})),
        OffersDiffer(1, 2, urgent=True),
    ]
    assert outbox.report(state="upserting") == Report(state="upserting")


async def waiting_for(shop: Importing, number: str, *called: tuple[str, str | None]) -> Shop:
    """An order of articles that the store does not know by these SKUs and trade numbers."""
    channel = await shop.channel()
    found = Shop(shop.db, channel["store_id"], channel["id"], 0, {})
    await found.take(order(number, *(line(sku, gtin=gtin) for sku, gtin in called)))
    assert {row["match_state"] for row in await found.lines(number)} == {"unmatched"}
    return found


async def matched_skus(orders: Shop, number: str) -> list[str | None]:
    rows = await orders.db.fetch(
        "SELECT p.sku FROM order_items i JOIN orders o ON o.id = i.order_id LEFT JOIN products p ON p.id = i.product_id"
        " WHERE o.channel_order_id = $1 ORDER BY i.id",
        number,
    )
    return [row["sku"] for row in rows]


async def test_a_feed_that_gives_a_known_product_another_trade_number_finds_the_lines_that_wait_for_it(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all", stock_from_catalog=True)
    records = [record(n, quantity="5", gtin=EAN if n == 3 else "") for n in range(40)]
    columns = ("id", "title", "price", "quantity", "gtin")
    await shop.take(write_feed(tmp_path / "a.csv", records, columns))
    orders = await waiting_for(shop, "1", ("elsewhere", OTHER_EAN), ("elsewhere-2", None))
    records[3] |= {"gtin": OTHER_EAN}
    await shop.take(write_feed(tmp_path / "b.csv", records, columns))
    assert await matched_skus(orders, "1") == ["SKU-00003", None]
    [found, other] = await orders.lines("1")
    assert (found["stock_state"], other["match_state"]) == ("reserved", "unmatched")
    reserved = await database.fetch("SELECT on_hand, reserved FROM inventory_entries WHERE reserved > 0")
    assert [(row["on_hand"], row["reserved"]) for row in reserved] == [(5, 1)]
    assert "elsewhere-2" in (await orders.order("1"))["attention_reason"]


async def test_a_feed_that_gives_a_product_another_sku_finds_the_lines_that_wait_for_it(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    records = mugs(40)
    await shop.take(write_feed(tmp_path / "a.csv", records))
    orders = await waiting_for(shop, "1", ("MUG-3", None))
    records[3] |= {"id": "MUG-3"}
    await shop.take(write_feed(tmp_path / "b.csv", records))
    assert await matched_skus(orders, "1") == ["MUG-3"]


async def test_applying_a_dry_run_finds_them_too_and_a_dry_run_does_not(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    orders = await waiting_for(shop, "1", ("elsewhere", EAN))
    records = mugs(40)
    records[7] |= {"gtin": EAN}
    dry = await shop.take(write_feed(tmp_path / "b.csv", records), is_dry_run=True)
    assert await matched_skus(orders, "1") == [None]
    await shop.run(await imports.apply(database, dry["id"], "ada", NOW))
    assert await matched_skus(orders, "1") == ["SKU-00007"]


async def test_what_was_missed_is_found_by_the_sweep_and_what_is_ambiguous_keeps_waiting(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports", adopt="all")
    await shop.take(write_feed(tmp_path / "a.csv", mugs(40)))
    orders = await waiting_for(shop, "1", ("elsewhere", EAN), ("elsewhere-2", OTHER_EAN))
    async with database.transaction() as tx:  # as a process leaves it that was killed right after its import
        key = "SELECT id FROM marketplace_products WHERE marketplace_product_id = $1"
        for sku, gtin in (("SKU-00001", EAN), ("SKU-00002", OTHER_EAN), ("SKU-00003", OTHER_EAN)):
            await tx.execute(f"UPDATE marketplace_products SET gtin = $2 WHERE id = ({key})", sku, gtin)
    assert await late_matching.sweep(database, orders.store_id, now=NOW) == 1
    assert await matched_skus(orders, "1") == ["SKU-00001", None]
    assert await late_matching.sweep(database, orders.store_id, now=NOW) == 0
