"""Messages with keys through the gateway: listed without a code, sent again, fetched, and in the store's own words."""

from pathlib import Path
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.graphql.ids import global_id
from tests.support.gateway import serving
from tests.support.keys import open_key_shop

DELIVERIES = """{ order(store: "demo", marketplace: "letzshop", channelOrderId: "1") { status
    keyUnits { state } keyDeliveries { way kind state askedBy keyIds sentAt } } }"""


async def test_a_storefront_fetches_keys_which_delivers_them(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("SECRET-1")
    order_id = global_id("Order", await shop.sell("1"))
    fields = "order { status } fetched { code kind filename number }"
    async with serving(database, tmp_path) as gateway:
        for _ in range(2):
            found = await gateway.change("fetchKeys", fields, {"orderId": order_id}, role="operator")
            assert found["fetched"] == [{"code": "SECRET-1", "kind": "TEXT", "filename": "", "number": 1}]
        assert found["order"] == {"status": "FULFILLED"}
        shown = (await gateway.query(DELIVERIES, role="viewer"))["order"]
        assert shown["keyUnits"] == [{"state": "DELIVERED"}]
        [delivery] = shown["keyDeliveries"]
        assert (delivery["way"], delivery["state"], delivery["askedBy"]) == ("API", "SENT", "operator of all")
        assert "SECRET" not in str(shown)
        error = await gateway.error(
            "mutation($input: FetchKeysInput!) { fetchKeys(input: $input) { fetched { code } } }",
            {"input": {"orderId": order_id}},
            role="viewer",
        )
        assert error["extensions"]["code"] == "FORBIDDEN"
    assert len(await shop.audited("key.reveal")) == 2


async def test_keys_are_sent_again_once(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    order_id = global_id("Order", await shop.sell("1"))
    fields = "order { id } keyDelivery { id state way kind }"
    listed = "{ keyDeliveries(states: [ASKED]) { totalCount edges { node { id order { channelOrderId } } } } }"
    async with serving(database, tmp_path) as gateway:
        refused = await gateway.change("resendKeys", fields, {"orderId": order_id})
        assert refused["userErrors"][0]["code"] == "STATUS_FORBIDS"
        await shop.upload("SECRET-1")
        first = await gateway.change("resendKeys", fields, {"orderId": order_id}, role="operator")
        again = await gateway.change("resendKeys", fields, {"orderId": order_id}, role="operator")
        assert first["keyDelivery"] == again["keyDelivery"]
        assert (first["keyDelivery"]["state"], first["keyDelivery"]["way"]) == ("ASKED", "MAIL")
        found = (await gateway.query(listed))["keyDeliveries"]
        assert (found["totalCount"], found["edges"][0]["node"]["order"]) == (1, {"channelOrderId": "1"})
        wrong = await gateway.change("resendKeys", fields, {"orderId": order_id, "to": "nobody"})
        assert [(one["code"], one["field"]) for one in wrong["userErrors"]] == [("INVALID_VALUE", "to")]
    assert await shop.count("key_deliveries") == 1


async def test_a_store_puts_words_of_its_own_and_sees_how_they_look(database: Database, tmp_path: Path) -> None:
    await open_key_shop(database)
    fields = "mailTemplate { kind language subject text html }"
    previews = '{ mailPreviews(store: "demo", kind: KEYS, language: "fr") { subject text html problem } }'
    wanted: dict[str, Any] = {"store": "demo", "kind": "KEYS", "language": "fr", "part": "SUBJECT"}
    async with serving(database, tmp_path) as gateway:
        found = await gateway.change("setMailTemplate", fields, wanted | {"source": "Vos clés à vous"})
        assert found["mailTemplate"] == {
            "kind": "KEYS", "language": "fr", "subject": "Vos clés à vous", "text": "", "html": "",
        }  # fmt: skip
        listed = '{ mailTemplates(store: "demo", kind: KEYS) { language subject } }'
        assert (await gateway.query(listed, role="viewer"))["mailTemplates"] == [
            {"language": "fr", "subject": "Vos clés à vous"}
        ]
        shown = (await gateway.query(previews, role="viewer"))["mailPreviews"]
        assert {one["subject"] for one in shown} == {"Vos clés à vous"}
        assert all(one["text"] and one["html"] and not one["problem"] for one in shown)
        refused = await gateway.change("setMailTemplate", fields, wanted | {"part": "TEXT", "source": "{{ nothing }}"})
        assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [("INVALID_VALUE", "source")]
        gone = await gateway.change("setMailTemplate", fields, wanted | {"source": ""})
        assert gone["mailTemplate"] is None
