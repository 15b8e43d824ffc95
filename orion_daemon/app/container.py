"""The wiring: every part is built here, once, from the settings; nobody else builds a client, a pool or a scheduler.

`open_daemon` is an async context: what it opened is closed in the reverse order, whatever happened. Start and stop of
the moving parts: `lifecycle.py`.
"""

import contextlib
import os
import random
import secrets as randomness
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from orion_daemon.actors.account import ImportOptions, Parts, rows_at_once
from orion_daemon.actors.failures import classify
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.roster import Roster
from orion_daemon.actors.scheduler import Scheduler
from orion_daemon.app import keys
from orion_daemon.app.connect import Connecting, http_options
from orion_daemon.app.database import migrate, open_database
from orion_daemon.app.mail import take_up_mail
from orion_daemon.app.monitor import Monitor
from orion_daemon.config.settings import Settings
from orion_daemon.connectors.http import Http
from orion_daemon.db.database import Database
from orion_daemon.db.errors import LockWaited
from orion_daemon.db.locks import advisory
from orion_daemon.db.notices import Sender
from orion_daemon.db.peers import Peers
from orion_daemon.jobs import leases
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.observability.health import Health
from orion_daemon.observability.logs import get_logger
from orion_daemon.observability.metrics import Metrics
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock, SystemClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.supervisor import ActorSystem, RestartPolicy
from orion_daemon.runtime.tasks import set_base_context

log = get_logger("app")


@dataclass(slots=True)
class Daemon:
    """The parts of one running daemon."""

    settings: Settings
    env: Mapping[str, str]
    clock: Clock
    bus: Bus
    db: Database
    monitor: Monitor
    health: Health
    system: ActorSystem
    roster: Roster
    scheduler: Scheduler
    peers: Peers
    parts: Parts
    connect: Connecting
    made_key: bool
    migrated: list[str]
    database_trouble: str = ""  # what the last look at the database said

    @property
    def feeds_folder(self) -> Path:
        return self.parts.feeds_folder


@asynccontextmanager
async def open_daemon(
    settings: Settings, env: Mapping[str, str], *, on_progress: Callable[[str], None]
) -> AsyncIterator[Daemon]:
    """Open everything a daemon needs and close it again.

    Raises StorageError, CipherError or SecretMissingError with a sentence for the operator.
    """
    clock = SystemClock()
    bus = Bus()
    async with AsyncExitStack() as stack:
        stack.callback(bus.close)
        cipher, made_key = await keys.open_cipher(settings, env)
        migrated = await migrate(settings, on_progress=on_progress)
        process_id = randomness.token_hex(8)
        sender = Sender(process_id, wakes=True)
        db = await open_database(settings, bus, cipher, sender=sender)
        stack.push_async_callback(db.close)
        set_base_context()
        if db.dialect == "sqlite":  # several daemons share a PostgreSQL, a file has one
            try:
                await stack.enter_async_context(advisory(db.target, "daemon", timeout_s=10.0, on_wait=on_progress))
            except LockWaited as error:
                raise LockWaited(
                    f"another Orion daemon works on this file ({error}). Stop that one, or move to PostgreSQL, which"
                    " several daemons may share"
                ) from error
        ttl = settings.jobs.lease_ttl
        await leases.register(
            db, process_id, f"{socket.gethostname()}:{os.getpid()}", clock.now(), ttl=ttl, alone=db.dialect == "sqlite"
        )
        stack.push_async_callback(_leave, db, process_id)

        monitor = Monitor(db, clock, Metrics(clock.monotonic))
        http = Http(clock, http_options(settings.http), observer=monitor.called)
        stack.push_async_callback(http.close)
        connect = Connecting(http, clock, settings.orders, db)
        stack.push_async_callback(connect.close)
        parts = make_parts(settings, db, bus, clock, process_id, connect, monitor)
        take_up_mail(parts.post, settings, env)
        stack.push_async_callback(parts.workers.close)
        system = ActorSystem(
            clock,
            random.random,
            on_error=partial(_crashed, monitor),
            on_suspend=lambda address, reason: log.warning("actor.suspended", actor=address, reason=reason),
            policy=RestartPolicy(
                limit=settings.actors.max_restarts,
                window=settings.actors.restart_window.total_seconds(),
                ceiling=settings.actors.restart_cap.total_seconds(),
            ),
            idle_after=settings.actors.idle_after.total_seconds(),
        )
        roster = Roster(parts, system, _failed)
        health = Health(clock.now)
        yield Daemon(
            settings=settings,
            env=env,
            clock=clock,
            bus=bus,
            db=db,
            monitor=monitor,
            health=health,
            system=system,
            roster=roster,
            scheduler=Scheduler(db, bus, clock, _failed),
            peers=Peers(db.target, bus, sender, clock, random.random),
            parts=parts,
            connect=connect,
            made_key=made_key,
            migrated=migrated,
        )


def make_parts(
    settings: Settings, db: Database, bus: Bus, clock: Clock, process_id: str, connect: Connecting, monitor: Monitor
) -> Parts:
    """What actors share, for a daemon or for a command that does one piece of an account's work itself."""
    gate = gate_of(settings.actors.concurrent_calls)
    data_dir = settings.daemon.data_dir
    guard = ("max_removed_share", "max_rejected_share", "min_rows", "max_problems")
    return Parts(
        db=db,
        bus=bus,
        clock=clock,
        surroundings=Surroundings(db, clock, gate, random.random, classify=classify),
        process_id=process_id,
        connect=connect,
        imports=ImportOptions(
            folder=data_dir / "imports",
            database_url=settings.database.url,
            max_feed_size=settings.imports.max_feed_size,
            chunk_rows=rows_at_once(settings.imports.chunk_rows, db.dialect),
            keep_files=settings.imports.keep_files,
            guard={name: getattr(settings.imports, name) for name in guard},
        ),
        workers=Workers(settings.imports.worker_idle.total_seconds()),
        feeds_folder=data_dir / "feeds",
        observe=monitor.observe,
        history_days=settings.orders.history_days,
        keep_done=settings.jobs.keep_done,
        keep_dead=settings.jobs.keep_dead,
    )


def gate_of(calls: int) -> FairGate:
    """The process's gate: a tenth for urgent work alone, a fifth at most for one store, a quarter at most for bulk."""
    return FairGate(
        calls, per_key=max(4, calls // 5), reserve=min(max(1, calls // 10), calls - 1), bulk=max(1, calls // 4)
    )


async def _leave(db: Database, process_id: str) -> None:
    with contextlib.suppress(Exception):  # a process that cannot say goodbye expires by itself
        await leases.leave(db, process_id)


def _crashed(monitor: Monitor, address: str, lane: str | None, _message: object, error: BaseException) -> None:
    monitor.actor_restarted("housekeeper" if ":" not in address else address.rpartition(":")[2])
    log.error("actor.crashed", actor=address, lane=lane or "", exc_info=error)


def _failed(name: str, error: BaseException) -> None:
    log.error("task.failed", task=name, exc_info=error)
