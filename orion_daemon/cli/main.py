"""The command `orion`: finds the verb, and turns every failure into one sentence and an exit code.

A verb is imported when it is called. An error of a known family is told as its message; anything else is a bug of
ours and shows its stack.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from orion_daemon import __version__

FAILED, USAGE, BAD_CONFIGURATION = 1, 64, 78

VERBS = {
    "run": "run the daemon until it is told to stop",
    "check": "look for mistakes in orion.toml, in what it refers to, and around it",
    "migrate": "bring the database to this version",
    "stores": "list stores and channels; suspended accounts can be resumed",
    "credentials": "set what a channel logs in with, or connect it by its marketplace's consent page",
    "channels": "move listings that were made elsewhere to where Orion can manage them",
    "tokens": "make, list and revoke access tokens",
    "jobs": "list jobs, send dead letters again, withdraw waiting ones",
    "sync": "ask for a poll, a sweep, a stock sync or a feed right now",
    "import": "import a product feed and wait for the result",
    "imports": "list imports, decide about held ones, cancel unwanted ones",
    "keys": "bring, list, reveal and replace licence keys; release what is held",
    "doctor": "say in plain words what is wrong with an account, or with the stock ledger",
    "schema": "print the GraphQL schema, or what orion.toml may hold",
    "sandbox": "run the stand-in marketplaces and supplier alone",
}


MODULES = {"import": "import_feed"}  # where a verb is a word that Python keeps for itself


class Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        name = MODULES.get(cmd_name, cmd_name)
        command: click.Command = importlib.import_module(f"orion_daemon.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], VERBS, 1)
            ctx.fail(f"there is no verb {args[0]!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        return super().resolve_command(ctx, args)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="orion")
@click.option(
    "--config", "path", type=click.Path(path_type=Path), help="The orion.toml to use (else ORION_CONFIG, ./orion.toml)."
)
@click.pass_context
def orion(ctx: click.Context, path: Path | None) -> None:
    """Keep a merchant's stores, marketplaces and key suppliers in step."""
    ctx.obj = path


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a verb and leave the process with its exit code."""
    try:
        code = orion.main(args=arguments, standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone
        sys.exit(FAILED)
    except Exception as error:
        sys.exit(_explain(error))
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> int:
    from orion_daemon.config.problems import ConfigurationError
    from orion_daemon.config.secrets import SecretMissingError
    from orion_daemon.connectors.errors import VendorError
    from orion_daemon.connectors.registry import BadSettings, UnknownVendor
    from orion_daemon.db.cipher import CipherError
    from orion_daemon.db.errors import StorageError
    from orion_daemon.services.errors import ServiceError

    if isinstance(error, ConfigurationError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return BAD_CONFIGURATION
    if isinstance(error, SecretMissingError | CipherError):
        click.echo(f"orion: {error}", err=True)
        return BAD_CONFIGURATION
    if isinstance(
        error, StorageError | ServiceError | VendorError | BadSettings | UnknownVendor | OSError | RuntimeError
    ):
        click.echo(f"orion: {error}", err=True)
        return FAILED
    raise error
