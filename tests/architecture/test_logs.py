"""Every line that the daemon logs has a stable action, and the documentation lists it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "orion_daemon"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
LOGGERS = {"log", "_log", "logger", "_logger"}
ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
FALLBACKS = {"library", "note"}


def calls() -> Iterator[tuple[Path, ast.Call, bool]]:
    """Each call of a logger; whether it is the standard library's."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.is_relative_to(PACKAGE / "observability"):
            continue
        text = path.read_text("utf-8")
        is_standard = "logging.getLogger(" in text
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in LOGGERS
            ):
                yield path, node, is_standard


def action_of(call: ast.Call, *, is_standard: bool) -> str:
    if not is_standard:
        said = call.args[0]
        return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
    for keyword in call.keywords:
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "action" and isinstance(value, ast.Constant):
                    return str(value.value)
    return ""


def documented() -> set[str]:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    table = page.partition("\n| Action | Means |\n")[2].partition("\n\n")[0]
    return {word for row in table.splitlines()[1:] for word in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_line_has_an_action() -> None:
    without = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call, is_standard in calls()
        if not ACTION.fullmatch(action_of(call, is_standard=is_standard))
    ]
    assert without == []


def test_the_documentation_lists_every_action_and_no_other() -> None:
    used = {action_of(call, is_standard=is_standard) for _, call, is_standard in calls()}
    assert len(used) > 30
    assert documented() == used | FALLBACKS
