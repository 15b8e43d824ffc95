"""How often CodesWholesale may be asked: by kind of call, as its support has told one integrator.

For kinds that nobody knows a number of, one a second is assumed. All share the account's own pace (`calls_per_second`),
in which purchases go first and the price list last, by the priorities of `names.py`. The count of tokens is by address
on the internet; one process asks for few, since tokens are shared (`auth.py`).
"""

from orion_daemon.connectors.codeswholesale import names
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota

TOKENS = "token"
QUOTAS = {
    TOKENS: Quota.window(50, 300),
    names.GET_PRODUCTS.name: Quota.window(400, 600),
    names.GET_PRODUCT.name: Quota.window(600, 300),
}
OTHERS = Quota(1.0)


def limits_of(settings: CodesWholesaleSettings, clock: Clock) -> LimiterGroup:
    return LimiterGroup(clock, account=Quota(settings.calls_per_second), operations=QUOTAS, default=OTHERS)
