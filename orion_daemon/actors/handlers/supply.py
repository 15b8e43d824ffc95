"""A supplier's catalog and balance: the walk over its price list, texts of what stores sell, and what may be spent.

The walk commits page by page with its cursor (`services/supply_pages.py`) and rests after some of them, so that what
is more urgent in its lane goes first; whoever runs next goes on behind the last page. Nothing here buys, and each
effect may be repeated.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from orion_daemon.actors.account import SupplierAccount
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.domain.supply import SupplierProduct, SupplierTexts
from orion_daemon.jobs.kinds import Nothing, SupplierProductArgs, WalkArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Snooze
from orion_daemon.services import supply, supply_pages, supply_texts, supply_walks
from orion_daemon.services.supply_walks import Walk

log = logging.getLogger("orion.actors")

MOST_PAGES = 50
"""In one run of a walk."""
MOST_TEXTS = 100
LONGEST_RUN = timedelta(minutes=2)
MOST_PASSES = 3  # by one cursor in one run
MOST_RESTARTS = 2  # of a walk in one run
MOST_ASKED_FOR = 200  # products that a walk did not show, one call each
RESTS = "walk_rests"
"""Why a walk waits that goes on by itself."""


async def sync_catalog(account: SupplierAccount, job: Job, args: WalkArgs) -> Outcome:
    """Walk over the price list to its end, or as far as one run goes, and settle what a full walk did not show."""
    kind: supply_walks.Kind = "full" if args.is_full else "delta"
    walk = await supply_walks.begin_walk(account.db, account.channel_id, kind, account.clock.now())
    started, pages, restarts, passed = account.clock.monotonic(), 0, 0, Counter[str]()
    while not walk.is_read:
        if pages >= MOST_PAGES or account.clock.monotonic() - started >= LONGEST_RUN.total_seconds():
            return Snooze(account.clock.now(), RESTS, "It goes on by itself; others in its lane come first.")
        asked_at = account.clock.now()
        try:
            page = await account.connector.fetch_products(walk.cursor, walk.since)
        except Rejected as error:
            if error.code != "cursor_refused" or walk.cursor is None or restarts >= MOST_RESTARTS:
                raise
            restarts += 1
            passed.clear()
            walk = await supply_walks.restart_walk(account.db, account.channel_id, account.clock.now())
            continue
        await _check_way(account, page, passed)
        _say_unreadable(account, page)
        await supply_pages.take_page(account.db, account.channel_id, page, account.clock.now(), asked_at=asked_at)
        pages += 1
        walk = await _current(account, walk)
    await _ask_for_missing(account)
    ended = await supply_walks.end_walk(account.db, account.channel_id, account.clock.now())
    if ended.is_held:
        log.warning(
            "the price list of %s does not show %d products any more; they stay until a person looks",
            account.address,
            ended.missing,
            extra={"action": "supply.held", "actor": account.address},
        )
    return Done(
        {
            "walk": ended.kind, "products": ended.products, "changed": ended.changed, "unreadable": ended.unreadable,
            "missing": ended.missing, "gone": ended.gone, "held": ended.is_held,
        }
    )  # fmt: skip


async def fetch_texts(account: SupplierAccount, job: Job, args: Nothing) -> Outcome:
    """Fetch the texts of products that stores sell and that have none, or old ones."""
    unknown = set[str]()
    try:
        return await _fetch_texts(account, unknown)
    finally:
        if unknown:
            log.warning(
                "%s has texts for territories that are no language known here: %s",
                account.address,
                ", ".join(sorted(unknown))[:500],
                extra={"action": "supply.unknown_territories", "actor": account.address},
            )


async def _fetch_texts(account: SupplierAccount, unknown: set[str]) -> Outcome:
    """`unknown` is filled with the words for territories that stand for no language."""
    started, fetched, changed = account.clock.monotonic(), 0, 0
    while wanting := await supply_texts.products_wanting_texts(
        account.db, account.channel_id, account.clock.now(), MOST_TEXTS
    ):
        for product_id in wanting:
            if fetched >= MOST_TEXTS or account.clock.monotonic() - started >= LONGEST_RUN.total_seconds():
                return Snooze(account.clock.now(), RESTS, "It goes on by itself; others in its lane come first.")
            texts = await _texts_of(account, product_id)
            unknown.update(texts.unknown_territories if texts is not None else ())
            now = account.clock.now()
            changed += await supply_texts.take_texts(account.db, account.channel_id, product_id, texts, now)
            fetched += 1
    return Done({"fetched": fetched, "changed": changed})


async def watch_balance(account: SupplierAccount, job: Job, args: Nothing) -> Outcome:
    """Ask what may be spent; buying that waited for a balance goes on once it is there."""
    balance = await account.connector.balance()
    goes_on = await supply.take_balance(account.db, account.channel_id, balance, account.clock.now())
    return Done({"usable_minor": balance.usable_minor, "currency": balance.currency, "buying_goes_on": goes_on})


async def refresh_product(account: SupplierAccount, job: Job, args: SupplierProductArgs) -> Outcome:
    """Look at one product that the supplier spoke of. What came with the hint is not believed, only looked up."""
    asked_at = account.clock.now()
    product = await account.connector.fetch_product(args.product_id)
    now = account.clock.now()
    if product is None:
        gone = await supply_pages.product_gone(account.db, account.channel_id, args.product_id, now)
        return Done({"gone": gone})
    taken = await _take_one(account, product, asked_at)
    return Done({"created": taken.created, "changed": taken.changed})


async def _current(account: SupplierAccount, before: Walk) -> Walk:
    walk = await supply_walks.current_walk(account.db, account.channel_id)
    if walk is None or walk.began_at != before.began_at:
        raise RuntimeError(f"somebody else walks over the catalog of {account.address}")
    return walk


async def _check_way(account: SupplierAccount, page: ProductPage, passed: Counter[str]) -> None:
    """Raises Malformed when the walk comes by one cursor too often; the next one begins anew then."""
    if page.next_cursor is None:
        return
    passed[page.next_cursor] += 1
    if passed[page.next_cursor] > MOST_PASSES:
        await supply_walks.restart_walk(account.db, account.channel_id, account.clock.now())
        raise Malformed(f"{account.address}: the pages of the price list lead in a circle.", code="paging_circle")


def _say_unreadable(account: SupplierAccount, page: ProductPage) -> None:
    if page.unreadable:
        log.warning(
            "%d products of %s could not be read, the first: %s",
            len(page.unreadable),
            account.address,
            page.unreadable[0][:500],
            extra={"action": "supply.unreadable", "actor": account.address},
        )


async def _ask_for_missing(account: SupplierAccount) -> None:
    """Entries move between pages while the list is read: what stores sell is looked at by itself before it goes."""
    for product_id in await supply_walks.missing_adopted(account.db, account.channel_id, MOST_ASKED_FOR):
        asked_at = account.clock.now()
        try:
            product = await account.connector.fetch_product(product_id)
        except (Malformed, Rejected) as error:
            log.warning(
                "a product of %s is not in the list and cannot be looked at: %s",
                account.address,
                error.message,
                extra={"action": "supply.unreadable", "actor": account.address, "code": error.code},
            )
            continue
        if product is not None:
            await _take_one(account, product, asked_at)


async def _take_one(account: SupplierAccount, product: SupplierProduct, asked_at: datetime) -> supply_pages.Taken:
    now = account.clock.now()
    return await supply_pages.take_products(account.db, account.channel_id, [product], now, asked_at=asked_at)


async def _texts_of(account: SupplierAccount, product_id: str) -> SupplierTexts | None:
    """None where there are none, or none that can be read: it is asked for again as late as the others."""
    try:
        texts = await account.connector.fetch_texts(product_id)
    except (Malformed, Rejected) as error:
        log.warning(
            "the texts of a product of %s cannot be read: %s",
            account.address,
            error.message,
            extra={"action": "supply.texts_unreadable", "actor": account.address, "code": error.code},
        )
        return None
    return texts
