"""What runs when: the rows of `scheduled_jobs`, and what a tick of one of them puts.

APScheduler only keeps timers (`actors/scheduler.py`); a tick puts one job for each account concerned, in the
transaction that moves the row, so that a tick is either remembered with its jobs or not at all. A tick is for the time
that the row names as its next; who comes second, from whatever daemon, finds another time there and puts nothing. Jobs
of a kind that is still open for an account are not doubled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import ScheduleChanged
from orion_daemon.jobs import kinds, mailbox
from orion_daemon.services import import_walks, offers, supply_walks
from orion_daemon.services.errors import Code, NotFound, Refused
from orion_daemon.services.reading import Where
from orion_daemon.services.stores import STOREFRONT, address, channel_of

HOUSEKEEPER = "housekeeper"
_SPREAD = timedelta(milliseconds=50)  # between the accounts of one tick, so that 10,000 polls are not one wave
_LONGEST_SPREAD = 0.5  # of the time to the next tick

# name of the schedule without its marketplace -> the kind of job it puts for each account
ACCOUNT_TICKS: dict[str, kinds.JobKind[Any]] = {
    "order_import": kinds.POLL_ORDERS,
    "order_reconcile": kinds.RECONCILE_ORDERS,
    "inventory_sync": kinds.PUSH_INVENTORY,
    "inventory_read_back": kinds.READ_BACK_OFFERS,
}
PRODUCT_IMPORT = "product_import"
CATALOG_SYNC = "codeswholesale_catalog_sync"
# name of the schedule -> the kind of job it puts for each account of a supplier
SUPPLIER_TICKS: dict[str, kinds.JobKind[Any]] = {
    CATALOG_SYNC: kinds.SYNC_SUPPLIER_CATALOG,
    "supplier_balance": kinds.WATCH_BALANCE,
}
CLUSTER_TICKS: dict[str, kinds.JobKind[Any]] = {
    "sync_retry_failed": kinds.RETRY_FAILED,
    "sale_sweep": kinds.SWEEP_SALES,
    "product_price_sync": kinds.SYNC_PRICES,
    "purchase_sweep": kinds.SWEEP_PURCHASES,
    "credential_watch": kinds.WATCH_CREDENTIALS,
    "maintenance": kinds.DELETE_FINISHED_JOBS,
}


@dataclass(frozen=True, slots=True)
class ScheduleDeclaration:
    """`schedule` is seconds with an `s` behind ("300s"), or five cron fields read in `timezone`."""

    name: str
    schedule: str
    timezone: str
    is_enabled: bool


def marketplace_of(name: str) -> str | None:
    """The marketplace a schedule is for; None for those of the whole cluster, or of all suppliers. Raises NotFound for
    an unknown name."""
    if name in CLUSTER_TICKS or name in SUPPLIER_TICKS:
        return None
    tick, _, marketplace = name.rpartition("_")
    if tick in ACCOUNT_TICKS or tick == PRODUCT_IMPORT:
        return marketplace
    raise NotFound(f"scheduled job {name!r}", "name")


async def apply_declared(db: Database, declared: Sequence[ScheduleDeclaration], now: datetime) -> list[str]:
    """Make the rows managed by the file equal to the file; returns the names that changed."""
    changed = []
    async with db.transaction() as tx:
        known = {
            row["name"]: row
            for row in await tx.fetch("SELECT * FROM scheduled_jobs WHERE store_id IS NULL AND managed_by = 'file'")
        }
        for one in declared:
            row = known.pop(one.name, None)
            if row is None:
                await tx.insert(
                    "scheduled_jobs",
                    ("name", "marketplace", "schedule", "timezone", "is_enabled", "managed_by", "last_error",
                     "created_at", "updated_at"),
                    [
                        (one.name, marketplace_of(one.name), one.schedule, one.timezone, one.is_enabled, "file", "",
                         now, now)
                    ],
                )  # fmt: skip
                changed.append(one.name)
            elif (row["schedule"], row["timezone"], row["is_enabled"]) != (one.schedule, one.timezone, one.is_enabled):
                await tx.execute(
                    "UPDATE scheduled_jobs SET schedule = $1, timezone = $2, is_enabled = $3, next_run_at = NULL,"
                    " updated_at = $4 WHERE id = $5",
                    one.schedule, one.timezone, one.is_enabled, now, row["id"],
                )  # fmt: skip
                changed.append(one.name)
        for name, row in known.items():
            await tx.execute("DELETE FROM scheduled_jobs WHERE id = $1", row["id"])
            changed.append(name)
        if changed:
            tx.emit(ScheduleChanged())
    return changed


async def enabled(db: Database) -> list[Row]:
    return await db.fetch("SELECT * FROM scheduled_jobs WHERE is_enabled ORDER BY id")


async def find(db: Database, row_id: int) -> Row | None:
    """The row, if it is enabled."""
    return await db.fetch_one("SELECT * FROM scheduled_jobs WHERE id = $1 AND is_enabled", row_id)


async def plan(db: Database, row: Row, next_run_at: datetime) -> datetime | None:
    """Set when a row runs next, unless somebody else has set it since `row` was read; returns what holds now."""
    async with db.transaction() as tx:
        known = await tx.fetch_one("SELECT next_run_at FROM scheduled_jobs WHERE id = $1 FOR UPDATE", row["id"])
        if known is None:
            return None
        if known["next_run_at"] != row["next_run_at"]:
            found: datetime | None = known["next_run_at"]
            return found
        await tx.execute("UPDATE scheduled_jobs SET next_run_at = $1 WHERE id = $2", next_run_at, row["id"])
        return next_run_at


async def tick(db: Database, row_id: int, planned: datetime, now: datetime, next_run_at: datetime) -> int | None:
    """Put the jobs of one scheduled row for the time `planned`; returns how many accounts were concerned.

    None where that time is no longer the row's next: another daemon has ticked, or the schedule was changed. Accounts
    that are switched off or suspended are left out: a suspended one has its jobs waiting already.
    """
    async with db.transaction() as tx:
        row = await tx.fetch_one(
            "SELECT * FROM scheduled_jobs WHERE id = $1 AND next_run_at = $2 AND is_enabled FOR UPDATE", row_id, planned
        )
        if row is None:
            return None
        puts = await _puts(tx, row, now, next_run_at)
        for start in range(0, len(puts), 500):
            await mailbox.put_many(tx, puts[start : start + 500], now=now)
        await tx.execute(
            "UPDATE scheduled_jobs SET last_run_at = $1, next_run_at = $2, last_error = '' WHERE id = $3",
            now, next_run_at, row_id,
        )  # fmt: skip
        return len(puts)


async def run_now(db: Database, store_code: str, marketplace: str, name: str, now: datetime) -> int:
    """Put the jobs of one kind of tick for a single account at once; returns how many jobs are open for it now. Levels
    that the channel refused are sent again by a stock sync. For suppliers `name` is the schedule's.

    Raises NotFound for what is not there, switched off or suspended, Refused for what such an account does not have.
    """
    async with db.transaction() as tx:
        _check_has(await channel_of(tx, store_code, marketplace), name)
        tick_name = name if name in SUPPLIER_TICKS else f"{name}_{marketplace}"
        row: Row = {"name": tick_name, "store_id": None, "marketplace": marketplace_of(tick_name)}
        puts = [put for put in await _puts(tx, row, now, None) if put.owner == address(store_code, marketplace)]
        if not puts:
            raise NotFound(f"active channel {marketplace!r} in store {store_code!r}", "marketplace")
        for put in puts:
            if put.kind is kinds.PUSH_INVENTORY and put.channel_id is not None:
                await offers.mark_refused_different(tx, put.channel_id, now, is_asked=True)
        return len(await mailbox.put_many(tx, puts, now=now))


def _check_has(channel: Row, name: str) -> None:
    account, is_of_suppliers = address(channel["store_code"], channel["marketplace"]), name in SUPPLIER_TICKS
    if channel["marketplace"] == STOREFRONT:
        raise Refused(Code.UNSUPPORTED, "The storefront has no marketplace behind it to ask.", "marketplace")
    if channel["is_supplier"] and not is_of_suppliers:
        text = f"{account} is a supplier: it has no orders, no offers and no feeds. Ask for its catalog or its balance."
        raise Refused(Code.UNSUPPORTED, text, "marketplace")
    if is_of_suppliers and not channel["is_supplier"]:
        text = f"{account} is no supplier: it has no price list and no balance."
        raise Refused(Code.UNSUPPORTED, text, "marketplace")


async def _puts(tx: Tx, row: Row, now: datetime, next_run_at: datetime | None) -> list[mailbox.Put]:
    name = row["name"]
    if name in CLUSTER_TICKS:
        return [mailbox.Put(CLUSTER_TICKS[name], kinds.Nothing(), HOUSEKEEPER)]
    channels = await _accounts(tx, row)
    step = _SPREAD
    if next_run_at is not None and channels:
        step = min(step, (next_run_at - now) * _LONGEST_SPREAD / len(channels))
    tick_name = name.rpartition("_")[0]
    puts = []
    for place, channel in enumerate(channels):
        owner = address(channel["code"], channel["marketplace"])
        run_at = now + step * place
        if tick_name == PRODUCT_IMPORT:
            for import_id in await import_walks.request_scheduled(tx, channel, now):
                puts.append(_put(kinds.IMPORT_CATALOG, kinds.ImportArgs(import_id), owner, channel, run_at))  # noqa: PERF401 - awaits inside
        elif name in SUPPLIER_TICKS:
            puts.append(_put(SUPPLIER_TICKS[name], _supplier_args(name, channel, now), owner, channel, run_at))
        else:
            puts.append(_put(ACCOUNT_TICKS[tick_name], kinds.Nothing(), owner, channel, run_at))
    return puts


async def _accounts(tx: Tx, row: Row) -> list[Row]:
    """Channels that a row of the schedule is for, but those that are switched off or suspended."""
    where = Where()
    if row["name"] in SUPPLIER_TICKS:
        where.add("c.is_supplier")
    else:
        where.add("c.marketplace = {} AND NOT c.is_supplier", row["marketplace"])
    if row["store_id"] is not None:
        where.add("c.store_id = {}", row["store_id"])
    where.add("c.is_active AND s.is_active AND c.state = 'ready'")
    return await tx.fetch(
        "SELECT c.id, c.store_id, c.marketplace, c.settings_json, s.code, s.default_language AS store_language,"
        " a.catalog_full_at FROM channels c JOIN stores s ON s.id = c.store_id"
        f" LEFT JOIN supplier_accounts a ON a.channel_id = c.id{where.sql()} ORDER BY c.id",
        *where.values,
    )


def _supplier_args(name: str, channel: Row, now: datetime) -> msgspec.Struct:
    if name == CATALOG_SYNC:
        return kinds.WalkArgs(is_full=supply_walks.is_full_due(channel["catalog_full_at"], now))
    return kinds.Nothing()


def _put(kind: kinds.JobKind[Any], args: msgspec.Struct, owner: str, channel: Row, run_at: datetime) -> mailbox.Put:
    return mailbox.Put(kind, args, owner, store_id=channel["store_id"], channel_id=channel["id"], run_at=run_at)
