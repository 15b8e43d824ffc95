"""Personal data in the clear, for people who may see it: every reveal is a row of the audit trail first (G10).

What is revealed together is logged together: one entry a store, naming all subjects, committed before anything is
opened. Erased data is None. Payloads of records that could not be read count as personal: nobody knows what stands in
them. Sealing: `customers.py`, `order_rows.py`, `record_problems.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.incoming import Address, IncomingCustomer
from orion_daemon.services import access, customers, order_rows, record_problems

_CUSTOMERS = """
SELECT id, store_id, marketplace, identity_index, personal_sealed FROM customers
WHERE id = ANY($1::bigint[]) ORDER BY id
"""
_ORDERS = """
SELECT id, store_id, channel_id, channel_order_id, personal_sealed FROM orders WHERE id = ANY($1::bigint[]) ORDER BY id
"""
_RECORDS = """
SELECT id, store_id, channel_id, identity, payload_sealed FROM record_problems
WHERE id = ANY($1::bigint[]) AND payload_sealed IS NOT NULL ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class OrderPeople:
    """Who bought, and where the goods and the bill go."""

    buyer: IncomingCustomer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """By id; what has no personal data (any more) is left out."""

    customers: dict[int, IncomingCustomer]
    orders: dict[int, OrderPeople]
    records: dict[int, bytes]


async def reveal(
    db: Database,
    *,
    customer_ids: Sequence[int] = (),
    order_ids: Sequence[int] = (),
    record_ids: Sequence[int] = (),
    actor: str,
    now: datetime,
) -> Revealed:
    """Open the personal data of customers and orders, and payloads of record problems; the caller has checked that the
    actor may see these rows."""
    people = await db.fetch(_CUSTOMERS, tuple(customer_ids)) if customer_ids else []
    orders = await db.fetch(_ORDERS, tuple(order_ids)) if order_ids else []
    records = await db.fetch(_RECORDS, tuple(record_ids)) if record_ids else []
    shown = {
        "customer": [row for row in people if row["personal_sealed"]],
        "order": [row for row in orders if row["personal_sealed"]],
        "record_problem": records,
    }
    await _log(db, shown, actor, now)
    found: dict[int, IncomingCustomer] = {}
    for row in people:
        customer = customers.opened(
            db.cipher, row["personal_sealed"], store_id=row["store_id"], marketplace=row["marketplace"],
            index=row["identity_index"],
        )  # fmt: skip
        if customer is not None:
            found[row["id"]] = customer
    opened = {
        row["id"]: OrderPeople(
            *order_rows.open_personal(db.cipher, row["personal_sealed"], row["channel_id"], row["channel_order_id"])
        )
        for row in orders
        if row["personal_sealed"]
    }
    payloads = {row["id"]: record_problems.opened(db.cipher, row) or b"" for row in records}
    return Revealed(found, opened, payloads)


async def _log(db: Database, shown: Mapping[str, Sequence[Row]], actor: str, now: datetime) -> None:
    subjects: dict[int, list[str]] = defaultdict(list)
    for noun, rows in shown.items():
        for row in rows:
            subjects[row["store_id"]].append(f"{noun}:{row['id']}")
    if not subjects:
        return
    async with db.transaction() as tx:
        for store_id, named in sorted(subjects.items()):
            subject = named[0] if len(named) == 1 else f"{len(named)} subjects"
            await access.audit(tx, actor, "personal.reveal", subject, {"subjects": named}, store_id, now)
