"""Who may ask and do what, tried on every field that the schema has; and that every field can be answered at all."""

from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.graphql.ids import global_id
from orion_daemon.graphql.nodes import NODES
from orion_daemon.graphql.server import Limits
from orion_daemon.services import listings
from tests.support.gateway import INPUTS, Gateway, serving
from tests.support.gateway_world import LISTS, MUTATIONS, QUERY, everything, ids_of, open_world, smallest_input

WIDE = Limits(max_depth=20, max_tokens=50_000, max_aliases=100)
FOR_ADMINS = {
    "createStore",
    "updateStore",
    "putChannel",
    "setCredential",
    "createToken",
    "revokeToken",
    "eraseCustomer",
    "setMailTemplate",
    "setExchangeRate",
}


def connection(name: str) -> str:
    argument = '(store: "demo", language: "fr")' if name == "missingTranslations" else ""
    return f"{{ {name}{argument} {{ totalCount edges {{ cursor node {{ __typename }} }} }} }}"


async def test_every_query_answers_every_field_that_it_has(database: Database, tmp_path: Path) -> None:
    await open_world(database)
    assert QUERY is not None
    async with serving(database, tmp_path, limits=WIDE) as gateway:
        for name in sorted(set(QUERY.fields) - {"node"}):
            found = await gateway.query(everything(name))
            assert found[name], name
        for name in LISTS:
            if name != "missingTranslations":
                found = (await gateway.query(connection(name)))[name]
                assert found["totalCount"] == len(found["edges"]) > 0, name


async def test_every_kind_of_object_is_found_by_its_id(database: Database, tmp_path: Path) -> None:
    shop = await open_world(database)
    async with serving(database, tmp_path) as gateway:
        await gateway.token("viewer")
        for cls, listing in NODES.items():
            number = await database.fetch_value(f"SELECT MIN(id) AS id FROM {listing.table}")
            assert number is not None, cls
            text = "query($id: ID!) { node(id: $id) { id __typename } }"
            node_id = global_id(cls.__name__, number)
            found = await gateway.query(text, {"id": node_id})
            assert found["node"] == {"id": node_id, "__typename": cls.__name__}
        for nothing in ("", "x", global_id("Order", 10**9), global_id("Process", 1), "T3JkZXI6MA==", "T3JkZXI6LTE="):
            assert (await gateway.query(text, {"id": nothing}))["node"] is None
    assert shop.store_id


async def other_store(gateway: Gateway) -> int:
    shop = await open_world(gateway.db, "other")
    return shop.store_id


async def test_a_token_of_one_store_sees_nothing_of_another_in_any_list(database: Database, tmp_path: Path) -> None:
    demo = await open_world(database)
    async with serving(database, tmp_path, limits=WIDE) as gateway:
        bound = await other_store(gateway)
        for name in LISTS:
            for store in ("demo", "other"):
                given = '(store: "%s", language: "fr")' if name == "missingTranslations" else '(store: "%s")'
                if name in {"stores", "scheduledJobs"}:  # rows of the schedule without a store are everybody's
                    continue
                text = (
                    connection(name)
                    .replace('(store: "demo", language: "fr")', "")
                    .replace(f"{{ {name} ", f"{{ {name}{given % store} ", 1)
                )
                found = (await gateway.query(text, role="admin", store_id=bound))[name]
                assert bool(found["edges"]) is (store == "other"), (name, store)
        mine = await gateway.query("{ stores { edges { node { code } } } }", role="admin", store_id=bound)
        assert [edge["node"]["code"] for edge in mine["stores"]["edges"]] == ["other"]
        for name in LISTS:
            if name in {"missingTranslations", "scheduledJobs"}:
                continue
            everybodys = (await gateway.query(connection(name)))[name]["totalCount"]
            own = (await gateway.query(connection(name), role="admin", store_id=bound))[name]["totalCount"]
            assert 0 < own < everybodys, name
    assert demo.store_id != bound


async def test_a_token_of_one_store_finds_no_object_of_another(database: Database, tmp_path: Path) -> None:
    demo = await open_world(database)
    async with serving(database, tmp_path) as gateway:
        bound = await other_store(gateway)
        for cls, listing in NODES.items():
            if listing is listings.SCHEDULED_JOBS:
                continue
            where = listing.where(demo.store_id)
            number = await database.fetch_value(
                f"SELECT MIN({listing.table}.id) AS id FROM {listing.table}{where.sql()}", *where.values
            )
            text = "query($id: ID!) { node(id: $id) { id } }"
            asked = {"id": global_id(cls.__name__, number)}
            assert (await gateway.query(text, asked))["node"] is not None, cls
            assert (await gateway.query(text, asked, role="admin", store_id=bound))["node"] is None, cls
        singles = await gateway.query(
            """{ store(code: "demo") { id } channel(store: "demo", marketplace: "letzshop") { id }
            product(store: "demo", sku: "A") { id } offer(store: "demo", marketplace: "letzshop", sku: "A") { id }
            order(store: "demo", marketplace: "letzshop", channelOrderId: "1") { id }
            shipment(reference: "demo-parcel") { id } syncStatus(store: "demo") { state }
            marketplaceProduct(store: "demo", marketplace: "letzshop", marketplaceProductId: "mp-1") { id } }""",
            role="admin", store_id=bound,
        )  # fmt: skip
    assert not any(singles.values())


def text_of(mutation: str) -> str:
    name = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
    return f"mutation($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"


async def test_a_token_of_one_store_changes_nothing_in_another(database: Database, tmp_path: Path) -> None:
    demo = await open_world(database)
    async with serving(database, tmp_path) as gateway:
        bound = await other_store(gateway)
        ids = await ids_of(database, demo.store_id)
        before = await snapshot(database)
        for mutation in MUTATIONS:
            wanted = smallest_input(mutation, ids)
            if mutation == "createToken":
                wanted["store"] = "demo"
            done = (await gateway.query(text_of(mutation), {"input": wanted}, role="admin", store_id=bound))[mutation]
            expected = "FORBIDDEN" if mutation in {"createStore", "setExchangeRate"} else "NOT_FOUND"
            assert [error["code"] for error in done["userErrors"]] == [expected], mutation
        assert await snapshot(database) == before


async def snapshot(database: Database) -> list[Any]:
    tables = (
        "stores",
        "channels",
        "products",
        "orders",
        "order_items",
        "shipments",
        "import_jobs",
        "inventory_entries",
        "customers",
        "keys",
        "key_units",
        "key_purchases",
        "product_sources",
        "product_markups",
        "mail_templates",
        "key_deliveries",
        "exchange_rates",
        "supplier_accounts",
    )
    rows = [await database.fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    return [*rows, await database.fetch("SELECT id, state FROM jobs ORDER BY id")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_each_role_may_do_what_is_its_own_and_no_more(database: Database, tmp_path: Path) -> None:
    demo = await open_world(database)
    async with serving(database, tmp_path) as gateway:
        ids = await ids_of(database, demo.store_id)
        before = await snapshot(database)
        for mutation in MUTATIONS:
            wanted = {"input": smallest_input(mutation, ids)}
            lesser = ["viewer", "operator"] if mutation in FOR_ADMINS else ["viewer"]
            for role in lesser:
                error = await gateway.error(text_of(mutation), wanted, role=role)
                needed = "admin" if mutation in FOR_ADMINS else "operator"
                assert error["extensions"] == {"code": "FORBIDDEN", "role": needed}, (mutation, role)
        assert await snapshot(database) == before
        for name in ("apiTokens", "auditEntries"):
            for role in ("viewer", "operator"):
                assert (await gateway.error(connection(name), role=role))["extensions"]["code"] == "FORBIDDEN"
        for role in ("viewer", "operator"):
            number = await database.fetch_value("SELECT MIN(id) AS id FROM api_tokens")
            asked = {"id": global_id("ApiToken", number)}
            error = await gateway.error("query($id: ID!) { node(id: $id) { id } }", asked, role=role)
            assert error["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_an_admin_of_one_store_makes_tokens_of_that_store_only(database: Database, tmp_path: Path) -> None:
    await open_world(database)
    async with serving(database, tmp_path) as gateway:
        bound = await other_store(gateway)
        wanted = {"name": "x", "role": "ADMIN"}
        fields = "apiToken { store { code } }"
        made = await gateway.change("createToken", fields, wanted, role="admin", store_id=bound)
    assert made["apiToken"]["store"] == {"code": "other"}
