"""What a reload would change, option by option, and whether the running process can take it up.

Stores are matched by code and channels by marketplace, so moving one in the file changes nothing.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from orion_daemon.config.options import Section, fields_of
from orion_daemon.config.settings import Settings

_NATURAL_KEYS = {"store": "code", "channel": "marketplace", "supplier": "name"}


class Change(msgspec.Struct, frozen=True):
    """`path` reads like `gateway.port` or `store.lux.channel.letzshop.enabled`; `live` needs no restart."""

    path: str
    kind: Literal["changed", "added", "removed"]
    live: bool


def diff(old: Settings, new: Settings) -> list[Change]:
    """All differences in the order of the sections; empty when the settings are equal."""
    return list(_sections(old, new, ""))


def _sections(old: Section, new: Section, prefix: str) -> Iterator[Change]:
    for field in fields_of(type(old)):
        before, after = getattr(old, field.name), getattr(new, field.name)
        path = f"{prefix}{field.key}"
        if before == after:
            continue
        if isinstance(before, Section):
            yield from _sections(before, after, f"{path}.")
        elif field.key in _NATURAL_KEYS:
            yield from _named(before, after, _NATURAL_KEYS[field.key], path)
        else:
            yield Change(path, "changed", field.option.live or field.key == "feed")


def _named(old: tuple[Any, ...], new: tuple[Any, ...], key: str, path: str) -> Iterator[Change]:
    before = {getattr(item, key): item for item in old}
    after = {getattr(item, key): item for item in new}
    for name in before.keys() - after.keys():
        yield Change(f"{path}.{name}", "removed", live=True)
    for name, item in after.items():
        if name not in before:
            yield Change(f"{path}.{name}", "added", live=True)
        else:
            yield from _sections(before[name], item, f"{path}.{name}.")
