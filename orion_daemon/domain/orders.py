"""What an order's status means, who may move it where, and what a channel's document does to an order.

    pending → confirmed → processing → ready_for_shipment → shipped → delivered → fulfilled        the ladder
        └──────── cancelled ◄────────────────┘                  └────── partially_refunded → refunded
                      └── refunded

A channel may skip rungs but never steps back: what is behind our own knowledge is ignored (a marketplace without
tracking says "confirmed" for ever), what contradicts it keeps our status and asks for a person. An operator walks
rung by rung; Orion also finishes what was delivered by key. `decide` is pure; lines: `order_lines.py`; the writer is
`services/order_writing.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.domain.order_lines import LineDecision, StoredLine, first_lines, merge_lines
from orion_daemon.domain.order_totals import total_problem


class OrderStatus(StrEnum):
    PENDING = "pending"  # nobody has said yet whether the goods are there
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    READY_FOR_SHIPMENT = "ready_for_shipment"
    SHIPPED = "shipped"  # nothing is left to be sent
    DELIVERED = "delivered"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Cause(StrEnum):
    CHANNEL = "channel"
    OPERATOR = "operator"
    ORION = "orion"


_S = OrderStatus
LADDER = (_S.PENDING, _S.CONFIRMED, _S.PROCESSING, _S.READY_FOR_SHIPMENT, _S.SHIPPED, _S.DELIVERED, _S.FULFILLED)
OPEN = frozenset(LADDER[:4])
"""Goods are still to be sent."""
GONE = frozenset(LADDER[4:])
"""Everything that was to be sent has left the house."""
HOLDING = OPEN | {_S.PARTIALLY_REFUNDED}
"""Pieces that are neither cancelled nor shipped are held for the order."""
ANSWERED = OPEN - {_S.PENDING}

_REFUNDS = frozenset({_S.PARTIALLY_REFUNDED, _S.REFUNDED})
_RANK = {status: rank for rank, status in enumerate(LADDER)}
_NOBODY: frozenset[OrderStatus] = frozenset()

MOVES: dict[Cause, dict[OrderStatus, frozenset[OrderStatus]]] = {
    Cause.CHANNEL: {
        **{rung: frozenset(LADDER[_RANK[rung] + 1 :]) | _REFUNDS | {_S.CANCELLED} for rung in OPEN},
        **{rung: frozenset(LADDER[_RANK[rung] + 1 :]) | _REFUNDS for rung in GONE},
        _S.CANCELLED: frozenset({_S.REFUNDED}),
        _S.PARTIALLY_REFUNDED: frozenset({_S.REFUNDED}),
        _S.REFUNDED: _NOBODY,
    },
    Cause.OPERATOR: {
        _S.PENDING: frozenset({_S.CONFIRMED, _S.CANCELLED}),
        _S.CONFIRMED: frozenset({_S.PROCESSING, _S.READY_FOR_SHIPMENT, _S.SHIPPED, _S.CANCELLED}),
        _S.PROCESSING: frozenset({_S.READY_FOR_SHIPMENT, _S.SHIPPED, _S.CANCELLED}),
        _S.READY_FOR_SHIPMENT: frozenset({_S.SHIPPED, _S.CANCELLED}),
        _S.SHIPPED: frozenset({_S.DELIVERED, _S.FULFILLED}) | _REFUNDS,
        _S.DELIVERED: frozenset({_S.FULFILLED}) | _REFUNDS,
        _S.FULFILLED: _REFUNDS,
        _S.CANCELLED: frozenset({_S.REFUNDED}),
        _S.PARTIALLY_REFUNDED: frozenset({_S.REFUNDED}),
        _S.REFUNDED: _NOBODY,
    },
    Cause.ORION: {
        _S.PENDING: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.FULFILLED}),
        _S.CONFIRMED: frozenset({_S.SHIPPED, _S.CANCELLED, _S.FULFILLED}),
        _S.PROCESSING: frozenset({_S.SHIPPED, _S.CANCELLED, _S.FULFILLED}),
        _S.READY_FOR_SHIPMENT: frozenset({_S.SHIPPED, _S.CANCELLED, _S.FULFILLED}),
        _S.SHIPPED: frozenset({_S.DELIVERED, _S.FULFILLED}),
        _S.DELIVERED: frozenset({_S.FULFILLED}),
        _S.FULFILLED: _NOBODY,
        _S.CANCELLED: _NOBODY,
        _S.PARTIALLY_REFUNDED: _NOBODY,
        _S.REFUNDED: _NOBODY,
    },
}


def may_move(cause: Cause, at: OrderStatus, to: OrderStatus) -> bool:
    return to in MOVES[cause][at]


def pieces_to_hold(status: OrderStatus, quantity: int, cancelled: int, shipped: int, earlier: int) -> int:
    """How many pieces of a line must be kept in stock for it; never negative. `earlier`: see `order_lines.py`."""
    return max(0, quantity - cancelled - shipped - earlier) if status in HOLDING else 0


def is_earlier(incoming: IncomingOrder, status: OrderStatus, watched_since: datetime | None) -> bool:
    """Whether an order that is new here was answered before anybody here watched the channel, so that its goods may
    have left long ago. `watched_since`: the end of the channel's first poll, None before it.

    Only where the channel never says that goods have left, and only for what was placed before: an order placed since
    was answered while Orion was away or looking elsewhere, and is held like any other.
    """
    if incoming.tells_sending or status not in ANSWERED:
        return False
    if watched_since is None:
        return True
    return incoming.placed_at is not None and incoming.placed_at < watched_since


class Kind(StrEnum):
    CREATED = "created"
    MOVED = "moved"
    CHANGED = "changed"  # content, counts or attention, not the status
    CONFLICT = "conflict"  # the channel contradicts what we know; the status stays
    IGNORED = "ignored"  # older than what we have: nothing at all is written


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """What the rules need to know of an order. `is_answering`: something of ours is still on its way to the channel,
    so that the channel saying less than we know is no contradiction."""

    status: OrderStatus
    lines: Sequence[StoredLine] = ()
    channel_updated_at: datetime | None = None
    is_answering: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`status` is the one to be stored. `notices` replace earlier ones that came from a document."""

    kind: Kind
    status: OrderStatus
    lines: Sequence[LineDecision] = ()
    notices: Sequence[Notice] = ()


def decide(stored: StoredOrder | None, incoming: IncomingOrder, *, watched_since: datetime | None = None) -> Decision:
    """What an order's document means for what is known of it. Repeated, late and skipped documents are all safe.

    An unknown status (None) moves nothing and is said. A new order of unknown status waits as pending and holds its
    pieces: a promise too many costs less than a piece sold twice. `watched_since`: see `is_earlier`.
    """
    notices: list[Notice] = list(incoming.problems)
    said = None if incoming.status is None else OrderStatus(incoming.status)
    if said is None:
        notices.append(
            (Attention.UNKNOWN_STATUS, f"the channel says {incoming.channel_status[:80]!r}, which Orion does not know")
        )
    if stored is None:
        status = said or OrderStatus.PENDING
        earlier = is_earlier(incoming, status, watched_since)
        lines = first_lines(incoming.lines, status, notices, is_earlier=earlier)
        _look_at_totals(incoming, lines, notices)
        return Decision(Kind.CREATED, status, lines, notices)

    if _is_late(stored.channel_updated_at, incoming.channel_updated_at):
        return Decision(Kind.IGNORED, stored.status)
    status, kind = stored.status, Kind.CHANGED
    if said is not None and said is not stored.status:
        if may_move(Cause.CHANNEL, stored.status, said):
            status, kind = said, Kind.MOVED
        elif not _is_behind(stored.status, said) and not stored.is_answering:
            kind = Kind.CONFLICT
            notices.append(
                (Attention.STATUS_CONFLICT, f"the channel says {said.value} of an order that is {stored.status.value}")
            )
    lines = merge_lines(stored.lines, incoming.lines, status, notices, is_answering=stored.is_answering)
    _look_at_totals(incoming, lines, notices)
    return Decision(kind, status, lines, notices)


def _is_late(known: datetime | None, now: datetime | None) -> bool:
    return known is not None and now is not None and now < known


def _is_behind(at: OrderStatus, said: OrderStatus) -> bool:
    """The channel simply knows less than we do."""
    if at in _RANK:
        return said in _RANK
    if at is OrderStatus.REFUNDED:
        return True
    return at is OrderStatus.PARTIALLY_REFUNDED and said is not OrderStatus.CANCELLED


def _look_at_totals(incoming: IncomingOrder, lines: Iterable[LineDecision], notices: list[Notice]) -> None:
    if incoming.total_minor is not None or incoming.subtotal_minor is not None:
        problem = total_problem(incoming, lines)
        if problem:
            notices.append((Attention.TOTAL_DIFFERS, problem))
