"""`orion sandbox`: the stand-in marketplaces and supplier alone, to try out and to test. They hold nothing real."""

from pathlib import Path

import click


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--demo", is_flag=True, help="A shop with a catalogue and buyers, and an account to buy keys with.")
@click.option("--state", type=click.Path(path_type=Path), help="Keep world and ledger in this file.")
def command(host: str, port: int, seed: int, demo: bool, state: Path | None) -> None:
    """Run the stand-in marketplaces and supplier until told to stop; the first line says where they are."""
    from orion_daemon.sandbox.server import run

    run(host, port, seed, demo, state)
