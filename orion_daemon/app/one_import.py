"""One product import by command, with or without a daemon.

The import is asked for like any other, as a row and a job. Then whoever holds the account's lease does it: the daemon
if it works for the account, else this command takes the lease and runs that one job itself, through the same code. So
a command and a daemon never import the same feed at once, and a command that is killed leaves a job that the next
daemon finishes. A command that is interrupted (Ctrl-C) cancels the import that it asked for.
"""

import asyncio
import contextlib
import os
import secrets as randomness
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from orion_daemon.actors.account import Account, open_account
from orion_daemon.actors.handlers import imports as handlers
from orion_daemon.app.connect import Connecting, http_options
from orion_daemon.app.container import make_parts
from orion_daemon.app.monitor import Monitor
from orion_daemon.config.settings import Settings
from orion_daemon.connectors.http import Http
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageError
from orion_daemon.db.sql import Row
from orion_daemon.domain.imports import ENDED, State
from orion_daemon.jobs import leases, maintenance
from orion_daemon.jobs.heart import beat
from orion_daemon.jobs.lanes import LaneShare
from orion_daemon.jobs.runner import Runner
from orion_daemon.observability.metrics import Metrics
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import SystemClock
from orion_daemon.runtime.tasks import TaskSet
from orion_daemon.services import import_walks, imports, stores
from orion_daemon.services.errors import Code, Conflict, Invalid

LOOK_EVERY = 0.2  # seconds
DAEMON_FIRST = 10.0  # seconds that a running daemon has to take the job: it does the account's urgent work beside it

OnProgress = Callable[[Row], object]


async def run_import(
    settings: Settings,
    db: Database,
    bus: Bus,
    *,
    store: str,
    marketplace: str,
    source: str | None,
    language: str | None,
    is_complete: bool,
    is_dry_run: bool,
    actor: str,
    on_progress: OnProgress,
    on_interrupt: Callable[[str], object] = lambda _: None,
) -> tuple[Mapping[str, Any], list[str]]:
    """Import a feed, or without `source` what the account itself tells, and wait for its end: the summary that scripts
    rely on, and what a person should know, in words. An account that is stopped meanwhile is not waited for.
    `on_progress` gets the import's row. Cancelling the task ends the import if `actor` has asked for it, and tells
    `on_interrupt` what became of it.

    Raises NotFound for a store or channel that is not there, Invalid for a language that the store does not have and
    for a marketplace that tells no products, Conflict while the feed is being imported already.
    """
    clock = SystemClock()
    channel = await stores.channel_of(db, store, marketplace)
    await _check_language(db, channel, language)
    wanted = language or channel["store_language"]
    await imports.end_abandoned(db, clock.now())
    import_id = await _left_over(db, channel, wanted, source, is_dry_run)
    if import_id is None:
        how: dict[str, Any] = {"is_complete": is_complete, "is_dry_run": is_dry_run, "actor": actor, "now": clock.now()}
        if source is None:
            import_id = await import_walks.request_walk(db, channel, **how)
        else:
            import_id = await imports.request_import(db, channel, language=wanted, source=source, **how)
    process_id = randomness.token_hex(8)
    runner: Runner | None = None
    patience = 5.0  # seconds for the work to end by itself
    tasks = TaskSet(clock)
    http = Http(clock, http_options(settings.http))
    monitor = Monitor(db, clock, Metrics(clock.monotonic))
    connect = Connecting(http, clock, settings.orders, db)
    parts = make_parts(settings, db, bus, clock, process_id, connect, monitor)
    try:
        await leases.register(db, process_id, f"{socket.gethostname()}:{os.getpid()} (command)", clock.now())
        tasks.spawn(beat(db, clock, process_id, lambda: None), name="heartbeat")
        address = stores.address(store, marketplace)
        asked = clock.monotonic()
        while True:
            row = await db.fetch_one("SELECT * FROM import_jobs WHERE id = $1", import_id)
            if row is None:
                break
            on_progress(row)
            if State(row["state"]) in ENDED or row["state"] == State.HELD:
                break
            if row["state"] == State.PENDING and row["error_code"] and await _is_stopped(db, channel["id"]):
                break  # it goes on where it stands once a person has mended the account
            patient = clock.monotonic() - asked < DAEMON_FIRST and await leases.is_anyone_there(
                db, clock.now(), beside=process_id
            )
            if patient or runner is not None:
                lease = None
            else:
                lease = await leases.acquire(db, address, process_id, clock.now())
            if lease is not None:
                await maintenance.rescue(db, clock.now(), owner=address)
                account = await open_account(parts, address)
                if not isinstance(account, Account):
                    raise RuntimeError(f"{address} is switched off; switch it on in orion.toml to import its products")
                runner = Runner(
                    parts.surroundings,
                    lease,
                    {"bulk": LaneShare()},
                    {"ImportCatalog": partial(handlers.import_catalog, account, gives_up=True)},
                )
                runner.nudge()
                tasks.spawn(_close_after(runner, account.close), name="account")
            elif runner is not None and runner.lost:
                runner = None
            await asyncio.sleep(LOOK_EVERY)
    except asyncio.CancelledError:
        is_ended, sentence = await _withdraw(db, import_id, actor, clock.now())
        on_interrupt(sentence)
        if not is_ended:
            patience = 0.0
        raise
    finally:
        if runner is not None:
            await runner.stop(patience)
            with contextlib.suppress(StorageError):
                await leases.release(db, runner.lease)
        await tasks.stop(deadline=0.0)
        await parts.workers.close()
        await http.close()
        with contextlib.suppress(Exception):  # a process that cannot say goodbye expires by itself
            await leases.leave(db, process_id)
    return await imports.summary(db, import_id), await imports.remarks(db, import_id)


async def _left_over(db: Database, channel: Row, language: str, source: str | None, is_dry_run: bool) -> int | None:
    """The same import that is under way already, begun by a daemon or left by a command that was killed."""
    if source is None:
        source, import_id = imports.API, await import_walks.under_way(db, channel)
    else:
        import_id = await imports.running(db, channel["id"], language)
    row = await db.fetch_one("SELECT source, is_dry_run FROM import_jobs WHERE id = $1", import_id)
    same = row is not None and (row["source"], bool(row["is_dry_run"])) == (source, is_dry_run)
    return import_id if same else None


async def _is_stopped(db: Database, channel_id: int) -> bool:
    return bool(await db.fetch_value("SELECT state FROM channels WHERE id = $1", channel_id) == "suspended")


async def _withdraw(db: Database, import_id: int, actor: str, now: datetime) -> tuple[bool, str]:
    """End the import if `actor` asked for it; whether it has ended, and what to tell."""
    row = await db.fetch_one("SELECT requested_by FROM import_jobs WHERE id = $1", import_id)
    if row is not None and row["requested_by"] != actor:
        return False, (
            f"import {import_id} was asked for by {row['requested_by']} and goes on where a daemon runs, else with the"
            f" next start; `orion imports cancel {import_id}` ends it."
        )
    with contextlib.suppress(Conflict):  # it has come to its end just now
        await imports.cancel(db, import_id, actor, now)
    ended = await imports.remarks(db, import_id, most=0)
    return True, f"import {import_id}: {ended[-1] if ended else 'it had ended already.'}"


async def _check_language(db: Database, channel: Row, language: str | None) -> None:
    """A language mistyped on a command line would make texts that nobody ever sees."""
    found = await db.fetch_one("SELECT languages_json FROM stores WHERE id = $1", channel["store_id"])
    spoken = found["languages_json"] if found else []
    if language is not None and language not in spoken:
        text = f"{language!r} is no language of store {channel['store_code']!r}; it has {', '.join(spoken)}."
        raise Invalid(Code.INVALID_VALUE, text, "language")


async def _close_after(runner: Runner, close: Callable[[], Any]) -> None:
    try:
        await runner.rest()
        await asyncio.Event().wait()
    finally:
        await close()
