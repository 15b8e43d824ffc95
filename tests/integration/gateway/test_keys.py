"""Keys through the gateway: brought, shown by handles, opened with a reason, replaced, released, paid back, watched."""

import base64
from pathlib import Path
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.domain.keys import Hold
from orion_daemon.graphql.ids import global_id
from orion_daemon.services.key_sources import WantedSource, set_sources
from tests.support.gateway import Gateway, serving, until
from tests.support.keys import KeyShop, open_key_shop
from tests.support.stores import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40 + b"IEND\xaeB`\x82"
COUNTS = "lines added duplicates refused given reasons problems { line reason }"
UNITS = "keyUnits { number state holdCode source replaced isReleased key { id handle state hasCode } purchase { id } }"
ORDER = f'{{ order(store: "demo", marketplace: "letzshop", channelOrderId: "1") {{ {UNITS} items {{ {UNITS} }} }} }}'
PRODUCT = """{ product(store: "demo", sku: "GAME") { keyPool { free claimed awaited delivered bad }
    keySources { supplierProductId lowWater account { name buyingState } } } }"""


async def upload(gateway: Gateway, content: str = "AAAA-1\nAAAA-2", **more: Any) -> Any:
    return await gateway.change("uploadKeys", COUNTS, {"store": "demo", "sku": "GAME", "content": content, **more})


async def ids(database: Database, table: str, kind: str) -> list[str]:
    return [global_id(kind, row["id"]) for row in await database.fetch(f"SELECT id FROM {table} ORDER BY id")]


async def test_keys_are_brought_as_text_file_or_pictures(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    async with serving(database, tmp_path) as gateway:
        tried = await upload(gateway, isDryRun=True)
        assert (tried["added"], await shop.count("keys")) == (2, 0)
        assert await upload(gateway, "AAAA-1\nAAAA-1\nAAAA-2") == {
            "lines": 3, "added": 2, "duplicates": 1, "refused": 0, "given": 1, "reasons": {"twice_in_file": 1},
            "problems": [{"line": 2, "reason": "twice_in_file"}], "userErrors": [],
        }  # fmt: skip
        file = base64.b64encode(b"sku;code\nGAME;AAAA-3\nNONE;AAAA-4").decode()
        wanted = {"store": "demo", "contentBase64": file}
        found = await gateway.change("uploadKeys", COUNTS, wanted)
        assert (found["added"], found["problems"]) == (1, [{"line": 3, "reason": "unknown_sku"}])
        pictures = [{"filename": "a.png", "content": base64.b64encode(PNG).decode()}]
        found = await gateway.change("uploadKeys", COUNTS, {"store": "demo", "sku": "GAME", "pictures": pictures})
        assert found["added"] == 1
        assert (await gateway.query(PRODUCT, role="viewer"))["product"] == {
            "keyPool": {"free": 3, "claimed": 1, "awaited": 0, "delivered": 0, "bad": 0},
            "keySources": [{"supplierProductId": "", "lowWater": None, "account": None}],
        }
        mug = '{ product(store: "demo", sku: "MUG") { keyPool { free } keySources { lowWater } } }'
        assert (await gateway.query(mug))["product"] == {"keyPool": None, "keySources": []}


async def test_an_upload_that_cannot_be_is_refused_in_words(database: Database, tmp_path: Path) -> None:
    await open_key_shop(database)
    async with serving(database, tmp_path) as gateway:
        cases: list[tuple[dict[str, Any], str, str]] = [
            ({"sku": "GAME"}, "REQUIRED", "content"),
            ({"sku": "GAME", "content": "A", "pictures": []}, "REQUIRED", "content"),
            ({"sku": "GAME", "content": ""}, "INVALID_VALUE", "content"),
            ({"sku": "NONE", "content": "A"}, "NOT_FOUND", "sku"),
            ({"contentBase64": "?"}, "INVALID_VALUE", "contentBase64"),
            ({"pictures": [{"filename": "a", "content": "AA=="}]}, "REQUIRED", "sku"),
            ({"sku": "GAME", "pictures": [{"filename": "a", "content": "?"}]}, "INVALID_VALUE", "pictures.0.content"),
        ]
        for more, code, field in cases:
            [error] = (await gateway.change("uploadKeys", COUNTS, {"store": "demo", **more}))["userErrors"]
            assert (error["code"], error["field"]) == (code, field), more


async def test_lists_show_handles_and_never_a_code(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("SECRET-1", "SECRET-2")
    await shop.sell("1")
    order_id = global_id("Order", (await shop.order("1"))["id"])
    listed = """query($order: ID, $product: ID) {
        keys(store: "demo", orderId: $order, productId: $product, states: [CLAIMED, FREE]) { totalCount edges { node {
            handle state kind hasCode addedBy note cost { amount } product { sku } purchase { id }
            unit { number order { channelOrderId } } } } }
        keyUnits(orderId: $order, states: [READY]) { edges { node { state key { handle } orderItem { sku } } } } }"""
    async with serving(database, tmp_path) as gateway:
        found = await gateway.query(listed, {"order": order_id}, role="viewer")
        assert "SECRET" not in str(found)
        [edge] = found["keys"]["edges"]
        assert edge["node"].pop("handle").startswith("•••• ")
        assert edge["node"] == {
            "state": "CLAIMED", "kind": "TEXT", "hasCode": True, "addedBy": "ann", "note": "", "cost": None,
            "product": {"sku": "GAME"}, "purchase": None, "unit": {"number": 1, "order": {"channelOrderId": "1"}},
        }  # fmt: skip
        [unit] = found["keyUnits"]["edges"]
        assert (unit["node"]["state"], unit["node"]["orderItem"]) == ("READY", {"sku": "GAME"})
        product = global_id("Product", shop.products["GAME"])
        assert (await gateway.query(listed, {"product": product}))["keys"]["totalCount"] == 2
        shown = (await gateway.query(ORDER, role="viewer"))["order"]
        assert [unit["state"] for unit in shown["keyUnits"]] == ["READY"]
        assert shown["items"] == [{"keyUnits": shown["keyUnits"]}]


async def test_codes_are_shown_for_a_reason_and_logged(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("SECRET-1", "SECRET-2")
    fields = "revealed { key { id } kind code filename }"
    async with serving(database, tmp_path) as gateway:
        wanted = {"keyIds": list(reversed(await ids(database, "keys", "Key"))), "reason": "a customer asks"}
        found = await gateway.change("revealKeys", fields, wanted, role="operator")
        assert [one["code"] for one in found["revealed"]] == ["SECRET-2", "SECRET-1"]
        [entry] = await shop.audited("key.reveal")
        assert (entry["actor"], entry["detail_json"]["reason"]) == ("operator of all", "a customer asks")
        refused = await gateway.change("revealKeys", fields, wanted | {"reason": " "}, role="operator")
        assert (refused["revealed"], refused["userErrors"][0]["code"]) == ([], "REQUIRED")
        text = "mutation($input: RevealKeysInput!) { revealKeys(input: $input) { revealed { code } } }"
        error = await gateway.error(text, {"input": wanted}, role="viewer")
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert len(await shop.audited("key.reveal")) == 1


async def test_a_token_of_one_store_neither_sees_nor_opens_keys_of_another(database: Database, tmp_path: Path) -> None:
    await (await open_key_shop(database)).upload("SECRET-1")
    other = await open_key_shop(database, code="other")
    async with serving(database, tmp_path) as gateway:
        bound: dict[str, Any] = {"role": "admin", "store_id": other.store_id}
        listed = "{ keys { totalCount } supplierAccounts { edges { node { store { code } } } } }"
        found = await gateway.query(listed, **bound)
        assert found["keys"]["totalCount"] == 0
        assert [edge["node"]["store"]["code"] for edge in found["supplierAccounts"]["edges"]] == ["other"]
        wanted = {"keyIds": await ids(database, "keys", "Key"), "reason": "why"}
        refused = await gateway.change("revealKeys", "revealed { code }", wanted, **bound)
        assert (refused["revealed"], refused["userErrors"][0]["code"]) == ([], "NOT_FOUND")


async def test_a_bad_key_is_replaced_and_the_unit_shows_the_next(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1", "AAAA-2")
    await shop.sell("1")
    await shop.deliver("1")
    async with serving(database, tmp_path) as gateway:
        first, second = await ids(database, "keys", "Key")
        fields = "key { state note unit { id } } keyUnit { state replaced key { id } }"
        found = await gateway.change("replaceKey", fields, {"keyId": first, "reason": "used"}, role="operator")
        assert found["keyUnit"] == {"state": "READY", "replaced": 1, "key": {"id": second}}
        assert (found["key"]["state"], found["key"]["note"]) == ("BAD", "used")
        again = await gateway.change("replaceKey", fields, {"keyId": first, "reason": "used"})
        assert (again["key"], again["userErrors"][0]["code"]) == (None, "STATUS_FORBIDS")


async def test_held_units_are_released_or_paid_back(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database, marketplace="ebay")
    await set_sources(database, shop.products["GAME"], [WantedSource(shop.supplier_id, "g")], actor="ann", now=NOW)
    order_id = global_id("Order", await shop.sell("1", 2, total_minor=2580))
    await shop.move("1", "held", Hold.TOO_MANY)
    async with serving(database, tmp_path) as gateway:
        first, second = await ids(database, "key_units", "KeyUnit")
        fields = "keyUnits { id state isReleased holdCode }"
        found = await gateway.change("releaseKeyUnits", fields, {"keyUnitIds": [first]}, role="operator")
        assert found["keyUnits"] == [{"id": first, "state": "OWED", "isReleased": True, "holdCode": ""}]
        fields = "cancelled existed order { items { cancelled } } refund { amount { amount } reason state }"
        wanted = {"orderId": order_id, "keyUnitIds": [second], "reason": "SELLER_CANCELLED", "reference": "r1"}
        dollars = wanted | {"amount": {"amount": "1.00", "currency": "USD"}}
        refused = await gateway.change("refundKeyUnits", fields, dollars)
        assert refused["userErrors"][0]["code"] == "CURRENCY_DIFFERS"
        found = await gateway.change("refundKeyUnits", fields, wanted, role="operator")
        assert found == {
            "cancelled": 1, "existed": False, "order": {"items": [{"cancelled": 1}]}, "userErrors": [],
            "refund": {"amount": {"amount": "12.90"}, "reason": "SELLER_CANCELLED", "state": "ASKED"},
        }  # fmt: skip
        again = await gateway.change("refundKeyUnits", fields, wanted)
        assert (again["existed"], again["cancelled"], again["refund"]) == (True, 0, None)


async def test_a_purchase_that_nobody_knows_about_is_shown_and_bought_again(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await set_sources(database, shop.products["GAME"], [WantedSource(shop.supplier_id, "g")], actor="ann", now=NOW)
    await shop.sell("1")
    purchase_id = await shop.purchase("1")
    await shop.move("1", "held", Hold.UNKNOWN, purchase_id)
    listed = """{ keyPurchases(store: "demo", supplier: "codeswholesale", states: [UNKNOWN]) { edges { node {
        id reference quantity expected { amount currency } charged { amount } account { name } orderItem { sku }
        } } } }"""
    async with serving(database, tmp_path) as gateway:
        [edge] = (await gateway.query(listed, role="viewer"))["keyPurchases"]["edges"]
        assert edge["node"] == {
            "id": global_id("KeyPurchase", purchase_id), "reference": "orion-1-unknown", "quantity": 1,
            "expected": {"amount": "9.10", "currency": "EUR"}, "charged": None,
            "account": {"name": "codeswholesale"}, "orderItem": {"sku": "GAME"},
        }  # fmt: skip
        wanted = {"keyPurchaseId": edge["node"]["id"]}
        found = await gateway.change("buyAgain", "keyPurchase { state errorCode }", wanted, role="operator")
        assert found["keyPurchase"] == {"state": "ABANDONED", "errorCode": "not_in_history"}
        assert await shop.states("1") == ["owed"]
        again = await gateway.change("buyAgain", "keyPurchase { state }", wanted)
        assert again["userErrors"][0]["code"] == "STATUS_FORBIDS"


async def test_sources_are_chosen_by_the_names_of_accounts(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    product_id = global_id("Product", shop.products["GAME"])
    fields = "product { keySources { supplierProductId lowWater account { name } } }"
    chosen = [{"lowWater": 5}, {"supplier": "codeswholesale", "supplierProductId": "game-1"}]
    async with serving(database, tmp_path) as gateway:
        wanted = {"productId": product_id, "sources": chosen}
        found = await gateway.change("setKeySources", fields, wanted, role="operator")
        assert found["product"]["keySources"] == [
            {"supplierProductId": "", "lowWater": 5, "account": None},
            {"supplierProductId": "game-1", "lowWater": None, "account": {"name": "codeswholesale"}},
        ]
        for sources, code, field in (
            ([], "INVALID_VALUE", "sources"),
            ([{"supplier": "nobody"}], "NOT_FOUND", "sources.0.supplier"),
            ([{"supplier": "letzshop", "supplierProductId": "g"}], "NOT_FOUND", "sources.0.supplier"),
        ):
            refused = await gateway.change("setKeySources", fields, {"productId": product_id, "sources": sources})
            assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [(code, field)]


async def test_an_account_that_is_paused_is_shown_and_goes_on(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    async with database.transaction() as tx:
        await tx.execute(
            "UPDATE supplier_accounts SET buying_state = 'paused', paused_reason = 'too little', paused_at = $1,"
            " currency = 'EUR', balance_minor = 100, credit_minor = 50, usable_minor = 150, needs_minor = 910,"
            " balance_at = $1",
            NOW,
        )
    shown = """name buyingState pausedReason balance { amount } credit { amount } usable { amount currency }
        needs { amount } channel { marketplace }"""
    async with serving(database, tmp_path) as gateway:
        text = f'{{ supplierAccounts(store: "demo", buyingStates: [PAUSED]) {{ edges {{ node {{ id {shown} }} }} }} }}'
        [edge] = (await gateway.query(text, role="viewer"))["supplierAccounts"]["edges"]
        account_id = edge["node"].pop("id")
        assert edge["node"] == {
            "name": "codeswholesale", "buyingState": "PAUSED", "pausedReason": "too little",
            "balance": {"amount": "1.00"}, "credit": {"amount": "0.50"},
            "usable": {"amount": "1.50", "currency": "EUR"}, "needs": {"amount": "9.10"},
            "channel": {"marketplace": "codeswholesale"},
        }  # fmt: skip
        fields = "resumed supplierAccount { buyingState pausedReason }"
        wanted = {"supplierAccountId": account_id}
        found = await gateway.change("resumeBuying", fields, wanted, role="operator")
        assert (found["resumed"], found["supplierAccount"]) == (True, {"buyingState": "OPEN", "pausedReason": ""})
        assert (await gateway.change("resumeBuying", fields, wanted))["resumed"] is False
    assert len(await shop.audited("supplier.resume")) == 1


async def _watched(gateway: Gateway, shop: KeyShop) -> list[tuple[str, list[str]]]:
    text = 'subscription { keyEvents(store: "demo") { what lagged order { keyUnits { state } } } }'
    found = []
    async with gateway.watch(text) as watcher:
        await until(lambda: gateway.db.bus.subscribers > 0)  # type: ignore[attr-defined]  # the tests' real bus
        await shop.sell("1")
        for _ in range(2):
            event = await watcher.next()
            assert event["lagged"] is None
            found.append((event["what"], [unit["state"] for unit in event["order"]["keyUnits"]]))
            if len(found) == 1:
                await shop.upload("AAAA-1")
    return found


async def test_what_becomes_of_keys_is_told(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    async with serving(database, tmp_path) as gateway:
        assert await _watched(gateway, shop) == [("HELD", ["HELD"]), ("READY", ["READY"])]
