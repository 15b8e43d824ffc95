"""Where suppliers send hints: `POST /hooks/<supplier>/<secret>`, without a token of ours.

The secret is the account's own; a wrong one is answered like an address that there is not. The signature is checked
here, since that calls nobody, and what passes is dropped again once it has nudged a job: nothing of it is stored or
logged. A well-signed hint is answered with 200 whatever becomes of it.

Two limits hold for each account, in this process. Requests beyond `REQUESTS` are told to come later. Products and
orders beyond `LOOKS` are not looked at one by one: a minute later one walk looks at all of them, whatever came until
then, so that purchases keep most of what the supplier lets us ask for. What follows: `services/hints.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from aiohttp import hdrs, web

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.hints import Hint, HintRefused, ReadHint
from orion_daemon.graphql.webhooks import read_body
from orion_daemon.observability.logs import get_logger
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.quota import Bucket, Quota
from orion_daemon.services import credentials, hints
from orion_daemon.services.stores import address

log = get_logger("gateway")

LARGEST = 256 * 1024
"""A product may come with its descriptions in all languages."""
REQUESTS = Quota(20.0, burst=200)
LOOKS = Quota(1.0, burst=120)
_AN_ORDER = 10
"""Looks; without its number all orders that are awaited are asked for."""
CATCH_UP = timedelta(minutes=1)
_SAY_EVERY = 60.0  # seconds between two lines of log about one account
_AGAIN = {hdrs.RETRY_AFTER: "10"}


@dataclass
class _Door:
    """Of one account; times are the clock's monotonic seconds."""

    requests: Bucket = field(default_factory=lambda: Bucket(REQUESTS))
    looks: Bucket = field(default_factory=lambda: Bucket(LOOKS))
    covered_until: datetime | None = None  # by a walk that is in line
    said_at: float = -inf

    def lets_in(self, now: float) -> bool:
        if self.requests.ready > now:
            return False
        self.requests.take(now)
        return True

    def looks_left(self, wanted: int, now: float) -> bool:
        if self.looks.ready > now:
            return False
        for _ in range(min(wanted, LOOKS.burst)):
            self.looks.take(now)
        return True

    def may_say(self, now: float) -> bool:
        if now - self.said_at < _SAY_EVERY:
            return False
        self.said_at = now
        return True


class Hints:
    """`readers` by supplier, as the app gives them."""

    def __init__(self, db: Database, clock: Clock, readers: Mapping[str, ReadHint]) -> None:
        self._db = db
        self._clock = clock
        self._readers = readers
        self._doors: dict[int, _Door] = {}

    async def receive(self, request: web.Request) -> web.StreamResponse:
        supplier = request.match_info["supplier"]
        account = await hints.find_account(self._db, supplier, request.match_info["secret"])
        read = self._readers.get(supplier)
        if account is None or read is None:
            raise web.HTTPNotFound
        door = self._doors.setdefault(account["id"], _Door())
        if not door.lets_in(self._clock.monotonic()):
            raise web.HTTPTooManyRequests(headers=_AGAIN)
        body = await read_body(request, LARGEST)
        secrets = await credentials.reveal_all(self._db, account["id"])
        try:
            hint = read(body, account["settings_json"] or {}, secrets)
        except HintRefused as error:
            self._say(door, account, error)
            if not error.is_signed:
                raise web.HTTPForbidden(reason="It does not bear the signature of the account") from None
            return web.Response()
        await self._look(door, account, hint)
        return web.Response()

    async def _look(self, door: _Door, account: Row, hint: Hint) -> None:
        if hint.kind == "other":
            return
        now = self._clock.now()
        wanted = len(hint.product_ids) if hint.kind == "product" else _AN_ORDER
        if not door.looks_left(wanted, self._clock.monotonic()):
            if door.covered_until is None or door.covered_until <= now:
                door.covered_until = now + CATCH_UP
                await hints.catch_up(self._db, account, door.covered_until, now)
        elif hint.kind == "product":
            await hints.look_at_products(self._db, account, hint.product_ids, now)
        else:
            await hints.look_at_order(self._db, account, hint.supplier_order_id, now)

    def _say(self, door: _Door, account: Row, error: HintRefused) -> None:
        """Once a minute: anybody who has the address can send the like."""
        if door.may_say(self._clock.monotonic()):
            log.warning(
                "hint.refused",
                actor=address(account["store_code"], account["marketplace"]),
                code=error.code,
                reason=str(error),
            )
