"""Files behind pre-signed URLs: `PUT` what a feed brings within five minutes, `GET` what Amazon made.

The URLs lie outside the API: they carry no token in a header, only their own signature, and count against no quota. A
compressed document is told as such; whether it is decided where it is made.
"""

import gzip
from hashlib import sha256
from typing import Any

from aiohttp import web

from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.records import Document
from orion_daemon.sandbox.amazon.state import Market
from orion_daemon.sandbox.faults import Faults, respond
from orion_daemon.sandbox.vendor import Core

PATH = "/amazon/documents/{id}"


def make(market: Market, seller: str, content_type: str, body: str | bytes, *, compressed: bool) -> Document:
    """A document of Amazon's own, text in UTF-8."""
    raw = body.encode() if isinstance(body, str) else body
    document = Document(
        id=f"amzn1.spdoc.1.4.eu.{market.world.uuid()}",
        seller=seller,
        content_type=content_type,
        body=gzip.compress(raw, mtime=0) if compressed else raw,
        gzip=compressed,
    )
    market.world.documents[document.id] = document
    return document


def awaited(market: Market, seller: str, content_type: str) -> Document:
    """An empty document that the seller may fill within five minutes."""
    document = Document(
        id=f"amzn1.spdoc.1.4.eu.{market.world.uuid()}",
        seller=seller,
        content_type=content_type,
        upload_until=market.later(market.world.settings.upload_life),
    )
    market.world.documents[document.id] = document
    return document


def url(call: Call, document: Document) -> str:
    return f"{call.base}/documents/{document.id}?X-Amz-Signature={_signature(call.market, document)}"


def described(call: Call, document_id: str, name: str) -> dict[str, Any]:
    """The answer of `getFeedDocument` and `getReportDocument`; `name` is the id's field. Raises Refused 404."""
    document = call.world.documents.get(document_id)
    if document is None or document.seller != call.seller.id:
        raise Refused(404, "NotFound", "The document does not exist.", document_id)
    told: dict[str, Any] = {name: document.id, "url": url(call, document)}
    if document.gzip:
        told["compressionAlgorithm"] = "GZIP"
    return told


class Documents:
    """The door of the pre-signed URLs; operations `uploadDocument` and `downloadDocument` for faults."""

    def __init__(self, market: Market, core: Core) -> None:
        self._market, self._core = market, core
        self._faults: Faults = core.faults

    def routes(self) -> list[web.RouteDef]:
        return [web.put(PATH, self._upload), web.get(PATH, self._download, allow_head=False)]

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        document = self._signed(request)
        now = self._market.now()
        if document is None or document.upload_until is None or document.upload_until <= now:
            return self._note(request, 403, _xml("AccessDenied", "Request has expired"))
        if request.headers.get("Content-Type", "") != document.content_type:
            return self._note(request, 403, _xml("SignatureDoesNotMatch", "The Content-Type is another"))
        body = await request.read()
        fault = self._faults.draw("amazon", ("uploadDocument", "write"), None)
        if fault is None or fault.when == "after":
            document.body = body
        if fault is not None:
            if delay := float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)):
                await self._core.sleep(delay)
            broken = await respond(request, fault, b"", now)
            if broken is not None:
                self._note(request, broken.status, b"", outcome=f"fault:{fault.kind}")
                return broken
        return self._note(request, 200, b"")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        document = self._signed(request)
        if document is None or document.body is None:
            return self._note(request, 403, _xml("AccessDenied", "Request has expired"))
        headers = {"Content-Type": document.content_type}
        response = web.Response(body=document.body, headers=headers)
        fault = self._faults.draw("amazon", ("downloadDocument", "read"), None)
        if fault is not None:
            if delay := float(fault.params.get("delay", 2 if fault.kind == "slow" else 0)):
                await self._core.sleep(delay)
            broken = await respond(request, fault, document.body, self._market.now())
            if broken is not None:
                self._note(request, broken.status, b"", outcome=f"fault:{fault.kind}")
                return broken
        self._note(request, 200, b"")
        return response

    def _signed(self, request: web.Request) -> Document | None:
        document = self._market.world.documents.get(request.match_info["id"])
        if document is None or request.query.get("X-Amz-Signature") != _signature(self._market, document):
            return None
        return document

    def _note(self, request: web.Request, status: int, body: bytes, outcome: str = "") -> web.Response:
        operation = "uploadDocument" if request.method == "PUT" else "downloadDocument"
        said = outcome or ("ok" if status < 300 else "refused")
        self._market.record(
            "request",
            operation=operation,
            document=request.match_info["id"],
            status=status,
            outcome=said,
            executed=status < 300,
        )
        return web.Response(status=status, body=body, content_type="application/xml")


def _signature(market: Market, document: Document) -> str:
    return sha256(f"{market.world.seed}:{document.id}".encode()).hexdigest()


def _xml(code: str, message: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'.encode()
    )
