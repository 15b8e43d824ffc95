"""Values as text: for messages, for the shipped orion.toml and for the screen."""

import json
from datetime import timedelta
from typing import Any

from orion_daemon.config import units
from orion_daemon.config.options import Option


def plain(value: Any, option: Option) -> str:
    """A value as it is written in the file, units included, without quotes."""
    if isinstance(value, timedelta):
        return units.format_duration(value)
    if option.unit == "size":
        return units.format_size(value)
    if option.unit == "share":
        return units.format_share(value)
    return str(value)


def toml(value: Any, option: Option) -> str:
    """A value as TOML; the walker reads it back to the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(toml(item, option) for item in value)}]"
    if isinstance(value, int | float) and not option.unit:
        return str(value)
    return json.dumps(plain(value, option), ensure_ascii=False)


def show(raw: Any) -> str:
    """A raw value of the file as a message quotes it, cut to a readable length."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "a table"
    if isinstance(raw, list):
        return "a list"
    text = f'"{raw}"' if isinstance(raw, str) else str(raw)
    return text if len(text) <= 60 else f"{text[:56]}…" + ('"' if isinstance(raw, str) else "")
