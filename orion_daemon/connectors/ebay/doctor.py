"""What is wrong between us and eBay, step by step, in words that tell an operator what to do.

Asked on command, never by itself. Only reads; each step says what it tried, and a failed one does not stop the others
unless they depend on it. The one signed call that changes nothing, a look at the last transaction, proves the key.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from orion_daemon.connectors.base import Check
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.limits import Left
from orion_daemon.connectors.errors import RateLimited, VendorError
from orion_daemon.connectors.session import allowed

if TYPE_CHECKING:
    from orion_daemon.connectors.ebay.connector import EbayConnector

LARGEST_SKEW = 60.0  # seconds; windows end two minutes ago, and signatures carry the time
SCARCE = 0.1
"""Share of a day's quota from which on it is worth a word."""
_NEEDED = (names.FULFILLMENT, names.INVENTORY, names.POST_ORDER)


async def examine(connector: "EbayConnector") -> tuple[Check, ...]:
    checks = [_address(connector), _credential(connector)]
    if not all(check.ok for check in checks):
        return tuple(checks)
    login = await _login(connector)
    checks.append(login)
    if not login.ok:
        return tuple(checks)
    checks.append(await _scopes(connector))
    dates: list[datetime] = []
    for name, step in (
        ("account", _account),
        ("read orders", _orders),
        ("read listings", _listings),
        ("signed calls", _signed),
    ):
        checks.append(await _tried(name, step, connector, dates))
    checks.append(await _quotas(connector))
    checks.append(_clock(connector, dates))
    checks.append(_changes(connector))
    return tuple(checks)


async def _tried(
    name: str,
    step: Callable[["EbayConnector", list[datetime]], Awaitable[str]],
    connector: "EbayConnector",
    dates: list[datetime],
) -> Check:
    try:
        return Check(name, ok=True, detail=await step(connector, dates))
    except VendorError as error:
        return Check(name, ok=False, detail=error.message)


def _address(connector: "EbayConnector") -> Check:
    hosts = connector.client.hosts
    try:
        for address in (hosts.api, hosts.money):
            allowed(address)
    except VendorError as error:
        return Check("endpoint", ok=False, detail=error.message)
    return Check("endpoint", ok=True, detail=f"{hosts.api}, site {connector.settings.site}.")


def _credential(connector: "EbayConnector") -> Check:
    missing = connector.client.login.missing()
    if not missing:
        return Check("credential", ok=True, detail="Client id, client secret and refresh token are there.")
    what = ", ".join(missing)
    return Check(
        "credential",
        ok=False,
        detail=f"Missing: {what}. The client id stands in orion.toml, the secret is stored with `orion credentials"
        " set`, the refresh token comes with `orion credentials connect`.",
    )


async def _login(connector: "EbayConnector") -> Check:
    try:
        await connector.client.login.application.get()
        await connector.client.login.user.get()
    except VendorError as error:
        return Check("access token", ok=False, detail=error.message)
    return Check("access token", ok=True, detail="eBay lets in the application and the seller.")


async def _scopes(connector: "EbayConnector") -> Check:
    login = connector.client.login
    if not login.lacks_scopes:
        return Check("scopes", ok=True, detail="The consent covers all that Orion asks for.")
    try:
        lacking = [f"{scope} ({why})" for scope, why in names.SCOPES.items() if not await login.holds(scope)]
    except VendorError as error:
        return Check("scopes", ok=False, detail=error.message)
    return Check(
        "scopes",
        ok=not lacking,
        detail=f"The consent lacks: {'; '.join(lacking)}. Connect the account anew with `orion credentials connect`."
        if lacking
        else "The consent covers all that Orion asks for.",
    )


async def _account(connector: "EbayConnector", dates: list[datetime]) -> str:
    reply = await connector.client.call(names.GET_USER, schemas.User)
    _note(reply.date, dates)
    user = reply.result or schemas.User()
    state = "" if user.status in (None, "CONFIRMED") else f" Its state is {user.status}."
    return (
        f"The account is {user.username or 'unnamed'}, registered at {user.registration_marketplace_id or '?'}.{state}"
    )


async def _orders(connector: "EbayConnector", dates: list[datetime]) -> str:
    reply = await connector.client.call(names.GET_ORDERS, schemas.Orders, query={"limit": "1"})
    _note(reply.date, dates)
    total = reply.result.total if reply.result else 0
    return f"Orders may be read; there are {total} of the last 90 days."


async def _listings(connector: "EbayConnector", dates: list[datetime]) -> str:
    headers = {"Accept-Language": connector.settings.texts}
    query = {"limit": "1", "offset": "0"}
    reply = await connector.client.call(names.GET_ITEMS, schemas.Items, query=query, headers=headers)
    _note(reply.date, dates)
    total = reply.result.total if reply.result else 0
    if not total:
        return (
            "The Inventory API may be read and holds nothing: listings made in Seller Hub or elsewhere are not in it"
            " until they are migrated with `orion channels migrate`."
        )
    return f"Listings may be read; the Inventory API holds {total} items."


async def _signed(connector: "EbayConnector", dates: list[datetime]) -> str:
    if not connector.client.has_signing_key:
        return (
            "No signing key is stored. Sellers of the EU and the UK cannot cancel orders without one:"
            " `orion credentials connect` makes it."
        )
    reply = await connector.client.call(names.GET_TRANSACTIONS, msgspec.Raw, query={"limit": "1"})
    _note(reply.date, dates)
    return "eBay takes our signature."


async def _quotas(connector: "EbayConnector") -> Check:
    try:
        lefts = await connector.client.quotas.lefts()
    except RateLimited as error:
        return Check("quotas", ok=False, detail=error.message)
    except VendorError as error:
        return Check("quotas", ok=True, detail=f"They cannot be read ({error.message}), the published ones hold.")
    scarcest: dict[str, Left] = {}
    for left in lefts:
        if left.api in _NEEDED and left.remaining <= scarcest.get(left.api, left).remaining:
            scarcest[left.api] = left
    ours = scarcest.values()
    shown = [f"{left.api} {left.remaining} of {left.limit}" for left in ours]
    scarce = [left.api for left in ours if left.remaining <= left.limit * SCARCE]
    if not shown:
        return Check("quotas", ok=True, detail="eBay tells none for the APIs that Orion uses.")
    detail = f"Left today: {', '.join(shown)}."
    if scarce:
        detail += f" {', '.join(scarce)} is nearly used up; calls are spaced until the quota is back."
    return Check("quotas", ok=not scarce, detail=detail)


def _clock(connector: "EbayConnector", dates: list[datetime]) -> Check:
    if not dates:
        return Check("clock", ok=True, detail="The server tells no time to compare with.")
    skew = (connector.clock.now() - dates[-1]).total_seconds()
    direction = "ahead of" if skew > 0 else "behind"
    detail = f"This machine is {abs(skew):.0f} s {direction} the server."
    if abs(skew) <= LARGEST_SKEW:
        return Check("clock", ok=True, detail=detail)
    return Check("clock", ok=False, detail=f"{detail} Keep its clock by NTP: windows and signatures need the time.")


def _changes(connector: "EbayConnector") -> Check:
    if connector.settings.allows_mutations:
        return Check(
            "changes", ok=True, detail="Orion may send parcels, stock, prices and cancellations: these are real."
        )
    return Check("changes", ok=True, detail="Orion only reads; set allow_mutations = true to let it send anything.")


def _note(date: datetime | None, dates: list[datetime]) -> None:
    if date is not None:
        dates.append(date)
