"""What a feed must hold and what became of it, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import SyncStatusChanged
from orion_daemon.services import inventory, products, publication, stores, sync_runs, translations
from orion_daemon.services.publication import Entry, OfferCounts, PublishedFile
from orion_daemon.services.sync_runs import Drifted, RunCounts
from tests.support.listing import LETZSHOP, Listing, open_listing
from tests.support.stores import NOW

LATER = NOW + timedelta(minutes=15)


async def entries(listing: Listing, limit: int = 100) -> dict[str, Entry]:
    feed = await publication.open_feed(listing.db, listing.channel_id, NOW)
    found: dict[str, Entry] = {}
    after: int | None = 0
    while after is not None:
        chunk = await publication.read_chunk(listing.db, feed, after=after, limit=limit)
        found |= {one.sku: one for one in chunk.entries}
        after = chunk.next_after
    return found


async def publish(listing: Listing, refused: dict[str, tuple[str, str]] | None = None) -> OfferCounts:
    found = await entries(listing)
    return await publication.record_offers(listing.db, list(found.values()), refused or {}, NOW)


async def test_an_entry_holds_the_effective_product_in_all_languages(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8}, brand="Villeroy", attributes_json={"color": "bleu"}, sale_price_minor=990)
    mug = listing.products["MUG"]
    await products.update_product(database, mug, {"brand": "Notre marque"}, NOW)
    await translations.set_translation(database, mug, "de", {"title": "Becher"}, NOW)
    one = (await entries(listing))["MUG"]
    assert (one.state, one.quantity, one.availability, one.brand) == ("listed", 8, "in_stock", "Notre marque")
    assert (one.price_minor, one.sale_price_minor, one.sold_at, one.currency) == (1290, 990, 990, "EUR")
    assert (one.tax_rate, one.attributes) == ("17", {"color": "bleu"})
    assert one.texts == [("Objet MUG", "MUG, fr"), ("Becher", "MUG, fr")]


async def test_chunks_hold_every_offer_once_in_a_stable_order(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({f"P{number}": number for number in range(11)})
    by_three = await entries(listing, limit=3)
    assert list(by_three) == [f"P{number}" for number in range(11)]
    assert by_three == await entries(listing)


async def test_quantities_are_those_of_this_moment_under_the_channels_rules(database: Database) -> None:
    listing = await open_listing(database, channel=replace(LETZSHOP, safety_stock=2, out_of_stock_threshold=1))
    await listing.sell({"MUG": 8, "LAST": 3, "MADE": None})
    await products.update_product(database, listing.products["MUG"], {"safety_stock": 5}, NOW)
    found = await entries(listing)
    assert [(one.sku, one.quantity, one.availability) for one in found.values()] == [
        ("MUG", 3, "in_stock"),
        ("LAST", 0, "out_of_stock"),
        ("MADE", None, "in_stock"),
    ]
    await inventory.adjust(database, listing.products["LAST"], set_to=9, actor="test", now=NOW)
    assert (await entries(listing))["LAST"].quantity == 7


async def test_products_without_title_or_price_are_left_out_and_told(database: Database) -> None:
    listing = await open_listing(database)
    await listing.add("DUMB", titles={})
    await listing.add("FREE", price_minor=None, currency=None)
    await listing.add("SAID", titles={"lb": "Taass"})
    await listing.adopt()
    found = await entries(listing)
    assert {sku: one.problem[0] for sku, one in found.items() if one.problem} == {
        "DUMB": "title_missing",
        "FREE": "price_missing",
    }
    assert [title for title, _ in found["SAID"].texts] == ["Taass", "Taass"]
    counts = await publish(listing)
    assert (counts.sent, counts.failed) == (1, 2)
    offer = await listing.offer("DUMB")
    assert (offer["state"], offer["error_code"], offer["is_urgent"]) == ("failed", "title_missing", False)
    await translations.set_translation(database, listing.products["DUMB"], "fr", {"title": "Parle"}, NOW)
    await publish(listing)
    offer = await listing.offer("DUMB")
    assert (offer["state"], offer["error_code"], offer["error_message"]) == ("sent", "", "")


@pytest.mark.parametrize("off", ["product", "offer", "catalog"])
async def test_what_was_shown_stays_as_sold_out_and_what_was_not_never_appears(database: Database, off: str) -> None:
    listing = await open_listing(database)
    await listing.sell({"SHOWN": 8, "MADE": None})
    await publish(listing)
    assert await listing.offer_states() == {"SHOWN": "sent", "MADE": "sent"}
    await listing.sell({"NEVER": 8})
    async with database.transaction() as tx:
        statement = {
            "product": "UPDATE products SET is_active = FALSE",
            "offer": "UPDATE offers SET is_active = FALSE",
            "catalog": "UPDATE marketplace_products SET is_available = FALSE",
        }[off]
        await tx.execute(statement)
    found = await entries(listing)
    assert [(one.sku, one.state, one.quantity) for one in found.values()] == [
        ("SHOWN", "listed", 0),
        ("MADE", "listed", 0),
        ("NEVER", "paused", None),
    ]
    await publish(listing)
    assert await listing.offer_states() == {"SHOWN": "sent", "MADE": "sent", "NEVER": "paused"}
    assert (await listing.offer("SHOWN"))["sent_quantity"] == 0
    assert (await entries(listing))["NEVER"].state == "paused"


async def test_a_zero_that_must_not_be_told_pauses_the_offer_until_stock_comes(database: Database) -> None:
    listing = await open_listing(database, channel=replace(LETZSHOP, sync_zero_stock=False))
    await listing.sell({"MUG": 1, "CAP": 0})
    await publish(listing)
    assert await listing.offer_states() == {"MUG": "sent", "CAP": "paused"}
    await inventory.adjust(database, listing.products["MUG"], set_to=0, actor="test", now=NOW)
    await inventory.adjust(database, listing.products["CAP"], set_to=4, actor="test", now=NOW)
    assert await listing.offer_states() == {"MUG": "different", "CAP": "different"}
    await publish(listing)
    assert await listing.offer_states() == {"MUG": "paused", "CAP": "sent"}


async def test_a_change_after_the_reading_leaves_the_offer_different(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 8})
    read = await entries(listing)
    for sku in ("MUG", "CAP"):
        await inventory.adjust(database, listing.products[sku], delta=-1, actor="test", now=NOW)
    await publication.record_offers(database, list(read.values()), {"CAP": ("gtin_invalid", "…")}, NOW)
    offer = await listing.offer("MUG")
    assert (offer["state"], offer["sent_quantity"], offer["version"] - offer["sent_version"]) == ("different", 8, 1)
    offer = await listing.offer("CAP")
    assert (offer["state"], offer["error_code"]) == ("different", "")
    await publish(listing)
    assert await listing.offer_states() == {"MUG": "sent", "CAP": "sent"}
    late = await publication.record_offers(database, list(read.values()), {}, NOW)
    assert late.written == 2
    assert (await listing.offer("MUG"))["sent_quantity"] == 7


async def test_recording_the_same_again_writes_nothing(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 8})
    await listing.add("DUMB", titles={})
    await listing.adopt()
    refused = {"CAP": ("gtin_invalid", "not a GTIN")}
    first = await publish(listing, refused)
    assert (first.sent, first.failed, first.written) == (1, 2, 3)
    again = await publish(listing, refused)
    assert (again.sent, again.failed, again.written) == (1, 2, 0)
    mended = await publish(listing)
    assert (mended.sent, mended.failed, mended.written) == (2, 1, 1)


async def test_unchanged_content_keeps_its_time_of_publication(database: Database) -> None:
    listing = await open_listing(database)
    feed = await publication.open_feed(database, listing.channel_id, NOW)

    def files(etag: str) -> list[PublishedFile]:
        return [PublishedFile(name, f"/feeds/{name}.csv", etag, 3, 1, 200) for name in feed.languages]

    assert await publication.record_files(database, feed, files('"a"'), NOW) == []
    assert await publication.record_files(database, feed, files('"a"'), LATER) == []
    row = await publication.find_feed(database, "demo", "letzshop", "de")
    assert row is not None
    assert (row["published_at"], row["checked_at"], row["read_at"]) == (NOW, LATER, None)
    await publication.note_read(database, row["id"], LATER)
    await publication.record_files(database, feed, files('"b"'), LATER)
    row = await publication.find_feed(database, "demo", "letzshop", "de")
    assert row is not None
    assert (row["etag"], row["published_at"], row["read_at"], row["refused"]) == ('"b"', LATER, LATER, 1)
    assert set(await publication.published(database, listing.channel_id)) == {"fr", "de"}


async def test_a_language_that_the_store_gives_up_is_no_longer_published(database: Database) -> None:
    listing = await open_listing(database)
    feed = await publication.open_feed(database, listing.channel_id, NOW)
    files = [PublishedFile(name, f"/feeds/{name}.csv", '"a"', 3, 1, 200) for name in feed.languages]
    await publication.record_files(database, feed, files, NOW)
    await stores.update_store(database, listing.store_id, {"languages_json": ["fr"]}, NOW)
    feed = await publication.open_feed(database, listing.channel_id, NOW)
    assert await publication.record_files(database, feed, files[:1], NOW) == ["/feeds/de.csv"]
    assert await publication.find_feed(database, "demo", "letzshop", "de") is None
    assert await publication.find_feed(database, "demo", "letzshop", "fr") is not None


@pytest.mark.parametrize("table", ["stores", "channels"])
async def test_the_feed_of_what_is_switched_off_is_not_served(database: Database, table: str) -> None:
    listing = await open_listing(database)
    feed = await publication.open_feed(database, listing.channel_id, NOW)
    await publication.record_files(database, feed, [PublishedFile("fr", "/f/fr.csv", '"a"', 0, 0, 1)], NOW)
    async with database.transaction() as tx:
        await tx.execute(f"UPDATE {table} SET is_active = FALSE")
    assert await publication.find_feed(database, "demo", "letzshop", "fr") is None
    assert await publication.find_feed(database, "nobody", "letzshop", "fr") is None


async def last_push(listing: Listing) -> Any:
    return await listing.db.fetch_value("SELECT inventory_pushed_at FROM channels WHERE id = $1", listing.channel_id)


@pytest.mark.parametrize(
    ("counts", "error", "state", "moves"),
    [
        (RunCounts(3, 3), "", "done", True),
        (RunCounts(3, 1, 1, 1), "", "partly", True),
        (RunCounts(2, 0, 0, 2), "", "failed", True),
        (RunCounts(3, 2), "unreachable", "partly", False),
        (RunCounts(), "unreachable", "failed", False),
    ],
)
async def test_a_run_is_told_and_only_an_entire_one_counts_as_a_sync(
    database: Database, counts: RunCounts, error: str, state: str, moves: bool
) -> None:
    listing = await open_listing(database)
    await sync_runs.record_run(database, listing.channel_id, "push", counts, started_at=NOW, now=LATER, error=error)
    [run] = await listing.runs()
    assert (run["kind"], run["state"], run["error"], run["sent"]) == ("push", state, error, counts.sent)
    assert await last_push(listing) == (LATER if moves else None)
    assert database.bus.events[-1] == SyncStatusChanged(listing.store_id, listing.channel_id)  # type: ignore[attr-defined]  # a recording bus


async def test_drift_makes_an_offer_different_once_and_puts_a_push(database: Database) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 8})
    await publish(listing)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    read = await sync_runs.levels_to_read(database, listing.channel_id, after=0, limit=10)
    assert {(one.sku, one.quantity, one.price_minor) for one in read} == {("MUG", 8, 1290), ("CAP", 8, 1290)}
    drifted = [Drifted(one.offer_id, one.version, is_urgent=True) for one in read if one.sku == "MUG"]
    assert await sync_runs.record_read(database, listing.channel_id, [], drifted, NOW) == 1
    assert await sync_runs.record_read(database, listing.channel_id, [], drifted, NOW) == 0
    assert await listing.offer_states() == {"MUG": "different", "CAP": "sent"}
    [job] = await database.fetch("SELECT kind, owner FROM jobs")
    assert job == {"kind": "PushInventory", "owner": "demo:letzshop"}
    assert [one.sku for one in await sync_runs.levels_to_read(database, listing.channel_id, after=0, limit=9)] == [
        "CAP"
    ]
