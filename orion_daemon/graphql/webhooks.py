"""Where marketplaces send notifications: `/webhooks/<store>/<marketplace>`, without a token of ours.

A channel has such an address once it has a credential `notification_token` and its marketplace sends at all; for all
others there is nothing here. GET answers the marketplace's challenge: it proves that the address in `public_url` is
ours. POST is stored as it came and answered at once; nothing of it is believed, or logged, before the account's actor
has checked the signature (`services/notifications.py`).
"""

from collections.abc import Mapping

from aiohttp import hdrs, web

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.notifications import Webhook, path_of
from orion_daemon.observability.logs import get_logger
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import notifications

log = get_logger("gateway")

LARGEST = 64 * 1024
_LONGEST_CODE = 1000
_AGAIN = {hdrs.RETRY_AFTER: "60"}


class Webhooks:
    """`webhooks` by marketplace; `public_url` is how marketplaces reach the gateway, empty where nobody has said so."""

    def __init__(self, db: Database, clock: Clock, webhooks: Mapping[str, Webhook], public_url: str) -> None:
        self._db = db
        self._clock = clock
        self._webhooks = webhooks
        self._public_url = public_url.rstrip("/")

    async def challenge(self, request: web.Request) -> web.StreamResponse:
        """The answer of the channel's marketplace to `?challenge_code=`."""
        webhook, channel = await self._addressed(request)
        code = request.query.get("challenge_code", "")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise web.HTTPBadRequest(reason="There is no challenge_code to answer")
        if not self._public_url:
            log.warning("webhook.no_address", path=request.path, reason="[gateway] public_url is not set")
            raise web.HTTPServiceUnavailable(reason="Orion does not know its public address")
        token = await notifications.token_of(self._db, channel["id"])
        if token is None:
            raise _nothing_here()
        address = self._public_url + path_of(channel["store_code"], channel["marketplace"])
        return web.json_response(dict(webhook.challenge(code, token, address)))

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """204 once it is stored; 503 where too many wait already, so that the marketplace sends it again."""
        webhook, channel = await self._addressed(request)
        signature = request.headers.get(webhook.signature_header, "")
        if not signature:
            raise web.HTTPBadRequest(reason="It is not signed")
        body = await read_body(request, LARGEST)
        try:
            await notifications.receive(self._db, channel, body, signature, self._clock.now())
        except notifications.TooManyWaiting:
            log.warning("webhook.too_many", path=request.path, waiting=notifications.MOST_WAITING)
            raise web.HTTPServiceUnavailable(reason="Too many wait already", headers=_AGAIN) from None
        return web.Response(status=204)

    async def _addressed(self, request: web.Request) -> tuple[Webhook, Row]:
        names = request.match_info
        webhook = self._webhooks.get(names["marketplace"])
        channel = None
        if webhook is not None:
            channel = await notifications.find_channel(self._db, names["store"], names["marketplace"])
        if webhook is None or channel is None:
            raise _nothing_here()
        return webhook, channel


def _nothing_here() -> web.HTTPNotFound:
    return web.HTTPNotFound(reason="Nobody takes notifications here")


async def read_body(request: web.Request, most: int) -> bytes:
    """At most so many bytes, also where the length is not told beforehand or told wrong; never empty."""
    size = request.content_length
    body = bytearray()
    while (size is None or size <= most) and len(body) <= most:
        chunk = await request.content.readany()
        if not chunk:
            break
        body += chunk
    if len(body) > most or (size is not None and size > most):
        raise web.HTTPRequestEntityTooLarge(most, size or len(body))
    if not body:
        raise web.HTTPBadRequest(reason="It is empty")
    return bytes(body)
