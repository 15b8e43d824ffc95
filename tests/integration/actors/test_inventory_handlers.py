"""Stock on its way out, on both databases: pushed to a marketplace with memory and faults, or published as files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.handlers import inventory as handlers
from orion_daemon.connectors.base import Capabilities, LevelResult, OutgoingLevel
from orion_daemon.connectors.errors import MutationsForbidden, RateLimited, Unreachable, Unsupported
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import Nothing
from orion_daemon.jobs.outcomes import Cancelled, Done, Refused
from orion_daemon.services import inventory, products, publication, stores, translations
from orion_daemon.services.stores import STOREFRONT
from tests.support.listing import LETZSHOP, Desk, Listing, a_job, open_desk, open_listing, rows_of
from tests.support.stores import NOW

CALLS = Capabilities(
    answers_units=True,
    sets_tracking=True,
    sets_status=False,
    stock="call",
    prices="call",
    reads_offers=True,
    max_batch=2,
)
FEED = replace(CALLS, stock="feed", prices="feed", reads_offers=False)


@dataclass
class Market:
    """Remembers what it was told. `faults` are raised by the next calls in turn (None: that one works); `refuses` by
    SKU; it names values back only when `confirms`."""

    can: Capabilities = CALLS
    held: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    batches: list[list[str]] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    refuses: dict[str, tuple[str, str]] = field(default_factory=dict)
    confirms: bool = True
    before_answer: Any = None
    known_form: str = ""

    async def capabilities(self) -> Capabilities:
        return self.can

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        assert 0 < len(levels) <= self.can.max_batch
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        self.batches.append([level.sku for level in levels])
        if self.before_answer is not None:
            await self.before_answer()
        return tuple(self._take(level) for level in levels)

    def _take(self, level: OutgoingLevel) -> LevelResult:
        if level.sku in self.refuses:
            return LevelResult(level.sku, "refused", error=self.refuses[level.sku])
        self.held[level.sku] = (level.quantity, level.price_minor)
        if not self.confirms:
            return LevelResult(level.sku, "accepted")
        return LevelResult(level.sku, "confirmed", level.quantity, level.price_minor)

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        return tuple(LevelResult(sku, "confirmed", *self.held[sku]) for sku in skus if sku in self.held)


async def push(desk: Desk) -> Any:
    return await handlers.push(desk.account, a_job("PushInventory"), Nothing())


async def read_back(desk: Desk) -> Any:
    return await handlers.read_back(desk.account, a_job("ReadBackOffers"), Nothing())


async def pushed_at(listing: Listing) -> Any:
    return await listing.db.fetch_value("SELECT inventory_pushed_at FROM channels WHERE id = $1", listing.channel_id)


# -- calls -------------------------------------------------------------------------------------------------------------


async def test_everything_that_differs_goes_out_in_batches_and_is_synced(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market()
    await listing.sell({f"P{number}": number for number in range(5)})
    desk = await open_desk(listing, market, tmp_path)
    outcome = await push(desk)
    assert outcome == Done({"offers": 5, "sent": 0, "confirmed": 5, "failed": 0})
    assert [len(batch) for batch in market.batches] == [2, 2, 1]
    assert market.held == {f"P{number}": (number, 1290) for number in range(5)}
    assert set((await listing.offer_states()).values()) == {"synced"}
    assert (await listing.offer("P3"))["confirmed_quantity"] == 3
    assert (await pushed_at(listing), desk.observed) == (NOW, ["inventory_synced"])
    assert await listing.runs() == [
        {"kind": "push", "state": "done", "offers": 5, "sent": 0, "confirmed": 5, "failed": 0, "paused": 0, "error": ""}
    ]
    assert await push(desk) == Done({"offers": 0, "sent": 0, "confirmed": 0, "failed": 0})
    assert len(market.batches) == 3


async def test_what_ran_out_goes_first(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market()
    await listing.sell({"A": 5, "B": 5, "C": 5})
    desk = await open_desk(listing, market, tmp_path)
    await push(desk)
    market.batches.clear()
    market.can = replace(CALLS, max_batch=1)
    for sku, left in (("A", 4), ("B", 3), ("C", 0)):
        await inventory.adjust(database, listing.products[sku], set_to=left, actor="test", now=desk.clock.now())
        await desk.clock.advance(1)
    await push(desk)
    assert market.batches == [["C"], ["A"], ["B"]]
    assert market.held["C"] == (0, 1290)


async def test_accepted_is_sent_and_refused_is_failed_with_the_reason(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    market = Market(confirms=False, refuses={"CAP": ("unknown_sku", "We do not sell caps.")})
    await listing.sell({"MUG": 8, "CAP": 3})
    desk = await open_desk(listing, market, tmp_path)
    assert await push(desk) == Done({"offers": 2, "sent": 1, "confirmed": 0, "failed": 1})
    mug, cap = await listing.offer("MUG"), await listing.offer("CAP")
    assert (mug["state"], mug["sent_quantity"], mug["confirmed_at"]) == ("sent", 8, None)
    assert (cap["state"], cap["error_code"], cap["error_message"]) == ("failed", "unknown_sku", "We do not sell caps.")
    assert [run["state"] for run in await listing.runs()] == ["partly"]


@pytest.mark.parametrize("fault", [Unreachable("the line is dead"), RateLimited("slowly", retry_after=30)])
async def test_an_error_keeps_what_went_and_the_retry_sends_the_rest(
    database: Database, tmp_path: Path, fault: Exception
) -> None:
    listing, market = await open_listing(database), Market(faults=[None, fault])
    await listing.sell({f"P{number}": number for number in range(5)})
    desk = await open_desk(listing, market, tmp_path)
    with pytest.raises(type(fault)):
        await push(desk)
    assert sorted((await listing.offer_states()).values()) == ["different"] * 3 + ["synced"] * 2
    assert await pushed_at(listing) is None
    await push(desk)
    assert set((await listing.offer_states()).values()) == {"synced"}
    assert sorted(sku for batch in market.batches for sku in batch) == [f"P{number}" for number in range(5)]
    assert [(run["state"], run["error"]) for run in await listing.runs()] == [("partly", str(fault)), ("done", "")]


async def test_a_change_during_the_call_is_another_difference(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market()
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, market, tmp_path)

    async def sell_two() -> None:
        market.before_answer = None
        await inventory.adjust(database, listing.products["MUG"], delta=-2, actor="test", now=NOW)

    market.before_answer = sell_two
    await push(desk)
    assert market.batches == [["MUG"], ["MUG"]]
    assert market.held == {"MUG": (6, 1290)}
    assert await listing.offer_states() == {"MUG": "synced"}


async def test_forbidden_changes_are_refused_once_and_in_words(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    market = Market(faults=[MutationsForbidden("demo:letzshop: changes are not allowed")])
    await listing.sell({"MUG": 8, "CAP": 1, "PEN": 2})
    desk = await open_desk(listing, market, tmp_path)
    assert await push(desk) == Refused("mutations_forbidden", "demo:letzshop: changes are not allowed")
    assert market.batches == []
    assert set((await listing.offer_states()).values()) == {"different"}


async def test_prices_go_only_where_they_are_taken_and_nothing_is_said_of_nothing(
    database: Database, tmp_path: Path
) -> None:
    listing, market = await open_listing(database), Market(replace(CALLS, prices="none"))
    await listing.sell({"MUG": 8, "MADE": None})
    desk = await open_desk(listing, market, tmp_path)
    await push(desk)
    assert market.held == {"MUG": (8, None)}
    assert await listing.offer_states() == {"MUG": "synced", "MADE": "sent"}
    market.can = replace(CALLS, stock="none")
    assert isinstance(await push(desk), Refused)


async def test_a_reading_confirms_finds_drift_and_what_is_not_there(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market(confirms=False)
    await listing.sell({"SAME": 8, "MORE": 5, "GONE": 2})
    desk = await open_desk(listing, market, tmp_path)
    await push(desk)
    market.held["MORE"] = (50, 1290)
    del market.held["GONE"]
    assert await read_back(desk) == Done({"offers": 3, "confirmed": 1, "different": 1, "failed": 1})
    assert await listing.offer_states() == {"SAME": "synced", "MORE": "different", "GONE": "failed"}
    assert (await listing.offer("GONE"))["error_code"] == "not_on_channel"
    assert (await listing.offer("MORE"))["is_urgent"]
    await push(desk)
    assert market.held["MORE"] == (5, 1290)
    await read_back(desk)
    assert (await listing.offer_states())["MORE"] == "synced"


async def test_a_reading_that_breaks_off_is_told_and_loses_nothing(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market(confirms=False)
    await listing.sell({"A": 1, "B": 2, "C": 3})
    desk = await open_desk(listing, market, tmp_path)
    await push(desk)
    market.faults = [None, Unreachable("the line is dead")]
    with pytest.raises(Unreachable):
        await read_back(desk)
    assert sorted((await listing.offer_states()).values()) == ["sent", "synced", "synced"]
    await read_back(desk)
    assert set((await listing.offer_states()).values()) == {"synced"}
    market.can = replace(CALLS, reads_offers=False)
    assert isinstance(await read_back(desk), Cancelled)


async def test_a_price_that_the_channel_does_not_name_stays_unproven(database: Database, tmp_path: Path) -> None:
    listing, market = await open_listing(database), Market(confirms=False)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, market, tmp_path)
    await push(desk)
    market.held["MUG"] = (8, None)
    await read_back(desk)
    assert await listing.offer_states() == {"MUG": "sent"}


# -- feeds -------------------------------------------------------------------------------------------------------------


async def feed_of(listing: Listing, language: str) -> dict[str, Any]:
    row = await publication.find_feed(listing.db, "demo", "letzshop", language)
    assert row is not None
    return row


async def test_a_feed_is_published_in_each_language(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    attributes = {"color": "bleu", "age_group": "Adult", "delivery_method": "by pigeon", "boost_sort": "7.5"}
    await listing.sell(
        {"MUG": 8}, sale_price_minor=990, gtin="4000000000013", attributes_json=attributes,
        product_type_path="Maison > Vaisselle", link="https://shop.example.lu/p/mug",
        additional_image_links_json=["https://shop.example.lu/a.jpg", "https://shop.example.lu/b,c.jpg"],
    )  # fmt: skip
    await listing.sell({"CAP": 0, "MADE": None}, tax_rate=None)
    await translations.set_translation(database, listing.products["MUG"], "de", {"title": "Becher"}, NOW)
    desk = await open_desk(listing, Market(FEED), tmp_path)
    outcome = await push(desk)
    assert outcome.result == {
        "rows": {"fr": 3, "de": 3}, "changed": ["fr", "de"], "sent": 3, "paused": 0, "failed": 0, "written": 3,
        "left_out": {"delivery_method": 1, "additional_image_link": 1},
    }  # fmt: skip
    folder = desk.feeds / "demo" / "letzshop"
    assert sorted(path.name for path in folder.iterdir()) == ["de.csv", "fr.csv"]
    rows = rows_of(folder / "fr.csv")
    mug = {name: value for name, value in rows["MUG"].items() if value}
    assert mug == {
        "id": "MUG", "title": "Objet MUG", "price": "12.90", "sale_price": "9.90", "description": "MUG, fr",
        "product_type": "Maison > Vaisselle", "availability": "in stock", "identifier_exists": "true",
        "gtin": "4000000000013", "atalanda:tax_rate": "17", "atalanda:quantity": "8", "color": "bleu",
        "age_group": "adult", "atalanda:boost_sort": "7.5", "link": "https://shop.example.lu/p/mug",
        "additional_image_link": "https://shop.example.lu/a.jpg",
    }  # fmt: skip
    cap = rows["CAP"]
    assert (cap["availability"], cap["atalanda:quantity"], cap["atalanda:tax_rate"]) == ("out of stock", "0", "17")
    assert rows["MADE"]["availability"] == "in stock"
    assert rows_of(folder / "de.csv")["MUG"]["title"] == "Becher"
    assert set((await listing.offer_states()).values()) == {"sent"}
    assert (await listing.offer("MUG"))["sent_price_minor"] == 990
    row = await feed_of(listing, "fr")
    assert (row["rows"], row["refused"], row["bytes"]) == (3, 0, (folder / "fr.csv").stat().st_size)
    assert row["path"] == str(folder / "fr.csv")
    assert (await pushed_at(listing), desk.observed) == (NOW, ["inventory_synced"])
    assert [(run["kind"], run["state"], run["sent"]) for run in await listing.runs()] == [("feed", "done", 3)]


async def test_equal_content_is_not_written_and_one_number_makes_a_new_tag(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 3})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    await push(desk)
    file = desk.feeds / "demo" / "letzshop" / "fr.csv"
    first, content, inode = await feed_of(listing, "fr"), file.read_text(), file.stat().st_ino
    await desk.clock.advance(900)
    outcome = await push(desk)
    assert (outcome.result["changed"], outcome.result["written"]) == ([], 0)
    assert file.stat().st_ino == inode
    again = await feed_of(listing, "fr")
    assert (again["etag"], again["published_at"]) == (first["etag"], first["published_at"])
    assert again["checked_at"] == NOW + timedelta(seconds=900)
    await inventory.adjust(database, listing.products["MUG"], delta=-3, actor="test", now=desk.clock.now())
    outcome = await push(desk)
    assert (outcome.result["changed"], outcome.result["written"]) == (["fr", "de"], 1)
    assert file.read_text() == content.replace("\t17\t8\t", "\t17\t5\t")
    moved = await feed_of(listing, "fr")
    assert moved["etag"] != first["etag"]
    assert moved["published_at"] == desk.clock.now()
    assert await listing.offer_states() == {"MUG": "sent", "CAP": "sent"}


async def test_rows_that_the_format_cannot_carry_are_left_out_with_a_reason(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    await listing.sell({"FAR": 1}, currency="CHF")
    await listing.sell({"HALF": 1}, tax_rate="5.5")
    await listing.add("DUMB", titles={})
    await listing.adopt()
    desk = await open_desk(listing, Market(FEED), tmp_path)
    outcome = await push(desk)
    assert (outcome.result["rows"], outcome.result["failed"]) == ({"fr": 1, "de": 1}, 3)
    assert (await feed_of(listing, "de"))["refused"] == 3
    reasons = {sku: (await listing.offer(sku))["error_code"] for sku in ("MUG", "FAR", "HALF", "DUMB")}
    assert reasons == {"MUG": "", "FAR": "currency", "HALF": "tax_rate_unknown", "DUMB": "title_missing"}
    assert "fr feed: price: " in (await listing.offer("FAR"))["error_message"]
    assert [run["state"] for run in await listing.runs()] == ["partly"]


async def test_a_feed_that_would_lose_every_row_stays_as_it_was(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 3})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    await push(desk)
    file = desk.feeds / "demo" / "letzshop" / "fr.csv"
    content, before = file.read_bytes(), await feed_of(listing, "fr")
    for values in ({"currency": "CHF", "price_minor": 100}, {"currency": None, "price_minor": None, "tax_rate": "5.5"}):
        for product_id in listing.products.values():
            await products.update_product(database, product_id, values, NOW)
        outcome = await push(desk)
        assert isinstance(outcome, Refused)
        assert outcome.code == "feed_empty"
        assert (file.read_bytes(), await feed_of(listing, "fr")) == (content, before)
        assert await listing.offer_states() == {"MUG": "failed", "CAP": "failed"}
    assert [run["state"] for run in await listing.runs()] == ["done", "failed", "failed"]
    assert not [path for path in file.parent.iterdir() if path.name.startswith(".")]


async def test_boosting_everything_does_not_hold_back_the_stock(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8, "CAP": 3}, attributes_json={"boost_sort": "9"})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    assert (await push(desk)).result["sent"] == 2
    rows = rows_of(desk.feeds / "demo" / "letzshop" / "fr.csv")
    assert [(row["atalanda:quantity"], row["atalanda:boost_sort"]) for row in rows.values()] == [("8", ""), ("3", "")]


async def test_a_paused_zero_has_no_row(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database, channel=replace(LETZSHOP, sync_zero_stock=False))
    await listing.sell({"MUG": 8, "CAP": 0})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    assert (await push(desk)).result["paused"] == 1
    assert list(rows_of(desk.feeds / "demo" / "letzshop" / "fr.csv")) == ["MUG"]
    await inventory.adjust(database, listing.products["MUG"], set_to=0, actor="test", now=NOW)
    await push(desk)
    assert rows_of(desk.feeds / "demo" / "letzshop" / "fr.csv") == {}
    assert await listing.offer_states() == {"MUG": "paused", "CAP": "paused"}


async def test_what_a_crash_left_is_cleaned_and_a_lost_file_is_written_again(
    database: Database, tmp_path: Path
) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    folder = desk.feeds / "demo" / "letzshop"
    (folder / ".work-77").mkdir(parents=True)
    (folder / ".work-77" / "spool").write_bytes(b"torn")
    await push(desk)
    first = await feed_of(listing, "fr")
    (folder / "fr.csv").unlink()
    assert (await push(desk)).result["changed"] == ["fr"]
    assert (await feed_of(listing, "fr"))["published_at"] == first["published_at"]
    assert sorted(path.name for path in folder.iterdir()) == ["de.csv", "fr.csv"]


async def test_a_language_given_up_takes_its_file_along(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    await push(desk)
    await stores.update_store(database, listing.store_id, {"languages_json": ["fr"]}, NOW)
    await push(desk)
    assert [path.name for path in (desk.feeds / "demo" / "letzshop").iterdir()] == ["fr.csv"]


async def test_many_products_pass_in_chunks(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.add(*(f"P{number:04}" for number in range(1100)), quantity=3)
    await listing.adopt(stock_from_catalog=True, limit=2000)
    desk = await open_desk(listing, Market(FEED), tmp_path)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.ensure_future(tick())
    outcome = await push(desk)
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    assert (outcome.result["rows"], outcome.result["written"]) == ({"fr": 1100, "de": 1100}, 1100)
    assert len(rows_of(desk.feeds / "demo" / "letzshop" / "de.csv")) == 1100
    assert ticks > 100


async def test_a_feed_that_took_long_rests_unless_something_may_be_sold_out(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    await push(desk)
    async with database.transaction() as tx:
        await tx.execute("UPDATE inventory_sync_logs SET started_at = $1", NOW - timedelta(seconds=20))
    await inventory.adjust(database, listing.products["MUG"], set_to=5, actor="test", now=NOW)
    assert (await push(desk)).at == NOW + timedelta(seconds=180)
    assert isinstance(await handlers.publish_feed(desk.account, a_job("PublishFeed"), Nothing()), Done)
    async with database.transaction() as tx:
        await tx.execute("UPDATE inventory_sync_logs SET started_at = $1", NOW - timedelta(seconds=20))
    await inventory.adjust(database, listing.products["MUG"], set_to=0, actor="test", now=NOW)
    assert isinstance(await push(desk), Done)
    async with database.transaction() as tx:
        await tx.execute("UPDATE inventory_sync_logs SET started_at = $1", NOW - timedelta(hours=1))
    assert (await push(desk)).at == NOW + timedelta(minutes=10)
    await desk.clock.advance(600)
    assert isinstance(await push(desk), Done)


async def test_a_cancelled_run_leaves_the_published_file_and_the_offers(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, Market(FEED), tmp_path)
    await push(desk)
    content = (desk.feeds / "demo" / "letzshop" / "fr.csv").read_bytes()
    await inventory.adjust(database, listing.products["MUG"], set_to=1, actor="test", now=NOW)
    running = asyncio.ensure_future(push(desk))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (desk.feeds / "demo" / "letzshop" / "fr.csv").read_bytes() == content
    assert await listing.offer_states() == {"MUG": "different"}
    await push(desk)
    assert rows_of(desk.feeds / "demo" / "letzshop" / "fr.csv")["MUG"]["atalanda:quantity"] == "1"


async def test_a_file_that_was_asked_for_beside_calls_proves_nothing_about_offers(
    database: Database, tmp_path: Path
) -> None:
    listing = await open_listing(database)
    await listing.sell({"MUG": 8})
    desk = await open_desk(listing, Market(), tmp_path)
    outcome = await handlers.publish_feed(desk.account, a_job("PublishFeed"), Nothing())
    assert isinstance(outcome, Done)
    assert list(rows_of(desk.feeds / "demo" / "letzshop" / "fr.csv")) == ["MUG"]
    assert await listing.offer_states() == {"MUG": "different"}
    assert (await pushed_at(listing), await listing.runs()) == (None, [])


async def test_a_marketplace_without_a_feed_of_ours_is_refused(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    desk = await open_desk(listing, Market(FEED), tmp_path)
    desk.account.channel = desk.account.channel | {"marketplace": STOREFRONT}
    outcome = await push(desk)
    assert isinstance(outcome, Refused)
    assert outcome.code == "unsupported"


async def test_a_store_code_cannot_lead_out_of_the_folder(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    desk = await open_desk(listing, Market(FEED), tmp_path)
    desk.account.channel = desk.account.channel | {"store_code": "../.."}
    with pytest.raises(ValueError, match="cannot be the name"):
        await push(desk)
    assert not desk.feeds.exists()


async def test_where_nothing_was_sent_nothing_is_asked(database: Database, tmp_path: Path) -> None:
    listing = await open_listing(database)
    desk = await open_desk(listing, Market(faults=[Unsupported("no reading")]), tmp_path)
    assert await read_back(desk) == Done({"offers": 0, "confirmed": 0, "different": 0, "failed": 0})
