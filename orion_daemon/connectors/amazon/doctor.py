"""What is wrong between us and Amazon, step by step, in words that tell an operator what to do.

Asked on command, never by itself. Only reads, one call of each kind, since each kind has its own role and its own
quota; a failed step does not stop the others unless they depend on it.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.limits import PLANS
from orion_daemon.connectors.amazon.schemas import ListingsFound, Participations, TransactionsFound
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.amazon.walk import Bounds
from orion_daemon.connectors.base import Check
from orion_daemon.connectors.errors import AuthRefused, RateLimited, VendorError
from orion_daemon.connectors.session import allowed
from orion_daemon.runtime.limiter import Priority

if TYPE_CHECKING:
    from orion_daemon.connectors.amazon.connector import AmazonConnector

LARGEST_SKEW = 60.0  # seconds: Amazon's windows end two minutes ago
_NEEDED = ("client_id", "seller_id", "marketplace_ids")


async def examine(connector: "AmazonConnector") -> tuple[Check, ...]:
    checks = [_settings(connector), _endpoint(connector), _credential(connector)]
    if not all(check.ok for check in checks):
        return tuple(checks)
    try:
        await connector.client.tokens.get()
    except VendorError as error:
        return (*checks, Check("login", ok=False, detail=error.message))
    checks.append(Check("login", ok=True, detail="Amazon gives access tokens to this application for this seller."))
    checks += await _stores(connector)
    checks.append(await _read("read orders", lambda: _orders(connector)))
    if connector.settings.orders_api == "v0":
        checks.append(await _read("read persons", lambda: _persons(connector)))
    checks.append(await _read("read listings", lambda: _listings(connector)))
    checks.append(await _read("read refunds", lambda: _finances(connector)))
    checks += [_quota(connector), _changes(connector)]
    return tuple(checks)


def _settings(connector: "AmazonConnector") -> Check:
    missing = [name for name in _NEEDED if not getattr(connector.settings, name)]
    if missing:
        return Check("settings", ok=False, detail=f"Not set for the channel: {', '.join(missing)}.")
    settings = connector.settings
    stores = ", ".join(
        f"{names.STORES[name].country}" if name in names.STORES else name for name in settings.marketplace_ids
    )
    return Check(
        "settings", ok=True, detail=f"Seller {settings.seller_id} in {stores}, orders by {settings.orders_api}."
    )


def _endpoint(connector: "AmazonConnector") -> Check:
    address = connector.settings.api
    try:
        allowed(address)
    except VendorError as error:
        return Check("endpoint", ok=False, detail=error.message)
    return Check("endpoint", ok=True, detail=address)


def _credential(connector: "AmazonConnector") -> Check:
    missing = [kind.replace("_", " ") for kind in ("client_secret", "refresh_token") if not connector.secrets.get(kind)]
    if not missing:
        return Check("credential", ok=True, detail="A client secret and a refresh token are stored.")
    detail = (
        f"Not stored: {' and '.join(missing)}. `orion credentials set` stores them, `orion credentials connect` gets"
        " the refresh token."
    )
    return Check("credential", ok=False, detail=detail)


async def _stores(connector: "AmazonConnector") -> list[Check]:
    try:
        reply = await connector.client.call(names.PARTICIPATIONS, Participations)
    except VendorError as error:
        return [_failed("stores", error)]
    found = {one.marketplace.id: one.participation for one in reply.result.payload or ()}
    wrong = []
    for name in connector.settings.marketplace_ids:
        country = names.STORES[name].country if name in names.STORES else name
        if name not in found or not found[name].is_participating:
            wrong.append(f"the seller does not take part in {country} ({name})")
        elif found[name].has_suspended_listings:
            wrong.append(f"Amazon has suspended listings in {country}")
    detail = "; ".join(wrong) + "." if wrong else "The seller takes part in every store of the channel."
    checks = [Check("stores", ok=not wrong, detail=detail[0].upper() + detail[1:])]
    if reply.date is not None:
        checks.append(_clock((connector.clock.now() - reply.date).total_seconds()))
    return checks


def _clock(skew: float) -> Check:
    said = f"This machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Amazon."
    if abs(skew) <= LARGEST_SKEW:
        return Check("clock", ok=True, detail=said)
    return Check("clock", ok=False, detail=f"{said} Keep its clock by NTP.")


async def _read(name: str, call: Callable[[], Awaitable[str]]) -> Check:
    try:
        return Check(name, ok=True, detail=await call())
    except VendorError as error:
        return _failed(name, error)


def _failed(name: str, error: VendorError) -> Check:
    if isinstance(error, RateLimited):
        wait = f" in {error.retry_after:.0f} s" if error.retry_after else " later"
        return Check(name, ok=True, detail=f"Not tried: the quota of this call is spent. Ask again{wait}.")
    return Check(name, ok=False, detail=error.message)


async def _orders(connector: "AmazonConnector") -> str:
    since = connector.clock.now() - timedelta(days=1)
    found = await connector.reader.search(Bounds(since), None, Priority.NORMAL)
    said = f"Orders of the last day can be read ({len(found.orders)} on the first page)."
    paid = [order for order in found.orders if order.status in ("confirmed", "processing")]
    if paid and not any(order.shipping_address for order in paid):
        said += (
            " None shows an address: the application lacks the restricted role for delivery, so orders come nameless."
        )
    return said


async def _persons(connector: "AmazonConnector") -> str:
    try:
        await connector.client.restricted.get()
    except AuthRefused as error:
        raise AuthRefused(f"{error.message} Orders are read without names and addresses.", code=error.code) from error
    return "A restricted data token is given, so orders come with names and addresses."


async def _listings(connector: "AmazonConnector") -> str:
    query = {"marketplaceIds": ",".join(connector.settings.marketplace_ids), "pageSize": "1"}
    path = {"sellerId": connector.settings.seller_id}
    reply = await connector.client.call(names.SEARCH_LISTINGS, ListingsFound, path=path, query=query)
    return f"Listings can be read; there are {reply.result.number_of_results}."


async def _finances(connector: "AmazonConnector") -> str:
    since = connector.clock.now() - timedelta(days=1)
    await connector.client.call(names.LIST_TRANSACTIONS, TransactionsFound, query={"postedAfter": text(since)})
    return "Transactions can be read, so refunds are seen."


def _quota(connector: "AmazonConnector") -> Check:
    limiter = connector.client.limiter
    if limiter is None:
        return Check("quota", ok=True, detail="No usage plan is kept for this account.")
    waits = {name: limiter.delay(name) for name in PLANS}
    spent = [f"{name} in {wait:.0f} s" for name, wait in sorted(waits.items()) if wait >= 1]
    search = "searchOrders" if connector.settings.orders_api != "v0" else "v0.getOrders"
    left, spacing = limiter.left(search), limiter.spacing(search) or 0
    plan = f"{left} of {PLANS[search].burst} order searches are left; one in {spacing:.0f} s comes back."
    if spent:
        return Check("quota", ok=True, detail=f"{plan} Spent for now, next: {', '.join(spent)}.")
    return Check("quota", ok=True, detail=f"{plan} Every operation may be called now.")


def _changes(connector: "AmazonConnector") -> Check:
    if connector.settings.allows_mutations:
        return Check(
            "changes", ok=True, detail="Orion may tell parcels, stock, prices and cancellations: these are real."
        )
    return Check("changes", ok=True, detail="Orion only reads; set allow_mutations = true to let it change anything.")
