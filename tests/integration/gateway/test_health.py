"""How the accounts stand is for everybody, what marketplaces said is not."""

from pathlib import Path
from typing import Any

from orion_daemon.app.monitor import Monitor
from orion_daemon.db.database import Database
from orion_daemon.observability.metrics import Metrics
from orion_daemon.runtime.clock import ManualClock
from tests.support.gateway import Gateway, serving
from tests.support.orders import open_shop
from tests.support.stores import NOW


async def test_what_a_marketplace_said_is_told_to_those_with_a_token(database: Database, tmp_path: Path) -> None:
    shops = {code: await open_shop(database, {}, code=code) for code in ("demo", "other")}
    said = "credential refused: vendor: who is Jeanne?"
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET state = 'suspended', state_reason = $1, last_error = $2", said,
                         "PollOrders: vendor: who is Jeanne?")  # fmt: skip
    clock = ManualClock(NOW)
    monitor = Monitor(database, clock, Metrics(clock.monotonic))

    async def told(gateway: Gateway, authorization: str) -> dict[str, Any]:
        headers = {"Authorization": authorization} if authorization else {}
        url = f"{gateway.url}/health/marketplace-integrations"
        async with gateway.http.get(url, headers=headers) as response:
            assert response.status == 200
            found = (await response.json())["integrations"]
        for one in found:
            assert one["codes"] == ["credential_refused", "last_run_failed"]
            assert one["reasons"][:2] == ["the credential was refused; set the right one", "the last PollOrders failed"]
            assert "Jeanne" not in "".join(one["reasons"])
        return {one["store"]: one["details"] for one in found}

    everything = [said, "PollOrders: vendor: who is Jeanne?"]
    async with serving(database, tmp_path, integrations=monitor.integrations) as gateway:
        for nobody in ("", "Bearer nonsense", "Basic abc"):
            assert await told(gateway, nobody) == {"demo": [], "other": []}
        viewer = await gateway.token("viewer", None)
        assert await told(gateway, f"Bearer {viewer}") == {"demo": everything, "other": everything}
        bound = await gateway.token("viewer", shops["demo"].store_id)
        assert await told(gateway, f"Bearer {bound}") == {"demo": everything, "other": []}
