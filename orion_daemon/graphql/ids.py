"""Global ids: base64 of `Type:number`, as Relay has them. Opaque to clients, checked for their type here."""

import base64
import binascii
import re

from strawberry import ID

from orion_daemon.services.errors import NotFound

_PLAIN = re.compile(r"([A-Z][A-Za-z]{1,40}):([1-9]\d{0,18})\Z", re.ASCII)
_LARGEST = 2**63 - 1


def global_id(type_name: str, number: int) -> ID:
    return ID(base64.b64encode(f"{type_name}:{number}".encode()).decode())


def parse(text: str) -> tuple[str, int] | None:
    """(type name, number); None for anything that is not such an id."""
    try:
        match = _PLAIN.match(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError):
        return None
    if match is None or int(match[2]) > _LARGEST:
        return None
    return match[1], int(match[2])


def number(text: str, type_name: str, field: str) -> int:
    """The number of an id of this type. Raises NotFound, also for ids of another type."""
    found = parse(text)
    if found is None or found[0] != type_name:
        raise NotFound(f"{type_name} with this id", field)
    return found[1]
