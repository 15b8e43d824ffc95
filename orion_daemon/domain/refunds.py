"""Refunds that the store makes: their reasons, their states, how much may go back, and which of a channel's are ours.

    asked → sent → settled        failed: refused, given up, or its outcome stayed unknown
        └──────┴──→ failed → sent, settled (the channel shows it after all)

`sent`: the channel took it; `settled`: the order's document there shows it paid, which nothing but that document says.
A channel knows no reference of ours. What it showed before our first try is kept, so that afterwards a refund of our
amount that was not among those is ours: rather one that a person made meanwhile is taken for ours than one paid twice.
Writer of the rows: `services/refunds.py`; what the channel shows: `services/refunds_shown.py`.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum

from orion_daemon.domain.incoming import IncomingRefund


class RefundReason(StrEnum):
    BUYER_CANCELLED = "buyer_cancelled"
    SELLER_CANCELLED = "seller_cancelled"
    NOT_RECEIVED = "not_received"
    RETURNED = "returned"
    NOT_AS_DESCRIBED = "not_as_described"
    SHIPPING_DISCOUNT = "shipping_discount"
    OTHER = "other"


WISHED_BY_BUYERS = frozenset({RefundReason.BUYER_CANCELLED, RefundReason.RETURNED})
"""Who is paid back for these knows why."""


class RefundState(StrEnum):
    ASKED = "asked"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


SHOWN_AS = {"pending": RefundState.SENT, "paid": RefundState.SETTLED, "failed": RefundState.FAILED}
"""What a channel's state of a refund means for a row; a word that is not here changes no row."""


def left_minor(total_minor: int, refunded_minor: int | None, under_way_minor: int) -> int:
    """What may still go back, in minor units; never negative."""
    return max(0, total_minor - (refunded_minor or 0) - under_way_minor)


def ours_among(shown: Iterable[IncomingRefund], *, amount_minor: int, others: Collection[str]) -> IncomingRefund | None:
    """Of the refunds that a channel shows the one that must be ours: of our amount and none of `others` (ids). One that
    failed there is ours only where no other is."""
    ours = [one for one in shown if one.refund_id not in others and one.amount_minor == amount_minor]
    return next((one for one in ours if one.state != "failed"), ours[0] if ours else None)
