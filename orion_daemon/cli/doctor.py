"""`orion doctor`: examines one account, or the stock ledger, and says in plain words what is wrong."""

from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json


@click.command("doctor")
@click.argument("store", required=False)
@click.argument("marketplace", required=False)
@json_option
@click.pass_obj
def command(path: Path | None, store: str | None, marketplace: str | None, as_json: bool) -> int:
    """Ask an account's marketplace for what Orion needs of it; without an account, add up the stock ledger.

    Only reads. Exit 1 when something is wrong.
    """
    if store is not None and marketplace is None:
        raise click.UsageError("name the marketplace too: orion doctor STORE MARKETPLACE")
    work = _examine(path, store, marketplace) if store is not None and marketplace is not None else _ledger(path)
    checks = session.run(work)
    bad = [check for check in checks if not check["ok"]]
    if as_json:
        print_json({"ok": not bad, "checks": checks})
    else:
        for check in checks:
            click.echo(f"{'ok ' if check['ok'] else 'BAD'}  {check['name']}: {check['detail']}")
    return 1 if bad else 0


async def _examine(path: Path | None, store: str, marketplace: str) -> list[dict[str, Any]]:
    from orion_daemon.app.connect import one_connector
    from orion_daemon.services import stores

    loaded = session.load(path)
    async with session.database(loaded) as db:
        channel = await stores.channel_of(db, store, marketplace)
        async with one_connector(loaded.settings, db, store, marketplace) as connector:
            found = [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in await connector.check()]
        if channel["state"] == "suspended":
            found.insert(0, {"name": "account", "ok": False, "detail": f"suspended: {channel['state_reason']}"})
        return found


async def _ledger(path: Path | None) -> list[dict[str, Any]]:
    from orion_daemon.services import inventory

    async with session.database(session.load(path)) as db:
        faults = await inventory.verify_ledger(db)
        wrong = [{"name": "stock ledger", "ok": False, "detail": str(fault)} for fault in faults]
        return wrong or [{"name": "stock ledger", "ok": True, "detail": "every level is the sum of its movements"}]
