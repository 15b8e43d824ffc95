"""`orion stores`: what there is, how each account stands, and letting a suspended one work again.

Accounts at suppliers stand beside the channels, with whether they buy and what they may spend.
"""

from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table


@click.group("stores")
def command() -> None:
    """List stores and their channels; resume suspended accounts."""


@command.command("list")
@json_option
@click.pass_obj
def show(path: Path | None, as_json: bool) -> None:
    """List stores and their accounts, at marketplaces and at suppliers, with their state."""
    found = session.run(_rows(path))
    if as_json:
        print_json({"channels": found})
        return
    columns = {"store": "STORE", "marketplace": "MARKETPLACE", "is_active": "ACTIVE", "state": "STATE",
               "allows_mutations": "MAY CHANGE", "managed_by": "FROM", "orders_polled_at": "LAST POLL",
               "buying": "BUYING", "balance": "BALANCE", "trouble": "TROUBLE"}  # fmt: skip
    print_table(columns, found, empty="there are no stores; declare one in orion.toml")


async def _rows(path: Path | None) -> list[dict[str, Any]]:
    async with session.database(session.load(path)) as db:
        rows = await db.fetch(
            "SELECT s.code AS store, c.marketplace, c.is_active AND s.is_active AS works, c.state, c.state_reason,"
            " c.allows_mutations, s.managed_by, c.orders_polled_at, c.last_error, c.is_supplier, a.buying_state,"
            " a.paused_reason, a.usable_minor, a.currency, a.balance_at FROM stores s"
            " LEFT JOIN channels c ON c.store_id = s.id LEFT JOIN supplier_accounts a ON a.channel_id = c.id"
            " ORDER BY s.code, c.marketplace"
        )
        return [
            {
                "store": row["store"],
                "marketplace": row["marketplace"],
                "is_active": bool(row["works"]),
                "state": row["state"],
                "allows_mutations": row["allows_mutations"],
                "managed_by": row["managed_by"],
                "orders_polled_at": row["orders_polled_at"],
                "trouble": row["state_reason"] or row["paused_reason"] or row["last_error"],
                "is_supplier": bool(row["is_supplier"]),
                **_buying(row),
            }
            for row in rows
        ]


def _buying(row: dict[str, Any]) -> dict[str, Any]:
    """Of an account at a supplier; nothing of the others. The balance: what an order may cost, as last read."""
    from orion_daemon.domain.money import to_decimal

    if not row["is_supplier"]:
        return {"buying": None, "balance": None, "balance_at": None}
    known = row["usable_minor"] is not None
    return {
        "buying": row["buying_state"] or "open",
        "balance": f"{to_decimal(row['usable_minor'], row['currency'])} {row['currency']}" if known else None,
        "balance_at": row["balance_at"],
    }


@command.command("resume")
@click.argument("store")
@click.argument("marketplace")
@json_option
@click.pass_obj
def resume(path: Path | None, store: str, marketplace: str, as_json: bool) -> None:
    """Let a suspended account work again, after what stopped it was mended."""

    async def work() -> bool:
        from orion_daemon.services import stores

        async with session.database(session.load(path)) as db:
            channel = await stores.channel_of(db, store, marketplace)
            return await stores.resume_channel(db, channel["id"], session.now_source()())

    resumed = session.run(work())
    if as_json:
        print_json({"resumed": resumed})
    else:
        click.echo(f"{store}:{marketplace} works again" if resumed else f"{store}:{marketplace} was not suspended")
