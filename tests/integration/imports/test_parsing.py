"""The process that parses beside the writer: it can be ended at any moment, also when nobody reads what it says."""

import asyncio
import sys

from orion_daemon.actors.import_parsing import Parsing


async def test_a_parser_that_waits_for_its_reader_can_be_closed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", "import sys; sys.stdout.buffer.write(bytes(8 << 20))"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 16,
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while process.stdout._transport.is_reading():  # type: ignore[attr-defined]  # tells that the pipe is full
            await asyncio.sleep(0.01)
        await Parsing(process).close()
    assert process.returncode is not None
