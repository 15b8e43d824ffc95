"""The life of the daemon on one page: parts start in the order written here and stop in the reverse, whatever happens.

    sandbox (if wanted) → database, migrated → events of other daemons → stores and schedule of the file → heartbeat →
    actors → gateway → schedule → ready … stop signal … → schedule → gateway → actors → nudges → heartbeat → events of
    other daemons → database → sandbox

Starting late and stopping early, the schedule puts no job that nobody runs; the gateway stops before the actors, so
what it accepted is a row. SIGTERM and SIGINT end the daemon, a second one at once; SIGHUP reads the configuration
again, and a refused one leaves the old in force (G8).
"""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orion_daemon.actors.notifier import wake_waiting
from orion_daemon.app.container import Daemon, open_daemon
from orion_daemon.app.declared import apply_file
from orion_daemon.app.gateway import serve_gateway
from orion_daemon.app.mail import take_up_mail
from orion_daemon.app.sandbox_process import SandboxProcess
from orion_daemon.app.systemd import Notifier
from orion_daemon.config import loader
from orion_daemon.config.changes import diff
from orion_daemon.config.loader import Loaded
from orion_daemon.config.problems import ConfigurationError
from orion_daemon.db.errors import StorageError
from orion_daemon.jobs.heart import beat
from orion_daemon.observability import logs
from orion_daemon.observability.logs import get_logger
from orion_daemon.runtime.tasks import TaskSet

log = get_logger("app")

LAST_WORDS = 5.0  # seconds for actors to write how their work ended, once it was interrupted

Announce = Callable[["Running"], object]


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that is ready, for whoever announces it."""

    daemon: Daemon
    url: str
    sandbox_url: str | None


async def run(loaded: Loaded, env: Mapping[str, str], *, announce: Announce, path: Path | None) -> int:
    """Run until a stop signal; the exit code. `path` is what SIGHUP reads again (None: what was found first)."""
    notifier = Notifier(env)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    lost = False

    def asked_to_stop() -> None:
        if stop.is_set():
            log.warning("stop.at_once", reason="a second signal")
            os._exit(1)
        stop.set()

    def gone() -> None:
        nonlocal lost
        lost = True
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop)
    try:
        async with _running(loaded, env, on_lost=gone) as running:
            reload = _Reload(running.daemon, loaded, env, path)
            loop.add_signal_handler(signal.SIGHUP, reload.ask)
            announce(running)
            notifier.tell("READY=1", f"STATUS=listening on {running.url}")
            watch = TaskSet(running.daemon.clock)
            watch.spawn(notifier.keep_alive(), name="systemd watchdog")
            watch.spawn(reload.work(), name="reload")
            await stop.wait()
            notifier.tell("STOPPING=1")
            log.info("daemon.stopping")
            await watch.stop(deadline=0.0)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)
    log.info("daemon.stopped")
    return 1 if lost else 0


@asynccontextmanager
async def _running(loaded: Loaded, env: Mapping[str, str], *, on_lost: Callable[[], None]) -> AsyncIterator[Running]:
    settings = loaded.settings
    async with AsyncExitStack() as stack:
        sandbox: SandboxProcess | None = None
        if settings.sandbox.enabled:
            sandbox = await SandboxProcess.start(settings.sandbox, settings.daemon.data_dir / "sandbox.json")
            stack.push_async_callback(sandbox.stop)
        daemon = await stack.enter_async_context(
            open_daemon(settings, env, on_progress=lambda text: log.info("database", message=text))
        )
        await daemon.peers.start()
        stack.push_async_callback(daemon.peers.stop)
        await apply_file(daemon.db, loaded, env, daemon.clock.now())
        if daemon.parts.post.sender is not None:
            await wake_waiting(daemon.db, daemon.clock.now())
        tasks = TaskSet(daemon.clock, lambda name, error: log.error("task.failed", task=name, exc_info=error))
        stack.push_async_callback(tasks.stop, 0.0)
        tasks.spawn(
            beat(
                daemon.db, daemon.clock, daemon.parts.process_id, on_lost,
                every=settings.jobs.lease_ttl / 3, ttl=settings.jobs.lease_ttl,
            ),
            name="heartbeat",
        )  # fmt: skip
        tasks.spawn(_measure_loop(daemon), name="loop lag")
        tasks.spawn(_watch_database(daemon), name="database watch")
        daemon.roster.start()
        stack.push_async_callback(daemon.roster.stop)
        stack.push_async_callback(daemon.system.stop, settings.daemon.shutdown_timeout.total_seconds(), LAST_WORDS)
        url = await serve_gateway(daemon, stack)
        await daemon.scheduler.start()
        stack.push_async_callback(daemon.scheduler.stop)
        _leave_code_alone()
        log.info("daemon.ready", url=url, database=str(daemon.db.target))
        yield Running(daemon, url, sandbox.url if sandbox else None)


def _leave_code_alone() -> None:
    """What was made up to here (modules, types, plans) stays to the end: to look through it for cycles again and again
    would stop the loop for a tenth of a second each time."""
    gc.freeze()
    gc.enable()


class _Reload:
    """Reads the configuration again when asked; one at a time, the last wish wins."""

    def __init__(self, daemon: Daemon, loaded: Loaded, env: Mapping[str, str], path: Path | None) -> None:
        self._daemon = daemon
        self._loaded = loaded
        self._env = env
        self._path = path
        self._asked = asyncio.Event()

    def ask(self) -> None:
        self._asked.set()

    def _read(self) -> Loaded:
        if self._path is None and self._loaded.file == loader.DEMO_FILE:
            return loader.demo(self._env, base=self._loaded.base)
        return loader.read(self._path, self._env, base=self._loaded.base)

    async def work(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                fresh = self._read()
            except ConfigurationError as error:
                for problem in error.problems:
                    log.error("config.refused", problem=str(problem))
                log.error("config.kept", reason=f"{len(error.problems)} problems; the old configuration stays in force")
                continue
            for change in diff(self._loaded.settings, fresh.settings):
                if not change.live:
                    log.warning("config.needs_restart", path=change.path)
            logs.configure(fresh.settings.daemon.log_level, self._daemon.settings.daemon.log_format)
            self._daemon.connect.take_up(fresh.settings.orders)
            await apply_file(self._daemon.db, fresh, self._env, self._daemon.clock.now())
            await self._take_up_mail(fresh)
            self._loaded = fresh
            log.info("config.reloaded")

    async def _take_up_mail(self, fresh: Loaded) -> None:
        """Send by the server that is named now, also what waited for one."""
        daemon = self._daemon
        if take_up_mail(daemon.parts.post, fresh.settings, self._env):
            await wake_waiting(daemon.db, daemon.clock.now())


async def _measure_loop(daemon: Daemon) -> None:
    while True:
        before = daemon.clock.monotonic()
        await asyncio.sleep(1.0)
        daemon.monitor.loop_lagged(max(0.0, daemon.clock.monotonic() - before - 1.0))


async def _watch_database(daemon: Daemon) -> None:
    """Keep the answer to "does the database answer?" fresh for the readiness check, which must not wait."""
    while True:
        try:
            async with asyncio.timeout(5.0):
                await daemon.db.fetch_value("SELECT 1 AS one")
            if daemon.database_trouble:
                log.info("database.back")
            daemon.database_trouble = ""
        except (StorageError, TimeoutError) as error:
            if not daemon.database_trouble:
                log.error("database.away", reason=str(error) or "no answer within 5 s")
            daemon.database_trouble = str(error) or "no answer within 5 s"
        await asyncio.sleep(5.0)
