"""The gateway as an HTTP server: who gets in, what is refused and how, and what stands beside /graphql."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageUnavailable
from orion_daemon.graphql.server import Limits
from orion_daemon.observability.health import Check, Report
from orion_daemon.services import access
from tests.support.gateway import Gateway, serving
from tests.support.stores import NOW

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ASK = {"query": "{ viewer { name } }"}


async def post(gateway: Gateway, *, token: str | None = None, **more: Any) -> tuple[int, Any, dict[str, str]]:
    headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    async with gateway.http.post(f"{gateway.url}/graphql", headers=headers, **more) as response:
        body = await response.json() if "json" in response.content_type else await response.text()
        return response.status, body, dict(response.headers)


async def test_without_a_valid_token_nothing_is_answered(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        for token in (None, "x" * 40):
            status, body, headers = await post(gateway, token=token, json=ASK)
            assert status == 401
            assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_revoked_or_expired_token_is_worth_nothing(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        token = await gateway.token("viewer")
        assert (await post(gateway, token=token, json=ASK))[0] == 200
        row = await database.fetch_one("SELECT id FROM api_tokens")
        assert row is not None
        await access.revoke_token(database, row["id"], NOW, "test")
        assert (await post(gateway, token=token, json=ASK))[0] == 401
        await access.create_token(
            database, token="e" * 40, name="short", role="viewer", store_id=None, now=NOW,
            expires_at=NOW + timedelta(hours=1), actor="test",
        )  # fmt: skip
        assert (await post(gateway, token="e" * 40, json=ASK))[0] == 200
        await gateway.clock.advance(3600)
        assert (await post(gateway, token="e" * 40, json=ASK))[0] == 401


NO_REQUESTS = (
    b"", b"{", b"[]", b"7", b'"x"', b"null", b"\xff\xfe", b"{}", b'{"query": 7}',
    b'[{"query": "{ viewer { name } }"}]',
    b'{"query": "{ viewer { name } }", "variables": [1]}',
    b'{"query": "{ viewer { name } }", "extensions": 1}',
    b'{"query": "{ viewer { name } }", "operationName": {"a": 1}}',
)  # fmt: skip


@pytest.mark.parametrize("body", NO_REQUESTS)
async def test_a_body_that_is_no_graphql_request_is_a_400_in_json(
    database: Database, tmp_path: Path, body: bytes
) -> None:
    async with serving(database, tmp_path) as gateway:
        token = await gateway.token("viewer")
        status, answer, _ = await post(gateway, token=token, data=body, headers={"Content-Type": "application/json"})
        assert status == 400, answer
        assert answer["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_what_a_form_of_another_site_could_send_is_refused(database: Database, tmp_path: Path, kind: str) -> None:
    async with serving(database, tmp_path) as gateway:
        token = await gateway.token("admin")
        data = b'{"query": "{ viewer { name } }"}'
        status, _, _ = await post(gateway, token=token, data=data, headers={"Content-Type": kind})
        assert status == 400


async def test_get_changes_and_answers_nothing(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        headers = {"Authorization": f"Bearer {await gateway.token('admin')}"}
        params = {"query": "{ viewer { name } }"}
        async with gateway.http.get(f"{gateway.url}/graphql", params=params, headers=headers) as response:
            assert response.status == 405
            assert response.headers["Allow"] == "POST"


async def test_only_named_origins_may_call_from_a_browser(database: Database, tmp_path: Path) -> None:
    origin = "https://shop.example.lu"
    async with serving(database, tmp_path, allowed_origins=(origin,)) as gateway:
        token = await gateway.token("viewer")
        for asking, allowed in ((origin, origin), ("https://evil.example", None)):
            headers = {"Origin": asking, "Access-Control-Request-Method": "POST"}
            async with gateway.http.options(f"{gateway.url}/graphql", headers=headers) as response:
                assert response.headers.get("Access-Control-Allow-Origin") == allowed
            _, _, found = await post(gateway, token=token, json=ASK, headers={"Origin": asking})
            assert found.get("Access-Control-Allow-Origin") == allowed
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await gateway.http.ws_connect(
                f"{gateway.url}/graphql", protocols=["graphql-transport-ws"], origin="https://evil.example"
            )
        assert refused.value.status == 403


async def test_a_body_over_the_limit_is_a_413(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path, limits=Limits(max_body=2048)) as gateway:
        token = await gateway.token("viewer")
        status, body, _ = await post(gateway, token=token, json=ASK | {"variables": {"x": "y" * 4000}})
        assert status == 413
        assert body["errors"]


async def test_a_request_that_fails_before_it_is_executed_has_no_data(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        token = await gateway.token("viewer")
        asked = {"query": "{ nothingLikeThis }"}
        status, body, headers = await post(gateway, token=token, json=asked)
        assert (status, "data" in body) == (200, False)
        assert body["errors"][0]["extensions"]["code"] == "BAD_QUERY"
        kind = "application/graphql-response+json"
        status, body, headers = await post(gateway, token=token, json=asked, headers={"Accept": kind})
        assert (status, "data" in body) == (400, False)
        assert headers["Content-Type"].startswith(kind)


async def test_answers_say_nothing_of_the_software_and_are_not_kept(database: Database, tmp_path: Path) -> None:
    async with serving(database, tmp_path) as gateway:
        _, _, headers = await post(gateway, token=await gateway.token("viewer"), json=ASK)
        assert "Server" not in headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_health_speaks_by_status(database: Database, tmp_path: Path) -> None:
    sick = Report(ok=False, checks=(Check(name="schedule", ok=False, detail="not running", since=NOW),))
    async with serving(database, tmp_path, readiness=lambda: sick) as gateway:
        async with gateway.http.get(f"{gateway.url}/healthz") as response:
            assert response.status == 200
        async with gateway.http.get(f"{gateway.url}/readyz") as response:
            assert response.status == 503
            assert (await response.json())["checks"][0]["detail"] == "not running"
        async with gateway.http.get(f"{gateway.url}/metrics") as response:
            assert response.status == 200
            assert "orion_jobs_total 1" in await response.text()


async def test_integrations_are_told_for_one_store_or_all(database: Database, tmp_path: Path) -> None:
    asked: list[str | None] = []

    async def integrations(store: str | None) -> Any:
        from orion_daemon.observability.health import Integrations

        asked.append(store)
        return Integrations("degraded", NOW, ())

    async with serving(database, tmp_path, integrations=integrations) as gateway:
        for query, store in (("", None), ("?store_id=", None), ("?store_id=demo", "demo")):
            async with gateway.http.get(f"{gateway.url}/health/marketplace-integrations{query}") as response:
                assert (await response.json())["status"] == "degraded"
            assert asked.pop() == store


async def test_what_fails_unexpectedly_beside_graphql_hides_its_reason(database: Database, tmp_path: Path) -> None:
    async def broken() -> bytes:
        raise RuntimeError("the password is hunter2")

    async with serving(database, tmp_path, metrics=broken) as gateway:
        async with gateway.http.get(f"{gateway.url}/metrics") as response:
            assert response.status == 500
            text = await response.text()
        assert "hunter2" not in text
        assert "INTERNAL" in text
        async with gateway.http.get(f"{gateway.url}/nowhere") as response:
            assert response.status == 404
            assert (await response.json())["errors"]


async def test_a_database_that_is_away_is_503_everywhere(database: Database, tmp_path: Path) -> None:
    async def away() -> bytes:
        raise StorageUnavailable("PostgreSQL cannot be reached")

    async with (
        serving(database, tmp_path, metrics=away) as gateway,
        gateway.http.get(f"{gateway.url}/metrics") as response,
    ):
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert (await response.json())["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_a_reader_that_goes_away_is_no_error(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def write_to_nobody() -> bytes:
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")

    async with (
        serving(database, tmp_path, metrics=write_to_nobody) as gateway,
        gateway.http.get(f"{gateway.url}/metrics") as response,
    ):
        assert response.status == 499
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_shutdown_does_not_wait_for_open_sockets_and_streams(database: Database, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with serving(database, tmp_path) as gateway:
        headers = {"Authorization": f"Bearer {await gateway.token('viewer')}", "Accept": "text/event-stream"}
        body = {"query": "subscription { orderEvents { what } }"}
        stream = await gateway.http.post(f"{gateway.url}/graphql", json=body, headers=headers)
        assert stream.status == 200
        async with gateway.watch("subscription { orderEvents { what } }") as watcher:
            started = loop.time()
            reader = asyncio.create_task(watcher.message_types())
            await gateway.server.close()
            assert loop.time() - started < 2
            assert (await reader)[-1] in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
        stream.close()
