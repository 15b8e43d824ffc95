"""Exchange rates: said by people, one way, never replaced by older ones, and needed by prices of another currency."""

from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import exchange_rates, markups, offers, stores
from orion_daemon.services.errors import Conflict, Invalid
from tests.support.markups import (
    BY,
    DAY,
    HOUR,
    SWISS,
    TICK,
    open_key_shop,
    refused,
)
from tests.support.stores import NOW


async def test_a_store_in_another_currency_needs_a_rate_that_is_not_too_old(database: Database) -> None:
    shop = await open_key_shop(database, currency="CHF")
    await shop.sell_keys("QUEST", rule=SWISS)
    assert await shop.state("QUEST") == ("paused", "rate_missing")
    assert await shop.send(NOW) == {"QUEST": (0, None)}
    done = await exchange_rates.set_rate(database, "EUR", "CHF", "0.9312", source="ECB", now=NOW, **BY)
    assert (done.priced, done.paused, done.changed) == (1, 0, 1)
    assert await shop.price("QUEST") == (1099, "CHF")  # 9.10 × 0.9312 × 1.2 × 1.081 = 10.9924
    assert await shop.send(NOW) == {"QUEST": (25, 1099)}
    await shop.read_catalog(NOW + DAY)
    late = NOW + DAY + TICK
    async with database.transaction() as tx:
        await offers.mark_products_different(tx, list(shop.listing.products.values()), late)
    assert [(one.quantity, one.price_minor) for one in await shop.to_send(late)] == [(0, None)]
    await markups.reprice_due(database, late)
    assert await shop.state("QUEST") == ("paused", "rate_stale")
    await exchange_rates.set_rate(database, "EUR", "CHF", "1.5", read_at=NOW + DAY, now=late, **BY)
    found = await shop.explain("QUEST")
    assert (found.state, found.price_minor, found.good_until) == ("priced", 1799, NOW + 2 * DAY)
    assert found.made_of is not None
    assert found.made_of["rate"] == {"millionths": 1_500_000, "source": "", "read_at": (NOW + DAY).isoformat()}


@pytest.mark.parametrize(
    ("base", "quote", "rate", "more", "field"),
    [
        ("EURO", "CHF", "1", {}, "base"),
        ("EUR", "XXX", "1", {}, "quote"),
        ("EUR", "EUR", "1", {}, "quote"),
        ("EUR", "CHF", "0.12345678", {}, "rate"),
        ("EUR", "CHF", "-1", {}, "rate"),
        ("EUR", "CHF", "1", {"read_at": NOW + TICK}, "readAt"),
        ("EUR", "CHF", "1", {"source": "a\nb"}, "source"),
    ],
)
async def test_what_cannot_be_a_rate_is_refused(
    database: Database, base: str, quote: str, rate: str, more: dict[str, Any], field: str
) -> None:
    error = await refused(exchange_rates.set_rate(database, base, quote, rate, now=NOW, **more, **BY))
    assert (type(error), error.field) == (Invalid, field)
    assert await database.fetch("SELECT id FROM exchange_rates") == []


async def test_an_older_rate_does_not_replace_a_later_one(database: Database) -> None:
    for _ in range(2):
        await exchange_rates.set_rate(database, "EUR", "CHF", "0.93", now=NOW, **BY)
    old = exchange_rates.set_rate(database, "EUR", "CHF", "0.5", read_at=NOW - HOUR, now=NOW + HOUR, **BY)
    assert isinstance(await refused(old), Conflict)
    assert await database.fetch_value("SELECT rate_millionths FROM exchange_rates") == 930_000


async def test_a_store_that_changes_its_currency_pauses_its_markups(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell_keys("QUEST")
    await stores.update_store(database, shop.listing.store_id, {"currency": "CHF"}, NOW)
    await markups.reprice_due(database, NOW + HOUR)
    assert await shop.state("QUEST") == ("paused", "currency_changed")
