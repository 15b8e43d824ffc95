"""What became of telling a channel: units answered, status and parcels sent. `sync_status` is true to these facts, and
to refunds (`refund_results.py`), which `conclude` with the same rules.

    pending   something is still to be sent (an open job of the order)
    failed    the channel refused something, or gave no usable answer; the order asks for attention
    sent      taken, not proven          synced   the channel confirmed it, or there was nothing to say

Each `record_…` may be given `settle`, which ends the job in the same transaction, so that effect and end are written
together. Recording twice is harmless.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.fulfillment import AVAILABLE, UNANSWERED
from orion_daemon.domain.order_lines import Unit
from orion_daemon.jobs.kinds import ANSWER_UNITS, SEND_SHIPMENT, SEND_STATUS
from orion_daemon.services import order_rows
from orion_daemon.services.errors import NotFound
from orion_daemon.services.order_writing import stored_line

_FAILURES = frozenset({Attention.ANSWER_REFUSED, Attention.SENDING_FAILED, Attention.REFUND_FAILED})
_STATUS, _ANSWER = "status: ", "answer: "
Settle = Callable[[Tx], Awaitable[None]]
Answer = tuple[str, bool]
"""(unit id, whether it is available)"""

_ORDER = """
SELECT o.id, o.store_id, o.marketplace, o.status, o.attention_reason, s.code
FROM orders o JOIN stores s ON s.id = o.store_id WHERE o.id = $1 FOR UPDATE OF o
"""
_OPEN_JOBS = """
SELECT count(*) AS n FROM jobs
WHERE owner = $1 AND entity = ANY($2::text[]) AND state IN ('waiting', 'executing')
"""
_UNPROVEN = "SELECT count(*) AS n FROM refunds WHERE order_id = $1 AND state = 'sent'"
_UNSAID = """
SELECT j.kind, j.args_json, j.error_code, j.error_message, o.id AS order_id
FROM jobs j JOIN orders o ON o.id = CAST(substr(j.entity, 7) AS BIGINT)
WHERE j.kind = ANY($1::text[]) AND j.entity LIKE 'order:%' AND o.sync_status = 'pending'
  AND NOT EXISTS (SELECT 1 FROM jobs n WHERE n.owner = j.owner AND n.entity = j.entity
                  AND n.state IN ('waiting', 'executing'))
"""
_UPDATE = """
UPDATE orders SET sync_status = $2, sync_error = $3, attention = $4, attention_reason = $5, updated_at = $6
WHERE id = $1
"""


class UnitOutcome(Protocol):
    """As the connectors say it. `error` is the channel's own refusal (code, sentence); `state` what it shows now."""

    @property
    def unit_id(self) -> str: ...
    @property
    def state(self) -> str | None: ...
    @property
    def error(self) -> tuple[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class AnswersToSend:
    """For every unit whose answer the channel has not taken yet."""

    order_id: int
    channel_order_id: str
    answers: tuple[Answer, ...]


async def answers_to_send(db: Database, order_id: int) -> AnswersToSend:
    """Read when they are sent; empty when there is nothing to say any more. Raises NotFound."""
    name = await db.fetch_value("SELECT channel_order_id FROM orders WHERE id = $1", order_id)
    if name is None:
        raise NotFound("order with this id", "orderId")
    items = await db.fetch(order_rows.SELECT_ITEMS, (order_id,))
    answers = [answer for item in items for answer in _unsaid(stored_line(item).units)]
    return AnswersToSend(order_id, name, tuple(answers))


async def status_to_send(db: Database, order_id: int) -> tuple[str, str]:
    """The order's id at the channel, and its status at this moment. Raises NotFound."""
    row = await db.fetch_one("SELECT channel_order_id, status FROM orders WHERE id = $1", order_id)
    if row is None:
        raise NotFound("order with this id", "orderId")
    return row["channel_order_id"], row["status"]


async def record_answers(
    db: Database,
    order_id: int,
    results: Sequence[UnitOutcome],
    *,
    now: datetime,
    settle: Settle | None = None,
    said_before: AbstractSet[Answer] = frozenset(),
) -> bool:
    """Units without an error hold our answer now, at the channel too; refused ones keep it and raise attention.

    False: people answered more meanwhile (than `said_before`, all that was sent), and the job was not settled: going
    on with those is what keeps them before whatever was asked for after them.
    """
    async with db.transaction() as tx:
        order = await locked(tx, order_id)
        is_all = True
        said = {one.unit_id: one for one in results}
        refused = [(one.unit_id, one.error) for one in results if one.error is not None]
        changes: list[tuple[Any, ...]] = []
        for item in await tx.fetch(order_rows.SELECT_ITEMS, (order_id,)):
            before = stored_line(item).units
            after = tuple(_after(unit, said.get(unit[0])) for unit in before)
            if after != before:
                changes.append((item["id"], [list(unit) for unit in after]))
            if settle is not None and not set(_unsaid(after)) <= said_before:
                is_all = False
        if changes:
            await tx.execute_many("UPDATE order_items SET units_json = $2 WHERE id = $1", changes)
        notices = [
            (Attention.ANSWER_REFUSED, f"the channel refused the answer for unit {unit[:80]}: {error[0]}, {error[1]}")
            for unit, error in refused
        ]
        await conclude(
            tx, order, now, settle if is_all else None, notices=notices,
            settled=[(Attention.ANSWER_REFUSED, ""), (Attention.SENDING_FAILED, _ANSWER)], is_all=is_all,
        )  # fmt: skip
        return is_all


def _unsaid(units: Sequence[Unit]) -> Iterator[Answer]:
    return ((unit, answer == AVAILABLE) for unit, state, answer in units if answer and state == UNANSWERED)


def _after(unit: Unit, said: UnitOutcome | None) -> Unit:
    if said is None:
        return unit
    name, state, answer = unit
    if said.error is not None:
        return (name, said.state or state, answer)
    return (name, said.state or (answer and f"confirmed_{answer}") or state, "")


async def record_status(
    db: Database, order_id: int, *, now: datetime, proven: bool = True, settle: Settle | None = None
) -> None:
    """The channel took the status; `proven` False: it said no more than that it received it."""
    async with db.transaction() as tx:
        order = await locked(tx, order_id)
        await conclude(tx, order, now, settle, settled=[(Attention.SENDING_FAILED, _STATUS)], proven=proven)


async def record_parcel(
    db: Database, shipment_id: int, *, now: datetime, proven: bool = True, settle: Settle | None = None
) -> None:
    """The channel knows of the parcel. Raises NotFound."""
    async with db.transaction() as tx:
        order = await locked(tx, await _order_of(tx, shipment_id))
        await tx.execute(
            "UPDATE shipments SET sync_status = $2, sync_error = '', updated_at = $3 WHERE id = $1",
            shipment_id,
            "synced" if proven else "sent",
            now,
        )
        await conclude(
            tx,
            order,
            now,
            settle,
            settled=[(Attention.SENDING_FAILED, _parcel(shipment_id))],
            proven=proven,
            what="shipment",
        )


async def record_failure(
    db: Database,
    order_id: int,
    code: str,
    message: str,
    *,
    now: datetime,
    shipment_id: int | None = None,
    what: Literal["status", "answer"] = "status",
    settle: Settle | None = None,
) -> None:
    """Telling the channel of a parcel, or of `what`, ended without success (refused or given up); a person has to look.
    `message` holds no personal data and no secret."""
    async with db.transaction() as tx:
        order = await locked(tx, order_id)
        if shipment_id is not None:
            await tx.execute(
                "UPDATE shipments SET sync_status = 'failed', sync_error = $2, updated_at = $3 WHERE id = $1",
                shipment_id,
                f"{code}: {message}",
                now,
            )
        subject = _parcel(shipment_id) if shipment_id is not None else _ANSWER if what == "answer" else _STATUS
        notice = (Attention.SENDING_FAILED, f"{subject}{code}: {message}")
        await conclude(tx, order, now, settle, notices=[notice], settled=[(Attention.SENDING_FAILED, subject)])


async def own_up(db: Database, *, now: datetime, job_ids: Sequence[int] | None = None) -> int:
    """Let orders that still say pending own up to messages that ended without their handler's word: waited too long
    (a suspended account), taken for what killed a process, or withdrawn by a person (`job_ids`). Returns how many."""
    kinds = (ANSWER_UNITS.name, SEND_SHIPMENT.name, SEND_STATUS.name)
    if job_ids is None:
        rows = await db.fetch(f"{_UNSAID} AND j.state IN ('dead', 'refused')", kinds)
    else:
        rows = await db.fetch(f"{_UNSAID} AND j.id = ANY($2::bigint[])", kinds, tuple(job_ids))
    for row in rows:
        await record_failure(
            db, row["order_id"], row["error_code"], row["error_message"] or "nobody told the channel", now=now,
            shipment_id=row["args_json"].get("shipment_id"),
            what="answer" if row["kind"] == ANSWER_UNITS.name else "status",
        )  # fmt: skip
    return len({row["order_id"] for row in rows})


def _parcel(shipment_id: int) -> str:
    return f"parcel {shipment_id}: "


async def _order_of(tx: Tx, shipment_id: int) -> int:
    order_id: int | None = await tx.fetch_value("SELECT order_id FROM shipments WHERE id = $1", shipment_id)
    if order_id is None:
        raise NotFound("parcel with this id", "shipmentId")
    return order_id


async def locked(tx: Tx, order_id: int) -> Row:
    row = await tx.fetch_one(_ORDER, order_id)
    if row is None:
        raise NotFound("order with this id", "orderId")
    return row


async def conclude(
    tx: Tx,
    order: Row,
    now: datetime,
    settle: Settle | None,
    *,
    settled: Sequence[Notice],
    notices: Sequence[Notice] = (),
    proven: bool = True,
    what: str = "content",
    is_all: bool = True,
) -> None:
    """Write what the order says of it. Notices of a code and beginning in `settled` fall away; `notices` take their
    place and mean that it failed. `settle` ends a job first; with it, jobs that are still open keep the order pending.
    """
    if settle is not None:
        await settle(tx)
    codes, reason = attention.without(
        order["attention_reason"],
        lambda old: any(old[0] == code and old[1].startswith(beginning) for code, beginning in settled),
    )
    if notices:
        codes, reason = attention.add(reason, notices)
    entities = (f"order:{order['id']}", f"refund:{order['id']}")
    still_open = await tx.fetch_value(_OPEN_JOBS, f"{order['code']}:{order['marketplace']}", entities)
    failures = _FAILURES & set(codes.split())
    if failures:
        sync_status = "failed"
    elif not is_all or (still_open and settle is not None):
        sync_status = "pending"
    else:
        unproven = await tx.fetch_value(_UNPROVEN, order["id"])
        sync_status = "synced" if proven and not unproven else "sent"
    error = "; ".join(text for code, text in attention.parse(reason) if code in failures)
    await tx.execute(_UPDATE, order["id"], sync_status, error, codes, reason, now)
    tx.emit(
        OrderChanged(
            order["store_id"], order["id"], order["marketplace"], order["status"], "attention" if notices else what
        )
    )
