"""A list that leads in a circle is noticed; one that is long is not."""

from collections.abc import Iterable
from itertools import chain, cycle, islice

import pytest

from orion_daemon.connectors.errors import Malformed
from orion_daemon.connectors.paging import Mark, onward


def follow(way: Iterable[str]) -> None:
    mark = Mark()
    for token in way:
        mark = onward(mark, token, "a list")


@pytest.mark.parametrize("before", [0, 1, 7])
@pytest.mark.parametrize("length", [1, 2, 3, 10])
def test_a_circle_is_noticed_within_a_few_rounds(before: int, length: int) -> None:
    way = chain((f"way {n}" for n in range(before)), cycle(f"round {n}" for n in range(length)))
    with pytest.raises(Malformed) as caught:
        follow(islice(way, 4 * (before + length) + 4))
    assert caught.value.code == "paging_circle"


def test_a_long_list_is_none() -> None:
    follow(map(str, range(10_000)))
