"""eBay's world without HTTP: totals that add up, stamps that move, quotas of a Pacific day, what buyers see."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ebay import catalogue, quotas
from orion_daemon.sandbox.ebay.accounts import Application, Seller
from orion_daemon.sandbox.ebay.answers import EbayError, moment_of, stamp
from orion_daemon.sandbox.ebay.behaviour import happen, start_shoppers
from orion_daemon.sandbox.ebay.inventory import apply
from orion_daemon.sandbox.ebay.order_documents import View, document
from orion_daemon.sandbox.ebay.orders import LineSpec, OrderSpec, place, touch
from orion_daemon.sandbox.ebay.state import Refusal, Shop, Shoppers, Unknown, World
from orion_daemon.sandbox.ledger import Ledger

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EXPONENTS = {"EUR": 2, "JPY": 0, "KWD": 3}


def make_shop(now=NOON):
    clock = WorldClock()
    clock.set(now, frozen=True)
    shop = Shop(World(seed=1), clock, Ledger(clock))
    shop.world.sellers["ada"] = Seller("ada", "u", "e")
    shop.world.applications["app"] = Application("app", "secret", "ru")
    return shop


@st.composite
def order_specs(draw):
    currency = draw(st.sampled_from(sorted(EXPONENTS)))

    def money(most=100_000):
        return str(Decimal(draw(st.integers(0, most))).scaleb(-EXPONENTS[currency]))

    names = ("discount", "shipping", "shipping_discount", "tax", "collected_tax")
    lines = [
        LineSpec(draw(st.integers(1, 9)), sku="X", listing="1", price=money(), **{name: money(500) for name in names})
        for _ in range(draw(st.integers(1, 4)))
    ]
    return OrderSpec(lines, currency=currency, adjustment=money(50))


@given(order_specs(), st.booleans())
def test_parts_and_lines_add_up_to_the_total(spec, taxes):
    shop = make_shop()
    shown = document(place(shop, spec), View(NOON, shop.world.settings, "", taxes=taxes))
    parts = {name: Decimal(amount["value"]) for name, amount in shown["pricingSummary"].items()}
    total = parts.pop("total")
    assert total == sum(parts.values())
    lines = sum(Decimal(line["total"]["value"]) for line in shown["lineItems"])
    assert total == lines + parts.get("adjustment", 0)
    cents = {-Decimal(amount["value"]).as_tuple().exponent for amount in shown["pricingSummary"].values()}
    assert cents == {EXPONENTS[spec.currency]}


def test_an_amount_finer_than_its_currency_is_refused():
    with pytest.raises(Refusal, match="more decimals"):
        place(make_shop(), OrderSpec([LineSpec(sku="X", price="1.5")], currency="JPY"))
    with pytest.raises(Refusal, match="decimal text"):
        place(make_shop(), OrderSpec([LineSpec(sku="X", price="cheap")]))
    with pytest.raises(Unknown):
        place(make_shop(), OrderSpec([LineSpec(sku="X")], seller="nobody"))


def test_no_two_states_of_an_order_share_a_stamp():
    shop = make_shop()
    order = place(shop, OrderSpec([LineSpec(sku="X")]))
    stamps = [stamp(order.modified_at)]
    for _ in range(3):
        touch(shop, order, "order_touched")
        stamps.append(stamp(order.modified_at))
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-02T12:00:00.000Z", True),
        ("2026-03-02T12:00:00Z", False),
        ("2026-03-02T12:00:00.000+00:00", False),
        ("2026-13-02T12:00:00.000Z", False),
        ("", False),
    ],
)
def test_a_stamp_has_one_form(text, read):
    found = moment_of(text)
    assert (found is not None) == read
    assert found is None or stamp(found) == text


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-03-02T07:59:59+00:00", "2026-03-02T08:00:00.000Z"),
        ("2026-03-02T08:00:00+00:00", "2026-03-03T08:00:00.000Z"),
        ("2026-03-08T09:00:00+00:00", "2026-03-09T07:00:00.000Z"),
        ("2026-11-01T08:00:00+00:00", "2026-11-02T08:00:00.000Z"),
    ],
)
def test_a_quota_ends_at_midnight_in_california_also_when_the_clocks_change(now, reset):
    assert stamp(quotas.next_reset(datetime.fromisoformat(now))) == reset


def test_a_quota_counts_calls_of_a_day_and_forgets_them_with_it():
    shop = make_shop()
    shop.world.limits["sell.inventory"] = 2
    for _ in range(2):
        quotas.consume(shop, "app", "sell.inventory", "ada")
    with pytest.raises(EbayError) as caught:
        quotas.consume(shop, "app", "sell.inventory", "ada")
    assert (caught.value.status, caught.value.entries[0]["errorId"]) == (429, 2001)
    quotas.consume(shop, "other", "sell.inventory")
    shop.clock.set(datetime(2026, 3, 3, 12, tzinfo=UTC))
    quotas.consume(shop, "app", "sell.inventory")
    assert quotas.used_of(shop, "app", "sell.inventory") == 1
    assert all(page.endswith("2026-03-03") for page in shop.world.used)


@pytest.mark.parametrize(("total", "own", "shown"), [(5, None, 5), (5, 3, 3), (2, 3, 2), (0, 3, 0)])
def test_buyers_see_the_lesser_of_both_quantities(total, own, shown):
    shop = make_shop()
    made = catalogue.add(shop, catalogue.ListingSpec(sku="MUG", quantity=total, available=own))
    assert shop.world.shown(shop.world.offers[made["offer"]]) == shown
    assert [entry["quantity"] for entry in catalogue.shelf(shop)] == [shown]


async def test_nobody_restocks_by_hand_what_a_program_steers():
    shop = make_shop()
    for sku in ("HAND", "STEERED"):
        catalogue.add(shop, catalogue.ListingSpec(sku=sku, quantity=1))
    apply(shop, "ada", "STEERED", 0, {})
    start_shoppers(shop, Shoppers("ada", restock=9))
    await happen(shop, shop.world.planned.pop(), None)
    assert [entry["sku"] for entry in shop.ledger.read(["stock_set"])] == ["HAND"]
    assert shop.world.items["ada"]["STEERED"].quantity == 0
