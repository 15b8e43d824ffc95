"""The sandbox marketplaces as a second process of `orion run`, ended with it.

It is started by its module name, so that no code of it is loaded here. Its standard input is held open: when this
process dies without a word, the sandbox is told by the end of file and goes too.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import orjson

from orion_daemon.config.sandbox import Sandbox
from orion_daemon.runtime.children import plain_environment

READY_WITHIN = 15.0
STOP_WITHIN = 5.0


class SandboxProcess:
    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    @classmethod
    async def start(cls, options: Sandbox, state: Path) -> "SandboxProcess":
        """Its world goes on from the file `state`, so that rows of an earlier run mean something to it.

        Raises RuntimeError when it does not come up."""
        state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = ["-m", "orion_daemon.sandbox", "--host", options.host, "--port", str(options.port)]
        command += ["--mail-port", str(options.mail_port)]
        command += ["--until-eof", "--seed", str(options.seed), *(["--demo"] if options.demo else [])]
        command += ["--state", str(state)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=plain_environment(os.environ),
        )
        assert process.stdout is not None  # noqa: S101 - it was asked for, one line above
        try:
            line = await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)
            url = str(orjson.loads(line)["sandbox"])
        except (TimeoutError, orjson.JSONDecodeError, KeyError) as error:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise RuntimeError(
                f"the sandbox did not start on {options.host}:{options.port}; its own words are above. Other ports"
                " are set by port and mail_port of [sandbox] in orion.toml."
            ) from error
        return cls(process, url)

    async def stop(self) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
