"""What a supplier's hint sets off: jobs that look again, and never more rows than the account has things to look at.

    find_account: whose address it is, by the secret in it
      → the gateway checks the signature, which needs no call
      → look_at_products, look_at_order: jobs of the account, which its actor does like all others

Nothing of a hint is stored or believed. A hint may be repeated, replayed, late or lost: each job reads what is true, at
most one is open for a product or a purchase, and what a flood names beyond `MOST_WAITING` products is one walk over all
that has changed. An account that is switched off or suspended looks at nothing; its walks make up for it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.hints import HOOK_SECRET
from orion_daemon.domain.keys import PurchaseState
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import (
    FETCH_CODES,
    LATER,
    REFRESH_SUPPLIER_PRODUCT,
    SETTLE_PURCHASE,
    SYNC_SUPPLIER_CATALOG,
    JobKind,
    PurchaseArgs,
    SupplierProductArgs,
    WalkArgs,
)
from orion_daemon.services import access, credentials
from orion_daemon.services.errors import Code, NotFound, Refused
from orion_daemon.services.stores import address

MOST_WAITING = 200
"""Products of an account that wait to be looked at because of hints; beyond it comes a walk."""
MOST_PURCHASES = 500
_LONGEST_ID = 100  # of a product; longer ones are nobody's and would not fit a job's key
_WAITS_FOR_ITS_TIME = ("code_awaited", "purchase_unknown")
_SECRET = re.compile(r"([1-9][0-9]{0,17})-[A-Za-z0-9_-]{22,64}")
_ACCOUNT = """
SELECT c.id, c.store_id, c.marketplace, c.settings_json, s.code AS store_code, m.fingerprint,
  (c.is_active AND s.is_active AND c.state = 'ready') AS works
FROM channels c JOIN stores s ON s.id = c.store_id
LEFT JOIN marketplace_credentials m ON m.channel_id = c.id AND m.kind = $2
WHERE c.id = $1 AND c.is_supplier
"""
_OPEN = """
SELECT count(*) AS n FROM (SELECT 1 AS one FROM jobs WHERE owner = $1 AND kind = $2
  AND state IN ('waiting', 'executing') LIMIT $3) w
"""
_SOLD = """
SELECT supplier_product_id AS id FROM product_sources WHERE channel_id = $1 AND supplier_product_id = ANY($2::text[])
UNION SELECT m.marketplace_product_id FROM marketplace_products m JOIN catalogs c ON c.id = m.catalog_id
  JOIN products p ON p.marketplace_product_id = m.id
  WHERE c.channel_id = $1 AND m.marketplace_product_id = ANY($2::text[])
"""
# Bought with a code that is still to come, or unknown. One that is being called just now is left to its caller.
_AWAITED = """
SELECT p.id, p.state, p.supplier_order_id FROM key_purchases p WHERE p.channel_id = $1 AND (p.state = 'unknown'
  OR p.id IN (SELECT k.purchase_id FROM keys k WHERE k.state = 'awaited')) ORDER BY p.id DESC LIMIT $2
"""


async def find_account(db: Database, supplier: str, secret: str) -> Row | None:
    """The account at `supplier` (its name without a suffix) whose address ends in `secret`: `id`, `store_id`,
    `marketplace`, `settings_json`, `store_code`, `works`. Wrong secrets take one time, whatever is wrong with them."""
    match = _SECRET.fullmatch(secret)
    channel_id = int(match[1]) if match else 0
    row = await db.fetch_one(_ACCOUNT, channel_id, HOOK_SECRET)
    known = (row["fingerprint"] if row is not None else None) or ""
    is_right = await credentials.recognises(db, channel_id, HOOK_SECRET, secret if match else "", known)
    if row is None or not is_right or row["marketplace"].partition("-")[0] != supplier:
        return None
    return row


async def address_secret(
    db: Database, channel: Row, make: Callable[[], str], *, rotates: bool, actor: str, now: datetime
) -> tuple[str, bool]:
    """The secret part of the account's address, made where there is none or where it `rotates`; and whether it was
    made. The old one is worth nothing from then on. Each look is in the audit trail.

    `make` gives at least 128 random bits as 22 to 64 of A-Z, a-z, 0-9, - and _. Raises Refused for what is no supplier.
    """
    name = address(channel["store_code"], channel["marketplace"])
    if not channel["is_supplier"]:
        raise Refused(Code.UNSUPPORTED, f"{name} is no supplier: it sends no hints.", "marketplace")
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM channels WHERE id = $1 FOR UPDATE", channel["id"]) is None:
            raise NotFound(f"channel {name}", "marketplace")
        secret = None if rotates else await credentials.reveal(tx, channel["id"], HOOK_SECRET)
        is_new = secret is None
        if secret is None:
            secret = f"{channel['id']}-{make()}"
            if not _SECRET.fullmatch(secret):
                raise ValueError("the random part of an address is too short, too long, or has other signs")
            await credentials.put(tx, channel["id"], HOOK_SECRET, secret, now)
        action = "credential.hook_made" if is_new else "credential.hook_shown"
        await access.audit(tx, actor, action, f"channel:{channel['id']}", {}, channel["store_id"], now)
    return secret, is_new


async def look_at_products(db: Database, account: Row, product_ids: Sequence[str], now: datetime) -> None:
    """Put a look at each product, those that the store sells first; a walk for what would be too many."""
    wanted = [name for name in dict.fromkeys(product_ids) if len(name) <= _LONGEST_ID and name.isprintable()]
    if not account["works"] or not wanted:
        return
    owner = address(account["store_code"], account["marketplace"])
    async with db.transaction() as tx:
        rows = await tx.fetch(_SOLD, account["id"], tuple(wanted))
        sold = {row["id"] for row in rows}
        ordered = [*(name for name in wanted if name in sold), *(name for name in wanted if name not in sold)]
        is_open = await tx.fetch_value(_OPEN, owner, REFRESH_SUPPLIER_PRODUCT.name, MOST_WAITING)
        room = max(0, MOST_WAITING - is_open)
        puts = [
            _put(account, REFRESH_SUPPLIER_PRODUCT, SupplierProductArgs(name), now, None if name in sold else LATER)
            for name in ordered[:room]
        ]
        if len(ordered) > room:
            puts.append(_walk(account, now))
        await mailbox.put_many(tx, puts, now=now)


async def look_at_order(db: Database, account: Row, supplier_order_id: str, now: datetime) -> None:
    """Look for the codes of the purchase with this order now. Without an order: for all that are awaited; with one that
    is not among them, for purchases of which nobody knows the order yet."""
    if not account["works"]:
        return
    async with db.transaction() as tx:
        rows = await tx.fetch(_AWAITED, account["id"], MOST_PURCHASES)
        if supplier_order_id:
            named = [row for row in rows if row["supplier_order_id"] == supplier_order_id]
            rows = named or [row for row in rows if row["supplier_order_id"] is None]
        await _look_at(tx, account, rows, now, now)


async def catch_up(db: Database, account: Row, at: datetime, now: datetime) -> None:
    """At `at`, in place of hints until then: walk over what has changed, and look for all codes that are awaited."""
    if not account["works"]:
        return
    async with db.transaction() as tx:
        await mailbox.put_many(tx, [_walk(account, at)], now=now)
        await _look_at(tx, account, await tx.fetch(_AWAITED, account["id"], MOST_PURCHASES), at, now)


async def _look_at(tx: Tx, account: Row, purchases: Sequence[Row], at: datetime, now: datetime) -> None:
    puts = []
    for row in purchases:
        kind = SETTLE_PURCHASE if row["state"] == PurchaseState.UNKNOWN else FETCH_CODES
        puts.append(_put(account, kind, PurchaseArgs(row["id"]), at))
    await mailbox.put_many(tx, puts, now=now)
    await mailbox.hasten(tx, puts, reasons=_WAITS_FOR_ITS_TIME, at=at, now=now)


def _walk(account: Row, at: datetime) -> mailbox.Put:
    return _put(account, SYNC_SUPPLIER_CATALOG, WalkArgs(is_full=False), at)


def _put(
    account: Row, kind: JobKind[Any], args: msgspec.Struct, at: datetime, priority: int | None = None
) -> mailbox.Put:
    return mailbox.Put(
        kind, args, address(account["store_code"], account["marketplace"]), store_id=account["store_id"],
        channel_id=account["id"], run_at=at, priority=priority,
    )  # fmt: skip
