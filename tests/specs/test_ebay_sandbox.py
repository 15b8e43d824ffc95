"""Every operation of the sandbox eBay against eBay's own contracts: requests, answers, refusals, scopes."""

import base64
import json

import pytest

from orion_daemon.sandbox.ebay.operations import OPERATIONS
from tests.support.contracts import specs_folder
from tests.support.contracts_openapi import OpenApiContracts
from tests.support.ebay_sandbox import BULK, ITEMS, OFFERS, ORDERS, SELLER, Ebay, ebay_account, receiving

FEED = "/sell/feed/v1"
FINANCES, NOTIFY = "/sell/finances/v1/transaction", "/commerce/notification/v1"
KEYS, RATES = "/developer/key_management/v1/signing_key", "/developer/analytics/v1_beta"
WITHOUT_CONTRACT = {"searchCancellations", "createCancellation", "approveCancellation", "rejectCancellation"}
LANGUAGE = {"Content-Language": "de-DE"}


@pytest.fixture(scope="module")
def contracts() -> OpenApiContracts:
    return OpenApiContracts(specs_folder("ebay"))


def judged(ebay: Ebay):
    return [exchange for exchange in ebay.exchanges if not exchange.path.startswith("/post-order/")]


def test_names_paths_and_scopes_are_those_of_the_contracts(contracts):
    for operation in OPERATIONS:
        if operation.name in WITHOUT_CONTRACT:
            continue
        described = contracts.find(operation.method, operation.path)
        assert described is not None, operation.name
        assert (described.name, described.template) == (operation.name, operation.path)
        allowed = {scope for way in described.document.get("security", []) for names in way.values() for scope in names}
        assert set(operation.scopes) <= allowed, operation.name


async def test_every_operation_answers_as_its_contract_says(contracts):
    async with ebay_account() as ebay, receiving() as receiver:
        await selling(ebay)
        await money(ebay)
        await platform(ebay, receiver)
        problems = [problem for exchange in judged(ebay) for problem in contracts.problems(exchange)]
        assert problems == []
        driven = {
            found.name
            for exchange in judged(ebay)
            if exchange.status < 300 and (found := contracts.find(exchange.method, exchange.path)) is not None
        }
        assert driven == {operation.name for operation in OPERATIONS} - WITHOUT_CONTRACT


async def test_refusals_have_the_form_of_the_contracts(contracts):
    async with ebay_account() as ebay:
        for operation in OPERATIONS:
            path = "/".join("nothing" if part.startswith("{") else part for part in operation.path.split("/"))
            body = {} if operation.body else None
            asked = {"scheme": operation.scheme, "headers": LANGUAGE if operation.language else {}}
            await ebay.call(operation.method, path, body, token="wrong", **asked)
            await ebay.call(operation.method, path, body, **asked)
        await ebay.get(ORDERS, {"limit": "201"})
        await ebay.get(ORDERS, {"filter": "colour:red"})
        await ebay.get(OFFERS, {"sku": "nothing"})
        refused = [exchange for exchange in judged(ebay) if exchange.status >= 400]
        assert len(refused) >= 40
        assert [problem for exchange in refused for problem in contracts.problems(exchange)] == []


async def selling(ebay: Ebay) -> None:
    mug = await ebay.list_item("MUG", available=10, ean="4000000000013", brand="Exemplis")
    await ebay.list_item("DRAFT", published=False)
    outside = await ebay.control("listings", {"sku": "OLD", "outside": True, "quantity": 2})
    line = {"sku": "MUG", "quantity": 2, "discount": "1.00", "shipping": "4.90", "shipping_discount": "0.90"}
    rich = await ebay.place(
        {**line, "tax": "3.10", "collected_tax": "2.00"},
        {"listing": outside["listing"], "price": "5.00", "variation": "77", "purchase_site": "EBAY_FR"},
        tax_id={"taxpayerId": "X1", "taxIdentifierType": "VATIN", "issuingCountry": "IT"},
        hub={"fullName": "Hub", "addressLine1": "Dock 1", "city": "Halle", "countryCode": "DE"},
        notes="Please wrap it",
        converted_from="GBP",
        rate="0.86",
        adjustment="-0.50",
    )
    await ebay.place({"sku": "MUG"}, instruction="DIGITAL")
    await ebay.control("cancel/request", {"order": (await ebay.place())["id"]})
    await ebay.control("cancel", {"order": (await ebay.place())["id"]})
    await ebay.control("refund", {"order": rich["id"], "amount": "1.00", "line": rich["lines"][0]["id"]})
    await ebay.control("refund", {"order": rich["id"], "amount": "2.00"})
    await ebay.orders(limit="2")
    await ebay.orders(limit="2", offset="2", fieldGroups="TAX_BREAKDOWN")
    await ebay.get(ORDERS, {"orderIds": rich["id"]})
    await ebay.ship(rich, shippedDate="2026-03-02T11:00:00.000Z")
    for path in ("", "/shipping_fulfillment", "/shipping_fulfillment/JD01"):
        await ebay.get(f"{ORDERS}/{rich['id']}{path}")
    await ebay.order(rich["id"], fieldGroups="TAX_BREAKDOWN")
    await ebay.get(ITEMS, {"limit": "1", "offset": "1"})
    await ebay.get(f"{ITEMS}/MUG")
    wanted = {"requests": [{"sku": "MUG"}, {"sku": "nothing"}]}
    await ebay.post("/sell/inventory/v1/bulk_get_inventory_item", wanted)
    asked = {"schemaVersion": "1.0", "feedType": "LMS_ACTIVE_INVENTORY_REPORT"}
    fixed = {**asked, "filterCriteria": {"listingFormat": "FIXED_PRICE"}}
    task = (await ebay.post(f"{FEED}/inventory_task", fixed)).headers["Location"].rpartition("/")[2]
    await ebay.get(f"{FEED}/inventory_task/{task}")
    await ebay.get(f"{FEED}/task/{task}/download_result_file")
    await ebay.get(OFFERS, {"sku": "MUG", "format": "FIXED_PRICE", "limit": "1"})
    for sku in ("MUG", "DRAFT"):
        offer = (await ebay.shelf())[sku]["offer"]
        await ebay.get(f"{OFFERS}/{offer}")
    update = {"sku": "MUG", "shipToLocationAvailability": {"quantity": 4}}
    price = {"value": "13.50", "currency": "EUR"}
    await ebay.post(BULK, {"requests": [{**update, "offers": [{"offerId": mug["offer"], "price": price}]}]})
    await ebay.post(BULK, {"requests": [update, {**update, "sku": "nothing"}]})
    migrate = {"requests": [{"listingId": outside["listing"]}, {"listingId": "1"}]}
    await ebay.post("/sell/inventory/v1/bulk_migrate_listing", migrate)
    item = {"product": {"title": "New"}, "availability": {"shipToLocationAvailability": {"quantity": 3}}}
    await ebay.call("PUT", f"{ITEMS}/NEW", item, headers=LANGUAGE)
    await ebay.call("PUT", f"{ITEMS}/NEW", item, headers=LANGUAGE)
    replaced = {"availableQuantity": 3, "pricingSummary": {"price": price}}
    await ebay.call("PUT", f"{OFFERS}/{mug['offer']}", replaced, headers=LANGUAGE)


async def money(ebay: Ebay) -> None:
    await ebay.use_key()
    order = await ebay.place({"sku": "MUG", "price": "10.00"})
    amount = {"reasonForRefund": "BUYER_CANCEL", "orderLevelRefundAmount": {"value": "1.00", "currency": "EUR"}}
    await ebay.post(f"{ORDERS}/{order['id']}/issue_refund", amount, signed=True)
    await ebay.get(FINANCES, {"limit": "1", "offset": "1"}, signed=True)
    await ebay.get(FINANCES, {"filter": "transactionType:{REFUND}"}, signed=True)
    await ebay.get(FINANCES, {"filter": "orderId:{none}"}, signed=True)


async def platform(ebay: Ebay, receiver) -> None:
    app = {"token": ebay.application}
    await ebay.get("/commerce/identity/v1/user/")
    for query in ({}, {"api_context": "sell", "api_name": "inventory"}, {"api_name": "taxonomy"}):
        await ebay.get(f"{RATES}/rate_limit/", query, **app)
        await ebay.get(f"{RATES}/user_rate_limit/", query)
    key = (await ebay.get(KEYS, **app)).body["signingKeys"][0]
    await ebay.get(f"{KEYS}/{key['signingKeyId']}", **app)
    await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ops@example.lu"}, **app)
    for path in ("config", "topic", "topic/ORDER_CONFIRMATION"):
        await ebay.get(f"{NOTIFY}/{path}", **app)
    target = {"name": "hook", "status": "ENABLED"}
    target["deliveryConfig"] = {"endpoint": receiver.url, "verificationToken": receiver.token}
    where = (await ebay.post(f"{NOTIFY}/destination", target, **app)).headers["Location"].split("/ebay")[1]
    await ebay.call("PUT", where, {**target, "name": "renamed"}, **app)
    await ebay.get(where, **app)
    await ebay.get(f"{NOTIFY}/destination", {"limit": "10"}, **app)
    wanted = {"topicId": "ORDER_CONFIRMATION", "status": "ENABLED", "destinationId": where.rpartition("/")[2]}
    wanted["payload"] = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
    made = (await ebay.post(f"{NOTIFY}/subscription", wanted)).headers["Location"].split("/ebay")[1]
    await ebay.call("PUT", made, {name: wanted[name] for name in ("status", "destinationId", "payload")})
    for verb in ("test", "disable", "enable"):
        await ebay.post(f"{made}/{verb}")
    await ebay.get(made)
    await ebay.get(f"{NOTIFY}/subscription")
    await ebay.sandbox.advance(0)
    await ebay.get(f"{NOTIFY}/public_key/{await kid(receiver)}", **app)
    await ebay.call("DELETE", made)
    await ebay.call("DELETE", where, **app)
    assert (await ebay.get("/commerce/identity/v1/user/")).body["username"] == SELLER


async def kid(receiver) -> str:
    headers, _body = receiver.got[0]
    return json.loads(base64.b64decode(headers["X-EBAY-SIGNATURE"]))["kid"]
