"""Where a walk over orders stands: cursors as JSON text that survive a restart, and what a page is made of.

A regular poll is stored as `since` alone. A walk under way knows more: a page token with the very bound that it was
given for (Amazon insists on unchanged filters) and the time it was given at, since it dies after a day; or a report
and how much of it was read. Who moves it: `orders.py` and `history.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from orion_daemon.connectors.amazon.facts import Facts
from orion_daemon.connectors.errors import Malformed, Rejected, SchemaDrift
from orion_daemon.connectors.paging import Mark
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem

TOKEN_LIFE = timedelta(hours=23, minutes=45)
"""Of a page token, which Amazon keeps for 24 hours."""


class Cursor(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    """`open`: what is still to be sent, before anything else. `search`: changes since a time. `report`: an outage or
    the past, by reports of a month each."""

    step: Literal["search", "open", "report"] = "search"
    since: datetime | None = None  # what changed from then on is not read yet
    slowly: bool = False  # search even where a report would be quicker: there was none
    # a list under way
    api: str = ""
    asked: datetime | None = None
    token: str | None = None
    token_at: datetime | None = None
    mark: Mark = Mark()  # one of the tokens before, by which a circle is known
    before: datetime | None = None  # the list's end by Amazon's clock
    # a report under way
    until: datetime | None = None  # where all reports end
    window_to: datetime | None = None  # where this one ends
    report: str | None = None
    at: int = 0  # orders of it that were read
    failed: int = 0
    cancelled: bool = False  # Amazon cancelled the report for this window once
    listed_to: datetime | None = None  # what was placed before is listed, by Amazon's clock; None: up to `until`
    listed_at: datetime | None = None  # when that was asked last

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()


def place(cursor: str | None) -> Cursor:
    """A cursor that nobody can read begins anew: reading twice harms nobody."""
    if not cursor:
        return Cursor()
    try:
        return _CURSOR.decode(cursor)
    except msgspec.DecodeError:
        return Cursor()


_CURSOR = msgspec.json.Decoder(Cursor)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a list is asked for: orders changed, or made, since a time; perhaps only those still to be sent."""

    since: datetime
    made: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list. `before`: the end of the list's window, by Amazon's clock."""

    orders: tuple[IncomingOrder, ...]
    problems: tuple[RecordProblem, ...]
    token: str | None
    before: datetime | None


class Reader(Protocol):
    """One of the two orders APIs."""

    api: str

    async def search(self, bounds: Bounds, token: str | None, priority: int) -> Found:
        """Raises PageRefused for a token that is not taken any more."""
        ...

    async def one(self, order_id: str, priority: int) -> IncomingOrder | RecordProblem | None:
        """None where Amazon has no such order for this seller."""
        ...

    async def facts(self, order_id: str) -> Facts | None:
        """What a change has to know of an order before it is made, read at once; None as above."""
        ...


async def shown(reader: Reader, order_id: str, priority: int) -> IncomingOrder | RecordProblem | None:
    """As `Reader.one`, for walks over orders that something else named: one that Amazon refuses to show is a problem of
    its own, since the walk would come by it for ever."""
    try:
        return await reader.one(order_id, priority)
    except SchemaDrift:
        raise
    except (Malformed, Rejected) as error:
        return problem_of(order_id, error)


def problem_of(order_id: str, error: Malformed | Rejected) -> RecordProblem:
    return RecordProblem(order_id, error.code, error.message, error.payload if isinstance(error, Malformed) else b"")


def sort(read: list[IncomingOrder | RecordProblem]) -> tuple[tuple[IncomingOrder, ...], tuple[RecordProblem, ...]]:
    orders = tuple(one for one in read if isinstance(one, IncomingOrder))
    return orders, tuple(one for one in read if isinstance(one, RecordProblem))
