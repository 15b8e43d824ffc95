"""eBay's daily quotas: one for each API and application, counted by all stores that share it.

Calls are spaced so that what is left lasts until the quota comes back; after a rest a hundredth of a day's calls may go
at once, and never more than a tenth of what is left. What is left is asked of the Analytics API when a call is made
anyway: once an hour, and when a quota has come back. Quotas of the application are told to the limiter, which all its
accounts share; those of one seller stop that seller only. A 429 says no time: the Analytics API does, and where a quota
is not at its end it was a short brake. Failing to read them fails nothing else.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import RateLimited, VendorError
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup, Quota

HOUR = 3600.0
RETRY = 600.0
"""Seconds until the quotas are asked for again where that failed."""
BRAKE = 60.0
"""Seconds to wait after a 429 without a quota at its end; eBay names none."""
BLIND = 900.0
"""Seconds to wait after a 429 where the quotas cannot be read."""
BURST = 50
_DAY = 86_400
_LONG = 3_600  # seconds; a window from here on is a quota of the day, a shorter one a pace
_SETTLED = 5.0  # seconds after its reset a quota is surely back

Ask = Callable[[names.Operation], Awaitable[schemas.Limits | None]]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one quota; `reset` None where eBay says no time."""

    api: str
    limit: int
    remaining: int
    reset: datetime | None
    window: int


@dataclass(slots=True)
class _Own:
    """One seller's: when they are read again, and those that are at their end."""

    due: float = 0.0
    blocked: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class _Shared:
    """What the accounts of one application know together, and each by itself: accounts are opened and closed all the
    time, and each reading costs a call of a small quota."""

    due: float = 0.0
    sellers: dict[str, _Own] = field(default_factory=dict)


_of_applications: "WeakKeyDictionary[LimiterGroup, _Shared]" = WeakKeyDictionary()


def limits_of(settings: EbaySettings, clock: Clock) -> LimiterGroup:
    """Quotas of one application, by the published numbers until eBay tells its own."""
    apis = {api: Quota(count / _DAY, _burst(api)) for api, count in names.DAILY.items()}
    return LimiterGroup(clock, account=Quota(settings.calls_per_second), operations=apis)


def _burst(api: str) -> int:
    """Spacing is to make a quota last, not to slow down a poll of many orders."""
    return max(BURST, names.DAILY[api] // 100)


class Quotas:
    """`ask` makes the two calls; it must not come back here. `seller` names the account; without a name nothing of its
    own outlives this."""

    def __init__(self, limiter: LimiterGroup, clock: Clock, ask: Ask, seller: str = "") -> None:
        self._limiter = limiter
        self._clock = clock
        self._ask = ask
        self._shared = _of_applications.setdefault(limiter, _Shared())
        self._own = self._shared.sellers.setdefault(seller, _Own()) if seller else _Own()

    async def before(self, api: str) -> None:
        """Call it ahead of each call. Raises RateLimited where the seller's own quota is at its end."""
        now = self._clock.monotonic()
        if now >= self._shared.due:
            self._shared.due = now + HOUR
            self._shared.due = now + self._next(await self._read(names.GET_LIMITS))
        if now >= self._own.due:
            self._own.due = now + HOUR
            self._own.due = now + self._next(await self._read(names.GET_USER_LIMITS))
        wait = self._wait(api)
        if wait > 0:
            raise RateLimited(
                f"ebay, {api}: the seller's quota of the day is used up; it is back in {wait:.0f} s.",
                code="quota_spent",
                retry_after=wait,
            )

    async def refused(self, api: str) -> float:
        """After a 429: seconds until that API may be called again; the limiter knows it too."""
        if api == names.ANALYTICS:
            return self._pause(api, BLIND)
        found = [await self._read(names.GET_LIMITS), await self._read(names.GET_USER_LIMITS)]
        if wait := self._wait(api):
            return wait
        known = [left for lefts in found for left in lefts or () if left.api == api]
        spent = [left.reset for left in known if left.remaining <= 0 and left.reset is not None]
        if spent:
            return max(0.0, (max(spent) - self._clock.now()).total_seconds())
        return self._pause(api, BRAKE if known else BLIND)

    async def lefts(self) -> tuple[Left, ...]:
        """All quotas of the APIs that Orion uses, the application's first. Raises the families of `errors.py`."""
        found: list[Left] = []
        for operation in (names.GET_LIMITS, names.GET_USER_LIMITS):
            found += lefts_in(await self._ask(operation))
        return tuple(found)

    def _pause(self, api: str, seconds: float) -> float:
        self._limiter.penalise(self._clock.now() + timedelta(seconds=seconds), api)
        return seconds

    def _wait(self, api: str) -> float:
        until = self._own.blocked.get(api)
        return 0.0 if until is None else max(0.0, (until - self._clock.now()).total_seconds())

    async def _read(self, operation: names.Operation) -> tuple[Left, ...] | None:
        try:
            found = lefts_in(await self._ask(operation))
        except VendorError:
            return None
        if operation is names.GET_LIMITS:
            self._tell(found)
        else:
            now = self._clock.now()
            self._own.blocked = {
                left.api: left.reset for left in found if left.remaining <= 0 and left.reset and left.reset > now
            }
        return found

    def _tell(self, found: Iterable[Left]) -> None:
        now = self._clock.now()
        paces: dict[str, float] = {}
        bursts: dict[str, int] = {}
        ends: dict[str, datetime] = {}
        for left in found:
            rate = left.limit / left.window
            if left.reset is not None and left.reset > now:
                if left.remaining <= 0:
                    ends[left.api] = max(left.reset, ends.get(left.api, left.reset))
                elif left.window >= _LONG:
                    rate = left.remaining / (left.reset - now).total_seconds()
            if rate > 0:
                paces[left.api] = min(rate, paces.get(left.api, rate))
                bursts[left.api] = min(max(1, left.remaining // 10), bursts.get(left.api, _burst(left.api)))
        for api, rate in paces.items():
            self._limiter.resize(rate, api, bursts[api])  # before it is stopped: a limiter counts a stop in grants
        for api, until in ends.items():
            self._limiter.penalise(until, api)

    def _next(self, found: tuple[Left, ...] | None) -> float:
        if found is None:
            return RETRY
        now = self._clock.now()
        resets = [(left.reset - now).total_seconds() + _SETTLED for left in found if left.reset and left.reset > now]
        return min([HOUR, *resets])


def lefts_in(answer: schemas.Limits | None) -> tuple[Left, ...]:
    """Of each API that Orion uses the windows of the resource that stands for the whole API, else of the scarcest."""
    found: list[Left] = []
    for api in (answer.rate_limits if answer else None) or ():
        name = _quota(api)
        if name not in names.DAILY:
            continue
        resources = [(one.name.lower(), _rates(name, one)) for one in api.resources or ()]
        resources = [(called, rates) for called, rates in resources if rates]
        whole = [rates for called, rates in resources if called in (name, api.api_name.lower())]
        if whole:
            found += whole[0]
        elif resources:
            found += min((rates for _, rates in resources), key=lambda rates: min(left.remaining for left in rates))
    return tuple(found)


def _quota(api: schemas.ApiLimits) -> str:
    name = api.api_name.lower()
    if name.replace("-", "").replace("_", "") == "postorder":
        return names.POST_ORDER
    return f"{api.api_context.lower()}.{name}"


def _rates(api: str, resource: schemas.Resource) -> list[Left]:
    return [
        Left(api, rate.limit, rate.remaining, _moment(rate.reset), rate.time_window or _DAY)
        for rate in resource.rates or ()
        if rate.limit is not None and rate.remaining is not None
    ]


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
