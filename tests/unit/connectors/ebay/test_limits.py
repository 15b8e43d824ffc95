"""What the Analytics API says of quotas, and what becomes of it: spacing, waiting, and whose calls stop."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.limits import BLIND, BRAKE, HOUR, Quotas, lefts_in, limits_of
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import RateLimited, Unreachable
from orion_daemon.runtime.clock import ManualClock


def rate(limit: int, remaining: int, reset: datetime | str | None, window: int = 86_400) -> dict[str, Any]:
    said = reset.strftime("%Y-%m-%dT%H:%M:%S.000Z") if isinstance(reset, datetime) else reset
    return {"limit": limit, "remaining": remaining, "count": limit - remaining, "reset": said, "timeWindow": window}


def api(name: str, *rates: dict[str, Any], context: str = "sell", resource: str | None = None) -> dict[str, Any]:
    named = f"{context}.{name}" if resource is None else resource
    return {"apiContext": context, "apiName": name, "resources": [{"name": named, "rates": list(rates)}]}


def limits(*apis: dict[str, Any]) -> schemas.Limits:
    return msgspec.convert({"rateLimits": list(apis)}, schemas.Limits)


class Analytics:
    """Answers as it is told; an exception is raised."""

    def __init__(self) -> None:
        self.application: schemas.Limits | Exception | None = None
        self.user: schemas.Limits | Exception | None = None
        self.asked: list[str] = []

    async def ask(self, operation: names.Operation) -> schemas.Limits | None:
        self.asked.append(operation.name)
        said = self.application if operation is names.GET_LIMITS else self.user
        if isinstance(said, Exception):
            raise said
        return said


def quotas(clock: ManualClock) -> tuple[Quotas, Any, Analytics]:
    analytics, limiter = Analytics(), limits_of(EbaySettings(client_id="App-1", calls_per_second=100.0), clock)
    return Quotas(limiter, clock, analytics.ask), limiter, analytics


async def test_what_is_left_is_spread_over_the_time_until_the_reset() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = limits(api("fulfillment", rate(100_000, 3_600, clock.now() + timedelta(hours=2))))
    await read.before(names.FULFILLMENT)
    assert limiter.spacing(names.FULFILLMENT) == pytest.approx(2.0)
    assert limiter.spacing(names.INVENTORY) == pytest.approx(86_400 / 2_000_000)


async def test_a_poll_of_many_orders_is_not_slowed_down_at_the_begin_of_the_day() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = limits(api("fulfillment", rate(100_000, 99_990, clock.now() + timedelta(hours=24))))
    for _ in range(900):
        await read.before(names.FULFILLMENT)
        await clock.advance(0.01)  # the pace of the account
        assert limiter.delay(names.FULFILLMENT) == 0
        await limiter.acquire(names.FULFILLMENT)


async def test_of_little_that_is_left_only_a_tenth_goes_at_once() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = limits(api("fulfillment", rate(100_000, 300, clock.now() + timedelta(hours=10))))
    await read.before(names.FULFILLMENT)
    assert limiter.left(names.FULFILLMENT) == 30
    analytics.application = limits(api("fulfillment", rate(100_000, 99_990, clock.now() + timedelta(hours=24))))
    await clock.advance(HOUR)
    await read.before(names.FULFILLMENT)
    assert limiter.left(names.FULFILLMENT) == 1_000


async def test_nothing_left_waits_for_the_reset_and_holds_up_no_other_api() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = limits(api("fulfillment", rate(100_000, 0, clock.now() + timedelta(hours=2))))
    await read.before(names.FULFILLMENT)
    assert limiter.delay(names.FULFILLMENT) == pytest.approx(7_200)
    assert limiter.delay(names.INVENTORY) == 0


async def test_they_are_read_once_an_hour_and_when_a_quota_is_back() -> None:
    clock = ManualClock()
    read, _, analytics = quotas(clock)
    for seconds in (0, 1_800, 1_799, 2):
        await clock.advance(seconds)
        await read.before(names.FULFILLMENT)
    assert analytics.asked == ["getRateLimits", "getUserRateLimits"] * 2
    analytics.asked.clear()
    analytics.application = limits(api("fulfillment", rate(100_000, 5, clock.now() + timedelta(minutes=70))))
    await clock.advance(3_600)
    await read.before(names.FULFILLMENT)
    await clock.advance(600)
    await read.before(names.FULFILLMENT)
    await clock.advance(6)
    await read.before(names.FULFILLMENT)
    assert analytics.asked.count("getRateLimits") == 2


async def test_accounts_of_one_application_read_its_quotas_once() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    other = Quotas(limiter, clock, analytics.ask)
    await read.before(names.FULFILLMENT)
    await other.before(names.FULFILLMENT)
    assert analytics.asked == ["getRateLimits", "getUserRateLimits", "getUserRateLimits"]


async def test_an_account_that_rests_between_polls_knows_its_quota_when_it_is_opened_again() -> None:
    """The Analytics API grants the application 5,000 calls a day: one a poll would be used up by seventeen sellers."""
    clock = ManualClock()
    _, limiter, analytics = quotas(clock)
    analytics.user = limits(api("inventory", rate(1_000, 0, clock.now() + timedelta(minutes=50))))
    for _ in range(12):
        with pytest.raises(RateLimited):
            await Quotas(limiter, clock, analytics.ask, "ada:ebay").before(names.INVENTORY)
        await clock.advance(240)
    assert analytics.asked == ["getRateLimits", "getUserRateLimits"]
    await Quotas(limiter, clock, Analytics().ask, "bob:ebay").before(names.INVENTORY)


async def test_a_seller_s_own_quota_stops_that_seller_only() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    other = Quotas(limiter, clock, Analytics().ask)
    analytics.user = limits(api("inventory", rate(1_000, 0, clock.now() + timedelta(hours=1))))
    with pytest.raises(RateLimited) as stopped:
        await read.before(names.INVENTORY)
    assert (stopped.value.code, stopped.value.retry_after) == ("quota_spent", pytest.approx(3_600))
    await read.before(names.FULFILLMENT)
    await other.before(names.INVENTORY)
    assert limiter.delay(names.INVENTORY) == 0
    analytics.user = None
    await clock.advance(3_606)
    await read.before(names.INVENTORY)


async def test_quotas_that_cannot_be_read_stop_nothing_and_are_asked_for_again() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = analytics.user = Unreachable("gone")
    await read.before(names.FULFILLMENT)
    assert limiter.delay(names.FULFILLMENT) == 0
    await clock.advance(601)
    await read.before(names.FULFILLMENT)
    assert analytics.asked.count("getRateLimits") == 2


@pytest.mark.parametrize(("remaining", "wait"), [(0, 5_400.0), (17, BRAKE)])
async def test_a_429_waits_for_the_reset_or_brakes_for_a_moment(remaining: int, wait: float) -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = limits(api("inventory", rate(100, remaining, clock.now() + timedelta(minutes=90))))
    assert await read.refused(names.INVENTORY) == pytest.approx(wait)
    assert limiter.delay(names.INVENTORY) == pytest.approx(wait)
    assert limiter.delay(names.FULFILLMENT) == 0


async def test_a_429_without_an_answer_about_it_waits_a_quarter_of_an_hour() -> None:
    clock = ManualClock()
    read, limiter, analytics = quotas(clock)
    analytics.application = analytics.user = Unreachable("gone")
    assert await read.refused(names.INVENTORY) == BLIND
    assert limiter.delay(names.INVENTORY) == pytest.approx(BLIND)


def test_the_resource_of_the_whole_api_counts_else_the_scarcest() -> None:
    whole = {
        "apiContext": "sell", "apiName": "Fulfillment",
        "resources": [
            {"name": "sell.fulfillment.dispute", "rates": [rate(10, 0, None)]},
            {"name": "sell.fulfillment", "rates": [rate(100, 50, None), rate(5, 4, None, 1)]},
        ],
    }  # fmt: skip
    assert [(left.limit, left.remaining, left.window) for left in lefts_in(limits(whole))] == [
        (100, 50, 86_400),
        (5, 4, 1),
    ]
    parts = {
        "apiContext": "sell", "apiName": "inventory",
        "resources": [
            {"name": "a", "rates": [rate(10, 7, None)]}, {"name": "b", "rates": [rate(10, 3, "no time")]},
            {"name": "c", "rates": []}, {"name": "d", "rates": [{"count": 3}]},
        ],
    }  # fmt: skip
    assert [(left.api, left.remaining, left.reset) for left in lefts_in(limits(parts))] == [("sell.inventory", 3, None)]


def test_apis_that_orion_does_not_use_are_left_out() -> None:
    found = lefts_in(limits(api("browse", rate(5_000, 1, None), context="buy"), api("PostOrder", rate(9, 9, None))))
    assert [left.api for left in found] == ["post-order"]
    assert lefts_in(None) == ()
