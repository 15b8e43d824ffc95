"""Walks through long lists: page tokens that keep filters and upper bound, die after a day, and may be told to lie.

A token is opaque to the client and remembered here: who asks with other filters than the walk began with is refused.
Pages go on after the last key told, so that a change elsewhere shifts nothing; with `paging` set to `offset` they go on
by count and shift. The faults `repeat_page`, `repeat_order` and `pages_out_of_order` are built in here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.records import PageToken

Item = TypeVar("Item")


@dataclass
class Walk(Generic[Item]):
    """One page; `until` is the upper bound of the whole walk, `total` how many there are to be told now."""

    items: list[Item]
    next_token: str | None
    until: datetime
    total: int


def page(
    call: Call,
    parameter: str,
    until: datetime,
    size: int,
    source: Callable[[datetime], Sequence[Item]],
    key: Callable[[Item], tuple[str, ...]],
    most: int | None = None,
    *,
    descending: bool = False,
) -> Walk[Item]:
    """The page that the query's `parameter` asks for; `most` is where the list ends for everyone. Raises Refused."""
    token, name = _token(call, parameter), call.query.get(parameter)
    upper = token.until if token else until
    everything = sorted(source(upper), key=key, reverse=descending)
    reachable = everything[:most]
    repeats = call.shape == "repeat_page" and token is not None
    after = token.after if token is not None and not repeats else token.before if token is not None else []
    if call.world.settings.paging == "offset" and token is not None:
        start = max(0, token.offset - size) if repeats else token.offset
    else:
        begins = (i for i, item in enumerate(reachable) if not after or _follows(list(key(item)), after, descending))
        start = next(begins, len(reachable))
    items = list(reachable[start : start + size])
    if call.shape == "pages_out_of_order":
        items.reverse()
    more = start + size < len(reachable)
    following = name if repeats else _remember(call, upper, reachable, start, size, key, parameter) if more else None
    if call.shape == "repeat_order" and items:
        items.append(items[0])
    return Walk(items, following, upper, len(everything))


def _follows(key: list[str], after: list[str], descending: bool) -> bool:
    return key < after if descending else key > after


def _remember(
    call: Call,
    upper: datetime,
    items: Sequence[Item],
    start: int,
    size: int,
    key: Callable[[Item], tuple[str, ...]],
    parameter: str,
) -> str:
    world, now = call.world, call.market.now()
    world.pages = {name: token for name, token in world.pages.items() if token.ends_at > now}
    value = world.opaque(32)
    world.pages[value] = PageToken(
        call.operation,
        _filters(call, parameter),
        upper,
        after=list(key(items[start + size - 1])),
        before=list(key(items[start - 1])) if start else [],
        offset=start + size,
        ends_at=call.market.later(world.settings.page_token_life),
    )
    return value


def _token(call: Call, parameter: str) -> PageToken | None:
    value = call.query.get(parameter)
    if not value:
        return None
    token = call.world.pages.get(value)
    if token is None or token.operation != call.operation or token.ends_at <= call.market.now():
        raise call.invalid(f"{parameter} is invalid or has expired.")
    if token.filters != _filters(call, parameter):
        raise call.invalid(f"{parameter} must be used with the parameters of the first request.")
    return token


def _filters(call: Call, parameter: str) -> str:
    said: list[Any] = sorted((name, value) for name, value in call.query.items() if name != parameter)
    return sha256(repr((call.seller.id, call.path, said)).encode()).hexdigest()
