"""An import from its job to its end, as the account's owner sees it: fetch the file, then let a worker do the rest.

Where the account itself is the source, it is asked for its products first, which makes the file (`import_walk.py`). The
file is fetched or copied under a name of the import's own, and stays there until the import has ended, so that a
killed run and a confirmed one go on with the very bytes that were judged. A feed that the server calls "not modified",
or whose bytes are those applied last, ends here. What may be better later puts the import back and is left to the
job's retries; with the last of them the import fails and says why. One that a person cancels stops within a moment.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from orion_daemon.actors import import_files
from orion_daemon.actors.account import ImportOptions
from orion_daemon.actors.import_cancelling import until_cancelled
from orion_daemon.actors.import_launch import WorkerFailed, events_of
from orion_daemon.actors.import_order import STRAIGHT_FROM, Assignment, Order, Report, file_trouble, looks_whole
from orion_daemon.actors.import_pages import is_bare
from orion_daemon.actors.import_reading import READERS, context_of
from orion_daemon.actors.import_walk import FetchCatalog, walk
from orion_daemon.connectors.classify import LATER
from orion_daemon.connectors.download import Downloaded, Progress
from orion_daemon.connectors.errors import VendorError
from orion_daemon.connectors.feeds.source import file_hash
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageBusy, StorageError
from orion_daemon.domain.events import ImportProgressed
from orion_daemon.domain.imports import ENDED, State
from orion_daemon.jobs.leases import Lease, LeaseLost
from orion_daemon.jobs.outcomes import Cancelled, Done, Failed, JobFailure, Outcome
from orion_daemon.jobs.retry import Family
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import import_progress, imports, late_matching, products
from orion_daemon.services.errors import Conflict
from orion_daemon.services.import_fence import RunningImport
from orion_daemon.services.import_progress import ANEW, Begun
from orion_daemon.services.reading import Where

_NOTE_EVERY = 0.5
_LATER = (Family.UNREACHABLE, Family.RATE_LIMITED)


class Download(Protocol):
    """`AccountHttp.download`."""

    def __call__(
        self,
        url: str,
        dest: Path,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int,
        on_progress: Progress | None = None,
    ) -> Awaitable[Downloaded]: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What an import needs of its surroundings. `work` runs an assignment to its end and reports on the way;
    `catalog` asks the account for a page of its products."""

    db: Database
    clock: Clock
    options: ImportOptions
    lease: Lease
    download: Download
    work: Callable[[Assignment, Callable[[Report], object]], Awaitable[None]]
    catalog: FetchCatalog


class Unchanged(Exception):  # noqa: N818 - an answer, not an accident
    """The feed is what it was."""


async def run(
    means: Means, import_id: int, settings: dict[str, Any] | Any, *, is_last_try: bool, is_watched: bool = False
) -> Outcome:
    """Bring the import to its end, or as far as it goes now. `settings` are the channel's; `is_watched`: somebody waits
    for the end, so an account whose login is refused ends it.

    Raises what may be better later (and after the last try, with the import failed): VendorError, StorageError; and
    JobFailure where the feed's server wants a login.
    """
    await asyncio.to_thread(_prepare_folder, means.options.folder)
    begun = await import_progress.begin(means.db, import_id, means.lease, means.options.chunk_rows, means.clock.now())
    if begun is None:
        if await imports.is_cancelled(means.db, import_id):
            return await _withdrawn(means, import_id)
        # a run that was killed has brought it so far; what follows its end may be missing
        return await _end(means, import_id, settings)
    running = replace(means, db=RunningImport(means.db, import_id))
    try:
        await until_cancelled(
            means.db, import_id, _bring_in(running, begun, is_last_try=is_last_try, is_watched=is_watched)
        )
    except LeaseLost:
        if not await imports.is_cancelled(means.db, import_id):
            raise
        return await _withdrawn(means, import_id)
    return await _end(means, import_id, settings)


async def _withdrawn(means: Means, import_id: int) -> Outcome:
    await asyncio.to_thread(import_files.remove, means.options.folder, import_id)
    return Cancelled("the import was cancelled")


async def _bring_in(means: Means, begun: Begun, *, is_last_try: bool, is_watched: bool) -> None:
    db, lease, clock = means.db, means.lease, means.clock
    try:
        if begun.marketplace not in READERS:
            await _fail(means, begun, "no_feed", f"{begun.marketplace} is not imported from product feeds.")
        elif begun.row["applies_id"] is not None:
            await _let_work(means, begun, None)
        else:
            is_walk = begun.row["source"] == imports.API
            fetched = await (_ask(means, begun) if is_walk else _fetch(means, begun))
            if fetched is not None:
                await _let_work(means, begun, fetched)
    except Unchanged:
        await import_progress.finish_identical(db, begun, lease, clock.now())
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        await _fail(means, begun, *file_trouble(error, str(means.options.folder)))
    except VendorError as error:
        if _waits(begun, error, is_last_try=is_last_try, is_watched=is_watched):
            await import_progress.put_back(db, begun, lease, clock.now(), error.code, error.message)
            raise
        if error.family != Family.AUTH_REFUSED or begun.row["source"] == imports.API:
            message = error.message
            if message.endswith(LATER):
                message = message.removesuffix(LATER) + "Ask for the import again when it is back."
            await _fail(means, begun, error.code, message)
            raise
        host = urlsplit(begun.row["source"]).hostname
        message = f"{host}, where the feed is, wants a login ({error.code}); use an address that needs none."
        await _fail(means, begun, error.code, message)
        # who keeps the feed is not whom the account logs in to: its other work goes on
        raise JobFailure(Failed(Family.REJECTED, error.code, message)) from error
    except Conflict as error:
        await _fail(means, begun, error.code, error.message)
        raise
    except (StorageError, WorkerFailed) as error:
        message = str(error)
        if is_last_try:
            await _fail(means, begun, getattr(error, "code", "worker_failed"), message)
        if isinstance(error, WorkerFailed) and error.is_transient:
            raise StorageBusy(message) from error
        raise


def _waits(begun: Begun, error: VendorError, *, is_last_try: bool, is_watched: bool) -> bool:
    """Whether the import goes on where it stands once the job comes again. A walk that is told to slow down is not in
    trouble, one whose account is stopped waits for the person who mends it, and one whose marketplace is away goes on
    when that is back: its pages keep for a day."""
    if begun.row["source"] == imports.API and error.family in (Family.RATE_LIMITED, Family.AUTH_REFUSED):
        return error.family == Family.RATE_LIMITED or not is_watched
    if begun.row["source"] == imports.API and error.family == Family.UNREACHABLE:
        return not (is_last_try and is_watched)
    return error.family in _LATER and not is_last_try


async def _end(means: Means, import_id: int, settings: Any) -> Outcome:
    begun = await import_progress.load(means.db, import_id)
    row = begun.row
    state = State(row["state"])
    if state in ENDED:
        await import_progress.make_lasting(means.db, import_id)
        await asyncio.to_thread(import_files.remove, means.options.folder, import_id)
    if state in (State.COMPLETED, State.PARTIALLY_COMPLETED) and not row["is_dry_run"]:
        await adopt(means.db, row["store_id"], row["channel_id"], settings, means.clock)
        with contextlib.suppress(StorageBusy):  # the housekeeper looks again
            await late_matching.sweep(means.db, row["store_id"], now=means.clock.now())
    names = (*import_progress.OUTCOMES, "disappeared")
    return Done({"state": state.value} | {name: row[name] for name in names})


async def adopt(db: Database, store_id: int, channel_id: int, settings: Any, clock: Clock) -> int:
    """Adopt what is new in the channel's catalog, where its settings say so; returns how many."""
    if settings.get("adopt") != "all":
        return 0
    adopted = after = 0
    while True:
        wanted = Where().add("products.id IS NULL").add("marketplace_products.is_available")
        wanted.add("catalogs.channel_id = {}", channel_id)
        found = await products.adopt(
            db, store_id, wanted, after_id=after, limit=500,
            stock_from_catalog=bool(settings.get("stock_from_catalog")), now=clock.now(),
        )  # fmt: skip
        adopted += len(found.product_ids)
        if found.last_id is None:
            return adopted
        after = found.last_id


async def _let_work(means: Means, begun: Begun, fetched: "Fetched | None") -> None:
    is_straight = (
        fetched is not None
        and begun.feed["import_id"] is None
        and not begun.row["is_dry_run"]
        and begun.row["bytes_total"] >= STRAIGHT_FROM
        and await asyncio.to_thread(looks_whole, fetched.path, fetched.announced_size)
    )
    order = Order(
        import_id=begun.import_id,
        owner=means.lease.owner,
        epoch=means.lease.epoch,
        process_id=means.lease.process_id,
        marketplace=begun.marketplace,
        language=begun.row["language"],
        currency=begun.currency,
        chunk_rows=begun.row["chunk_rows"],
        folder=str(means.options.folder),
        path=str(fetched.path) if fetched else "",
        announced_size=fetched.announced_size if fetched else None,
        max_bytes=means.options.max_feed_size,
        guard=dict(means.options.guard),
        timezone=begun.timezone,
        is_straight=is_straight,
        context=context_of(begun.marketplace, begun.currency, begun.timezone),
    )

    def hear(report: Report) -> None:
        if report.state:
            means.db.bus.publish(ImportProgressed(begun.store_id, begun.import_id, report.state), begun.store_id)
        for event in events_of(report):
            means.db.bus.publish(event, getattr(event, "store_id", None))

    sender = means.db.sender and replace(means.db.sender, is_alone=False)  # others may come while the worker works
    await means.work(Assignment(means.options.database_url, order, sender), hear)


@dataclass(frozen=True, slots=True)
class Fetched:
    path: Path
    announced_size: int | None


async def _ask(means: Means, begun: Begun) -> Fetched | None:
    """The file of what the account tells; None when the import has ended with that. Raises Unchanged."""
    db, lease, clock, path = means.db, means.lease, means.clock, _file(means, begun.import_id)
    if not await asyncio.to_thread(path.exists):
        options = means.options
        await walk(db, begun, lease, clock, means.catalog, options.folder, options.max_feed_size)
    size = (await asyncio.to_thread(path.stat)).st_size
    await import_progress.note(db, begun, lease, clock.now(), bytes_done=0, bytes_total=size)
    begun.row["bytes_total"] = size
    if begun.feed["import_id"] is None and await asyncio.to_thread(is_bare, path):  # it has never sold anything
        values = {"rows": 0, "bytes_done": size}
        await import_progress.finish(
            db, begun, lease, clock.now(), fingerprints=None, context="", removes=False, values=values
        )
        return None
    if _is_as_before(begun) and await asyncio.to_thread(file_hash, path) == begun.feed["file_hash"]:
        raise Unchanged
    return Fetched(path, size)


async def _fetch(means: Means, begun: Begun) -> Fetched | None:
    """The import's own copy; None when the import has failed for want of it. Raises Unchanged."""
    row, path = begun.row, _file(means, begun.import_id)
    is_noted = row["file_hash"] if imports.is_url(row["source"]) else row["bytes_total"] is not None
    if is_noted and await asyncio.to_thread(path.exists):
        return Fetched(path, row["bytes_total"])
    db, lease, clock = means.db, means.lease, means.clock
    source = row["source"]
    await import_progress.move(db, begun, State.DOWNLOADING, lease, clock.now(), bytes_done=0, **ANEW)
    if imports.is_url(source):
        found = await _download(means, begun, source, path)
        values = {"file_hash": found.sha256, "etag": found.etag or "", "last_modified": found.last_modified or ""}
        size = found.bytes
    else:
        from_path = Path(source)
        if not await asyncio.to_thread(from_path.is_file):
            is_folder = await asyncio.to_thread(from_path.is_dir)
            text = f"{source} is a folder." if is_folder else f"There is no file {source} that Orion can see."
            await _fail(means, begun, "source_missing", text)
            return None
        size = (await asyncio.to_thread(from_path.stat)).st_size
        if size > means.options.max_feed_size:
            limit = means.options.max_feed_size
            await _fail(means, begun, "too_large", f"{source} has more than {limit} bytes, the limit for a feed.")
            return None
        may_be_same = _is_as_before(begun) and begun.feed["bytes_total"] in (size, None)
        if may_be_same and await asyncio.to_thread(file_hash, from_path) == begun.feed["file_hash"]:
            raise Unchanged
        size = await asyncio.to_thread(_copy, from_path, path)
        values = {"file_hash": "", "etag": "", "last_modified": ""}
    await import_progress.note(db, begun, lease, clock.now(), bytes_total=size, **values)
    row.update(values, bytes_total=size)
    if values["file_hash"] and values["file_hash"] == begun.feed["file_hash"] and _is_as_before(begun):
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise Unchanged
    return Fetched(path, size)


async def _download(means: Means, begun: Begun, source: str, path: Path) -> Downloaded:
    feed = begun.feed
    may_skip = feed["source"] == source and _is_as_before(begun)
    progress: list[tuple[int, int | None]] = []

    async def tell() -> None:
        while True:
            await asyncio.sleep(_NOTE_EVERY)
            if progress:
                done, total = progress[-1]
                await import_progress.note(
                    means.db, begun, means.lease, means.clock.now(), bytes_done=done, bytes_total=total
                )

    def heard(done: int, total: int | None) -> None:
        progress[:] = [(done, total)]

    teller = asyncio.ensure_future(tell())
    try:
        found = await means.download(
            source,
            path,
            etag=(feed["etag"] or None) if may_skip else None,
            last_modified=(feed["last_modified"] or None) if may_skip else None,
            max_bytes=means.options.max_feed_size,
            on_progress=heard,
        )
    finally:
        teller.cancel()
        await asyncio.wait([teller])
    if found.status == "not_modified":
        raise Unchanged
    return found


def _is_as_before(begun: Begun) -> bool:
    """Whether equal bytes would have an equal effect."""
    feed = begun.feed
    return (
        feed["import_id"] is not None
        and bool(feed["file_hash"])
        and feed["context"] == context_of(begun.marketplace, begun.currency, begun.timezone)
        and (feed["is_complete"] or not begun.row["is_complete"])
    )


async def _fail(means: Means, begun: Begun, code: str, message: str) -> None:
    await import_progress.fail(means.db, begun, means.lease, means.clock.now(), code, message)


def _file(means: Means, import_id: int) -> Path:
    return import_files.copy_of(means.options.folder, import_id)


def _prepare_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _copy(source: Path, dest: Path) -> int:
    """Size of what was copied; half a copy never stands under the name."""
    part = dest.with_name(f"{dest.name}.part")
    try:
        shutil.copyfile(source, part)
        size = part.stat().st_size
        part.replace(dest)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size
