"""eBay's stock and prices over real HTTP: bulk updates entry by entry, revisions, concurrency, migration, paging."""

import asyncio

import pytest

from tests.support.ebay_sandbox import BULK, ITEMS, OFFERS, ebay_account

MIGRATE = "/sell/inventory/v1/bulk_migrate_listing"
LANGUAGE = {"Content-Language": "de-DE"}


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        yield account


def total(sku, quantity, *offers):
    request = {"sku": sku, "shipToLocationAvailability": {"quantity": quantity}}
    return {**request, "offers": list(offers)} if offers else request


def own(made, quantity=None, price=None, currency="EUR"):
    change = {"offerId": made["offer"]}
    if quantity is not None:
        change["availableQuantity"] = quantity
    return {**change, "price": {"value": price, "currency": currency}} if price else change


async def update(ebay, *requests):
    return await ebay.post(BULK, {"requests": list(requests)})


async def test_buyers_see_the_lesser_of_item_and_offer(ebay):
    made = await ebay.list_item("MUG", quantity=10, available=4)
    assert (await ebay.shelf())["MUG"]["quantity"] == 4
    answer = await update(ebay, total("MUG", 3))
    assert (answer.status, answer.body["responses"]) == (200, [{"sku": "MUG", "statusCode": 200}])
    assert (await ebay.shelf())["MUG"]["quantity"] == 3
    await update(ebay, total("MUG", 9, own(made, 8, "13.50")))
    shown = (await ebay.shelf())["MUG"]
    assert (shown["quantity"], shown["total"], shown["available"], shown["price"]) == (8, 9, 8, "13.50")
    offer = (await ebay.get(f"{OFFERS}/{made['offer']}")).body
    assert (offer["availableQuantity"], offer["pricingSummary"]["price"]["value"]) == (8, "13.50")


async def test_zero_is_out_of_stock_and_alive(ebay):
    made = await ebay.list_item("MUG")
    await update(ebay, total("MUG", 0))
    assert (await ebay.get(f"{OFFERS}/{made['offer']}")).body["listing"]["listingStatus"] == "OUT_OF_STOCK"
    await update(ebay, total("MUG", 1))
    assert (await ebay.get(f"{OFFERS}/{made['offer']}")).body["listing"]["listingStatus"] == "ACTIVE"


async def test_each_entry_succeeds_or_fails_by_itself(ebay):
    mug, cup = await ebay.list_item("MUG"), await ebay.list_item("CUP")
    draft = await ebay.list_item("DRAFT", published=False)
    await ebay.list_item("BID", quantity=5, auction=3)
    cases = [
        (total("MUG", 1), 200, None),
        (total("NONE", 1), 404, 25702),
        (total("CUP", -1), 400, 25709),
        (total("BID", 2), 400, 25759),
        ({"offers": [own(draft, 1)]}, 400, 25002),
        ({"offers": [{"offerId": "1", "availableQuantity": 1}]}, 404, 25713),
        ({"sku": "MUG", "offers": [own(cup, 1)]}, 400, 25709),
        ({"offers": [own(cup, 1), own(cup, 2)]}, 400, 25709),
        ({"offers": [own(cup)]}, 400, 25709),
        ({"offers": [own(cup, None, "5.00", "USD")]}, 400, 25709),
        ({"offers": [own(cup, None, "0.00")]}, 400, 25709),
        ({"sku": "CUP"}, 400, 25709),
        ({"sku": "CUP", "offers": ["one"]}, 400, 25709),
        ({"offers": [own(cup, 3)]}, 200, None),
    ]
    answer = await update(ebay, *(request for request, _, _ in cases))
    assert answer.status == 207
    told = iter(answer.body["responses"])
    for request, status, error in cases:
        for _ in request.get("offers") or [None]:
            entry = next(told)
            assert (entry["statusCode"], entry.get("errors", [{}])[0].get("errorId")) == (status, error), request
    shelf = await ebay.shelf()
    assert (shelf["MUG"]["quantity"], shelf["CUP"]["quantity"], shelf["BID"]["quantity"]) == (1, 3, 5)
    assert mug["offer"] != cup["offer"]


async def test_a_body_without_requests_or_with_too_many_is_refused_whole(ebay):
    for body in ({}, {"requests": []}, {"requests": [total("MUG", 1)] * 26}):
        answer = await ebay.post(BULK, body)
        assert (answer.status, answer.errors) == (400, [25709])
    await ebay.control("settings", {"skus_per_bulk": 1}, method="PATCH")
    assert (await update(ebay, total("A", 1), total("B", 1))).status == 400


async def test_a_listing_takes_250_revisions_per_pacific_day(ebay):
    made = await ebay.list_item("MUG", quantity=1)
    await ebay.control("listings", {"listing": made["listing"], "revisions": 249}, method="PATCH")
    assert (await update(ebay, total("MUG", 2))).status == 200
    blocked = await update(ebay, total("MUG", 3))
    assert (blocked.status, blocked.body["responses"][0]["errors"][0]["errorId"]) == (207, 25002)
    assert (await ebay.shelf())["MUG"]["quantity"] == 2
    await ebay.sandbox.advance(20 * 3600)
    await ebay.log_in()
    assert (await update(ebay, total("MUG", 3))).status == 200
    days = [(entry["day"], entry["revisions"]) for entry in await ebay.sandbox.ledger("listing_revised")]
    assert days == [("2026-03-02", 250), ("2026-03-03", 1)]


async def test_two_writes_of_one_sku_at_a_time_are_one_too_many(ebay):
    await ebay.list_item("MUG")
    await ebay.list_item("CUP")
    await ebay.control("settings", {"write_seconds": 1.0}, method="PATCH")
    go, began = asyncio.Event(), asyncio.Event()

    async def wait(_seconds):
        began.set()
        await go.wait()

    ebay.sandbox.sandbox.ebay._endpoint.sleep = wait
    first = asyncio.create_task(update(ebay, total("MUG", 1)))
    await began.wait()
    second = asyncio.create_task(update(ebay, total("MUG", 2), total("CUP", 2)))
    while not await ebay.sandbox.ledger("update_refused"):
        await asyncio.sleep(0)
    go.set()
    told = (await second).body["responses"]
    assert [(entry["statusCode"], entry.get("errors", [{}])[0].get("errorId")) for entry in told] == [
        (500, 25025),
        (200, None),
    ]
    assert (await first).status == 200
    assert (await update(ebay, total("MUG", 3))).status == 200


async def test_an_update_may_take_effect_later_or_not_at_all(ebay):
    await ebay.list_item("MUG", quantity=5)
    await ebay.control("settings", {"applies_after": 30.0}, method="PATCH")
    assert (await update(ebay, total("MUG", 2))).status == 200
    assert (await ebay.get(f"{ITEMS}/MUG")).body["availability"]["shipToLocationAvailability"]["quantity"] == 5
    await ebay.sandbox.advance(30)
    assert (await ebay.shelf())["MUG"]["quantity"] == 2
    await ebay.control("settings", {"applies_after": 0.0, "accept_and_ignore": True}, method="PATCH")
    assert (await update(ebay, total("MUG", 1))).status == 200
    assert (await ebay.shelf())["MUG"]["quantity"] == 2


async def test_a_sale_takes_from_the_item_and_the_offer(ebay):
    await ebay.list_item("MUG", quantity=5, available=4)
    await ebay.place({"sku": "MUG", "quantity": 3})
    shown = (await ebay.shelf())["MUG"]
    assert (shown["total"], shown["available"], shown["quantity"]) == (2, 1, 1)


async def test_items_are_paged_by_page_number(ebay):
    for sku in ("A", "B", "C", "D", "E"):
        await ebay.list_item(sku)
    body = (await ebay.get(ITEMS, {"limit": "2", "offset": "1"})).body
    assert [item["sku"] for item in body["inventoryItems"]] == ["C", "D"]
    assert (body["total"], body["size"], body["limit"]) == (5, 3, 2)
    assert (await ebay.get(ITEMS, {"limit": "2", "offset": "3"})).body["inventoryItems"] == []
    assert (await ebay.get(ITEMS, {"limit": "201"})).errors == [25706]
    missing = await ebay.get(f"{ITEMS}/Z")
    assert (missing.status, missing.errors) == (404, [25710])


async def test_a_replacement_loses_what_it_leaves_out(ebay):
    made = await ebay.list_item("MUG", quantity=5, available=5)
    bare = {"product": {"title": "Bare"}}
    assert (await ebay.call("PUT", f"{ITEMS}/MUG", bare)).errors == [25709]
    assert (await ebay.call("PUT", f"{ITEMS}/MUG", bare, headers=LANGUAGE)).status == 204
    assert "availability" not in (await ebay.get(f"{ITEMS}/MUG")).body
    assert (await ebay.shelf())["MUG"]["quantity"] == 0
    price = {"pricingSummary": {"price": {"value": "9.00", "currency": "EUR"}}}
    assert (await ebay.call("PUT", f"{OFFERS}/{made['offer']}", price, headers=LANGUAGE)).status == 204
    assert (await ebay.shelf())["MUG"]["available"] is None
    assert (await ebay.call("PUT", f"{OFFERS}/{made['offer']}", {}, headers=LANGUAGE)).errors == [25003]


async def test_listings_of_elsewhere_are_invisible_until_they_are_migrated(ebay):
    one = await ebay.control("listings", {"sku": "OLD", "outside": True, "quantity": 3, "price": "7.00"})
    two = {"outside": True, "variations": [{"sku": "S", "price": "1.00", "quantity": 1, "id": "11"}]}
    two["variations"].append({"sku": "L", "price": "2.00", "quantity": 2, "id": "12"})
    many = await ebay.control("listings", two)
    bare = await ebay.control("listings", {"outside": True, "quantity": 1})
    bid = await ebay.control("listings", {"sku": "BID", "outside": True, "obstacle": "The listing is an auction."})
    assert (await ebay.get(ITEMS)).body["total"] == 0
    assert (await ebay.get(OFFERS, {"sku": "OLD"})).status == 404
    listings = [one, many, bare, bid]
    answer = await ebay.post(MIGRATE, {"requests": [{"listingId": made["listing"]} for made in listings]})
    told = answer.body["responses"]
    assert (answer.status, [entry["statusCode"] for entry in told]) == (207, [200, 200, 400, 400])
    assert told[0]["inventoryItems"][0]["sku"] == "OLD"
    assert [item["sku"] for item in told[1]["inventoryItems"]] == ["S", "L"]
    assert told[1]["inventoryItemGroupKey"]
    assert {entry["errors"][0]["errorId"] for entry in told[2:]} == {25718}
    offer = (await ebay.get(OFFERS, {"sku": "OLD"})).body["offers"][0]
    assert (offer["listing"]["listingId"], offer["availableQuantity"]) == (one["listing"], 3)
    again = await ebay.post(MIGRATE, {"requests": [{"listingId": one["listing"]}]})
    assert again.body["responses"][0]["statusCode"] == 400
    assert (await ebay.post(MIGRATE, {"requests": [{"listingId": "1"}] * 6})).status == 400


async def test_an_order_of_an_outside_listing_has_no_sku_when_the_seller_gave_none(ebay):
    bare = await ebay.control("listings", {"outside": True, "quantity": 1, "price": "7.00"})
    order = await ebay.place({"listing": bare["listing"]})
    line = (await ebay.order(order["id"]))["lineItems"][0]
    assert "sku" not in line
    assert (line["legacyItemId"], line["lineItemCost"]["value"]) == (bare["listing"], "7.00")


async def test_an_ended_listing_cannot_be_changed(ebay):
    made = await ebay.list_item("MUG")
    await ebay.control("listings", {"listing": made["listing"], "ended": True}, method="PATCH")
    told = (await update(ebay, {"offers": [own(made, 1)]})).body["responses"][0]
    assert (told["statusCode"], told["errors"][0]["errorId"]) == (400, 25002)
    assert (await ebay.get(f"{OFFERS}/{made['offer']}")).body["listing"]["listingStatus"] == "ENDED"


async def test_a_body_needs_its_content_type_and_json(ebay):
    url = f"{ebay.sandbox.url}/ebay{BULK}"
    headers = {"Authorization": f"Bearer {ebay.user}"}
    for kind, data, status in (("text/plain", b"{}", 415), ("application/json", b"{", 400)):
        async with ebay.sandbox.session.post(url, data=data, headers={**headers, "Content-Type": kind}) as response:
            assert response.status == status
