"""Messages with keys through the gateway: listed without a code, sent again, fetched, and in the store's own words."""

from pathlib import Path
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.domain.supply import CodeKind
from orion_daemon.graphql.ids import global_id
from orion_daemon.services import orders
from tests.support.gateway import serving
from tests.support.key_mail import PICTURE, THEN, deliver, open_key_counter
from tests.support.keys import open_key_shop

DELIVERIES = """{ order(store: "demo", marketplace: "letzshop", channelOrderId: "1") { status
    keyUnits { state } keyDeliveries { way kind state askedBy keyIds sentAt keys { handle state } } } }"""


async def test_a_storefront_fetches_keys_which_delivers_them(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("SECRET-1")
    order_id = global_id("Order", await shop.sell("1"))
    fields = "order { status } fetched { code kind filename number }"
    web: dict[str, Any] = {"role": "operator", "store_id": shop.store_id}
    async with serving(database, tmp_path) as gateway:
        refused = await gateway.change("fetchKeys", fields, {"orderId": order_id}, role="admin")
        assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
        assert await shop.states("1") == ["ready"]
        for _ in range(2):
            found = await gateway.change("fetchKeys", fields, {"orderId": order_id}, **web)
            assert found["fetched"] == [{"code": "SECRET-1", "kind": "TEXT", "filename": "", "number": 1}]
        assert found["order"] == {"status": "FULFILLED"}
        shown = (await gateway.query(DELIVERIES, role="viewer"))["order"]
        assert shown["keyUnits"] == [{"state": "DELIVERED"}]
        [delivery] = shown["keyDeliveries"]
        assert (delivery["way"], delivery["state"], delivery["askedBy"]) == (
            "API", "SENT", f"operator of {shop.store_id}",
        )  # fmt: skip
        [key] = delivery["keys"]
        assert (key["state"], key["handle"].startswith("•••• ")) == ("DELIVERED", True)
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


async def test_a_picture_is_fetched_as_base64_with_the_name_of_a_file(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", PICTURE, kind=CodeKind.IMAGE, filename="key")
    order_id = global_id("Order", await counter.sell_here(("GAME", 1)))
    async with serving(database, tmp_path) as gateway:
        found = await gateway.change(
            "fetchKeys", "fetched { code kind filename }", {"orderId": order_id},
            role="operator", store_id=counter.shop.store_id,
        )  # fmt: skip
    assert found["fetched"] == [{"code": PICTURE, "kind": "IMAGE", "filename": "key.png"}]


WORDS: dict[str, Any] = {"store": "demo", "kind": "KEYS", "language": "fr"}


async def test_a_store_puts_words_of_its_own_beside_the_built_in_ones(database: Database, tmp_path: Path) -> None:
    await open_key_shop(database)
    fields = "mailTemplate { kind language isOwn subject text builtIn { language subject } }"
    async with serving(database, tmp_path) as gateway:
        wanted = WORDS | {"part": "SUBJECT"}
        found = (await gateway.change("setMailTemplate", fields, wanted | {"source": "Vos clés à vous"}))[
            "mailTemplate"
        ]
        built_in = found.pop("builtIn")
        assert found == {"kind": "KEYS", "language": "fr", "isOwn": True, "subject": "Vos clés à vous", "text": ""}
        assert (built_in["language"], "{{ order_number }}" in built_in["subject"]) == ("fr", True)
        italian = wanted | {"language": "it", "source": "Le vostre chiavi"}
        assert (await gateway.change("setMailTemplate", fields, italian))["mailTemplate"]["builtIn"]["language"] == "en"
        listed = '{ mailTemplates(store: "demo", kind: KEYS) { language isOwn } }'
        assert (await gateway.query(listed, role="viewer"))["mailTemplates"] == [
            {"language": language, "isOwn": language in ("fr", "it")} for language in ("en", "fr", "de", "lb", "it")
        ]
        everything = (await gateway.query('{ mailTemplates(store: "demo") { kind } }'))["mailTemplates"]
        assert len(everything) == 5 * 4 + 1
        refused = await gateway.change("setMailTemplate", fields, wanted | {"part": "TEXT", "source": "{{ nothing }}"})
        assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [("INVALID_VALUE", "source")]
        gone = (await gateway.change("setMailTemplate", fields, wanted | {"source": None}))["mailTemplate"]
        assert (gone["isOwn"], gone["subject"]) == (False, "")


async def test_what_is_told_without_a_key_is_listed_and_shown_before(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    number = await counter.sell_here(("GAME", 2))
    await orders.cancel_order(database, number, actor="ann", now=THEN)
    await deliver(counter, number)
    listed = "{ keyDeliveries { edges { node { kind state keyIds keyUnits { state number } } } } }"
    shown = """query($kind: MailKind!, $language: String!) {
        previewMail(store: "demo", kind: $kind, language: $language) { mails { subject text html } } }"""
    words = {"PREORDERED": ("24. Dezember 2030", "Virbestallt"), "UNFULFILLABLE": ("12,34", "net geliwwert")}
    async with serving(database, tmp_path) as gateway:
        [edge] = (await gateway.query(listed, role="viewer"))["keyDeliveries"]["edges"]
        units = [{"state": "CANCELLED", "number": place} for place in (1, 2)]
        assert edge["node"] == {"kind": "refund", "state": "SENT", "keyIds": [], "keyUnits": units}
        for kind, expected in words.items():
            asked = {"kind": kind, "language": "lb"}
            mails = (await gateway.query(shown, asked, role="viewer"))["previewMail"]["mails"]
            for form in ("text", "html"):
                assert all(word in "".join(one[form] for one in mails) for word in expected)


PREVIEW = """query($subject: String, $text: String, $html: String, $language: String!) {
    previewMail(store: "demo", kind: KEYS, language: $language, subject: $subject, text: $text, html: $html) {
    mails { subject text html } userErrors { code field message } } }"""


async def test_words_are_tried_out_before_they_are_set(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database)
    await shop.upload("SECRET-1")
    async with serving(database, tmp_path) as gateway:

        async def preview(language: str = "fr", **words: Any) -> Any:
            return (await gateway.query(PREVIEW, words | {"language": language}, role="viewer"))["previewMail"]

        built_in = await preview()
        assert (len(built_in["mails"]), built_in["userErrors"]) == (2, [])
        await gateway.change("setMailTemplate", "mailTemplate { kind }", WORDS | {"part": "SUBJECT", "source": "Clés"})
        tried = await preview(text="Voilà :\n{{ articles }}")
        assert {one["subject"] for one in tried["mails"]} == {"Clés"}
        assert all("Voilà" in one["text"] and "Voilà" in one["html"] for one in tried["mails"])
        without = await preview(subject="")
        assert [one["subject"] for one in without["mails"]] == [one["subject"] for one in built_in["mails"]]
        assert "SECRET" not in str([built_in, tried, without])
        for words, field, sentence in (
            ({"text": "{{ articles }}\n{{ secret }}"}, "text", "line 2"),
            ({"html": "<p>no keys</p>"}, "html", "does not show the codes"),
            ({"subject": "{{ articles }}"}, "subject", "articles"),
            ({"language": "fr-LU"}, "language", "small letters"),
        ):
            [error] = (await preview(**words))["userErrors"]
            assert (error["code"], error["field"], sentence in error["message"]) == ("INVALID_VALUE", field, True), (
                error
            )
    assert await shop.count("mail_templates") == 1
