"""`orion sandbox`: the stand-in marketplaces, supplier and mail server alone, for trying out and for tests.

They hold nothing real.
"""

from pathlib import Path

import click


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0 takes a free one.")
@click.option(
    "--mail-port",
    type=click.IntRange(0, 65535),
    help="Of its mail server; 0 takes a free one.  [default: 8025, or a free one with --port 0]",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--demo", is_flag=True, help="A shop with a catalogue and buyers, and an account to buy keys with.")
@click.option("--state", type=click.Path(path_type=Path), help="Keep world and ledger in this file.")
def command(host: str, port: int, mail_port: int | None, seed: int, demo: bool, state: Path | None) -> None:
    """Run marketplaces, supplier and mail server until told to stop; the first line says where they are."""
    from orion_daemon.sandbox.server import run

    run(host, port, seed, demo, state, mail_port=mail_port)
