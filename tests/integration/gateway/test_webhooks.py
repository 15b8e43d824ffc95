"""The address to which marketplaces send, from outside: the challenge, what is stored, and what is turned away."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.notifications import Webhook
from orion_daemon.graphql.webhooks import LARGEST
from orion_daemon.services import credentials, notifications
from tests.support.databases import opened, url_text
from tests.support.gateway import Gateway, serving
from tests.support.orders import Shop, home, line, open_shop, order
from tests.support.stores import NOW

TOKEN = "token-of-the-letzshop-channel-0123456789"
PUBLIC = "https://orion.example.lu/below"
BODY = b'{"username": "jeanne_1980"}'
PLACE = "webhooks/demo/letzshop"
SIGNED = {"X-Signature": "signed"}
SHOWN = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def challenge(code: str, token: str, address: str) -> Mapping[str, str]:
    return {"answer": hashlib.sha256(f"{code}{token}{address}".encode()).hexdigest()}


HOOKS = {"letzshop": Webhook("X-Signature", challenge)}


@asynccontextmanager
async def listening(database: Database, folder: Path, **more: Any) -> AsyncIterator[Gateway]:
    given: dict[str, Any] = {"webhooks": HOOKS, "public_url": PUBLIC} | more
    async with serving(database, folder, **given) as gateway:
        yield gateway


async def open_channel(database: Database) -> Shop:
    shop = await open_shop(database, {"MUG": 10})
    await credentials.set_credential(database, shop.channel_id, "notification_token", TOKEN, NOW)
    return shop


async def post(gateway: Gateway, body: Any = BODY, headers: Mapping[str, str] = SIGNED, place: str = PLACE) -> int:
    async with gateway.http.post(f"{gateway.url}/{place}", data=body, headers=headers) as response:
        return response.status


async def rows(database: Database) -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM notifications ORDER BY id")


async def test_the_challenge_is_answered_for_the_public_address(database: Database, tmp_path: Path) -> None:
    await open_channel(database)
    async with listening(database, tmp_path) as gateway:
        async with gateway.http.get(f"{gateway.url}/{PLACE}", params={"challenge_code": "a b+c"}) as response:
            assert (response.status, response.content_type) == (200, "application/json")
            assert await response.json() == challenge("a b+c", TOKEN, f"{PUBLIC}/{PLACE}")
        for query in ({}, {"challenge_code": ""}, {"challenge_code": "x" * 1001}):
            async with gateway.http.get(f"{gateway.url}/{PLACE}", params=query) as response:
                assert response.status == 400


async def test_without_a_public_address_no_challenge_is_answered(database: Database, tmp_path: Path) -> None:
    await open_channel(database)
    async with listening(database, tmp_path, public_url="") as gateway:
        async with gateway.http.get(f"{gateway.url}/{PLACE}", params={"challenge_code": "c"}) as response:
            assert response.status == 503
        assert await post(gateway) == 204


@pytest.mark.parametrize("place", ["webhooks/demo/storefront", "webhooks/nobody/letzshop", "webhooks/other/letzshop"])
async def test_where_nobody_takes_notifications_there_is_nothing(
    database: Database, tmp_path: Path, place: str
) -> None:
    await open_channel(database)
    await open_shop(database, {}, code="other")  # its channel has no token
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, place=place) == 404
        async with gateway.http.get(f"{gateway.url}/{place}", params={"challenge_code": "c"}) as response:
            assert response.status == 404
    async with listening(database, tmp_path, webhooks={}) as gateway:
        assert await post(gateway) == 404
    assert await rows(database) == []


async def test_what_comes_is_stored_sealed_with_its_job_and_answered(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = await open_channel(database)
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway) == 204
        assert await post(gateway) == 204  # whether it is a repetition, nobody knows before it was checked
    found = await rows(database)
    assert [(row["channel_id"], row["state"], row["received_at"]) for row in found] == [
        (shop.channel_id, "received", NOW)
    ] * 2
    for row in found:
        stored = await notifications.load(database, row["id"])
        assert stored is not None
        assert (stored.body, stored.signature) == (BODY, "signed")
        assert b"jeanne" not in bytes(row["body_sealed"])
    assert [job["args_json"] for job in await shop.jobs("HandleNotification")] == [
        {"notification_id": row["id"]} for row in found
    ]
    assert "jeanne" not in caplog.text


async def test_what_is_not_signed_or_empty_is_turned_away(database: Database, tmp_path: Path) -> None:
    await open_channel(database)
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, headers={}) == 400
        assert await post(gateway, b"") == 400
        async with gateway.http.put(f"{gateway.url}/{PLACE}", data=BODY, headers=SIGNED) as response:
            assert response.status == 405
    assert await rows(database) == []


async def test_64_kib_are_taken_and_not_a_byte_more(database: Database, tmp_path: Path) -> None:
    await open_channel(database)

    async def in_pieces(size: int) -> AsyncIterator[bytes]:
        for start in range(0, size, 4096):
            yield b"x" * min(4096, size - start)

    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, b"x" * LARGEST) == 204
        assert await post(gateway, in_pieces(LARGEST)) == 204
        assert await post(gateway, b"x" * (LARGEST + 1)) == 413
        try:
            assert await post(gateway, in_pieces(LARGEST * 4)) == 413
        except aiohttp.ClientConnectionError:  # the server did not wait for the rest
            pass
    for row in await rows(database):
        stored = await notifications.load(database, row["id"])
        assert stored is not None
        assert len(stored.body) == LARGEST
    assert len(await rows(database)) == 2


async def test_a_flood_is_held_off_until_the_account_has_looked(database: Database, tmp_path: Path) -> None:
    shop = await open_channel(database)
    other = await open_shop(database, {}, code="other")
    await credentials.set_credential(database, other.channel_id, "notification_token", TOKEN, NOW)
    async with database.transaction() as tx:
        columns = ("channel_id", "state", "signature", "topic", "result", "received_at")
        waiting = [(shop.channel_id, "received", "s", "", "", NOW)] * (notifications.MOST_WAITING - 1)
        await tx.insert("notifications", columns, waiting)
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway) == 204
        async with gateway.http.post(f"{gateway.url}/{PLACE}", data=BODY, headers=SIGNED) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "60")
        assert await post(gateway, place="webhooks/other/letzshop") == 204
        [last] = await database.fetch("SELECT max(id) AS id FROM notifications WHERE channel_id = $1", shop.channel_id)
        await notifications.refuse(database, shop.channel_id, last["id"], "bad_signature", NOW)
        assert await post(gateway) == 204


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_two_daemons_take_what_comes_side_by_side(database: Database, tmp_path: Path) -> None:
    shop = await open_channel(database)
    async with (
        opened(url_text(database.target)) as second,
        listening(database, tmp_path) as one,
        listening(second, tmp_path) as other,
    ):
        statuses = await asyncio.gather(*(post(gateway) for gateway in (one, other) * 5))
    assert set(statuses) == {204}
    assert len(await rows(database)) == len(await shop.jobs("HandleNotification")) == 10


# -- the erasure by a person -------------------------------------------------------------------------------------------

LOOK = """
query($id: ID!) { node(id: $id) { ... on Order { erasedAt erasureDueAt buyer { firstName } shippingAddress { city }
  customer { id erasedAt firstName } lines: items { quantity } } } }
"""
ORDERS = "{ orders { edges { node { id channelOrderId customer { id } } } } }"


async def test_an_admin_erases_a_customer_and_everybody_sees_it(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"MUG": 10})
    people = {"customer": order("1").customer, "shipping_address": home()}
    await shop.take(
        order("1", line("MUG"), status="shipped", **people), order("2", line("MUG"), status="confirmed", **people)
    )
    async with listening(database, tmp_path) as gateway:
        nodes = [edge["node"] for edge in (await gateway.query(ORDERS))["orders"]["edges"]]
        ids = {node["channelOrderId"]: node["id"] for node in nodes}
        wanted = {"customerId": nodes[0]["customer"]["id"]}
        fields = "customer { erasedAt firstName email } orders waitingOrders"
        async with gateway.watch("subscription { orderEvents { what order { channelOrderId } } }") as watcher:
            done = await gateway.change("eraseCustomer", fields, wanted)
            assert done == {
                "customer": {"erasedAt": SHOWN, "firstName": None, "email": None},
                "orders": 1, "waitingOrders": 1, "userErrors": [],
            }  # fmt: skip
            heard = [await watcher.next() for _ in range(2)]
        assert sorted((event["what"], event["order"]["channelOrderId"]) for event in heard) == [
            ("CONTENT", "1"), ("CONTENT", "2"),
        ]  # fmt: skip
        gone = (await gateway.query(LOOK, {"id": ids["1"]}))["node"]
        assert (gone["erasedAt"], gone["erasureDueAt"]) == (SHOWN, None)
        assert (gone["buyer"], gone["shippingAddress"], gone["lines"]) == (None, None, [{"quantity": 1}])
        waits = (await gateway.query(LOOK, {"id": ids["2"]}))["node"]
        assert (waits["erasedAt"], waits["erasureDueAt"]) == (None, SHOWN)
        assert (waits["buyer"], waits["shippingAddress"]) == (None, {"city": "Ettelbruck"})
        again = await gateway.change("eraseCustomer", "orders waitingOrders", wanted)
        assert again == {"orders": 0, "waitingOrders": 1, "userErrors": []}
        unknown = await gateway.change("eraseCustomer", "orders", {"customerId": ids["1"]})
        assert unknown["userErrors"][0]["code"] == "NOT_FOUND"
        entries = await gateway.query('{ auditEntries(action: "personal.erase") { edges { node { actor subject } } } }')
        assert len(entries["auditEntries"]["edges"]) == 1
