"""What a document says of an order's lines, held against what is known of them.

The four counts (confirmed, cancelled, shipped, returned) only grow: a channel that says less is told of, not followed.
The unit price is the one of the first import. A line that disappears stays; a new one is added; a changed quantity is
followed and told of. Two lines of one key in one document are both kept. An absent value changes nothing.

`earlier` counts pieces that were confirmed at the channel before anybody here watched it (`orders.is_earlier`). Nobody
knows whether they are still here, so they hold no stock until a person says; what the channel says of them later takes
them off the count without touching stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.incoming import IncomingLine

Unit = tuple[str, str, str]
"""(unit id, the channel's state, our answer that it has not taken yet: '' | 'available' | 'unavailable')"""

_ALL_SHIPPED = frozenset({"shipped", "delivered", "fulfilled"})
_REFUNDED = frozenset({"partially_refunded", "refunded"})
_UNANSWERED = frozenset({"pending", "cancelled"})


@dataclass(frozen=True, slots=True)
class StoredLine:
    line_key: str
    quantity: int
    confirmed: int = 0
    cancelled: int = 0
    shipped: int = 0
    returned: int = 0
    units: tuple[Unit, ...] = ()
    earlier: int = 0


@dataclass(slots=True)
class LineDecision:
    """What is to be stored. `incoming` is None for a line the document does not hold, `stored` for a new line.

    `unbooked`: of the pieces that are shipped now, those whose leaving the stock never saw.
    """

    line_key: str
    quantity: int
    confirmed: int
    cancelled: int
    shipped: int
    returned: int
    units: tuple[Unit, ...]
    incoming: IncomingLine | None
    stored: StoredLine | None
    earlier: int = 0
    unbooked: int = 0

    @property
    def is_changed(self) -> bool:
        old = self.stored
        return (
            old is None
            or (self.quantity, self.confirmed, self.cancelled, self.shipped, self.returned, self.earlier)
            != (old.quantity, old.confirmed, old.cancelled, old.shipped, old.returned, old.earlier)
            or self.units != old.units
        )


def line_total(line: IncomingLine) -> int | None:
    if line.total_minor is not None:
        return line.total_minor
    return None if line.unit_price_minor is None else line.unit_price_minor * line.quantity


def first_lines(
    lines: Sequence[IncomingLine], status: str, notices: list[Notice], *, is_earlier: bool = False
) -> list[LineDecision]:
    """The lines of an order that was not known before."""
    if not lines:
        notices.append((Attention.NO_LINES, "the document has no lines"))
    found = [_first(key, line, status, notices) for key, line in _keyed(lines, notices)]
    if is_earlier:
        for line in found:
            line.earlier = max(0, min(line.confirmed, line.quantity - line.cancelled) - line.shipped)
        if pieces := sum(line.earlier for line in found):
            notices.append(earlier_notice(pieces))
    return found


def earlier_notice(pieces: int) -> Notice:
    what, hold = ("piece was", "holds") if pieces == 1 else ("pieces were", "hold")
    said = (
        f"{pieces} {what} confirmed at the channel before Orion watched it and {hold} no stock: say whether they have"
    )
    return (Attention.ANSWERED_BEFORE, f"{said} left or are still to be sent")


def merge_lines(
    stored: Sequence[StoredLine],
    lines: Sequence[IncomingLine],
    status: str,
    notices: list[Notice],
    *,
    is_answering: bool,
) -> list[LineDecision]:
    """Every stored line in its order, then the new ones. `status` is the order's after the document."""
    said = dict(_keyed(lines, notices))
    merged = []
    for old in stored:
        line = said.pop(old.line_key, None)
        if line is None:
            notices.append((Attention.LINE_MISSING, f"the channel no longer shows line {old.line_key[:80]}"))
        merged.append(_merge(old, line, status, notices, is_answering=is_answering))
    merged += [_first(key, line, status, notices) for key, line in said.items()]
    return merged


def _keyed(lines: Sequence[IncomingLine], notices: list[Notice]) -> list[tuple[str, IncomingLine]]:
    seen: dict[str, int] = {}
    keyed = []
    for line in lines:
        key = line.line_key
        count = seen.get(key, 0) + 1
        seen[key] = count
        if count > 1:
            notices.append((Attention.DUPLICATE_LINE, f"line {key[:80]} stands more than once in the document"))
            key = f"{key[:240]}#{count}"
        keyed.append((key, line))
    return keyed


def _first(key: str, line: IncomingLine, status: str, notices: list[Notice]) -> LineDecision:
    quantity = line.quantity
    if quantity <= 0:
        notices.append((Attention.CREDIT_DOCUMENT, f"line {key[:80]} counts {quantity} pieces"))
    if line.unit_price_minor is not None and line.unit_price_minor <= 0:
        notices.append((Attention.PRICE_NOT_POSITIVE, f"line {key[:80]} has a unit price of {line.unit_price_minor}"))
    pieces = max(0, quantity)
    cancelled = _within(line.cancelled, pieces) if line.cancelled is not None else 0
    if status == "cancelled":
        cancelled = pieces
    returned = _within(line.returned, pieces)
    left = pieces - cancelled
    shipped = left if status in _ALL_SHIPPED or status in _REFUNDED else max(_within(line.shipped, left), returned)
    confirmed = (0 if status in _UNANSWERED else left) if line.confirmed is None else _within(line.confirmed, pieces)
    units = tuple([(unit, state, "") for unit, state in line.units])
    return LineDecision(key, quantity, confirmed, cancelled, shipped, returned, units, line, None)


def _merge(
    old: StoredLine, line: IncomingLine | None, status: str, notices: list[Notice], *, is_answering: bool
) -> LineDecision:
    quantity, units = old.quantity, old.units
    confirmed, cancelled, shipped, returned = old.confirmed, old.cancelled, old.shipped, old.returned
    if line is not None:
        if line.quantity != quantity:
            notices.append(
                (Attention.QUANTITY_CHANGED, f"line {old.line_key[:80]} had {quantity} pieces, now {line.quantity}")
            )
            quantity = line.quantity
        pieces = max(0, quantity)
        counts = []
        for name, known, told in (
            ("confirmed", confirmed, line.confirmed),
            ("cancelled", cancelled, line.cancelled),
            ("shipped", shipped, line.shipped),
            ("returned", returned, line.returned),
        ):
            if told is not None and told < known and not is_answering:
                notices.append(
                    (Attention.COUNT_SHRANK, f"line {old.line_key[:80]}: {known} {name}, the channel says {told}")
                )
            counts.append(known if told is None else max(known, _within(told, pieces)))
        confirmed, cancelled, shipped, returned = counts
        units = _merged_units(units, line.units)
    pieces = max(0, quantity)
    shipped = max(shipped, returned)
    if status == "cancelled":
        cancelled = max(cancelled, pieces - shipped)
    elif status in _ALL_SHIPPED:
        shipped = max(shipped, pieces - cancelled)
    if line is not None and line.confirmed is None and status not in _UNANSWERED:
        confirmed = max(confirmed, pieces - cancelled)
    if cancelled + shipped > pieces and (cancelled, shipped) != (old.cancelled, old.shipped):
        notices.append(
            (
                Attention.STATUS_CONFLICT,
                f"line {old.line_key[:80]}: {cancelled} pieces cancelled and {shipped} shipped of {pieces}",
            )
        )
    unbooked = min(old.earlier, max(0, shipped - old.shipped))
    earlier = max(0, min(old.earlier - unbooked, pieces - cancelled - shipped))
    return LineDecision(
        old.line_key, quantity, confirmed, cancelled, shipped, returned, units, line, old, earlier, unbooked
    )


def _merged_units(known: tuple[Unit, ...], told: tuple[tuple[str, str], ...]) -> tuple[Unit, ...]:
    """The channel's state wins; an answer of ours falls away once the channel shows another state than before."""
    if not told:
        return known
    states = dict(told)
    merged = []
    for unit, state, wanted in known:
        now = states.pop(unit, state)
        merged.append((unit, now, wanted if now == state else ""))
    merged += [(unit, state, "") for unit, state in states.items()]
    return tuple(merged)


def _within(count: int | None, most: int) -> int:
    return min(max(count or 0, 0), most)
