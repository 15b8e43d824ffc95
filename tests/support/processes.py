"""Orion and the sandbox as an operator has them: real processes, each in a home of its own, ended by their ids.

`Processes` starts them and ends what is left; what they wrote is printed at the end of the test, so that pytest shows
it with a failure. Waiting is looking again until a deadline, never a pause of fixed length. The database of a home can
be opened beside its daemon, with the key that the home was given.
"""

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from orion_daemon.db.database import Database
from tests.support.databases import TEST_KEY, opened
from tests.support.gateway import Watcher

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEYS = base64.urlsafe_b64encode(TEST_KEY).decode()
READY_WITHIN = 60.0
TAIL = 6000

INPUTS = {
    "confirmOrderItems": "AnswerOrderItemsInput",
    "declineOrderItems": "AnswerOrderItemsInput",
    "cancelOrder": "MoveOrderInput",
    "markEarlierOrderSent": "MoveOrderInput",
    "reserveEarlierOrder": "MoveOrderInput",
    "pollOrders": "AccountInput",
    "reconcileOrders": "AccountInput",
    "syncInventory": "AccountInput",
    "publishFeed": "AccountInput",
    "retryJobs": "JobsInput",
}

T = TypeVar("T")


async def until(what: str, look: Callable[[], Awaitable[T | None]], *, within: float = 30.0, every: float = 0.05) -> T:
    """Look again and again until there is something to see. Fails with `what` once the time is over."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        found = await look()
        if found:
            return found
        if loop.time() > deadline:
            raise AssertionError(f"after {within:.0f} s still not so: {what}")
        await asyncio.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def inherited() -> dict[str, str]:
    """This process's environment without what would configure Orion; the checkout is importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORION_", "PYTHON", "PYTEST"))}
    return kept | {"PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document; standard output holds nothing else."""
        return json.loads(self.out)


class Running:
    """A process with its output in files."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.out_file, self.err_file = folder / f"{name}.out", folder / f"{name}.err"
        with self.out_file.open("wb") as out, self.err_file.open("wb") as err:
            self.process = subprocess.Popen(
                command, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def lines(self) -> list[str]:
        return self.err_file.read_text("utf-8", "replace").splitlines()

    def log(self) -> list[dict[str, Any]]:
        """The log records written so far; a line that is no JSON is a record of its text alone."""
        found = []
        for line in self.lines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                record = {"action": line}
            found.append(record)
        return found

    def logged(self, action: str) -> list[dict[str, Any]]:
        return [record for record in self.log() if record.get("action") == action]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """As the kernel does it when memory is short."""
        if self.is_alive:
            self.process.kill()
        self.process.wait()

    async def ended(self, within: float = 30.0) -> int:
        """Its exit code."""

        async def look() -> tuple[int] | None:
            code = self.process.poll()
            return None if code is None else (code,)

        return (await until(f"{self.name} has ended", look, within=within))[0]

    async def stop(self, within: float = 30.0) -> int:
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended(within)

    def tail(self) -> str:
        return "\n".join(
            f"--- {file.name}\n{file.read_text('utf-8', 'replace')[-TAIL:]}"
            for file in (self.out_file, self.err_file)
            if file.stat().st_size
        )


class SandboxProcess:
    """A stand-in marketplace in a process of its own, steered over its control API."""

    def __init__(self, running: Running, url: str, session: aiohttp.ClientSession) -> None:
        self.running, self.url, self._session = running, url, session

    async def control(self, path: str, body: Any = None, *, method: str | None = None) -> Any:
        """Call `/control/<path>`: POST with a body, GET without; fails where the sandbox refuses."""
        verb = method or ("GET" if body is None else "POST")
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        async with self._session.request(verb, f"{self.url}/control/{path}", data=raw) as response:
            said = await response.json()
            assert response.status in (200, 201), f"{verb} {path}: {response.status} {said}"
            return said

    async def ledger(self, *kinds: str, **where: str) -> list[dict[str, Any]]:
        query = {"kind": ",".join(kinds), **where}
        async with self._session.get(f"{self.url}/control/ledger", params=query) as response:
            assert response.status == 200, await response.text()
            found: list[dict[str, Any]] = await response.json()
            return found

    async def read(self, path: str) -> bytes:
        async with self._session.get(f"{self.url}/{path}") as response:
            assert response.status == 200, path
            return await response.read()

    async def file(self, name: str, text: str) -> str:
        """Let a merchant's feed lie there; returns its URL."""
        await self.control(f"letzshop/files/{name}", text.encode(), method="PUT")
        return f"{self.url}/letzshop/feeds/{name}"

    async def stock(self, vendor: str) -> dict[str, int]:
        return {row["sku"]: row["quantity"] for row in await self.control(f"letzshop/stock?vendor={vendor}")}


class Api:
    """GraphQL as a frontend uses it; the daemon behind the URL may have been started anew meanwhile."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url, self._token, self._session = url, token, session

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole document of an answer. Raises what aiohttp raises when nobody answers."""
        headers = {"Authorization": f"Bearer {self._token}"}
        body = {"query": query, "variables": variables}
        async with self._session.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            found: dict[str, Any] = await response.json()
            return found

    async def query(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        document = await self.send(query, **variables)
        assert not document.get("errors"), document
        return document["data"]

    async def change(self, mutation: str, payload: str, **wanted: Any) -> Any:
        """The payload of a mutation that is done; `payload` are its fields beside userErrors."""
        kind = INPUTS.get(mutation) or f"{mutation[0].upper()}{mutation[1:]}Input"
        text = (
            f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {payload} userErrors {{ code message }} }} }}"
        )
        answer = (await self.query(text, input=wanted))[mutation]
        assert not answer["userErrors"], answer
        return answer

    async def attempt(self, mutation: str, payload: str, **wanted: Any) -> Any:
        """The payload of a mutation with exactly these fields, whatever came of it."""
        kind = INPUTS.get(mutation) or f"{mutation[0].upper()}{mutation[1:]}Input"
        text = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {payload} }} }}"
        return (await self.query(text, input=wanted))[mutation]

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(f"{self.url}{path}") as response:
            return response.status, await response.text()

    @asynccontextmanager
    async def watch(self, query: str, **variables: Any) -> AsyncIterator[Watcher]:
        """A subscription over graphql-transport-ws, acknowledged and begun."""
        async with self._session.ws_connect(f"{self.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}})
            acknowledged = await socket.receive_json(timeout=20)
            assert acknowledged["type"] == "connection_ack", acknowledged
            await socket.send_json(
                {"id": "1", "type": "subscribe", "payload": {"query": query, "variables": variables}}
            )
            yield Watcher(socket)


class Daemon:
    """A daemon that is ready. `kill`, `stop` and the log are those of its process."""

    def __init__(self, running: Running, url: str) -> None:
        self.running, self.url = running, url

    def kill(self) -> None:
        self.running.kill()

    async def stop(self, within: float = 30.0) -> int:
        return await self.running.stop(within)


@dataclass
class Home:
    """A folder with an `orion.toml`, as an operator has it; the port stays the same over restarts."""

    folder: Path
    processes: "Processes"
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    starts: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return self.env.get("ORION_DATABASE_URL") or f"sqlite:///{self.folder / 'var' / 'orion.sqlite3'}"

    def configure(self, text: str, *, stop_within: str = "5s") -> None:
        """Write `orion.toml`: where to listen, and then `text`."""
        (self.folder / "orion.toml").write_text(
            f'[daemon]\nshutdown_timeout = "{stop_within}"\n[gateway]\nport = {self.port}\n{text}', "utf-8"
        )

    def environment(self) -> dict[str, str]:
        own = {"HOME": str(self.folder), "ORION_SECRET_KEYS": SECRET_KEYS}
        return inherited() | own | self.env

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "orion_daemon", "--config", "orion.toml", *arguments]

    async def orion(self, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Ran:
        """Run a verb to its end."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*arguments), cwd=self.folder, env=self.environment() | dict(env or {}),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(process.communicate(stdin.encode()), READY_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return Ran(process.returncode or 0, out.decode(), err.decode())

    def launch(self, *, env: Mapping[str, str] | None = None) -> Running:
        """Start `orion run` without waiting."""
        self.starts += 1
        name = f"{self.folder.name}-{self.starts}"
        return self.processes.run(name, self.command("run"), self.folder, self.environment() | dict(env or {}))

    async def start(self, within: float = READY_WITHIN) -> Daemon:
        """Start `orion run` and wait until it is ready."""
        return await self.ready(self.launch(), within)

    async def ready(self, running: Running, within: float = READY_WITHIN) -> Daemon:
        async def look() -> list[dict[str, Any]]:
            assert running.is_alive, f"the daemon ended with {running.process.returncode}:\n{running.tail()}"
            return running.logged("daemon.ready")

        ready = await until("the daemon is ready", look, within=within)
        return Daemon(running, ready[0]["url"])

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The rows, beside the daemon or without it."""
        async with opened(self.database_url) as database:
            yield database

    async def token(self, role: str = "operator", *more: str) -> str:
        ran = await self.orion("tokens", "create", "--role", role, *more, "--json")
        assert ran.code == 0, ran.err
        return str(ran.json["token"])

    async def api(self, role: str = "operator", *more: str) -> Api:
        return Api(self.url, await self.token(role, *more), self.processes.session)


class Processes:
    """Starts processes below `folder` and ends what is left of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[Running] = []
        self.session = aiohttp.ClientSession()

    def run(self, name: str, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Running:
        running = Running(name, command, folder, env)
        self._started.append(running)
        return running

    def home(self, name: str = "home", **env: str) -> Home:
        folder = self.folder / name
        folder.mkdir()
        return Home(folder, self, dict(env))

    async def sandbox(self, *arguments: str, name: str = "sandbox") -> SandboxProcess:
        """Start the sandbox on a free port and wait for its word."""
        command = [sys.executable, "-m", "orion_daemon.sandbox", "--port", "0", *arguments]
        running = self.run(name, command, self.folder, inherited())

        async def look() -> str:
            assert running.is_alive, running.tail()
            text = running.out_file.read_text()
            return text if text.endswith("\n") else ""

        facts = json.loads(await until("the sandbox is ready", look))
        return SandboxProcess(running, facts["sandbox"], self.session)

    async def close(self) -> None:
        """Kill what is left, the youngest first, and print what they wrote."""
        await self.session.close()
        for running in reversed(self._started):
            with suppress(ProcessLookupError):
                running.kill()
        for running in self._started[-8:]:
            print(running.tail())
