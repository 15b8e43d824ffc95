"""Stores, channels, products, stock, feeds and tokens through the gateway."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import credentials, offers, stores
from orion_daemon.services.offers import Sent
from tests.support.gateway import Gateway, serving
from tests.support.orders import Shop, open_shop
from tests.support.stores import NOW

STORE = {
    "code": "fresh", "name": "Fresh", "currency": "EUR", "country": "LU", "timezone": "Europe/Luxembourg",
    "defaultLanguage": "fr", "languages": ["fr", "de"],
}  # fmt: skip


async def test_a_store_and_its_channel_are_made_changed_and_given_a_secret(database: Database, tmp_path: Path) -> None:
    fields = "store { code name languages isActive managedBy channels { marketplace } }"
    channel = """channel { id marketplace allowsMutations settings state
        stockRules { safetyStock syncZeroStock } credentials { kind state fingerprint } }"""
    async with serving(database, tmp_path) as gateway:
        made = await gateway.change("createStore", fields, STORE)
        assert made["store"] == {
            "code": "fresh", "name": "Fresh", "languages": ["fr", "de"], "isActive": True, "managedBy": "API",
            "channels": [],
        }  # fmt: skip
        again = await gateway.change("createStore", fields, STORE)
        assert again["userErrors"][0]["code"] == "ALREADY_EXISTS"
        changed = await gateway.change("updateStore", fields, {"store": "fresh", "name": "Fresher", "isActive": True})
        assert changed["store"]["name"] == "Fresher"
        wanted = {
            "store": "fresh", "marketplace": "letzshop", "allowsMutations": True, "settings": {"wire_form": "orders"},
            "safetyStock": 2, "syncZeroStock": False,
        }  # fmt: skip
        put = await gateway.change("putChannel", channel, wanted)
        assert put["channel"]["settings"] == {"wire_form": "orders"}
        assert put["channel"]["stockRules"] == {"safetyStock": 2, "syncZeroStock": False}
        secret = {"store": "fresh", "marketplace": "letzshop", "secret": "hunter2"}
        done = await gateway.change("setCredential", channel, secret)
        [known] = done["channel"]["credentials"]
        assert (known["kind"], known["state"]) == ("api_key", "UNCHECKED")
        assert "hunter2" not in str(done)
        row = await stores.channel_of(database, "fresh", "letzshop")
        assert await credentials.reveal(database, row["id"], "api_key") == "hunter2"
        async with database.transaction() as tx:
            await stores.suspend_channel(tx, row["id"], "the key was refused", NOW)
        resumed = await gateway.change("resumeChannel", channel, {"channelId": done["channel"]["id"]}, role="operator")
        assert resumed["channel"]["state"] == "READY"
        audit = await gateway.query("{ auditEntries { edges { node { action subject } } } }")
    done_things = {edge["node"]["action"] for edge in audit["auditEntries"]["edges"]}
    assert done_things >= {"store.create", "store.update", "channel.put", "credential.set", "channel.resume"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Not A Code"}, "code"),
        ({"name": "  "}, "name"),
        ({"currency": "EURO"}, "currency"),
        ({"country": "lu"}, "country"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"defaultLanguage": "french"}, "defaultLanguage"),
        ({"languages": ["de"]}, "defaultLanguage"),
        ({"languages": ["fr", ""]}, "languages"),
    ],
)
async def test_a_store_with_an_impossible_value_is_refused_by_name(
    database: Database, tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    async with serving(database, tmp_path) as gateway:
        refused = await gateway.change("createStore", "store { id }", STORE | change)
    assert refused["store"] is None
    assert refused["userErrors"][0]["field"] == field


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"marketplace": "nowhere"}, "marketplace"),
        ({"endpoint": "ftp://x"}, "endpoint"),
        ({"endpoint": "https://me:secret@x.example"}, "endpoint"),
        ({"settings": {"wire_form": "morse"}}, "settings"),
        ({"settings": [1]}, "settings"),
        ({"safetyStock": -1}, "safetyStock"),
        ({"store": "nowhere"}, "store"),
    ],
)
async def test_a_channel_with_an_impossible_value_is_refused_by_name(
    database: Database, tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        wanted = {"store": "demo", "marketplace": "letzshop"} | change
        refused = await gateway.change("putChannel", "channel { id }", wanted)
    assert refused["userErrors"][0]["field"] == field


async def add_marketplace_products(shop: Shop, count: int) -> None:
    async with shop.db.transaction() as tx:
        [catalog] = await tx.insert(
            "catalogs", ("channel_id", "marketplace", "created_at"), [(shop.channel_id, "letzshop", NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        rows = await tx.insert(
            "marketplace_products",
            ("catalog_id", "marketplace_product_id", "product_type", "gtin", "currency", "price_minor", "quantity",
             "attributes_json", "is_available", "created_at", "updated_at"),
            [
                (catalog["id"], f"mp-{n}", "physical", f"400000000{n:04}", "EUR", 1000 + n, 3, {"colour": "red"}, True,
                 NOW, NOW)
                for n in range(count)
            ],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.insert(
            "marketplace_product_translations",
            ("marketplace_product_id", "language", "title", "updated_at"),
            [(row["id"], "fr", f"Titre {row['id']}", NOW) for row in rows],
        )


async def test_products_are_adopted_overridden_and_inherit_again(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    await add_marketplace_products(shop, 3)
    fields = """product { id sku price { amount currency } salePrice { amount } brand overridden
        marketplaceProduct { marketplaceProductId attributes price { amount } channel { marketplace }
          translations { language title } }
        offers { state channel { marketplace } } levels { onHand }
        texts(language: "de") { title { text language isOverride isFallback } description { text } }
        translations { language title } }"""
    async with serving(database, tmp_path) as gateway:
        wanted = {"store": "demo", "marketplace": "letzshop", "stockFromCatalog": True}
        done = await gateway.change("adoptProducts", "products { id sku } alreadyAdopted last", wanted)
        assert [one["sku"] for one in done["products"]] == ["mp-0", "mp-1", "mp-2"]
        rest = await gateway.change("adoptProducts", "products { id } last", wanted | {"after": done["last"]})
        assert (rest["products"], rest["last"]) == ([], None)
        it = {"productId": done["products"][0]["id"]}
        values = {"price": {"amount": "9.99", "currency": "EUR"}, "brand": "Ours"}
        product = (await gateway.change("updateProduct", fields, it | {"values": values}))["product"]
        assert product["price"] == {"amount": "9.99", "currency": "EUR"}
        assert sorted(product["overridden"]) == ["brand", "currency", "price"]
        assert product["marketplaceProduct"]["price"] == {"amount": "10.00"}
        assert product["marketplaceProduct"]["attributes"] == {"colour": "red"}
        assert product["levels"] == [{"onHand": 3}]
        assert product["offers"] == [{"state": "DIFFERENT", "channel": {"marketplace": "letzshop"}}]
        assert product["texts"]["title"]["isFallback"] is True
        assert product["texts"]["description"] is None
        back = await gateway.change("updateProduct", fields, it | {"values": {"price": None, "brand": None}})
        assert back["product"]["overridden"] == []
        assert back["product"]["price"] == {"amount": "10.00", "currency": "EUR"}
        said = it | {"language": "de", "title": "Titel"}
        product = (await gateway.change("setProductTranslation", fields, said))["product"]
        assert product["texts"]["title"] == {
            "text": "Titel", "language": "de", "isOverride": True, "isFallback": False,
        }  # fmt: skip
        missing = await gateway.query(
            """{ missingTranslations(store: "demo", language: "de", first: 2) { totalCount pageInfo { hasNextPage }
                edges { node { lacksTitle lacksDescription product { sku } } } } }"""
        )
    found = missing["missingTranslations"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (3, True)
    assert [edge["node"]["lacksTitle"] for edge in found["edges"]] == [False, True]
    assert all(edge["node"]["lacksDescription"] for edge in found["edges"])


async def test_what_a_channel_does_not_list_is_told_apart_from_what_it_refused(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, {"CAP": 1, "MUG": 1, "TOY": 1})
    refusals = {"CAP": ("not_on_channel", "It knows no such SKU."), "MUG": ("too_dear", "The price is too high.")}
    levels = await offers.levels_to_send(database, shop.channel_id, limit=9, now=NOW)
    found = [Sent(one.offer_id, one.version, "refused", error=refusals.get(one.sku)) for one in levels]
    async with database.transaction() as tx:
        await offers.record(tx, found, now=NOW)
    counts = "syncStatus { marketplace offers { failed unlisted different } }"
    lists = " ".join(
        f"{state}: offers(states: [{state}]) {{ totalCount edges {{ node {{ channelSku state errorCode }} }} }}"
        for state in ("FAILED", "UNLISTED")
    )
    async with serving(database, tmp_path) as gateway:
        answer = await gateway.query(f"{{ {counts} {lists} }}")
    assert answer["syncStatus"] == [{"marketplace": "letzshop", "offers": {"failed": 2, "unlisted": 1, "different": 0}}]
    assert [edge["node"]["channelSku"] for edge in answer["FAILED"]["edges"]] == ["MUG", "TOY"]
    [edge] = answer["UNLISTED"]["edges"]
    assert edge["node"] == {"channelSku": "CAP", "state": "UNLISTED", "errorCode": "not_on_channel"}
    assert answer["UNLISTED"]["totalCount"] == 1


async def test_a_product_of_the_stores_own_is_made_and_refused_twice(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    wanted = {"store": "demo", "sku": "own", "values": {"price": {"amount": "1.5", "currency": "EUR"}}}
    async with serving(database, tmp_path) as gateway:
        made = await gateway.change("createProduct", "product { sku price { amount } isActive }", wanted)
        assert made["product"] == {"sku": "own", "price": {"amount": "1.50"}, "isActive": True}
        again = await gateway.change("createProduct", "product { id }", wanted)
        assert again["userErrors"][0]["code"] == "ALREADY_EXISTS"
        yen = wanted | {"sku": "yen", "values": {"price": {"amount": "1.5", "currency": "JPY"}}}
        assert (await gateway.change("createProduct", "product { id }", yen))["userErrors"][0]["field"] == (
            "values.price.amount"
        )
        both = {"price": {"amount": "2", "currency": "EUR"}, "salePrice": {"amount": "1", "currency": "USD"}}
        mixed = wanted | {"sku": "mix", "values": both}
        refused = await gateway.change("createProduct", "product { id }", mixed)
        assert refused["userErrors"][0]["code"] == "CURRENCY_DIFFERS"


SALE = "price { amount } salePrice { amount } sale { price { amount } fromAt untilAt isInForce }"


async def test_a_sale_price_shows_while_it_is_in_force_and_the_sale_always(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    eur = {"currency": "EUR"}
    values = {
        "price": {"amount": "10.00"} | eur, "salePrice": {"amount": "8.00"} | eur,
        "saleFromAt": "2026-11-24T00:00:00+01:00", "saleUntilAt": "2026-11-25T00:00:00+01:00",
    }  # fmt: skip
    own = {"store": "demo", "sku": "own"}
    sale = {"price": {"amount": "8.00"}, "fromAt": "2026-11-23T23:00:00Z", "untilAt": "2026-11-24T23:00:00Z"}
    async with serving(database, tmp_path) as gateway:
        made = await gateway.change("createProduct", f"product {{ id overridden {SALE} }}", own | {"values": values})
        assert made["product"]["overridden"] == ["currency", "price", "salePrice", "saleFromAt", "saleUntilAt"]
        query = f'{{ product(store: "demo", sku: "own") {{ {SALE} }} }}'
        for seconds, is_in_force in ((0, False), (86_400, True), (86_400, False)):
            await gateway.clock.advance(seconds)
            found = (await gateway.query(query))["product"]
            assert found["salePrice"] == ({"amount": "8.00"} if is_in_force else None)
            assert found["sale"] == sale | {"isInForce": is_in_force}
        it = {"productId": made["product"]["id"]}
        back = await gateway.change("updateProduct", f"product {{ {SALE} }}", it | {"values": {"saleFromAt": None}})
        assert back["product"]["sale"]["fromAt"] is None
        wrong = {"saleFromAt": "2026-11-26T00:00:00Z"}
        refused = await gateway.change("updateProduct", "product { id }", it | {"values": wrong})
        assert [error["code"] for error in refused["userErrors"]] == ["INVALID_VALUE"]


async def test_a_marketplace_product_tells_its_sale_too(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    await add_marketplace_products(shop, 1)
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE marketplace_products SET sale_price_minor = 800, sale_until_at = $1", NOW + timedelta(seconds=1)
        )
    async with serving(database, tmp_path) as gateway:
        query = f'{{ marketplaceProducts(store: "demo") {{ edges {{ node {{ {SALE} }} }} }} }}'
        seen = []
        for seconds in (0, 1):
            await gateway.clock.advance(seconds)
            [edge] = (await gateway.query(query))["marketplaceProducts"]["edges"]
            seen.append((edge["node"]["salePrice"], edge["node"]["sale"]["isInForce"]))
    assert seen == [({"amount": "8.00"}, True), (None, False)]


async def test_stock_is_adjusted_and_the_ledger_shows_it(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {"A": 5})
    async with serving(database, tmp_path) as gateway:
        product = (await gateway.query('{ product(store: "demo", sku: "A") { id } }'))["product"]["id"]
        level = "level { onHand reserved available location }"
        done = await gateway.change("adjustStock", level, {"productId": product, "delta": -2, "note": "broken"})
        assert done["level"] == {"onHand": 3, "reserved": 0, "available": 3, "location": "main"}
        assert (await gateway.change("adjustStock", level, {"productId": product, "setTo": 9}))["level"]["onHand"] == 9
        for wrong, code in (({"delta": -20}, "NOT_ENOUGH_STOCK"), ({}, "REQUIRED"), ({"setTo": -1}, "INVALID_VALUE")):
            refused = await gateway.change("adjustStock", level, {"productId": product} | wrong)
            assert refused["userErrors"][0]["code"] == code
        text = """query($id: ID) { inventoryMovements(productId: $id) { edges { node {
            onHandDelta cause note actor product { sku } } } } inventory(sku: "A") { edges { node { onHand } } } }"""
        found = await gateway.query(text, {"id": product})
    moves = [edge["node"] for edge in found["inventoryMovements"]["edges"]]
    assert [(move["onHandDelta"], move["note"]) for move in moves][:2] == [(6, ""), (-2, "broken")]
    assert moves[0]["actor"] == "admin of all"
    assert found["inventory"]["edges"] == [{"node": {"onHand": 9}}]


async def test_tokens_are_made_shown_once_and_revoked(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    made_by = {"new_token": lambda: "orion_" + "t" * 40, "token_lifetime": timedelta(days=30)}
    async with serving(database, tmp_path, **made_by) as gateway:
        wanted = {"name": "till", "role": "OPERATOR", "store": "demo"}
        fields = "token apiToken { id name role prefix store { code } expiresAt revokedAt }"
        made = await gateway.change("createToken", fields, wanted)
        assert made["token"] == "orion_" + "t" * 40
        assert made["apiToken"]["store"] == {"code": "demo"}
        assert datetime.fromisoformat(made["apiToken"]["expiresAt"]) == NOW + timedelta(days=30)
        gateway.tokens[f"operator of {shop.store_id}"] = made["token"]
        me = await gateway.query("{ viewer { name role store { code } } }", role="operator", store_id=shop.store_id)
        assert me["viewer"] == {"name": "till", "role": "OPERATOR", "store": {"code": "demo"}}
        listed = await gateway.query("{ apiTokens(revoked: false) { edges { node { name prefix } } } }")
        assert made["token"] not in str(listed)
        gone = await gateway.change("revokeToken", "apiToken { revokedAt }", {"tokenId": made["apiToken"]["id"]})
        assert gone["apiToken"]["revokedAt"]
        status, _ = await gateway.send("{ viewer { name } }", role="operator", store_id=shop.store_id)
        assert status == 401


async def publish(gateway: Gateway, shop: Shop, content: bytes, path: str = "demo/letzshop/fr.csv") -> None:
    file = gateway.feeds / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    async with shop.db.transaction() as tx:
        await tx.insert(
            "feed_publications",
            ("channel_id", "language", "path", "etag", "rows", "refused", "bytes", "published_at", "checked_at"),
            [(shop.channel_id, "fr", str(file), '"v1"', 1, 0, len(content), NOW, NOW)],
        )


async def test_a_published_feed_is_served_with_its_validators(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    content = "sku;titre\nA;Été\n".encode() * 100_000
    async with serving(database, tmp_path) as gateway:
        await publish(gateway, shop, content)
        url = f"{gateway.url}/feeds/demo/letzshop/fr.csv"
        async with gateway.http.get(url) as response:
            assert response.status == 200
            assert await response.read() == content
            assert response.headers["ETag"] == '"v1"'
            assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
            modified = response.headers["Last-Modified"]
        for headers, status in (
            ({"If-None-Match": '"v1"'}, 304), ({"If-None-Match": 'W/"v1"'}, 304), ({"If-None-Match": "*"}, 304),
            ({"If-None-Match": '"v0"', "If-Modified-Since": modified}, 200), ({"If-Modified-Since": modified}, 304),
            ({"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}, 200),
        ):  # fmt: skip
            async with gateway.http.get(url, headers=headers) as response:
                assert response.status == status, headers
                assert (await response.read() == content) is (status == 200)
        async with gateway.http.head(url) as response:
            assert int(response.headers["Content-Length"]) == len(content)
        text = "{ feedPublications { edges { node { path readAt language rows channel { marketplace } } } } }"
        [edge] = (await gateway.query(text))["feedPublications"]["edges"]
        assert edge["node"]["path"] == "/feeds/demo/letzshop/fr.csv"
        assert edge["node"]["readAt"] == "2026-11-23T09:30:00Z"
        for missing in ("demo/letzshop/de.csv", "other/letzshop/fr.csv", "demo/%2e%2e/fr.csv"):
            async with gateway.http.get(f"{gateway.url}/feeds/{missing}") as response:
                assert response.status == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_no_file_outside_the_feeds_folder_is_ever_served(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        await publish(gateway, shop, b"secret", path="../outside.txt")
        async with gateway.http.get(f"{gateway.url}/feeds/demo/letzshop/fr.csv") as response:
            assert response.status == 404
