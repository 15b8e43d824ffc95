"""What can go wrong on the wire, with the ledger saying each time what truly happened."""

import asyncio
import json
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from tests.support.letzshop_sandbox import NOON, running_sandbox

LIST = "{ shipments { pageInfo { hasNextPage endCursor } nodes { id } } }"
ANSWER = """mutation($u: [InventoryUnitAnswer!]!) { confirmInventoryUnits(input: {inventoryUnits: $u}) {
  inventoryUnits { id state } errors { code } } }"""


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        await running.vendor()
        for number in range(3):
            await running.place({"sku": "A", "price": "1"}, shipment_id=f"s{number}", id=f"o{number}")
            await running.advance(1)
        yield running


async def unit(sandbox):
    return (await sandbox.control("letzshop/orders/o0"))["shipments"][0]["units"][0]


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"kind": "rate_limited"}, 429),
        ({"kind": "status", "status": 500}, 500),
        ({"kind": "status", "status": 502}, 502),
        ({"kind": "status"}, 503),
        ({"kind": "status", "status": 504}, 504),
        ({"kind": "expired_key"}, 401),
        ({"kind": "forbidden"}, 403),
        ({"kind": "html"}, 200),
        ({"kind": "html", "status": 502}, 502),
    ],
)
async def test_a_status_replaces_one_answer_and_the_next_is_whole(sandbox, rule, status):
    await sandbox.control("faults", {"operation": "shipments", "count": 1, **rule})
    response = await sandbox.ask(LIST)
    assert response.status == status
    assert (response.content_type == "text/html") == (rule["kind"] == "html")
    assert (await sandbox.ask(LIST)).status == 200
    first, second = await sandbox.ledger("request")
    assert (first["executed"], first["outcome"], first["status"]) == (False, f"fault:{rule['kind']}", status)
    assert (second["executed"], second["outcome"], second["nodes"]) == (True, "ok", 3)


async def test_retry_after_comes_in_seconds_or_as_a_date(sandbox):
    await sandbox.fault("rate_limited", retry_after=7)
    assert (await sandbox.ask(LIST)).headers["Retry-After"] == "7"
    await sandbox.fault("rate_limited", retry_after=60, retry_after_form="date")
    date = parsedate_to_datetime((await sandbox.ask(LIST)).headers["Retry-After"])
    assert (date - NOON).total_seconds() == 63


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_connection_drops_before_or_after_the_mutation_took_effect(sandbox, when):
    target = await unit(sandbox)
    await sandbox.fault("drop", "confirmInventoryUnits", when=when)
    with pytest.raises(aiohttp.ClientError):
        await sandbox.ask(ANSWER, {"u": [{"inventoryUnitId": target["id"], "isAvailable": True}]})
    assert (await unit(sandbox))["state"] == ("unconfirmed" if when == "before" else "confirmed_available")
    assert len(await sandbox.ledger("unit_answered")) == (0 if when == "before" else 1)
    (request,) = await sandbox.ledger("request")
    assert (request["executed"], request["when"]) == (when == "after", when)


async def test_a_bad_gateway_may_come_after_the_effect(sandbox):
    target = await unit(sandbox)
    await sandbox.fault("status", "mutation", status=504, when="after")
    response = await sandbox.ask(ANSWER, {"u": [{"inventoryUnitId": target["id"], "isAvailable": True}]})
    assert response.status == 504
    assert (await unit(sandbox))["state"] == "confirmed_available"


async def test_errors_without_data_carry_their_code(sandbox):
    await sandbox.fault("errors", message="Timeout on validation", code="undefinedField")
    answer = await (await sandbox.ask(LIST)).json()
    assert answer == {"errors": [{"message": "Timeout on validation", "extensions": {"code": "undefinedField"}}]}


async def test_a_partial_answer_lacks_one_node_and_says_which(sandbox):
    await sandbox.fault("partial", index=1)
    answer = await (await sandbox.ask(LIST)).json()
    assert [node and node["id"] for node in answer["data"]["shipments"]["nodes"]] == ["s2", None, "s0"]
    assert answer["errors"][0]["path"] == ["shipments", "nodes", 1]


async def test_a_partial_mutation_took_effect_though_its_payload_is_gone(sandbox):
    target = await unit(sandbox)
    await sandbox.fault("partial", "mutation")
    answer = await (await sandbox.ask(ANSWER, {"u": [{"inventoryUnitId": target["id"], "isAvailable": False}]})).json()
    assert answer["data"] == {"confirmInventoryUnits": None}
    assert answer["errors"]
    assert (await unit(sandbox))["state"] == "confirmed_unavailable"


async def test_a_truncated_body_breaks_off(sandbox):
    await sandbox.fault("truncated")
    with pytest.raises(aiohttp.ClientPayloadError):
        await sandbox.ask(LIST)


async def test_a_huge_body_is_as_large_as_said_and_ends_with_the_answer(sandbox):
    await sandbox.fault("huge", size=3_000_000)
    response = await sandbox.ask(LIST)
    raw = await response.read()
    assert len(raw) > 3_000_000
    assert "data" in json.loads(raw)


async def test_a_slow_answer_waits_as_long_as_said(sandbox):
    await sandbox.fault("slow", delay=45)
    assert (await sandbox.ask(LIST)).status == 200
    assert sandbox.slept == [45.0]


async def test_pages_and_orders_repeat_and_the_walk_still_shows_all(sandbox):
    await sandbox.control("letzshop/switches", {"page_size": 2}, method="PATCH")
    await sandbox.fault("repeat_page", count=None)
    seen, after = [], None
    query = "query($c: String) { shipments(after: $c) { pageInfo { hasNextPage endCursor } nodes { id } } }"
    while True:
        found = (await sandbox.data(query, {"c": after}))["shipments"]
        seen.append([node["id"] for node in found["nodes"]])
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert seen == [["s2", "s1"], ["s2", "s1"], ["s0"], ["s0"]]
    await sandbox.control("faults", method="DELETE")
    await sandbox.fault("repeat_order")
    nodes = (await sandbox.data("{ shipments { nodes { id } } }"))["shipments"]["nodes"]
    assert [node["id"] for node in nodes] == ["s2", "s1", "s2"]


async def test_faults_at_random_come_alike_from_the_same_seed():
    async def outcomes(seed):
        async with running_sandbox() as running:
            await running.vendor()
            await running.fault("status", count=None, probability=0.4, seed=seed)
            return [(await running.ask(LIST)).status for _ in range(40)]

    first = await outcomes(3)
    assert first == await outcomes(3)
    assert first != await outcomes(4)
    assert set(first) == {200, 503}


async def test_many_requests_at_once_are_each_recorded(sandbox):
    await asyncio.gather(*(sandbox.ask(LIST) for _ in range(20)))
    entries = await sandbox.ledger("request")
    assert len(entries) == 20
    assert [e["seq"] for e in await sandbox.ledger()] == list(range(1, 1 + len(await sandbox.ledger())))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"q": 1}', b'"x"'])
async def test_what_is_no_request_is_a_400(sandbox, body):
    async with sandbox.session.post(sandbox.graphql_url, data=body) as response:
        assert response.status == 400
