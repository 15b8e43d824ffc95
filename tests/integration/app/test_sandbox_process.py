"""The sandbox beside the daemon goes on where the run before ended."""

from pathlib import Path
from typing import Any

import aiohttp

from orion_daemon.app.sandbox_process import SandboxProcess
from orion_daemon.config.sandbox import Sandbox


async def ledger(url: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/control/ledger") as response:
        found: list[dict[str, Any]] = await response.json()
        return found


async def test_a_second_run_finds_the_orders_of_the_first_and_gets_new_ones(tmp_path: Path) -> None:
    state = tmp_path / "var" / "sandbox.json"
    runs = []
    for _ in range(2):
        sandbox = await SandboxProcess.start(Sandbox(enabled=True, port=0, mail_port=0, demo=True), state)
        try:
            async with aiohttp.ClientSession() as session:
                await session.post(f"{sandbox.url}/control/clock", json={"advance": 30})
            runs.append(await ledger(sandbox.url))
        finally:
            await sandbox.stop()
    first, second = runs
    assert second[: len(first)] == first
    fresh = {entry["order"] for entry in second[len(first) :] if entry["kind"] == "order_placed"}
    assert fresh
    assert not fresh & {entry["order"] for entry in first if "order" in entry}
    assert state.parent.stat().st_mode & 0o077 == 0
