"""What channels show of refunds in their orders' documents, matched with the ones that the store asked for.

Called in the transaction that writes the documents, so that a refund is settled together with the amounts and the
status that it changed. One is known by the channel's id; one whose answer was lost by what the channel did not show
before it was tried (`domain/refunds.py`), also after it had been given up. What no row of ours explains was made
elsewhere and changes no row.
"""

from collections.abc import Iterable
from datetime import datetime

from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.incoming import IncomingOrder, IncomingRefund
from orion_daemon.domain.refunds import SHOWN_AS, RefundState, ours_among
from orion_daemon.services.order_results import conclude, locked
from orion_daemon.services.refund_results import failure, notice_of

_ROWS = """
SELECT r.*, o.channel_order_id FROM refunds r JOIN orders o ON o.id = r.order_id
WHERE o.channel_id = $1 AND o.channel_order_id = ANY($2::text[]) ORDER BY r.order_id, r.id
"""
_UPDATE = """
UPDATE refunds SET state = $2, channel_refund_id = $3, error = $4, sent_at = COALESCE(sent_at, $5),
  found_at = $6, settled_at = $7, updated_at = $5
WHERE id = $1
"""


async def settle(tx: Tx, channel_id: int, orders: Iterable[IncomingOrder], now: datetime) -> int:
    """Take over what the documents show; how many rows changed. Repeating it changes nothing."""
    shown = {order.channel_order_id: order.refunds for order in orders if order.refunds}
    rows = await tx.fetch(_ROWS, channel_id, tuple(shown)) if shown else []
    taken: dict[int, set[str]] = {}
    for row in rows:
        taken.setdefault(row["order_id"], set()).update(filter(None, [row["channel_refund_id"]]))
    changed = 0
    for row in rows:
        found = _find(row, shown[row["channel_order_id"]], taken[row["order_id"]])
        if found is not None and _is_news(row, found):
            taken[row["order_id"]].add(found.refund_id)
            await _take_over(tx, row, found, now)
            changed += 1
    return changed


def _find(row: Row, shown: Iterable[IncomingRefund], taken: set[str]) -> IncomingRefund | None:
    if row["channel_refund_id"] is not None:
        return next((one for one in shown if one.refund_id == row["channel_refund_id"]), None)
    if row["tried_at"] is None:
        return None
    return ours_among(shown, amount_minor=row["amount_minor"], others={*(row["known_json"] or ()), *taken})


def _is_news(row: Row, found: IncomingRefund) -> bool:
    state = SHOWN_AS.get(found.state)
    if state is None or row["state"] == RefundState.SETTLED:
        return False
    return (state, found.refund_id) != (row["state"], row["channel_refund_id"])


async def _take_over(tx: Tx, row: Row, found: IncomingRefund, now: datetime) -> None:
    state = SHOWN_AS[found.state]
    has_failed = state is RefundState.FAILED
    error = "refund_refused: the channel took it and could not pay it" if has_failed else ""
    is_found_late = row["state"] == RefundState.FAILED and not has_failed
    await tx.execute(
        _UPDATE, row["id"], state, found.refund_id, error, now, now if is_found_late else row["found_at"],
        now if state is RefundState.SETTLED else None,
    )  # fmt: skip
    order = await locked(tx, row["order_id"])
    notices = [failure({**row, "channel_refund_id": found.refund_id}, error)] if has_failed else []
    await conclude(tx, order, now, _no_job, settled=[notice_of(row["id"])], notices=notices)


async def _no_job(_tx: Tx) -> None:
    """No job ends here: those that are open keep the order pending."""
