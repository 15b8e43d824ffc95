"""The store's own keys, and every code that was ever stored: sealed, found again by a keyed hash, given out once.

`add` takes keys that a store brings; a code that is stored already, in whatever store and state, is refused. `claim`
gives free keys to units, oldest first, each to one unit (the database holds that). A key leaves its unit only as bad,
or back into the pool while nobody has seen it. Showing codes: `key_reveals.py`; who needs them: `key_units.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.keys import KeyState
from orion_daemon.domain.supply import CodeKind

LOW_WATER = "keys_low"
_NEITHER = re.compile(r"[\s-]+")
_FREE = """
SELECT id FROM keys WHERE product_id = $1 AND state = 'free' ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
COLUMNS = (
    "store_id", "product_id", "kind", "state", "digest", "filename", "raw_kind", "purchase_id", "code_id", "unit_id",
    "cost_minor", "currency", "added_by", "note", "created_at", "claimed_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewKey:
    """A code to be stored. `secret` is text, or Base64 of a picture; None while it is awaited."""

    kind: CodeKind
    secret: str | None = field(repr=False)
    filename: str = ""
    raw_kind: str = ""
    code_id: str | None = None
    unit_id: int | None = None
    state: KeyState = KeyState.FREE
    note: str = ""  # why it cannot be delivered


@dataclass(frozen=True, slots=True)
class Origin:
    """Where keys come from: a purchase with what each cost, or a person."""

    store_id: int
    product_id: int
    purchase_id: int | None = None
    cost_minor: int | None = None
    currency: str | None = None
    added_by: str = ""


def canonical(code: str) -> str:
    """What makes two spellings one code: letters' case, blanks and hyphens do not."""
    return _NEITHER.sub("", code).upper()


def digest(cipher: Cipher, code: str) -> bytes:
    return cipher.index(f"key:{canonical(code)}")


def owner(key_id: int) -> str:
    return f"keys:{key_id}"


def open_key(cipher: Cipher, key_id: int, sealed: bytes | None) -> str | None:
    """The code in the clear; the caller has logged that. None while it is awaited, and once it was erased."""
    return None if sealed is None else cipher.open(bytes(sealed), owner(key_id)).decode()


async def known(tx: Tx, codes: Sequence[str]) -> set[str]:
    """Which of these codes are stored already, under whatever secret key they were."""
    by_digest: dict[bytes, str] = {}
    for code in codes:
        for one in tx.cipher.indexes(f"key:{canonical(code)}"):
            by_digest[one] = code
    found: set[str] = set()
    digests = list(by_digest)
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        places = ", ".join(f"${number}" for number in range(1, len(part) + 1))
        rows = await tx.fetch(f"SELECT digest FROM keys WHERE digest IN ({places})", *part)
        found.update(by_digest[bytes(row["digest"])] for row in rows)
    return found


async def add(tx: Tx, origin: Origin, keys: Sequence[NewKey], now: datetime) -> list[int]:
    """Write codes that nobody has stored before, sealed; their ids in the order given. One that somebody else is
    storing at this moment raises ConstraintViolated on `digest`: look anew what is known."""
    return await _write(tx, origin, [(key, digest(tx.cipher, key.secret or "")) for key in keys], now)


async def store(tx: Tx, origin: Origin, keys: Sequence[NewKey], now: datetime) -> list[int]:
    """Write codes, sealed; their ids in the order given. A code that is stored already, or stands here twice, is
    written without its digest: what was paid for is never lost."""
    taken = await known(tx, [key.secret for key in keys if key.secret])
    marked: list[tuple[NewKey, bytes | None]] = []
    seen = set()
    for key in keys:
        mark: bytes | None = None
        if key.secret and key.secret not in taken and canonical(key.secret) not in seen:
            seen.add(canonical(key.secret))
            mark = digest(tx.cipher, key.secret)
        marked.append((key, mark))
    return await _write(tx, origin, marked, now)


async def _write(tx: Tx, origin: Origin, keys: Sequence[tuple[NewKey, bytes | None]], now: datetime) -> list[int]:
    rows = [
        (
            origin.store_id, origin.product_id, key.kind, key.state, mark, key.filename[:200], key.raw_kind[:64],
            origin.purchase_id, key.code_id, key.unit_id, origin.cost_minor, origin.currency, origin.added_by[:200],
            key.note[:200], now, now if key.unit_id is not None else None, now,
        )
        for key, mark in keys
    ]  # fmt: skip
    ids = [int(row["id"]) for row in await tx.insert("keys", COLUMNS, rows, suffix="RETURNING id")]
    await seal(tx, [(key_id, key.secret) for key_id, (key, _) in zip(ids, keys, strict=True) if key.secret])
    return ids


async def seal(tx: Tx, secrets: Sequence[tuple[int, str]]) -> None:
    """Put codes into their rows, each bound to its row."""
    if secrets:
        await tx.execute_many(
            "UPDATE keys SET secret_sealed = $2 WHERE id = $1",
            [(key_id, tx.cipher.seal(secret.encode(), owner(key_id))) for key_id, secret in secrets],
        )


async def claim(
    tx: Tx, product_id: int, unit_ids: Sequence[int], now: datetime, *, low_water: int | None = None
) -> dict[int, int]:
    """Give free keys of the product to these units, as far as there are any: unit id → key id. With fewer than
    `low_water` left afterwards, and not before, people are told."""
    if not unit_ids:
        return {}
    free = [int(row["id"]) for row in await tx.fetch(_FREE, product_id, len(unit_ids))]
    taken = dict(zip(unit_ids, free, strict=False))
    if not taken:
        return {}
    await tx.execute_many(
        "UPDATE keys SET state = 'claimed', unit_id = $2, claimed_at = $3, updated_at = $3 WHERE id = $1",
        [(key_id, unit_id, now) for unit_id, key_id in taken.items()],
    )
    await tx.execute_many(
        "UPDATE key_units SET state = 'ready', key_id = $2, hold_code = '', hold_reason = '', updated_at = $3"
        " WHERE id = $1",
        [(unit_id, key_id, now) for unit_id, key_id in taken.items()],
    )
    await _watch_level(tx, product_id, len(taken), low_water)
    return taken


async def _watch_level(tx: Tx, product_id: int, taken: int, low_water: int | None) -> None:
    if low_water is None:
        row = await tx.fetch_one(
            "SELECT low_water FROM product_sources WHERE product_id = $1 AND channel_id IS NULL", product_id
        )
        low_water = row["low_water"] if row else None
    if not low_water:
        return
    left = await tx.fetch_value("SELECT count(*) FROM keys WHERE product_id = $1 AND state = 'free'", product_id)
    if left < low_water <= left + taken:
        product = await tx.fetch_one("SELECT store_id, sku FROM products WHERE id = $1", product_id)
        assert product is not None  # noqa: S101  # keys hang on it
        tx.emit(AlertRaised(product["store_id"], None, LOW_WATER, f"{left} keys are left of {product['sku']}"))


async def give_back(tx: Tx, key_ids: Sequence[int], now: datetime) -> None:
    """Keys that nobody has seen are free again. Put aside instead are codes that cannot be delivered, and those that
    were in a message, which somebody may have read."""
    if key_ids:
        await tx.execute(
            "UPDATE keys SET state = 'bad', note = 'a message with it may have been read', updated_at = $2"
            " WHERE id = ANY($1::bigint[]) AND state = 'claimed' AND note = '' AND delivered_at IS NOT NULL",
            tuple(key_ids), now,
        )  # fmt: skip
        await tx.execute(
            "UPDATE keys SET state = 'free', unit_id = NULL, claimed_at = NULL, updated_at = $2"
            " WHERE id = ANY($1::bigint[]) AND state = 'claimed' AND note = '' AND kind IN ('text', 'image')",
            tuple(key_ids), now,
        )  # fmt: skip
        await tx.execute(
            "UPDATE keys SET state = 'bad', note = CASE WHEN note = '' THEN 'cannot be delivered' ELSE note END,"
            " updated_at = $2 WHERE id = ANY($1::bigint[]) AND state = 'claimed'",
            tuple(key_ids), now,
        )  # fmt: skip
