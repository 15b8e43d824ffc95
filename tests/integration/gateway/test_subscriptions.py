"""What clients may watch, over real sockets: the state first, then every change, and the truth when some were lost."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised, ImportProgressed, OrderChanged, SyncStatusChanged
from orion_daemon.graphql.server import Limits
from orion_daemon.services import access, imports, inventory, stores
from tests.support.gateway import Gateway, serving, until
from tests.support.orders import line, open_shop, order
from tests.support.stores import NOW

ORDERS = "subscription($store: String) { orderEvents(store: $store) { what order { channelOrderId status } lagged } }"


def listening(database: Database, more_than: int = 0) -> Callable[[], bool]:
    bus = database.bus
    return lambda: bus.subscribers > more_than  # type: ignore[attr-defined,no-any-return]  # the tests' real bus


async def test_orders_arrive_on_the_socket(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    async with serving(database, tmp_path) as gateway, gateway.watch(ORDERS, {"store": "demo"}) as watcher:
        await until(listening(database))
        await shop.take(order("1", line("A")))
        assert await watcher.next() == {
            "what": "CREATED", "order": {"channelOrderId": "1", "status": "PENDING"}, "lagged": None,
        }  # fmt: skip


async def test_a_token_of_one_store_hears_nothing_of_another(database: Database, tmp_path: Path) -> None:
    mine, other = await open_shop(database, {"A": 5}), await open_shop(database, {"A": 5}, code="other")
    async with serving(database, tmp_path) as gateway:
        async with gateway.watch(ORDERS, store_id=mine.store_id) as watcher:
            await until(listening(database))
            await other.take(order("theirs", line("A")))
            await mine.take(order("ours", line("A")))
            assert (await watcher.next())["order"]["channelOrderId"] == "ours"
        async with gateway.watch(ORDERS, {"store": "other"}, store_id=mine.store_id) as watcher:
            assert (await watcher.error())["extensions"]["code"] == "NOT_FOUND"


async def test_a_slow_subscriber_is_told_how_much_it_missed(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    await shop.take(order("1", line("A")))
    row = await shop.order("1")
    async with serving(database, tmp_path, subscription_buffer=3) as gateway, gateway.watch(ORDERS) as watcher:
        await until(listening(database))
        for _ in range(10):
            database.bus.publish(OrderChanged(shop.store_id, row["id"], "letzshop", "pending", "status"), shop.store_id)
        assert await watcher.next() == {"what": "LAGGED", "order": None, "lagged": 7}
        assert (await watcher.next())["what"] == "STATUS"


async def test_a_row_is_read_once_however_many_watch(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    text = "subscription { orderEvents { order { channelOrderId } } }"
    async with serving(database, tmp_path) as gateway, gateway.watch(text) as one, gateway.watch(text) as two:
        await until(listening(database, 1))
        await shop.take(order("1", line("A")))
        row = await shop.order("1")
        asked: list[str] = []
        fetch = database.fetch
        database.fetch = counting(asked, fetch)  # type: ignore[method-assign]
        database.bus.publish(OrderChanged(shop.store_id, row["id"], "letzshop", "pending", "status"), shop.store_id)
        for watcher in (one, two):
            await watcher.next()
            await watcher.next()
        assert len([sql for sql in asked if "FROM orders" in sql]) <= 2  # one an event


def counting(asked: list[str], fetch: Callable[..., object]) -> Callable[..., object]:
    def counted(sql: str, *params: object) -> object:
        asked.append(sql)
        return fetch(sql, *params)

    return counted


async def test_stock_is_told_with_the_figures_of_the_change(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    text = 'subscription { stockChanges(store: "demo") { level { onHand reserved available product { sku } } lagged } }'
    async with serving(database, tmp_path) as gateway, gateway.watch(text) as watcher:
        await until(listening(database))
        await inventory.adjust(database, shop.products["A"], delta=2, actor="x", now=NOW)
        await shop.take(order("1", line("A", 3)))
        levels = [(await watcher.next())["level"] for _ in range(2)]
    assert levels == [
        {"onHand": 7, "reserved": 0, "available": 7, "product": {"sku": "A"}},
        {"onHand": 7, "reserved": 3, "available": 4, "product": {"sku": "A"}},
    ]


async def test_jobs_are_told_by_kind_and_state(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {"A": 5})
    text = """subscription { jobEvents(store: "demo", kinds: ["PollOrders"], states: [WAITING]) {
        kind state owner job { kind lane } lagged } }"""
    account = {"store": "demo", "marketplace": "letzshop"}
    async with serving(database, tmp_path) as gateway, gateway.watch(text) as watcher:
        await until(listening(database))
        await gateway.change("reconcileOrders", "job { id }", account)
        await gateway.change("pollOrders", "job { id }", account)
        assert await watcher.next() == {
            "kind": "PollOrders", "state": "WAITING", "owner": "demo:letzshop",
            "job": {"kind": "PollOrders", "lane": "polling"}, "lagged": None,
        }  # fmt: skip


async def test_alerts_reach_those_who_may_see_the_store(database: Database, tmp_path: Path) -> None:
    mine, other = await open_shop(database, {}), await open_shop(database, {}, code="other")
    text = "subscription { alertEvents { code message channel { marketplace } } }"
    async with serving(database, tmp_path) as gateway, gateway.watch(text, store_id=mine.store_id) as watcher:
        await until(listening(database))
        for shop, said in ((other, "theirs"), (mine, "ours")):
            database.bus.publish(AlertRaised(shop.store_id, shop.channel_id, "auth", said), shop.store_id)
        assert await watcher.next() == {"code": "auth", "message": "ours", "channel": {"marketplace": "letzshop"}}


async def start_import(database: Database, state: str = "pending", **values: object) -> int:
    channel = await stores.channel_of(database, "demo", "letzshop")
    number = await imports.request_import(
        database, channel, language="fr", source="https://feeds.example.lu/fr.csv", actor="x", now=NOW
    )
    await move_import(database, number, state, **values)
    return number


async def move_import(database: Database, number: int, state: str, **values: object) -> None:
    changes = {"state": state, **values}
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, 2))
    async with database.transaction() as tx:
        await tx.execute(f"UPDATE import_jobs SET {sets} WHERE id = $1", number, *changes.values())
        row = await tx.fetch_one("SELECT store_id FROM import_jobs WHERE id = $1", number)
        assert row is not None
        tx.emit(ImportProgressed(row["store_id"], number, state))


PROGRESS = """importJob { state rows rate etaSeconds bytesTotal } lagged"""


async def test_an_import_is_watched_to_its_end_with_rate_and_time_left(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        number = await start_import(
            database, "upserting", started_at=NOW, rows=100, bytes_total=5_000_000_000, bytes_done=1_000_000_000
        )
        [edge] = (await gateway.query("{ importJobs { edges { node { id } } } }"))["importJobs"]["edges"]
        await gateway.clock.advance(10)
        text = f"subscription($id: ID!) {{ importProgress(importId: $id) {{ {PROGRESS} }} }}"
        async with gateway.watch(text, {"id": edge["node"]["id"]}) as watcher:
            assert await watcher.next() == {
                "importJob": {
                    "state": "UPSERTING", "rows": 100, "rate": 10.0, "etaSeconds": 40.0, "bytesTotal": 5_000_000_000,
                },
                "lagged": None,
            }  # fmt: skip
            await move_import(database, number, "completed", rows=500, finished_at=NOW)
            assert (await watcher.next())["importJob"]["state"] == "COMPLETED"
            assert (await watcher.message())["type"] == "complete"


async def test_imports_of_a_store_begin_with_those_under_way(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    text = f'subscription {{ importProgress(store: "demo") {{ {PROGRESS} }} }}'
    async with serving(database, tmp_path, subscription_buffer=2) as gateway:
        number = await start_import(database, "downloading")
        async with gateway.watch(text) as watcher:
            assert (await watcher.next())["importJob"]["state"] == "DOWNLOADING"
            await until(listening(database))
            await move_import(database, number, "parsing")
            assert (await watcher.next())["importJob"]["state"] == "PARSING"
            row = await database.fetch_one("SELECT store_id FROM import_jobs")
            assert row is not None
            for _ in range(5):
                database.bus.publish(ImportProgressed(row["store_id"], number, "parsing"), row["store_id"])
            again = await watcher.next()
            assert (again["importJob"]["state"], again["lagged"]) == ("PARSING", 3)


async def test_sync_status_begins_with_each_channel_and_tells_what_changed(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    text = """subscription { syncStatus(store: "demo") { status {
        storeCode marketplace state reason allowsMutations offers { different synced } jobs { waiting } } lagged } }"""
    async with serving(database, tmp_path) as gateway, gateway.watch(text) as watcher:
        first = (await watcher.next())["status"]
        assert first == {
            "storeCode": "demo", "marketplace": "letzshop", "state": "READY", "reason": "", "allowsMutations": True,
            "offers": {"different": 1, "synced": 0}, "jobs": {"waiting": 1},
        }  # fmt: skip
        database.bus.publish(SyncStatusChanged(shop.store_id, shop.channel_id), shop.store_id)  # nothing moved
        async with database.transaction() as tx:
            await stores.suspend_channel(tx, shop.channel_id, "the key was refused", NOW)
        status = (await watcher.next())["status"]
        assert (status["state"], status["reason"]) == ("SUSPENDED", "the key was refused")


async def test_a_revoked_token_ends_its_subscription(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"A": 5})
    async with serving(database, tmp_path) as gateway, gateway.watch(ORDERS) as watcher:
        await until(listening(database))
        for row in await database.fetch("SELECT id FROM api_tokens"):
            await access.revoke_token(database, row["id"], NOW, "test")
        await gateway.clock.advance(61)
        await shop.take(order("1", line("A")))
        assert (await watcher.error())["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_socket_without_a_token_is_closed(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        for payload in ({}, {"authorization": "Bearer " + "x" * 40}, {"authorization": 7}, None):
            message = {"type": "connection_init"} | ({} if payload is None else {"payload": payload})
            async with gateway.http.ws_connect(f"{gateway.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
                await socket.send_json(message)
                closed = await socket.receive()
                assert socket.close_code == 4403, closed


async def test_a_socket_may_also_log_in_with_its_handshake(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        for token, answer in ((await gateway.token("viewer"), "connection_ack"), ("x" * 40, None)):
            headers = {"Authorization": f"Bearer {token}"}
            async with gateway.http.ws_connect(
                f"{gateway.url}/graphql", protocols=["graphql-transport-ws"], headers=headers
            ) as socket:
                await socket.send_json({"type": "connection_init"})
                if answer is None:
                    await socket.receive()
                    assert socket.close_code == 4403
                else:
                    assert (await socket.receive_json())["type"] == answer


async def test_nothing_is_asked_on_a_socket_before_it_has_logged_in(database: Database, tmp_path: Path) -> None:
    async with (
        serving(database, tmp_path) as gateway,
        gateway.http.ws_connect(f"{gateway.url}/graphql", protocols=["graphql-transport-ws"]) as socket,
    ):
        await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": "{ viewer { name } }"}})
        await socket.receive()
        assert socket.close_code == 4401


async def test_the_number_of_subscriptions_is_limited(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path, limits=Limits(max_subscriptions=1)) as gateway:
        async with gateway.watch(ORDERS):
            await until(listening(database))
            async with gateway.watch(ORDERS) as second:
                assert (await second.error())["extensions"]["code"] == "LIMIT_EXCEEDED"
        await until(lambda: not listening(database)())
        async with gateway.watch(ORDERS):
            await until(listening(database))


async def test_queries_work_on_a_socket_too(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway, gateway.watch("{ viewer { name role } }") as watcher:
        assert (await watcher.next())["role"] == "VIEWER"


async def streamed(gateway: Gateway, accept: str, enough: bytes) -> bytes:
    headers = {"Authorization": f"Bearer {await gateway.token('viewer')}", "Accept": accept}
    body = {"query": "subscription { orderEvents { what } }"}
    found = b""
    async with gateway.http.post(f"{gateway.url}/graphql", json=body, headers=headers) as response:
        assert response.status == 200
        shop = await open_shop(gateway.db, {"A": 5})
        await until(listening(gateway.db))
        await shop.take(order("1", line("A")))
        async with asyncio.timeout(10):
            while enough not in found:
                found += await response.content.readany()
    return found


async def test_events_come_as_server_sent_events(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        found = await streamed(gateway, "text/event-stream", b"CREATED")
    assert b"event: next" in found


async def test_events_come_as_multipart(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'
        found = await streamed(gateway, accept, b"CREATED")
    assert b"--graphql" in found
