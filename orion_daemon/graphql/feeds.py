"""Published product feeds over HTTP: the file of a store, channel and language, with the validators of its content.

Marketplaces fetch them without a token, so the address is all that it takes; nothing in a feed is secret. A reader
that has the present content is answered 304. The file is streamed from the feeds folder and from nowhere else. That
somebody came is noted. Who writes the files: the actor's handler for PublishFeed.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from aiohttp import ETag, hdrs, web

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import publication

_CHUNK = 256 * 1024
_NOTE_EVERY = timedelta(minutes=1)  # that somebody reads it at all is what people want to know


class Feeds:
    def __init__(self, db: Database, clock: Clock, folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder.resolve()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        names = request.match_info
        row = await publication.find_feed(self._db, names["store"], names["channel"], names["language"])
        path = None if row is None else (self._folder / row["path"]).resolve()
        if row is None or path is None or not path.is_relative_to(self._folder):
            raise web.HTTPNotFound(reason="There is no such feed")
        etag = ETag(row["etag"].strip('"'))
        response = web.StreamResponse()
        response.etag = etag
        response.last_modified = row["published_at"]
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"  # a reader asks each time, and is mostly answered 304
        if _is_known(request, etag, row["published_at"]):
            response.set_status(304)
            await response.prepare(request)
            await self._note(row)
            return response
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError:
            raise web.HTTPNotFound(reason="The feed is being written") from None
        try:
            response.content_type = "text/csv"
            response.charset = "utf-8"
            await self._send(request, response, file)
        finally:
            await asyncio.to_thread(file.close)
        await self._note(row)
        return response

    async def _note(self, row: Row) -> None:
        now = self._clock.now()
        if row["read_at"] is None or now - row["read_at"] >= _NOTE_EVERY:
            await publication.note_read(self._db, row["id"], now)

    async def _send(self, request: web.Request, response: web.StreamResponse, file: BinaryIO) -> None:
        response.content_length = await asyncio.to_thread(file.seek, 0, 2)
        await asyncio.to_thread(file.seek, 0)
        await response.prepare(request)
        if request.method != hdrs.METH_HEAD:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                await response.write(chunk)
        await response.write_eof()


def _is_known(request: web.Request, etag: ETag, published_at: datetime) -> bool:
    """If-None-Match decides where it is sent; else the time, in whole seconds."""
    if request.if_none_match is not None:
        return any(one.value in {"*", etag.value} for one in request.if_none_match)
    since = request.if_modified_since
    return since is not None and published_at.astimezone(UTC).replace(microsecond=0) <= since
