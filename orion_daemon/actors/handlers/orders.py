"""Orders in: the poll, the walk over history, and the reconcile sweep.

Each reads pages and hands them to `services/order_import.py`, which commits rows and cursor together; a crash between
two pages means reading a page again, and that changes nothing. A page may shift while orders arrive: what slips
through one poll is in the next, or in the sweep (G3). History and sweep give way to urgent work after each page, since
every page is one call under the account's limiter. Poll and history are put off where a call is not granted, and go on
from the place that is kept; the sweep keeps none and waits (`_granted`).
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from orion_daemon.actors.account import Account
from orion_daemon.actors.failures import final
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.connectors.errors import Malformed, RateLimited, Rejected, SchemaDrift
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.jobs.kinds import HistoryArgs, Nothing
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Outcome
from orion_daemon.services import order_import, order_rules, orders
from orion_daemon.services.errors import Refused, ServiceError
from orion_daemon.services.order_import import ImportedPage

log = logging.getLogger("orion.actors")

MOST_ASKED_FOR = 500  # orders by one sweep, one call each
REFUNDS_LOOK_BACK = timedelta(days=5)  # they are told up to two days late, and this runs several times a day
MOST_PASSES = 3  # by one cursor in one walk
LONGEST_WAIT = timedelta(minutes=15)  # of a sweep under way, for one call
T = TypeVar("T")


class Totals:
    """Counts over the pages of one walk."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = self.problems = 0

    def add(self, page: ImportedPage) -> None:
        self.created += len(page.created)
        self.updated += len(page.updated)
        self.unchanged += page.unchanged
        self.problems += len(page.problems)

    def include(self, other: "Totals") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.problems += other.problems

    def result(self) -> Done:
        return Done(
            {"created": self.created, "updated": self.updated, "unchanged": self.unchanged, "problems": self.problems}
        )


async def poll(account: Account, job: Job, args: Nothing) -> Outcome:
    """Read what is new, page by page to the end."""
    start = await account.db.fetch_value("SELECT order_cursor FROM channels WHERE id = $1", account.channel_id)
    totals, cursor, passed = Totals(), start or None, Counter[str]()
    while True:
        page = await account.connector.fetch_orders("new", cursor, None)
        watermark = page.watermark if page.next_cursor is None else None
        imported = await _import(account, page, cursor=watermark or page.resume, finished=page.next_cursor is None)
        totals.add(imported)
        if page.next_cursor is None:
            break
        cursor = _onward(account, page.next_cursor, passed)
    if account.settings.get("confirm") == "auto_if_in_stock" and await _wants_answers(account):
        await _answer_by_rule(account)
    account.parts.observe("orders_polled", store=account.store_code, marketplace=account.marketplace)
    return totals.result()


async def _wants_answers(account: Account) -> bool:
    """Whether pending means that the channel waits for us; elsewhere it means that the buyer has not paid."""
    can = await account.capabilities()
    return can.answers_units or can.statuses is None or OrderStatus.CONFIRMED in can.statuses


async def _answer_by_rule(account: Account) -> None:
    """What cannot be answered (somebody was faster, the channel may only be read) waits for a person."""
    for order_id in await order_rules.wholly_reserved(account.db, account.store_id, account.channel_id):
        try:
            await orders.confirm_units(account.db, order_id, actor="orion", now=account.clock.now())
        except ServiceError as error:
            log.warning(
                "order %d of %s is not answered by rule: %s",
                order_id,
                account.address,
                error,
                extra={"action": "order.left_to_people", "actor": account.address},
            )
            if isinstance(error, Refused):
                return


async def reconcile(account: Account, job: Job, args: Nothing) -> Outcome:
    """Read everything that may still change, and write only differences. Orders that we hold to be open and the pages
    did not show (cancelled unseen, hidden, gone) are asked for one by one."""
    began, seen = account.clock.now(), set[str]()
    last = await account.db.fetch_value("SELECT orders_reconciled_at FROM channels WHERE id = $1", account.channel_id)
    totals = await _walk(account, "open", None, walk="reconcile", seen=seen, began=began)
    known = await order_rules.open_before(account.db, account.store_id, account.channel_id, began)
    unseen = [name for name in known if name not in seen][:MOST_ASKED_FOR]
    for name in unseen:
        page = await _ask_for(account, name)
        if page is None:
            break
        totals.add(await _import(account, page, cursor=None, finished=False, walk="reconcile"))
    if (await account.capabilities()).reads_refunds:
        totals.include(
            await _walk(account, "refunds", (last or began) - REFUNDS_LOOK_BACK, walk="reconcile", began=began)
        )
    return totals.result()


async def _ask_for(account: Account, name: str) -> OrderPage | None:
    """One order as a page of its own; None where the channel cannot be asked for single orders."""
    try:
        order = await _granted(account, lambda: account.connector.fetch_order(name))
    except SchemaDrift as error:
        log.warning(
            "%s cannot be asked for single orders: %s",
            account.address,
            error.message,
            extra={"action": "order.not_asked", "actor": account.address},
        )
        return None
    except (Malformed, Rejected) as error:
        payload = error.payload if isinstance(error, Malformed) else b""
        return OrderPage((), None, problems=(RecordProblem(name, error.code, error.message, payload),))
    if order is None:
        said = "the marketplace does not show it any more. Ask there, and cancel it here if it is off."
        return OrderPage((), None, problems=(RecordProblem(name, "order_vanished", said),))
    return OrderPage((order,), None)


async def import_one(account: Account, name: str) -> ImportedPage:
    """One order that the channel spoke of. One that it does not show (yet) is left to the poll."""
    return await import_shown(account, await account.connector.fetch_order(name))


async def import_shown(account: Account, order: IncomingOrder | None) -> ImportedPage:
    """One order as the connector showed it; None changes nothing."""
    orders = () if order is None else (order,)
    return await _import(account, OrderPage(orders, None), cursor=None, finished=False, walk="reconcile")


async def import_history(account: Account, job: Job, args: HistoryArgs) -> Outcome:
    """Go on with a history run from its own cursor, to the end."""
    run = await account.db.fetch_one("SELECT * FROM order_history_runs WHERE id = $1", args.run_id)
    if run is None or run["state"] != "running":
        return Cancelled("the history run has ended or was removed")
    since, days = run["since_at"], account.parts.history_days
    if since is None and days:
        since = run["created_at"] - timedelta(days=days)
    try:
        totals = await _walk(account, "history", since, history_run_id=run["id"], cursor=run["cursor"] or None)
    except Exception as error:
        now = account.clock.now()
        if (dead := final(error, job, now)) is not None:
            await order_import.fail_history_run(account.db, run["id"], f"{dead.code}: {dead.message}", now)
        raise
    return totals.result()


async def _walk(
    account: Account,
    scope: OrderScope,
    since: datetime | None,
    *,
    walk: order_import.Walk = "poll",
    history_run_id: int | None = None,
    cursor: str | None = None,
    seen: set[str] | None = None,
    began: datetime | None = None,
) -> Totals:
    """`seen` is filled with the channel's names of all orders that the pages showed. `began`: see `import_page`."""
    totals, passed = Totals(), Counter[str]()
    is_sweep = history_run_id is None
    while True:
        if is_sweep and (cursor is not None or scope != "open"):
            page = await _granted(account, partial(account.connector.fetch_orders, scope, cursor, since))
        else:
            page = await account.connector.fetch_orders(scope, cursor, since)
        if seen is not None:
            seen.update(order.channel_order_id for order in page.orders)
            seen.update(problem.record_id for problem in page.problems)
        kept = page.next_cursor if history_run_id is not None else None
        totals.add(
            await _import(
                account,
                page,
                cursor=kept,
                finished=page.next_cursor is None,
                walk=walk,
                history_run_id=history_run_id,
                began=began,
            )
        )
        if page.next_cursor is None:
            return totals
        cursor = _onward(account, page.next_cursor, passed)


async def _granted(account: Account, ask: Callable[[], Awaitable[T]]) -> T:
    """What a sweep under way asks for. Begun anew at each call that is not granted yet, a long one would read its first
    pages for ever and use up the calls of the poll; so it waits, longer than a job that is put off for the same grant.
    Raises RateLimited beyond `LONGEST_WAIT`."""
    while True:
        try:
            return await ask()
        except RateLimited as error:
            if error.retry_after is None or error.retry_after > LONGEST_WAIT.total_seconds():
                raise
            await account.clock.sleep(max(1.0, error.retry_after * 1.5))


def _onward(account: Account, cursor: str, passed: Counter[str]) -> str:
    """The cursor; raises Malformed when the walk comes by it too often (a list begins anew where a cursor expired)."""
    passed[cursor] += 1
    if passed[cursor] > MOST_PASSES:
        raise Malformed(f"{account.address}: the pages of orders lead in a circle.", code="paging_circle")
    return cursor


async def _import(
    account: Account,
    page: OrderPage,
    *,
    cursor: str | None,
    finished: bool,
    walk: order_import.Walk = "poll",
    history_run_id: int | None = None,
    began: datetime | None = None,
) -> ImportedPage:
    imported = await order_import.import_page(
        account.db,
        store_id=account.store_id,
        channel_id=account.channel_id,
        marketplace=account.marketplace,
        orders=page.orders,
        problems=page.problems,
        cursor=cursor,
        finished=finished,
        walk=walk,
        history_run_id=history_run_id,
        began=began,
        now=account.clock.now(),
    )
    account.parts.observe(
        "orders",
        store=account.store_code,
        marketplace=account.marketplace,
        created=len(imported.created),
        updated=len(imported.updated),
        unchanged=imported.unchanged,
        problems=len(imported.problems),
    )
    return imported
