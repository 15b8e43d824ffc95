"""Lists of licence keys as people bring them: a code a line, or CSV with the columns `code` and perhaps `sku`.

What stands where is found out from the first lines. Nothing here knows which codes or products there are; a line is
judged by itself. A code stands in no representation and in no problem: lines are named by their numbers.
Who takes them in: `services/key_uploads.py`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 100_000
LONGEST_CODE = 500
_DELIMITERS = "\t;,|"
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_CODE = frozenset({"code", "codes", "key", "keys"})
_SKU = "sku"


class Fault(StrEnum):
    """Why a line is not added. Stable; shown to people and scripts."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    TWICE_IN_FILE = "twice_in_file"
    KNOWN = "known"  # stored already, in whatever store
    NO_SKU = "no_sku"
    UNKNOWN_SKU = "unknown_sku"
    OTHER_SKU = "other_sku"  # than the one that was named for all
    NOT_DIGITAL = "not_digital"
    NO_PICTURE = "no_picture"


class Unreadable(ValueError):  # noqa: N818 - says what the list is
    """The list as a whole cannot be taken; the text says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """`sku` is empty where the line names none; `fault`: the code cannot be one."""

    number: int
    code: str = field(repr=False)
    sku: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class KeyList:
    """`delimiter` is empty for a plain list."""

    format: str  # text | csv
    delimiter: str
    lines: tuple[KeyLine, ...]


def decode(content: bytes) -> str:
    """UTF-8, or UTF-16 with its mark. Raises Unreadable for anything else, and for too much."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The list is larger than {MOST_BYTES // (1024 * 1024)} MB; bring it in parts.")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("The list is no text in UTF-8.") from None


def read(text: str) -> KeyList:
    """Empty lines at the end count for nothing. Raises Unreadable."""
    text = text.removeprefix("\ufeff").rstrip()
    if not text:
        raise Unreadable("The list is empty.")
    rows = _LINE_ENDS.split(text)  # other breaks are control characters of a code
    if len(rows) > MOST_LINES + 1:
        raise Unreadable(f"The list has more than {MOST_LINES} lines; bring it in parts.")
    delimiter, columns = _form_of(rows)
    if not delimiter:
        has_heading = rows[0].strip().lower() in _CODE
        found = [_line(number, row) for number, row in enumerate(rows, start=1) if number > 1 or not has_heading]
        return KeyList("text", "", tuple(found))
    return KeyList("csv", delimiter, tuple(_records(text, delimiter, columns)))


def _form_of(rows: list[str]) -> tuple[str, dict[str, int] | None]:
    """(delimiter, columns by name); no delimiter: a plain list; no columns: there is no heading."""
    first = next(row for row in rows if row.strip())
    for delimiter in _DELIMITERS:
        if delimiter not in first:
            continue
        columns = _columns(next(csv.reader([first], delimiter=delimiter)))
        if columns:
            return delimiter, columns
    for delimiter in _DELIMITERS:  # a heading may be missing; then each line is a code and its SKU
        if all(row.count(delimiter) == 1 for row in rows if row.strip()):
            return delimiter, None
    return "", None


def _columns(heading: list[str]) -> dict[str, int]:
    """Empty for what is no heading. Raises Unreadable for one without a column of codes."""
    names = [name.strip().lower() for name in heading]
    code = next((place for place, name in enumerate(names) if name in _CODE), None)
    if code is None and _SKU not in names:
        return {}
    if code is None:
        raise Unreadable("The list has a column sku and none that is called code or key.")
    return {"code": code} | ({_SKU: names.index(_SKU)} if _SKU in names else {})


def _records(text: str, delimiter: str, columns: dict[str, int] | None) -> Iterator[KeyLine]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    places = columns or {"code": 0, _SKU: 1}
    is_heading = columns is not None
    try:
        for record in reader:
            if is_heading:  # the first line that is not empty
                is_heading = not any(cell.strip() for cell in record)
                continue
            code = record[places["code"]] if places["code"] < len(record) else ""
            sku = record[places[_SKU]] if _SKU in places and places[_SKU] < len(record) else ""
            yield _line(reader.line_num, code, sku)
    except csv.Error:
        raise Unreadable(f"Line {reader.line_num} is no CSV; the lines before it can be brought alone.") from None


def _line(number: int, code: str, sku: str = "") -> KeyLine:
    code = code.strip()
    return KeyLine(number, code, sku.strip(), fault_of(code))


def fault_of(code: str) -> Fault | None:
    """Of a code without blanks around it."""
    if not code.replace("-", ""):
        return Fault.EMPTY
    if len(code) > LONGEST_CODE:
        return Fault.TOO_LONG
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for letter in code):
        return Fault.CONTROL_CHARACTERS
    return None
