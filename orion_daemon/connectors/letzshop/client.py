"""One GraphQL call to Letzshop: the request, the errors by the platform's habits, the typed result.

`read` may be repeated and is; `change` may not and is not: whatever leaves open whether it took effect is `Doubtful`.

| answer | raised |
|---|---|
| HTTP trouble | see `connectors/classify.py` |
| a page for people, broken JSON | Unreachable / Malformed; of a change Doubtful |
| an unknown field, type or argument | SchemaDrift, also of a change: the document was refused before it ran |
| nothing but errors | Unreachable; of a change Doubtful |
| `data` and `errors` | nothing: both are handed over, and whoever asked uses what is whole |
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar

import msgspec

from orion_daemon.connectors.classify import lost, unreadable
from orion_daemon.connectors.errors import AuthRefused, RateLimited, Rejected, SchemaDrift, VendorError
from orion_daemon.connectors.http import AccountHttp, Answer, Request
from orion_daemon.connectors.letzshop import names
from orion_daemon.connectors.letzshop.schemas import Envelope, GraphError
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.limiter import Priority

T = TypeVar("T")
NULL = b"null"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_REFUSED_DOCUMENT = frozenset({400, 422})  # some servers answer so when they did not run a document, with errors inside


class CursorRefused(Rejected):
    """The page's cursor is not known any more: begin the list anew."""

    default_code = "cursor_refused"


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """`result` None: the vendor says there is nothing. `date` is the server's clock."""

    result: T | None
    errors: tuple[GraphError, ...]
    date: datetime | None

    def torn(self, *prefix: str) -> frozenset[int]:
        """Indices of the list at this path below the result in which something failed."""
        depth = len(prefix) + 1
        found = set()
        for error in self.errors:
            path = error.path or []
            if path[1:depth] == list(prefix) and len(path) > depth and isinstance(path[depth], int):
                found.add(path[depth])
        return frozenset(index for index in found if isinstance(index, int))


class LetzshopClient:
    def __init__(self, http: AccountHttp, endpoint: str, key: str) -> None:
        self._http = http
        self._endpoint = endpoint
        self._key = key

    async def read(
        self,
        operation: str,
        document: str,
        variables: dict[str, Any] | None,
        kind: type[T],
        priority: int = Priority.NORMAL,
    ) -> Reply[T]:
        return await self._call(operation, document, variables, kind, priority, mutates=False)

    async def change(
        self, operation: str, document: str, variables: dict[str, Any], kind: type[T], priority: int = Priority.NORMAL
    ) -> Reply[T]:
        """The result is never None: without a payload the outcome is doubtful."""
        return await self._call(operation, document, variables, kind, priority, mutates=True)

    async def _call(
        self,
        operation: str,
        document: str,
        variables: dict[str, Any] | None,
        kind: type[T],
        priority: int,
        *,
        mutates: bool,
    ) -> Reply[T]:
        request = Request(
            operation,
            self._endpoint,
            msgspec.json.encode({"query": document, "variables": variables or {}}),
            bearer=self._key,
            headers=JSON,
            mutates=mutates,
            priority=priority,
            accepts=_REFUSED_DOCUMENT,
        )
        return await self._http.call(request, lambda answer: self._decode(answer, kind))

    def _decode(self, answer: Answer, kind: type[T]) -> Reply[T]:
        place = answer.place
        if answer.body.lstrip()[:1] == b"<":
            raise lost(place, "answered with a page for people instead of JSON, as in maintenance", "not_json")
        try:
            envelope = _ENVELOPE.decode(answer.body)
        except msgspec.DecodeError as error:
            raise unreadable(place, f"the answer is not a GraphQL answer ({_plain(error)})", "not_graphql") from error
        errors = tuple(envelope.errors or ())
        for said in errors:
            if names.meaning(said.message or "", said.code) == "drift":
                raise self._refusal(answer, said)
        result: T | None = None
        if bytes(envelope.data) != NULL:
            try:
                found = _DATA.decode(envelope.data).result
                if bytes(found) != NULL:
                    result = _decoder(kind).decode(found)
            except msgspec.DecodeError as error:
                raise unreadable(
                    place, f"the answer has another shape than expected ({_plain(error)})", "shape"
                ) from error
        if result is None:
            if errors:
                raise self._refusal(answer, errors[0])
            if answer.status in _REFUSED_DOCUMENT:
                raise Rejected(f"{place}: refused with HTTP {answer.status}.", code=f"http_{answer.status}")
            if place.mutates or bytes(envelope.data) == NULL:
                raise unreadable(place, "the answer holds neither data nor errors", "empty")
        return Reply(result, errors, server_time(answer))

    def _refusal(self, answer: Answer, error: GraphError) -> VendorError:
        place = answer.place
        said = clean(error.message or "no message", (self._key,))
        match names.meaning(error.message or "", error.code):
            case "drift":
                return SchemaDrift(
                    f"{place}: the marketplace does not know a name that Orion uses: {said}. Its schema has changed or"
                    " a name was guessed wrong; `orion doctor STORE letzshop` lists the names."
                )
            case "auth":
                return AuthRefused(f"{place}: {said}. Store a valid credential with the rights of a shop manager.")
            case "limit":
                return RateLimited(f"{place}: {said}")
            case "cursor" if not place.mutates:
                return CursorRefused(f"{place}: {said}")
            case _:
                return lost(place, f"the marketplace reports: {said}", "vendor_error")


def server_time(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


class _Data(msgspec.Struct):
    result: msgspec.Raw = msgspec.Raw(NULL)


_ENVELOPE = msgspec.json.Decoder(Envelope)
_DATA = msgspec.json.Decoder(_Data)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder(kind: type[T]) -> "msgspec.json.Decoder[T]":
    found = _decoders.get(kind)
    if found is None:
        found = _decoders[kind] = msgspec.json.Decoder(kind)
    return found


def _plain(error: Exception) -> str:
    return clean(str(error))
