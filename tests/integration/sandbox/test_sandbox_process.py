"""The sandbox as a process: one ready line with the real port, orders within seconds, a clean stop on SIGTERM."""

import asyncio
import json
import signal
import socket
import sys

import aiohttp
import pytest

from orion_daemon.sandbox.server import Sandbox


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
            assert ready["mail"]["host"] == "127.0.0.1"
            reader, writer = await asyncio.open_connection(ready["mail"]["host"], ready["mail"]["port"])
            assert (await reader.readline()).startswith(b"220 ")
            writer.close()
            await writer.wait_closed()
            async with aiohttp.ClientSession() as session:
                headers = {"Authorization": f"Bearer {letzshop['key']}"}
                query = {"query": "{ shipments { nodes { id } } }"}
                async with session.post(letzshop["graphql"], json=query, headers=headers) as response:
                    assert len((await response.json())["data"]["shipments"]["nodes"]) >= 5
                async with session.get(letzshop["feeds"]["demo-fr.csv"]) as response:
                    assert (await response.text()).startswith("id\ttitle\tprice")
                supplier = ready["codeswholesale"]
                login = {name: supplier[name] for name in ("client_id", "client_secret")}
                login["grant_type"] = "client_credentials"
                async with session.post(supplier["token_url"], data=login) as response:
                    token = (await response.json())["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                async with session.get(f"{supplier['endpoint']}/v3/products", headers=headers) as response:
                    assert len((await response.json())["items"]) == 12
                async with session.post(f"{url}/control/clock", json={"advance": 3}) as response:
                    assert (await response.json())["happened"] >= 1
            process.send_signal(signal.SIGTERM)
            out, err = await process.communicate()
        assert (process.returncode, out, err) == (0, b"", b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("option", ["--port", "--mail-port"])
async def test_a_taken_port_is_said_in_one_line(option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "orion_daemon.sandbox", "--port", "0", option, str(taken.getsockname()[1])),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err.decode().startswith("sandbox: ")
    assert err.count(b"\n") == 1
    assert b"Address already in use" in err
    assert f"name another {option}".encode() in err


async def test_a_state_file_of_another_version_is_put_aside(tmp_path, capsys):
    state = tmp_path / "world.json"
    state.write_text('{"clock": {"offset": 0, "stands_at": null}, "ledger": [], "worlds": {"letzshop": "WzFd"}}')
    sandbox = Sandbox(state=state)
    assert not sandbox.restore()
    assert "another version" in capsys.readouterr().err
    assert (tmp_path / "world.json.unreadable").exists()
    sandbox.save(always=True)
    assert Sandbox(state=state).restore()
    await sandbox.close()
