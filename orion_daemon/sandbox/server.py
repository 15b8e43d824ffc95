"""The sandbox as a process: the web application, the pulse that lets planned things happen, the state file.

`run` is what the command line calls: it prints one JSON line when it is ready and stops on SIGTERM or SIGINT. With a
state file, world and ledger are written aside and renamed at most every two seconds and at the end.
"""

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from orion_daemon.sandbox.amazon import demo as amazon_demo
from orion_daemon.sandbox.amazon.marketplace import Amazon
from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.codeswholesale import demo as codeswholesale_demo
from orion_daemon.sandbox.codeswholesale.supplier import CodesWholesale
from orion_daemon.sandbox.control import Control, guard
from orion_daemon.sandbox.ebay import demo as ebay_demo
from orion_daemon.sandbox.ebay.marketplace import Ebay
from orion_daemon.sandbox.faults import Faults
from orion_daemon.sandbox.ledger import Ledger
from orion_daemon.sandbox.letzshop.demo import DEMO_KEY, demo_world
from orion_daemon.sandbox.letzshop.marketplace import Letzshop
from orion_daemon.sandbox.letzshop.state import Form
from orion_daemon.sandbox.mail.sink import MailSink
from orion_daemon.sandbox.vendor import Core, VendorSandbox

MAIL_PORT = 8025
_PULSE = 0.2
_SAVE_EVERY = 2.0
_LARGEST_BODY = 256 * 1024 * 1024


class Sandbox:
    """All parts of one sandbox; `app` serves it, `close` ends it."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: WorldClock | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        token: str | None = None,
        files: dict[str, Path] | None = None,
        state: Path | None = None,
    ) -> None:
        clock = clock or WorldClock()
        self.core = Core(clock, Ledger(clock), Faults(), sleep)
        self.letzshop = Letzshop(self.core, seed, files)
        self.amazon = Amazon(self.core, seed)
        self.ebay = Ebay(self.core, seed)
        self.codeswholesale = CodesWholesale(self.core, seed)
        self.mail = MailSink(self.core)
        self.vendors: list[VendorSandbox] = [self.letzshop, self.amazon, self.ebay, self.codeswholesale, self.mail]
        self.control = Control(self.core, self.vendors)
        self._token, self._state, self._saved = token, state, -1

    def app(self, *, pulse: bool = True) -> web.Application:
        """The application; without `pulse` nothing happens by itself until the clock is advanced by command."""
        app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[guard(self._token)])
        app.add_routes(self.control.routes())
        for vendor in self.vendors:
            app.add_routes(vendor.routes())
            app.add_routes(vendor.control_routes())
        app.cleanup_ctx.append(self._living if pulse else self._resting)
        return app

    async def _living(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._pulse())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await self.close()

    async def _resting(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        await self.close()

    async def _pulse(self) -> None:
        pulses = 0
        while True:
            try:
                await self.control.catch_up(self.core.clock.now())
            except Exception as error:  # the stand-in goes on, as a marketplace would
                self.core.ledger.record("sandbox_error", reason=repr(error))
                sys.stderr.write(f"sandbox: {error!r}\n")
            pulses += 1
            if pulses % int(_SAVE_EVERY / _PULSE) == 0:
                self.save()
            await asyncio.sleep(_PULSE)

    def save(self, *, always: bool = False) -> None:
        """Write world and ledger to the state file, if there is one and (or `always`) something was recorded since."""
        if self._state is None or (self._saved == len(self.core.ledger.entries) and not always):
            return
        self._saved = len(self.core.ledger.entries)
        worlds = {vendor.name: base64.b64encode(vendor.dump()).decode() for vendor in self.vendors}
        aside = self._state.with_name(self._state.name + ".new")
        aside.write_bytes(
            orjson.dumps({"clock": self.core.clock.dump(), "ledger": self.core.ledger.entries, "worlds": worlds})
        )
        aside.replace(self._state)

    def restore(self) -> bool:
        """Go on where the state file ends; False when there is none, or it is of another version: it is put aside."""
        if self._state is None or not self._state.exists():
            return False
        try:
            saved: dict[str, Any] = orjson.loads(self._state.read_bytes())
            worlds = [(vendor, base64.b64decode(saved["worlds"][vendor.name])) for vendor in self.vendors]
            for vendor, world in worlds:
                vendor.load(world)
            self.core.clock.load(saved["clock"])
            self.core.ledger.entries = saved["ledger"]
        except (ValueError, KeyError, TypeError):  # msgspec's and orjson's errors are ValueErrors
            aside = self._state.with_name(f"{self._state.name}.unreadable")
            self._state.replace(aside)
            sys.stderr.write(f"sandbox: {self._state} is of another version; it was renamed {aside.name}\n")
            return False
        return True

    async def close(self) -> None:
        self.save(always=True)
        for vendor in self.vendors:
            await vendor.close()


async def serve(
    host: str = "127.0.0.1",
    port: int = 8090,
    *,
    seed: int = 0,
    demo: bool = False,
    state: Path | None = None,
    files: dict[str, Path] | None = None,
    form: Form = "live",
    token: str | None = None,
    stop: asyncio.Event | None = None,
    ready: Callable[[dict[str, Any]], None] | None = None,
    mail_port: int | None = None,
) -> None:
    """Serve until `stop` is set or the task is cancelled; `ready` is called once with the ready facts.

    `mail_port` None is the usual one, or any free one where `port` is 0.
    """
    sandbox = Sandbox(seed=seed, token=token, files=files, state=state)
    if not sandbox.restore() and demo:
        demo_world(sandbox.letzshop.shop, form=form)
        amazon_demo.demo_world(sandbox.amazon.market)
        ebay_demo.demo_world(sandbox.ebay.shop)
        codeswholesale_demo.demo_world(sandbox.codeswholesale.store)
    runner = web.AppRunner(sandbox.app(), access_log=None, handle_signals=False, shutdown_timeout=2)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise OSError(f"the sandbox cannot listen on {host}:{port}: {reason}; name another --port") from error
        bound = runner.addresses[0]
        url = f"http://[{bound[0]}]:{bound[1]}" if ":" in bound[0] else f"http://{bound[0]}:{bound[1]}"
        if mail_port is None:
            mail_port = 0 if port == 0 else MAIL_PORT
        try:
            await sandbox.mail.listen(host, mail_port)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise OSError(
                f"the sandbox's mail server cannot listen on {host}:{mail_port}: {reason}; name another --mail-port"
            ) from error
        (ready or announce)(_facts(url, seed, sandbox, demo=demo, form=form))
        await (stop or asyncio.Event()).wait()
    finally:
        await runner.cleanup()


def _facts(url: str, seed: int, sandbox: Sandbox, *, demo: bool, form: Form) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "sandbox": url,
        "seed": seed,
        "control": f"{url}/control/",
        "letzshop": {
            "graphql": f"{url}/letzshop/graphql",
            "live": f"{url}/letzshop/live/graphql",
            "seed": f"{url}/letzshop/seed/graphql",
            "feeds": {name: f"{url}/letzshop/feeds/{name}" for name in sandbox.letzshop.feed_names()},
        },
    }
    facts["amazon"] = {"endpoint": f"{url}/amazon", "token_url": f"{url}/amazon/auth/o2/token"}
    facts["mail"] = {"host": sandbox.mail.host, "port": sandbox.mail.port}
    facts["ebay"] = {"api": f"{url}/ebay", "consent": f"{url}/ebay/oauth2/authorize"}
    endpoint = f"{url}/codeswholesale"
    facts["codeswholesale"] = {"endpoint": endpoint, "token_url": f"{endpoint}/oauth/token"}
    if demo:
        facts["letzshop"].update(key=DEMO_KEY, vendor="demo", form=form)
        facts["amazon"].update(
            application_id=amazon_demo.DEMO_APPLICATION_ID,
            client_id=amazon_demo.DEMO_CLIENT_ID,
            client_secret=amazon_demo.DEMO_CLIENT_SECRET,
            refresh_token=amazon_demo.DEMO_REFRESH_TOKEN,
            seller_id=amazon_demo.DEMO_SELLER_ID,
            marketplace_ids=list(amazon_demo.DEMO_MARKETPLACES),
        )
        facts["ebay"].update(ebay_demo.facts())
        facts["codeswholesale"].update(codeswholesale_demo.facts())
    return facts


def announce(facts: dict[str, Any]) -> None:
    """One JSON line on standard output: the process is ready."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def run(
    host: str = "127.0.0.1",
    port: int = 8090,
    seed: int = 0,
    demo: bool = False,
    state: Path | None = None,
    files: dict[str, Path] | None = None,
    form: Form = "live",
    token: str | None = None,
    until_eof: bool = False,
    mail_port: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly; with `until_eof` also when standard input, held open by the
    parent, ends. Raises OSError when the port is taken."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        if until_eof:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _stop_at_eof, stop)
        await serve(
            host, port, seed=seed, demo=demo, state=state, files=files, form=form, token=token, stop=stop,
            mail_port=mail_port,
        )  # fmt: skip

    asyncio.run(main())


def _stop_at_eof(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
