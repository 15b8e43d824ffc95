"""The walks over orders against a list in memory: whatever changes meanwhile, nothing is lost and little asked twice.

The list behaves as `getOrders` is documented: windows inclusive at both ends, offsets over a set that moves.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orion_daemon.connectors.base import OrderScope
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import Reply
from orion_daemon.connectors.ebay.orders import FIRST_LOOK, LAG, LONGEST, EbayOrders, moment_text
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import Unreachable
from orion_daemon.runtime.clock import ManualClock
from tests.support.ebay_documents import document

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_FILTER = re.compile(r"(\w+):\[([^.]+\.\d{3}Z)\.\.([^\]]+)\](?:,(.*))?")


class Listed:
    """A list of orders by id: created, modified, fulfilment. `before` is called ahead of each page."""

    def __init__(self) -> None:
        self.orders: dict[str, tuple[datetime, datetime, str]] = {}
        self.pages: list[tuple[str, int, int]] = []
        self.before: Callable[[], None] = lambda: None
        self.bend: Callable[[list[str], int], list[str]] = lambda found, _: found

    def put(self, name: str, created: datetime, modified: datetime | None = None, state: str = "NOT_STARTED") -> None:
        self.orders[name] = (created, modified or created, state)

    async def call(self, operation: names.Operation, kind: Any, *, query: Any = None, **_: Any) -> Reply[Any]:
        assert operation is names.GET_ORDERS
        self.before()
        match = _FILTER.fullmatch(query["filter"])
        assert match is not None, query["filter"]
        field, (start, end) = match[1], (datetime.fromisoformat(match[at]) for at in (2, 3))
        assert end <= NOW - LAG + timedelta(days=1)
        by = 0 if field == "creationdate" else 1
        found = [
            name
            for name, facts in sorted(self.orders.items(), key=lambda pair: (pair[1][by], pair[0]))
            if start <= facts[by] <= end and (match[4] is None or facts[2] != "FULFILLED")
        ]
        limit, offset = int(query["limit"]), int(query["offset"])
        shown = self.bend(found[offset : offset + limit], offset)
        self.pages.append((query["filter"], len(found), offset))
        answer = {"total": len(found), "orders": [self._document(name) for name in shown]}
        return Reply(msgspec.json.decode(json.dumps(answer), type=schemas.Orders), None)

    def _document(self, name: str) -> dict[str, Any]:
        created, modified, state = self.orders[name]
        stamps = {"creationDate": _text(created), "lastModifiedDate": _text(modified)}
        return document("PAID", state) | stamps | {"orderId": name}


def _text(moment: datetime) -> str:
    return moment_text((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


def orders_of(listed: Listed, page_size: int = 200, **options: Any) -> tuple[EbayOrders, ManualClock]:
    clock = ManualClock(NOW)
    return EbayOrders(listed, EbaySettings(page_size=page_size, **options), clock), clock  # type: ignore[arg-type]


async def walk(
    orders: EbayOrders, scope: OrderScope = "new", cursor: str | None = None, since: datetime | None = None
) -> tuple[list[str], str | None]:
    """Names in the order they came, and the watermark. Each page is resumed from its cursor alone."""
    found: list[str] = []
    for _ in range(10_000):
        page = await orders.fetch_orders(scope, cursor, since)
        found += [order.channel_order_id for order in page.orders]
        if page.next_cursor is None:
            return found, page.watermark
        assert page.resume == (page.next_cursor if scope == "new" else None)
        cursor = page.next_cursor
    raise AssertionError("the walk does not end")


MOMENTS = st.integers(0, 13 * 86_400_000).map(lambda millis: NOW - LAG - timedelta(milliseconds=millis))


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, max_size=80), st.integers(1, 12))
async def test_every_order_of_the_window_is_found_whatever_the_page(moments: list[datetime], page_size: int) -> None:
    listed = Listed()
    for number, moment in enumerate(moments):
        listed.put(f"o{number}", moment)
    found, watermark = await walk(orders_of(listed, page_size)[0])
    assert sorted(found) == sorted(listed.orders)
    assert watermark == json.dumps({"since": int((NOW - LAG).timestamp() * 1000)}).replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 7), st.randoms(use_true_random=False))
async def test_orders_that_change_during_the_walk_come_now_or_with_the_next_poll(
    count: int, page_size: int, random: Any
) -> None:
    listed = Listed()
    for number in range(count):
        listed.put(f"o{number}", NOW - timedelta(minutes=random.randint(3, 600)))
    changed: set[str] = set()
    orders, clock = orders_of(listed, page_size)

    def before() -> None:
        name = f"o{random.randrange(count)}"
        listed.put(name, listed.orders[name][0], clock.now())
        changed.add(name)

    listed.before = before
    first, watermark = await walk(orders)
    listed.before = lambda: None
    await clock.advance(300)
    second, _ = await walk(orders, cursor=watermark)
    assert set(first) | set(second) == set(listed.orders)
    assert changed <= set(second)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 50), st.integers(1, 7), st.randoms(use_true_random=False))
async def test_the_sweep_finds_all_that_stay_open_while_others_are_sent(
    count: int, page_size: int, random: Any
) -> None:
    listed = Listed()
    for number in range(count):
        listed.put(f"o{number}", NOW - timedelta(days=random.randint(1, 400), milliseconds=random.randint(0, 999)))

    def before() -> None:
        name = f"o{random.randrange(count)}"
        listed.put(name, listed.orders[name][0], NOW, "FULFILLED")

    listed.before = before
    found, _ = await walk(orders_of(listed, page_size)[0], "open")
    assert {name for name, facts in listed.orders.items() if facts[2] != "FULFILLED"} <= set(found)
    assert len(found) == len(set(found))


async def test_more_orders_than_a_page_in_one_millisecond_are_read_backwards() -> None:
    listed = Listed()
    for number in range(23):
        listed.put(f"o{number:02}", NOW - timedelta(hours=1))
    leaving = iter(["o00", "o01"])

    def before() -> None:
        if any(offset for _, _, offset in listed.pages) and (name := next(leaving, None)):
            listed.put(name, listed.orders[name][0], NOW)  # moves every later order one place forward

    listed.before = before
    found, _ = await walk(orders_of(listed, 5)[0])
    assert {f"o{number:02}" for number in range(2, 23)} <= set(found)


async def test_a_page_that_comes_twice_there_hides_nothing() -> None:
    listed = Listed()
    for number in range(12):
        listed.put(f"o{number:02}", NOW - timedelta(hours=1))
    bent: list[int] = []

    def bend(found: list[str], offset: int) -> list[str]:
        if offset == 5 and not bent:
            bent.append(offset)
            return [f"o{number:02}" for number in range(5)]
        return found

    listed.bend = bend
    found, _ = await walk(orders_of(listed, 5)[0])
    assert set(found) == set(listed.orders)


async def test_ten_thousand_orders_cost_little_more_than_their_pages() -> None:
    listed = Listed()
    for number in range(10_000):
        listed.put(f"o{number}", NOW - LAG - timedelta(seconds=60 * number))
    found, _ = await walk(orders_of(listed)[0])
    assert len(found) == len(set(found)) == 10_000
    assert len(listed.pages) <= 2 * 10_000 / 200


async def test_nothing_is_one_call() -> None:
    listed = Listed()
    for scope in ("new", "open", "history"):
        listed.pages.clear()
        assert (await walk(orders_of(listed)[0], scope))[0] == []  # type: ignore[arg-type]
        assert len(listed.pages) == 1


@pytest.mark.parametrize(("said", "overlap"), [(0, 120), (60, 120), (600, 600)])
async def test_the_next_poll_looks_back_at_least_two_minutes(said: int, overlap: int) -> None:
    listed = Listed()
    orders, clock = orders_of(listed, overlap_seconds=said)
    _, watermark = await walk(orders)
    await clock.advance(300)
    await walk(orders, cursor=watermark)
    start = NOW - LAG - timedelta(seconds=overlap)
    assert listed.pages[-1][0] == f"lastmodifieddate:[{_text(start)}..{_text(NOW - LAG + timedelta(seconds=300))}]"


async def test_where_walks_begin() -> None:
    listed = Listed()
    orders, _ = orders_of(listed)
    await walk(orders)
    await walk(orders, since=NOW - timedelta(days=3))
    await walk(orders, "history", since=NOW - timedelta(days=100))
    await walk(orders, "history", since=NOW - timedelta(days=4_000))
    await walk(orders, "open")
    starts = [page[0].partition(":[")[2].partition("..")[0] for page in listed.pages]
    since = [FIRST_LOOK, timedelta(days=3), timedelta(days=100), LONGEST, LONGEST]
    assert starts == [_text(NOW - span) for span in since]
    assert listed.pages[-1][0].endswith(",orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}")


@pytest.mark.parametrize("cursor", ["nonsense", "[]", '{"since": "x"}', '{"scope":"open","at":1,"end":2,"step":1}'])
async def test_a_cursor_that_nobody_knows_begins_anew(cursor: str) -> None:
    listed = Listed()
    listed.put("o1", NOW - timedelta(hours=1))
    assert (await walk(orders_of(listed)[0], cursor=cursor))[0] == ["o1"]


async def test_a_clock_that_went_back_asks_for_nothing_and_keeps_the_watermark() -> None:
    listed = Listed()
    orders, clock = orders_of(listed)
    _, watermark = await walk(orders)
    listed.pages.clear()
    clock.shift_wall(-3_600)
    assert await walk(orders, cursor=watermark) == ([], watermark)
    assert listed.pages == []


async def test_an_answer_with_fewer_orders_than_it_counts_is_asked_again_then_told() -> None:
    listed = Listed()
    for number in range(3):
        listed.put(f"o{number}", NOW - timedelta(hours=1 + number))
    listed.bend = lambda found, _: found[:2]
    page = await orders_of(listed)[0].fetch_orders("new", None, None)
    assert [problem.code for problem in page.problems] == ["missing_node"]
    assert (len(page.orders), len(listed.pages)) == (2, 2)


async def test_an_answer_to_another_question_is_refused() -> None:
    listed = Listed()
    listed.put("old", NOW - timedelta(days=20))
    listed.put("new", NOW - timedelta(hours=1))
    listed.bend = lambda found, _: ["old"]
    with pytest.raises(Unreachable) as refused:
        await orders_of(listed)[0].fetch_orders("new", None, None)
    assert refused.value.code == "wrong_page"


async def test_an_order_that_stands_twice_on_a_page_comes_once() -> None:
    listed = Listed()
    listed.put("o1", NOW - timedelta(hours=1))
    listed.bend = lambda found, _: found * 2
    assert (await walk(orders_of(listed)[0]))[0] == ["o1"]


async def test_one_document_that_cannot_be_read_hurts_no_other() -> None:
    listed = Listed()
    for number in range(3):
        listed.put(f"o{number}", NOW - timedelta(hours=1 + number))
    whole = Listed._document

    class Torn(Listed):
        def _document(self, name: str) -> dict[str, Any]:
            said = whole(self, name)
            if name == "o1":
                del said["lineItems"]
            if name == "o2":
                said["pricingSummary"] = {"total": {"value": "1.00", "currency": "ZZZ"}}
            return said

    torn = Torn()
    torn.orders = listed.orders
    page = await orders_of(torn)[0].fetch_orders("new", None, None)
    assert [order.channel_order_id for order in page.orders] == ["o0"]
    assert sorted((one.record_id, one.code) for one in page.problems) == [("o1", "unreadable"), ("o2", "unusable")]
    assert all(b"orderId" in one.payload for one in page.problems)
