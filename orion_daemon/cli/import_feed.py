"""`orion import`: a product feed, from a URL or a file, or what an account itself tells, with a progress bar; exit 0
completed, 3 with problems, 1 not.

With `--json` the summary alone goes to standard output. A held import has changed nothing: `orion` says why, and
`orion imports confirm` or `discard` decides. Ctrl-C cancels the import that was asked for: what it has written stays.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json

EXIT = {"completed": 0, "partially_completed": 3}


@click.command("import")
@click.argument("store")
@click.argument("marketplace")
@click.argument("source", required=False)
@click.option("--language", help="Language of titles and descriptions; the store's default language unless given.")
@click.option("--dry-run", is_flag=True, help="Store what would change and change nothing.")
@click.option("--partial", is_flag=True, help="The file is not the whole catalog: nothing missing in it goes away.")
@json_option
@click.pass_obj
def command(
    path: Path | None,
    store: str,
    marketplace: str,
    source: str | None,
    language: str | None,
    dry_run: bool,
    partial: bool,
    as_json: bool,
) -> int:
    """Import a product feed (an http(s) URL or a file) into a channel's catalog and wait for the result. Without SOURCE
    the account itself is asked for its products, where the marketplace tells them by API."""
    if source is not None:
        source = _place_of(source)
    elif language is not None:
        raise click.UsageError(
            "Without SOURCE the account is asked, whose products are in the language of its channel; leave --language"
            " out."
        )
    bar = _Bar(show=not as_json and sys.stderr.isatty())

    async def work() -> tuple[Mapping[str, Any], list[str]]:
        from orion_daemon.app.one_import import run_import

        loaded = session.load(path)
        async with session.database(loaded) as db:
            return await run_import(
                loaded.settings,
                db,
                db.bus,
                store=store,
                marketplace=marketplace,
                source=source,
                language=language,
                is_complete=not partial,
                is_dry_run=dry_run,
                actor=session.actor(),
                on_progress=bar.show_row,
                on_interrupt=bar.say_last,
            )

    summary, remarks = session.run(work())
    bar.end()
    if as_json:
        print_json(summary)
    else:
        _tell(summary, remarks, is_file=source is not None)
    return EXIT.get(summary["state"], 1)


def _place_of(source: str) -> str:
    scheme, has_scheme, _ = source.partition("://")
    if not source.strip():
        raise click.UsageError("SOURCE is empty; it is the http(s) URL or the path of a feed.")
    if not has_scheme:
        return str(Path(source).resolve())
    if scheme.lower() not in ("http", "https"):
        raise click.UsageError(f"A feed cannot be fetched from {scheme}://; SOURCE is an http(s) URL or a path.")
    return source


class _Bar:
    """One line that is written over; nothing where nobody watches."""

    def __init__(self, *, show: bool) -> None:
        self._show = show

    def show_row(self, row: Mapping[str, Any]) -> None:
        if not self._show:
            return
        total, done = row["bytes_total"] or 0, row["bytes_done"] or 0
        share = min(1.0, done / total) if total else 0.0
        filled = "█" * round(share * 24)
        click.echo(f"\r{row['state']:<20} {filled:<24} {share:>4.0%}  {row['rows']} rows\x1b[K", err=True, nl=False)

    def say_last(self, sentence: str) -> None:
        self.end()
        click.echo(f"orion: {sentence}", err=True)

    def end(self) -> None:
        if self._show:
            click.echo("\r\x1b[K", err=True, nl=False)


def _tell(summary: Mapping[str, Any], remarks: list[str], *, is_file: bool) -> None:
    detected = summary["detected"]
    click.echo(
        f"{summary['state'].replace('_', ' ')}: {summary['rows']} rows; {summary['created']} created,"
        f" {summary['updated']} updated, {summary['unchanged']} unchanged, {summary['rejected']} rejected,"
        f" {summary['skipped']} skipped"
    )
    if is_file and detected["format"]:
        named = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(detected["delimiter"], "")
        click.echo(f"read as {detected['format']}, {detected['encoding']}{', ' + named if named else ''}")
    for remark in remarks:
        click.echo(remark)
