"""CodesWholesale's price list over real HTTP: walks, filters, changes while walking, oddities, descriptions."""

import tracemalloc
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.codeswholesale_sandbox import codeswholesale_account
from tests.support.letzshop_sandbox import NOON


@pytest.fixture
async def shop():
    async with codeswholesale_account() as account:
        yield account


async def shelf(shop, count, page_size=2):
    await shop.control("settings", {"page_size": page_size}, method="PATCH")
    return [await shop.add(f"Quest {number}") for number in range(count)]


async def test_a_product_is_written_as_the_manual_shows_it(shop):
    prices = [{"value": "8.05", "from": 100}, {"value": "9.1", "to": 9}, {"value": "8.60", "from": 10, "to": 0}]
    facts = {"identifier": "EXQ", "quantity": 17, "regions": ["EU"], "released_at": "2024-05-16T22:00:00Z"}
    product = await shop.add("Example Quest", prices=prices, images=True, **facts)
    answer = await shop.get(f"products/{product}")
    written = '{"value":8.05,"from":100,"to":null},{"value":9.10,"from":1,"to":9},{"value":8.60,"from":10,"to":0}'
    assert f'"prices":[{written}]' in answer.text
    said = answer.body
    assert (said["identifier"], said["name"], said["platform"]) == ("EXQ", "Example Quest", "Steam")
    assert (said["quantity"], said["regions"], said["languages"]) == (17, ["EU"], ["Multilanguage"])
    assert said["releaseDate"] == "2024-05-16T22:00:00.000Z"
    assert [image["format"] for image in said["images"]] == ["SMALL", "MEDIUM"]
    assert {link["rel"] for link in said["links"]} == {"self", "buy", "description"}
    assert "currency" not in answer.text.lower()
    assert "images" not in (await shop.get(f"products/{await shop.add('No Picture')}")).body


async def test_an_unknown_product_is_404_with_20001(shop):
    answer = await shop.get("products/ffe2274d-5469-4b0f-b57b-f8d21b09c24c")
    assert (answer.status, answer.body["status"], answer.code) == (404, 404, 20001)


async def test_a_walk_sees_every_product_once_and_its_end_has_three_forms(shop):
    ids = await shelf(shop, 5)
    assert await shop.walk() == ids
    for form, end in (("null", {"continuationToken": None}), ("missing", {}), ("empty", {"continuationToken": ""})):
        await shop.control("settings", {"page_size": 5, "walk_end": form}, method="PATCH")
        said = (await shop.get("products")).body
        assert {name: value for name, value in said.items() if name != "items"} == end


async def page_of(shop, token=None):
    said = (await shop.get("products", **({"continuationToken": token} if token else {}))).body
    return [item["productId"] for item in said["items"]], said["continuationToken"]


async def test_items_move_between_pages_while_somebody_walks(shop):
    ids = await shelf(shop, 6)
    _, token = await page_of(shop)
    await shop.control("products/hide", {"product": ids[0]})
    assert (await page_of(shop, token))[0] == ids[3:5]  # the third was missed
    await shop.control("products/show", {"product": ids[0]})
    first, token = await page_of(shop)
    new = await shop.add("Brand New", place=0)
    assert (await page_of(shop, token))[0] == [ids[1], ids[2]]  # the second came twice
    await shop.control("products/move", {"product": new, "to": -1})
    assert (await shop.walk())[-1] == new
    await shop.control(f"products?product={ids[1]}", method="DELETE")
    assert await shop.walk() == [ids[0], *ids[2:], new]
    assert first == ids[:2]


async def test_continuation_tokens_end_by_command_and_by_age(shop):
    await shelf(shop, 5)
    _, token = await page_of(shop)
    await shop.control("walks/expire", {})
    answer = await shop.get("products", continuationToken=token)
    assert (answer.status, "continuation token" in answer.body["message"]) == (400, True)
    assert (await shop.get("products", continuationToken="nonsense")).status == 400
    await shop.control("settings", {"walk_seconds": 60}, method="PATCH")
    _, token = await page_of(shop)
    await shop.sandbox.advance(60)
    _, token = await page_of(shop, token)
    await shop.sandbox.advance(61)
    assert (await shop.get("products", continuationToken=token)).status == 400


async def test_updated_since_and_created_since_but_not_both(shop):
    old = await shelf(shop, 3)
    await shop.sandbox.advance(1800)
    new = await shop.add("Newer")
    await shop.control("price", {"product": old[1], "price": "12.00"})
    since = (NOON + timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    assert await shop.walk(updatedSince=since) == [old[1], new]
    assert await shop.walk(createdSince=since) == [new]
    assert (await shop.get("products", updatedSince=since, createdSince=since)).status == 400
    assert (await shop.get("products", updatedSince="yesterday")).status == 400
    await shop.control("settings", {"stock_is_an_update": False}, method="PATCH")
    await shop.control("stock", {"product": old[0], "quantity": 1})
    assert await shop.walk(updatedSince=since) == [old[1], new]
    await shop.control("settings", {"stock_is_an_update": True}, method="PATCH")
    await shop.control("stock", {"product": old[0], "quantity": 2})
    assert await shop.walk(updatedSince=since) == [old[0], old[1], new]


async def test_products_by_their_ids_leave_out_what_is_not_there(shop):
    ids = await shelf(shop, 4)
    await shop.control("products/hide", {"product": ids[2]})
    assert await shop.walk(productIds=f"{ids[3]},{ids[2]},{ids[0]},none") == [ids[3], ids[0]]
    assert (await shop.get(f"products/{ids[2]}")).code == 20001


async def test_a_product_can_be_changed_in_everything_but_its_id(shop):
    product = await shop.add()
    change = {"product": product, "name": "Other", "prices": [{"value": "3.00"}], "platform": "None", "badges": ["New"]}
    await shop.control("products", change, method="PATCH")
    said = (await shop.get(f"products/{product}")).body
    assert (said["name"], said["platform"], said["badges"]) == ("Other", "None", ["New"])
    assert said["prices"] == [{"value": Decimal("3.00"), "from": 1, "to": None}]
    assert said["quantity"] == 10
    await shop.control("products", {"product": product, "id": "x"}, method="PATCH", status=409)
    assert [entry["name"] for entry in await shop.ledger("product_changed")] == ["Other"]


async def test_descriptions_have_words_for_languages_and_many_are_missing(shop):
    texts = {"title": "Example Quest", "eans": ["2000000000015"], "titles": {"germany": "Beispiel"}}
    texts["sheets"] = {"german": "Ein Text.", "Spanish Mexico": "Un texto."}
    product = await shop.add(texts=texts)
    said = (await shop.get(f"products/{product}/description", locale="de")).body
    assert (said["productId"], said["officialTitle"], said["eans"]) == (product, "Example Quest", ["2000000000015"])
    assert said["localizedTitles"] == [{"territory": "germany", "title": "Beispiel"}]
    assert [sheet["territory"] for sheet in said["factSheets"]] == ["german", "Spanish Mexico"]
    assert "pegirating" in said
    bare = await shop.get(f"products/{await shop.add('Bare')}/description")
    assert bare.status == 404
    assert bare.code != 20001


async def test_lists_of_words_and_images(shop):
    for path, name in (("platforms", "platforms"), ("regions", "regions"), ("languages", "languages")):
        words = (await shop.get(path)).body[name]
        assert all(set(word) == {"name"} for word in words)
    assert {"name": "None"} in (await shop.get("platforms")).body["platforms"]
    territories = (await shop.get("territory")).body["territories"]
    assert {"territory": "Spanish Mexico"} in territories
    product = await shop.add(images=True)
    image = (await shop.get(f"productImages/{product}-m")).body
    assert (image["id"], image["format"]) == (f"{product}-m", "MEDIUM")
    assert (await shop.get("productImages/none")).status == 404


async def test_fifty_thousand_products_cost_next_to_nothing_until_they_are_read(shop):
    tracemalloc.start()
    try:
        await shop.control("products", {"count": 50_000, "age": 86400})
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
    assert peak < 2_000_000
    assert len(shop.sandbox.sandbox.codeswholesale.dump()) < 10_000
    await shop.control("settings", {"page_size": 5000}, method="PATCH")
    ids = await shop.walk()
    assert len(ids) == len(set(ids)) == 50_000


async def test_generated_products_have_all_oddities_and_stay_the_same(shop):
    await shop.control("products", {"count": 400})
    await shop.control("settings", {"page_size": 400}, method="PATCH")
    items = (await shop.get("products")).body["items"]
    assert items == (await shop.get("products")).body["items"]
    assert (await shop.get(f"products/{items[7]['productId']}")).body == items[7]
    assert len({item["name"] for item in items}) < 400
    assert any("images" not in item for item in items)
    assert any(item["platform"] == "None" for item in items)
    assert any(item["quantity"] == 0 for item in items)
    assert any(item["prices"][0]["from"] != 1 for item in items)
    ends = {tier["to"] for item in items for tier in item["prices"]}
    assert {None, 0, 9} <= ends
    answers = [await shop.get(f"products/{item['productId']}/description") for item in items[:40]]
    assert {answer.status for answer in answers} == {200, 404}
    words = {sheet["territory"] for answer in answers if answer.status == 200 for sheet in answer.body["factSheets"]}
    assert len(words) > 5


async def test_a_generated_product_can_be_changed_hidden_removed_and_bought(shop):
    await shop.control("settings", {"page_size": 3}, method="PATCH")
    await shop.control("products", {"count": 10})
    ids = await shop.walk()
    await shop.sandbox.advance(60)
    await shop.control("price", {"product": ids[4], "price": "1.00"})
    await shop.control("stock", {"product": ids[4], "quantity": 5})
    assert await shop.walk() == ids
    assert await shop.walk(updatedSince=NOON.isoformat()) == [ids[4]]
    await shop.control("products/hide", {"product": ids[0]})
    await shop.control(f"products?product={ids[9]}", method="DELETE")
    assert await shop.walk() == ids[1:9]
    assert (await shop.get(f"products/{ids[9]}")).status == 404
    assert (await shop.buy(ids[4], 2, 1.00)).status == 200
    assert (await shop.get(f"products/{ids[4]}")).body["quantity"] == 3
    assert shop.sandbox.sandbox.codeswholesale.state()["products"] == 8


async def test_pages_may_repeat_come_in_another_order_and_hold_what_nobody_can_read(shop):
    ids = await shelf(shop, 4)
    await shop.fault("repeat_page", "getProducts")
    assert await shop.walk() == [*ids[:2], *ids]
    await shop.fault("pages_out_of_order", "getProducts")
    assert await shop.walk() == [ids[1], ids[0], *ids[2:]]
    await shop.fault("repeat_order", "getProducts")
    assert await shop.walk() == [*ids[:2], ids[0], *ids[2:]]
    await shop.fault("partial", "getProducts", index=1)
    items = (await shop.get("products")).body["items"]
    assert [item["productId"] for item in items] == [ids[0], None]


async def test_commands_list_what_is_on_the_shelf(shop):
    ids = await shelf(shop, 3)
    await shop.control("products", {"count": 100})
    listed = await shop.control("products?offset=1&limit=4")
    assert [told["id"] for told in listed[:2]] == ids[1:]
    assert len(listed) == 4
    assert (await shop.control(f"products/{ids[0]}"))["name"] == "Quest 0"
    await shop.control("products/none", status=404)
