"""A process that parses feeds while this one writes: the pieces of one, in order, one fetched ahead.

Light on purpose: a worker starts it first and loads what it needs for writing meanwhile. What runs in it:
`import_reading.main`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

from orion_daemon.actors.import_pieces import HEAD, Piece, Reading, Refused, Summary, pack, unpack

_PIPE = 1 << 20
_READER = "import sys; from orion_daemon.actors.import_reading import main; sys.exit(main())"


class Parsing:
    """Begun with `begin`; iterate over each feed once; `close` it however it went. EOFError when the process ended
    early."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._input = process.stdin
        self._source = process.stdout
        self._ahead: asyncio.Future[Any] | None = None
        self.is_done = False

    @classmethod
    async def begin(cls, reading: Reading, used: "Parsing | None" = None) -> "Parsing":
        """`used`: one that was iterated to its end is taken again."""
        parsing = used
        if parsing is not None and not (parsing.is_done and parsing.is_alive):
            await parsing.close()
            parsing = None
        if parsing is None:
            parsing = cls(
                await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-c",
                    _READER,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    limit=_PIPE,
                )
            )
        parsing.is_done = False
        parsing._input.write(pack(reading))
        return parsing

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def __aiter__(self) -> AsyncIterator[Piece]:
        self._ahead = asyncio.ensure_future(self._fetch())
        while True:
            piece = await self._ahead
            if isinstance(piece, Summary | Refused):
                self._ahead = None
                self.is_done = True
                yield piece
                return
            self._ahead = asyncio.ensure_future(self._fetch())
            yield piece

    async def _fetch(self) -> Any:
        size = int.from_bytes(await self._source.readexactly(HEAD), "big")
        return unpack(await self._source.readexactly(size))

    async def close(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.wait([self._ahead])
        if self._process.returncode is None:
            self._process.kill()
        self._input.close()
        while await self._source.read(_PIPE):  # its end counts as ended only once its pipe was read to the end
            pass
        await self._process.wait()
