"""`orion run`: the daemon itself; `--demo` on embedded SQLite with the sandbox marketplace beside it."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orion_daemon.cli.session import tell_of_new_key

if TYPE_CHECKING:
    from orion_daemon.app.lifecycle import Running

DEMO_KEY = "sandbox-demo-key"  # opens the sandbox's made-up shop and nothing else


@click.command("run")
@click.option("--demo", is_flag=True, help="A made-up shop on the sandbox marketplace, with orders arriving.")
@click.pass_obj
def command(path: Path | None, demo: bool) -> int:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C). SIGHUP reads orion.toml again."""
    from orion_daemon.app import lifecycle
    from orion_daemon.config import loader
    from orion_daemon.observability import logs

    env = dict(os.environ)
    if demo:
        env.setdefault("ORION_DEMO_LETZSHOP_KEY", DEMO_KEY)
        loaded = loader.demo(env, base=Path.cwd())
    else:
        loaded = loader.read(path, env)
    logs.configure(loaded.settings.daemon.log_level, loaded.settings.daemon.log_format)

    def announce(running: "Running") -> None:
        if running.daemon.made_key:
            tell_of_new_key(running.daemon.settings.security.secret_keys_file)

    if demo:
        from orion_daemon.app.demo import run_demo

        return asyncio.run(run_demo(loaded, env))
    return asyncio.run(lifecycle.run(loaded, env, announce=announce, path=path))
