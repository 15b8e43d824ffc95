"""The walk over a supplier's price list: begun, resumed, begun anew, ended; and products that the list shows no more.

    begin_walk ──► a page (supply_pages.take_page) … the last page ──► end_walk
        ▲                      │ its cursor is refused
        └──── restart_walk ◄───┘

A full walk reads the whole list, a delta what changed since shortly before the last walk began. What a full walk has
shown is kept a row a page, so that a restart forgets nothing; at its end the products of the catalog that it did not
show go unavailable, unless they are so many that the list itself must be doubted: then they stay, marked, until the
next walk shows them or a person lets them go (`let_missing_go`). Who walks: `actors/handlers/supply.py`.
"""

from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised, SyncStatusChanged
from orion_daemon.domain.supplier_catalog import Guard
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import FETCH_TEXTS, SYNC_SUPPLIER_CATALOG, Nothing, WalkArgs
from orion_daemon.services import access, supply
from orion_daemon.services.supply_pages import AT_ONCE, make_unavailable

Kind = Literal["full", "delta"]
OVERLAP = timedelta(minutes=5)
"""A delta asks for changes since so long before the last walk began: clocks differ."""
LONGEST_WALK = timedelta(hours=12)
"""What a walk saw longer ago proves nothing of the list any more; it begins anew."""
FULL_AFTER = timedelta(hours=23)
"""A full walk is due when the last one began so long ago."""
_AVAILABLE = """
SELECT p.id FROM marketplace_products p WHERE p.catalog_id = $1 AND p.is_available AND p.id > $2 ORDER BY p.id LIMIT $3
"""
# Their costs are known up to the walk before this one, and no further.
_MISSING = """
UPDATE marketplace_products SET missing_at = $2,
  read_at = COALESCE(GREATEST(read_at, $3::timestamptz), read_at, $3::timestamptz)
WHERE id = ANY($1::bigint[]) AND missing_at IS NULL
"""
_READ_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Walk:
    """The walk under way. `since`: what a delta asks for; `is_read`: its last page was taken, it is to be ended."""

    kind: Kind
    cursor: str | None
    since: datetime | None
    began_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """`missing`: products that a full walk did not show; `gone` of them went unavailable. `is_held`: they were too
    many, and stay for now."""

    kind: Kind
    products: int
    changed: int
    unreadable: int
    missing: int = 0
    gone: int = 0
    is_held: bool = False


async def begin_walk(db: Database, channel_id: int, kind: Kind, now: datetime) -> Walk:
    """Go on with the walk under way, or begin one. A full walk under way serves for a delta too; before the first full
    one there is no delta."""
    async with db.transaction() as tx:
        account = await supply.account_of(tx, channel_id, now)
        under_way = account["catalog_walk"]
        if under_way in (kind, "full") and now - account["catalog_walk_at"] < LONGEST_WALK:
            return _walk(account)
        is_full = kind == "full" or account["catalog_full_at"] is None
        return await _start(tx, account, "full" if is_full else "delta", now)


async def restart_walk(db: Database, channel_id: int, now: datetime) -> Walk:
    """The supplier does not know our place any more: the walk begins anew, from now. What was written stays."""
    async with db.transaction() as tx:
        account = await supply.account_of(tx, channel_id, now)
        return await _start(tx, account, account["catalog_walk"] or "full", now)


async def current_walk(db: Database, channel_id: int) -> Walk | None:
    account = await db.fetch_one("SELECT * FROM supplier_accounts WHERE channel_id = $1", channel_id)
    return _walk(account) if account is not None and account["catalog_walk"] else None


async def missing_adopted(db: Database, channel_id: int, limit: int) -> list[str]:
    """Ids of products that stores sell and that the full walk, whose pages are all taken, has not shown: an entry may
    move to a page that was read before, so each is asked for by itself before it goes. None for a delta, and none where
    so many are missing that the walk is held back anyway."""
    account = await db.fetch_one(
        "SELECT a.*, c.settings_json FROM supplier_accounts a JOIN channels c ON c.id = a.channel_id"
        " WHERE a.channel_id = $1",
        channel_id,
    )
    if account is None or account["catalog_walk"] != "full" or not account["is_walk_read"]:
        return []
    known, unseen = await _unseen(db, account)
    if Guard.of(account["settings_json"] or {}).holds_back(known, len(unseen)):
        return []
    found: list[str] = []
    for start in range(0, len(unseen), AT_ONCE):
        rows = await db.fetch(
            "SELECT p.marketplace_product_id FROM marketplace_products p WHERE p.id = ANY($1::bigint[])"
            " AND EXISTS (SELECT 1 FROM products s WHERE s.marketplace_product_id = p.id AND s.is_active)"
            " ORDER BY p.id",
            tuple(unseen[start : start + AT_ONCE]),
        )
        found += [row["marketplace_product_id"] for row in rows]
    return found[:limit]


async def end_walk(db: Database, channel_id: int, now: datetime) -> Ended:
    """Settle what the walk did not show, and close it. May be repeated after a crash: what went stays gone.

    A delta that met products which could not be read proves nothing of prices: a full walk is asked for instead. Raises
    RuntimeError before the last page was taken.
    """
    account = await supply.account_of(db, channel_id, now)
    if not account["catalog_walk"] or not account["is_walk_read"]:
        raise RuntimeError(f"the walk over the catalog of {supply.owner_of(account)} has not reached its end")
    known, unseen = 0, list[int]()
    if account["catalog_walk"] == "full":
        known, unseen = await _unseen(db, account)
    is_held = Guard.of(account["settings_json"] or {}).holds_back(known, len(unseen))
    gone = 0
    for start in range(0, len(unseen), AT_ONCE):
        part = unseen[start : start + AT_ONCE]
        async with db.transaction() as tx:
            if is_held:
                await tx.execute(_MISSING, tuple(part), now, account["catalog_delta_at"])
            else:
                gone += await make_unavailable(tx, part, now)
    ended = Ended(
        account["catalog_walk"],
        account["catalog_products"],
        account["catalog_changed"],
        account["catalog_unreadable"],
        len(unseen),
        gone,
        is_held,
    )
    async with db.transaction() as tx:
        await _close(tx, account, ended, known, now)
    return ended


async def let_missing_go(db: Database, channel_id: int, actor: str, now: datetime) -> int:
    """A person says that what a walk was held back for is true: these products go unavailable. Returns how many."""
    gone = 0
    while True:
        async with db.transaction() as tx:
            account = await supply.account_of(tx, channel_id, now)
            rows = await tx.fetch(
                "SELECT p.id FROM marketplace_products p JOIN catalogs c ON c.id = p.catalog_id"
                " WHERE c.channel_id = $1 AND p.missing_at IS NOT NULL AND p.is_available ORDER BY p.id LIMIT $2",
                channel_id, AT_ONCE,
            )  # fmt: skip
            gone += await make_unavailable(tx, [row["id"] for row in rows], now)
            if len(rows) < AT_ONCE:
                detail = {"products": gone}
                subject = f"channel:{channel_id}"
                await access.audit(tx, actor, "supplier.let_missing_go", subject, detail, account["store_id"], now)
                return gone


def is_full_due(full_at: datetime | None, now: datetime) -> bool:
    """`full_at`: the account's `catalog_full_at`."""
    return full_at is None or now - full_at >= FULL_AFTER


def _walk(account: Row) -> Walk:
    kind: Kind = "full" if account["catalog_walk"] == "full" else "delta"
    since = account["catalog_delta_at"] - OVERLAP if kind == "delta" else None
    cursor = account["catalog_cursor"] or None
    return Walk(kind, cursor, since, account["catalog_walk_at"], bool(account["is_walk_read"]))


async def _start(tx: Tx, account: Row, kind: Kind, now: datetime) -> Walk:
    await tx.execute("DELETE FROM supplier_walk_pages WHERE account_id = $1", account["id"])
    values = {
        "catalog_walk": kind, "catalog_walk_at": now, "catalog_cursor": "", "is_walk_read": False,
        "catalog_products": 0, "catalog_changed": 0, "catalog_unreadable": 0, "updated_at": now,
    }  # fmt: skip
    assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, 2))
    await tx.execute(f"UPDATE supplier_accounts SET {assignments} WHERE id = $1", account["id"], *values.values())
    return _walk(account | values)


async def _unseen(db: Database, account: Row) -> tuple[int, list[int]]:
    """How many products of the catalog are available, and which of them the walk's pages have not shown."""
    shown: set[int] = set()
    for row in await db.fetch("SELECT product_ids FROM supplier_walk_pages WHERE account_id = $1", account["id"]):
        shown.update(array("q", bytes(row["product_ids"])))
    catalog_id = await db.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", account["channel_id"])
    known, last, unseen = 0, 0, list[int]()
    while rows := await db.fetch_records(_AVAILABLE, catalog_id, last, _READ_AT_ONCE):
        known += len(rows)
        unseen += [number for (number,) in rows if number not in shown]
        last = rows[-1][0]
    return known, unseen


async def _close(tx: Tx, account: Row, ended: Ended, known: int, now: datetime) -> None:
    began, channel_id = account["catalog_walk_at"], account["channel_id"]
    is_proof = ended.kind == "full" or not ended.unreadable
    await tx.execute(
        "UPDATE supplier_accounts SET catalog_walk = '', catalog_cursor = '', is_walk_read = FALSE,"
        " catalog_full_at = $2, catalog_delta_at = $3, updated_at = $4 WHERE id = $1",
        account["id"],
        began if ended.kind == "full" else account["catalog_full_at"],
        began if is_proof else account["catalog_delta_at"],
        now,
    )
    await tx.execute("DELETE FROM supplier_walk_pages WHERE account_id = $1", account["id"])
    puts = [(FETCH_TEXTS, Nothing())] if is_proof else [(SYNC_SUPPLIER_CATALOG, WalkArgs(is_full=True))]
    for kind, args in puts:
        await mailbox.put(
            tx, kind, args, owner=supply.owner_of(account), store_id=account["store_id"], channel_id=channel_id, now=now
        )
    if ended.is_held:
        text = (
            f"The price list of {supply.owner_of(account)} does not show {ended.missing} of the {known} products that"
            " it showed before. They stay for now, and their costs grow old. Look at the supplier's list; the next full"
            " walk takes back what it shows, or let them go."
        )
        tx.emit(AlertRaised(account["store_id"], channel_id, "supplier_products_missing", text))
    tx.emit(SyncStatusChanged(account["store_id"], channel_id))
