"""Orders and stock under any series of messages and operations: after each, the books add up.

A machine invents documents (repeated, late, contradictory, of unknown status), answers, parcels, cancellations and
counts, runs them on a real database, and holds these to be true every time: levels are the sums of their movements
and of their open reservations; each line holds exactly what its counts and its order's status ask for, or is short;
what is reserved anew was there; reservations end once; no status walked a way that the table does not know.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from orion_daemon.domain.incoming import IncomingLine, IncomingOrder
from orion_daemon.domain.orders import Cause, OrderStatus, may_move, pieces_to_hold
from orion_daemon.services import earlier_orders, fulfillment, inventory, orders, short_lines
from orion_daemon.services.errors import ServiceError
from tests.support.databases import Templates, migrated, opened
from tests.support.orders import line, open_shop, order, units
from tests.support.stores import NOW

SKUS = ("MUG", "MUG", "MUG", "CAP", "CAP", "MADE", "NONE")
USUAL = ["pending", "confirmed"] * 5
STATUS = st.sampled_from([*USUAL, *(status.value for status in OrderStatus), None])
COUNT = st.none() | st.integers(0, 4)
RARE = st.sampled_from([None, None, None, None, 0, 1, 2, 3])
LINES = st.lists(
    st.tuples(st.sampled_from(SKUS), st.sampled_from([1, 2, 3, 4, 0, -1]), RARE, RARE, RARE, st.booleans()),
    min_size=1,
    max_size=3,
)
WORK = ("confirm", "decline", "cancel", "ship", "processing", "sent_before", "reserve", "delivered")
BY: dict[str, Any] = {"actor": "ann", "now": NOW}


def document(number: int, lines: list[tuple[Any, ...]], status: str | None, minute: int | None) -> IncomingOrder:
    made: list[IncomingLine] = []
    for place, (sku, quantity, confirmed, cancelled, returned, named) in enumerate(lines):
        pieces = units(*["unconfirmed"] * max(0, quantity), prefix=f"{place}u") if named else ()
        made.append(
            line(
                sku, quantity, key=str(place), confirmed=confirmed, cancelled=cancelled, returned=returned, units=pieces
            )
        )
    at = None if minute is None else NOW + timedelta(minutes=minute)
    tells = number % 3 > 0  # the others were answered before anybody watched, since nothing is polled here to its end
    return order(str(number), *made, status=status, channel_updated_at=at, tells_sending=tells)


def needed(row: dict[str, Any]) -> int:
    return pieces_to_hold(OrderStatus(row["status"]), row["quantity"], row["cancelled"], row["shipped"], row["earlier"])


class Warehouse(RuleBasedStateMachine):
    templates: Templates
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = [migrated("sqlite", self.templates, self.folder)]
        url = self.runner.run(self.stack[0].__aenter__())
        self.opening = opened(url)
        self.db = self.runner.run(self.opening.__aenter__())
        self.shop = self.runner.run(open_shop(self.db, {"MUG": 6, "CAP": 2, "MADE": None}))
        self.documents: dict[int, IncomingOrder] = {}
        self.numbers = count(1)
        self.references = count(1)
        self.before: dict[int, int] = {}
        for number in (next(self.numbers), next(self.numbers)):
            self.documents[number] = document(number, [("MUG", number, None, None, None, number == 1)], "pending", None)
        self.take(*self.documents.values())

    def teardown(self) -> None:
        self.runner.run(self.opening.__aexit__(None, None, None))
        self.runner.run(self.stack[0].__aexit__(None, None, None))
        self.runner.close()

    def take(self, *documents: IncomingOrder) -> None:
        self.runner.run(self.shop.take(*documents))

    def attempt(self, coro: Any) -> None:
        try:
            self.runner.run(coro)
        except ServiceError:
            pass  # refused: nothing may have changed, which the invariants see

    @rule(lines=LINES, status=STATUS, minute=COUNT)
    def an_order_comes(self, lines: list[tuple[Any, ...]], status: str | None, minute: int | None) -> None:
        number = next(self.numbers)
        self.documents[number] = document(number, lines, status, minute)
        self.take(self.documents[number], self.documents[number])

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), lines=LINES, status=STATUS, minute=COUNT, keep=st.booleans())
    def an_order_changes(self, data: Any, lines: Any, status: str | None, minute: int | None, keep: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.documents)))
        changed = document(number, lines, status, minute)
        if keep:
            old = self.documents[number]
            changed = replace(old, status=status, channel_updated_at=changed.channel_updated_at, payload=b"")
            changed = replace(changed, payload=repr(changed).encode())
        before, self.documents[number] = self.documents[number], changed
        self.take(changed)
        self.take(before, changed)

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), what=st.sampled_from(WORK))
    def an_operator_works(self, data: Any, what: str) -> None:
        row = self.runner.run(self.shop.order(str(data.draw(st.sampled_from(sorted(self.documents))))))
        items = self.runner.run(self.shop.lines(row["channel_order_id"]))
        item = data.draw(st.sampled_from(items))["id"]
        pieces = data.draw(st.integers(1, 3))
        some: Any = data.draw(st.sampled_from([None, {item: pieces}, {item: None}]))
        match what:
            case "confirm":
                self.attempt(orders.confirm_units(self.db, row["id"], some, **BY))
            case "decline":
                self.attempt(orders.decline_units(self.db, row["id"], some, **BY))
            case "cancel":
                self.attempt(orders.cancel_order(self.db, row["id"], **BY))
            case "ship":
                wish = None if some is None else {item: pieces}
                name = f"p{next(self.references)}"
                for _ in range(2):
                    self.attempt(fulfillment.ship(self.db, row["id"], wish, reference=name, **BY))
            case "processing":
                self.attempt(orders.mark_processing(self.db, row["id"], **BY))
            case "sent_before":
                self.attempt(earlier_orders.mark_sent(self.db, row["id"], **BY))
            case "reserve":
                self.attempt(earlier_orders.reserve(self.db, row["id"], **BY))
            case _:
                self.attempt(orders.mark_delivered(self.db, row["id"], **BY))

    @rule(sku=st.sampled_from(["MUG", "CAP"]), delta=st.integers(-4, 6))
    def goods_come_or_are_lost(self, sku: str, delta: int) -> None:
        self.attempt(inventory.adjust(self.db, self.shop.products[sku], delta=delta, **BY))

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def goods_are_taken_back(self, data: Any) -> None:
        items = self.runner.run(self.db.fetch("SELECT id FROM order_items ORDER BY id"))
        item = data.draw(st.sampled_from([row["id"] for row in items]))
        self.attempt(inventory.take_back(self.db, item, 1, **BY))

    @rule()
    def the_sweep_runs(self) -> None:
        self.runner.run(short_lines.sweep(self.db, self.shop.store_id, now=NOW))

    @invariant()
    def the_books_add_up(self) -> None:
        assert self.runner.run(inventory.verify_ledger(self.db)) == []

    @invariant()
    def nothing_is_reserved_that_was_not_there(self) -> None:
        for row in self.runner.run(self.db.fetch("SELECT id, on_hand, reserved FROM inventory_entries")):
            grew = row["reserved"] > self.before.get(row["id"], 0)
            assert row["reserved"] <= row["on_hand"] or not grew
            self.before[row["id"]] = row["reserved"]

    @invariant()
    def every_line_holds_what_it_needs_or_is_short(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT i.*, o.status, o.attention,"
                " (SELECT COALESCE(SUM(r.quantity - r.deducted - r.released), 0) FROM reservations r"
                "  WHERE r.order_item_id = i.id) AS held,"
                " (SELECT count(*) FROM inventory_entries e WHERE e.product_id = i.product_id) AS levels"
                " FROM order_items i JOIN orders o ON o.id = i.order_id"
            )
        )
        for row in rows:
            need = needed(row)
            if row["levels"] == 0:
                assert (row["held"], row["stock_state"]) == (0, "none")
            elif row["stock_state"] == "short":
                assert row["held"] < need
                assert "short" in row["attention"].split()
            else:
                assert row["held"] == need
                assert (row["stock_state"] == "reserved") == (need > 0)

    @invariant()
    def what_came_from_before_asks_for_a_person_until_it_is_settled(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT o.attention, o.status, (SELECT SUM(i.earlier) FROM order_items i WHERE i.order_id = o.id) AS n"
                " FROM orders o"
            )
        )
        for row in rows:
            assert ("answered_before" in row["attention"].split()) == bool(row["n"]), row

    @invariant()
    def no_line_waits_for_pieces_that_are_free(self) -> None:
        free = {
            row["product_id"]: row["on_hand"] - row["reserved"]
            for row in self.runner.run(self.db.fetch("SELECT product_id, on_hand, reserved FROM inventory_entries"))
        }
        waiting = self.runner.run(
            self.db.fetch(
                "SELECT i.*, o.status,"
                " (SELECT COALESCE(SUM(r.quantity - r.deducted - r.released), 0) FROM reservations r"
                "  WHERE r.order_item_id = i.id) AS held"
                " FROM order_items i JOIN orders o ON o.id = i.order_id WHERE i.stock_state = 'short'"
            )
        )
        for row in waiting:
            need = needed(row)
            assert need - row["held"] > free[row["product_id"]]

    @invariant()
    def what_a_parcel_holds_has_left_the_stock(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT si.order_item_id, SUM(si.quantity) AS sent,"
                " (SELECT -COALESCE(SUM(m.on_hand_delta), 0) FROM inventory_movements m"
                "  WHERE m.order_item_id = si.order_item_id AND m.cause = 'deduct') AS gone"
                " FROM shipment_items si JOIN order_items i ON i.id = si.order_item_id"
                " WHERE i.product_id IN (SELECT product_id FROM inventory_entries) GROUP BY si.order_item_id"
            )
        )
        assert all(row["gone"] >= row["sent"] for row in rows)

    @invariant()
    def reservations_end_once(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT id FROM reservations WHERE (quantity = deducted + released) <> (ended_at IS NOT NULL)"
            )
        )
        assert rows == []

    @invariant()
    def no_status_walked_an_unknown_way(self) -> None:
        rows = self.runner.run(
            self.db.fetch(
                "SELECT h.order_id, h.from_status, h.to_status, h.cause, o.status FROM order_status_history h"
                " JOIN orders o ON o.id = h.order_id ORDER BY h.id"
            )
        )
        last: dict[int, str | None] = {}
        for row in rows:
            assert row["from_status"] == last.get(row["order_id"])
            if row["from_status"] is not None:
                assert may_move(Cause(row["cause"]), OrderStatus(row["from_status"]), OrderStatus(row["to_status"]))
            last[row["order_id"]] = row["to_status"]
        assert all(last[row["order_id"]] == row["status"] for row in rows)


def test_any_series_of_messages_and_operations_leaves_the_books_right(templates: Templates, tmp_path: Path) -> None:
    machine = type("Machine", (Warehouse,), {"templates": templates, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
