"""Accounts at suppliers through the API: made, shown, given their secrets, and asked for nothing they do not have."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.services import credentials, schedule, stores, supply_pages, supply_walks
from orion_daemon.services.errors import NotFound, Refused
from orion_daemon.services.stores import StoreDeclaration
from tests.support.gateway import serving
from tests.support.stores import NOW
from tests.support.suppliers import games, open_key_shop

ACCOUNT = {"store": "demo", "marketplace": "codeswholesale"}
CHANNEL = "channel { marketplace isSupplier settings state stockRules { safetyStock } credentials { kind state } }"


async def make_store(database: Database) -> int:
    empty = StoreDeclaration("demo", "Shop demo", "EUR", "LU", "Europe/Luxembourg", "en", ("en",))
    return await stores.create_store(database, empty, NOW)


async def test_an_account_is_made_given_its_secrets_and_shown_as_a_supplier(database: Database, tmp_path: Path) -> None:
    await make_store(database)
    rules = {"client_id": "ada", "most_units": 3, "low_balance_minor": 5000, "calls_per_second": 2.0}
    async with serving(database, tmp_path) as gateway:
        for name in ("codeswholesale", "codeswholesale-backup"):
            put = await gateway.change("putChannel", CHANNEL, ACCOUNT | {"marketplace": name, "settings": rules})
            assert put["channel"] == {
                "marketplace": name, "isSupplier": True, "settings": rules, "state": "READY", "stockRules": None,
                "credentials": [],
            }  # fmt: skip
        await gateway.change("putChannel", CHANNEL, ACCOUNT | {"marketplace": "letzshop"})
        for kind in ("client_secret", "signature"):
            done = await gateway.change("setCredential", CHANNEL, ACCOUNT | {"kind": kind, "secret": "hunter2"})
        assert [one["kind"] for one in done["channel"]["credentials"]] == ["client_secret", "signature"]
        assert "hunter2" not in str(done)
        listed = await gateway.query('{ store(code: "demo") { channels { marketplace isSupplier } } }')
        assert {one["marketplace"]: one["isSupplier"] for one in listed["store"]["channels"]} == {
            "codeswholesale": True, "codeswholesale-backup": True, "letzshop": False,
        }  # fmt: skip
    row = await stores.channel_of(database, "demo", "codeswholesale")
    assert await credentials.reveal(database, row["id"], "client_secret") == "hunter2"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"settings": {"wire_form": "orders"}}, "settings", "has no option 'wire_form'"),
        ({"settings": {"feeds": []}}, "settings", "has no option 'feeds'"),
        ({"settings": {"currency": "USD"}}, "settings", "has no option 'currency'"),
        ({"settings": {"most_units": -1}}, "settings", "most_units"),
        ({"settings": {"cost_max_age_seconds": 1}}, "settings", "cost_max_age_seconds"),
        ({"settings": {"min_margin_minor": 0.5}}, "settings", "min_margin_minor"),
        ({"settings": {"purchase_timeout": 5}}, "settings", "purchase_timeout"),
        ({"safetyStock": 1}, "safetyStock", "is told no stock"),
        ({"syncZeroStock": False}, "safetyStock", "is told no stock"),
        ({"marketplace": "codeswholesale-"}, "marketplace", "codeswholesale-<suffix>"),
        ({"marketplace": "kinguin"}, "marketplace", "the suppliers codeswholesale"),
    ],
)
async def test_what_is_none_of_its_own_is_refused_by_name(
    database: Database, tmp_path: Path, change: dict[str, Any], field: str, sentence: str
) -> None:
    await make_store(database)
    async with serving(database, tmp_path) as gateway:
        refused = await gateway.change("putChannel", "channel { id }", ACCOUNT | change)
    [error] = refused["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_VALUE", field)
    assert sentence in error["message"]


async def test_a_secret_that_would_never_be_used_is_not_taken(database: Database, tmp_path: Path) -> None:
    await open_key_shop(database)
    async with serving(database, tmp_path) as gateway:
        for marketplace, kind in (
            ("codeswholesale", "api_key"), ("codeswholesale", "hook_secret"), ("codeswholesale", "notification_token"),
            ("letzshop", "client_secret"),
        ):  # fmt: skip
            wanted = {"store": "demo", "marketplace": marketplace, "kind": kind, "secret": "x"}
            refused = await gateway.change("setCredential", "channel { id }", wanted)
            assert [error["field"] for error in refused["userErrors"]] == ["kind"], wanted


async def test_what_a_supplier_does_not_have_is_not_asked_of_it(database: Database, tmp_path: Path) -> None:
    await open_key_shop(database)
    async with serving(database, tmp_path) as gateway:
        for mutation in ("pollOrders", "reconcileOrders", "syncInventory", "publishFeed"):
            refused = await gateway.change(mutation, "job { id }", ACCOUNT)
            assert refused["userErrors"][0]["code"] == "UNSUPPORTED"
        wanted = ACCOUNT | {"url": "https://feeds.example/x.csv", "language": "en"}
        refused = await gateway.change("importProducts", "importJob { id }", wanted)
        assert refused["userErrors"][0]["code"] == "UNSUPPORTED"
    assert await database.fetch("SELECT id FROM jobs") == []


@pytest.mark.parametrize("what", ["order_import", "order_reconcile", "inventory_sync", "product_import"])
async def test_work_of_marketplaces_is_no_work_of_a_supplier(database: Database, what: str) -> None:
    await open_key_shop(database)
    with pytest.raises(Refused, match="demo:codeswholesale is a supplier"):
        await schedule.run_now(database, "demo", "codeswholesale", what, NOW)
    assert await database.fetch("SELECT id FROM jobs") == []


async def test_a_supplier_is_asked_for_its_catalog_and_balance_and_nobody_else_is(database: Database) -> None:
    shop = await open_key_shop(database)
    for name in ("codeswholesale_catalog_sync", "supplier_balance"):
        assert await schedule.run_now(database, "demo", "codeswholesale", name, NOW) == 1
        with pytest.raises(Refused, match="no supplier"):
            await schedule.run_now(database, "demo", "letzshop", name, NOW)
    assert len(await shop.jobs("SyncSupplierCatalog")) == len(await shop.jobs("WatchBalance")) == 1
    async with database.transaction() as tx:
        await stores.suspend_channel(tx, shop.channel_id, "no", NOW)
    with pytest.raises(NotFound):
        await schedule.run_now(database, "demo", "codeswholesale", "supplier_balance", NOW)


WALK = """{ supplierAccounts(store: "demo") { edges { node { name missingProducts
    walk { kind beganAt products changed unreadable isRead } } } } }"""


async def test_a_walk_is_shown_while_it_is_under_way_and_what_is_missing_is_let_go(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_key_shop(database)
    begun, read = NOW + timedelta(hours=1), {"role": "viewer"}
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW)
    async with serving(database, tmp_path) as gateway:
        await supply_pages.take_page(database, shop.channel_id, ProductPage(tuple(games(3)), None), NOW)
        [edge] = (await gateway.query(WALK, **read))["supplierAccounts"]["edges"]
        assert edge["node"] == {
            "name": "codeswholesale", "missingProducts": 0, "walk": {
                "kind": "FULL", "beganAt": NOW.isoformat().replace("+00:00", "Z"), "products": 3, "changed": 3,
                "unreadable": 0, "isRead": True,
            },
        }  # fmt: skip
        await supply_walks.end_walk(database, shop.channel_id, NOW)
        await supply_walks.begin_walk(database, shop.channel_id, "full", begun)
        await supply_pages.take_page(database, shop.channel_id, ProductPage((), None), begun)
        ended = await supply_walks.end_walk(database, shop.channel_id, begun)
        assert (ended.is_held, ended.missing) == (True, 3)
        [edge] = (await gateway.query(WALK, **read))["supplierAccounts"]["edges"]
        assert edge["node"] == {"name": "codeswholesale", "missingProducts": 3, "walk": None}
        assert len(await shop.available()) == 3
        fields = "gone supplierAccount { name missingProducts }"
        done = await gateway.change("letMissingProductsGo", fields, ACCOUNT, role="operator")
        assert done == {
            "gone": 3, "supplierAccount": {"name": "codeswholesale", "missingProducts": 0}, "userErrors": [],
        }  # fmt: skip
        assert await shop.available() == set()
        assert (await gateway.change("letMissingProductsGo", fields, ACCOUNT))["gone"] == 0
        refused = await gateway.change("letMissingProductsGo", fields, ACCOUNT | {"marketplace": "letzshop"})
        assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [("UNSUPPORTED", "marketplace")]
