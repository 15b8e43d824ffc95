"""`orion check`: all mistakes at once, as `file:line:column: what; did you mean …?`, exit 78 when there is an error."""

import asyncio
import os
from pathlib import Path
from typing import Literal

import click
import msgspec

from orion_daemon.cli.main import BAD_CONFIGURATION
from orion_daemon.cli.session import json_option, now_source, print_json


@click.command("check")
@click.option(
    "--level",
    type=click.Choice(["fields", "references", "environment"]),
    default="environment",
    show_default=True,
    help="How far to look: the file; also what it refers to; also the machine, the database and the mail server.",
)
@json_option
@click.pass_obj
def command(path: Path | None, level: Literal["fields", "references", "environment"], as_json: bool) -> int:
    """Look for mistakes in orion.toml, in what it refers to, and around it. Changes nothing."""
    from orion_daemon.config import check, loader
    from orion_daemon.config.problems import ConfigurationError, errors, in_order

    try:
        problems = check.check(path, os.environ, now=now_source()(), upto=level)
        if level != "fields":
            from orion_daemon.app import declared, probes  # half a second, which the fields alone do not need

            loaded = loader.read(path, os.environ)
            problems = in_order([*problems, *declared.impossible(loaded)])
        if level != "fields" and not errors(problems):
            if trouble := probes.key_trouble(loaded.settings, os.environ):
                where = ("security", "secret_keys_file")
                problems = [*problems, check.problem_at(loaded, where, trouble, "references")]
            elif level == "environment" and (
                trouble := asyncio.run(probes.database_trouble(loaded.settings, os.environ))
            ):
                problems = [*problems, check.problem_at(loaded, ("database", "url"), trouble, "environment")]
            if level == "environment" and (trouble := asyncio.run(probes.mail_trouble(loaded.settings, os.environ))):
                # a start succeeds without it, and what is to be sent waits
                problems = [*problems, check.problem_at(loaded, ("mail", "host"), trouble, "environment", "warning")]
    except ConfigurationError as error:
        problems = list(error.problems)
    bad = errors(problems)
    if as_json:
        keys = ("file", "line", "column", "path", "message", "suggestion", "level", "severity")
        told = [{key: value for key, value in _plain(problem).items() if key in keys} for problem in problems]
        print_json({"ok": not bad, "problems": told})
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(bad)} errors, {len(problems) - len(bad)} warnings" if problems else "all is well")
    return BAD_CONFIGURATION if bad else 0


def _plain(problem: object) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(problem, enc_hook=str)
    return plain
