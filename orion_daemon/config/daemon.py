"""`[daemon]`: the process, its folder and its log.

`data_dir` is what `{data_dir}` stands for in other options; `loader.settle` fills it in.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from orion_daemon.config.options import Option, Section

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "console"]


class Daemon(Section, frozen=True):
    """The process itself. Relative paths in this file start from the folder that the file lies in."""

    data_dir: Annotated[
        Path,
        Option(
            "Folder for everything that Orion writes; {data_dir} in other options stands for it. Back this folder up."
        ),
    ] = Path("var")
    log_level: Annotated[
        LogLevel,
        Option("Least important lines that are logged. debug is for an hour of searching, not for days.", live=True),
    ] = "info"
    log_format: Annotated[
        LogFormat,
        Option("json has one object a line for machines, console is coloured text for a terminal. Both to stderr."),
    ] = "json"
    shutdown_timeout: Annotated[
        timedelta,
        Option(
            "Time for running work to end after a stop signal; what is left is resumed at the next start. "
            "Keep it below TimeoutStopSec of the systemd unit.",
            least=timedelta(seconds=1),
            most=timedelta(minutes=10),
        ),
    ] = timedelta(seconds=25)
