"""Answering, shipping and finishing an order: what is allowed for its pieces, and what status follows from them.

Pieces of a line are unanswered, confirmed or cancelled; confirmed ones are shipped. Where a channel names single
units, an answer picks units (`order_lines.Unit`) and can be given only once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orion_daemon.domain.order_lines import Unit
from orion_daemon.domain.orders import OPEN, OrderStatus

UNANSWERED = "unconfirmed"
"""The state of a unit nobody has answered, as channels that name units spell it."""

AVAILABLE, UNAVAILABLE = "available", "unavailable"


class CannotAnswer(ValueError):  # noqa: N818 - says what cannot be done, for an operator
    pass


@dataclass(slots=True)
class Pieces:
    """A line's pieces while an operator's wish is applied to it."""

    quantity: int
    confirmed: int
    cancelled: int
    shipped: int
    units: tuple[Unit, ...] = ()
    earlier: int = 0

    @property
    def unanswered(self) -> int:
        return max(0, self.quantity - self.confirmed - self.cancelled)

    @property
    def left(self) -> int:
        """Neither cancelled nor shipped."""
        return max(0, self.quantity - self.cancelled - self.shipped)

    @property
    def shippable(self) -> int:
        return max(0, min(self.confirmed, self.quantity - self.cancelled) - self.shipped)

    def confirm(self, wanted: int | Sequence[str] | None) -> int:
        """Some pieces, the units named, or (None) all that nobody answered. Returns how many."""
        count = self._answer(wanted, AVAILABLE, self.unanswered)
        self.confirmed += count
        return count

    def decline(self, wanted: int | Sequence[str] | None) -> int:
        """As `confirm`. Without units also pieces that were confirmed before, while they are still here."""
        open_pieces = self.unanswered if self.units or wanted is None else self.left
        count = self._answer(wanted, UNAVAILABLE, open_pieces)
        self.cancelled += count
        return count

    def cancel(self) -> int:
        """All that is left. Returns how many units the channel cannot be told of: their answer is given already."""
        known = 0
        if self.units:
            promised = sum(1 for _, state, answer in self.units if state == UNANSWERED and answer == AVAILABLE)
            known = max(0, self.confirmed - promised - self.shipped)
            self.units = tuple(
                (unit, state, UNAVAILABLE if state == UNANSWERED else answer) for unit, state, answer in self.units
            )
        self.cancelled += self.left
        return known

    def _answer(self, wanted: int | Sequence[str] | None, answer: str, most: int) -> int:
        if not self.units:
            if wanted is not None and not isinstance(wanted, int):
                raise CannotAnswer("the channel does not name single units of this line; give a number of pieces")
            count = most if wanted is None else wanted
            if count < 0 or count > most:
                raise CannotAnswer(f"{most} pieces can be answered so, not {count}")
            return count
        waiting = [unit for unit, state, given in self.units if state == UNANSWERED and not given]
        if wanted is None:
            chosen = waiting
        elif isinstance(wanted, int):
            if not 0 <= wanted <= len(waiting):
                raise CannotAnswer(f"{len(waiting)} units wait for an answer, not {wanted}")
            chosen = waiting[:wanted]
        else:
            chosen = list(dict.fromkeys(wanted))
            strange = [unit for unit in chosen if unit not in waiting]
            if strange:
                raise CannotAnswer(f"unit {strange[0][:80]} does not wait for an answer")
        picked = set(chosen)
        self.units = tuple(
            (unit, state, answer) if unit in picked else (unit, state, given) for unit, state, given in self.units
        )
        return len(chosen)


def status_after(status: OrderStatus, lines: Iterable[Pieces]) -> OrderStatus:
    """The status that follows from the pieces: cancelled when none is left to sell, shipped when all that was to be
    sent has left, confirmed once something is confirmed."""
    if status not in OPEN:
        return status
    counted = [line for line in lines if line.quantity > 0]
    if not counted:
        return status
    if all(line.left == 0 for line in counted):
        return OrderStatus.SHIPPED if any(line.shipped for line in counted) else OrderStatus.CANCELLED
    if status is OrderStatus.PENDING and any(line.confirmed for line in counted):
        return OrderStatus.CONFIRMED
    return status
