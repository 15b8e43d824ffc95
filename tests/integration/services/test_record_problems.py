"""Records that could not be taken in, on both databases: kept once, closed by being read well or by a person."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.incoming import RecordProblem
from orion_daemon.services import record_problems
from orion_daemon.services.errors import NotFound
from orion_daemon.services.personal import reveal
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

LATER = NOW + timedelta(minutes=5)
BROKEN = RecordProblem("1", "unreadable", "expected a number", b'{"email": "jeanne@example.lu"}')
NAMELESS = RecordProblem("", "unreadable", "there is no id", b"{}")


async def rows(shop: Shop) -> list[dict[str, Any]]:
    return await shop.db.fetch("SELECT * FROM record_problems ORDER BY record_id IS NULL, record_id, id")


async def row(shop: Shop) -> dict[str, Any]:
    [found] = await rows(shop)
    return found


def alerts(db: Database) -> list[tuple[str, str]]:
    events = db.bus.events  # type: ignore[attr-defined]  # a recording bus
    return [(event.code, event.message) for event in events if isinstance(event, AlertRaised)]


async def payloads(shop: Shop) -> list[bytes]:
    found = await reveal(shop.db, record_ids=[one["id"] for one in await rows(shop)], actor="ann", now=NOW)
    return list(found.records.values())


async def test_a_record_is_kept_once_however_often_it_is_seen(database: Database) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[BROKEN, NAMELESS, BROKEN])
    await shop.take(problems=[BROKEN], now=LATER)
    first, second = await rows(shop)
    assert (first["record_id"], first["kind"], first["code"], first["message"]) == (
        "1",
        "order",
        "unreadable",
        "expected a number",
    )
    assert (first["first_seen_at"], first["last_seen_at"], first["times_seen"]) == (NOW, LATER, 2)
    assert (second["record_id"], second["times_seen"], second["resolved_at"]) == (None, 1, None)
    assert sorted(alerts(database)) == [
        ("unreadable", "Order 1: expected a number"),
        ("unreadable", "Order without id: there is no id"),
    ]


async def test_nameless_records_are_told_apart_by_what_they_hold(database: Database) -> None:
    shop = await open_shop(database, {})
    other = RecordProblem("", "unreadable", "there is no id", b"[]")
    nothing = [RecordProblem("", code, "nothing came") for code in ("missing_node", "missing_node", "not_whole")]
    await shop.take(problems=[NAMELESS, other, *nothing])
    await shop.take(problems=[other])
    assert sorted(one["times_seen"] for one in await rows(shop) if one["payload_hash"]) == [1, 2]
    assert sorted(one["code"] for one in await rows(shop) if not one["payload_hash"]) == ["missing_node", "not_whole"]


async def test_an_id_that_is_too_long_or_odd_is_kept_all_the_same(database: Database) -> None:
    shop = await open_shop(database, {})
    names = ["x" * 255 + "1", "x" * 255 + "2", "nul\x00", "half \ud800 pair"]
    for _ in range(2):
        await shop.take(
            problems=[RecordProblem(name, "unusable", name, name.encode("utf-8", "replace")) for name in names]
        )
    assert [one["times_seen"] for one in await rows(shop)] == [2, 2, 2, 2]
    await shop.take(order("y" * 300, line("MUG")))
    assert len(await rows(shop)) == 5


async def test_what_came_is_sealed_and_each_look_at_it_is_logged(database: Database) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[BROKEN])
    assert b"jeanne" not in (await row(shop))["payload_sealed"]
    assert await payloads(shop) == [BROKEN.payload]
    [entry] = await database.fetch("SELECT actor, action, subject, detail_json FROM audit_entries")
    assert (entry["actor"], entry["action"], entry["subject"]) == (
        "ann",
        "personal.reveal",
        f"record_problem:{(await row(shop))['id']}",
    )
    assert "jeanne" not in str(entry)
    assert "jeanne" not in str(alerts(database))


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_record_that_is_read_well_later_closes_by_itself(database: Database, is_known: bool) -> None:
    shop = await open_shop(database, {"MUG": 5})
    whole = order("1", line("MUG"))
    if is_known:  # and the document that comes whole again is the one that was stored
        await shop.take(whole)
    await shop.take(problems=[BROKEN, NAMELESS])
    page = await shop.take(whole, now=LATER)
    assert (len(page.created), page.unchanged) == ((0, 1) if is_known else (1, 0))
    first, second = await rows(shop)
    assert (first["resolution"], first["resolved_at"], first["payload_sealed"]) == ("imported", LATER, None)
    assert second["resolved_at"] is None
    assert len(alerts(database)) == 2


async def test_a_nameless_record_closes_when_its_very_document_is_read(database: Database) -> None:
    shop = await open_shop(database, {})
    later = order("1", line("MUG"))
    await shop.take(problems=[RecordProblem("", "unreadable", "a version that knew less", later.payload)])
    await shop.take(later)
    assert (await row(shop))["resolution"] == "imported"


async def test_a_record_that_breaks_again_opens_anew_and_is_told(database: Database) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[BROKEN])
    await shop.take(order("1", line("MUG")))
    await shop.take(problems=[BROKEN], now=LATER)
    found = await row(shop)
    assert (found["resolved_at"], found["resolution"], found["times_seen"], found["first_seen_at"]) == (
        None,
        None,
        2,
        NOW,
    )
    assert await payloads(shop) == [BROKEN.payload]
    assert len(alerts(database)) == 2


async def test_a_page_that_shows_a_record_both_ways_leaves_it_open(database: Database) -> None:
    shop = await open_shop(database, {})
    for _ in range(3):
        await shop.take(order("1", line("MUG")), problems=[BROKEN])
    assert (await row(shop))["resolved_at"] is None
    assert len(alerts(database)) == 1


async def test_an_order_that_the_database_refuses_is_kept_with_what_came(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 5})
    refused = order("2", line("MUG"), placed_at=NOW.replace(tzinfo=None))
    for _ in range(2):
        await shop.take(order("1", line("MUG")), refused)
    found = await row(shop)
    assert (found["record_id"], found["code"], found["times_seen"], found["resolved_at"]) == ("2", "bad_value", 2, None)
    assert await payloads(shop) == [refused.payload]
    assert len(alerts(database)) == 1
    await shop.take(order("2", line("MUG")))
    assert (await row(shop))["resolution"] == "imported"


async def test_a_person_puts_a_record_aside_once(database: Database) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[BROKEN])
    number = (await row(shop))["id"]
    for _ in range(2):
        await record_problems.dismiss(database, number, actor="ann", now=LATER, note="asked the platform")
    found = await row(shop)
    assert (found["resolution"], found["resolved_at"], found["payload_sealed"] is None) == ("dismissed", LATER, False)
    [entry] = await database.fetch("SELECT actor, action, subject, detail_json, store_id FROM audit_entries")
    assert (entry["actor"], entry["action"], entry["store_id"]) == ("ann", "record_problem.dismiss", shop.store_id)
    with pytest.raises(NotFound):
        await record_problems.dismiss(database, number + 1, actor="ann", now=LATER)


@pytest.mark.parametrize(
    ("again", "is_open"),
    [
        (BROKEN, False),
        (RecordProblem("1", "unreadable", "expected a number"), False),
        (RecordProblem("1", "unreadable", "expected a number", b"another form"), True),
        (RecordProblem("1", "unusable", "the price is no amount", BROKEN.payload), True),
    ],
)
async def test_what_was_put_aside_stays_so_while_it_says_the_same(
    database: Database, again: RecordProblem, is_open: bool
) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[BROKEN])
    await record_problems.dismiss(database, (await row(shop))["id"], actor="ann", now=NOW)
    await shop.take(problems=[again], now=LATER)
    await shop.take(problems=[again], now=LATER)
    found = await row(shop)
    assert (found["times_seen"], found["resolved_at"] is None) == (3, is_open)
    assert len(alerts(database)) == 1 + is_open


@pytest.mark.parametrize("is_dismissed", [False, True])
async def test_a_gap_in_a_list_closes_with_the_next_sweep_that_finds_none(
    database: Database, is_dismissed: bool
) -> None:
    shop = await open_shop(database, {})
    gap = RecordProblem("", "missing_node", "nothing came")
    await shop.take(problems=[gap, NAMELESS, BROKEN])
    if is_dismissed:
        [number] = [one["id"] for one in await rows(shop) if one["code"] == "missing_node"]
        await record_problems.dismiss(database, number, actor="ann", now=NOW)
    sweep: dict[str, Any] = {"walk": "reconcile", "finished": True}
    await shop.take(problems=[gap], now=LATER, began=LATER, **sweep)
    await shop.take(finished=True, now=LATER)
    found = {one["code"]: one["resolution"] for one in await rows(shop) if not one["payload_hash"]}
    assert found == {"missing_node": "dismissed" if is_dismissed else None}
    much_later = LATER + timedelta(hours=1)
    await shop.take(now=much_later, began=much_later, **sweep)
    found = {one["code"]: one["resolution"] for one in await rows(shop)}
    assert found == {"missing_node": "imported", "unreadable": None}
    told = len(alerts(database))
    await shop.take(problems=[gap], now=much_later)
    assert len(alerts(database)) == told + 1


async def test_two_walks_that_see_one_record_at_once_keep_it_once(database: Database) -> None:
    shop = await open_shop(database, {})
    others = [RecordProblem(str(number), "unreadable", "no", b"x") for number in range(5)]
    await asyncio.gather(*(shop.take(problems=others[::step]) for step in (1, -1, 1, -1)))
    assert [one["times_seen"] for one in await rows(shop)] == [4] * 5


async def test_two_channels_keep_their_own(database: Database) -> None:
    one, other = await open_shop(database, {}), await open_shop(database, {}, code="other")
    await one.take(problems=[BROKEN])
    await other.take(problems=[BROKEN])
    await other.take(order("1", line("MUG")))
    assert [found["resolution"] for found in await rows(one)] == [None, "imported"]


async def test_a_page_that_brings_nothing_new_writes_nothing(database: Database) -> None:
    shop = await open_shop(database, {})
    await shop.take(order("1", line("MUG")))
    began: list[int] = []
    transaction = database.transaction

    def counted(*more: Any, **other: Any) -> Any:
        began.append(1)
        return transaction(*more, **other)

    database.transaction = counted  # type: ignore[method-assign]
    await shop.take(order("1", line("MUG")))
    assert began == []
