"""What a benchmark hands back: one `Result` a figure, with its goal, and the table they are printed in.

Every module of this folder offers `run() -> list[Result]`. Ratios are preferred to absolute figures: both sides are
measured in the same run, in turns, and the median of the rounds is taken.
"""

import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

__all__ = ["Result", "ratio", "table", "write_markdown"]


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    value: float
    unit: str  # "×" for a ratio
    goal: float | None = None  # None: for information
    better: Literal["higher", "lower"] = "higher"
    detail: str = ""

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal


def ratio(bare: Callable[[], float], ours: Callable[[], float], rounds: int = 7) -> tuple[float, float, float]:
    """(our speed / bare speed, bare seconds, our seconds) where both give the seconds they took; in turns, medians."""
    pairs = [(bare(), ours()) for _ in range(rounds)]
    return median(b / o for b, o in pairs), median(b for b, _ in pairs), median(o for _, o in pairs)


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(results: Iterable[Result]) -> str:
    lines = ["| Figure | Value | Goal | Met | Detail |", "|---|---|---|---|---|"]
    for result in results:
        goal = "–"
        if result.goal is not None:
            goal = f"{'≥' if result.better == 'higher' else '≤'} {_number(result.goal)}"
        met = "–" if result.goal is None else "yes" if result.met else "**no**"
        lines.append(f"| {result.name} | {_number(result.value)} {result.unit} | {goal} | {met} | {result.detail} |")
    return "\n".join(lines) + "\n"


def write_markdown(results: Iterable[Result], path: Path) -> None:
    """Replaces the file at once, so that a reader never sees half a table."""
    head = (
        "# Benchmark results\n\n"
        f"Python {platform.python_version()} on {platform.machine()}, {time.strftime('%Y-%m-%d')}. "
        "Ratios carry over to other machines, absolute figures do not.\n\n"
    )
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(head + table(results), encoding="utf-8")
    part.replace(path)
