"""Daily quotas per application, as `getRateLimits` tells them: they run out (429) and come back at midnight Pacific.

A quota belongs to an API as a whole; the token endpoint has one per kind of grant. `World.limits` overrides a limit by
its resource's name, `World.used` counts by application (and seller) and Pacific day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orion_daemon.sandbox.ebay.answers import EbayError, entry, stamp
from orion_daemon.sandbox.ebay.state import Shop

PACIFIC = ZoneInfo("America/Los_Angeles")
_DAY = 86400


@dataclass(frozen=True)
class Resource:
    context: str
    api: str
    version: str
    name: str
    limit: int
    per_user: bool = False
    told: bool = True


RESOURCES = {
    found.name: found
    for found in (
        Resource("sell", "fulfillment", "v1", "sell.fulfillment", 100_000),
        Resource("sell", "inventory", "v1", "sell.inventory", 2_000_000, per_user=True),
        Resource("sell", "account", "v1", "sell.account", 25_000),
        Resource("sell", "feed", "v1", "sell.feed", 100_000),
        Resource("sell", "finances", "v1", "sell.finances", 15_000),
        Resource("commerce", "notification", "v1", "commerce.notification", 10_000),
        Resource("commerce", "identity", "v1", "commerce.identity", 5_000),
        Resource("developer", "analytics", "v1_beta", "developer.analytics", 5_000),
        Resource("developer", "key_management", "v1", "developer.key_management", 5_000),
        Resource("sell", "post-order", "v2", "post-order", 20_000),
        Resource("identity", "oauth2", "v1", "client_credentials", 1_000, told=False),
        Resource("identity", "oauth2", "v1", "authorization_code", 10_000, told=False),
        Resource("identity", "oauth2", "v1", "refresh_token", 50_000, told=False),
    )
}


def pacific_day(now: datetime) -> date:
    return now.astimezone(PACIFIC).date()


def next_reset(now: datetime) -> datetime:
    """The next midnight in California, in UTC."""
    tomorrow = pacific_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


def limit_of(shop: Shop, name: str) -> int:
    return shop.world.limits.get(name, RESOURCES[name].limit)


def used_of(shop: Shop, client_id: str, name: str, seller: str | None = None) -> int:
    return shop.world.used.get(_page(shop, client_id, seller), {}).get(name, 0)


def consume(shop: Shop, client_id: str, name: str, seller: str | None = None) -> None:
    """Count one call. Raises EbayError 429 when the application's quota of the day is used up."""
    if used_of(shop, client_id, name) >= limit_of(shop, name):
        shop.ledger.record("quota_exceeded", client=client_id, resource=name)
        raise EbayError(
            429,
            entry(2001, "ACCESS", "Too many requests.", long="The request limit has been reached for the resource."),
        )
    pages = [_page(shop, client_id, None)] + ([_page(shop, client_id, seller)] if seller else [])
    if pages[0] not in shop.world.used:  # another day has come: yesterday's pages are of no use
        today = pages[0].rsplit("|", 1)[1]
        shop.world.used = {page: kept for page, kept in shop.world.used.items() if page.endswith(today)}
    for page in pages:
        counts = shop.world.used.setdefault(page, {})
        counts[name] = counts.get(name, 0) + 1


def rate_limits(
    shop: Shop, client_id: str, seller: str | None, context: str | None, api: str | None
) -> list[dict[str, Any]]:
    """The answer's `rateLimits`; with a seller only what is counted by user. Empty means HTTP 204."""
    now = shop.clock.now()
    found = []
    for resource in RESOURCES.values():
        if not resource.told or (seller and not resource.per_user):
            continue
        if (context and context.lower() != resource.context) or (api and api.lower() != resource.api):
            continue
        count, limit = used_of(shop, client_id, resource.name, seller), limit_of(shop, resource.name)
        rate = {
            "count": count,
            "limit": limit,
            "remaining": max(0, limit - count),
            "reset": stamp(next_reset(now)),
            "timeWindow": _DAY,
        }
        found.append(
            {
                "apiContext": resource.context,
                "apiName": resource.api,
                "apiVersion": resource.version,
                "resources": [{"name": resource.name, "rates": [rate]}],
            }
        )
    return found


def _page(shop: Shop, client_id: str, seller: str | None) -> str:
    return f"{client_id}/{seller or ''}|{pacific_day(shop.clock.now())}"
