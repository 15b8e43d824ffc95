"""The HTTP side of Orion: GraphQL, health, metrics, feeds that marketplaces read, and what vendors send.

    /graphql                              view.py
    /healthz /readyz                      200 or 503 with what is wrong
    /metrics                              for Prometheus
    /health/marketplace-integrations      ?store_id=<code of a store>; with a token also what marketplaces said
    /feeds/<store>/<channel>/<lang>.csv   feeds.py
    /webhooks/<store>/<marketplace>       webhooks.py
    /hooks/<supplier>/<secret>            hints.py

`create_app` is all that others need. On shutdown subscriptions and sockets end at once, so that nothing waits for a
client that never leaves.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import hdrs, web

from orion_daemon.db.errors import StorageBusy, StorageUnavailable
from orion_daemon.graphql.context import GatewayParts, Limits
from orion_daemon.graphql.feeds import Feeds
from orion_daemon.graphql.hints import Hints
from orion_daemon.graphql.listening import Listening
from orion_daemon.graphql.view import View, bearer, refusal
from orion_daemon.graphql.webhooks import Webhooks
from orion_daemon.observability.health import Report, as_json, without_details
from orion_daemon.observability.logs import get_logger
from orion_daemon.observability.metrics import CONTENT_TYPE as METRICS_TYPE
from orion_daemon.services import access, monitoring

__all__ = ["GatewayParts", "Limits", "create_app"]

log = get_logger("gateway")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(parts: GatewayParts) -> web.Application:
    """An application of its own for each call; it starts nothing until it is served."""
    listening = Listening(parts.bus, limit=parts.limits.max_subscriptions, buffer=parts.subscription_buffer)
    view = View(parts, listening)
    feeds = Feeds(parts.db, parts.clock, parts.feeds_folder)
    webhooks = Webhooks(parts.db, parts.clock, parts.webhooks, parts.public_url)
    hints = Hints(parts.db, parts.clock, parts.hints)
    app = web.Application(client_max_size=parts.limits.max_body, middlewares=[_guarding(parts), _sharing(parts)])
    app.router.add_route("*", "/graphql", view.answer)
    app.router.add_get("/healthz", _reporting(parts.liveness))
    app.router.add_get("/readyz", _reporting(parts.readiness))
    app.router.add_get("/metrics", _measuring(parts))
    app.router.add_get("/health/marketplace-integrations", _integrations(parts))
    app.router.add_get("/feeds/{store}/{channel}/{language}.csv", feeds.answer)
    app.router.add_get("/webhooks/{store}/{marketplace}", webhooks.challenge, allow_head=False)
    app.router.add_post("/webhooks/{store}/{marketplace}", webhooks.receive)
    app.router.add_post("/hooks/{supplier}/{secret}", hints.receive)

    async def close(_app: web.Application) -> None:
        listening.close()
        await view.close()

    app.on_shutdown.append(close)
    app.on_response_prepare.append(_plain_headers)
    return app


def _reporting(report: Callable[[], Report]) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        found = report()
        return web.Response(body=as_json(found), status=found.http_status, content_type="application/json")

    return answer


def _measuring(parts: GatewayParts) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=await parts.metrics(), headers={hdrs.CONTENT_TYPE: METRICS_TYPE})

    return answer


def _integrations(parts: GatewayParts) -> Handler:
    """Everybody may know how the accounts stand; what marketplaces said is for those who show a token."""

    async def answer(request: web.Request) -> web.Response:
        found = await parts.integrations(request.query.get("store_id") or None)
        token = bearer(request.headers.get(hdrs.AUTHORIZATION))
        caller = await access.find_caller(parts.db, token, parts.clock.now()) if token else None
        if caller is None:
            found = without_details(found)
        elif caller.store_id is not None:
            found = without_details(found, but_of=await monitoring.store_code(parts.db, caller.store_id))
        return web.Response(body=as_json(found), content_type="application/json")

    return answer


async def _plain_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.pop(hdrs.SERVER, None)  # names versions
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not request.path.startswith("/feeds/"):
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def _guarding(parts: GatewayParts) -> Any:
    """Unexpected failures become a JSON answer with a correlation id; refusals of aiohttp become JSON too."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ConnectionResetError:  # the reader of a stream has gone: nobody is there to be told, nothing is wrong
            return web.Response(status=499)
        except web.HTTPException as error:
            if error.content_type != "application/json" and error.status >= 400:
                error.body = refusal(f"HTTP_{error.status}", error.reason)
                error.content_type = "application/json"
            raise
        except (StorageBusy, StorageUnavailable) as error:
            log.warning("gateway.storage", path=_named(request), code=error.code, exc_info=error)
            body = refusal("UNAVAILABLE", "The database is busy or away. Try again.")
            return web.Response(body=body, status=503, headers={hdrs.RETRY_AFTER: "5"}, content_type="application/json")
        except Exception as error:
            correlation_id = parts.new_id()
            log.error("gateway.failed", correlation_id=correlation_id, path=_named(request), exc_info=error)
            body = refusal("INTERNAL", f"Something went wrong inside Orion. The log tells more under {correlation_id}.")
            return web.Response(body=body, status=500, content_type="application/json")

    return guard


def _named(request: web.Request) -> str:
    """The path for the log; what stands behind a supplier's name is a secret."""
    return "/hooks/…" if request.path.startswith("/hooks/") else request.path


def _sharing(parts: GatewayParts) -> Any:
    """Pages of the origins that the configuration names may call /graphql from a browser; no others."""
    allowed = frozenset(parts.allowed_origins)

    @web.middleware
    async def share(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN, "")
        if request.path != "/graphql" or origin not in allowed:
            return await handler(request)
        shared = {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin, hdrs.VARY: hdrs.ORIGIN}
        if request.method == hdrs.METH_OPTIONS:
            asked = {
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST",
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization, content-type",
                hdrs.ACCESS_CONTROL_MAX_AGE: "600",
            }
            return web.Response(status=204, headers=shared | asked)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(shared)
        return response

    return share
