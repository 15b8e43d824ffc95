"""One import's heavy half: read the file, ask the guard, write chunk by chunk. Runs beside the daemon, not inside it.

A feed with a history is read to its end first, into a spool, so that the guard has seen all of it before the first
row is written; so is a file that looks cut off, and a dry run. The first import of a large file streams straight from
a process that parses to this one, which writes. Both cut the same chunks, and a chunk that is committed is passed over:
a run that was killed goes on where it stood. Who starts it: `import_worker.py` (a process), `import_command.py`.
"""

import asyncio
import json
import pickle
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Self, TypeVar

import msgspec

from orion_daemon.actors.import_reading import (
    Opened,
    Piece,
    Reading,
    Refused,
    Summary,
    context_of,
    read_feed_file,
    receive,
    send,
)
from orion_daemon.db.database import Database
from orion_daemon.db.errors import is_transient
from orion_daemon.domain.catalog import Chunk
from orion_daemon.domain.imports import Facts, Limits, State, is_repriced, judge, may_remove
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import catalog, import_changes, import_progress, import_writing
from orion_daemon.services.import_progress import Begun
from orion_daemon.services.import_writing import Target

T = TypeVar("T")
Say = Callable[[str], object]
"""Hears the state after each step; the row has all the rest."""

STRAIGHT_FROM = 2 * 1024 * 1024
"""Smaller files are read first and written then: a second process would cost more than it brings."""
IN_MEMORY = 8 * 1024 * 1024
_PIPE = 1 << 20
_NOTE_EVERY = 0.5
_PATIENCE = 300.0  # seconds of a locked or absent database before the job is given back
_PAUSES = (0.1, 0.5, 2.0, 5.0)


class Order(msgspec.Struct, frozen=True):
    """What to do; travels as JSON. `path` is empty for the applying of a dry run."""

    import_id: int
    owner: str
    epoch: int
    process_id: str
    path: str = ""
    folder: str = ""
    announced_size: int | None = None
    max_bytes: int = 1 << 31
    guard: dict[str, Any] = {}

    @property
    def lease(self) -> Lease:
        return Lease(self.owner, self.epoch, self.process_id)


class Work:
    """One import of one order. `run` ends with the state that the import is in then."""

    def __init__(self, db: Database, order: Order, clock: Clock, say: Say) -> None:
        self.db = db
        self.order = order
        self.clock = clock
        self.say = say
        self.limits = Limits.of(order.guard)

    async def run(self) -> State:
        begun = await self.patiently(lambda: import_progress.load(self.db, self.order.import_id))
        if begun.row["applies_id"] is not None:
            return await self._apply(begun)
        await self.patiently(lambda: import_progress.restart(self.db, begun, self.order.lease, self.clock.now()))
        self.say(State.PARSING)
        known = await catalog.fingerprints_of(self.db, begun.feed)
        path = Path(self.order.path)
        reading = Reading(
            str(path),
            begun.marketplace,
            begun.row["language"],
            begun.currency,
            begun.row["chunk_rows"],
            self.order.max_bytes,
            known,
            self.order.announced_size,
        )
        try:
            is_straight = (
                known is None
                and not begun.row["is_dry_run"]
                and begun.row["bytes_total"] >= STRAIGHT_FROM
                and await asyncio.to_thread(looks_whole, path, self.order.announced_size)
            )
            return await (self._straight if is_straight else self._carefully)(begun, reading)
        except OSError as error:
            return await self._fail(begun, *file_trouble(error, self.order.folder))

    async def _straight(self, begun: Begun, reading: Reading) -> State:
        target: Target | None = None
        async with parsing(reading) as pieces:
            async for piece in pieces:
                if isinstance(piece, Chunk):
                    assert target is not None  # noqa: S101 - Opened comes first
                    await self._write(begun, target, piece)
                elif isinstance(piece, Opened):
                    target = self._target(begun, piece)
                    await self._note(begun, detected_json=piece.detected)
                elif isinstance(piece, Summary):
                    assert target is not None  # noqa: S101
                    return await self._end(begun, target, piece, Spool.nothing())
                else:
                    return await self._fail(begun, piece.code, piece.message)
        raise EOFError("the feed's reader gave no summary")

    async def _carefully(self, begun: Begun, reading: Reading) -> State:
        with Spool(Path(self.order.folder), reading.chunk_rows) as spool:
            task = asyncio.ensure_future(asyncio.to_thread(spool.fill, reading))
            try:
                while not (await asyncio.wait([task], timeout=_NOTE_EVERY))[0]:
                    if not begun.row["position"]:
                        await self._note(begun, bytes_done=spool.bytes)
                    self.say(State.PARSING)
            finally:
                spool.is_cancelled = True
                await asyncio.wait([task])
            refused = task.result()
            if refused is not None:
                return await self._fail(begun, refused.code, refused.message)
            assert spool.opened is not None  # noqa: S101 - every file that is not refused is opened
            assert spool.summary is not None  # noqa: S101
            return await self._end(begun, self._target(begun, spool.opened), spool.summary, spool)

    async def _end(self, begun: Begun, target: Target, summary: Summary, spool: "Spool") -> State:
        """All is read: ask the guard, write what is in the spool, remove what is missing, put in force."""
        row = begun.row
        missing = summary.missing
        if missing:
            elsewhere = await catalog.held_by(self.db, begun.catalog_id, but=begun.feed["id"])
            missing = [key for key in missing if key not in elsewhere]
        facts = Facts(
            known=summary.known,
            records=summary.rows,
            usable=summary.usable,
            rejected=summary.rejected,
            missing=len(missing) if row["is_complete"] else 0,
            broken=summary.broken,
        )
        if not row["position"] and not row["is_confirmed"]:
            facts = await self._with_prices(begun, facts, spool)
            hold = judge(facts, self.limits)
            if hold is not None and not row["is_dry_run"]:
                seen = {"detected_json": summary.detected, "rows": summary.rows, "rejected": summary.rejected}
                await self.patiently(
                    lambda: import_progress.hold(
                        self.db, begun, self.order.lease, self.clock.now(), hold.code, hold.reason, **seen
                    )
                )
                self.say(State.HELD)
                return State.HELD
            if hold is not None:
                await self._note(begun, held_code=hold.code, held_reason=hold.reason)
        for chunk in spool.chunks():
            await self._write(begun, target, chunk)
        removes = bool(row["is_complete"]) and may_remove(facts, self.limits)
        if removes:
            for start in range(0, len(missing), row["chunk_rows"]):
                keys = missing[start : start + row["chunk_rows"]]
                await self._remove(target, keys)
                self.say(State.UPSERTING)
        state = await self.patiently(
            lambda: import_progress.finish(
                self.db,
                begun,
                self.order.lease,
                self.clock.now(),
                fingerprints=summary.records if removes else summary.records_with_missing,
                context=context_of(begun.marketplace, begun.currency),
                removes=removes,
                values={"detected_json": summary.detected, "bytes_done": row["bytes_total"] or 0},
            )
        )
        self.say(state)
        return state

    async def _with_prices(self, begun: Begun, facts: Facts, spool: "Spool") -> Facts:
        if facts.known < max(self.limits.min_rows, 1):
            return facts
        compared = facts.usable
        repriced = 0
        for chunk in spool.chunks():
            stored = await import_writing.prices_of(self.db, begun.catalog_id, [row.key for row in chunk.rows])
            for row in chunk.rows:
                currency, price = stored.get(row.key, (None, None))
                new_currency, new_price = row.neutral[5], row.neutral[6]
                if price and new_price and currency == new_currency:
                    repriced += is_repriced(price, new_price)
                else:
                    compared -= 1
        return Facts(
            facts.known, facts.records, facts.usable, facts.rejected, facts.missing, compared, repriced, facts.broken
        )

    async def _apply(self, begun: Begun) -> State:
        dry_run_id = begun.row["applies_id"]
        dry_run = (await import_progress.load(self.db, dry_run_id)).row
        target = self._target(begun, Opened(import_writing.ALL_COLUMNS, {}))
        total = await import_changes.count(self.db, dry_run_id)
        await self._note(begun, bytes_total=total, detected_json=dry_run["detected_json"])
        after = int(begun.row["position"])
        while True:
            last = await self._apply_chunk(begun, target, dry_run_id, after)
            if last is None:
                break
            after = last
            self.say(State.UPSERTING)
        await self.patiently(
            lambda: import_changes.adopt_fingerprints(self.db, target, dry_run, self.order.lease, self.clock.now())
        )
        state = await self.patiently(
            lambda: import_progress.finish(
                self.db, begun, self.order.lease, self.clock.now(),
                fingerprints=None, context="", removes=False, values={"bytes_done": total},
            )
        )  # fmt: skip
        self.say(state)
        return state

    def _target(self, begun: Begun, opened: Opened) -> Target:
        return Target(
            begun.import_id,
            begun.store_id,
            begun.catalog_id,
            begun.feed,
            begun.row["language"],
            begun.default_language,
            opened.provided,
            self.limits.max_problems,
            is_dry_run=begun.row["is_dry_run"],
            listed=begun.row["problems"],
        )

    async def _write(self, begun: Begun, target: Target, chunk: Chunk) -> None:
        if chunk.position <= begun.row["position"]:
            return
        await self.patiently(
            lambda: import_writing.write_chunk(self.db, target, chunk, self.order.lease, self.clock.now())
        )
        self.say(State.UPSERTING)

    async def _remove(self, target: Target, keys: list[str]) -> int:
        return await self.patiently(
            lambda: import_writing.remove(self.db, target, keys, self.order.lease, self.clock.now())
        )

    async def _apply_chunk(self, begun: Begun, target: Target, dry_run_id: int, after: int) -> int | None:
        return await self.patiently(
            lambda: import_changes.apply_chunk(
                self.db, target, dry_run_id, after, begun.row["chunk_rows"], self.order.lease, self.clock.now()
            )
        )

    async def _note(self, begun: Begun, **values: Any) -> None:
        await self.patiently(lambda: import_progress.note(self.db, begun, self.order.lease, self.clock.now(), **values))

    async def _fail(self, begun: Begun, code: str, message: str) -> State:
        await self.patiently(
            lambda: import_progress.fail(self.db, begun, self.order.lease, self.clock.now(), code, message)
        )
        self.say(State.FAILED)
        return State.FAILED

    async def patiently(self, step: Callable[[], Awaitable[T]]) -> T:
        """A database that is locked or away for a while delays an import; it does not end it."""
        started = self.clock.monotonic()
        tries = 0
        while True:
            try:
                return await step()
            except Exception as error:
                if not is_transient(error) or self.clock.monotonic() - started > _PATIENCE:
                    raise
            await self.clock.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1


class Spool:
    """Chunks in the order they were read, in memory while they are few. Chunks that hold little are joined."""

    def __init__(self, folder: Path | None, most_rows: int) -> None:
        self._folder = folder
        self._most = most_rows
        self._file: Any = None
        self.opened: Opened | None = None
        self.summary: Summary | None = None
        self.bytes = 0
        self.is_cancelled = False

    @classmethod
    def nothing(cls) -> "Spool":
        return cls(None, 0)

    def __enter__(self) -> Self:
        self._file = SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder) if self._folder else None)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def fill(self, reading: Reading) -> Refused | None:
        """In a thread. OSError when the disk is full."""
        waiting: Chunk | None = None
        for piece in read_feed_file(reading):
            if self.is_cancelled:
                return None
            if isinstance(piece, Chunk):
                self.bytes = piece.bytes
                joined = None if waiting is None else _joined(waiting, piece, self._most)
                if waiting is not None and joined is None:
                    self._add(waiting)
                waiting = joined or piece
            elif isinstance(piece, Opened):
                self.opened = piece
            elif isinstance(piece, Summary):
                self.summary = piece
            else:
                return piece
        if waiting is not None:
            self._add(waiting)
        self._file.flush()
        return None

    def _add(self, chunk: Chunk) -> None:
        send(chunk, self._file)

    def chunks(self) -> Iterator[Chunk]:
        if self._file is None:
            return
        self._file.seek(0, 2)
        end, place = self._file.tell(), 0
        while place < end:
            self._file.seek(place)
            chunk: Chunk = receive(self._file)
            place = self._file.tell()
            yield chunk


def _joined(one: Chunk, other: Chunk, most: int) -> Chunk | None:
    if len(one.rows) + len(other.rows) > most or len(one.problems) + len(other.problems) > most:
        return None
    return Chunk(
        other.position,
        other.bytes,
        one.unchanged + other.unchanged,
        one.rejected + other.rejected,
        one.skipped + other.skipped,
        one.warnings + other.warnings,
        one.rows + other.rows,
        one.problems + other.problems,
    )


def looks_whole(path: Path, announced_size: int | None) -> bool:
    """Cheap signs that a plain file was not cut off. False also for what is not plain: that is read first instead."""
    size = path.stat().st_size
    if announced_size is not None and announced_size != size:
        return False
    quotes = 0
    tail = b""
    with path.open("rb") as file:
        head = file.read(1 << 16)
        if head.startswith((b"\x1f\x8b", b"PK", b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            return False
        block = head
        while block:
            quotes += block.count(b'"')
            tail = (tail + block)[-64:]
            block = file.read(1 << 20)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return b"</" in tail and tail.rstrip().endswith(b">")
    return quotes % 2 == 0 and tail.endswith((b"\n", b"\r"))


@asynccontextmanager
async def parsing(reading: Reading) -> AsyncIterator[AsyncIterator[Piece]]:
    """Pieces from a process of its own; the next one is fetched while one is being written."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "orion_daemon.actors.import_reading",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_PIPE,
    )
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    data = pickle.dumps(reading, 5)
    process.stdin.write(len(data).to_bytes(4, "big") + data)
    ahead: asyncio.Future[Any] | None = None
    source = process.stdout

    async def fetch() -> Any:
        size = int.from_bytes(await source.readexactly(4), "big")
        return pickle.loads(await source.readexactly(size))  # noqa: S301 - from our own process, over a pipe

    async def pieces() -> AsyncIterator[Piece]:
        nonlocal ahead
        ahead = asyncio.ensure_future(fetch())
        while True:
            piece = await ahead
            if isinstance(piece, Summary | Refused):
                ahead = None
                yield piece
                return
            ahead = asyncio.ensure_future(fetch())
            yield piece

    try:
        yield pieces()
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.wait([ahead])
        if process.returncode is None:
            process.kill()
        process.stdin.close()
        await process.wait()


def file_trouble(error: OSError, folder: str) -> tuple[str, str]:
    """What an operator should know about a file that cannot be read or written."""
    named = error.filename or folder
    text = (
        f"A file of the import cannot be used: {named}: {error.strerror or error}. Nothing that was written before is"
        " lost; mend it (free space, permissions) and ask for the import again."
    )
    return "file_unusable", text


def state_line(state: str, **facts: Any) -> str:
    return json.dumps({"state": str(state)} | facts)
