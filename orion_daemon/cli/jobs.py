"""`orion jobs`: the durable mailbox as a list, dead letters sent again, waiting jobs withdrawn."""

from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table

STATES = ("waiting", "executing", "done", "refused", "dead", "cancelled")


@click.group("jobs")
def command() -> None:
    """List jobs, send dead letters again, withdraw waiting jobs."""


@command.command("list")
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only these states; may be repeated.")
@click.option("--owner", help="Only one account, as store:marketplace.")
@click.option("--kind", help="Only one kind.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@click.pass_obj
def show(
    path: Path | None, state: tuple[str, ...], owner: str | None, kind: str | None, limit: int, as_json: bool
) -> None:
    """List jobs, newest first, with why they failed."""
    found = session.run(_rows(path, state, owner, kind, limit))
    if as_json:
        print_json({"jobs": found})
        return
    columns = {"id": "ID", "kind": "KIND", "owner": "OWNER", "state": "STATE", "attempts": "FAILED TRIES",
               "run_at": "DUE", "finished_at": "ENDED", "error": "REASON"}  # fmt: skip
    print_table(columns, found, empty="no such jobs")


async def _rows(
    path: Path | None, states: tuple[str, ...], owner: str | None, kind: str | None, limit: int
) -> list[dict[str, Any]]:
    from orion_daemon.services.reading import Where

    where = Where()
    if states:
        where.among("state", states)
    if owner:
        where.add("owner = {}", owner)
    if kind:
        where.add("kind = {}", kind)
    async with session.database(session.load(path)) as db:
        rows = await db.fetch(
            f"SELECT * FROM jobs{where.sql()} ORDER BY id DESC LIMIT {limit:d}",
            *where.values,
        )
        shown = ("id", "kind", "lane", "owner", "state", "priority", "attempts", "run_at", "created_at", "finished_at")
        return [
            {key: row[key] for key in shown}
            | {"args": row["args_json"], "error": ": ".join(filter(None, (row["error_code"], row["error_message"])))}
            for row in rows
        ]


@command.command("retry")
@click.argument("ids", type=int, nargs=-1, required=True)
@json_option
@click.pass_obj
def retry(path: Path | None, ids: tuple[int, ...], as_json: bool) -> None:
    """Send dead letters again, with fresh tries."""

    async def work() -> list[int]:
        from orion_daemon.services import jobs

        async with session.database(session.load(path)) as db:
            return await jobs.retry(db, ids, actor=session.actor(), now=session.now_source()())

    _tell("sent again", session.run(work()), ids, as_json)


@command.command("cancel")
@click.argument("ids", type=int, nargs=-1, required=True)
@click.option("--reason", default="", help="Kept with the job, beside who withdrew it.")
@json_option
@click.pass_obj
def cancel(path: Path | None, ids: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Withdraw waiting jobs; one that executes ends by itself."""

    async def work() -> list[int]:
        from orion_daemon.services import jobs

        async with session.database(session.load(path)) as db:
            return await jobs.cancel(db, ids, actor=session.actor(), reason=reason, now=session.now_source()())

    _tell("withdrawn", session.run(work()), ids, as_json)


def _tell(what: str, changed: list[int], asked: tuple[int, ...], as_json: bool) -> None:
    left = sorted(set(asked) - set(changed))
    if as_json:
        print_json({"changed": changed, "left": left})
        return
    click.echo(f"{what}: {', '.join(map(str, changed)) or 'none'}")
    if left:
        click.echo(f"left as they are, their state does not allow it: {', '.join(map(str, left))}")
