"""Customers as orders bring them: found by a keyed index, everything that names a person sealed.

A customer is known by the channel's own id where there is one, else by the e-mail address, else not at all. What an
order does not say blanks nothing. An erased customer stays erased until the same person orders anew: `erased_at` is the
time of the last erasure and stays, and what was placed before it never brings the data back (G10), neither here nor
into orders (`order_writing.py`). Erasing: `erasure.py`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.tx import Tx
from orion_daemon.domain.incoming import IncomingCustomer

_COLUMNS = ("store_id", "marketplace", "identity_index", "personal_sealed", "created_at", "updated_at")
_UPSERT = (
    "ON CONFLICT (store_id, marketplace, identity_index) DO UPDATE SET updated_at = customers.updated_at"
    " RETURNING id, identity_index, personal_sealed, erased_at"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer's row, and when the person was erased last."""

    id: int
    erased_at: datetime | None

    def covers(self, placed_at: datetime | None) -> bool:
        """Whether an order placed then belongs to what was erased; one that names no time does."""
        return self.erased_at is not None and (placed_at is None or placed_at <= self.erased_at)


def identity(cipher: Cipher, customer: IncomingCustomer | None) -> bytes | None:
    """The index under which a customer is kept; None for somebody nobody can tell from another."""
    if customer is None:
        return None
    if customer.channel_customer_id:
        return cipher.index(f"id:{customer.channel_customer_id}")
    if customer.email and customer.email.strip():
        return cipher.index(f"email:{customer.email.strip().casefold()}")
    return None


def seal_owner(store_id: int, marketplace: str, index: bytes) -> str:
    return f"customers:{store_id}:{marketplace}:{index.hex()}"


async def keep(
    tx: Tx,
    *,
    store_id: int,
    marketplace: str,
    customers: Mapping[bytes, tuple[IncomingCustomer, datetime | None]],
    now: datetime,
) -> dict[bytes, Kept]:
    """Insert or complete customers, by index. Locks in the order of the indexes.

    `customers` are (person, when the order was placed that names them so).
    """
    cipher = tx.cipher
    sealed: dict[bytes, bytes] = {}
    for index in sorted(customers):
        sealed[index] = cipher.seal(orjson.dumps(customers[index][0]), seal_owner(store_id, marketplace, index))
    rows = [(store_id, marketplace, index, personal, now, now) for index, personal in sealed.items()]
    kept: dict[bytes, Kept] = {}
    changes: list[tuple[Any, ...]] = []
    for row in await tx.insert("customers", _COLUMNS, rows, suffix=_UPSERT):
        index, known = bytes(row["identity_index"]), row["personal_sealed"]
        kept[index] = Kept(row["id"], row["erased_at"])
        person, placed_at = customers[index]
        if known is not None and bytes(known) == sealed[index]:
            continue  # just inserted
        if kept[index].covers(placed_at):
            continue
        if known is None:
            changes.append((row["id"], sealed[index], now))
            continue
        owner = seal_owner(store_id, marketplace, index)
        before = orjson.loads(cipher.open(bytes(known), owner))
        after = before | {key: value for key, value in asdict(person).items() if value is not None}
        if after != before:
            changes.append((row["id"], cipher.seal(orjson.dumps(after), owner), now))
    if changes:
        await tx.execute_many("UPDATE customers SET personal_sealed = $2, updated_at = $3 WHERE id = $1", changes)
    return kept


def opened(
    cipher: Cipher, sealed: bytes | None, *, store_id: int, marketplace: str, index: bytes
) -> IncomingCustomer | None:
    """A customer's personal data in the clear; None once erased. The caller logs the reveal (G10)."""
    if sealed is None:
        return None
    return IncomingCustomer(**orjson.loads(cipher.open(bytes(sealed), seal_owner(store_id, marketplace, bytes(index)))))
