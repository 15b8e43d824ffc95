"""The stand-in mail server as a part of the sandbox: its port, its control commands, its pages.

    GET    /control/mail?to=ADDRESS&since=ID|ISO-TIME     GET /control/mail/{id}     GET /control/mail/{id}/raw
    DELETE /control/mail                                  forgets the messages
    GET    /control/mail/behaviour     POST /control/mail/behaviour {…}     DELETE /control/mail/behaviour
    GET    /mail     GET /mail/{id}     GET /mail/{id}/attachments/{n}       for people

What it took is in the ledger too (`mail_accepted` with `recipient` and `message_id`); `mail_refused`, `mail_deferred`
and `mail_dropped` say what it did on command. Messages are part of the sandbox's state file, behaviour is not.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from orion_daemon.sandbox.control import answer, body_of, moment
from orion_daemon.sandbox.mail import pages
from orion_daemon.sandbox.mail.behaviour import Behaviour
from orion_daemon.sandbox.mail.messages import Box, Kept, attachments
from orion_daemon.sandbox.mail.smtp import Office
from orion_daemon.sandbox.vendor import CommandError, Core


class MailSink:
    name = "mail"

    def __init__(self, core: Core) -> None:
        self._office = Office(core)
        self._server: asyncio.Server | None = None
        self.host = ""
        self.port = 0

    @property
    def box(self) -> Box:
        return self._office.box

    async def listen(self, host: str, port: int) -> None:
        """Take mail from now on; port 0 is any free one. Raises OSError where the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._office.conversation, host, port)
        self.host, self.port = self._server.sockets[0].getsockname()[:2]

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/mail", self._listing),
            web.get("/mail/{id}", self._reading),
            web.get("/mail/{id}/attachments/{number}", self._attachment),
        ]

    def control_routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/control/mail", self._messages),
            web.delete("/control/mail", self._clear),
            web.get("/control/mail/behaviour", self._behaviour),
            web.post("/control/mail/behaviour", self._behave),
            web.delete("/control/mail/behaviour", self._behave_well),
            web.get("/control/mail/{id}", self._message),
            web.get("/control/mail/{id}/raw", self._raw),
        ]

    def next_due(self) -> datetime | None:
        return None

    async def run_next(self) -> None:
        """Nothing is planned here."""

    def state(self) -> dict[str, Any]:
        return {"messages": len(self.box), "host": self.host, "port": self.port}

    def reset(self, seed: int) -> None:
        del seed  # nothing here is left to chance
        self._office.box = Box()
        self._office.behaviour = Behaviour()

    def dump(self) -> bytes:
        return self.box.dump()

    def load(self, raw: bytes) -> None:
        self.box.load(raw)

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for conversation in tuple(self._office.connections):
            conversation.abort()
        await self._server.wait_closed()
        self._server = None

    def _found(self, request: web.Request) -> Kept:
        number = request.match_info["id"]
        kept = self.box.find(int(number)) if number.isdecimal() else None
        if kept is None:
            raise CommandError(f"there is no message {number}", 404)
        return kept

    async def _messages(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        start = int(since) if since.isdecimal() else moment(since)
        return answer([one.facts() for one in self.box.read(request.query.get("to", ""), start)])

    async def _message(self, request: web.Request) -> web.Response:
        return answer(self._found(request).facts())

    async def _raw(self, request: web.Request) -> web.Response:
        return web.Response(body=self._found(request).raw, content_type="text/plain", charset="utf-8")

    async def _clear(self, _request: web.Request) -> web.Response:
        cleared = len(self.box)
        self.box.clear()
        return answer({"cleared": cleared})

    async def _behaviour(self, _request: web.Request) -> web.Response:
        return answer(msgspec.to_builtins(self._office.behaviour))

    async def _behave(self, request: web.Request) -> web.Response:
        self._office.behaviour = msgspec.convert(await body_of(request), Behaviour)
        return await self._behaviour(request)

    async def _behave_well(self, request: web.Request) -> web.Response:
        self._office.behaviour = Behaviour()
        return await self._behaviour(request)

    async def _listing(self, _request: web.Request) -> web.Response:
        return _shown(pages.listing(self.box.read()))

    async def _reading(self, request: web.Request) -> web.Response:
        try:
            return _shown(pages.reading(self._found(request)))
        except CommandError as error:
            raise web.HTTPNotFound(text=str(error)) from error

    async def _attachment(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        try:
            files = attachments(self._found(request).parsed())
            _, kind, content = files[int(number)]
        except (CommandError, ValueError, IndexError) as error:
            raise web.HTTPNotFound(text="there is no such file") from error
        known = kind if kind in {"image/png", "image/jpeg", "image/gif", "image/webp"} else "application/octet-stream"
        return web.Response(body=content, content_type=known, headers={"X-Content-Type-Options": "nosniff"})


def _shown(page: str) -> web.Response:
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": pages.POLICY})
