"""Whether an order's amounts add up. A difference is told, never repaired.

Channels say neither whether their line prices include tax nor whether a cancelled line still counts, so every honest
reading is tried before it is called a difference: with tax inside or on top, with all lines or without the cancelled
pieces. A discount is an amount to be taken off, whatever its sign.
"""

from collections.abc import Iterable

from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.domain.order_lines import LineDecision, line_total


def lines_minor(lines: Iterable[LineDecision]) -> int:
    """The sum of the lines as ordered; a line without any price counts nothing."""
    return sum([line_total(line.incoming) or 0 for line in lines if line.incoming is not None])


def total_problem(order: IncomingOrder, lines: Iterable[LineDecision]) -> str | None:
    """A sentence about the difference, or None where the amounts agree or cannot be compared (a price is missing)."""
    whole = kept = 0
    for line in lines:
        if line.incoming is None:
            return None  # the document is not the whole order any more
        amount = line_total(line.incoming)
        if amount is None:
            return None
        whole += amount
        pieces = line.quantity
        kept += amount * (pieces - line.cancelled) // pieces if pieces > 0 and line.cancelled else amount
    tax = order.tax_minor or 0
    subtotal = order.subtotal_minor
    if subtotal is not None and not {subtotal, subtotal + tax} & {whole, kept}:
        return f"the channel's subtotal is {subtotal}, its lines add up to {whole} (minor units)"
    if order.total_minor is None:
        return None
    shipping, discount = order.shipping_minor or 0, abs(order.discount_minor or 0)
    readings = {base + shipping - discount + taxes for base in (whole, kept) for taxes in (0, tax)}
    if order.total_minor in readings:
        return None
    return (
        f"the channel's total is {order.total_minor}, but lines {whole}, shipping {shipping}, tax {tax} and discount"
        f" {discount} do not add up to it (minor units)"
    )
