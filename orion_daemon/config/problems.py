"""A mistake in the configuration as a value: where it stands, what is wrong, what was probably meant.

Made by `walker`, `rules`, `loader` and `check`; read by the command line (text and `orion check --json`) and by the
supervisor of accounts, which stops only the account that an error names (G8).
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Level = Literal["fields", "references", "environment"]
Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


class Problem(msgspec.Struct, frozen=True):
    """`line` and `column` count from 1; 0 means that the problem has no place in a file (it came from `file`).

    `account` is "store:marketplace" when only that account suffers, "store" when one store does, "" for the daemon.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str = ""
    level: Level = "fields"
    severity: Severity = "error"
    account: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        warning = "warning: " if self.severity == "warning" else ""
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"{place}: {warning}{self.message}{hint}"


class ConfigurationError(Exception):
    """The configuration is refused as a whole; `problems` holds every mistake found, in the order of the file."""

    code = "configuration"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def dotted(path: Path) -> str:
    """`("store", 0, "channel", 1, "page_size")` as `store[0].channel[1].page_size`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
