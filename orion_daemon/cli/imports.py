"""`orion imports`: product imports as a list, held ones confirmed or discarded, unwanted ones cancelled.

What is decided here is done by the daemon, which sees it within seconds; where none runs it waits for the next start,
or for the same `orion import`. Asking for an import: `import_feed.py`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table

STATES = (
    "pending", "processing", "downloading", "parsing", "upserting", "held", "completed", "partially_completed",
    "failed",
)  # fmt: skip
_SHOWN = (
    "id", "store", "marketplace", "language", "source", "state", "is_dry_run", "rows", "created", "updated",
    "unchanged", "rejected", "skipped", "disappeared", "held_code", "held_reason", "error_code", "error_message",
    "requested_by", "decided_by", "created_at", "finished_at",
)  # fmt: skip


@click.group("imports")
def command() -> None:
    """List product imports, confirm or discard held ones, cancel unwanted ones, apply dry runs."""


@command.command("list")
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only these states; may be repeated.")
@click.option("--store", help="Only one store, by its code.")
@click.option("--marketplace", help="Only one marketplace.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@click.pass_obj
def show(
    path: Path | None, state: tuple[str, ...], store: str | None, marketplace: str | None, limit: int, as_json: bool
) -> None:
    """List imports, newest first, with why they were held or failed."""
    found = session.run(_rows(path, state, store, marketplace, limit))
    if as_json:
        print_json({"imports": found})
        return
    columns = {"id": "ID", "account": "ACCOUNT", "language": "LANGUAGE", "state": "STATE", "rows": "ROWS",
               "created_at": "ASKED", "finished_at": "ENDED", "reason": "REASON"}  # fmt: skip
    told = [
        one
        | {
            "account": f"{one['store']}:{one['marketplace']}",
            "reason": f"{one['held_code']}: {one['held_reason']}"
            if one["state"] == "held"
            else ": ".join(filter(None, (one["error_code"], one["error_message"]))),
        }
        for one in found
    ]
    print_table(columns, told, empty="no such imports")


async def _rows(
    path: Path | None, states: tuple[str, ...], store: str | None, marketplace: str | None, limit: int
) -> list[dict[str, Any]]:
    from orion_daemon.observability.redaction import redact
    from orion_daemon.services.reading import Where

    where = Where()
    if states:
        where.among("i.state", states)
    if store:
        where.add("s.code = {}", store)
    if marketplace:
        where.add("c.marketplace = {}", marketplace)
    async with session.database(session.load(path)) as db:
        rows = await db.fetch(
            "SELECT i.*, s.code AS store, c.marketplace FROM import_jobs i JOIN stores s ON s.id = i.store_id"
            f" JOIN channels c ON c.id = i.channel_id{where.sql()} ORDER BY i.id DESC LIMIT {limit:d}",
            *where.values,
        )
    return [{key: row[key] for key in _SHOWN} | {"source": str(redact(row["source"]))} for row in rows]


@command.command("confirm")
@click.argument("number", metavar="ID", type=int)
@json_option
@click.pass_obj
def confirm(path: Path | None, number: int, as_json: bool) -> None:
    """Let a held import pass: it goes on with the very file that was judged."""

    async def decide(db: Any, imports: Any, now: Any) -> dict[str, Any]:
        await imports.confirm(db, number, session.actor(), now)
        return {"id": number, "state": "pending"}

    session.run(_decide(path, decide, as_json, f"import {number} goes on as soon as the daemon takes it up"))


@command.command("discard")
@click.argument("number", metavar="ID", type=int)
@json_option
@click.pass_obj
def discard(path: Path | None, number: int, as_json: bool) -> None:
    """Drop a held import; nothing of it was written."""

    async def decide(db: Any, imports: Any, now: Any) -> dict[str, Any]:
        await imports.discard(db, number, session.actor(), now)
        return {"id": number, "state": "failed"}

    session.run(_decide(path, decide, as_json, f"import {number} is discarded, nothing of it was written"))


@command.command("cancel")
@click.argument("number", metavar="ID", type=int)
@json_option
@click.pass_obj
def cancel(path: Path | None, number: int, as_json: bool) -> None:
    """End an import that waits, runs or is held: what it has written stays, the rest does not come."""

    async def decide(db: Any, imports: Any, now: Any) -> dict[str, Any]:
        changed = await imports.cancel(db, number, session.actor(), now)
        return {"id": number, "state": "failed", "changed": changed}

    session.run(_decide(path, decide, as_json, f"import {number} is cancelled, what it has written stays"))


@command.command("apply")
@click.argument("number", metavar="ID", type=int)
@json_option
@click.pass_obj
def apply(path: Path | None, number: int, as_json: bool) -> None:
    """Apply exactly what a dry run has stored, as an import of its own."""

    async def decide(db: Any, imports: Any, now: Any) -> dict[str, Any]:
        return {"id": await imports.apply(db, number, session.actor(), now), "state": "pending", "applies": number}

    session.run(_decide(path, decide, as_json, f"dry run {number} is applied as soon as the daemon takes it up"))


async def _decide(
    path: Path | None, decide: Callable[[Any, Any, Any], Awaitable[dict[str, Any]]], as_json: bool, told: str
) -> None:
    from orion_daemon.services import imports

    async with session.database(session.load(path)) as db:
        done = await decide(db, imports, session.now_source()())
    if as_json:
        print_json(done)
    else:
        click.echo(told)
