"""Where each key and value of a TOML document stands, which no TOML library keeps.

One pass over text that `tomllib` has accepted already, so the scan only has to find borders, not to judge. A path is
the way to a value, with list positions as numbers: `("store", 0, "channel", 1, "page_size")`. Used for messages only.
"""

import re
from typing import NamedTuple

from orion_daemon.config.problems import Path

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class Place(NamedTuple):
    """Offsets into the text; `value` equals `key` for a table that is only a header."""

    key: int
    value: int


class Positions:
    """`at` answers with (line, column) counted from 1; a missing path answers for the nearest table around it."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._at = 0
        self._places: dict[Path, Place] = {}
        self._lists: dict[Path, int] = {}
        self._scan()

    def key(self, path: Path) -> tuple[int, int]:
        return self._line_column(self._nearest(path).key)

    def value(self, path: Path) -> tuple[int, int]:
        return self._line_column(self._nearest(path).value)

    def __contains__(self, path: Path) -> bool:
        return path in self._places

    def _nearest(self, path: Path) -> Place:
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Place(0, 0))

    def _line_column(self, offset: int) -> tuple[int, int]:
        return line_column(self._text, offset)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _peek(self, token: str) -> bool:
        return self._text.startswith(token, self._at)

    def _put(self, path: Path, key: int, value: int) -> None:
        self._places.setdefault(path, Place(key, value))

    def _scan(self) -> None:
        table: Path = ()
        while True:
            self._skip(_SPACE)
            if self._at >= len(self._text):
                return
            start = self._at
            if self._peek("["):
                table = self._header(start)
            else:
                self._pair(table)

    def _header(self, start: int) -> Path:
        many = self._peek("[[")
        self._at += 2 if many else 1
        keys = self._keys()
        self._at += 2 if many else 1
        path: Path = ()
        for index, (key, offset) in enumerate(keys):
            path = (*path, key)
            last = index == len(keys) - 1
            if last and many:
                self._put(path, start, start)
                number = self._lists.get(path, -1) + 1
                self._lists[path] = number
                path = (*path, number)
                self._put(path, start, start)
            elif path in self._lists:
                path = (*path, self._lists[path])
            else:
                self._put(path, offset, offset)
        return path

    def _keys(self) -> list[tuple[str, int]]:
        keys = []
        while True:
            self._skip(_BLANK)
            start = self._at
            if self._peek('"') or self._peek("'"):
                self._skip(_STRING)
                keys.append((self._text[start + 1 : self._at - 1], start))
            else:
                self._skip(_BARE)
                keys.append((self._text[start : self._at], start))
            self._skip(_BLANK)
            if not self._peek("."):
                return keys
            self._at += 1

    def _pair(self, table: Path) -> None:
        keys = self._keys()
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        path = table
        for key, offset in keys:
            path = (*path, key)
            self._put(path, offset, self._at)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._peek("["):
            self._sequence(path)
        elif self._peek("{"):
            self._inline(path)
        elif self._peek('"') or self._peek("'"):
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _sequence(self, path: Path) -> None:
        self._at += 1
        number = 0
        while True:
            self._skip(_SPACE)
            if self._peek("]"):
                self._at += 1
                return
            self._put((*path, number), self._at, self._at)
            self._value((*path, number))
            number += 1
            self._skip(_SPACE)
            if self._peek(","):
                self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_SPACE)
            if self._peek("}"):
                self._at += 1
                return
            self._pair(path)
            self._skip(_SPACE)
            if self._peek(","):
                self._at += 1


def line_column(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1
