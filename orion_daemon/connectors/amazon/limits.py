"""Amazon's usage plans: a bucket for each operation of one seller and application, as its contracts publish them.

`x-amzn-RateLimit-Limit` tells the rate that truly applies; the client corrects the bucket by it. Rates are calls a
second. The order search grants one call in three minutes: a poll every five fits, and the burst of twenty is for walks.
"""

from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota

PLANS = {
    "searchOrders": Quota(0.0056, 20),
    "getOrder": Quota(0.5, 30),
    "v0.getOrders": Quota(0.0167, 20),
    "v0.getOrder": Quota(0.5, 30),
    "v0.getOrderItems": Quota(0.5, 30),
    "confirmShipment": Quota(2, 10),
    "createRestrictedDataToken": Quota(1, 10),
    "searchListingsItems": Quota(5, 5),
    "getListingsItem": Quota(5, 10),
    "patchListingsItem": Quota(5, 5),
    "searchCatalogItems": Quota(2, 2),
    "createFeedDocument": Quota(0.5, 15),
    "createFeed": Quota(0.0083, 15),
    "getFeed": Quota(2, 15),
    "getFeedDocument": Quota(0.0222, 10),
    "createReport": Quota(0.0167, 15),
    "getReport": Quota(2, 15),
    "getReportDocument": Quota(0.0167, 15),
    "listTransactions": Quota(0.5, 10),
    "getMarketplaceParticipations": Quota(0.016, 15),
}
COUNTS_BY = ("seller_id", "client_id")
_SLOWEST, _FASTEST = 1e-4, 1000.0


def limits(settings: AmazonSettings, clock: Clock) -> LimiterGroup:
    return LimiterGroup(clock, account=Quota(settings.calls_per_second), operations=PLANS)


def learn(limiter: LimiterGroup | None, operation: str, told: str | None) -> None:
    """Take over the rate that an answer's header tells; nonsense and what is known already change nothing."""
    if limiter is None or not told:
        return
    try:
        rate = float(told)
    except ValueError:
        return
    spacing = limiter.spacing(operation)
    if not _SLOWEST <= rate <= _FASTEST or (spacing is not None and abs(rate * spacing - 1) < 0.01):
        return
    limiter.resize(rate, operation)
