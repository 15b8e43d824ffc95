"""Hearing what other processes on the same PostgreSQL commit: their notices become events on this process's bus.

LISTEN has a connection of its own, beside the pool. When it is lost, it is opened again and again, ever slower; what
was told meanwhile is not told twice, so after each opening all who listen here hear that they missed something
(`Lagged`) and look at the rows. What this process told itself is passed over: its bus has heard it at the commit. On
SQLite there are no peers: a command beside the daemon is found by the sweep (`actors/roster.py`).

A daemon that is alone tells nothing and pays nothing. Who begins to listen greets the others, who from then on tell
what they commit; that a peer is gone is noticed by looking now and then who listens.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from orion_daemon.db import notices
from orion_daemon.db.errors import translate
from orion_daemon.db.locks import connect
from orion_daemon.db.notices import Sender
from orion_daemon.db.url import DatabaseUrl
from orion_daemon.runtime.bus import Bus
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.tasks import TaskSet

log = logging.getLogger("orion.db")

APPLICATION = "orion-events"  # what pg_stat_activity shows
FIRST_PAUSE = 0.2  # seconds before it is opened again; twice as long each time
LONGEST_PAUSE = 30.0
LOOK_EVERY = 15.0  # seconds between looks who listens; a connection that died without a word is noticed by it too
PATIENCE = 5.0  # seconds for an answer

_LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"


class Peers:
    """`dice` gives numbers in [0, 1): daemons that lost their server together do not come back together."""

    def __init__(self, target: DatabaseUrl, bus: Bus, sender: Sender, clock: Clock, dice: Callable[[], float]) -> None:
        self._target = target
        self._bus = bus
        self._sender = sender
        self._own = notices.beginning(sender)
        self._greeted = False  # since the last look
        self._clock = clock
        self._dice = dice
        self._tasks = TaskSet(clock)
        self._tried = asyncio.Event()
        self._failures = 0  # in a row

    async def start(self) -> None:
        """Returns once it listens, or could not at the first try and goes on trying."""
        if self._target.dialect == "postgres":
            self._tasks.spawn(self._run(), name="events of other daemons")
            await self._tried.wait()

    async def stop(self) -> None:
        await self._tasks.cancel(PATIENCE)

    async def _run(self) -> None:
        while True:
            reason = "the connection was lost"
            try:
                await self._listen()
            except Exception as error:
                reason = str(translate(error)) or type(error).__name__
            if not self._failures:
                log.warning(
                    "events of other daemons are not heard (%s); listening again until it works",
                    reason,
                    extra={"action": "peers.not_heard"},
                )
            self._tried.set()
            pause = min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE)
            self._failures = min(self._failures + 1, 16)
            await self._clock.sleep(pause * (0.5 + self._dice() / 2))

    async def _listen(self) -> None:
        """Until the connection is lost. Raises when it cannot be opened, or does not answer any more."""
        lost = asyncio.Event()
        connection = await connect(self._target, application_name=APPLICATION)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(notices.CHANNEL, self._heard)
            if self._failures:
                log.info("events of other daemons are heard again", extra={"action": "peers.heard"})
            self._failures = 0
            await connection.execute(notices.greeting(self._sender), timeout=PATIENCE)
            self._bus.missed()
            while not lost.is_set():
                count = await connection.fetchval(_LISTENERS, APPLICATION, timeout=PATIENCE)
                self._sender.is_alone = count == 1 and not self._greeted
                self._greeted = False
                self._tried.set()
                await self._clock.wait(lost, LOOK_EVERY)
        finally:
            self._sender.is_alone = False
            connection.terminate()

    def _heard(self, _connection: Any, _backend: int, _channel: str, payload: str) -> None:
        if payload.startswith(self._own):
            return
        notice = notices.read(payload)
        if notice is None:
            log.warning(
                "a notice on the channel %r is none of Orion's: is another program using it?",
                notices.CHANNEL,
                extra={"action": "peers.foreign"},
            )
            return
        self._greeted, self._sender.is_alone = True, False
        heard = notices.understand(notice)
        for event in heard.events:
            self._bus.publish(event, getattr(event, "store_id", None))
        if heard.missed:
            self._bus.missed(*heard.missed)
