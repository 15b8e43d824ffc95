"""A price is made of what a key costs, or nothing is sold: by call, by feed and by the storefront."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.markups import Markup
from orion_daemon.services import exchange_rates, markups, offers, orders, price_explanations, products, sales, stores
from orion_daemon.services.errors import Code, Invalid, NotFound, Refused
from orion_daemon.services.order_import import import_page
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.markups import (
    BY,
    DAY,
    HOUR,
    MADE,
    RULE,
    SWISS,
    TICK,
    KeyShop,
    add_keys,
    open_key_shop,
    refused,
)
from tests.support.orders import line, order
from tests.support.stores import NOW

URGENT = [("demo:letzshop", 10)]
USUAL = [("demo:letzshop", 50)]


# -- the price ---------------------------------------------------------------------------------------------------------


async def test_a_price_is_made_of_the_cost_and_explained(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    assert await shop.price("QUEST") == (MADE, "EUR")
    assert await shop.send(NOW) == {"QUEST": (25, MADE)}
    assert (await shop.feed(NOW))["QUEST"].sold_at == MADE
    found = await shop.explain("QUEST")
    assert (found.state, found.price_minor, found.floor_minor, found.rule) == ("priced", MADE, 1182, RULE)
    assert (found.made_at, found.looked_at, found.good_until) == (NOW, NOW, NOW + DAY)
    assert [(step.name, step.amount, step.currency) for step in found.steps] == [
        ("cost", "9.10", "EUR"),
        ("markup", "10.92", "EUR"),
        ("vat", "12.7764", "EUR"),
        ("rounded", "12.78", "EUR"),
        ("charm", "12.99", "EUR"),
    ]
    assert found.made_of is not None
    assert found.made_of["cost"] == {
        "supplier": "codeswholesale", "product": "QUEST", "minor": 910, "currency": "EUR", "read_at": NOW.isoformat(),
    }  # fmt: skip
    assert (found.made_of["rule"]["min_margin_minor"], found.made_of["rate"]) == (100, None)


async def test_what_a_supplier_asks_is_never_a_price(database: Database) -> None:
    """Adopted without a markup, a product would else be sold at its cost."""
    shop = await open_key_shop(database)
    await stores.put_channel(database, shop.listing.store_id, stores.ChannelDeclaration("storefront"), NOW)
    await shop.sell_keys("QUEST", rule=None)
    assert (await shop.price("QUEST"))[0] is None
    assert (await shop.send(NOW))["QUEST"][1] is None
    assert (await shop.feed(NOW))["QUEST"].problem is not None
    error = await refused(buy(shop))
    assert (error.code, error.field) == (Code.REQUIRED, "lines.0.unitPrice")
    await products.update_product(
        database, shop.listing.products["QUEST"], {"price_minor": 1500, "currency": "EUR"}, NOW
    )
    assert await shop.send(NOW) == {"QUEST": (25, 1500)}


async def test_a_digital_product_of_a_marketplace_keeps_its_inherited_price(database: Database) -> None:
    shop = await open_key_shop(database)
    await add_keys(database, shop.listing.catalog_id, ["EBOOK"], 990, NOW)
    await shop.listing.adopt()
    assert (await shop.send(NOW))["EBOOK"] == (25, 990)


async def test_a_rule_that_changes_makes_another_price_and_the_same_one_changes_nothing(database: Database) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST")
    await shop.send(NOW)
    await markups.set_markup(database, quest, RULE, now=NOW + HOUR, **BY)
    assert (await shop.to_send(NOW + HOUR), await shop.pushes()) == ([], [])
    await markups.set_markup(database, quest, replace(RULE, value=5000), now=NOW + HOUR, **BY)
    assert await shop.send(NOW + HOUR) == {"QUEST": (25, 1599)}
    entries = await database.fetch("SELECT actor, subject, detail_json FROM audit_entries WHERE action = 'markup.set'")
    assert [(row["actor"], row["subject"], row["detail_json"]["value"]) for row in entries] == [
        ("ann", f"product:{quest}", 2000),
        ("ann", f"product:{quest}", 5000),
    ]


@pytest.mark.parametrize(
    ("rule", "code", "field"),
    [
        (replace(RULE, value=-1), Code.INVALID_VALUE, "value"),
        (replace(RULE, currency="CHF"), Code.CURRENCY_DIFFERS, "currency"),
    ],
)
async def test_a_rule_that_cannot_be_right_is_refused(database: Database, rule: Markup, code: Code, field: str) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST", rule=None)
    error = await refused(markups.set_markup(database, quest, rule, now=NOW, **BY))
    assert (type(error), error.code, error.field) == (Invalid, code, field)
    assert await price_explanations.explain(database, quest) is None


async def test_a_markup_needs_a_product_that_a_supplier_has(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.listing.sell({"MUG": 8})
    error = await refused(markups.set_markup(database, shop.listing.products["MUG"], RULE, now=NOW, **BY))
    assert (type(error), error.code, error.field) == (Invalid, Code.REQUIRED, "product")
    assert isinstance(await refused(markups.set_markup(database, 0, RULE, now=NOW, **BY)), NotFound)


async def test_beside_a_markup_there_is_no_other_price_and_no_sale(database: Database) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST", rule=None)
    own = {"price_minor": 2000, "currency": "EUR", "sale_price_minor": 100}
    await products.update_product(database, quest, own, NOW)
    assert await shop.send(NOW) == {"QUEST": (25, 100)}
    await markups.set_markup(database, quest, RULE, now=NOW, **BY)
    assert await shop.pushes() == URGENT  # what was told before knew no floor
    assert await shop.send(NOW) == {"QUEST": (25, MADE)}
    assert ((await shop.feed(NOW))["QUEST"].sold_at, await sales.passed(database, NOW)) == (MADE, [])
    for values in ({"price_minor": 3000}, {"price_minor": None}, {"sale_price_minor": 99}, {"currency": "CHF"}):
        error = await refused(products.update_product(database, quest, values, NOW))
        assert (type(error), error.code) == (Refused, Code.PRICE_BY_MARKUP)
    assert await products.update_product(database, quest, {"sale_price_minor": None, "brand": "Exemplis"}, NOW)


# -- pausing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sync_zero_stock", [True, False])
async def test_a_paused_product_is_sold_out_everywhere_at_once_and_comes_back(
    database: Database, sync_zero_stock: bool
) -> None:
    """Also where zeros are not told: what the channel knows must not be sold at any more."""
    shop = await open_key_shop(database, sync_zero_stock=sync_zero_stock)
    await shop.sell_keys("QUEST", "OTHER")
    await shop.send(NOW)
    await shop.feed(NOW)
    await shop.cost("QUEST", None, NOW + HOUR)
    assert (await shop.state("QUEST"), await shop.state("OTHER")) == (("paused", "cost_missing"), ("priced", ""))
    assert (await shop.pushes(), [one.is_urgent for one in await shop.to_send(NOW + HOUR)]) == (URGENT, [True])
    entry = (await shop.feed(NOW + HOUR))["QUEST"]
    assert (entry.state, entry.quantity, entry.availability) == ("listed", 0, "out_of_stock")
    await shop.cost("QUEST", 910, NOW + 2 * HOUR)
    await shop.cost("QUEST", None, NOW + 2 * HOUR)
    assert await shop.send(NOW + 2 * HOUR) == {"QUEST": (0, None)}
    await shop.cost("QUEST", 920, NOW + 3 * HOUR)
    assert (await shop.state("QUEST"), await shop.pushes()) == (("priced", ""), USUAL)
    assert await shop.send(NOW + 3 * HOUR) == {"QUEST": (25, MADE)}
    assert (await shop.feed(NOW + 3 * HOUR))["QUEST"].quantity == 25


async def test_a_paused_product_that_was_never_shown_does_not_appear(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST", rule=replace(RULE, cap_minor=500))
    assert await shop.state("QUEST") == ("paused", "cap_below_floor")
    assert (await shop.feed(NOW))["QUEST"].state == "paused"
    found = await shop.explain("QUEST")
    assert (found.price_minor, found.steps, found.made_of) == (None, (), None)
    assert found.reason.startswith("the cap is 5.00 EUR and the floor 11.82 EUR")


async def test_a_product_that_the_supplier_does_not_list_is_paused(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    await shop.cost("QUEST", 910, NOW, is_available=False)
    assert await shop.state("QUEST") == ("paused", "supplier_unavailable")
    await shop.cost("QUEST", 910, NOW, is_available=True)
    assert await shop.state("QUEST") == ("priced", "")
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET is_active = FALSE WHERE id = $1", shop.supplier_id)
        await markups.reprice(tx, list(shop.listing.products.values()), NOW)
    assert await shop.state("QUEST") == ("paused", "supplier_unavailable")


async def test_a_paused_product_keeps_the_explanation_of_its_last_price(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    before = await shop.explain("QUEST")
    await shop.cost("QUEST", None, NOW + HOUR)
    after = await shop.explain("QUEST")
    assert (after.price_minor, after.steps, after.made_of) == (MADE, before.steps, before.made_of)
    assert (after.made_at, after.looked_at) == (NOW, NOW + HOUR)


async def test_a_price_under_the_new_floor_is_told_first(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST", "OTHER")
    await shop.send(NOW)
    await shop.cost("OTHER", 1000, NOW + HOUR)  # the floor is 12.87, what is told 12.99
    assert await shop.pushes() == USUAL
    await shop.cost("QUEST", 1100, NOW + HOUR)  # the floor is 14.04
    assert await shop.pushes() == URGENT
    levels = [(one.sku, one.price_minor, one.is_urgent) for one in await shop.to_send(NOW + HOUR)]
    assert levels == [("QUEST", 1599, True), ("OTHER", 1499, False)]


# -- age ---------------------------------------------------------------------------------------------------------------


async def test_an_old_cost_is_not_told_even_before_the_sweep_comes(database: Database) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST")
    limit = NOW + DAY
    assert [one.quantity for one in await shop.to_send(limit)] == [25]
    [level] = await shop.to_send(limit + TICK)
    assert (level.quantity, level.price_minor) == (0, None)
    await shop.feed(limit)
    late = (await shop.feed(limit + TICK))["QUEST"]
    assert (late.state, late.quantity, late.availability) == ("listed", 0, "out_of_stock")
    assert await shop.state("QUEST") == ("priced", "")  # nobody has looked yet
    await shop.read_catalog(NOW + 12 * HOUR)
    assert (await shop.feed(limit + TICK))["QUEST"].quantity == 25
    async with database.transaction() as tx:
        await offers.mark_products_different(tx, [quest], NOW + 36 * HOUR + TICK)
    [level] = await shop.to_send(NOW)  # whoever looked at the clock before does not tell it either
    assert (level.quantity, level.price_minor) == (0, None)


async def test_what_was_told_as_sold_out_for_its_age_comes_back_once_the_cost_was_read(database: Database) -> None:
    """Neither price nor state moves then: without the mark the channel would keep its zero for ever."""
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    late = NOW + DAY + HOUR
    assert await shop.send(late) == {"QUEST": (0, None)}
    await shop.read_catalog(late)
    assert await markups.reprice_due(database, late) == 1
    assert (await shop.state("QUEST"), await shop.send(late)) == (("priced", ""), {"QUEST": (25, MADE)})
    await markups.reprice_due(database, late + HOUR)
    assert await shop.to_send(late + HOUR) == []


async def test_the_sweep_pauses_what_became_too_old_and_brings_it_back(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("A", "B", "C")
    await shop.send(NOW)
    later = NOW + DAY + HOUR
    assert [await markups.reprice_due(database, later, 2) for _ in range(3)] == [2, 1, 0]
    assert [await shop.state(sku) for sku in "ABC"] == [("paused", "cost_stale")] * 3
    assert (await shop.pushes(), await shop.send(later)) == (URGENT, dict.fromkeys("ABC", (0, None)))
    await shop.read_catalog(later)
    assert await markups.reprice_due(database, later + timedelta(minutes=4)) == 0
    assert await markups.reprice_due(database, later + timedelta(minutes=5)) == 3
    assert await shop.send(later + timedelta(minutes=5)) == dict.fromkeys("ABC", (25, MADE))


async def test_texts_that_were_fetched_do_not_make_a_cost_younger(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    await shop.cost("QUEST", 910, NOW + DAY + HOUR, brand="Exemplis", updated_at=NOW + DAY + HOUR)
    assert await shop.state("QUEST") == ("paused", "cost_stale")


async def test_a_delta_of_the_catalog_says_that_the_rest_holds(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    async with database.transaction() as tx:
        await tx.execute("UPDATE supplier_accounts SET catalog_delta_at = $1", NOW + DAY)
    await markups.reprice_due(database, NOW + DAY + HOUR)
    found = await shop.explain("QUEST")
    assert (found.state, found.good_until) == ("priced", NOW + 2 * DAY)


# -- removing ----------------------------------------------------------------------------------------------------------


async def test_without_its_markup_a_product_keeps_its_last_price_or_takes_one_that_is_named(database: Database) -> None:
    shop = await open_key_shop(database)
    keeps, named = await shop.sell_keys("KEEPS", "NAMED")
    await shop.send(NOW)
    await markups.remove_markup(database, keeps, now=NOW, **BY)
    await markups.remove_markup(database, named, price_minor=1500, now=NOW, **BY)
    assert await shop.send(NOW + 9 * DAY) == {"KEEPS": (25, MADE), "NAMED": (25, 1500)}
    assert isinstance(await refused(markups.remove_markup(database, keeps, now=NOW, **BY)), NotFound)
    await products.update_product(database, keeps, {"price_minor": 1400}, NOW)


@pytest.mark.parametrize("is_swept", [True, False])
async def test_a_price_that_does_not_hold_is_not_brought_back_by_removing_the_markup(
    database: Database, is_swept: bool
) -> None:
    shop = await open_key_shop(database)
    [quest] = await shop.sell_keys("QUEST")
    late = NOW + DAY + HOUR
    if is_swept:
        await markups.reprice_due(database, late)
    error = await refused(markups.remove_markup(database, quest, now=late, **BY))
    assert (type(error), error.code) == (Refused, Code.PRICE_PAUSED)
    error = await refused(markups.remove_markup(database, quest, price_minor=0, now=late, **BY))
    assert (type(error), error.field) == (Invalid, "price")
    await markups.remove_markup(database, quest, price_minor=1400, now=late, **BY)
    assert await shop.send(late) == {"QUEST": (25, 1400)}


# -- orders ------------------------------------------------------------------------------------------------------------


async def buy(shop: KeyShop, price: int | None = None, *, now: datetime = NOW, key: str = "k") -> int:
    wanted = NewOrder([NewLine("QUEST", 2, price)])
    placed = await place_order(
        shop.db, shop.listing.store_id, wanted, idempotency_key=key, actor="web", now=now, allow_short=True
    )
    return placed.order_id


async def test_the_storefront_sells_at_the_made_price_and_at_none_that_does_not_hold(database: Database) -> None:
    shop = await open_key_shop(database)
    await stores.put_channel(database, shop.listing.store_id, stores.ChannelDeclaration("storefront"), NOW)
    await shop.sell_keys("QUEST")
    await buy(shop)
    assert await database.fetch_value("SELECT unit_price_minor FROM order_items") == MADE
    late = NOW + DAY + TICK
    for number, now in enumerate((late, late + HOUR)):  # before the sweep has come, and after it
        error = await refused(buy(shop, now=now, key=f"late-{number}"))
        assert (type(error), error.code, error.field) == (Refused, Code.PRICE_PAUSED, "lines.0.unitPrice")
        await markups.reprice_due(database, now)
    await buy(shop, 1500, now=late, key="named")  # whoever names a price answers for it
    assert await database.fetch_value("SELECT count(*) AS n FROM orders") == 2


async def test_orders_that_exist_are_served_whatever_became_of_the_price(database: Database) -> None:
    shop = await open_key_shop(database)
    await stores.put_channel(database, shop.listing.store_id, stores.ChannelDeclaration("storefront"), NOW)
    await shop.sell_keys("QUEST")
    first = await buy(shop)
    await shop.cost("QUEST", None, NOW)
    assert await buy(shop) == first  # the same order again is answered with the one that exists
    state = await orders.confirm_units(database, first, actor="ann", now=NOW)
    assert state.status == "confirmed"
    page = await import_page(  # a channel has sold it before it heard of the pause
        database, store_id=shop.listing.store_id, channel_id=shop.listing.channel_id, marketplace="letzshop",
        orders=[order("R1", line("QUEST", 1, price=MADE))], now=NOW,
    )  # fmt: skip
    assert len(page.created) == 1
    row = await database.fetch_one("SELECT product_id, stock_state FROM order_items ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert row["product_id"] == shop.listing.products["QUEST"]


# -- at the same time --------------------------------------------------------------------------------------------------


async def test_a_page_a_rate_a_rule_and_the_sweep_at_once_end_with_what_fits_together(database: Database) -> None:
    shop = await open_key_shop(database, currency="CHF")
    ids = await shop.sell_keys("A", "B", "C", rule=None)
    rule = replace(SWISS, rounding="none", vat_hundredths=0, value=0, min_margin_minor=0)
    await exchange_rates.set_rate(database, "EUR", "CHF", "1", now=NOW, **BY)
    await markups.set_markup(database, ids[0], rule, now=NOW, **BY)
    later = NOW + HOUR

    async def page() -> None:
        async with database.transaction() as tx:
            rows = await tx.fetch("UPDATE marketplace_products SET price_minor = 1000 RETURNING id")
            await markups.reprice_of(tx, [row["id"] for row in rows], later)

    await asyncio.gather(
        page(),
        exchange_rates.set_rate(database, "EUR", "CHF", "2", now=later, **BY),
        *(markups.set_markup(database, product_id, rule, now=later, **BY) for product_id in ids),
        *(markups.reprice_due(database, later) for _ in range(3)),
    )
    assert [(await shop.explain(sku)).price_minor for sku in "ABC"] == [2000] * 3
    assert [await shop.price(sku) for sku in "ABC"] == [(2000, "CHF")] * 3
