"""From a table of plain values to a frozen section, collecting every mistake on the way.

`msgspec` stops at the first error and knows no positions, so each field is read on its own: a bad value is noted and
replaced by its default (a placeholder where there is none), and the walk goes on. Whoever uses the result must look at
`problems` first; `rules` skips what `is_bad` names. `loader` continues.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path as File
from typing import Any, TypeVar

from orion_daemon.config import names, suggest, units
from orion_daemon.config.cadence import Cadence, parse_cadence
from orion_daemon.config.literals import plain, show
from orion_daemon.config.options import Field, Option, Section, choices_of, fields_of, item_of, section_of
from orion_daemon.config.positions import Positions
from orion_daemon.config.problems import Path, Problem, Severity, dotted

_SECRET_KEY = re.compile(r"(^|_)(key|keys|secret|password|token|url)$")
_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text in quotes",
    File: "a path in quotes",
}


S = TypeVar("S", bound=Section)


class Refused(Exception):  # noqa: N818 -- one value is refused; the walk itself goes on
    def __init__(self, message: str, suggestion: str = "", step: Path = ()) -> None:
        super().__init__(message)
        self.suggestion = suggestion
        self.step = step


class Walker:
    """One walk over one file."""

    def __init__(self, file: str, positions: Positions) -> None:
        self._file = file
        self._positions = positions
        self._bad: set[Path] = set()
        self.problems: list[Problem] = []

    def is_bad(self, path: Path) -> bool:
        return path in self._bad

    def given(self, path: Path) -> bool:
        """Whether the file says something at this path."""
        return path in self._positions

    def line(self, path: Path) -> int:
        return self._positions.value(path)[0]

    def note(
        self, path: Path, message: str, suggestion: str = "", *, at_key: bool = False, severity: Severity = "error"
    ) -> None:
        """Adds a problem at the value of `path` (or its key); an error marks the path as bad."""
        line, column = self._positions.key(path) if at_key else self._positions.value(path)
        problem = Problem(self._file, line, column, dotted(path), message, suggestion, severity=severity)
        self.problems.append(problem)
        if severity == "error":
            self._bad.add(path)

    def section(self, kind: type[S], table: Any, path: Path = ()) -> S:
        if not isinstance(table, dict):
            self.note(path, f"{dotted(path)} is a table: write [{dotted(path)}]", at_key=True)
            table = {}
        fields = fields_of(kind)
        keys = {field.key for field in fields}
        for key in table:
            if key not in keys:
                self._unknown(kind, key, path, table, keys)
        values = {}
        for field in fields:
            here = (*path, field.key)
            if field.key in table:
                values[field.name] = self._read(field, table[field.key], here)
            elif field.required:
                label = dotted(here) if path else field.key
                self.note(here, f"{label} is missing{_because(field.option)}", at_key=True)
                values[field.name] = ""
        return kind(**values)

    def _unknown(self, kind: type[Section], key: str, path: Path, table: dict[str, Any], keys: set[str]) -> None:
        explained = {} if not hasattr(kind, "explain") else kind.explain()
        if key in explained:
            self.note((*path, key), explained[key], at_key=True)
            return
        where = dotted(path) or "the file"
        nearest = suggest.nearest(key, keys)
        what = "section" if not path and isinstance(table[key], dict | list) else "option"
        self.note((*path, key), f"unknown {what} {key} in {where}", f'"{nearest}"' if nearest else "", at_key=True)

    def _read(self, field: Field, raw: Any, path: Path) -> Any:
        nested = section_of(field.hint)
        if nested:
            return self.section(nested, raw, path)
        nested = section_of(item_of(field.hint))
        if nested:
            if not isinstance(raw, list):
                header = ".".join(part for part in path if isinstance(part, str))
                self.note(path, f"{dotted(path)} is a list of tables: write [[{header}]]", at_key=True)
                return ()
            return tuple(self.section(nested, item, (*path, number)) for number, item in enumerate(raw))
        if raw == "" and field.default in ("", None):
            return field.default
        try:
            return self._convert(field.hint, field.option, raw)
        except Refused as refused:
            shown = "" if _SECRET_KEY.search(field.key) else f", not {show(raw)}"
            message = f"{dotted(path)} must be {refused}{shown if not refused.step else ''}"
            self.note((*path, *refused.step), message, refused.suggestion)
            self._bad.add(path)
            return "" if field.required else field.default

    def _convert(self, hint: Any, option: Option, raw: Any) -> Any:
        if hint == File | None:
            hint = File
        item = item_of(hint)
        if item is not None:
            return self._list(item, option, raw)
        choices = choices_of(hint)
        if choices:
            return _choice(choices, raw)
        if hint is timedelta or option.unit or hint is Cadence:
            return _in_unit(hint, option, raw)
        if hint is float and type(raw) is int:
            raw = float(raw)
        expected = str if hint is File else hint
        if type(raw) is not expected:
            suggestion = f'"{raw}"' if expected is str and type(raw) in {int, float} else ""
            if expected in {int, bool} and isinstance(raw, str):
                suggestion = raw if raw.isdigit() or raw in {"true", "false"} else ""
            raise Refused(f"{_NAMES[hint]}{_range(option)}", suggestion)
        if expected is str:
            _text(option, raw)
        else:
            _within(option, raw)
        return File(raw) if hint is File else raw

    def _list(self, item: Any, option: Option, raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            inner = show(raw)
            raise Refused("a list in square brackets", f"[{inner}]" if isinstance(raw, str) else "")
        values = []
        for number, part in enumerate(raw):
            try:
                value = self._convert(item, option, part)
            except Refused as refused:
                raise Refused(
                    f"a list, each part {refused}, not {show(part)}", refused.suggestion, (number,)
                ) from refused
            if value in values:
                raise Refused(f"a list without repetition, {show(part)} stands twice", step=(number,))
            values.append(value)
        return tuple(values)


def _choice(choices: tuple[str, ...], raw: Any) -> str:
    if isinstance(raw, str) and raw in choices:
        return raw
    nearest = suggest.nearest(str(raw), choices)
    raise Refused(f"one of {', '.join(choices)}", f'"{nearest}"' if nearest else "")


def _in_unit(hint: Any, option: Option, raw: Any) -> Any:
    parse: Callable[[str], Any]
    if hint is Cadence:
        parse, example = parse_cadence, '"5m"'
    elif hint is timedelta:
        parse, example = units.parse_duration, '"5m"'
    elif option.unit == "size":
        parse, example = units.parse_size, '"10 MiB"'
    else:
        parse, example = units.parse_share, '"30 %"'
    if not isinstance(raw, str):
        suggestion = ""
        if type(raw) is int:
            suggestion = {"size": f'"{raw} B"', "share": f'"{raw} %"'}.get(option.unit, f'"{raw}s"')
        raise Refused(f"written with its unit in quotes, like {example}", suggestion)
    try:
        value = parse(raw)
    except units.UnitError as error:
        raise Refused(str(error), f'"{error.suggestion}"' if error.suggestion else "") from error
    _within(option, value)
    return value


def _text(option: Option, raw: str) -> None:
    if option.known and raw not in names.known(option.known):
        nearest = suggest.nearest(raw, names.known(option.known))
        raise Refused(names.form(option.known), f'"{nearest}"' if nearest else "")
    if option.pattern and not re.fullmatch(option.pattern, raw):
        raise Refused(option.pattern_means)


def _within(option: Option, value: Any) -> None:
    too_small = option.least is not None and value < option.least
    too_large = option.most is not None and value > option.most
    if too_small or too_large:
        raise Refused(_range(option).strip())


def _range(option: Option) -> str:
    least, most = ("" if bound is None else plain(bound, option) for bound in (option.least, option.most))
    if option.least is not None and option.most is not None:
        return f" between {least} and {most}"
    if option.least is not None:
        return f" of at least {least}"
    return f" of at most {most}" if option.most is not None else ""


def _because(option: Option) -> str:
    return f" ({option.reason[0].lower()}{option.reason[1:].rstrip('.')})" if option.reason else ""
