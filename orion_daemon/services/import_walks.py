"""Imports whose source is the account itself, where its marketplace tells products by API instead of reading a feed.

The products are the channel's feed in the language of their texts: one import of it under way at a time, guarded and
applied like any other (`imports.py`). Apart from there because workers of imports need to know no connectors. How an
account is asked: `actors/import_walk.py`.
"""

from datetime import datetime

from orion_daemon.connectors.registry import MARKETPLACES
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.imports import RUNNING
from orion_daemon.jobs.kinds import IMPORT_CATALOG
from orion_daemon.services import imports
from orion_daemon.services.errors import Code, Conflict, Invalid
from orion_daemon.services.imports import API, SCHEDULE

_RUNNING = ", ".join(f"'{state}'" for state in RUNNING)


def reads_catalog(marketplace: str) -> bool:
    """Whether its accounts can be asked for their products."""
    entry = MARKETPLACES.get(marketplace)
    return entry is not None and entry.reads_catalog


async def request_walk(
    db: Database, channel: Row, *, is_complete: bool = True, is_dry_run: bool = False, actor: str, now: datetime
) -> int:
    """Ask for an import of what the account tells of its products; returns its id. `channel` is from
    `stores.channel_of`. The language is the channel's, and known for certain once the first products have come.

    Raises Invalid where the marketplace does not tell them, Conflict while the account is being asked or a feed in that
    language imported.
    """
    if not reads_catalog(channel["marketplace"]):
        raise Invalid(
            Code.REQUIRED,
            f"{channel['marketplace']} tells no products by API; give the URL or the path of a feed.",
            "source",
        )
    async with db.transaction() as tx:
        import_id = await _create(tx, channel, is_complete=is_complete, is_dry_run=is_dry_run, actor=actor, now=now)
        await imports.put(tx, IMPORT_CATALOG, import_id, channel, channel["store_code"], now)
        return import_id


async def request_scheduled(tx: Tx, channel: Row, now: datetime) -> list[int]:
    """Ask for an import of each feed that the channel's settings name; where they name none and the marketplace tells
    products by API, of these. What is under way already is left out.

    Returns their ids; the caller puts the ImportCatalog jobs. `channel` has `store_language` beside it.
    """
    if (channel["settings_json"] or {}).get("feeds") or not reads_catalog(channel["marketplace"]):
        return await imports.request_feeds(tx, channel, now)
    try:
        return [await _create(tx, channel, is_complete=True, is_dry_run=False, actor=SCHEDULE, now=now)]
    except Conflict:  # nothing was written
        return []


async def under_way(source: Database | Tx, channel: Row) -> int | None:
    """The import that asks this account, whatever language it turned out to be in; else one of the feed that it would
    be."""
    found: int | None = await source.fetch_value(
        f"SELECT id FROM import_jobs WHERE channel_id = $1 AND source = $2 AND state IN ({_RUNNING}) LIMIT 1",
        channel["id"], API,
    )  # fmt: skip
    return found or await imports.running(source, channel["id"], _language_of(channel))


async def _create(tx: Tx, channel: Row, *, is_complete: bool, is_dry_run: bool, actor: str, now: datetime) -> int:
    other = await under_way(tx, channel)
    if other is not None:
        raise Conflict(
            Code.IMPORT_RUNNING, f"Import {other} of this account's products is under way; wait for its end."
        )
    language = _language_of(channel)
    return await imports.create(tx, channel, language, API, is_complete, is_dry_run, None, actor, now)


def _language_of(channel: Row) -> str:
    """What the texts of the account are expected to be in."""
    locale = str((channel["settings_json"] or {}).get("locale") or "")
    return locale.partition("-")[0] or str(channel["store_language"])
