"""`orion migrate`: bring the database to this version; safe to run twice, and from two machines at once."""

import asyncio
from pathlib import Path

import click

from orion_daemon.cli.session import json_option, load, print_json


@click.command("migrate")
@click.option("--pending", "only_show", is_flag=True, help="Only list what would be applied.")
@json_option
@click.pass_obj
def command(path: Path | None, only_show: bool, as_json: bool) -> int:
    """Apply the migrations that the database does not have yet."""
    from orion_daemon.app.database import options_of
    from orion_daemon.migrations import runner

    settings = load(path).settings
    url = settings.database.url
    if only_show:
        names = asyncio.run(runner.pending(url))
    else:
        names = asyncio.run(
            runner.upgrade(url, options_of(settings), on_progress=lambda text: click.echo(text, err=True))
        )
    if as_json:
        print_json({"pending" if only_show else "applied": names})
    elif names:
        click.echo("\n".join(names))
    else:
        click.echo("the database is up to date")
    return 0
