"""After an import: new products are adopted where the channel says so, and changed ones differ for their channels."""

from pathlib import Path
from typing import Any

from orion_daemon.actors.import_launch import events_of
from orion_daemon.actors.import_order import Report
from orion_daemon.actors.import_worker import Outbox
from orion_daemon.db.database import Database
from orion_daemon.domain.events import JobsPut, OffersDiffer, StoresChanged
from tests.support.imports import mugs, open_importing, with_processes, write_feed


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
