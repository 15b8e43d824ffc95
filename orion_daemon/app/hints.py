"""How the gateway, which knows no supplier, reads what one sends: a reader each, refusals in words that it knows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from orion_daemon.connectors import registry
from orion_daemon.connectors.errors import Malformed, Rejected
from orion_daemon.domain.hints import Hint, HintRefused, ReadHint


def readers() -> dict[str, ReadHint]:
    """By the supplier's name, for those that send messages by themselves."""
    return {entry.name: partial(_read, entry) for entry in registry.SUPPLIERS.values() if entry.read_hint is not None}


def _read(supplier: registry.Supplier, body: bytes, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Hint:
    assert supplier.read_hint is not None  # noqa: S101 - `readers` leaves the others out
    try:
        return supplier.read_hint(body, settings, secrets)
    except Rejected as error:
        raise HintRefused(error.code, error.message, is_signed=False) from None  # its cause may hold the body
    except Malformed as error:
        raise HintRefused(error.code, error.message, is_signed=True) from None
