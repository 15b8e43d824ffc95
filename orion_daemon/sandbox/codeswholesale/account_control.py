"""The half of the control commands that is about accounts: credentials, tokens, money, limits, postbacks.

`control` lists them all.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import ClientSession, web

from orion_daemon.sandbox.codeswholesale import account as funds
from orion_daemon.sandbox.codeswholesale import postbacks, quotas, tokens
from orion_daemon.sandbox.codeswholesale.answers import cents_of, text_of
from orion_daemon.sandbox.codeswholesale.operations import OPERATIONS
from orion_daemon.sandbox.codeswholesale.records import Account, Limit, Risk
from orion_daemon.sandbox.codeswholesale.state import Refusal, Store, Unknown
from orion_daemon.sandbox.control import answer, body_of
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


class AccountControl:
    def __init__(self, store: Store, session: Callable[[], ClientSession]) -> None:
        self._store, self._session = store, session

    def routes(self) -> list[web.RouteDef]:
        at = "/control/codeswholesale"
        return [
            web.post(f"{at}/accounts", self._add),
            web.get(f"{at}/accounts", self._accounts),
            web.patch(f"{at}/accounts", self._change),
            web.post(f"{at}/tokens/kill", self._kill),
            web.post(f"{at}/tokens/life", self._shorten),
            web.get(f"{at}/settings", self._settings),
            web.patch(f"{at}/settings", self._set),
            web.get(f"{at}/quotas", self._quotas),
            web.patch(f"{at}/quotas", self._limit),
            web.post(f"{at}/risk", self._risk),
            web.post(f"{at}/postbacks", self._send),
        ]

    @command
    async def _add(self, request: web.Request) -> Any:
        said, world = await body_of(request), self._store.world
        facts = {"client_id": world.opaque("client"), "client_secret": f"$2a$10${world.opaque('secret')}"}
        facts = {**facts, "signature": world.opaque("signature", 36), **said}
        if facts["client_id"] in world.accounts:
            raise Refusal(f"there is an account {facts['client_id']} already")
        money = {name: _cents(said[name]) for name in ("balance", "credit") if name in said}
        made = msgspec.convert({**facts, **money}, Account)
        world.accounts[made.client_id] = made
        return made

    @command
    async def _accounts(self, _request: web.Request) -> Any:
        return [_told(account) for account in self._store.world.accounts.values()]

    @command
    async def _change(self, request: web.Request) -> Any:
        """The secret, the signature, the environment, the webhook, and what there is to spend."""
        said = await body_of(request)
        account = self._store.world.account(said.pop("client", None))
        money = {name: _cents(said.pop(name)) for name in ("balance", "credit") if name in said}
        if unknown := set(said) - set(Account.__struct_fields__) | {"client_id"} & set(said):
            raise Refusal(f"of an account cannot be changed: {sorted(unknown)}")
        checked = msgspec.convert({**msgspec.to_builtins(account), **said}, Account)
        for name in said:
            setattr(account, name, getattr(checked, name))
        if money:
            funds.set_funds(self._store, account, money.get("balance"), money.get("credit"))
        return _told(account)

    @command
    async def _kill(self, request: web.Request) -> Any:
        account = self._store.world.account((await body_of(request)).get("client"))
        return {"killed": tokens.kill(self._store, account)}

    @command
    async def _shorten(self, request: web.Request) -> Any:
        said = await body_of(request)
        account = self._store.world.account(said.get("client"))
        return {"expires_at": tokens.shorten(self._store, account, float(said["seconds"])).expires_at}

    @command
    async def _settings(self, _request: web.Request) -> Any:
        return self._store.world.settings

    @command
    async def _set(self, request: web.Request) -> Any:
        world, said = self._store.world, await body_of(request)
        world.settings = msgspec.convert({**msgspec.to_builtins(world.settings), **said}, type(world.settings))
        return world.settings

    @command
    async def _quotas(self, _request: web.Request) -> Any:
        return {name: quotas.limit_of(self._store, name) for name in self._names()}

    @command
    async def _limit(self, request: web.Request) -> Any:
        """By operation `{calls, seconds}`, or null for no limit; what was counted before is forgotten."""
        said = msgspec.convert(await body_of(request), dict[str, Limit | None])
        if unknown := set(said) - set(self._names()):
            raise Unknown(f"no operation {sorted(unknown)}; there are {self._names()}")
        self._store.world.limits.update(said)
        windows = self._store.world.windows
        self._store.world.windows = {n: w for n, w in windows.items() if n.split("|")[0] not in said}
        return said

    @command
    async def _risk(self, request: web.Request) -> Any:
        risk = msgspec.convert(await body_of(request), Risk)
        if cents_of(risk.score) is None:
            raise Refusal(f"{risk.score!r} is not a score with at most two decimals")
        self._store.world.risk = risk
        return risk

    @command
    async def _send(self, request: web.Request) -> Any:
        """One message, or `messages` in the order they have."""
        said = await body_of(request)
        specs = msgspec.convert(said.get("messages", [said]), list[postbacks.PostbackSpec])
        return [await postbacks.send(self._store, spec, self._session()) for spec in specs]

    def _names(self) -> list[str]:
        return ["getToken", *(operation.name for operation in OPERATIONS)]


def _cents(value: Any) -> int:
    cents = cents_of(value)
    if cents is None:
        raise Refusal(f"{value!r} is not an amount with at most two decimals")
    return cents


def _told(account: Account) -> dict[str, Any]:
    money = {"balance": text_of(account.balance), "credit": text_of(account.credit)}
    return {"client": account.client_id, "environment": account.environment, "webhook": account.webhook, **money}
