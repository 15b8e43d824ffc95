"""`orion sync`: ask for work right now instead of at its next time. The daemon does it; this only puts the job."""

from pathlib import Path

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json

WHAT = {
    "orders": "order_import",
    "reconcile": "order_reconcile",
    "inventory": "inventory_sync",
    "products": "product_import",
    "catalog": "codeswholesale_catalog_sync",
    "balance": "supplier_balance",
}


@click.command("sync")
@click.argument("store")
@click.argument("marketplace")
@click.argument("what", type=click.Choice(list(WHAT)), default="orders")
@json_option
@click.pass_obj
def command(path: Path | None, store: str, marketplace: str, what: str, as_json: bool) -> None:
    """Ask for a poll of orders, a reconcile sweep, a stock sync, or the product feeds, for one account; at a supplier
    for its catalog, or for what may be spent there."""

    async def work() -> int:
        from orion_daemon.services import schedule

        async with session.database(session.load(path)) as db:
            return await schedule.run_now(db, store, marketplace, WHAT[what], session.now_source()())

    jobs = session.run(work())
    if as_json:
        print_json({"jobs": jobs})
    else:
        click.echo(
            f"{jobs} jobs are in line for {store}:{marketplace}; see: orion jobs list --owner {store}:{marketplace}"
        )
