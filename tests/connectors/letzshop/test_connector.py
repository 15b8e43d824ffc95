"""Which wire form is spoken, and what the doctor says."""

from typing import Any

import pytest

from orion_daemon.connectors.errors import AuthRefused, SchemaDrift, Unreachable
from orion_daemon.connectors.letzshop import names
from orion_daemon.runtime.clock import ManualClock
from tests.support.letzshop_account import letzshop
from tests.support.vendor_server import Reply, answers, fails, result, vendor_server

PAGE = {"pageInfo": {"hasNextPage": False}}


def schema(form: str, without: str = "") -> dict[str, Any]:
    types = []
    for kind, found in names.NAMES[form].items():
        own = [name for name in found if "." not in name and f"{kind}.{name}" != without]
        fields = [
            {"name": name, "args": [{"name": n.split(".")[1]} for n in found if n.startswith(f"{name}.")]}
            for name in own
        ]
        types.append({"name": kind if kind != "Query" else "RootQuery", "fields": fields, "inputFields": None})
    return {"types": types, "queryType": {"name": "RootQuery"}, "mutationType": {"name": "Mutation"}}


@pytest.mark.parametrize(("form", "answers_units"), [("shipments", True), ("orders", False)])
async def test_the_form_is_asked_of_the_schema_once(form: str, answers_units: bool) -> None:
    async with vendor_server() as vendor, letzshop(vendor.url) as connector:
        vendor.will(result(schema(form)))
        for _ in range(2):
            assert (await connector.capabilities()).answers_units is answers_units
        assert len(vendor.seen) == 1


@pytest.mark.parametrize(
    "refusal",
    [fails("Field '__schema' doesn't exist on type 'Query'"), fails("Introspection is off"), answers({}, 404)],
)
@pytest.mark.parametrize(("form", "drifts"), [("shipments", 0), ("orders", 1)])
async def test_where_the_schema_is_not_told_a_harmless_query_tells(refusal: Reply, form: str, drifts: int) -> None:
    async with vendor_server() as vendor, letzshop(vendor.url, http={"tries": 1}) as connector:
        vendor.will(refusal, *[fails('Cannot query field "shipments" on type "Query".')] * drifts, result(PAGE))
        assert (await connector.form()).name == form
        assert all(seen.json["query"].startswith("query") for seen in vendor.seen)


async def test_an_endpoint_that_speaks_neither_form_is_an_alarm() -> None:
    async with vendor_server() as vendor, letzshop(vendor.url) as connector:
        vendor.will(result({"types": [{"name": "Query", "fields": []}], "queryType": {"name": "Query"}}))
        with pytest.raises(SchemaDrift, match="endpoint"):
            await connector.capabilities()


@pytest.mark.parametrize(("status", "family"), [(401, AuthRefused), (503, Unreachable)])
async def test_trouble_while_asking_decides_nothing(status: int, family: type[Exception]) -> None:
    async with vendor_server() as vendor, letzshop(vendor.url, http={"tries": 1}) as connector:
        vendor.will(answers({}, status), result(schema("orders")))
        with pytest.raises(family):
            await connector.capabilities()
        assert (await connector.form()).name == "orders"


@pytest.mark.parametrize(("form", "stock"), [("shipments", "feed"), ("orders", "call")])
async def test_a_form_that_was_known_tells_what_can_be_done_while_the_endpoint_is_down(form: str, stock: str) -> None:
    down = answers({}, 503)
    async with vendor_server() as vendor, letzshop(vendor.url, http={"tries": 1}, known_form=form) as connector:
        vendor.will(down, down, answers({}, 401), result(schema("orders")))
        assert (await connector.capabilities()).stock == stock
        with pytest.raises(Unreachable):
            await connector.fetch_orders("new", None, None)
        with pytest.raises(AuthRefused):
            await connector.capabilities()
        assert connector.known_form == form
        assert (await connector.capabilities()).stock == "call"  # what the endpoint says goes before what was known
        assert connector.known_form == "orders"


async def test_a_form_that_is_set_is_not_asked_for() -> None:
    async with vendor_server() as vendor, letzshop(vendor.url, wire_form="shipments") as connector:
        assert (await connector.capabilities()).stock == "feed"
        assert vendor.seen == []


async def test_where_nothing_tells_the_vendor_the_query_does_without() -> None:
    async with vendor_server() as vendor, letzshop(vendor.url, wire_form="shipments", vendor="ada") as connector:
        vendor.will(fails("Introspection is off", "GRAPHQL_VALIDATION_FAILED"))
        vendor.will(fails('Cannot query field "vendor" on type "Shipment".'), result({"nodes": [], **PAGE}))
        await connector.fetch_orders("new", None, None)
        assert "vendor" not in vendor.seen[-1].json["query"]


# -- the doctor -------------------------------------------------------------------------------------------------------


async def doctor(*replies: Reply, **options: Any) -> dict[str, tuple[bool, str]]:
    async with vendor_server() as vendor, letzshop(vendor.url, http={"tries": 1}, **options) as connector:
        vendor.will(*replies)
        return {check.name: (check.ok, check.detail) for check in await connector.check()}


@pytest.mark.parametrize("form", ["shipments", "orders"])
async def test_a_healthy_account_passes_every_step(form: str) -> None:
    said = await doctor(result(schema(form)), result(PAGE), result(schema(form)))
    assert [name for name, (ok, _) in said.items() if not ok] == []
    assert set(said) == {"endpoint", "credential", "wire form", f"read {form}", "clock", "schema names", "changes"}


async def test_a_name_that_vanished_is_told() -> None:
    drifted = schema("shipments", without="Variant.tradeId")
    said = await doctor(result(drifted), result(PAGE), result(drifted))
    assert said["schema names"] == (
        False,
        "Not in the endpoint's schema: Variant.tradeId. letzshop/names.py holds them.",
    )


async def test_a_key_without_the_role_is_told_what_it_needs() -> None:
    said = await doctor(answers({}, 403), result(schema("shipments")), wire_form="shipments")
    ok, detail = said["read shipments"]
    assert not ok
    assert "shop manager" in detail


async def test_a_clock_that_is_wrong_is_told() -> None:
    page = answers({"data": {"result": PAGE}}, Date="Mon, 05 Jan 2026 12:10:00 GMT")
    said = await doctor(page, result(schema("orders")), wire_form="orders", clock=ManualClock())
    assert said["clock"] == (False, "This machine is 600 s behind the server. Keep its clock by NTP.")


async def test_without_a_key_nothing_is_asked() -> None:
    said = await doctor(key="")
    assert (said["credential"][0], set(said)) == (False, {"endpoint", "credential"})


async def test_a_missing_vendor_field_matters_only_where_a_vendor_is_set() -> None:
    form = schema("shipments")
    said = await doctor(result(form), result(PAGE), result(form), vendor="ada")
    assert not said["schema names"][0]
    assert "Shipment.vendor" in said["schema names"][1]
