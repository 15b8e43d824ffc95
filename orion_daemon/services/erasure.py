"""The erasure of a person: what names somebody goes, what the books need stays, and the proof is kept (G10).

    asked for, by a customer's id or by the marketplace's names of a person
      → one transaction a customer: the customer, orders and their documents, records that could not be read, audit
      → orders whose goods are still to be sent keep where they go, and are due; for keys that is the e-mail address
      → the housekeeper erases those once the goods have left, or after `AT_LATEST`

Amounts, lines, the status's history, parcels and stock stay. Keys that are still to be delivered are not lost: their
order waits, and what is delivered after `AT_LATEST` waits for a person or the storefront. Of keys that were delivered
the code goes: whoever takes it in knows the person by it, and nobody here needs it any more. Its keyed hash stays, so
that the code is never given out again; messages that carried it name their order and no address.

Everything here may be repeated: what is erased already is left alone, and a repetition that finds nothing writes
nothing, no audit entry either. What keeps an erased person away when an old document comes again: `customers.py`,
`order_writing.py`, `record_problems.py`. Who calls: the gateway, and the handler of notifications.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import OrderChanged
from orion_daemon.services import access, customers, order_rows, record_problems
from orion_daemon.services.errors import NotFound

AT_LATEST = timedelta(days=30)
"""An order that is still open then is erased all the same: its goods will hardly leave any more."""

_CHUNK = 200
_RACES = 5
_AWAITS_KEYS = (
    "(o.status NOT IN ('cancelled', 'refunded') AND EXISTS (SELECT 1 FROM key_units u JOIN order_items k"
    " ON k.id = u.order_item_id WHERE k.order_id = o.id AND u.state NOT IN ('delivered', 'cancelled')))"
)
_WAITS = (
    "(o.status IN ('pending', 'confirmed', 'processing', 'ready_for_shipment') OR (o.status = 'partially_refunded'"
    " AND EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id"
    f" AND i.quantity - i.cancelled - i.shipped - i.earlier > 0)) OR {_AWAITS_KEYS})"
)
_CUSTOMER = "SELECT * FROM customers WHERE id = $1"
_CUSTOMERS = "SELECT * FROM customers WHERE id = ANY($1::bigint[]) ORDER BY identity_index FOR UPDATE"
_BY_INDEX = "SELECT id FROM customers WHERE store_id = $1 AND marketplace = $2 AND identity_index = $3"
_ORDERS = f"""
SELECT o.id, o.store_id, o.channel_id, o.channel_order_id, o.marketplace, o.status, o.personal_sealed, o.erasure_due_at,
  CASE WHEN {_WAITS} THEN 1 ELSE 0 END AS is_waiting, CASE WHEN {_AWAITS_KEYS} THEN 1 ELSE 0 END AS is_awaiting_keys
FROM orders o WHERE o.customer_id = ANY($1::bigint[]) AND o.erased_at IS NULL ORDER BY o.id FOR UPDATE OF o
"""
_UNERASED = "SELECT id FROM orders WHERE customer_id = ANY($1::bigint[]) AND erased_at IS NULL ORDER BY id"
_DUE = f"""
SELECT o.id FROM orders o WHERE o.erasure_due_at IS NOT NULL AND (o.erasure_due_at <= $1 OR NOT {_WAITS})
ORDER BY o.erasure_due_at, o.id LIMIT $2
"""
_DUE_ORDER = f"""
SELECT o.id, o.store_id, o.channel_id, o.channel_order_id, o.marketplace, o.status, o.customer_id, o.erasure_due_at
FROM orders o WHERE o.id = $1 AND o.erasure_due_at IS NOT NULL AND (o.erasure_due_at <= $2 OR NOT {_WAITS})
FOR UPDATE OF o
"""
_FORGET_CODES = """
UPDATE keys SET secret_sealed = NULL, updated_at = $2
WHERE secret_sealed IS NOT NULL AND (state = 'delivered' OR (state = 'bad' AND delivered_at IS NOT NULL))
  AND unit_id IN (
  SELECT u.id FROM key_units u JOIN order_items i ON i.id = u.order_item_id WHERE i.order_id = ANY($1::bigint[]))
"""
_SAME_ACCOUNTS = """
SELECT DISTINCT c.store_id, c.marketplace FROM channels c JOIN channels told ON told.id = $1
WHERE c.marketplace = told.marketplace AND c.endpoint = told.endpoint ORDER BY c.store_id
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """Counts of rows that held something and do not any more. `waiting`: orders that keep an address until their goods
    have left; each repetition counts them again."""

    customers: int = 0
    orders: int = 0
    payloads: int = 0
    records: int = 0
    waiting: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            self.customers + other.customers, self.orders + other.orders, self.payloads + other.payloads,
            self.records + other.records, self.waiting + other.waiting,
        )  # fmt: skip


async def erase_customer(db: Database, customer_id: int, *, actor: str, now: datetime, cause: str = "asked") -> Erased:
    """Erase one customer of a store, and who is known there by the same e-mail address. Idempotent. Raises NotFound.

    `cause` stands in the proof; nothing personal.
    """
    return await _erase(db, customer_id, (), actor, now, cause)


async def erase_by_channel_names(
    db: Database, channel_id: int, names: Iterable[str], *, actor: str, now: datetime, cause: str
) -> Erased:
    """Erase whoever a marketplace knows by any of these names, e.g. eBay's username, userId and eiasToken.

    A marketplace tells it to one address of an application, whose accounts may be those of several stores: so it holds
    in every store that has this marketplace at the same endpoint. Nobody of these names is no error.
    """
    wanted = sorted({name for name in names if name})
    found: set[int] = set()
    for account in await db.fetch(_SAME_ACCOUNTS, channel_id):
        for name in wanted:
            for index in db.cipher.indexes(f"id:{name}"):
                rows = await db.fetch(_BY_INDEX, account["store_id"], account["marketplace"], index)
                found.update(row["id"] for row in rows)
    total = Erased()
    for customer_id in sorted(found):
        total += await _erase(db, customer_id, wanted, actor, now, cause)
    return total


async def erase_due(db: Database, now: datetime) -> int:
    """Erase orders that were due and whose goods have left, or that waited for `AT_LATEST`; how many. A transaction
    each."""
    done = 0
    for row in await db.fetch(_DUE, now - AT_LATEST, _CHUNK):
        async with db.transaction() as tx:
            order = await tx.fetch_one(_DUE_ORDER, row["id"], now - AT_LATEST)
            if order is None:
                continue
            erased = await _erase_orders(tx, [order], now)
            has_left = order["erasure_due_at"] > now - AT_LATEST
            detail = {
                "cause": "the goods have left" if has_left else "waited too long",
                "customer": order["customer_id"],
                **_counts(erased),
            }
            await access.audit(tx, "orion", "personal.erase", f"order:{order['id']}", detail, order["store_id"], now)
            done += 1
    return done


class _OrderCame(Exception):  # noqa: N818 - it is no error
    """An order of the customer was written between our looks at them: look again."""


async def _erase(db: Database, customer_id: int, names: Sequence[str], actor: str, now: datetime, cause: str) -> Erased:
    for attempt in range(1, _RACES + 1):
        try:
            async with db.transaction() as tx:
                return await _erase_at_once(tx, customer_id, names, actor, now, cause)
        except _OrderCame:
            if attempt == _RACES:
                raise
    raise AssertionError("unreachable")


async def _erase_at_once(
    tx: Tx, customer_id: int, names: Sequence[str], actor: str, now: datetime, cause: str
) -> Erased:
    """Locks orders before customers, as whoever writes orders does; a new order needs the customer's row, so none comes
    between the second look and the commit."""
    customer = await tx.fetch_one(_CUSTOMER, customer_id)
    if customer is None:
        raise NotFound("customer with this id", "customerId")
    ids, names = await _same_person(tx, customer, names)
    orders = await tx.fetch(_ORDERS, ids)
    people = await tx.fetch(_CUSTOMERS, ids)
    if [row["id"] for row in await tx.fetch(_UNERASED, ids)] != [order["id"] for order in orders]:
        raise _OrderCame
    gone = [order for order in orders if not order["is_waiting"]]
    waiting = [order for order in orders if order["is_waiting"]]
    fresh = [order for order in waiting if order["erasure_due_at"] is None]
    erased = await _erase_orders(tx, gone, now) + await _keep_addresses(tx, fresh, now)
    records = await record_problems.forget_naming(tx, customer["store_id"], customer["marketplace"], names)
    erased += Erased(records=records)
    known = tuple([row["id"] for row in people if row["personal_sealed"] is not None or row["erased_at"] is None])
    if known:
        await tx.execute(
            "UPDATE customers SET personal_sealed = NULL, erased_at = $2, updated_at = $2"
            " WHERE id = ANY($1::bigint[])",
            known, now,
        )  # fmt: skip
    erased += Erased(customers=len(known))
    if erased != Erased() or fresh:
        detail = {"cause": cause, "same_person": list(ids), "due": len(fresh), **_counts(erased)}
        await access.audit(tx, actor, "personal.erase", f"customer:{customer_id}", detail, customer["store_id"], now)
    return erased + Erased(waiting=len(waiting))


async def _same_person(tx: Tx, customer: Row, names: Sequence[str]) -> tuple[tuple[int, ...], list[str]]:
    """Ids of the person's rows (by the channel's id, by the e-mail address), and names to look for in documents."""
    ids, known = {int(customer["id"])}, set(names)
    person = customers.opened(
        tx.cipher, customer["personal_sealed"], store_id=customer["store_id"], marketplace=customer["marketplace"],
        index=customer["identity_index"],
    )  # fmt: skip
    if person is not None:
        known |= {name for name in (person.channel_customer_id, person.email) if name}
        if person.email and person.email.strip():
            for index in tx.cipher.indexes(f"email:{person.email.strip().casefold()}"):
                rows = await tx.fetch(_BY_INDEX, customer["store_id"], customer["marketplace"], index)
                ids.update(row["id"] for row in rows)
    return tuple(sorted(ids)), sorted(known)


async def _erase_orders(tx: Tx, orders: Sequence[Row], now: datetime) -> Erased:
    if not orders:
        return Erased()
    ids = tuple([order["id"] for order in orders])
    await tx.execute(
        "UPDATE orders SET personal_sealed = NULL, erased_at = $2, erasure_due_at = NULL, updated_at = $2"
        " WHERE id = ANY($1::bigint[])",
        ids, now,
    )  # fmt: skip
    await tx.execute(_FORGET_CODES, ids, now)
    payloads, records = await _erase_documents(tx, ids)
    _tell(tx, orders)
    return Erased(orders=len(ids), payloads=payloads, records=records)


async def _keep_addresses(tx: Tx, orders: Sequence[Row], now: datetime) -> Erased:
    """Of open orders all goes but where the goods are to be sent."""
    if not orders:
        return Erased()
    rows = [
        (
            order["id"],
            order_rows.address_alone(
                tx.cipher,
                order["personal_sealed"],
                order["channel_id"],
                order["channel_order_id"],
                keeps_mail=bool(order["is_awaiting_keys"]),
            ),
            now,
        )
        for order in orders
    ]
    await tx.execute_many(
        "UPDATE orders SET personal_sealed = $2, erasure_due_at = $3, updated_at = $3 WHERE id = $1", rows
    )
    payloads, records = await _erase_documents(tx, tuple([order["id"] for order in orders]))
    _tell(tx, orders)
    return Erased(payloads=payloads, records=records)


async def _erase_documents(tx: Tx, order_ids: tuple[int, ...]) -> tuple[int, int]:
    """(documents of the orders, records of theirs that could not be read)"""
    payloads = await tx.execute(
        "UPDATE order_payloads SET payload_sealed = NULL"
        " WHERE order_id = ANY($1::bigint[]) AND payload_sealed IS NOT NULL",
        order_ids,
    )
    await tx.execute("UPDATE refunds SET note = '' WHERE order_id = ANY($1::bigint[]) AND note <> ''", order_ids)
    return payloads, await record_problems.forget_orders(tx, order_ids)


def _tell(tx: Tx, orders: Sequence[Row]) -> None:
    for order in orders:
        tx.emit(OrderChanged(order["store_id"], order["id"], order["marketplace"], order["status"], "content"))


def _counts(erased: Erased) -> dict[str, int]:
    return {
        "customers": erased.customers, "orders": erased.orders, "payloads": erased.payloads, "records": erased.records,
    }  # fmt: skip
