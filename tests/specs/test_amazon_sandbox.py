"""Every operation of the sandbox Amazon against Amazon's contracts: requests, answers, usage plans, feed schemas."""

import gzip
from typing import Any

import orjson
import pytest

from orion_daemon.sandbox.amazon import quotas
from orion_daemon.sandbox.amazon.operations import OPERATIONS
from tests.support.amazon_sandbox import DE, SELLER, AmazonHandle, amazon_account, price, quantity
from tests.support.contracts import Contracts, Exchange, schema_problems, specs_folder


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return Contracts(specs_folder("amazon") / "models")


def exchanges(amazon: AmazonHandle) -> list[Exchange]:
    return [Exchange(a.method, a.path, a.query, a.sent, a.status, a.body) for a in amazon.answers]


def test_published_usage_plans_are_those_of_the_contracts(contracts: Contracts) -> None:
    differing = {}
    for operation in OPERATIONS:
        described = contracts.find(operation.method, operation.path)
        assert described is not None, operation
        assert (described.contract, described.name, described.template) == (
            operation.contract,
            operation.name,
            operation.path,
        )
        plan = contracts.contracts[described.contract].usage_plan(described)
        if plan != quotas.PUBLISHED[operation.key]:
            differing[operation.key] = (plan, quotas.PUBLISHED[operation.key])
    assert not differing


async def test_every_operation_answers_as_its_contract_says(contracts: Contracts) -> None:
    async with amazon_account() as amazon:
        await everything(amazon)
        problems = [problem for exchange in exchanges(amazon) for problem in contracts.problems(exchange)]
        assert problems == []
        driven = {
            (found.contract, found.name)
            for exchange in exchanges(amazon)
            if exchange.status < 300 and (found := contracts.find(exchange.method, exchange.path)) is not None
        }
        assert driven == {(operation.contract, operation.name) for operation in OPERATIONS}


async def test_refusals_answer_as_the_contracts_say(contracts: Contracts) -> None:
    async with amazon_account() as amazon:
        order = await amazon.place({"sku": "MUG-1"})
        for operation in OPERATIONS:
            path = operation.path.replace("{orderId}", order["id"]).replace("{sellerId}", SELLER)
            for part in ("{sku}", "{feedId}", "{reportId}", "{feedDocumentId}", "{reportDocumentId}"):
                path = path.replace(part, "nothing")
            await amazon.call(operation.method, path, {}, token="")
            await amazon.call(operation.method, path, {}, token="Atza|wrong")
            await amazon.control("quotas", {"operation": operation.key, "level": 0}, method="PATCH")
            await amazon.call(operation.method, path)
            await amazon.control("quotas", method="DELETE")
            for status in (500, 503):
                await amazon.sandbox.fault("status", operation.key, status=status)
                await amazon.call(operation.method, path)
            await amazon.call(operation.method, path, {}, {} if operation.method != "GET" else None)
        told = {answer.status for answer in amazon.answers}
        assert {400, 403, 404, 429, 500, 503} <= told
        assert [problem for exchange in exchanges(amazon) for problem in contracts.problems(exchange)] == []
        for answer in amazon.answers:
            assert "x-amzn-RequestId" in answer.headers
            assert "Retry-After" not in answer.headers
            assert ("x-amzn-RateLimit-Limit" in answer.headers) == (answer.status < 300 or answer.status in (400, 404))


async def test_listing_feeds_and_their_reports_keep_to_amazons_schemas() -> None:
    schemas = specs_folder("amazon") / "schemas" / "feeds"
    async with amazon_account() as amazon:
        header = {"sellerId": SELLER, "version": "2.0"}
        messages: list[dict[str, Any]] = [
            {
                "messageId": 1,
                "sku": "MUG-1",
                "operationType": "PATCH",
                "productType": "PRODUCT",
                "patches": [quantity(3)],
            },
            {
                "messageId": 2,
                "sku": "MUG-1",
                "operationType": "PARTIAL_UPDATE",
                "productType": "PRODUCT",
                "attributes": {"purchasable_offer": price(5)["value"]},
            },
            {"messageId": 3, "sku": "GONE", "operationType": "DELETE"},
            {
                "messageId": 4,
                "sku": "MUG-1",
                "operationType": "PATCH",
                "productType": "PRODUCT",
                "patches": [price(-1)],
            },
        ]
        feed = {"header": header, "messages": messages}
        assert schema_problems(schemas / "listings-feed-schema-v2.json", feed) == []
        report = await feed_result(amazon, "JSON_LISTINGS_FEED", "application/json", orjson.dumps(feed))
        assert schema_problems(schemas / "listings-feed-processing-report-schema-v2.json", orjson.loads(report)) == []
        broken = await feed_result(amazon, "JSON_LISTINGS_FEED", "application/json", b"{")
        assert schema_problems(schemas / "listings-feed-processing-report-schema-v2.json", orjson.loads(broken)) == []


async def everything(amazon: AmazonHandle) -> None:
    """Each operation once with success, on an order and a listing that have something of everything."""
    line = {"sku": "MUG-1", "quantity": 2, "shipping": "4.00", "tax": "1.00", "promotion": "2.00"}
    order = await amazon.place(line, {"sku": "CUP 2/B"}, programs=["PRIME"])
    assert (await amazon.ship(order, carrierCode="Other", carrierName="Velo", shippingMethod="Bike")).status == 204
    await amazon.control("packages", {"order": order["id"], "status": "DELIVERED"})
    asked = await amazon.place({"sku": "MUG-1"})
    await amazon.control("cancel/request", {"order": asked["id"]})
    await amazon.place({"sku": "MUG-1"}, pending=True)
    await amazon.control("refund", {"order": order["id"], "amount": "5.00"})
    await amazon.control("settings", {"refund_delay": 0, "detailed_status": True}, method="PATCH")
    await amazon.control("refund", {"order": order["id"], "amount": "5.00"})
    await amazon.advance(180)
    page = await amazon.search(maxResultsPerPage="1", marketplaceIds=DE)
    await amazon.search(maxResultsPerPage="1", marketplaceIds=DE, paginationToken=page["pagination"]["nextToken"])
    await amazon.order(order["id"])
    await old_reads(amazon, order["id"])
    item = f"/listings/2021-08-01/items/{SELLER}"
    sets = "summaries,attributes,offers,fulfillmentAvailability,issues,productTypes,relationships"
    await amazon.get(item, marketplaceIds=DE, includedData=sets, pageSize="1")
    await amazon.listing("CUP 2/B", sets)
    for mode in ("", "VALIDATION_PREVIEW"):
        assert (await amazon.patch("MUG-1", quantity(4), price(21.5), mode=mode)).status == 200
    assert (await amazon.patch("MUG-1", price(-1))).body["status"] == "INVALID"
    for kind in ("GET_MERCHANT_LISTINGS_ALL_DATA", "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"):
        body = {"reportType": kind, "marketplaceIds": [DE], "dataStartTime": "2026-03-01T00:00:00Z"}
        made = await amazon.call("POST", "/reports/2021-06-30/reports", body=body)
        await amazon.advance(60)
        report = await amazon.get(f"/reports/2021-06-30/reports/{made.body['reportId']}")
        await amazon.get(f"/reports/2021-06-30/documents/{report['reportDocumentId']}")
    feed = {"header": {"sellerId": SELLER, "version": "2.0"}, "messages": [{"messageId": 1, "sku": "X"}]}
    await feed_result(amazon, "JSON_LISTINGS_FEED", "application/json", orjson.dumps(feed))
    waiting = await send_feed(amazon, "POST_ORDER_ACKNOWLEDGEMENT_DATA", "text/xml", b"<AmazonEnvelope/>")
    await amazon.call("DELETE", f"/feeds/2021-06-30/feeds/{waiting}")
    sets = "attributes,dimensions,identifiers,images,productTypes,summaries,relationships,salesRanks,classifications"
    said = {"identifiers": "MUG-1", "identifiersType": "SKU", "sellerId": SELLER, "includedData": sets}
    assert (await amazon.get("/catalog/2022-04-01/items", marketplaceIds=DE, **said))["numberOfResults"] == 1
    related = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order["id"]}
    found = (await amazon.get("/finances/2024-06-19/transactions", **related))["payload"]["transactions"]
    assert [entry["description"] for entry in found] == ["Order Payment", "Refund Order"]
    await amazon.get("/sellers/v1/marketplaceParticipations")


async def old_reads(amazon: AmazonHandle, order_id: str) -> None:
    path = f"/orders/v0/orders/{order_id}"
    elements = ["buyerInfo", "shippingAddress"]
    whole = ("/orders/v0/orders", "/orders/v0/orders/{orderId}", "/orders/v0/orders/{orderId}/orderItems")
    resources: list[dict[str, Any]] = [{"method": "GET", "path": p, "dataElements": elements} for p in whole]
    resources += [{"method": "GET", "path": f"{path}/{part}"} for part in ("address", "buyerInfo")]
    made = await amazon.call("POST", "/tokens/2021-03-01/restrictedDataToken", body={"restrictedResources": resources})
    opened = made.body["restrictedDataToken"]
    query = {"MarketplaceIds": DE, "LastUpdatedAfter": "2026-03-01T00:00:00Z", "MaxResultsPerPage": "1"}
    page = await amazon.call("GET", "/orders/v0/orders", query, token=opened)
    following = {**query, "NextToken": page.body["payload"]["NextToken"]}
    await amazon.call("GET", "/orders/v0/orders", following, token=opened)
    for part in ("", "/orderItems", "/address", "/buyerInfo"):
        assert (await amazon.call("GET", path + part, token=opened)).status == 200


async def send_feed(amazon: AmazonHandle, kind: str, content_type: str, raw: bytes) -> str:
    made = await amazon.call("POST", "/feeds/2021-06-30/documents", body={"contentType": content_type})
    headers = {"Content-Type": content_type}
    async with amazon.sandbox.session.put(made.body["url"], data=raw, headers=headers) as response:
        assert response.status == 200, await response.text()
    body = {"feedType": kind, "marketplaceIds": [DE], "inputFeedDocumentId": made.body["feedDocumentId"]}
    feed: str = (await amazon.call("POST", "/feeds/2021-06-30/feeds", body=body)).body["feedId"]
    return feed


async def feed_result(amazon: AmazonHandle, kind: str, content_type: str, raw: bytes) -> bytes:
    """The processing report, as text."""
    feed = await send_feed(amazon, kind, content_type, raw)
    await amazon.advance(60)
    told = await amazon.get(f"/feeds/2021-06-30/feeds/{feed}")
    document = await amazon.get(f"/feeds/2021-06-30/documents/{told['resultFeedDocumentId']}")
    async with amazon.sandbox.session.get(document["url"]) as response:
        found = await response.read()
    return gzip.decompress(found) if document.get("compressionAlgorithm") == "GZIP" else found
