"""Records that a channel sent and that could not be taken in: seen, read after all, dismissed.

A record has one row, by the channel's own id or else by its payload; seeing it again counts there. It closes by itself
when the same record is read well, and by a person's word. What was dismissed stays so while the record says the same,
and opens anew when it comes in another form; what was imported opens anew when it cannot be read again. An alert is
raised when a row opens or tells of something else than before, not each time it is seen. Gaps in a list (neither id nor
payload) close when a sweep came to its end without one. Payloads of erased people go and are not kept again
(`erasure.py`). Revealing a payload: `personal.py`; who calls: `order_import.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem, hash_of
from orion_daemon.services import access
from orion_daemon.services.errors import NotFound

ORDER = "order"
"""The kind of what would have become an order here, whatever the channel calls it."""

_LONGEST_ID = 255
_COLUMNS = (
    "store_id", "channel_id", "kind", "identity", "record_id", "code", "message", "payload_sealed", "payload_hash",
    "first_seen_at", "last_seen_at", "times_seen", "resolved_at", "resolution",
)  # fmt: skip
_KNOWN = """
SELECT identity, code, payload_hash, resolved_at, resolution FROM record_problems
WHERE channel_id = $1 AND kind = $2 AND identity = ANY($3::text[]) ORDER BY identity FOR UPDATE
"""
_SEEN_AGAIN = """
ON CONFLICT (channel_id, kind, identity) DO UPDATE SET code = excluded.code, message = excluded.message,
  payload_sealed = COALESCE(excluded.payload_sealed, record_problems.payload_sealed),
  payload_hash = COALESCE(excluded.payload_hash, record_problems.payload_hash),
  last_seen_at = excluded.last_seen_at, times_seen = record_problems.times_seen + 1,
  resolved_at = excluded.resolved_at, resolution = excluded.resolution
"""
_OPEN = """
SELECT id, identity FROM record_problems
WHERE channel_id = $1 AND kind = $2 AND resolved_at IS NULL AND identity = ANY($3::text[]) ORDER BY identity
"""
_READ_WELL = """
UPDATE record_problems SET resolved_at = $2, resolution = 'imported', payload_sealed = NULL
WHERE id = ANY($1::bigint[]) AND resolved_at IS NULL
"""

_ERASED = """
SELECT channel_order_id FROM orders WHERE channel_id = $1 AND channel_order_id = ANY($2::text[])
  AND (erased_at IS NOT NULL OR erasure_due_at IS NOT NULL)
"""
_OF_ORDERS = """
UPDATE record_problems SET payload_sealed = NULL WHERE payload_sealed IS NOT NULL AND kind = $2
  AND EXISTS (SELECT 1 FROM orders o WHERE o.channel_id = record_problems.channel_id
    AND o.channel_order_id = record_problems.record_id AND o.id = ANY($1::bigint[]))
"""
_WITH_PAYLOAD = """
SELECT p.id, p.channel_id, p.identity, p.payload_sealed FROM record_problems p JOIN channels c ON c.id = p.channel_id
WHERE c.store_id = $1 AND c.marketplace = $2 AND p.payload_sealed IS NOT NULL ORDER BY p.id
"""
_NO_GAP_ANY_MORE = """
UPDATE record_problems SET resolved_at = COALESCE(resolved_at, $3), resolution = 'imported'
WHERE channel_id = $1 AND kind = $4 AND record_id IS NULL AND payload_hash IS NULL AND last_seen_at < $2
  AND (resolved_at IS NULL OR resolution = 'dismissed')
"""


def identity_of(problem: RecordProblem) -> str:
    """What one record is known by. Without id and payload all of one code are one: there is nothing to tell them by."""
    name = storable(problem.record_id)
    if 0 < len(name) <= _LONGEST_ID:
        return f"id:{name}"
    return f"hash:{hash_of(problem.payload or problem.code.encode())}"


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and nobody takes half a surrogate pair: both become the replacement character."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


async def record(tx: Tx, *, store_id: int, channel_id: int, problems: Sequence[RecordProblem], now: datetime) -> None:
    """Keep what was seen, each record once, in the caller's transaction."""
    latest = {identity_of(problem): problem for problem in problems}
    if not latest:
        return
    known = {row["identity"]: row for row in await tx.fetch(_KNOWN, channel_id, ORDER, tuple(sorted(latest)))}
    names = tuple(sorted({storable(problem.record_id) for problem in latest.values()}))
    erased = {row["channel_order_id"] for row in await tx.fetch(_ERASED, channel_id, names)}
    rows = []
    for identity, problem in sorted(latest.items()):
        row, code, payload_hash = known.get(identity), problem.code[:64], _payload_hash(problem)
        is_dismissed = row is not None and _stays_dismissed(row, code, payload_hash)
        name, message = storable(problem.record_id)[:_LONGEST_ID], storable(problem.message)
        payload = b"" if name in erased else problem.payload
        rows.append(
            (
                store_id, channel_id, ORDER, identity, name or None, code, message,
                _sealed(tx.cipher, channel_id, identity, payload), payload_hash, now, now, 1,
                row["resolved_at"] if row and is_dismissed else None, "dismissed" if is_dismissed else None,
            )
        )  # fmt: skip
        if row is None or row["code"] != code or (row["resolved_at"] is not None and not is_dismissed):
            tx.emit(AlertRaised(store_id, channel_id, code, f"Order {name[:80] or 'without id'}: {message}"))
    await tx.insert("record_problems", _COLUMNS, rows, suffix=_SEEN_AGAIN)


def _stays_dismissed(row: Mapping[str, Any], code: str, payload_hash: int | None) -> bool:
    same = payload_hash is None or row["payload_hash"] == payload_hash
    return bool(row["resolution"] == "dismissed" and row["code"] == code and same)


async def read_well(db: Database, channel_id: int, orders: Sequence[tuple[IncomingOrder, int]]) -> dict[str, int]:
    """Ids of open rows, by identity, whose record is one of these (order, content hash). One look-up a page."""
    if not orders:
        return {}
    names = {f"id:{storable(order.channel_order_id)}" for order, _ in orders}
    names |= {f"hash:{content_hash}" for _, content_hash in orders}
    return {row["identity"]: row["id"] for row in await db.fetch(_OPEN, channel_id, ORDER, tuple(sorted(names)))}


async def resolve(tx: Tx, rows: Mapping[str, int], unread: Sequence[RecordProblem], now: datetime) -> None:
    """Rows of `read_well` were imported after all, but those of `unread`; their payloads go, the orders have them."""
    still = {identity_of(problem) for problem in unread} | {f"hash:{_payload_hash(problem)}" for problem in unread}
    if ids := tuple([number for identity, number in rows.items() if identity not in still]):
        await tx.execute(_READ_WELL, ids, now)


async def close_gaps(tx: Tx, channel_id: int, began: datetime, now: datetime) -> None:
    """A sweep that began then has shown everything: what had neither id nor payload before it was read well since. Also
    of those that a person put aside, so that the next gap is told again."""
    await tx.execute(_NO_GAP_ANY_MORE, channel_id, began, now, ORDER)


async def dismiss(db: Database, problem_id: int, *, actor: str, now: datetime, note: str = "") -> None:
    """A person has seen to it. Dismissing what is closed changes nothing. Raises NotFound."""
    async with db.transaction() as tx:
        row = await tx.fetch_one("SELECT * FROM record_problems WHERE id = $1 FOR UPDATE", problem_id)
        if row is None:
            raise NotFound("record problem with this id", "recordProblemId")
        if row["resolved_at"] is not None:
            return
        await tx.execute(
            "UPDATE record_problems SET resolved_at = $2, resolution = 'dismissed' WHERE id = $1", problem_id, now
        )
        subject, detail = f"record_problem:{problem_id}", {"code": row["code"], "note": note}
        await access.audit(tx, actor, "record_problem.dismiss", subject, detail, row["store_id"], now)


async def forget_orders(tx: Tx, order_ids: tuple[int, ...]) -> int:
    """Remove the payloads of records of these orders; how many there were."""
    return await tx.execute(_OF_ORDERS, order_ids, ORDER)


async def forget_naming(tx: Tx, store_id: int, marketplace: str, names: Sequence[str]) -> int:
    """Remove the payloads in which one of these names stands as a JSON string: of records that never became an order,
    only what came tells whose they are. How many there were. Opens every payload of the channel."""
    wanted = [orjson.dumps(name) for name in names]
    if not wanted:
        return 0
    ids = []
    for row in await tx.fetch(_WITH_PAYLOAD, store_id, marketplace):
        payload = opened(tx.cipher, row) or b""
        if any(name in payload for name in wanted):
            ids.append(row["id"])
    if ids:
        await tx.execute("UPDATE record_problems SET payload_sealed = NULL WHERE id = ANY($1::bigint[])", tuple(ids))
    return len(ids)


def opened(cipher: Cipher, row: Row) -> bytes | None:
    """The payload verbatim, None where there is none (any more); the caller logs the reveal (G10)."""
    sealed = row["payload_sealed"]
    return None if sealed is None else cipher.open(bytes(sealed), _owner(row["channel_id"], row["identity"]))


def _sealed(cipher: Cipher, channel_id: int, identity: str, payload: bytes) -> bytes | None:
    return cipher.seal(payload, _owner(channel_id, identity)) if payload else None


def _payload_hash(problem: RecordProblem) -> int | None:
    return hash_of(problem.payload) if problem.payload else None


def _owner(channel_id: int, identity: str) -> str:
    return f"record_problems:{channel_id}:{ORDER}:{identity}"
