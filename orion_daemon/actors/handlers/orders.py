"""Orders in: the poll, the walk over history, and the reconcile sweep.

Each reads pages and hands them to `services/order_import.py`, which commits rows and cursor together; a crash between
two pages means reading a page again, and that changes nothing. A page may shift while orders arrive: what slips
through one poll is in the next, or in the sweep (G3). History and sweep give way to urgent work after each page, since
every page is one call under the account's limiter.
"""

from datetime import datetime, timedelta

from orion_daemon.actors.account import Account
from orion_daemon.actors.failures import final
from orion_daemon.connectors.base import OrderPage, OrderScope
from orion_daemon.jobs.kinds import HistoryArgs, Nothing
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Outcome
from orion_daemon.services import order_import, order_rules, orders
from orion_daemon.services.order_import import ImportedPage


class Totals:
    """Counts over the pages of one walk."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = self.problems = 0

    def add(self, page: ImportedPage) -> None:
        self.created += len(page.created)
        self.updated += len(page.updated)
        self.unchanged += page.unchanged
        self.problems += len(page.problems)

    def result(self) -> Done:
        return Done(
            {"created": self.created, "updated": self.updated, "unchanged": self.unchanged, "problems": self.problems}
        )


async def poll(account: Account, job: Job, args: Nothing) -> Outcome:
    """Read what is new, page by page to the end."""
    start = await account.db.fetch_value("SELECT order_cursor FROM channels WHERE id = $1", account.channel_id)
    totals, cursor = Totals(), start or None
    while True:
        page = await account.connector.fetch_orders("new", cursor, None)
        watermark = page.watermark if page.next_cursor is None else None
        imported = await _import(account, page, cursor=watermark, finished=page.next_cursor is None)
        totals.add(imported)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    if account.settings.get("confirm") == "auto_if_in_stock":
        for order_id in await order_rules.wholly_reserved(account.db, account.store_id, account.channel_id):
            await orders.confirm_units(account.db, order_id, actor="orion", now=account.clock.now())
    account.parts.observe("orders_polled", store=account.store_code, marketplace=account.marketplace)
    return totals.result()


async def reconcile(account: Account, job: Job, args: Nothing) -> Outcome:
    """Read everything that may still change, and write only differences."""
    return (await _walk(account, "open", None, walk="reconcile")).result()


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
) -> Totals:
    totals = Totals()
    while True:
        page = await account.connector.fetch_orders(scope, cursor, since)
        kept = page.next_cursor if history_run_id is not None else None
        totals.add(
            await _import(
                account, page, cursor=kept, finished=page.next_cursor is None, walk=walk, history_run_id=history_run_id
            )
        )
        if page.next_cursor is None:
            return totals
        cursor = page.next_cursor


async def _import(
    account: Account,
    page: OrderPage,
    *,
    cursor: str | None,
    finished: bool,
    walk: order_import.Walk = "poll",
    history_run_id: int | None = None,
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
