"""Durations, sizes and shares as an operator writes them: "5m", "1h30m", "10 MiB", "30 %".

Parsing and writing are inverse for every value that a format function can produce. A refused text raises `UnitError`:
its text completes "must be ...", its `suggestion` is the nearest text that would be accepted, or "".
"""

import re
from datetime import timedelta
from decimal import Decimal

DURATION_PATTERN = r"^(\d+(\.\d+)?(ms|s|m|h|d|w) ?)*\d+(\.\d+)?(ms|s|m|h|d|w)$"
SIZE_PATTERN = r"^\d+(\.\d+)? ?(B|KB|MB|GB|KiB|MiB|GiB)$"
SHARE_PATTERN = r"^\d+(\.\d+)? ?%$"

_MICROSECONDS = {
    "w": 604_800_000_000,
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
}
_BYTES = {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10, "GB": 10**9, "MB": 10**6, "KB": 10**3, "B": 1}
_SPOKEN = {
    **dict.fromkeys(("millisecond", "milliseconds", "msec"), "ms"),
    **dict.fromkeys(("sec", "secs", "second", "seconds", "S"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "H"), "h"),
    **dict.fromkeys(("day", "days", "D"), "d"),
    **dict.fromkeys(("week", "weeks", "W"), "w"),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_LONGEST = Decimal(timedelta(days=36_500) / timedelta(microseconds=1))


class UnitError(ValueError):
    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parse_duration(text: str) -> timedelta:
    if not re.match(DURATION_PATTERN, text):
        raise UnitError("a duration, numbers with their units (ms, s, m, h, d, w)", _nearest_duration(text))
    total = sum(Decimal(number) * _MICROSECONDS[unit] for number, unit in _PART.findall(text))
    if total > _LONGEST:
        raise UnitError("a duration of at most 100 years")
    return timedelta(microseconds=int(total))


def format_duration(value: timedelta) -> str:
    """The largest units that say it exactly: 90 s stays "90s" up to two minutes, 5400 s is "1h30m"."""
    rest = value // timedelta(microseconds=1)
    if rest and rest % _MICROSECONDS["s"] == 0 and rest <= 120 * _MICROSECONDS["s"] and rest % _MICROSECONDS["m"]:
        return f"{rest // _MICROSECONDS['s']}s"
    text = ""
    for unit, length in _MICROSECONDS.items():
        count, rest = divmod(rest, length)
        if count and unit != "w":
            text += f"{count}{unit}"
        else:
            rest += count * length
    return text or "0s"


def _nearest_duration(text: str) -> str:
    parts = _PART.findall(text.strip())
    if not parts:
        return f"{text.strip()}s" if text.strip().isdigit() else ""
    guess = "".join(number + _SPOKEN.get(unit, _SPOKEN.get(unit.lower(), unit)) for number, unit in parts)
    return guess if guess != text and re.match(DURATION_PATTERN, guess) else ""


def parse_size(text: str) -> int:
    """Bytes. KB, MB, GB count in thousands; KiB, MiB, GiB in 1024."""
    if not re.match(SIZE_PATTERN, text):
        raise UnitError("a size, a number with its unit (B, KB, MB, GB, KiB, MiB, GiB)", _nearest_size(text))
    [(number, unit)] = _PART.findall(text)
    return int(Decimal(number) * _BYTES[unit])


def format_size(value: int) -> str:
    for unit in ("GiB", "GB", "MiB", "MB", "KiB", "KB"):
        if value and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]} {unit}"
    return f"{value} B"


def _nearest_size(text: str) -> str:
    parts = _PART.findall(text.strip())
    if len(parts) != 1:
        return f"{text.strip()} B" if text.strip().isdigit() else ""
    number, unit = parts[0]
    short = {"K": "KiB", "M": "MiB", "G": "GiB"}.get(unit.upper())
    known = {name.lower(): name for name in _BYTES}
    name = short or known.get(unit.lower())
    return f"{number} {name}" if name and f"{number} {name}" != text else ""


def parse_share(text: str) -> float:
    if not re.match(SHARE_PATTERN, text):
        suggestion = f"{text.strip()} %" if re.match(r"^\d+(\.\d+)?$", text.strip()) else ""
        raise UnitError("a share, a number with a percent sign", suggestion)
    return float(Decimal(text.rstrip("% ")) / 100)


def format_share(value: float) -> str:
    percent = (Decimal(str(value)) * 100).normalize()
    return f"{percent:f} %"
