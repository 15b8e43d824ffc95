"""Usage plans: a token bucket per operation, seller and application that really runs out on the sandbox clock.

The published numbers are those of the contracts. A `Quota` of the world makes the true rate, the burst or the rate that
the header shows differ from them. A refused request takes nothing from the bucket. `endpoint` asks before it executes.
"""

from datetime import datetime

from orion_daemon.sandbox.amazon.records import Bucket
from orion_daemon.sandbox.amazon.state import World

# rate per second and burst, by contract and operation
PUBLISHED: dict[str, tuple[float, int]] = {
    "orders_2026-01-01.searchOrders": (0.0056, 20),
    "orders_2026-01-01.getOrder": (0.5, 30),
    "ordersV0.getOrders": (0.0167, 20),
    "ordersV0.getOrder": (0.5, 30),
    "ordersV0.getOrderItems": (0.5, 30),
    "ordersV0.getOrderAddress": (0.5, 30),
    "ordersV0.getOrderBuyerInfo": (0.5, 30),
    "ordersV0.confirmShipment": (2.0, 10),
    "tokens_2021-03-01.createRestrictedDataToken": (1.0, 10),
    "listingsItems_2021-08-01.getListingsItem": (5.0, 10),
    "listingsItems_2021-08-01.searchListingsItems": (5.0, 5),
    "listingsItems_2021-08-01.patchListingsItem": (5.0, 5),
    "feeds_2021-06-30.createFeedDocument": (0.5, 15),
    "feeds_2021-06-30.createFeed": (0.0083, 15),
    "feeds_2021-06-30.getFeed": (2.0, 15),
    "feeds_2021-06-30.cancelFeed": (2.0, 15),
    "feeds_2021-06-30.getFeedDocument": (0.0222, 10),
    "reports_2021-06-30.createReport": (0.0167, 15),
    "reports_2021-06-30.getReport": (2.0, 15),
    "reports_2021-06-30.getReportDocument": (0.0167, 15),
    "catalogItems_2022-04-01.searchCatalogItems": (2.0, 2),
    "finances_2024-06-19.listTransactions": (0.5, 10),
    "sellers.getMarketplaceParticipations": (0.016, 15),
    "feeds_2021-06-30.JSON_LISTINGS_FEED": (5 / 300, 5),
}


def plan(world: World, operation: str) -> tuple[float, int, float]:
    """True rate per second, true burst, and the rate that the header shows."""
    rate, burst = PUBLISHED[operation]
    quota = world.quotas.get(operation)
    if quota is None:
        return rate, burst, rate
    true = rate if quota.rate is None else quota.rate
    return true, burst if quota.burst is None else quota.burst, quota.shown if quota.shown is not None else rate


def level(world: World, operation: str, account: str, now: datetime) -> float:
    """How many calls the bucket would still serve; a fraction is on its way to a whole one."""
    rate, burst, _ = plan(world, operation)
    bucket = world.buckets.get(f"{operation}/{account}")
    if bucket is None:
        return float(burst)
    return min(float(burst), bucket.level + max(0.0, (now - bucket.at).total_seconds()) * rate)


def take(world: World, operation: str, account: str, now: datetime) -> bool:
    """Take one call out of the bucket, if there is one."""
    left = level(world, operation, account, now)
    if left < 1 - 1e-9:
        return False
    world.buckets[f"{operation}/{account}"] = Bucket(left - 1, now)
    return True


def shown(world: World, operation: str) -> str:
    """The value of `x-amzn-RateLimit-Limit`."""
    return f"{plan(world, operation)[2]:.15g}"


def named(operation: str) -> list[str]:
    """The operations that a command means: `searchOrders`, or `ordersV0.getOrder` where two share the name."""
    return [known for known in PUBLISHED if operation in (known, known.rpartition(".")[2], "*")]
