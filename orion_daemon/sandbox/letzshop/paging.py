"""Pages of a list that goes on changing, and the ways in which a page can come wrong.

Cursors are opaque text. With `offset` a cursor counts from the start, as many real servers do: when orders arrive or
leave between two pages, the rest shifts and a client sees nodes twice or not at all. With `stable` a cursor names the
node it stands behind. A cursor also carries what a fault needs to stay consistent over the walk: `r`, this page is
delivered for the second time; `o`, the pages of this walk come in reverse order.
"""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from orion_daemon.sandbox.letzshop.execution import FieldFailure
from orion_daemon.sandbox.letzshop.state import Switches


@dataclass(frozen=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class Edge:
    node: Any
    cursor: str


@dataclass(frozen=True)
class Page:
    edges: list[Edge]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> list[Any]:
        return [edge.node for edge in self.edges]


def page(
    items: Sequence[Any],
    key: Callable[[Any], str],
    arguments: dict[str, Any],
    switches: Switches,
    shape: str | None = None,
    seed: int = 0,
) -> Page:
    """One page; `key` is a sortable text that no two items share. `first` beyond the cap is cut to the cap.

    Raises FieldFailure for a negative `first` and for a cursor that was not given out here.
    """
    first = arguments.get("first")
    if first is not None and first < 0:
        raise FieldFailure("`first` must not be negative", code="argument_error")
    size = min(first if first is not None else switches.page_size, switches.page_size)
    position, flags = _decode(arguments.get("after"))
    ordered, keys = _ordered(items, key, switches, seed)
    start = _start(position, keys)
    if shape == "pages_out_of_order" and not position:
        flags += "o"
    repeats = shape == "repeat_page" and "r" not in flags
    flags = flags.replace("r", "")
    shown = start
    if "o" in flags and size:
        pages = -(-len(ordered) // size)
        shown = max(0, (pages - 1 - start // size) * size)
    found = ordered[shown : shown + size]
    stable = switches.cursors == "stable" and "o" not in flags
    cursors = [f"@{k}" if stable else str(shown + i + 1) for i, k in enumerate(keys[shown : shown + size])]
    edges = [Edge(node, _encode(cursor, flags)) for node, cursor in zip(found, cursors, strict=True)]
    following = cursors[-1] if stable and cursors else str(start + len(ordered[start : start + size]))
    more = start + size < len(ordered)
    end = _encode(following, flags) if edges else None
    if repeats:
        more, end = True, _encode(position or "0", flags + "r")
    if shape == "repeat_order" and edges:
        edges.append(edges[0])
    return Page(edges, PageInfo(more, start > 0, edges[0].cursor if edges else None, end), len(ordered))


def _ordered(
    items: Sequence[Any], key: Callable[[Any], str], switches: Switches, seed: int
) -> tuple[list[Any], list[str]]:
    if switches.listing == "shuffled":
        pairs = sorted(
            ((blake2b(f"{seed}{key(i)}".encode(), digest_size=8).hexdigest() + key(i), i) for i in items), key=_first
        )
        return [item for _, item in pairs], [k for k, _ in pairs]
    ordered = sorted(items, key=key, reverse=switches.listing == "newest_first")
    return ordered, [key(item) for item in ordered]


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]


def _start(position: str, keys: list[str]) -> int:
    if not position.startswith("@"):
        return int(position or 0)
    name = position[1:]
    if len(keys) > 1 and keys[0] > keys[-1]:
        descending = [_Reversed(k) for k in keys]
        return bisect_right(descending, _Reversed(name))
    if len(keys) == 1:
        return 1 if keys[0] == name else 0
    return bisect_right(keys, name)


class _Reversed(str):
    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def _encode(position: str, flags: str) -> str:
    return base64.urlsafe_b64encode(f"{position}|{flags}".rstrip("|").encode()).decode().rstrip("=")


def _decode(cursor: str | None) -> tuple[str, str]:
    if not cursor:
        return "", ""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise FieldFailure(f"Invalid cursor: {cursor!r}", code="argument_error") from error
    position, _, flags = text.partition("|")
    if not (position.startswith("@") or position.isdigit()):
        raise FieldFailure(f"Invalid cursor: {cursor!r}", code="argument_error")
    return position, flags
