"""The settings in force as TOML for a screen or a support mail, without a secret in it.

Sections hold no secrets by design; what an operator wrote into an address all the same (a password in a URL, a token in
a query) is masked here. The text is a valid orion.toml again.
"""

import re
from collections.abc import Iterator
from typing import Any

from orion_daemon.config.literals import toml
from orion_daemon.config.options import Section, fields_of
from orion_daemon.config.settings import Settings

MASK = "***"
_USER_INFO = re.compile(r"(?<=://)([^/@:?#]*):([^/?#]*)@")
_QUERY_VALUE = re.compile(r"([?&][^=&#]*=)[^&#]*")


def render(settings: Settings) -> str:
    return "\n".join(_table(settings, ())).strip() + "\n"


def masked(url: str) -> str:
    """A URL without password and without the values of its query."""
    return _QUERY_VALUE.sub(rf"\1{MASK}", _USER_INFO.sub(rf"\1:{MASK}@", url))


def _table(section: Section, path: tuple[str, ...]) -> Iterator[str]:
    nested: list[tuple[str, Any]] = []
    for field in fields_of(type(section)):
        value = getattr(section, field.name)
        if isinstance(value, Section) or (isinstance(value, tuple) and value and isinstance(value[0], Section)):
            nested.append((field.key, value))
        elif _is_said(value, field.default):
            shown = masked(value) if isinstance(value, str) and "://" in value else value
            yield f"{field.key} = {toml(shown, field.option)}"
    for key, value in nested:
        name = ".".join((*path, key))
        for item in value if isinstance(value, tuple) else (value,):
            yield ""
            yield f"[[{name}]]" if isinstance(value, tuple) else f"[{name}]"
            yield from _table(item, (*path, key))


def _is_said(value: Any, default: Any) -> bool:
    """Unset optional values have no spelling in TOML, and empty lists of tables need none."""
    return value is not None and not (value in ("", ()) and value == default)
