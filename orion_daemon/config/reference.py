"""The shipped orion.toml, written from the sections so that it can never lag behind them.

A line "#name = value" is an option at its default, "# text" is explanation. `orion schema config --toml` prints it; the
file at the repository's root is a copy, tested equal. Editors find the JSON Schema by the first line.
"""

import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from orion_daemon.config.cadence import Cadence
from orion_daemon.config.literals import plain, toml
from orion_daemon.config.options import Field, Section, choices_of, fields_of, item_of, section_of
from orion_daemon.config.settings import Settings

_HEAD = """\
#:schema ./orion_daemon/config/orion.schema.json
#
# Orion's configuration: every option with its default, unit and reason.
#
# A line "#name = value" shows an option at its default (or an example where the default is empty): take the # away and
# change the value.
# Durations: "500ms" "90s" "5m" "6h" "1d" "1h30m". Sizes: "64 KiB" "10 MiB" "1 GiB". Shares: "30 %".
# Check a change with `orion check`; a running daemon takes it up on SIGHUP (systemctl reload orion), where an option
# marked "restart" waits for the next start. A file with a mistake is refused and the old settings stay in force.
"""
_STORE = """\
# A store to begin with: take the single # away from the lines that you need. Stores and channels that are declared here
# are managed by this file; those made through the API live beside them.
"""
_WIDTH = 118


def reference() -> str:
    """The whole file, ending in a line feed."""
    parts = [_HEAD]
    for field in fields_of(Settings):
        table = section_of(field.hint)
        if table:
            parts.append("\n".join([*_prose(table.__doc__ or ""), f"[{field.key}]", *_options(table)]) + "\n")
        else:
            parts.append(_STORE)
            parts.append("\n".join(_example(section_of(item_of(field.hint)), field.key)) + "\n")
    return "\n".join(parts)


def _options(table: type[Section]) -> Iterator[str]:
    for field in fields_of(table):
        if section_of(item_of(field.hint)):
            continue
        yield ""
        yield from _prose(field.option.reason)
        yield f"# {facts(field)}"
        yield f"#{field.key} = {_value(field)}"


def _example(table: type[Section] | None, path: str) -> Iterator[str]:
    if table is None:
        return
    yield from _prose(table.__doc__ or "")
    yield f"#[[{path}]]"
    yield from _options(table)
    for field in fields_of(table):
        nested = section_of(item_of(field.hint))
        if nested:
            yield ""
            yield from _example(nested, f"{path}.{field.key}")


def _prose(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), _WIDTH)]


def _value(field: Field) -> str:
    if field.option.example and field.default in (msgspec.NODEFAULT, None, "", ()):
        return field.option.example
    return toml(field.default, field.option)


def facts(field: Field) -> str:
    """Kind, range and default of an option in a few words."""
    words = [_kind(field.hint, field.option.unit)]
    least, most = field.option.least, field.option.most
    if least is not None and most is not None:
        words.append(f"{plain(least, field.option)} to {plain(most, field.option)}")
    elif least is not None:
        words.append(f"at least {plain(least, field.option)}")
    elif most is not None:
        words.append(f"at most {plain(most, field.option)}")
    if field.required:
        words.append("required")
    elif field.default is None:
        words.append("no default")
    else:
        words.append(f"default {toml(field.default, field.option)}")
    if not field.option.live:
        words.append("restart")
    return f"({'; '.join(words)})"


def _kind(hint: Any, unit: str) -> str:
    item = item_of(hint)
    if item is not None:
        return f"list of {_kind(item, unit)}"
    choices = choices_of(hint)
    if choices:
        return " | ".join(choices)
    kinds: dict[Any, str] = {bool: "true | false", int: "number", float: "number", str: "text", timedelta: "duration"}
    kinds |= {Cadence: 'duration, cron or "off"', Path: "path", Path | None: "path"}
    return unit or kinds[hint]
