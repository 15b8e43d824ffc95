"""One import's heavy half: read the file, ask the guard, write chunk by chunk. Runs beside the daemon, not inside it.

A feed with a history is read to its end first, into a spool, so that the guard has seen all of it before the first
row is written; so is a file that looks cut off, and a dry run. The first import of a large file streams straight from
a process that parses to this one, which writes. Both cut the same chunks, and a chunk that is committed is passed over:
a run that was killed goes on where it stood. Who starts it: `import_worker.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from orion_daemon.actors.import_order import Order, file_trouble
from orion_daemon.actors.import_parsing import Parsing
from orion_daemon.actors.import_pieces import Opened, Reading, Summary
from orion_daemon.actors.import_spool import Spool
from orion_daemon.db.database import Database
from orion_daemon.db.errors import is_transient
from orion_daemon.domain.catalog import CURRENCY, PRICE, Chunk
from orion_daemon.domain.imports import Facts, Limits, State, is_repriced, judge, may_have_moved, may_remove
from orion_daemon.jobs.leases import Lease
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import catalog, import_changes, import_progress, import_writing
from orion_daemon.services.import_fence import RunningImport
from orion_daemon.services.import_progress import Begun
from orion_daemon.services.import_writing import Differences, Target

T = TypeVar("T")
Say = Callable[[str], object]
"""Hears the state after each step; the row has all the rest."""

_NOTE_EVERY = 0.5
_PATIENCE = 300.0  # seconds of a locked or absent database before the job is given back
_PAUSES = (0.1, 0.5, 2.0, 5.0)
_CONSIDERATE = 2.0  # seconds of small pieces after the last time that somebody else wrote
_HELD = 0.0025  # seconds that a small piece may hold the lock
_FEWEST, _SMALL = 10, 100  # rows of one
_GAP = 0.0005  # seconds between two of them, in which those who wait for the lock find it free


class Work:
    """One import of one order. `run` ends with the state that the import is in then."""

    def __init__(self, db: Database, order: Order, clock: Clock, say: Say) -> None:
        self.db = RunningImport(db, order.import_id)
        self.order = order
        self.clock = clock
        self.say = say
        self.lease = Lease(order.owner, order.epoch, order.process_id)
        self.limits = Limits.of(order.guard)
        self._known: bytes | None = None

    async def run(self, parsing: Parsing | None = None) -> State:
        """`parsing` has been started already, for an order that is straight."""
        begun = await self.patiently(lambda: import_progress.load(self.db, self.order.import_id))
        if begun.row["applies_id"] is not None:
            return await self._apply(begun)
        await self.patiently(lambda: import_progress.restart(self.db, begun, self.lease, self.clock.now()))
        self.say(State.PARSING)
        known = await catalog.fingerprints_of(self.db, begun.feed)
        self._known = known
        try:
            if self.order.is_straight and known is None:
                return await self._straight(begun, parsing)
            return await self._carefully(begun, self.order.reading(known))
        except OSError as error:
            return await self._fail(begun, *file_trouble(error, self.order.folder))

    async def _straight(self, begun: Begun, parsing: Parsing | None) -> State:
        target: Target | None = None
        writing: Writing | None = None
        is_own = parsing is None
        parsing = parsing or await Parsing.begin(self.order.reading(None))
        try:
            async for piece in parsing:
                if isinstance(piece, Chunk):
                    assert writing is not None  # noqa: S101 - Opened comes first
                    await writing.add(piece)
                elif isinstance(piece, Opened):
                    target = self._target(begun, piece)
                    writing = Writing(self, begun, target)
                    await self._note(begun, detected_json=piece.detected)
                elif isinstance(piece, Summary):
                    assert target is not None  # noqa: S101
                    assert writing is not None  # noqa: S101
                    await writing.end()
                    return await self._end(begun, target, piece, Spool.nothing())
                else:
                    return await self._fail(begun, piece.code, piece.message)
        finally:
            if writing is not None:
                await writing.close()
            if is_own:
                await parsing.close()
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
                        self.db, begun, self.lease, self.clock.now(), hold.code, hold.reason, **seen
                    )
                )
                self.say(State.HELD)
                return State.HELD
            if hold is not None:
                await self._note(begun, held_code=hold.code, held_reason=hold.reason)
        writing = Writing(self, begun, target)
        try:
            for chunk in spool.chunks():
                await writing.add(chunk)
            await writing.end()
        finally:
            await writing.close()
        removes = bool(row["is_complete"]) and may_remove(facts, self.limits)
        if removes:
            for start in range(0, len(missing), row["chunk_rows"]):
                keys = missing[start : start + row["chunk_rows"]]
                await self._remove(target, keys)
                self.say(State.UPSERTING)
        row["file_hash"] = summary.file_hash
        records = summary.records if removes else summary.records_with_missing
        state = await self.patiently(
            lambda: import_progress.finish(
                self.db,
                begun,
                self.lease,
                self.clock.now(),
                fingerprints=records,
                is_as_before=records == self._known,
                context=self.order.context,
                removes=removes,
                values={
                    "detected_json": summary.detected,
                    "bytes_done": row["bytes_total"] or 0,
                    "file_hash": row["file_hash"],
                },
            )
        )
        self.say(state)
        return state

    async def _with_prices(self, begun: Begun, facts: Facts, spool: "Spool") -> Facts:
        if not may_have_moved(facts, self.limits, spool.rows):
            return facts
        compared = facts.usable
        repriced = other_currency = 0
        for chunk in spool.chunks():
            stored = await import_writing.prices_of(self.db, begun.catalog_id, [row[1] for row in chunk.rows])
            for _, key, neutral, _, _ in chunk.rows:
                currency, price = stored.get(key, (None, None))
                new_currency, new_price = neutral[CURRENCY], neutral[PRICE]
                if price and new_price and currency == new_currency:
                    repriced += is_repriced(price, new_price)
                else:
                    compared -= 1
                    other_currency += bool(price and new_price)
        return replace(facts, compared=compared, repriced=repriced, other_currency=other_currency)

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
            lambda: import_changes.adopt_fingerprints(self.db, target, dry_run, self.lease, self.clock.now())
        )
        state = await self.patiently(
            lambda: import_progress.finish(
                self.db, begun, self.lease, self.clock.now(),
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

    async def prepare(self, target: Target, chunk: Chunk) -> Differences:
        return await self.patiently(lambda: import_writing.differences(self.db, target, chunk.rows))

    async def write(self, target: Target, chunk: Chunk, found: Differences, *, is_told: bool) -> float:
        """Returns for how many seconds others could not write."""
        begun = 0.0

        def on_begun() -> None:
            nonlocal begun
            begun = self.clock.monotonic()

        await self.patiently(
            lambda: import_writing.write_chunk(
                self.db, target, chunk, found, self.lease, self.clock.now(), on_begun=on_begun
            )
        )
        held = self.clock.monotonic() - begun
        if is_told:
            self.say(State.UPSERTING)
        return held

    async def _remove(self, target: Target, keys: list[str]) -> int:
        return await self.patiently(lambda: import_writing.remove(self.db, target, keys, self.lease, self.clock.now()))

    async def _apply_chunk(self, begun: Begun, target: Target, dry_run_id: int, after: int) -> int | None:
        return await self.patiently(
            lambda: import_changes.apply_chunk(
                self.db, target, dry_run_id, after, begun.row["chunk_rows"], self.lease, self.clock.now()
            )
        )

    async def _note(self, begun: Begun, **values: Any) -> None:
        await self.patiently(lambda: import_progress.note(self.db, begun, self.lease, self.clock.now(), **values))

    async def _fail(self, begun: Begun, code: str, message: str) -> State:
        await self.patiently(lambda: import_progress.fail(self.db, begun, self.lease, self.clock.now(), code, message))
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


class Writing:
    """Chunks written in their order. The next one is compared with what is stored while the last one is written.

    While other processes write too (SQLite has one lock for all), a chunk goes in small pieces, so that an order waits
    for a few milliseconds; where nobody does, whole chunks cost the import least.
    """

    def __init__(self, work: Work, begun: Begun, target: Target) -> None:
        self._work = work
        self._target = target
        self._from = begun.row["position"]
        self._behind = 0  # where the chunk to come begins
        self._version: int | None = None  # of the database, when it was looked at last
        self._small_until = 0.0
        self._per_row = _HELD / _SMALL  # seconds, lately
        self._task: asyncio.Future[None] | None = None

    async def add(self, chunk: Chunk) -> None:
        """Raises what the chunk before could not be written for. What was committed before is passed over."""
        start, self._behind = self._behind, chunk.position
        if chunk.position <= self._from:
            return
        rest: Chunk | None = chunk.after(max(0, self._from - start))
        while rest is not None:
            piece, rest = rest.split(await self._size(len(rest.rows)))
            found = await self._work.prepare(self._target, piece)
            await self.end()
            if self._is_considerate:
                await self._work.clock.sleep(_GAP)
            self._task = asyncio.ensure_future(self._write(piece, found, is_told=rest is None))

    async def _write(self, piece: Chunk, found: Differences, *, is_told: bool) -> None:
        held = await self._work.write(self._target, piece, found, is_told=is_told)
        if piece.rows:
            self._per_row += (held / len(piece.rows) - self._per_row) / 4

    @property
    def _is_considerate(self) -> bool:
        return self._work.clock.monotonic() < self._small_until

    async def _size(self, whole: int) -> int:
        before, self._version = self._version, await self._work.patiently(self._work.db.version)
        if before not in (None, self._version):
            self._small_until = self._work.clock.monotonic() + _CONSIDERATE
        if not self._is_considerate:
            return whole
        return max(_FEWEST, min(_SMALL, int(_HELD / max(self._per_row, 1e-6))))

    async def end(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            await task

    async def close(self) -> None:
        """However it went."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
