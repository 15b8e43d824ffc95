"""What is wrong between us and CodesWholesale, step by step, in words that tell an operator what to do.

Asked on command, never by itself. Only reads, one call of each kind; a failed step does not stop the others unless they
depend on it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from orion_daemon.connectors.base import Check
from orion_daemon.connectors.codeswholesale import names, schemas
from orion_daemon.connectors.errors import VendorError
from orion_daemon.connectors.session import allowed
from orion_daemon.domain.money import Money

if TYPE_CHECKING:
    from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector

LARGEST_SKEW = 60.0  # seconds; a lost purchase is looked for in the history around its time


async def examine(connector: "CodesWholesaleConnector") -> tuple[Check, ...]:
    checks = [_address(connector), _credential(connector)]
    if not all(check.ok for check in checks):
        return tuple(checks)
    login = await _tried("access token", _login, connector)
    checks.append(login)
    if login.ok:
        checks.append(await _balance(connector))
        checks.append(await _tried("price list", _price_list, connector))
        checks.append(await _clock(connector))
    return (*checks, _postbacks(connector), _changes(connector))


async def _tried(
    name: str,
    step: Callable[["CodesWholesaleConnector"], Awaitable[str]],
    connector: "CodesWholesaleConnector",
) -> Check:
    try:
        return Check(name, ok=True, detail=await step(connector))
    except VendorError as error:
        return Check(name, ok=False, detail=error.message)


def _address(connector: "CodesWholesaleConnector") -> Check:
    try:
        allowed(connector.settings.api)
    except VendorError as error:
        return Check("endpoint", ok=False, detail=error.message)
    return Check("endpoint", ok=True, detail=connector.settings.api)


def _credential(connector: "CodesWholesaleConnector") -> Check:
    missing = connector.client.login.missing()
    if not missing:
        return Check("credential", ok=True, detail="A client id and its secret are there.")
    return Check(
        "credential",
        ok=False,
        detail=f"{' and '.join(missing)} missing. The supplier's web pages give both under API: set the account's"
        " client_id, and store the client_secret with `orion credentials set`.",
    )


async def _login(connector: "CodesWholesaleConnector") -> str:
    await connector.client.login.source.get()
    return "The supplier gave one."


async def _balance(connector: "CodesWholesaleConnector") -> Check:
    try:
        found = await connector.balance()
    except VendorError as error:
        return Check("balance", ok=False, detail=error.message)
    usable = Money(found.usable_minor, found.currency)
    if found.usable_minor <= 0:
        return Check("balance", ok=False, detail=f"{usable} can be spent: nothing can be bought before a top-up.")
    return Check("balance", ok=True, detail=f"{usable} can be spent, credit included.")


async def _price_list(connector: "CodesWholesaleConnector") -> str:
    page = await connector.fetch_products(None, None)
    more = " and more" if page.next_cursor else ""
    unreadable = f" {len(page.unreadable)} cannot be read, the first: {page.unreadable[0]}" if page.unreadable else ""
    return f"It shows {len(page.products)} products{more}.{unreadable}"


async def _clock(connector: "CodesWholesaleConnector") -> Check:
    try:
        told: datetime | None = (await connector.client.call(names.GET_ACCOUNT, schemas.Account)).date
    except VendorError as error:
        return Check("clock", ok=False, detail=error.message)
    if told is None:
        return Check("clock", ok=True, detail="The server tells no time to compare with.")
    skew = (connector.clock.now() - told).total_seconds()
    direction = "ahead of" if skew > 0 else "behind"
    detail = f"This machine is {abs(skew):.0f} s {direction} the server."
    if abs(skew) <= LARGEST_SKEW:
        return Check("clock", ok=True, detail=detail)
    return Check("clock", ok=False, detail=f"{detail} Keep its clock by NTP: lost purchases are looked for by time.")


def _postbacks(connector: "CodesWholesaleConnector") -> Check:
    if connector.takes_hints:
        return Check("postbacks", ok=True, detail="A signature is stored; they are taken as hints to look again.")
    return Check("postbacks", ok=True, detail="No signature is stored, so they are refused. Polling does without them.")


def _changes(connector: "CodesWholesaleConnector") -> Check:
    if connector.settings.allows_mutations:
        return Check("changes", ok=True, detail="Orion may buy: each key is paid from the balance at once.")
    return Check(
        "changes",
        ok=True,
        detail="Orion only reads and buys NO keys, so nothing digital is delivered from here. Set allow_mutations ="
        " true once purchases are meant to be real.",
    )
