"""G5 and G6 under random histories: puts, claims, ends, crashes, take-overs, zombies, people, in any order.

The machine keeps what it was told (the model) and compares. When the history is over, a last process runs what is
left: then every job ever accepted stands in the table with an end, every level that was put has had a run that began
after its last put, and nobody without a lease changed anything.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from orion_daemon.jobs import leases, mailbox, maintenance
from orion_daemon.jobs.kinds import JobKind
from orion_daemon.jobs.leases import Lease, LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Dead, Done, Ending, Refused, Released, Retry, Snooze
from orion_daemon.jobs.states import FINISHED, OPEN, State
from tests.support.databases import DbKind, Templates, migrated, opened
from tests.support.jobs import LEVEL, NOW, ORDERED, PLAIN, TEST_KINDS, UNIQUE, Note

T = TypeVar("T")
OWNERS = ("a:letzshop", "b:letzshop")
PROCESSES = ("p1", "p2")
TTL = timedelta(seconds=15)
END_NAMES = ("done", "refused", "dead", "cancelled", "retry", "snooze", "released")

PUTS = st.tuples(
    st.sampled_from([LEVEL, ORDERED, UNIQUE, PLAIN]),
    st.sampled_from("xxy"),
    st.sampled_from([OWNERS[0], OWNERS[0], OWNERS[1]]),
    st.sampled_from([0, 0, 0, 20]),
)


class Mailboxes(RuleBasedStateMachine):
    kind: DbKind
    templates: Templates
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.stack = contextlib.AsyncExitStack()
        self.now = NOW
        self.alive: set[str] = set()
        self.held: dict[tuple[str, str], Lease] = {}  # what a process believes to hold
        self.runs: list[tuple[Job, Lease]] = []  # claimed and not ended, as their processes believe
        self.accepted: set[int] = set()
        self.finished: dict[int, str] = {}
        self.step = 0
        self.last_put: dict[str, int] = {}  # key of a level -> step
        self.last_run: dict[str, int] = {}
        self.weather = 0  # troubles come now and then, so that work gets done between them
        self.holders: dict[str, tuple[str, int]] = {}
        self.living: set[str] = set()
        self.do(self.open())
        for owner in OWNERS:  # most of a history happens to accounts that somebody owns
            self.take_now(PROCESSES[0], owner)

    def do(self, coro: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(coro)

    async def open(self) -> None:
        url = await self.stack.enter_async_context(migrated(self.kind, self.templates, self.folder))
        self.db = await self.stack.enter_async_context(opened(url))

    # -- what can happen -----------------------------------------------------------------------------------------------

    @rule(puts=st.lists(PUTS, min_size=1, max_size=5), is_committed=st.sampled_from([True, True, True, False]))
    def put(self, puts: list[tuple[JobKind[Any], str, str, int]], is_committed: bool) -> None:
        self.put_now(puts, is_committed)

    @precondition(lambda self: any(job.kind == LEVEL.name for job, _ in self.runs))
    @rule()
    def change_what_is_being_pushed(self) -> None:
        job = next(job for job, _ in self.runs if job.kind == LEVEL.name)
        self.put_now([(LEVEL, LEVEL.decode(job.args).text, job.owner, 0)], is_committed=True)

    def put_now(self, puts: list[tuple[JobKind[Any], str, str, int]], is_committed: bool) -> None:
        async def run() -> list[int]:
            async with self.db.transaction() as tx:
                found = []
                for kind, text, owner, delay in puts:
                    run_at = self.now + timedelta(seconds=delay)
                    found.append(await mailbox.put(tx, kind, Note(text), owner=owner, now=self.now, run_at=run_at))
                if not is_committed:
                    raise InterruptedError
            return [result.job_id for result in found]

        try:
            self.accepted.update(self.do(run()))
        except InterruptedError:
            return
        for kind, text, owner, _ in puts:
            if kind is LEVEL:
                self.step += 1
                self.last_put[f"{owner} {text}"] = self.step

    @precondition(lambda self: self.weather % 4 == 0)
    @rule(process=st.sampled_from(PROCESSES), owner=st.sampled_from(OWNERS))
    def take(self, process: str, owner: str) -> None:
        self.take_now(process, owner)

    def take_now(self, process: str, owner: str) -> None:
        async def run() -> None:
            if process not in self.alive:
                await leases.register(self.db, process, process, self.now, ttl=TTL)
                self.alive.add(process)
            held = await leases.acquire(self.db, owner, process, self.now)
            if held is not None:
                self.held[process, owner] = held
                await maintenance.rescue(self.db, self.now, owner=owner, kinds=TEST_KINDS)

        self.do(run())

    @precondition(lambda self: self.held)
    @rule(turn=st.sampled_from([0, 0, 0, 1, -1]), limit=st.integers(1, 4))
    def claim(self, turn: int, limit: int) -> None:
        believed = sorted(self.held.values(), key=lambda held: (not self.is_valid(held), str(held)))
        held = believed[turn % len(believed)]

        async def run() -> list[Job]:
            async with self.db.transaction() as tx:
                return await mailbox.claim(
                    tx, held, lanes=("main",), kinds=TEST_KINDS.names(), now=self.now, limit=limit
                )

        try:
            self.note(self.do(run()), held)
        except LeaseLost:
            assert not self.is_valid(held)

    def note(self, jobs: list[Job], held: Lease) -> None:
        for job in jobs:
            self.runs.append((job, held))
            if job.kind == LEVEL.name:
                self.step += 1
                self.last_run[f"{job.owner} {LEVEL.decode(job.args).text}"] = self.step

    @precondition(lambda self: self.runs)
    @rule(names=st.lists(st.sampled_from(END_NAMES), min_size=1, max_size=4))
    def settle(self, names: list[str]) -> None:
        for name in names[: len(self.runs)]:
            self.settle_one(*self.runs.pop(0), self.ending(name))

    def settle_one(self, job: Job, held: Lease, end: Ending) -> None:

        async def run() -> None:
            before = await self.db.fetch_one("SELECT * FROM jobs WHERE id = $1", job.id)
            try:
                async with self.db.transaction() as tx:
                    await mailbox.settle(tx, job, end, held, self.now)
            except LeaseLost:
                assert await self.db.fetch_one("SELECT * FROM jobs WHERE id = $1", job.id) == before
                assert before is not None
                assert not self.is_valid(held) or (before["state"], before["runs"]) != ("executing", job.runs)
            else:
                assert self.is_valid(held)

        self.do(run())

    def ending(self, name: str) -> Ending:
        later = self.now + timedelta(seconds=20)
        ends: dict[str, Ending] = {
            "done": Done(),
            "refused": Refused("no", "never"),
            "dead": Dead("rejected", "no", "never"),
            "cancelled": Cancelled("gone"),
            "retry": Retry("unreachable", "down", "no answer", later),
            "snooze": Snooze(later, "rate_limited"),
            "released": Released(),
        }
        return ends[name]

    def is_valid(self, held: Lease) -> bool:
        """As of the end of the last step; claims and ends change no lease."""
        return self.holders.get(held.owner) == (held.process_id, held.epoch) and held.process_id in self.living

    @rule(seconds=st.sampled_from([1, 5, 21]))
    def pass_time(self, seconds: int) -> None:
        """The living renew, the others expire."""
        self.now += timedelta(seconds=seconds)

        async def run() -> None:
            for process in self.alive:
                await leases.heartbeat(self.db, process, self.now, ttl=TTL)

        self.do(run())

    @precondition(lambda self: self.alive and self.weather % 16 == 15)
    @rule(data=st.data())
    def fall_silent(self, data: st.DataObject) -> None:
        """The process beats no more; what it believes to hold and to run is tried later all the same."""
        self.alive.discard(data.draw(st.sampled_from(sorted(self.alive))))

    @precondition(lambda self: self.alive and self.weather % 16 == 14)
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        process = data.draw(st.sampled_from(sorted(self.alive)))
        self.alive.discard(process)
        self.runs = [(job, held) for job, held in self.runs if held.process_id != process]
        self.held = {key: held for key, held in self.held.items() if held.process_id != process}

    @precondition(lambda self: self.weather % 4 == 1)
    @rule()
    def rescue(self) -> None:
        self.do(maintenance.rescue(self.db, self.now, kinds=TEST_KINDS))

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job_id = data.draw(st.sampled_from(sorted(self.accepted)))

        async def run() -> None:
            async with self.db.transaction() as tx:
                gone = await mailbox.cancel(tx, [job_id], reason="not wanted", now=self.now)
            for row in await self.db.fetch("SELECT * FROM jobs WHERE id = $1", job_id):
                if gone and row["kind"] == LEVEL.name:  # withdrawn: no run is owed
                    self.last_put.pop(f"{row['owner']} {row['args_json']['text']}", None)

        self.do(run())

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def revive(self, data: st.DataObject) -> None:
        ids = data.draw(st.lists(st.sampled_from(sorted(self.accepted)), min_size=1, max_size=3, unique=True))

        async def run() -> list[int]:
            async with self.db.transaction() as tx:
                return await mailbox.revive(tx, ids, now=self.now, kinds=TEST_KINDS)

        for job_id in self.do(run()):
            assert self.finished.pop(job_id) == "dead"

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def all_is_in_order(self) -> None:
        self.weather += 1
        rows = self.do(self.db.fetch("SELECT * FROM jobs ORDER BY id"))
        self.accepted |= {row["id"] for row in rows}  # followers
        assert {row["id"] for row in rows} == self.accepted, "a job vanished"
        open_keys = [row["unique_key"] for row in rows if row["state"] in OPEN and row["unique_key"]]
        assert len(open_keys) == len(set(open_keys)), "one key, two open jobs"
        entities = [(r["owner"], r["entity"]) for r in rows if r["state"] == "executing" and r["entity"]]
        assert len(entities) == len(set(entities)), "two jobs of one entity at once"
        for row in rows:
            if row["id"] in self.finished:
                assert row["state"] == self.finished[row["id"]], "a finished job moved"
            elif row["state"] in FINISHED:
                self.finished[row["id"]] = row["state"]
            assert row["state"] not in (State.DEAD, State.REFUSED) or row["error_code"], "an end without its reason"
        processes = {r["id"]: r["expires_at"] for r in self.do(self.db.fetch("SELECT id, expires_at FROM processes"))}
        self.living = {name for name, at in processes.items() if at > self.now}
        found = self.do(self.db.fetch("SELECT owner, process_id, epoch FROM leases"))
        self.holders = {r["owner"]: (r["process_id"], r["epoch"]) for r in found}

    def teardown(self) -> None:
        try:
            self.do(self.finish())
        finally:
            self.do(self.stack.aclose())
            self.loop.close()

    async def finish(self) -> None:
        """A last process comes when all others are gone, and runs what is left."""
        self.now += timedelta(hours=1)
        await leases.register(self.db, "last", "last", self.now, ttl=timedelta(days=30))
        for owner in OWNERS:
            held = await leases.acquire(self.db, owner, "last", self.now)
            assert held is not None
            await maintenance.rescue(self.db, self.now, owner=owner, kinds=TEST_KINDS)
            for _ in range(200):
                self.now += timedelta(minutes=10)
                async with self.db.transaction() as tx:
                    jobs = await mailbox.claim(
                        tx, held, lanes=("main",), kinds=TEST_KINDS.names(), now=self.now, limit=50
                    )
                    self.note(jobs, held)
                    assert not await mailbox.settle_many(tx, [(job, Done()) for job in jobs], held, self.now)
                if not jobs:
                    break
        left = await self.db.fetch("SELECT id, state FROM jobs WHERE finished_at IS NULL")
        assert left == [], "a job waits for ever"
        owed = {key for key, step in self.last_put.items() if self.last_run.get(key, 0) < step}
        assert not owed, "a level was put and no run came after it"


def test_nothing_vanishes_whatever_happens(database_kind: DbKind, templates: Templates, tmp_path: Path) -> None:
    machine = type("Here", (Mailboxes,), {"kind": database_kind, "templates": templates, "folder": tmp_path})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it open
        machine,
        settings=settings(
            max_examples=40 if database_kind == "sqlite" else 15,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
