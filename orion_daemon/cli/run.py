"""`orion run`: the daemon itself; `--demo` on embedded SQLite with the sandbox marketplaces beside it."""

import asyncio
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orion_daemon.cli.session import tell_of_new_key

if TYPE_CHECKING:
    from orion_daemon.app.lifecycle import Running

DEMO_SECRETS = {  # they open the sandbox's made-up shop and nothing else
    "ORION_DEMO_LETZSHOP_KEY": "sandbox-demo-key",
    "ORION_DEMO_AMAZON_SECRET": "amzn1.oa2-cs.v1.demo",
    "ORION_DEMO_AMAZON_TOKEN": "Atzr|demo",
    "ORION_DEMO_EBAY_SECRET": "PRD-0a1b2c3d4e5f-sandbox-demo-secret",
    "ORION_DEMO_KEYS_SECRET": "$2a$10$sandbox.demo/secret",
    "ORION_DEMO_KEYS_SIGNATURE": "b6f1c2d3-sandbox-demo-signature",
    "ORION_DEMO_EBAY_TOKEN": "v^1.1#i^1#p^3#r^1#I^3#f^0#t^sandbox-demo-refresh-token",
}


@click.command("run")
@click.option("--demo", is_flag=True, help="A made-up shop on three sandbox marketplaces, with orders arriving.")
@click.pass_obj
def command(path: Path | None, demo: bool) -> int:
    """Run the daemon until it is told to stop (SIGTERM, Ctrl-C). SIGHUP reads orion.toml again."""
    gc.disable()  # until it is ready: what is made meanwhile stays (`lifecycle.py`)

    from orion_daemon.app import lifecycle
    from orion_daemon.config import loader
    from orion_daemon.observability import logs

    env = dict(os.environ)
    if demo:
        env = {**DEMO_SECRETS, **env}
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
