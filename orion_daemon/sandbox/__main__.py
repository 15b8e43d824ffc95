"""`python -m orion_daemon.sandbox`: the sandbox alone, without the rest of Orion."""

import argparse
import sys
from pathlib import Path

from orion_daemon.sandbox.server import run


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="orion-sandbox", description="Stand-ins for the marketplaces, for trying Orion."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one; the ready line names it")
    parser.add_argument(
        "--mail-port", type=int, help="of the mail server; 8025 unless said, any free one with --port 0"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same day")
    parser.add_argument("--demo", action="store_true", help="a vendor with a key, a catalogue and buyers")
    parser.add_argument("--form", choices=("live", "seed"), default="live", help="the demo vendor's form of the API")
    parser.add_argument("--state", type=Path, help="keep world and ledger in this file")
    parser.add_argument("--token", help="what X-Sandbox-Token must say on control calls")
    parser.add_argument(
        "--feed", action="append", default=[], metavar="NAME=PATH", help="serve a file at /letzshop/feeds/NAME"
    )
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends, as its parent does")
    said = parser.parse_args()
    files = {name: Path(path) for name, _, path in (item.partition("=") for item in said.feed)}
    if not all(name and str(path) != "." for name, path in files.items()):
        parser.error("--feed takes NAME=PATH")
    try:
        run(
            said.host, said.port, said.seed, said.demo, said.state, files, said.form, said.token, said.until_eof,
            said.mail_port,
        )  # fmt: skip
    except OSError as error:
        sys.exit(f"sandbox: {error}")


if __name__ == "__main__":
    main()
