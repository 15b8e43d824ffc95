"""Stores and channels: kept equal to `orion.toml` where declared there, made and changed through the API elsewhere.

`apply_declared` runs at start and at reload, in one transaction: what is declared becomes rows, what is no longer
declared is switched off and kept (orders hang on it), and nothing else is touched, so a store made through the API
lives beside it. A declared store cannot be changed through the API: the file would win at the next start.
Secrets: `services/credentials.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.db.url import Dialect
from orion_daemon.domain.events import StoresChanged
from orion_daemon.services import credentials, offers
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused

STOREFRONT = "storefront"
_RULES_BEFORE = """
SELECT safety_stock, out_of_stock_threshold, sync_zero_stock FROM inventory_sync_configs WHERE channel_id = $1
"""


@dataclass(frozen=True, slots=True)
class ChannelDeclaration:
    """`settings` are the connector's options; `secrets` what was found to log in with, by kind of credential."""

    marketplace: str
    is_active: bool = True
    is_supplier: bool = False
    endpoint: str = ""
    allows_mutations: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    safety_stock: int = 0
    out_of_stock_threshold: int = 0
    sync_zero_stock: bool = True
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class StoreDeclaration:
    code: str
    name: str
    currency: str
    country: str
    timezone: str
    default_language: str
    languages: tuple[str, ...]
    is_active: bool = True
    channels: tuple[ChannelDeclaration, ...] = ()


@dataclass(slots=True)
class Changes:
    """What a write changed, as `store` or `store:marketplace`."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    switched_off: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.switched_off)


STORE_COLUMNS = (
    "name",
    "currency",
    "country",
    "timezone",
    "default_language",
    "languages_json",
    "is_active",
    "managed_by",
)
CHANNEL_COLUMNS = ("is_active", "is_supplier", "endpoint", "allows_mutations", "settings_json", "managed_by")


async def apply_declared(db: Database, declared: Sequence[StoreDeclaration], now: datetime) -> Changes:
    """Make the rows managed by the file equal to the file. Idempotent: an equal file changes nothing."""
    changes = Changes()
    async with db.transaction() as tx:
        known = {row["code"]: row for row in await tx.fetch("SELECT * FROM stores")}
        for store in declared:
            await _write_store(tx, store, known.get(store.code), "file", changes, now)
        for code, row in known.items():
            if row["managed_by"] == "file" and row["is_active"] and code not in {store.code for store in declared}:
                await tx.execute(
                    "UPDATE stores SET is_active = $1, updated_at = $2 WHERE id = $3", False, now, row["id"]
                )
                changes.switched_off.append(code)
        if changes:
            tx.emit(StoresChanged())
    return changes


async def create_store(db: Database, store: StoreDeclaration, now: datetime) -> int:
    """Create a store through the API. Raises Conflict where the code is taken."""
    _check_languages(store)
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM stores WHERE code = $1", store.code):
            raise Conflict(Code.ALREADY_EXISTS, f"There is a store {store.code!r} already.", "code")
        store_id = await _write_store(tx, store, None, "api", Changes(), now)
        tx.emit(StoresChanged())
    return store_id


async def update_store(db: Database, store_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Set the given columns of a store that the file does not manage; keys are names of `STORE_COLUMNS`."""
    async with db.transaction() as tx:
        row = await _own(tx, "stores", store_id, "store")
        merged = {column: row[column] for column in STORE_COLUMNS} | dict(values)
        if merged["default_language"] not in merged["languages_json"]:
            raise Invalid(
                Code.INVALID_VALUE, "The default language must be one of the store's languages.", "defaultLanguage"
            )
        await _update(tx, "stores", store_id, merged, now)
        tx.emit(StoresChanged())


async def put_channel(db: Database, store_id: int, channel: ChannelDeclaration, now: datetime) -> int:
    """Create or change a channel of a store through the API; returns its id. Refused where the file manages it.

    An endpoint on another host loses the stored credentials: they were not meant for it.
    """
    async with db.transaction() as tx:
        store = await tx.fetch_one("SELECT * FROM stores WHERE id = $1", store_id)
        if store is None:
            raise NotFound("such store", "store")
        row = await tx.fetch_one(
            "SELECT * FROM channels WHERE store_id = $1 AND marketplace = $2", store_id, channel.marketplace
        )
        if row is not None and row["managed_by"] == "file":
            raise _managed_by_file("channel")
        changes = Changes()
        channel_id = await _write_channel(tx, store_id, store["code"], channel, row, "api", changes, now)
        if row is not None and urlsplit(row["endpoint"]).netloc != urlsplit(channel.endpoint).netloc:
            # a secret was entrusted to a host: another one has to be given it by somebody who knows it
            await tx.execute("DELETE FROM marketplace_credentials WHERE channel_id = $1", channel_id)
        if changes:
            tx.emit(StoresChanged())
    return channel_id


async def remember_form(db: Database, channel_id: int, form: str) -> None:
    """Keep what a connector found out about its endpoint, for its next opening. No account opens anew for it."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE channels SET known_form = $1 WHERE id = $2", form or None, channel_id)


async def suspend_channel(tx: Tx, channel_id: int, reason: str, now: datetime) -> bool:
    """Stop an account until a person resumes it; False when it was suspended already."""
    changed = await tx.execute(
        "UPDATE channels SET state = 'suspended', state_reason = $1, updated_at = $2"
        " WHERE id = $3 AND state <> 'suspended'",
        reason, now, channel_id,
    )  # fmt: skip
    if changed:
        tx.emit(StoresChanged())
    return bool(changed)


async def resume_channel(db: Database, channel_id: int, now: datetime) -> bool:
    """Let a suspended account work again; False when it was not suspended."""
    async with db.transaction() as tx:
        changed = await tx.execute(
            "UPDATE channels SET state = 'ready', state_reason = '', updated_at = $1"
            " WHERE id = $2 AND state = 'suspended'",
            now, channel_id,
        )  # fmt: skip
        if changed:
            tx.emit(StoresChanged())
    return bool(changed)


async def channel_of(source: Database | Tx, store_code: str, marketplace: str) -> Row:
    """The channel row with `store_code` beside it. Raises NotFound naming which of the two is missing."""
    row = await source.fetch_one(
        "SELECT c.*, s.code AS store_code, s.currency AS store_currency, s.default_language AS store_language,"
        " s.is_active AS is_store_active"
        " FROM channels c JOIN stores s ON s.id = c.store_id WHERE s.code = $1 AND c.marketplace = $2",
        store_code, marketplace,
    )  # fmt: skip
    if row is not None:
        return row
    if await source.fetch_one("SELECT id FROM stores WHERE code = $1", store_code) is None:
        raise NotFound(f"store {store_code!r}", "store")
    raise NotFound(f"channel {marketplace!r} in store {store_code!r}", "marketplace")


# All times of writing added up, to the microsecond: the newest alone would hide what a clock that is behind wrote.
_ALL_TIMES: dict[Dialect, str] = {
    "sqlite": "count(*) || ' ' || sum(CAST(strftime('%s', updated_at) AS INTEGER))"
    " || ' ' || sum(CAST(substr(updated_at, 21, 6) AS INTEGER))",
    "postgres": "count(*) || ' ' || sum(extract(epoch FROM updated_at))",
}


async def revision(db: Database) -> tuple[Any, ...]:
    """Changes whenever a store, a channel or a credential was written, by whatever process and clock. Cheap enough to
    poll."""
    tables = ("stores", "channels", "marketplace_credentials")
    parts = [f"(SELECT {_ALL_TIMES[db.dialect]} FROM {table}) AS of_{table}" for table in tables]
    row = await db.fetch_one(f"SELECT {', '.join(parts)}")
    return tuple(row.values()) if row else ()


@dataclass(frozen=True, slots=True)
class AccountState:
    """`version` differs whenever something changed that an open account was opened with."""

    state: str  # ready | suspended
    version: tuple[Any, ...]


async def account_states(db: Database) -> dict[str, AccountState]:
    """Every active account by its address."""
    rows = await db.fetch(
        "SELECT s.code, c.marketplace, c.state, c.updated_at AS channel_at, s.updated_at AS store_at,"
        f" (SELECT {_ALL_TIMES[db.dialect]} FROM marketplace_credentials WHERE channel_id = c.id) AS credentials"
        " FROM channels c JOIN stores s ON s.id = c.store_id WHERE c.is_active AND s.is_active"
    )
    return {
        address(row["code"], row["marketplace"]): AccountState(
            row["state"], (row["channel_at"], row["store_at"], row["credentials"])
        )
        for row in rows
    }


def address(store_code: str, marketplace: str) -> str:
    """The account's name in jobs, leases and actors."""
    return f"{store_code}:{marketplace}"


async def _write_store(
    tx: Tx, store: StoreDeclaration, row: Row | None, managed_by: str, changes: Changes, now: datetime
) -> int:
    values = {
        "name": store.name,
        "currency": store.currency,
        "country": store.country,
        "timezone": store.timezone,
        "default_language": store.default_language,
        "languages_json": list(store.languages),
        "is_active": store.is_active,
        "managed_by": managed_by,
    }
    if row is None:
        [created] = await tx.insert(
            "stores",
            ("code", *values, "created_at", "updated_at"),
            [(store.code, *values.values(), now, now)],
            suffix="RETURNING id",
        )
        store_id = int(created["id"])
        changes.created.append(store.code)
    else:
        store_id = row["id"]
        if _differs(row, values):
            await _update(tx, "stores", store_id, values, now)
            changes.updated.append(store.code)
    channels = {
        found["marketplace"]: found for found in await tx.fetch("SELECT * FROM channels WHERE store_id = $1", store_id)
    }
    for channel in store.channels:
        await _write_channel(
            tx, store_id, store.code, channel, channels.get(channel.marketplace), managed_by, changes, now
        )
    declared = {channel.marketplace for channel in store.channels}
    for marketplace, found in channels.items():
        if (
            found["managed_by"] == "file"
            and managed_by == "file"
            and found["is_active"]
            and marketplace not in declared
        ):
            await tx.execute(
                "UPDATE channels SET is_active = $1, updated_at = $2 WHERE id = $3", False, now, found["id"]
            )
            changes.switched_off.append(address(store.code, marketplace))
    return store_id


async def _write_channel(
    tx: Tx,
    store_id: int,
    store_code: str,
    channel: ChannelDeclaration,
    row: Row | None,
    managed_by: str,
    changes: Changes,
    now: datetime,
) -> int:
    values = {
        "is_active": channel.is_active,
        "is_supplier": channel.is_supplier,
        "endpoint": channel.endpoint,
        "allows_mutations": channel.allows_mutations,
        "settings_json": orjson.loads(orjson.dumps(dict(channel.settings))),
        "managed_by": managed_by,
    }
    name = address(store_code, channel.marketplace)
    if row is None:
        [created] = await tx.insert(
            "channels",
            (
                "store_id",
                "marketplace",
                *values,
                "state",
                "state_reason",
                "order_cursor",
                "last_error",
                "created_at",
                "updated_at",
            ),
            [(store_id, channel.marketplace, *values.values(), "ready", "", "", "", now, now)],
            suffix="RETURNING id",
        )
        channel_id = int(created["id"])
        changes.created.append(name)
        if channel.marketplace != STOREFRONT:
            await tx.insert(
                "catalogs", ("channel_id", "marketplace", "created_at"), [(channel_id, channel.marketplace, now)]
            )
    else:
        channel_id = row["id"]
        if _differs(row, values):
            forgets = {"known_form": None} if row["endpoint"] != channel.endpoint else {}
            await _update(tx, "channels", channel_id, values | forgets, now)
            changes.updated.append(name)
    if channel.is_supplier:
        await tx.insert(
            "supplier_accounts",
            ("channel_id", "buying_state", "updated_at"),
            [(channel_id, "open", now)],
            suffix="ON CONFLICT (channel_id) DO NOTHING",
        )
    if channel.marketplace != STOREFRONT and not channel.is_supplier:
        told_otherwise = row is not None and _prefers(row["settings_json"]) != _prefers(channel.settings)
        if await _write_stock_rules(tx, channel_id, channel, now) or told_otherwise:
            await offers.mark_channel_different(tx, channel_id, now)
    if channel.marketplace != STOREFRONT:
        put = [await credentials.put(tx, channel_id, kind, secret, now) for kind, secret in channel.secrets.items()]
        if any(put):
            changes.updated.append(f"{name} credential")
    return channel_id


def _prefers(settings: Mapping[str, Any] | None) -> Any:
    return (settings or {}).get("prefer_price", "sale")


async def _write_stock_rules(tx: Tx, channel_id: int, channel: ChannelDeclaration, now: datetime) -> bool:
    """True when the rules were others before."""
    before = await tx.fetch_one(_RULES_BEFORE, channel_id)
    rules = (channel.safety_stock, channel.out_of_stock_threshold, channel.sync_zero_stock)
    if before is not None and not _differs(before, dict(zip(before, rules, strict=True))):
        return False
    await tx.insert(
        "inventory_sync_configs",
        ("channel_id", "is_enabled", "safety_stock", "out_of_stock_threshold", "sync_zero_stock", "updated_at"),
        [(channel_id, True, *rules, now)],
        suffix="ON CONFLICT (channel_id) DO UPDATE SET safety_stock = EXCLUDED.safety_stock,"
        " out_of_stock_threshold = EXCLUDED.out_of_stock_threshold, sync_zero_stock = EXCLUDED.sync_zero_stock,"
        " updated_at = EXCLUDED.updated_at",
    )
    return before is not None


async def _own(tx: Tx, table: str, row_id: int, what: str) -> Row:
    row = await tx.fetch_one(f"SELECT * FROM {table} WHERE id = $1", row_id)
    if row is None:
        raise NotFound(f"such {what}", what)
    if row["managed_by"] == "file":
        raise _managed_by_file(what)
    return row


def _managed_by_file(what: str) -> Refused:
    return Refused(
        Code.MANAGED_BY_FILE, f"This {what} is declared in orion.toml: change it there and reload the daemon.", what
    )


async def _update(tx: Tx, table: str, row_id: int, values: Mapping[str, Any], now: datetime) -> None:
    assignments = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, 1))
    await tx.execute(
        f"UPDATE {table} SET {assignments}, updated_at = ${len(values) + 1} WHERE id = ${len(values) + 2}",
        *values.values(), now, row_id,
    )  # fmt: skip


def _differs(row: Row, values: Mapping[str, Any]) -> bool:
    return any(
        bool(row[column]) != value if isinstance(value, bool) else row[column] != value
        for column, value in values.items()
    )


def _check_languages(store: StoreDeclaration) -> None:
    if store.default_language not in store.languages:
        raise Invalid(
            Code.INVALID_VALUE, "The default language must be one of the store's languages.", "defaultLanguage"
        )
