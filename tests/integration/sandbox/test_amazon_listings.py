"""Listings of the sandbox Amazon: patches that are applied later, feeds, reports, search limits, the catalogue."""

import csv
import gzip
import io
from typing import Any

import aiohttp
import orjson
import pytest

from tests.support.amazon_sandbox import DE, FR, SELLER, AmazonHandle, amazon_account, price, quantity

ITEMS = f"/listings/2021-08-01/items/{SELLER}"
CATALOG = "/catalog/2022-04-01/items"
ORDERS_REPORT = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LISTINGS_REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"


async def stock(amazon: AmazonHandle, sku: str = "MUG-1") -> int | None:
    available = (await amazon.listing(sku))["fulfillmentAvailability"]
    found: int | None = next(x["quantity"] for x in available if x["fulfillmentChannelCode"] == "DEFAULT")
    return found


async def test_accepted_is_not_applied() -> None:
    async with amazon_account() as amazon:
        answer = await amazon.patch("CUP 2/B", quantity(3))
        assert (answer.status, answer.body["status"], answer.body["issues"]) == (200, "ACCEPTED", [])
        await amazon.advance(59)
        assert await stock(amazon, "CUP 2/B") == 5
        await amazon.advance(1)
        assert await stock(amazon, "CUP 2/B") == 3
        [accepted] = await amazon.ledger("patch_accepted")
        [applied] = await amazon.ledger("patch_applied")
        assert accepted["submission"] == applied["submission"] == answer.body["submissionId"]
        assert applied["quantity"] == 3


async def test_merge_keeps_the_neighbours_that_replace_drops() -> None:
    async with amazon_account() as amazon:
        await amazon.patch("MUG-1", quantity(3))
        await amazon.advance(60)
        [entry] = (await amazon.listing("MUG-1"))["attributes"]["fulfillment_availability"]
        assert (entry["quantity"], entry["lead_time_to_ship_max_days"]) == (3, 2)
        await amazon.patch("MUG-1", quantity(4, "replace"))
        await amazon.advance(60)
        [entry] = (await amazon.listing("MUG-1"))["attributes"]["fulfillment_availability"]
        assert entry == {"fulfillment_channel_code": "DEFAULT", "quantity": 4}


async def test_replacing_a_price_drops_the_business_price_of_that_store_only() -> None:
    async with amazon_account() as amazon:
        business = price(18)["value"][0] | {"audience": "B2B"}
        await amazon.patch("MUG-1", {"op": "add", "path": "/attributes/purchasable_offer", "value": [business]})
        await amazon.advance(60)
        kinds = [(o["marketplaceId"], o["offerType"]) for o in (await amazon.listing("MUG-1"))["offers"]]
        assert kinds == [(DE, "B2C"), (DE, "B2B"), (FR, "B2C")]
        await amazon.patch("MUG-1", price(21.5))
        await amazon.advance(60)
        offers = (await amazon.listing("MUG-1"))["offers"]
        assert [(o["marketplaceId"], o["price"]["amount"]) for o in offers] == [
            (DE, "21.50"),
            (DE, "18.00"),
            (FR, "19.99"),
        ]
        await amazon.patch("MUG-1", price(22, op="replace"))
        await amazon.advance(60)
        offers = (await amazon.listing("MUG-1"))["offers"]
        assert {(o["marketplaceId"], o["price"]["amount"]) for o in offers} == {(DE, "22.00"), (FR, "19.99")}


async def test_a_foreign_channel_becomes_a_second_one() -> None:
    async with amazon_account() as amazon:
        await amazon.patch("MUG-1", quantity(7, channel="AMAZON_EU"))
        await amazon.advance(60)
        available = (await amazon.listing("MUG-1"))["fulfillmentAvailability"]
        assert [entry["fulfillmentChannelCode"] for entry in available] == ["DEFAULT", "AMAZON_EU"]


async def test_an_attribute_can_be_deleted() -> None:
    async with amazon_account() as amazon:
        await amazon.patch("MUG-1", {"op": "delete", "path": "/attributes/item_name"})
        await amazon.advance(60)
        assert "item_name" not in (await amazon.listing("MUG-1"))["attributes"]


@pytest.mark.parametrize("swap", [0, 1])
async def test_two_patches_in_flight_may_overtake_each_other(swap: int) -> None:
    async with amazon_account() as amazon:
        await amazon.control("settings", {"swap_patches": swap}, method="PATCH")
        await amazon.patch("MUG-1", quantity(3))
        await amazon.advance(5)
        await amazon.patch("MUG-1", quantity(2))
        await amazon.patch("CUP 2/B", quantity(1))
        await amazon.advance(120)
        assert await stock(amazon) == (3 if swap else 2)
        assert await stock(amazon, "CUP 2/B") == 1


@pytest.mark.parametrize(
    "patch",
    [
        quantity(-1),
        {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [{"quantity": 1}]},
        price(0),
        price(10, marketplace="NOWHERE"),
        {"op": "merge", "path": "/attributes/fake_attribute", "value": [{"value": 1}]},
    ],
)
async def test_http_200_may_say_invalid(patch: dict[str, Any]) -> None:
    async with amazon_account() as amazon:
        answer = await amazon.patch("MUG-1", patch)
        assert (answer.status, answer.body["status"]) == (200, "INVALID")
        assert answer.body["issues"][0]["severity"] == "ERROR"
        assert await amazon.ledger("patch_accepted") == []


async def test_a_text_for_a_price_and_an_unknown_sku_are_invalid() -> None:
    async with amazon_account() as amazon:
        text = price(1)
        text["value"][0]["our_price"][0]["schedule"][0]["value_with_tax"] = "19.99"
        assert (await amazon.patch("MUG-1", text)).body["status"] == "INVALID"
        assert (await amazon.patch("GONE", quantity(1))).body["status"] == "INVALID"


@pytest.mark.parametrize(
    "patch",
    [
        {"op": "put", "path": "/attributes/item_name", "value": []},
        {"op": "merge", "path": "/attributes/purchasable_offer/0/our_price", "value": []},
        {"op": "merge", "path": "/attributes/fulfillment_availability", "value": {"quantity": 1}},
        {"op": "merge", "path": "/attributes/fulfillment_availability"},
    ],
)
async def test_what_is_no_patch_is_refused(patch: dict[str, Any]) -> None:
    async with amazon_account() as amazon:
        assert (await amazon.patch("MUG-1", patch)).status == 400


async def test_a_preview_changes_nothing() -> None:
    async with amazon_account() as amazon:
        answer = await amazon.patch("MUG-1", quantity(1), mode="VALIDATION_PREVIEW")
        assert answer.body["status"] == "VALID"
        await amazon.advance(60)
        assert await stock(amazon) == 10


async def test_a_listing_accepts_and_ignores_on_command() -> None:
    async with amazon_account() as amazon:
        await amazon.control("listings", {"sku": "MUG-1", "ignores": True}, method="PATCH")
        assert (await amazon.patch("MUG-1", quantity(1))).body["status"] == "ACCEPTED"
        await amazon.advance(60)
        assert await stock(amazon) == 10
        assert len(await amazon.ledger("patch_ignored")) == 1
        await amazon.control("listings", {"sku": "MUG-1", "ignores": False, "quantity": 6}, method="PATCH")
        assert await stock(amazon) == 6


async def test_a_search_pages_by_twenty_and_ends_at_a_thousand() -> None:
    async with amazon_account() as amazon:
        await amazon.control("quotas", {"operation": "searchListingsItems", "burst": 1000}, method="PATCH")
        listings = [{"sku": f"S-{n:04}", "price": "1.00", "created_at": "2026-01-01T00:00:00Z"} for n in range(1005)]
        await amazon.control("listings", {"listings": listings})
        query = {"marketplaceIds": DE, "pageSize": "20", "sortBy": "sku", "sortOrder": "ASC"}
        seen: list[str] = []
        page = await amazon.get(ITEMS, **query)
        assert page["numberOfResults"] == 1008
        while True:
            seen += [item["sku"] for item in page["items"]]
            token = page.get("pagination", {}).get("nextToken")
            if token is None:
                break
            page = await amazon.get(ITEMS, **query, pageToken=token)
        assert len(seen) == len(set(seen)) == 1000
        assert (await amazon.call("GET", ITEMS, {**query, "pageSize": "21"})).status == 400


async def test_searches_by_time_and_identifier() -> None:
    async with amazon_account() as amazon:
        await amazon.control("quotas", {"operation": "searchListingsItems", "burst": 100}, method="PATCH")

        async def skus(**query: str) -> list[str]:
            found = await amazon.get(ITEMS, marketplaceIds=DE, **query)
            return [item["sku"] for item in found["items"]]

        await amazon.advance(100)
        await amazon.patch("MUG-1", quantity(1))
        await amazon.advance(60)
        assert await skus(lastUpdatedAfter="2026-03-02T12:01:00Z") == ["MUG-1"]
        assert (await skus())[0] == "MUG-1"
        assert await skus(createdAfter="2026-03-02T12:01:00Z") == []
        assert await skus(identifiers="CUP 2/B,GONE", identifiersType="SKU") == ["CUP 2/B"]
        assert await skus(identifiers="5400990016800", identifiersType="GTIN") == ["MUG-1"]
        assert sorted(await skus(withStatus="BUYABLE")) == ["CUP 2/B", "FBA-3", "MUG-1"]
        assert (await amazon.call("GET", ITEMS, {"marketplaceIds": DE, "identifiers": "X"})).status == 400
        other = await amazon.call("GET", "/listings/2021-08-01/items/ANOTHER", {"marketplaceIds": DE})
        assert other.status == 403


async def test_the_catalogue_is_searched_by_identifiers_in_one_store_and_language() -> None:
    async with amazon_account() as amazon:
        said = {"marketplaceIds": DE, "identifiersType": "EAN", "identifiers": "5400990016800,4006381333931"}
        found = await amazon.get(CATALOG, **said, includedData="identifiers,summaries")
        [item] = found["items"]
        assert item["identifiers"][0]["identifiers"] == [{"identifierType": "EAN", "identifier": "5400990016800"}]
        assert item["summaries"][0]["itemName"] == "Becher"
        await amazon.advance(60)
        many = ",".join(str(n) for n in range(21))
        for query in ({**said, "identifiers": many}, {**said, "marketplaceIds": f"{DE},{FR}"}, {"marketplaceIds": DE}):
            assert (await amazon.call("GET", CATALOG, query)).status == 400
            await amazon.advance(1)


async def send(amazon: AmazonHandle, document: Any, kind: str = "JSON_LISTINGS_FEED") -> str:
    content_type = "application/json" if kind == "JSON_LISTINGS_FEED" else "text/xml"
    raw = document if isinstance(document, bytes) else orjson.dumps(document)
    made = await amazon.call("POST", "/feeds/2021-06-30/documents", body={"contentType": content_type})
    headers = {"Content-Type": content_type}
    async with amazon.sandbox.session.put(made.body["url"], data=raw, headers=headers) as response:
        assert response.status == 200
    body = {"feedType": kind, "marketplaceIds": [DE], "inputFeedDocumentId": made.body["feedDocumentId"]}
    answer = await amazon.call("POST", "/feeds/2021-06-30/feeds", body=body)
    assert answer.status == 202, answer.body
    return str(answer.body["feedId"])


async def result(amazon: AmazonHandle, feed: str) -> tuple[str, bytes]:
    told = await amazon.get(f"/feeds/2021-06-30/feeds/{feed}")
    if "resultFeedDocumentId" not in told:
        return told["processingStatus"], b""
    document = await amazon.get(f"/feeds/2021-06-30/documents/{told['resultFeedDocumentId']}")
    async with amazon.sandbox.session.get(document["url"]) as response:
        raw = await response.read()
    return told["processingStatus"], gzip.decompress(raw) if "compressionAlgorithm" in document else raw


def listings_feed(*messages: dict[str, Any]) -> dict[str, Any]:
    numbered = [{"messageId": n, **message} for n, message in enumerate(messages, 1)]
    return {"header": {"sellerId": SELLER, "version": "2.0"}, "messages": numbered}


def patch_message(sku: str, *patches: dict[str, Any]) -> dict[str, Any]:
    return {"sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": list(patches)}


async def test_a_feed_takes_its_right_messages_and_reports_the_others() -> None:
    async with amazon_account() as amazon:
        document = listings_feed(
            patch_message("MUG-1", quantity(3), price(25)),
            patch_message("GONE", quantity(3)),
            patch_message("CUP 2/B", quantity(-3)),
            {"sku": "FBA-3", "operationType": "DELETE"},
        )
        feed = await send(amazon, document)
        assert (await result(amazon, feed))[0] == "IN_QUEUE"
        await amazon.advance(15)
        assert (await result(amazon, feed))[0] == "IN_PROGRESS"
        await amazon.advance(15)
        status, raw = await result(amazon, feed)
        report = orjson.loads(raw)
        assert status == "DONE"
        counts = {"messagesProcessed": 4, "messagesAccepted": 2, "messagesInvalid": 2, "errors": 2, "warnings": 0}
        assert report["summary"] == counts
        assert [(issue["messageId"], issue["sku"]) for issue in report["issues"]] == [(2, "GONE"), (3, "CUP 2/B")]
        assert await stock(amazon) == 10
        await amazon.advance(60)
        assert await stock(amazon) == 3
        assert (await amazon.listing("MUG-1"))["offers"][0]["price"]["amount"] == "25.00"
        assert (await amazon.call("GET", f"{ITEMS}/FBA-3", {"marketplaceIds": DE})).status == 404


async def test_update_replaces_everything_and_partial_update_an_attribute() -> None:
    async with amazon_account() as amazon:
        attributes = {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 2}]}
        said = {"sku": "MUG-1", "productType": "HOME", "attributes": attributes}
        await send(amazon, listings_feed({**said, "operationType": "PARTIAL_UPDATE"}))
        await amazon.advance(90)
        assert len((await amazon.listing("MUG-1"))["offers"]) == 2
        await send(amazon, listings_feed({**said, "operationType": "UPDATE"}))
        await amazon.advance(90)
        listing = await amazon.listing("MUG-1")
        assert listing["offers"] == []
        assert set(listing["attributes"]) == {"fulfillment_availability", "condition_type"}


@pytest.mark.parametrize(
    "document", [b"{", {"messages": []}, {**listings_feed(patch_message("MUG-1")), "header": {"version": "2.0"}}]
)
async def test_an_unreadable_feed_is_fatal(document: Any) -> None:
    async with amazon_account() as amazon:
        feed = await send(amazon, document)
        await amazon.advance(30)
        status, raw = await result(amazon, feed)
        assert status == "FATAL"
        assert orjson.loads(raw)["issues"][0]["severity"] == "ERROR"


async def test_uploads_have_five_minutes_and_feeds_a_plan_of_their_own() -> None:
    async with amazon_account() as amazon:
        made = await amazon.call("POST", "/feeds/2021-06-30/documents", body={"contentType": "application/json"})
        await amazon.advance(300)
        headers = {"Content-Type": "application/json"}
        async with amazon.sandbox.session.put(made.body["url"], data=b"{}", headers=headers) as response:
            assert response.status == 403
        for _ in range(5):
            await send(amazon, listings_feed(patch_message("MUG-1", quantity(1))))
        document = await amazon.call("POST", "/feeds/2021-06-30/documents", body={"contentType": "application/json"})
        name = document.body["feedDocumentId"]
        body = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [DE], "inputFeedDocumentId": name}
        assert (await amazon.call("POST", "/feeds/2021-06-30/feeds", body=body)).status == 429
        gone = {**body, "feedType": "POST_INVENTORY_AVAILABILITY_DATA"}
        assert (await amazon.call("POST", "/feeds/2021-06-30/feeds", body=gone)).status == 400


async def test_a_waiting_feed_can_be_cancelled() -> None:
    async with amazon_account() as amazon:
        feed = await send(amazon, listings_feed(patch_message("MUG-1", quantity(1))))
        path = f"/feeds/2021-06-30/feeds/{feed}"
        assert (await amazon.call("DELETE", path)).status == 200
        assert (await amazon.call("DELETE", path)).status == 400
        await amazon.advance(300)
        assert (await result(amazon, feed))[0] == "CANCELLED"
        assert await stock(amazon) == 10


def acknowledgement(order: str, items: str = "", status: str = "Failure", seller: str = SELLER) -> bytes:
    return (
        f"<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{seller}"
        "</MerchantIdentifier></Header><MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID>"
        f"<OrderAcknowledgement><AmazonOrderID>{order}</AmazonOrderID><StatusCode>{status}</StatusCode>{items}"
        "</OrderAcknowledgement></Message></AmazonEnvelope>"
    ).encode()


async def test_an_order_is_cancelled_by_feed() -> None:
    async with amazon_account() as amazon:
        order = await amazon.place({"sku": "MUG-1", "quantity": 2}, {"sku": "CUP 2/B"})
        first, second = order["lines"]
        kind = "POST_ORDER_ACKNOWLEDGEMENT_DATA"

        def item(line: dict[str, Any], reason: str) -> str:
            code = f"<AmazonOrderItemCode>{line['id']}</AmazonOrderItemCode>"
            return f"<Item>{code}<CancelReason>{reason}</CancelReason></Item>"

        wrong = await send(amazon, acknowledgement(order["id"], item(first, "Whim")), kind)
        partly = await send(amazon, acknowledgement(order["id"], item(first, "NoInventory")), kind)
        await amazon.advance(30)
        assert b"<MessagesWithError>1<" in (await result(amazon, wrong))[1]
        assert b"<MessagesSuccessful>1<" in (await result(amazon, partly))[1]
        told = await amazon.order(order["id"])
        assert told["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
        done = told["orderItems"][0]["cancellation"]["cancellationExecution"]
        assert done == {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"}
        assert "cancellation" not in told["orderItems"][1]
        await send(amazon, acknowledgement(order["id"], item(second, "BuyerCanceled")), kind)
        again = await send(amazon, acknowledgement(order["id"]), kind)
        await amazon.advance(60)
        assert (await amazon.order(order["id"]))["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
        assert b"already cancelled" in (await result(amazon, again))[1]
        cancelled = await amazon.ledger("order_cancelled")
        assert [entry["by"] for entry in cancelled] == ["merchant", "merchant"]
        assert (await amazon.ship(order)).status == 400


async def test_a_feed_with_a_document_type_or_for_another_account_is_fatal() -> None:
    async with amazon_account() as amazon:
        kind = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
        evil = b'<!DOCTYPE x [<!ENTITY a "b">]>' + acknowledgement("1")
        feeds = [await send(amazon, raw, kind) for raw in (evil, b"<x", acknowledgement("1", seller="OTHER"))]
        await amazon.advance(30)
        assert [(await result(amazon, feed))[0] for feed in feeds] == ["FATAL"] * 3


async def report_rows(amazon: AmazonHandle, kind: str, **said: Any) -> tuple[str, list[dict[str, str]]]:
    body = {"reportType": kind, "marketplaceIds": [DE, FR], **said}
    made = await amazon.call("POST", "/reports/2021-06-30/reports", body=body)
    assert made.status == 202, made.body
    await amazon.advance(60)
    told = await amazon.get(f"/reports/2021-06-30/reports/{made.body['reportId']}")
    if "reportDocumentId" not in told:
        return told["processingStatus"], []
    document = await amazon.get(f"/reports/2021-06-30/documents/{told['reportDocumentId']}")
    async with amazon.sandbox.session.get(document["url"]) as response:
        raw, charset = await response.read(), response.charset
    text = (gzip.decompress(raw) if "compressionAlgorithm" in document else raw).decode(charset or "ascii")
    return told["processingStatus"], list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(("packed", "encoding"), [(True, "utf-8"), (False, "cp1252")])
async def test_the_report_of_orders_has_a_row_per_item(packed: bool, encoding: str) -> None:
    async with amazon_account() as amazon:
        settings = {"report_gzip": packed, "report_encoding": encoding}
        await amazon.control("settings", settings, method="PATCH")
        line = {"sku": "MUG-1", "quantity": 2, "title": 'Kaffeebecher "groß"\t1'}
        order = await amazon.place(line, {"sku": "CUP 2/B"})
        await amazon.place({"sku": "MUG-1"}, placed_at="2026-01-01T00:00:00Z")
        window = {"dataStartTime": "2026-02-01T00:00:00Z", "dataEndTime": "2026-03-02T12:00:00Z"}
        status, rows = await report_rows(amazon, ORDERS_REPORT, **window)
        assert status == "DONE"
        assert [row["amazon-order-id"] for row in rows] == [order["id"]] * 2
        first = rows[0]
        assert (first["sku"], first["quantity"], first["item-price"]) == ("MUG-1", "2", "39.98")
        assert first["product-name"] == 'Kaffeebecher "groß" 1'
        assert first["order-status"] == "Unshipped"
        assert first["last-updated-date"] == "2026-03-02T12:00:00+00:00"


async def test_a_report_of_orders_spans_thirty_days_at_most_and_without_rows_it_is_cancelled() -> None:
    async with amazon_account() as amazon:
        wide = {"dataStartTime": "2026-01-01T00:00:00Z", "dataEndTime": "2026-03-01T00:00:00Z"}
        body = {"reportType": ORDERS_REPORT, "marketplaceIds": [DE], **wide}
        assert (await amazon.call("POST", "/reports/2021-06-30/reports", body=body)).status == 400
        assert await report_rows(amazon, ORDERS_REPORT) == ("CANCELLED", [])


async def test_the_report_of_listings_has_a_row_per_sku() -> None:
    async with amazon_account() as amazon:
        status, rows = await report_rows(amazon, LISTINGS_REPORT)
        assert status == "DONE"
        by_sku = {row["seller-sku"]: row for row in rows}
        assert set(by_sku) == {"MUG-1", "CUP 2/B", "FBA-3"}
        assert (by_sku["MUG-1"]["price"], by_sku["MUG-1"]["quantity"]) == ("19.99", "10")
        assert (by_sku["FBA-3"]["fulfillment-channel"], by_sku["FBA-3"]["quantity"]) == ("AMAZON_EU", "")


async def test_documents_are_cut_and_uploads_are_lost_on_command() -> None:
    async with amazon_account() as amazon:
        made = await amazon.call("POST", "/feeds/2021-06-30/documents", body={"contentType": "application/json"})
        url, headers = made.body["url"], {"Content-Type": "application/json"}
        await amazon.sandbox.fault("status", "uploadDocument", status=503)
        for status in (503, 200):
            async with amazon.sandbox.session.put(url, data=b'{"header": 1}', headers=headers) as response:
                assert response.status == status
        await amazon.sandbox.fault("truncated", "downloadDocument")
        async with amazon.sandbox.session.get(url) as response:
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
        async with amazon.sandbox.session.get(url) as response:
            assert await response.read() == b'{"header": 1}'
        async with amazon.sandbox.session.get(url.replace("Signature=", "Signature=0")) as response:
            assert response.status == 403
