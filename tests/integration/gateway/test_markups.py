"""Prices made of costs through the gateway: a rule laid, the price explained, rates told, and the way back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.graphql.ids import global_id
from orion_daemon.services.key_sources import WantedSource, set_sources
from tests.support.gateway import serving
from tests.support.keys import KeyShop, open_key_shop
from tests.support.markups import open_key_shop as open_supplied_shop
from tests.support.stores import NOW

MARKUP = """product { price { amount currency } markup { percent amount { amount } rounding vat feePercent
    fee { amount } minMargin { amount } cap { amount } maxAge state code reason price { amount } floor { amount }
    steps { name amount currency } madeAt goodUntil } }"""


async def priced_shop(database: Database, currency: str = "EUR") -> tuple[KeyShop, str]:
    """A shop whose game costs 9.10 at its supplier, and the product's id."""
    shop = await open_key_shop(database)
    async with database.transaction() as tx:
        catalog = await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", shop.supplier_id)
        await tx.insert(
            "marketplace_products",
            ("catalog_id", "marketplace_product_id", "product_type", "is_available", "quantity", "price_minor",
             "currency", "read_at", "created_at", "updated_at"),
            [(catalog, "game-1", "digital", True, 5, 910, currency, NOW, NOW, NOW)],
        )  # fmt: skip
    product_id = shop.products["GAME"]
    await set_sources(database, product_id, [WantedSource(shop.supplier_id, "game-1")], actor="ann", now=NOW)
    return shop, global_id("Product", product_id)


async def test_a_price_is_made_of_its_cost_and_explained(database: Database, tmp_path: Path) -> None:
    _, product_id = await priced_shop(database)
    wanted: dict[str, Any] = {
        "productId": product_id, "percent": "20.00", "vat": "17", "rounding": "99", "feePercent": "1.5",
        "minMargin": {"amount": "1.00", "currency": "EUR"}, "maxAge": 3600,
    }  # fmt: skip
    async with serving(database, tmp_path) as gateway:
        found = (await gateway.change("setMarkup", MARKUP, wanted, role="operator"))["product"]
        assert found["price"] == {"amount": "12.99", "currency": "EUR"}
        markup = found["markup"]
        assert (markup["percent"], markup["amount"], markup["vat"], markup["feePercent"]) == (
            "20.00", None, "17.00", "1.50",
        )  # fmt: skip
        assert (markup["state"], markup["code"], markup["price"], markup["maxAge"]) == (
            "PRICED", "", {"amount": "12.99"}, 3600,
        )  # fmt: skip
        assert markup["steps"][0]["name"] == "cost"
        assert markup["goodUntil"] == (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        assert markup["minMargin"] == {"amount": "1.00"}
        gone = await gateway.change("removeMarkup", MARKUP, {"productId": product_id})
        assert (gone["product"]["price"]["amount"], gone["product"]["markup"]) == ("12.99", None)
        again = await gateway.change("removeMarkup", MARKUP, {"productId": product_id})
        assert again["userErrors"][0]["code"] == "NOT_FOUND"


async def test_a_rule_that_cannot_be_is_refused_by_its_field(database: Database, tmp_path: Path) -> None:
    shop, product_id = await priced_shop(database)
    euro, dollar = {"amount": "1.00", "currency": "EUR"}, {"amount": "1.00", "currency": "USD"}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({}, "REQUIRED", "percent"),
        ({"percent": "10", "amount": euro}, "REQUIRED", "percent"),
        ({"percent": "-1"}, "INVALID_VALUE", "percent"),
        ({"percent": "1.234"}, "INVALID_VALUE", "percent"),
        ({"amount": dollar}, "CURRENCY_DIFFERS", "amount"),
        ({"percent": "10", "cap": dollar}, "CURRENCY_DIFFERS", "cap"),
        ({"percent": "10", "rounding": "42"}, "INVALID_VALUE", "rounding"),
        ({"percent": "10", "maxAge": 1}, "INVALID_VALUE", "maxAge"),
    ]
    async with serving(database, tmp_path) as gateway:
        for rule, code, field in cases:
            done = await gateway.change("setMarkup", MARKUP, {"productId": product_id, **rule})
            assert [(one["code"], one["field"]) for one in done["userErrors"]] == [(code, field)], rule
    assert await shop.count("product_markups") == 0


async def test_a_rate_makes_the_prices_that_need_it(database: Database, tmp_path: Path) -> None:
    shop, product_id = await priced_shop(database, "USD")
    async with serving(database, tmp_path) as gateway:
        wanted = {"productId": product_id, "amount": {"amount": "2.00", "currency": "EUR"}}
        found = (await gateway.change("setMarkup", MARKUP, wanted))["product"]["markup"]
        assert (found["state"], found["code"], found["amount"]) == ("PAUSED", "rate_missing", {"amount": "2.00"})
        rate = {"base": "USD", "quote": "EUR", "rate": "0.92", "source": "the bank"}
        assert await gateway.change("setExchangeRate", "exchangeRate { rate readAt } priced paused", rate) == {
            "exchangeRate": {"rate": "0.92", "readAt": NOW.isoformat().replace("+00:00", "Z")},
            "priced": 1, "paused": 0, "userErrors": [],
        }  # fmt: skip
        listed = "{ exchangeRates { base quote rate source readAt } }"
        [known] = (await gateway.query(listed, role="viewer"))["exchangeRates"]
        assert (known["base"], known["quote"], known["source"]) == ("USD", "EUR", "the bank")
        assert float(known["rate"]) == 0.92
        own = await gateway.change("setExchangeRate", "priced", rate, role="admin", store_id=shop.store_id)
        assert own["userErrors"][0]["code"] == "FORBIDDEN"
        wrong = await gateway.change("setExchangeRate", "priced", rate | {"quote": "USD"})
        assert [(one["code"], one["field"]) for one in wrong["userErrors"]] == [("INVALID_VALUE", "quote")]


MARKED = "products { sku price { amount } markup { state code } } priced paused ownPrice withoutCost last"


async def test_a_whole_adopted_list_is_put_on_sale_with_one_rule(database: Database, tmp_path: Path) -> None:
    shop = await open_supplied_shop(database)
    await shop.sell_keys("A", "B", rule=None)
    wanted: dict[str, Any] = {
        "store": "demo", "supplier": "codeswholesale", "percent": "20", "vat": "17", "rounding": "99",
    }  # fmt: skip
    async with serving(database, tmp_path) as gateway:
        found = await gateway.change("setMarkups", MARKED, wanted, role="operator")
        assert found.pop("last") == global_id("Product", shop.listing.products["B"])
        assert found == {
            "products": [
                {"sku": sku, "price": {"amount": "12.99"}, "markup": {"state": "PRICED", "code": ""}} for sku in "AB"
            ],
            "priced": 2, "paused": 0, "ownPrice": 0, "withoutCost": 0, "userErrors": [],
        }  # fmt: skip
        again = await gateway.change("setMarkups", MARKED, wanted)
        assert (again["products"], again["last"]) == ([], None)
        for change, code, field in (
            ({"supplier": "nobody"}, "NOT_FOUND", "supplier"),
            ({"supplier": "letzshop"}, "UNSUPPORTED", "supplier"),
            ({"store": "nobody"}, "NOT_FOUND", "store"),
            ({"percent": None}, "REQUIRED", "percent"),
            ({"rounding": "42"}, "INVALID_VALUE", "rounding"),
            ({"cap": {"amount": "1.00", "currency": "USD"}}, "CURRENCY_DIFFERS", "cap"),
            ({"after": "x"}, "NOT_FOUND", "after"),
        ):
            refused = await gateway.change("setMarkups", MARKED, wanted | change)
            assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [(code, field)], change
