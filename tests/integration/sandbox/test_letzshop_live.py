"""The platform's own form over real HTTP: keys and roles, shipments, answers, tracking, and what nobody knows."""

import pytest

from tests.support.letzshop_sandbox import KEY, running_sandbox

PAGE = """query Open($n: Int!, $c: String, $s: ShipmentState) { shipments(state: $s, first: $n, after: $c) {
  pageInfo { hasNextPage endCursor }
  nodes { id number state vendor { slug } order { id number email total completedAt locale
    shipAddress { firstName lastName company streetName streetNumber city zipCode phone country { iso name { en fr } } }
    billAddress { city } }
    inventoryUnits { id state variant { id sku mpn price tradeId { number parser }
      product { name { en fr de } _brand { __typename ... on Brand { name } } } } } } } }"""
ANSWER = """mutation Answer($u: ConfirmInventoryUnitsInput!) { confirmInventoryUnits(input: $u) {
  inventoryUnits { id state } errors { id code message } } }"""
TRACK = """mutation Track($t: SetShipmentTrackingInput!) { setShipmentTracking(input: $t) {
  shipment { id state } errors { id code } } }"""
MUG = {
    "sku": "MUG-BLU",
    "price": "12.90",
    "quantity": 8,
    "gtin": "4000000000013",
    "brand": "Exemplis",
    "name": {"en": "Blue mug", "fr": "Mug bleu"},
}


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        await running.vendor()
        await running.control("letzshop/products", {"products": [MUG]})
        yield running


async def nodes(sandbox, state=None, **how):
    return (await sandbox.data(PAGE, {"n": 50, "s": state}, **how))["shipments"]["nodes"]


async def test_a_shipment_shows_one_unit_per_piece_in_the_documented_shape(sandbox):
    address = {"firstName": "Jeanne", "lastName": "Exemple", "streetName": "Rue du Moulin", "streetNumber": "7"}
    placed = await sandbox.place(
        {"sku": "MUG-BLU", "quantity": 2},
        number="R200000042",
        placed_at="2026-02-03T09:14:22+01:00",
        email="jeanne@example.lu",
        ship=address,
        bill=None,
        shipping="4.90",
        locale="fr",
    )
    (shipment,) = await nodes(sandbox, "unconfirmed")
    assert (shipment["id"], shipment["vendor"]) == (placed["shipments"][0]["id"], {"slug": "ada"})
    order = shipment["order"]
    assert (order["number"], order["total"], order["billAddress"]) == ("R200000042", "30.70", None)
    assert order["completedAt"] == "2026-02-03T09:14:22+01:00"
    assert order["shipAddress"]["country"] == {"iso": "LU", "name": {"en": "Luxembourg", "fr": "Luxembourg"}}
    assert [unit["id"] for unit in shipment["inventoryUnits"]] == placed["shipments"][0]["units"]
    assert shipment["inventoryUnits"][0]["variant"] == shipment["inventoryUnits"][1]["variant"]
    variant = shipment["inventoryUnits"][0]["variant"]
    assert variant["tradeId"] == {"number": "4000000000013", "parser": "gtin13"}
    assert variant["product"]["name"] == {"en": "Blue mug", "fr": "Mug bleu", "de": None}
    assert variant["product"]["_brand"] == {"__typename": "Brand", "name": "Exemplis"}


async def test_without_a_key_there_is_only_what_is_public(sandbox):
    public = await sandbox.data("{ products(first: 3) { nodes { name { fr } variants { price } } } }", key=None)
    assert public["products"]["nodes"] == [{"name": {"fr": "Mug bleu"}, "variants": [{"price": "12.90"}]}]
    assert (await sandbox.ask("{ shipments { nodes { id } } }", key=None)).status == 401
    assert (await sandbox.ask("{ vendors { nodes { id } } }", key="wrong")).status == 401


async def test_a_viewer_may_not_do_order_work_and_an_expired_key_nothing(sandbox):
    await sandbox.control("letzshop/keys", {"vendors": ["ada"], "token": "Eye", "role": "viewer"})
    assert (await sandbox.ask("{ shipments { nodes { id } } }", key="Eye")).status == 403
    assert (await sandbox.ask("{ products { nodes { id } } }", key="Eye")).status == 200
    await sandbox.control("letzshop/keys", {"token": KEY, "expired": True}, method="PATCH")
    assert (await sandbox.ask("{ products { nodes { id } } }")).status == 401
    assert [entry["outcome"] for entry in await sandbox.ledger("request")] == ["role", "ok", "expired_key"]


async def test_a_key_of_two_vendors_sees_both_and_a_key_of_one_only_its_own(sandbox):
    await sandbox.vendor("bob", key=None)
    await sandbox.control("letzshop/keys", {"vendors": ["ada", "bob"], "token": "Both"})
    await sandbox.place({"sku": "MUG-BLU"}, {"sku": "B", "price": "2", "vendor": "bob"}, vendor="ada")
    assert {node["vendor"]["slug"] for node in await nodes(sandbox, key="Both")} == {"ada", "bob"}
    assert {node["vendor"]["slug"] for node in await nodes(sandbox)} == {"ada"}


async def test_units_are_answered_partly_and_the_ledger_knows_by_whom(sandbox):
    placed = await sandbox.place({"sku": "MUG-BLU", "quantity": 3})
    first, second, third = placed["shipments"][0]["units"]
    said = [{"inventoryUnitId": first, "isAvailable": True}, {"inventoryUnitId": second, "isAvailable": False}]
    payload = (await sandbox.data(ANSWER, {"u": {"inventoryUnits": said}}))["confirmInventoryUnits"]
    assert payload["errors"] == []
    assert [unit["state"] for unit in payload["inventoryUnits"]] == ["confirmed_available", "confirmed_unavailable"]
    await sandbox.control("letzshop/answer", {"units": {third: True}})
    (shipment,) = await nodes(sandbox, "confirmed")
    assert [u["state"].removeprefix("confirmed_") for u in shipment["inventoryUnits"]] == [
        "available",
        "unavailable",
        "available",
    ]
    assert [(e["unit"], e["by"]) for e in await sandbox.ledger("unit_answered")] == [
        (first, "api"),
        (second, "api"),
        (third, "staff"),
    ]


async def test_a_call_may_succeed_for_some_units_only(sandbox):
    unit = (await sandbox.place({"sku": "MUG-BLU"}))["shipments"][0]["units"][0]
    said = [{"inventoryUnitId": unit, "isAvailable": True}, {"inventoryUnitId": "nOpe", "isAvailable": True}]
    payload = (await sandbox.data(ANSWER, {"u": {"inventoryUnits": said}}))["confirmInventoryUnits"]
    assert payload["inventoryUnits"] == [{"id": unit, "state": "confirmed_available"}]
    assert [(error["id"], error["code"]) for error in payload["errors"]] == [("nOpe", "not_found")]


async def test_a_parcel_reaches_the_ledger(sandbox):
    placed = await sandbox.place({"sku": "MUG-BLU"})
    shipment = placed["shipments"][0]["id"]
    await sandbox.control("letzshop/answer", {"order": placed["id"], "available": True})
    said = {"shipmentId": shipment, "trackingCode": "GR-1", "provider": "greco"}
    payload = (await sandbox.data(TRACK, {"t": said}))["setShipmentTracking"]
    assert payload == {"shipment": {"id": shipment, "state": "confirmed"}, "errors": []}
    (parcel,) = await sandbox.ledger("parcel_set")
    assert (parcel["shipment"], parcel["code"], parcel["provider"], parcel["by"]) == (shipment, "GR-1", "greco", "api")


@pytest.mark.parametrize(
    ("read", "data"),
    [("fails_query", None), ("fails_field", {"shipments": {"nodes": [{"tracking": None}]}})],
)
async def test_asking_for_tracking_fails_as_the_switch_says(sandbox, read, data):
    await sandbox.place({"sku": "MUG-BLU"})
    await sandbox.control("letzshop/switches", {"tracking_read": read}, method="PATCH")
    answer = await (await sandbox.ask("{ shipments { nodes { tracking { code } } } }")).json()
    assert answer["data"] == data
    assert answer["errors"][0]["path"] == ["shipments", "nodes", 0, "tracking"]


async def test_missing_values_are_shown_as_null_unknown_or_empty(sandbox):
    bare = {"sku": "", "price": "5.00", "name": None, "gtin": None, "brand": ""}
    await sandbox.place(bare, {"price": "1", "brand": None}, bill=None, email=None, ship={"country": "FR"})
    (shipment,) = await nodes(sandbox)
    first, second = (unit["variant"] for unit in shipment["inventoryUnits"])
    assert (first["sku"], second["sku"], first["tradeId"]) == ("", None, None)
    assert first["product"] == {"name": None, "_brand": {"__typename": "BrandUnknown"}}
    assert second["product"]["_brand"] is None
    assert shipment["order"]["shipAddress"]["firstName"] is None


async def test_money_and_country_take_the_other_form_by_switch(sandbox):
    await sandbox.place({"sku": "MUG-BLU"})
    await sandbox.control("letzshop/switches", {"money": "number", "country_name": "text"}, method="PATCH")
    query = "{ shipments { nodes { order { total shipAddress { country { name iso } } } } } }"
    order = (await sandbox.data(query))["shipments"]["nodes"][0]["order"]
    assert order["total"] == 12.9
    assert isinstance(order["shipAddress"]["country"]["name"], str)


async def test_a_variant_shows_the_price_of_today_unless_frozen(sandbox):
    await sandbox.place({"sku": "MUG-BLU"})
    await sandbox.control("letzshop/products", {"products": [{**MUG, "price": "15.00"}]})
    query = "{ shipments { nodes { inventoryUnits { variant { price } } } } }"

    async def price():
        return (await sandbox.data(query))["shipments"]["nodes"][0]["inventoryUnits"][0]["variant"]["price"]

    assert await price() == "15.00"
    await sandbox.control("letzshop/switches", {"variant_price": "frozen"}, method="PATCH")
    assert await price() == "12.90"


async def test_a_renamed_field_fails_validation_under_its_old_name(sandbox):
    await sandbox.control("letzshop/switches", {"renames": {"Shipment.number": "shipmentNumber"}}, method="PATCH")
    answer = await (await sandbox.ask("{ shipments { nodes { number } } }")).json()
    assert "Cannot query field 'number' on type 'Shipment'" in answer["errors"][0]["message"]
    assert "data" not in answer
    placed = await sandbox.place({"sku": "MUG-BLU"}, shipment_number="H7")
    found = (await sandbox.data("{ shipments { nodes { id shipmentNumber } } }"))["shipments"]["nodes"]
    assert found == [{"id": placed["shipments"][0]["id"], "shipmentNumber": "H7"}]


async def test_new_orders_shift_the_pages_of_a_running_walk(sandbox):
    for _ in range(4):
        await sandbox.place({"sku": "MUG-BLU"})
        await sandbox.advance(60)
    first = (await sandbox.data(PAGE, {"n": 2}))["shipments"]
    await sandbox.place({"sku": "MUG-BLU"})
    second = (await sandbox.data(PAGE, {"n": 2, "c": first["pageInfo"]["endCursor"]}))["shipments"]
    assert second["nodes"][0]["id"] == first["nodes"][1]["id"]


async def test_a_return_weeks_later_shows_on_the_unit(sandbox):
    await sandbox.control("letzshop/habits", {"answers": 1.0, "declines": 0.0, "returns": 1.0})
    await sandbox.place({"sku": "MUG-BLU"})
    assert (await sandbox.advance(3600))["happened"] == 1
    assert (await nodes(sandbox))[0]["state"] == "confirmed"
    assert (await sandbox.advance(30 * 86400))["happened"] == 1
    assert (await nodes(sandbox))[0]["inventoryUnits"][0]["state"] == "returned"
    assert [e["by"] for e in await sandbox.ledger("unit_answered,units_returned")] == ["staff", "customer"]


async def test_the_endpoint_of_a_key_follows_its_vendors_form(sandbox):
    await sandbox.vendor("seedy", form="seed", key="SeedKey")
    assert "orders" in await sandbox.data("{ orders { totalCount } }", key="SeedKey")
    assert "shipments" in await sandbox.data("{ shipments { nodes { id } } }", key="SeedKey", form="live")
    schema = await sandbox.data("{ __schema { queryType { fields { name } } } }")
    assert "shipments" in {field["name"] for field in schema["__schema"]["queryType"]["fields"]}
