"""The half of eBay's control commands that is about accounts: who may call, how often, and what is announced.

`control` lists them all.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from orion_daemon.sandbox.control import answer, body_of
from orion_daemon.sandbox.ebay import notifications
from orion_daemon.sandbox.ebay import quotas as limits
from orion_daemon.sandbox.ebay.accounts import Application, Seller
from orion_daemon.sandbox.ebay.answers import EbayError
from orion_daemon.sandbox.ebay.signatures import create_key
from orion_daemon.sandbox.ebay.state import Refusal, Settings, Shop, Unknown
from orion_daemon.sandbox.ebay.tokens import ALL_SCOPES, give_code, grant, revoke
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
        except (Refusal, EbayError) as error:
            raise CommandError(str(error), 409) from error
        except KeyError as error:
            raise CommandError(f"the command needs {error}") from error

    return run


class AccountControl:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[web.RouteDef]:
        at = "/control/ebay"
        return [
            web.post(f"{at}/applications", self._add_application),
            web.post(f"{at}/sellers", self._add_seller),
            web.patch(f"{at}/sellers", self._change_seller),
            web.post(f"{at}/grants", self._add_grant),
            web.patch(f"{at}/grants", self._change_grant),
            web.post(f"{at}/codes", self._add_code),
            web.post(f"{at}/revoke", self._revoke),
            web.post(f"{at}/tokens/expire", self._expire),
            web.post(f"{at}/accounts/delete", self._delete_account),
            web.post(f"{at}/notifications", self._notify),
            web.post(f"{at}/signing-keys", self._add_key),
            web.get(f"{at}/quotas", self._quotas),
            web.patch(f"{at}/quotas", self._limit),
            web.post(f"{at}/quotas/use", self._use),
            web.get(f"{at}/settings", self._settings),
            web.patch(f"{at}/settings", self._set),
        ]

    @command
    async def _add_application(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._shop.world
        number = len(world.applications) + 1
        facts = {"client_id": f"Example-App{number}-PRD-{world.opaque('client', 12)}", **said}
        facts.setdefault("client_secret", f"PRD-{world.opaque('secret', 32)}")
        facts.setdefault("ru_name", f"Example_Shop-ExampleA-App{number}-exmpl")
        made = msgspec.convert(facts, Application)
        world.applications[made.client_id] = made
        return made

    @command
    async def _add_seller(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._shop.world
        facts = {"username": f"example_seller_{len(world.sellers) + 1}", **said}
        return add_seller(self._shop, facts)

    @command
    async def _change_seller(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._shop.world
        old = world.seller(said.get("username"))
        world.sellers[old.username] = msgspec.convert({**msgspec.to_builtins(old), **said}, Seller)
        return world.sellers[old.username]

    @command
    async def _add_grant(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._shop.world
        seller, application = world.seller(said.get("seller")), world.application(said.get("client"))
        return grant(self._shop, application, seller, said.get("scopes"), said.get("refresh_token"))

    @command
    async def _change_grant(self, request: web.Request) -> Any:
        said = await body_of(request)
        found = self._shop.world.grants.get(said["refresh_token"])
        if found is None:
            raise Unknown("no consent has that refresh token")
        found.revoked = bool(said.get("revoked", found.revoked))
        if "expires_in" in said:
            found.expires_at = self._shop.clock.now() + timedelta(seconds=float(said["expires_in"]))
        return found

    @command
    async def _add_code(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._shop.world
        seller, application = world.seller(said.get("seller")), world.application(said.get("client"))
        return give_code(self._shop, application, seller, said.get("scopes") or list(ALL_SCOPES))

    @command
    async def _revoke(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._shop.world.seller(said.get("seller"))
        ended = revoke(self._shop, seller.username, said.get("client"), access=bool(said.get("access", True)))
        return {"consents": ended, "notifications": notifications.consent_ended(self._shop, seller)}

    @command
    async def _expire(self, request: web.Request) -> Any:
        wanted = (await body_of(request)).get("seller")
        held = [a for a in self._shop.world.access.values() if wanted in (None, a.seller)]
        for access in held:
            access.expires_at = self._shop.clock.now()
        self._shop.ledger.record("access_expired", seller=wanted, tokens=len(held))
        return {"tokens": len(held)}

    @command
    async def _delete_account(self, request: web.Request) -> Any:
        username = (await body_of(request))["buyer"]
        if username not in self._shop.world.buyers:
            raise Unknown(f"no buyer {username!r}")
        return {"notifications": notifications.account_deleted(self._shop, username)}

    @command
    async def _notify(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller, tamper = said.get("seller"), said.get("tamper")
        if tamper not in (None, "signature", "kid", "body"):
            raise CommandError("tamper is signature, kid or body")
        made = notifications.announce(self._shop, said["topic"], seller, said.get("data", {}), tamper)
        for planned in [p for p in self._shop.world.planned if p.about.get("id") in made]:
            for _ in range(int(said.get("times", 1)) - 1):
                self._shop.world.plan(planned.due, "deliver", **planned.about)
        return {"notifications": made}

    @command
    async def _add_key(self, request: web.Request) -> Any:
        said = await body_of(request)
        client = self._shop.world.application(said.get("client")).client_id
        key, secret = create_key(self._shop, client, said.get("cipher", "ED25519"))
        return {**msgspec.to_builtins(key), "private": secret}

    @command
    async def _quotas(self, _request: web.Request) -> Any:
        named = {name: limits.limit_of(self._shop, name) for name in limits.RESOURCES}
        return {"limits": named, "used": self._shop.world.used}

    @command
    async def _limit(self, request: web.Request) -> Any:
        said = await body_of(request)
        if unknown := set(said) - set(limits.RESOURCES):
            raise CommandError(f"no such resource: {', '.join(sorted(unknown))}")
        self._shop.world.limits.update(msgspec.convert(said, dict[str, int]))
        return self._shop.world.limits

    @command
    async def _use(self, request: web.Request) -> Any:
        said = await body_of(request)
        client = self._shop.world.application(said.get("client")).client_id
        for _ in range(int(said["count"])):
            limits.consume(self._shop, client, said["resource"])
        return {"used": limits.used_of(self._shop, client, said["resource"])}

    @command
    async def _settings(self, _request: web.Request) -> Any:
        return self._shop.world.settings

    @command
    async def _set(self, request: web.Request) -> Any:
        said = await body_of(request)
        self._shop.world.settings = msgspec.convert(
            {**msgspec.to_builtins(self._shop.world.settings), **said}, Settings
        )
        return self._shop.world.settings


def add_seller(shop: Shop, facts: dict[str, Any]) -> Seller:
    """A seller of that user name, in place of one who has it."""
    opaque = shop.world.opaque(f"seller:{facts['username']}", 40)
    made = msgspec.convert({"user_id": opaque[:11], "eias_token": f"{opaque}==", **facts}, Seller)
    shop.world.sellers[made.username] = made
    return made
