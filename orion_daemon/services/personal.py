"""Personal data in the clear, for people who may see it: every reveal is a row of the audit trail first (G10).

What is revealed together is logged together: one entry a store, naming all subjects, committed before anything is
opened. Erased data is None. Sealing: `customers.py`, `order_rows.py`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.incoming import Address, IncomingCustomer
from orion_daemon.services import access, customers, order_rows

_CUSTOMERS = """
SELECT id, store_id, marketplace, identity_index, personal_sealed FROM customers
WHERE id = ANY($1::bigint[]) ORDER BY id
"""
_ORDERS = """
SELECT id, store_id, channel_id, channel_order_id, personal_sealed FROM orders WHERE id = ANY($1::bigint[]) ORDER BY id
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


async def reveal(
    db: Database, *, customer_ids: Sequence[int] = (), order_ids: Sequence[int] = (), actor: str, now: datetime
) -> Revealed:
    """Open the personal data of customers and orders; the caller has checked that the actor may see these rows."""
    people = await db.fetch(_CUSTOMERS, tuple(customer_ids)) if customer_ids else []
    orders = await db.fetch(_ORDERS, tuple(order_ids)) if order_ids else []
    await _log(db, [row for row in people if row["personal_sealed"]], [r for r in orders if r["personal_sealed"]],
               actor, now)  # fmt: skip
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
    return Revealed(found, opened)


async def _log(db: Database, people: Sequence[Row], orders: Sequence[Row], actor: str, now: datetime) -> None:
    subjects: dict[int, list[str]] = defaultdict(list)
    for noun, rows in (("customer", people), ("order", orders)):
        for row in rows:
            subjects[row["store_id"]].append(f"{noun}:{row['id']}")
    if not subjects:
        return
    async with db.transaction() as tx:
        for store_id, named in sorted(subjects.items()):
            subject = named[0] if len(named) == 1 else f"{len(named)} subjects"
            await access.audit(tx, actor, "personal.reveal", subject, {"subjects": named}, store_id, now)
