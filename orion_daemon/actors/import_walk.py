"""The walk through what an account itself tells of its products, page by page, into a feed file of the import's own.

Each page is on the disk before the next is asked for, and the import's row tells how many rows came, so a walk that was
killed or put off goes on behind its last page (`import_pages.py`). Each page also proves the lease and that nobody has
ended the import. Listings that the account has outside of what can be managed are no products; their offers are refused
(`services/outside_listings.py`). What the file becomes is decided where every feed's is: `import_run.py`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from orion_daemon.actors.import_pages import Pages
from orion_daemon.connectors.base import CatalogPage
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.db.database import Database
from orion_daemon.domain.imports import State
from orion_daemon.jobs import leases
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import import_progress, outside_listings
from orion_daemon.services.import_progress import ANEW, Begun

log = logging.getLogger("orion.actors")

T = TypeVar("T")
MOST_PASSES = 3
FetchCatalog = Callable[[str | None], Awaitable[CatalogPage]]
"""`MarketplaceConnector.fetch_catalog`."""


async def walk(
    db: Database, begun: Begun, lease: Lease, clock: Clock, fetch: FetchCatalog, folder: Path, max_bytes: int
) -> None:
    """Ask to the end and leave the import's feed file in `folder`.

    The import takes the language that the products turn out to be in. Raises the connector's errors, Conflict while
    another import of that language is under way, Rejected beyond `max_bytes`, Malformed where the pages cannot be of
    one catalog; and OSError.
    """
    passed: Counter[str] = Counter()
    pages = await _whole(partial(Pages.open, folder, begun.import_id, clock.now()))
    await import_progress.move(db, begun, State.DOWNLOADING, lease, clock.now(), **_progress(pages), **ANEW)
    while not pages.place.is_whole:
        page = await fetch(pages.place.cursor)
        await _check(pages, page, passed, begun.marketplace)
        if page.language != begun.row["language"]:
            await import_progress.take_language(db, begun, lease, clock.now(), page.language)
        if not begun.row["is_dry_run"]:
            await _tell_outside(db, begun, lease, pages.place.begun_at, clock.now(), page)
        await _whole(partial(pages.add, page))
        if pages.place.bytes > max_bytes:
            await _whole(pages.drop)
            raise Rejected(
                f"{begun.marketplace}: the catalog has more than {max_bytes} bytes, the limit for a feed"
                " (max_feed_size).",
                code="too_large",
            )
        await import_progress.note(db, begun, lease, clock.now(), **_progress(pages))
    left_out = await _whole(pages.write_feed)
    if left_out:
        log.warning(
            "import %s: %s columns found no room in a feed and are left out: %s",
            begun.import_id,
            len(left_out),
            ", ".join(left_out[:20]),
            extra={"action": "import.columns_left_out", "import_id": begun.import_id},
        )


async def _tell_outside(
    db: Database, begun: Begun, lease: Lease, since: datetime, now: datetime, page: CatalogPage
) -> None:
    """Refuse offers of what the account sells outside. Before the page has its place, so that it is never left out."""
    channel_id = begun.row["channel_id"]
    if page.outside or page.outside_known:
        async with db.transaction() as tx:
            await leases.check(tx, lease, now)
            named = [(one.listing_id, one.sku) for one in page.outside]
            await outside_listings.mark(tx, begun.store_id, channel_id, named, now)
            if page.outside_known:
                await outside_listings.settle(tx, channel_id, since, now)
    if page.outside:
        log.warning(
            "import %s: %s lists %s things that cannot be managed until they are migrated, among them %s",
            begun.import_id,
            begun.marketplace,
            len(page.outside),
            ", ".join(list(dict.fromkeys(one.listing_id for one in page.outside))[:20]),
            extra={"action": "import.listings_outside", "import_id": begun.import_id},
        )
    if page.remark:
        log.warning(
            "import %s: listings that cannot be managed are not known this time: %s",
            begun.import_id,
            page.remark,
            extra={"action": "import.listings_unknown", "import_id": begun.import_id},
        )


async def _check(pages: Pages, page: CatalogPage, passed: Counter[str], marketplace: str) -> None:
    """`passed` counts how often the walk came by each cursor: a list begins anew where one expired."""
    place = pages.place
    if page.next_cursor is not None:
        passed[page.next_cursor] += 1
    if passed[page.next_cursor or ""] > MOST_PASSES:
        fault = Malformed(f"{marketplace}: the pages of the catalog lead in a circle.", code="paging_circle")
    elif place.language and page.language != place.language:
        message = (
            f"{marketplace}: the texts of the catalog began in {place.language!r} and went on in {page.language!r}. Ask"
            " for the import again once the channel's language stays as it is."
        )
        fault = Malformed(message, code="catalog_mixes_languages")
    else:
        return
    await _whole(pages.drop)
    raise fault


def _progress(pages: Pages) -> dict[str, Any]:
    """Rows and bytes so far. How many bytes it will be is told from the number of products, where that is known."""
    place = pages.place
    expected = place.bytes * place.total // place.rows if place.total and place.rows else None
    return {
        "rows": place.rows,
        "bytes_done": place.bytes,
        "bytes_total": None if expected is None else max(place.bytes, expected),
        "detected_json": None if place.total is None else {"total": place.total},
    }


async def _whole(step: Callable[[], T]) -> T:
    """In a thread; one that has begun is waited for, also when the walk is cancelled: files have one writer."""
    task = asyncio.ensure_future(asyncio.to_thread(step))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        task.exception()  # whatever it was, the walk ends for another reason
        raise
