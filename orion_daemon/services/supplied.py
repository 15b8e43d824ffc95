"""Reads for those who buy: what a line still needs at an account, what is awaited, and who the buyer is.

Nothing here decides; what is read is looked at again inside the transaction that writes (`purchases.begin`). The
buyer's facts are personal: opening them for a risk check is a row of the audit trail (G10).
"""

from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.services import access, order_rows

_OWED = """
SELECT i.order_id, s.supplier_product_id,
  (SELECT count(*) FROM key_units u LEFT JOIN key_purchases p ON p.id = u.purchase_id AND p.channel_id = $2
     WHERE u.order_item_id = i.id
       AND (u.state = 'owed' OR (u.state = 'buying' AND p.state = 'intended')) AND u.source = (
         SELECT count(*) FROM product_sources b WHERE b.product_id = s.product_id AND b.position < s.position)
  ) AS quantity,
  (SELECT MIN(p.id) FROM key_purchases p WHERE p.order_item_id = i.id AND p.channel_id = $2
     AND p.state IN ('sent', 'unknown')) AS open_purchase_id
FROM order_items i JOIN product_sources s ON s.product_id = i.product_id AND s.channel_id = $2 WHERE i.id = $1
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """`quantity` holds pieces that a vanished process only meant to buy. `open_purchase_id`: a call that may have
    bought already."""

    order_id: int
    supplier_product_id: str
    quantity: int
    open_purchase_id: int | None


async def owed_at(db: Database, item_id: int, channel_id: int) -> Owed | None:
    """None: nothing is owed of the line here, and nothing is unknown."""
    row = await db.fetch_one(_OWED, item_id, channel_id)
    if row is None or not (row["quantity"] or row["open_purchase_id"]):
        return None
    return Owed(row["order_id"], row["supplier_product_id"], row["quantity"], row["open_purchase_id"])


async def awaited_of(db: Database, purchase_id: int) -> list[tuple[str, str]]:
    """(code id, kind) of the codes that are still to come."""
    rows = await db.fetch(
        "SELECT code_id, kind FROM keys WHERE purchase_id = $1 AND state = 'awaited' ORDER BY id", purchase_id
    )
    return [(row["code_id"], row["kind"]) for row in rows]


async def bought_order_of(db: Database, purchase_id: int) -> str | None:
    row = await db.fetch_one("SELECT supplier_order_id FROM key_purchases WHERE id = $1", purchase_id)
    return row["supplier_order_id"] if row else None


@dataclass(frozen=True, slots=True)
class Buyer:
    email: str = field(repr=False)
    ip_address: str = field(repr=False)
    user_agent: str = field(default="", repr=False)


async def buyer_of(db: Database, order_id: int, actor: str, now: datetime) -> Buyer | None:
    """None where the address the order came from, or the e-mail address, is not known."""
    row = await db.fetch_one(
        "SELECT store_id, channel_id, channel_order_id, personal_sealed FROM orders WHERE id = $1", order_id
    )
    if row is None:
        return None
    customer, _, _ = order_rows.open_personal(
        db.cipher, row["personal_sealed"], row["channel_id"], row["channel_order_id"]
    )
    if customer is None or not customer.email or not customer.ip_address:
        return None
    async with db.transaction() as tx:
        await access.audit(
            tx, actor, "personal.reveal", f"order:{order_id}", {"for": "risk check"}, row["store_id"], now
        )
    return Buyer(customer.email, customer.ip_address, customer.user_agent or "")
