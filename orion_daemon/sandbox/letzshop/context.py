"""What a resolver is given: the shop, whose key asks, and the fault that shapes this one answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from graphql import Undefined

from orion_daemon.sandbox.letzshop import paging
from orion_daemon.sandbox.letzshop.state import Shop, Switches, World

_LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


@dataclass
class Context:
    shop: Shop
    vendors: set[str]
    shape: str | None = None
    nodes: int = 0

    @property
    def world(self) -> World:
        return self.shop.world

    def page(self, items: Sequence[Any], key: Callable[[Any], str], arguments: dict[str, Any]) -> paging.Page:
        found = paging.page(items, key, arguments, self.world.switches, self.shape, self.world.seed)
        self.nodes += len(found.edges)
        return found


def money_scalar(switches: Switches) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Out as text or number by the switch; in as it came."""
    if switches.money == "number":
        return float, str
    return str, str


def moment_scalar() -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Out in the time of Luxembourg with its offset; in as a time, or as an object of bounds."""
    return (lambda value: value.astimezone(_LUXEMBOURG).isoformat()), moments


def moments(value: Any) -> dict[str, datetime]:
    """`"2026-01-01T00:00:00Z"` or `{"gte": ..., "lt": ...}` as bounds. Raises ValueError for anything else."""
    bounds = value if isinstance(value, dict) else {"gte": value}
    if set(bounds) - {"gte", "gt", "lte", "lt"}:
        raise ValueError(f"a time is compared by gte, gt, lte and lt, not by {', '.join(bounds)}")
    return {name: _moment(text) for name, text in bounds.items() if text is not None}


def _moment(text: Any) -> datetime:
    if text is Undefined:  # validation of a literal with a variable inside: its value is not known yet
        return datetime.min.replace(tzinfo=UTC)
    if isinstance(text, dict):  # such a variable, declared as DateTime and so read already
        return _moment(text.get("gte"))
    found = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
