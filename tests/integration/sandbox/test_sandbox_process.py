"""The sandbox as a process: one ready line with the real port, orders within seconds, a clean stop on SIGTERM."""

import asyncio
import json
import signal
import sys

import aiohttp


async def test_the_process_says_when_it_is_ready_sells_and_stops_cleanly():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "orion_daemon.sandbox", "--port", "0", "--seed", "7", "--demo"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            ready = json.loads(await process.stdout.readline())
            url, letzshop = ready["sandbox"], ready["letzshop"]
            assert url.startswith("http://127.0.0.1:")
            assert not url.endswith(":0")
            async with aiohttp.ClientSession() as session:
                headers = {"Authorization": f"Bearer {letzshop['key']}"}
                query = {"query": "{ shipments { nodes { id } } }"}
                async with session.post(letzshop["graphql"], json=query, headers=headers) as response:
                    assert len((await response.json())["data"]["shipments"]["nodes"]) >= 5
                async with session.get(letzshop["feeds"]["demo-fr.csv"]) as response:
                    assert (await response.text()).startswith("id\ttitle\tprice")
                async with session.post(f"{url}/control/clock", json={"advance": 3}) as response:
                    assert (await response.json())["happened"] >= 1
            process.send_signal(signal.SIGTERM)
            out, err = await process.communicate()
        assert (process.returncode, out, err) == (0, b"", b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
