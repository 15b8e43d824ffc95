"""`orion channels`: what a person does with one account at its marketplace, seldom and knowingly."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json

if TYPE_CHECKING:
    from orion_daemon.connectors.base import MarketplaceConnector


@click.group("channels")
def command() -> None:
    """Work on one account at its marketplace."""


@command.command("migrate")
@click.argument("store")
@click.argument("marketplace")
@click.argument("listings", nargs=-1, required=True)
@json_option
@click.pass_obj
def migrate(path: Path | None, store: str, marketplace: str, listings: tuple[str, ...], as_json: bool) -> int:
    """Move listings, named by their numbers, to where Orion can manage their stock and price.

    At eBay these are listings made in Seller Hub or by the older API. Afterwards those can no longer change them, so
    move what you mean to manage from here. Exit 1 when a listing was not moved.
    """
    from orion_daemon.connectors import registry

    registry.marketplace(marketplace)  # a supplier has no listings
    results = session.run(_migrate(path, store, marketplace, listings))
    if as_json:
        print_json({"listings": results})
    else:
        for one in results:
            skus = ", ".join(one["skus"]) or "without SKU"
            click.echo(f"{one['listing']}: " + (f"moved ({skus})" if one["moved"] else f"not moved: {one['reason']}"))
        if any(one["moved"] for one in results):
            account = f"{store} {marketplace}"
            click.echo(f"next: orion sync {account} products, then orion sync {account} inventory")
    return 0 if all(one["moved"] for one in results) else 1


async def _migrate(path: Path | None, store: str, marketplace: str, listings: tuple[str, ...]) -> list[dict[str, Any]]:
    from orion_daemon.app.connect import one_connector

    loaded = session.load(path)
    async with session.database(loaded) as db, one_connector(loaded.settings, db, store, marketplace) as connector:
        return [
            {
                "listing": one.listing_id,
                "moved": one.moved,
                "skus": list(one.skus),
                "code": one.error[0] if one.error else "",
                "reason": one.error[1] if one.error else "",
            }
            for one in await cast("MarketplaceConnector", connector).migrate_listings(listings)
        ]


@command.command("subscribe")
@click.argument("store")
@click.argument("marketplace")
@click.option("--topic", "topics", multiple=True, help="What to be told of, by the marketplace's name (else orders).")
@click.option("--email", default="", help="Whom eBay mails when notifications fail; needed once for an application.")
@json_option
@click.pass_obj
def subscribe(
    path: Path | None, store: str, marketplace: str, topics: tuple[str, ...], email: str, as_json: bool
) -> int:
    """Have the marketplace tell Orion at once what happens, instead of with the next poll.

    It asks Orion's address on the way, so the daemon must run and be reached from outside. Repeating it changes
    nothing. Exit 1 when something was refused.
    """
    address, steps = session.run(_subscribe(path, store, marketplace, topics, email))
    if as_json:
        print_json({"address": address, "steps": steps})
    else:
        for one in steps:
            click.echo(f"{one['what']}: {one['outcome']}. {one['detail']}")
    return 1 if any(one["outcome"] == "refused" for one in steps) else 0


async def _subscribe(
    path: Path | None, store: str, marketplace: str, topics: tuple[str, ...], email: str
) -> tuple[str, list[dict[str, Any]]]:
    from orion_daemon.app.subscribing import subscribe as ask

    loaded = session.load(path)
    async with session.database(loaded) as db:
        address, steps = await ask(loaded.settings, db, store, marketplace, topics, email)
    names = ("what", "outcome", "detail", "code")
    return address, [{name: getattr(one, name) for name in names} for one in steps]
