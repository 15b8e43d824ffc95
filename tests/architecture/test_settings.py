"""Every option of orion.toml is read by somebody: an option without an effect is a lie.

Told from the source. An option counts as read where its name is loaded as an attribute, stands in a text, or names a
field of a connector's settings: by `app` and `cli` for the sections, and for channels and feeds, whose options travel
in the channel's row, by whoever works with the row too.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from orion_daemon.app import declared
from orion_daemon.config.mail import PASSWORD
from orion_daemon.config.options import Option, Section, fields_of, item_of, section_of
from orion_daemon.config.settings import Settings
from orion_daemon.config.stores import SECRET_KINDS, Channel, Feed
from orion_daemon.config.suppliers import SUPPLIER_SECRET_KINDS

PACKAGE = Path(__file__).parents[2] / "orion_daemon"
READERS = ("app", "cli", "config/secrets.py", "config/stores.py")  # no checks: to look at an option is not to obey it
READERS_OF_ROWS = (*READERS, "services", "actors", "connectors")
BY_NAME = {"schedule"}  # `declared.schedule` reads all of them; see below


def mentioned(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def fields_of_settings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def names_in(places: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for place in places:
        root = PACKAGE / place
        for file in [root] if root.suffix else root.rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found.update(mentioned(tree))
            if file.name == "settings.py" and place == "connectors":
                found.update(fields_of_settings(tree))
    return found


SECTIONS, ROWS = names_in(READERS), names_in(READERS_OF_ROWS)


def options(section: type[Section] = Settings, path: str = "") -> Iterator[tuple[str, str, type[Section]]]:
    for field in fields_of(section):
        nested = section_of(field.hint) or section_of(item_of(field.hint))
        if nested is not None:
            yield from options(nested, f"{path}{field.key}.")
        else:
            yield f"{path}{field.key}", field.name, section


def declared_options() -> Iterator[tuple[str, Option]]:
    for path, name, section in options():
        yield path, next(field.option for field in fields_of(section) if field.name == name)


@pytest.mark.parametrize(("path", "name", "section"), [pytest.param(*one, id=one[0]) for one in options()])
def test_every_option_is_read(path: str, name: str, section: type[Section]) -> None:
    if path.split(".", 1)[0] not in BY_NAME and not name.startswith(
        (*SECRET_KINDS, *SUPPLIER_SECRET_KINDS, PASSWORD)
    ):  # tests/unit/config/test_secrets.py
        assert name in (ROWS if section in (Channel, Feed) else SECTIONS), f"nobody reads {path}"


def test_every_cadence_becomes_a_row_of_the_schedule() -> None:
    names = {path.split(".")[1] for path, _, _ in options() if path.startswith("schedule.")}
    assert {one.name for one in declared.schedule(Settings())} == names - {"timezone"}
    assert {one.timezone for one in declared.schedule(Settings())} == {Settings().schedule.timezone}


def test_a_reload_takes_up_what_is_applied_again_and_nothing_else() -> None:
    live = {path for path, option in declared_options() if option.live}
    travelling = {path for path in live if path.startswith(("store.", "schedule.", "mail."))}  # rows and the way out
    assert live - travelling == {"daemon.log_level", "orders.page_size", "orders.poll_overlap"}
    assert {path for path, _ in declared_options() if path.startswith(("store.", "schedule.", "mail."))} == travelling


def test_a_name_that_nobody_mentions_is_found_missing() -> None:
    assert "page_size" in ROWS
    assert "an_option_of_nobody" not in ROWS | SECTIONS
