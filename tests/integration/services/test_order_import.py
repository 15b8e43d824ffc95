"""Pages of orders on both databases: written once, whole, and without harm to each other."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised, OrderChanged, StockChanged
from orion_daemon.domain.incoming import IncomingCustomer, RecordProblem
from orion_daemon.services import customers, erasure
from orion_daemon.services.inventory import verify_ledger
from orion_daemon.services.order_rows import open_payload, open_personal
from tests.support.orders import Shop, buyer, home, line, open_shop, order
from tests.support.stores import NOW

LATER = NOW + timedelta(minutes=5)


async def cursor(shop: Shop) -> str:
    found = await shop.db.fetch_value("SELECT order_cursor FROM channels WHERE id = $1", shop.channel_id)
    assert isinstance(found, str)
    return found


async def test_a_page_is_written_whole(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10, "CAP": 1, "MADE": None})
    page = await shop.take(
        order("1", line("MUG", 3), line("MADE", 2), shipping_address=home(), total_minor=6450),
        order("2", line("MUG", 2), line("CAP", 2)),
        cursor="after-2",
        finished=True,
    )
    assert (len(page.created), page.updated, page.unchanged, page.problems) == (2, (), 0, ())
    assert await shop.level("MUG") == (10, 5)
    assert await shop.level("CAP") == (1, 0)
    assert [row["stock_state"] for row in await shop.lines("1")] == ["reserved", "none"]
    assert [row["stock_state"] for row in await shop.lines("2")] == ["reserved", "short"]
    first, second = await shop.order("1"), await shop.order("2")
    assert (first["status"], first["attention"], first["lines_minor"], first["total_minor"]) == (
        "pending",
        "",
        6450,
        6450,
    )
    assert (second["attention"], second["attention_reason"]) == ("short", "short: 1 line waits for stock")
    assert page.attention == (second["id"],)
    history = await database.fetch("SELECT from_status, to_status, cause, actor FROM order_status_history ORDER BY id")
    assert [tuple(row.values()) for row in history] == [(None, "pending", "channel", "letzshop")] * 2
    assert await cursor(shop) == "after-2"
    assert await database.fetch_value("SELECT orders_polled_at FROM channels WHERE id = $1", shop.channel_id) == NOW
    assert await verify_ledger(database) == []
    [push] = await shop.jobs("PushInventory")
    assert push["owner"] == "demo:letzshop"
    events = database.bus.events  # type: ignore[attr-defined]  # a recording bus
    assert [e.what for e in events if isinstance(e, OrderChanged)] == ["created", "created"]
    assert [(e.on_hand, e.reserved) for e in events if isinstance(e, StockChanged)] == [(10, 5)]


async def test_the_same_page_again_writes_nothing(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 3)), order("2", line("MUG", 2)), cursor="a")
    events = len(database.bus.events)  # type: ignore[attr-defined]
    page = await shop.take(order("1", line("MUG", 3)), order("2", line("MUG", 2)))
    assert (page.created, page.updated, page.unchanged) == ((), (), 2)
    assert await shop.level("MUG") == (10, 5)
    assert len(database.bus.events) == events  # type: ignore[attr-defined]
    assert await cursor(shop) == "a"


async def test_an_order_twice_in_a_page_becomes_its_latest_form(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    newer = order("1", line("MUG", 3), status="confirmed", channel_updated_at=LATER)
    older = order("1", line("MUG", 3), channel_updated_at=NOW)
    page = await shop.take(newer, older, order("2", line("MUG")), order("2", line("MUG"), status="confirmed"))
    assert (len(page.created), page.unchanged) == (2, 2)
    assert (await shop.order("1"))["status"] == "confirmed"
    assert (await shop.order("2"))["status"] == "confirmed"
    assert await shop.level("MUG") == (10, 4)


async def test_a_cancellation_releases_exactly_once_and_a_late_message_changes_nothing(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 3), channel_updated_at=NOW))
    gone = order("1", line("MUG", 3), status="cancelled", channel_updated_at=LATER)
    late = order("1", line("MUG", 3), status="confirmed", channel_updated_at=NOW + timedelta(seconds=1))
    for document in (gone, late, gone, late):
        await shop.take(document)
    assert await shop.level("MUG") == (10, 0)
    assert [row["stock_state"] for row in await shop.lines("1")] == ["released"]
    causes = await database.fetch(
        "SELECT cause, reserved_delta FROM inventory_movements WHERE cause <> 'adjust' ORDER BY id"
    )
    assert [tuple(row.values()) for row in causes] == [("reserve", 3), ("release", -3)]
    history = await database.fetch("SELECT to_status FROM order_status_history ORDER BY id")
    assert [row["to_status"] for row in history] == ["pending", "cancelled"]
    assert await verify_ledger(database) == []


async def test_a_channel_that_ships_elsewhere_deducts(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 3)))
    await shop.take(order("1", line("MUG", 3), status="delivered"))
    assert await shop.level("MUG") == (7, 0)
    [row] = await shop.lines("1")
    assert (row["stock_state"], row["shipped"], row["confirmed"]) == ("deducted", 3, 3)
    assert await verify_ledger(database) == []


async def test_orders_of_the_past_have_no_effect_on_stock(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(*(order(status, line("MUG"), status=status) for status in ("delivered", "cancelled", "refunded")))
    assert await shop.level("MUG") == (10, 0)
    assert await shop.count("inventory_movements") == 1


async def test_a_credit_document_is_recorded_without_any_effect(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("C1", line("MUG", -2), status="cancelled"))
    assert "credit_document" in (await shop.order("C1"))["attention"]
    assert [row["quantity"] for row in await shop.lines("C1")] == [-2]
    assert await shop.level("MUG") == (10, 0)


async def test_an_unknown_status_is_kept_raw_and_moves_nothing(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 2), status="confirmed"))
    await shop.take(order("1", line("MUG", 2), status=None))
    row = await shop.order("1")
    assert (row["status"], row["channel_status"], row["attention"]) == ("confirmed", "on_the_moon", "unknown_status")
    assert await shop.level("MUG") == (10, 2)
    await shop.take(order("1", line("MUG", 2), status="confirmed", locale="fr"))
    assert (await shop.order("1"))["attention"] == ""


async def test_one_impossible_order_does_not_hurt_its_page(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    page = await shop.take(
        order("1", line("MUG", 1)),
        order("2", line("MUG", 1), currency="EURO"),
        order("3", line("MUG", 1), placed_at=NOW.replace(tzinfo=None)),
        order("4", line("MUG", 1, title="half \ud800 pair"), payload=b"4"),
        order("5", line("MUG", 1)),
        cursor="next",
        problems=[RecordProblem("6", "no_id", "the record has no id")],
    )
    assert len(page.created) == 3
    assert {(one.record_id, one.code) for one in page.problems} == {
        ("2", "currency_unusable"),
        ("3", "bad_value"),
        ("6", "no_id"),
    }
    assert await shop.level("MUG") == (10, 3)
    assert (await shop.lines("4"))[0]["title"] == "half ? pair"
    assert await cursor(shop) == "next"
    assert await shop.count("record_problems") == 3
    await shop.take(order("2", line("MUG", 1), currency="EURO"))
    assert await shop.count("record_problems") == 3
    assert len([e for e in database.bus.events if isinstance(e, AlertRaised)]) == 3  # type: ignore[attr-defined]
    assert await verify_ledger(database) == []


async def test_a_transaction_that_dies_leaves_neither_order_nor_cursor(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("0", line("MUG", 1)), cursor="before")
    events = len(database.bus.events)  # type: ignore[attr-defined]
    broken = order("2", line("MUG", 1), locale=7, payload=b"2")  # dies half-way, as a row is made of it
    with pytest.raises(TypeError):
        await shop.take(order("1", line("MUG", 1)), broken, cursor="after")
    assert await cursor(shop) == "before"
    assert await shop.count("orders") == 1
    assert await shop.level("MUG") == (10, 1)
    assert len(database.bus.events) == events  # type: ignore[attr-defined]


async def test_of_fifty_at_once_twenty_get_the_stock_of_twenty(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 20})
    pages = await asyncio.gather(*(shop.take(order(str(number), line("MUG", 1))) for number in range(50)))
    assert sum(len(page.created) for page in pages) == 50
    assert await shop.level("MUG") == (20, 20)
    states = [row["stock_state"] for row in await database.fetch("SELECT stock_state FROM order_items")]
    assert (states.count("reserved"), states.count("short")) == (20, 30)
    assert await database.fetch_value("SELECT count(*) AS n FROM orders WHERE attention = 'short'") == 30
    assert await verify_ledger(database) == []


async def test_two_importers_of_one_page_write_it_once(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 100})
    documents = [order(str(number), line("MUG", 1)) for number in range(20)]
    pages = await asyncio.gather(*(shop.take(*documents) for _ in range(4)))
    assert sum(len(page.created) for page in pages) == 20
    assert sum(page.unchanged for page in pages) == 60
    assert await shop.level("MUG") == (100, 20)


async def test_what_names_a_person_is_sealed_and_completed_never_blanked(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG"), shipping_address=home()))
    await shop.take(
        order("1", line("MUG"), status="confirmed", customer=replace(buyer("1"), first_name=None, phone="5"))
    )
    await shop.take(order("1", line("MUG"), status="processing", customer=None))
    row = await shop.order("1")
    customer, shipping, billing = open_personal(database.cipher, row["personal_sealed"], shop.channel_id, "1")
    assert customer == IncomingCustomer(None, "buyer-1@example.lu", "Jeanne", "Exemple 1", "5")
    assert (shipping, billing) == (home(), None)
    [kept] = await database.fetch("SELECT * FROM customers")
    assert row["customer_id"] == kept["id"]
    assert customer == customers.opened(
        database.cipher,
        kept["personal_sealed"],
        store_id=shop.store_id,
        marketplace="letzshop",
        index=kept["identity_index"],
    )
    payload = await database.fetch_one("SELECT payload_sealed FROM order_payloads WHERE order_id = $1", row["id"])
    assert payload is not None
    assert b'"1"' in open_payload(database.cipher, payload["payload_sealed"], shop.channel_id, "1")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_file_holds_no_personal_text(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG"), shipping_address=home()))
    files = sorted(database.target.file.parent.glob(f"{database.target.file.name}*"))
    content = b"".join(file.read_bytes() for file in files)
    assert b"R1" in content
    for secret in (b"buyer-1@example.lu", b"Rue du Moulin", b"Jeanne"):
        assert secret not in content


async def test_an_erased_customer_stays_erased_while_old_orders_change(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG")))
    customer_id = (await shop.order("1"))["customer_id"]
    await erasure.erase_customer(database, customer_id, actor="ann", now=NOW)
    await shop.take(order("1", line("MUG"), status="confirmed"))
    assert (await shop.order("1"))["status"] == "confirmed"
    assert (await shop.order("1"))["personal_sealed"] is None
    assert await database.fetch_value("SELECT count(*) AS n FROM order_payloads WHERE payload_sealed IS NOT NULL") == 0
    assert await database.fetch_value("SELECT count(*) AS n FROM customers WHERE erased_at IS NULL") == 0


async def test_lines_that_come_go_and_change_are_followed_and_told(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10, "CAP": 10})
    await shop.take(order("1", line("MUG", 3), line("CAP", 1)))
    await shop.take(order("1", line("MUG", 5, price=99), line("NEW", 2)))
    rows = {row["line_key"]: row for row in await shop.lines("1")}
    assert (rows["line-MUG"]["quantity"], rows["line-MUG"]["unit_price_minor"]) == (5, 1290)
    assert rows["line-CAP"]["stock_state"] == "reserved"
    assert rows["line-NEW"]["match_state"] == "unmatched"
    assert (await shop.order("1"))["attention"].split() == ["quantity_changed", "line_missing", "unmatched"]
    assert await shop.level("MUG") == (10, 5)
    await shop.take(order("1", line("MUG", 2), line("CAP", 1), line("NEW", 2)))
    assert await shop.level("MUG") == (10, 2)
    assert await verify_ledger(database) == []


async def test_a_history_run_moves_its_own_cursor_and_leaves_the_channels(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    async with database.transaction() as tx:
        [run] = await tx.insert(
            "order_history_runs",
            ("channel_id", "state", "cursor", "orders", "created", "updated", "error", "created_at"),
            [(shop.channel_id, "running", "", 0, 0, 0, "", NOW)],
            suffix="RETURNING id",
        )
    await shop.take(order("1", line("MUG"), status="shipped"), cursor="p2", history_run_id=run["id"])
    await shop.take(order("2", line("MUG"), status="shipped"), cursor="end", finished=True, history_run_id=run["id"])
    row = await database.fetch_one("SELECT * FROM order_history_runs")
    assert row is not None
    assert (row["cursor"], row["orders"], row["created"], row["state"]) == ("end", 2, 2, "completed")
    assert await cursor(shop) == ""


async def test_what_was_paid_back_is_kept_and_never_blanked(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(order("1", line("MUG", 3), status="shipped"))
    assert (await shop.order("1"))["refunded_minor"] is None
    await shop.take(order("1", line("MUG", 3), status="partially_refunded", refunded_minor=500))
    await shop.take(order("1", line("MUG", 3), status="shipped", channel_status="SHIPPED again"))
    row = await shop.order("1")
    assert (row["status"], row["refunded_minor"]) == ("partially_refunded", 500)
