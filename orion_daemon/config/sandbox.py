"""`[sandbox]`: the stand-in marketplaces that `orion run` may start beside the daemon.

`demo.toml` is the configuration that uses them.
"""

from typing import Annotated

from orion_daemon.config.options import Option, Section


class Sandbox(Section, frozen=True):
    """Stand-in marketplaces and a stand-in mail server beside the daemon, for trying out without touching a real
    account."""

    enabled: Annotated[bool, Option("Whether `orion run` starts the sandbox as a second process.")] = False
    host: Annotated[
        str,
        Option(
            "Address to listen on. It has no access control: keep it on loopback.",
            pattern=".+",
            pattern_means="an address",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Option("Port to listen on; 0 takes any free one.", least=0, most=65535)] = 8090
    mail_port: Annotated[
        int,
        Option(
            "Port of its mail server, which keeps every message and sends none on; 0 takes any free one.",
            least=0,
            most=65535,
        ),
    ] = 8025
    seed: Annotated[
        int, Option("Buyers, products and faults follow from this number: the same seed tells the same story.", least=0)
    ] = 1
    demo: Annotated[bool, Option("Whether simulated buyers order all the time.")] = False
