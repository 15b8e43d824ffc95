"""Amazon's control commands, all under `/control/amazon/`: JSON in, JSON out. Times are ISO 8601, amounts decimal text.

    POST applications {client_id?, client_secret?, id?, roles?}            PATCH applications {client_id, roles}
    POST sellers {id?, name?, marketplaces, client_id?, refresh_token?}
    PATCH sellers {seller?, marketplaces?, denied?}
    POST grants {seller?, client_id?, refresh_token?}                      GET  credentials
    POST tokens/expire {refresh_token?}       POST grants/revoke {refresh_token?}
    POST secrets/rotate {client_id?, client_secret?}
    POST dates {refresh_token? | client_id?, ends_at}       the authorisation's end, or that of the newest secret
    POST listings {seller?, listings: [{sku, prices | price, quantity?, fba?, titles?, gtin?, brand?, ...}]}
    GET  listings?seller=&sku=                PATCH listings {seller?, sku, ignores?, quantity?, prices?, issues?}
    POST orders {order} | {orders: [...]} | {random: n}                    GET  orders/{id}
    POST orders/many {count, from, to, seller?, marketplace?, ...}         GET  shipments
    POST authorise {order}                    POST cancel {order, reason?, lines?: {id: n}}
    POST cancel/request {order, reason?}      POST refund {order, amount?, line?}
    POST packages {order, reference?, status, detailed?}
    GET/PATCH settings {name: value}
    GET/PATCH quotas {operation, rate?, burst?, shown?, level?}            DELETE quotas
    POST buyers {seller?, every, first?, left?, seed?, restock?}           DELETE buyers?seller=

`cancel` is the buyer's (before payment) or Amazon's doing; a seller cancels by feed. `level` of a quota fills or
empties the buckets of all accounts. `records.Settings` lists the settings, `marketplace` mounts the commands.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from orion_daemon.sandbox.amazon import quotas, sellers, tokens
from orion_daemon.sandbox.amazon.records import Application, Bucket, Grant, Quota, Seller, Settings
from orion_daemon.sandbox.amazon.state import Market, Refusal, Unknown
from orion_daemon.sandbox.control import answer, body_of, moment
from orion_daemon.sandbox.vendor import CommandError

Method = Callable[[Any, web.Request], Awaitable[Any]]


def command(method: Method) -> Callable[[Any, web.Request], Awaitable[web.Response]]:
    """A command returns plain values; what it names in vain is 404, what contradicts the world is 409."""

    @functools.wraps(method)
    async def run(self: Any, request: web.Request) -> web.Response:
        try:
            return answer(msgspec.to_builtins(await method(self, request)))
        except Unknown as error:
            raise CommandError(str(error), 404) from error
        except Refusal as error:
            raise CommandError(str(error), 409) from error
        except KeyError as error:
            raise CommandError(f"the command needs {error}") from error

    return run


class AmazonControl:
    """Applications, sellers, credentials, settings and usage plans; `control_trade` has the rest."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def routes(self) -> list[web.RouteDef]:
        at = "/control/amazon"
        return [
            web.post(f"{at}/applications", self._add_application),
            web.patch(f"{at}/applications", self._change_application),
            web.post(f"{at}/sellers", self._add_seller),
            web.patch(f"{at}/sellers", self._change_seller),
            web.post(f"{at}/grants", self._grant),
            web.post(f"{at}/grants/revoke", self._revoke),
            web.get(f"{at}/credentials", self._credentials),
            web.post(f"{at}/tokens/expire", self._expire),
            web.post(f"{at}/secrets/rotate", self._rotate),
            web.post(f"{at}/dates", self._date),
            web.get(f"{at}/settings", self._settings),
            web.patch(f"{at}/settings", self._set),
            web.get(f"{at}/quotas", self._quotas),
            web.patch(f"{at}/quotas", self._set_quota),
            web.delete(f"{at}/quotas", self._clear_quotas),
        ]

    @command
    async def _add_application(self, request: web.Request) -> Any:
        said = await body_of(request)
        made = sellers.add_application(
            self._market, said.get("client_id"), said.get("client_secret"), said.get("id"), said.get("roles")
        )
        return {**msgspec.to_builtins(made), "client_secret": made.secrets[-1].value}

    @command
    async def _change_application(self, request: web.Request) -> Any:
        """The application's roles, and those of its grants at once: what a new authorisation would bring."""
        said = await body_of(request)
        application = self._application(said)
        application.roles = list(said["roles"])
        for grant in self._market.world.grants.values():
            if grant.application == application.id:
                grant.roles = list(application.roles)
        return application

    @command
    async def _add_seller(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller_id = said.get("id") or f"A{self._market.world.opaque(13)}"
        seller = Seller(seller_id, said.get("name") or seller_id, list(said["marketplaces"]))
        known = self._market.world.applications
        application = self._application(said) if known or said.get("client_id") else None
        grant = sellers.add_seller(self._market, application, seller, said.get("refresh_token"))
        return {**msgspec.to_builtins(seller), "refresh_token": grant.refresh_token if grant else None}

    @command
    async def _change_seller(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        seller.marketplaces = list(said.get("marketplaces", seller.marketplaces))
        seller.denied = list(said.get("denied", seller.denied))
        return seller

    @command
    async def _grant(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        return tokens.grant(self._market, self._application(said), seller, said.get("refresh_token"))

    @command
    async def _revoke(self, request: web.Request) -> Any:
        grant = self._one_grant(await body_of(request))
        tokens.revoke(self._market, grant)
        return {"revoked": grant.id}

    @command
    async def _credentials(self, _request: web.Request) -> Any:
        world = self._market.world
        return {"applications": list(world.applications.values()), "grants": list(world.grants.values())}

    @command
    async def _expire(self, request: web.Request) -> Any:
        return {"expired": tokens.expire(self._market, self._one_grant(await body_of(request)))}

    @command
    async def _rotate(self, request: web.Request) -> Any:
        said = await body_of(request)
        made = tokens.rotate(self._market, self._application(said), said.get("client_secret"))
        return {"client_secret": made.value, "ends_at": made.ends_at}

    @command
    async def _date(self, request: web.Request) -> Any:
        said = await body_of(request)
        ends_at = moment(said["ends_at"])
        target = self._application(said).secrets[-1] if "client_id" in said else self._one_grant(said)
        target.ends_at = ends_at
        return {"ends_at": ends_at}

    @command
    async def _settings(self, _request: web.Request) -> Any:
        return self._market.world.settings

    @command
    async def _set(self, request: web.Request) -> Any:
        said = {**msgspec.to_builtins(self._market.world.settings), **await body_of(request)}
        self._market.world.settings = msgspec.convert(said, Settings)
        return self._market.world.settings

    @command
    async def _quotas(self, _request: web.Request) -> Any:
        world, now = self._market.world, self._market.now()
        accounts: dict[str, dict[str, float]] = {}
        for name in world.buckets:
            operation, _, account = name.partition("/")
            accounts.setdefault(operation, {})[account] = quotas.level(world, operation, account, now)
        plans = {name: quotas.plan(world, name) for name in quotas.PUBLISHED}
        return {
            name: {"rate": rate, "burst": burst, "shown": shown, "left": accounts.get(name, {})}
            for name, (rate, burst, shown) in plans.items()
        }

    @command
    async def _set_quota(self, request: web.Request) -> Any:
        said = await body_of(request)
        found = quotas.named(said.pop("operation"))
        level = said.pop("level", None)
        if not found:
            raise Unknown(f"no such operation; there are {', '.join(quotas.PUBLISHED)}")
        world, now = self._market.world, self._market.now()
        for operation in found:
            if said:
                world.quotas[operation] = msgspec.convert(said, Quota)
            if level is not None:
                for grant in world.grants.values():
                    account = grant.seller if "JSON" in operation else f"{grant.seller}/{grant.application}"
                    world.buckets[f"{operation}/{account}"] = Bucket(float(level), now)
        return found

    @command
    async def _clear_quotas(self, _request: web.Request) -> Any:
        """Published plans again, and full buckets."""
        self._market.world.quotas.clear()
        self._market.world.buckets.clear()
        return {}

    def _application(self, said: dict[str, Any]) -> Application:
        known = self._market.world.applications
        name = said.get("client_id")
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name not in known:
            raise Unknown(f"no application has the client id {name!r}")
        return known[name]

    def _one_grant(self, said: dict[str, Any]) -> Grant:
        known = self._market.world.grants
        token = said.get("refresh_token")
        if token is None and known:
            return list(known.values())[-1]
        if token not in known:
            raise Unknown("no grant has that refresh token")
        return known[token]
