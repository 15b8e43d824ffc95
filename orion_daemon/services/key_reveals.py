"""Codes in the clear, for people who have a reason: every look is a row of the audit trail first (G10).

What is revealed together is logged together: one entry a store, naming all keys and the reason, committed before
anything is opened. Lists never show a code, nor a part of one: they show its handle (`domain/keys.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.domain import pictures
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import access, key_pool
from orion_daemon.services.errors import Code, Invalid, NotFound

AT_ONCE = 200
LONGEST_REASON = 200
_KEYS = """
SELECT id, store_id, kind, state, secret_sealed, filename FROM keys WHERE id = ANY($1::bigint[]) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Revealed:
    """`code` is text, or Base64 of a picture that is called `filename`; None while it is awaited, or was erased."""

    key_id: int
    kind: CodeKind
    code: str | None = field(repr=False)
    filename: str = ""


def checked_reason(reason: str) -> str:
    """Raises Invalid where there is none."""
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(Code.REQUIRED, "Say why; it stands in the audit trail.", "reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(Code.INVALID_VALUE, f"A reason has up to {LONGEST_REASON} characters.", "reason")
    return reason


async def reveal(db: Database, key_ids: Sequence[int], reason: str, *, actor: str, now: datetime) -> list[Revealed]:
    """Open these keys, in the order given; the caller has checked that the actor may see them.

    Raises Invalid without a reason or for too many at once, and NotFound; nothing is opened then.
    """
    reason = checked_reason(reason)
    if not 0 < len(key_ids) <= AT_ONCE:
        raise Invalid(Code.INVALID_VALUE, f"Name 1 to {AT_ONCE} keys.", "keyIds")
    rows = {row["id"]: row for row in await db.fetch(_KEYS, tuple(set(key_ids)))}
    if any(key_id not in rows for key_id in key_ids):
        raise NotFound("key with this id", "keyIds")
    by_store: dict[int, list[int]] = defaultdict(list)
    for key_id, row in rows.items():
        by_store[row["store_id"]].append(key_id)
    async with db.transaction() as tx:
        for store_id, ids in sorted(by_store.items()):
            subject = f"key:{ids[0]}" if len(ids) == 1 else f"{len(ids)} keys"
            await access.audit(tx, actor, "key.reveal", subject, {"keys": ids, "reason": reason}, store_id, now)
    found = {}
    for key_id, row in rows.items():
        kind = CodeKind(row["kind"])
        code = key_pool.open_key(db.cipher, key_id, row["secret_sealed"])
        data = pictures.decode(code) if kind is CodeKind.IMAGE and code else None
        name = pictures.file_name(row["filename"], key_id, data) if data is not None else ""
        found[key_id] = Revealed(key_id, kind, code, name)
    return [found[key_id] for key_id in dict.fromkeys(key_ids)]
