"""`orion credentials`: what a channel logs in with.

A secret is read from a prompt or from standard input, never from an argument: those are seen by every user.
"""

import sys
from pathlib import Path

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table


@click.group("credentials")
def command() -> None:
    """Set and list what channels log in with; secrets are never shown."""


@command.command("set")
@click.argument("store")
@click.argument("marketplace")
@click.option("--kind", default="api_key", show_default=True)
@json_option
@click.pass_obj
def put(path: Path | None, store: str, marketplace: str, kind: str, as_json: bool) -> None:
    """Store a secret, sealed; it is read from a prompt, or from standard input when that is no terminal."""
    secret = click.prompt(kind, hide_input=True) if sys.stdin.isatty() else sys.stdin.read().strip()
    if not secret:
        raise click.UsageError("there was no secret on standard input")

    async def work() -> bool:
        from orion_daemon.services import credentials, stores

        async with session.database(session.load(path)) as db:
            channel = await stores.channel_of(db, store, marketplace)
            return await credentials.set_credential(db, channel["id"], kind, secret, session.now_source()())

    changed = session.run(work())
    if as_json:
        print_json({"changed": changed})
    else:
        click.echo(
            f"the {kind} of {store}:{marketplace} is stored" if changed else "that very secret was there already"
        )


@command.command("list")
@json_option
@click.pass_obj
def show(path: Path | None, as_json: bool) -> None:
    """List credentials with their state and a fingerprint that tells two apart."""

    async def rows() -> list[dict[str, object]]:
        async with session.database(session.load(path)) as db:
            return list(
                await db.fetch(
                    "SELECT s.code AS store, c.marketplace, m.kind, m.state, m.fingerprint, m.checked_at, m.expires_at"
                    " FROM marketplace_credentials m JOIN channels c ON c.id = m.channel_id"
                    " JOIN stores s ON s.id = c.store_id ORDER BY s.code, c.marketplace, m.kind"
                )
            )

    found = session.run(rows())
    if as_json:
        print_json({"credentials": found})
        return
    columns = {"store": "STORE", "marketplace": "MARKETPLACE", "kind": "KIND", "state": "STATE",
               "fingerprint": "FINGERPRINT", "checked_at": "CHECKED"}  # fmt: skip
    print_table(columns, found, empty="no credentials are stored")
