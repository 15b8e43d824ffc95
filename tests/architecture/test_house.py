"""The house rules that a machine can check: sizes, names, doors, and words that have no place in the project."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "orion_daemon"
LONGEST_FILE = 500
LONGEST_FUNCTION = 150
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "shared", "base_utils"}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations/orion" not in path.as_posix()]


def all_python() -> list[Path]:
    found = modules()
    for folder in ("tests", "benchmarks"):
        found += sorted((ROOT / folder).rglob("*.py"))
    return found


def test_no_file_is_longer_than_500_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in all_python() if (n := len(p.read_text().splitlines())) > LONGEST_FILE}
    assert not long


def test_no_function_of_the_package_is_longer_than_a_screen_and_a_half() -> None:
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {lines}")
    assert not long


def test_no_module_is_a_drawer() -> None:
    assert not [str(p.relative_to(ROOT)) for p in all_python() if p.stem in DRAWERS or p.parent.name in DRAWERS]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


DOORS = {
    "strawberry": {"graphql"},
    "apscheduler": {"actors/scheduler.py"},
    "tortoise": {"db", "services", "jobs", "migrations"},
    "aerich": {"migrations", "db/models"},
    "asyncpg": {"db"},
    "aiosmtpd": {"sandbox/mail/smtp.py"},
    "aiosmtplib": {"notifications"},
    "backoff": {"connectors/http.py"},
    "cryptography": {"db", "connectors/ebay/signatures.py", "sandbox/ebay/signatures.py"},
    "prometheus_client": {"observability"},
    "jinja2": {"notifications", "console"},
    "structlog": {"observability"},
    "click": {"cli"},
    "cronsim": {"actors/scheduler.py", "config"},
    "stdnum": {"domain", "connectors"},
}


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def stands_behind(relative: str, doors: set[str]) -> bool:
    return any(relative == door or relative.startswith(f"{door}/") for door in doors)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library: str) -> None:
    intruders = [
        relative
        for path in modules()
        if library in imported_names(path)
        and not stands_behind(relative := path.relative_to(PACKAGE).as_posix(), DOORS[library])
    ]
    assert not intruders


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    if not listing:
        pytest.skip("not a git checkout: there is no list of tracked files to look through")
    return [ROOT / name for name in listing.split("\0") if name]


def test_nothing_left_for_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|HACK)\b|# ?XXX")
    here = Path(__file__).name
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix in {".py", ".md", ".toml"} and path.name != here and path.exists()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if mark.search(line)
    ]
    assert not left


def test_lock_files_hold_names_versions_and_hashes_only() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for line in path.read_text().splitlines():
            assert re.match(r"^([A-Za-z0-9._-]+==\S+( ; .*)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?)$", line), line
