"""Walking pages: every node once in peace, shifted by arrivals, doubled and reordered by faults."""

import pytest

from orion_daemon.sandbox.letzshop.execution import FieldFailure
from orion_daemon.sandbox.letzshop.paging import page
from orion_daemon.sandbox.letzshop.state import Switches

LISTINGS = ["newest_first", "oldest_first", "shuffled"]


def walk(items, switches, shape=None, first=3, between=lambda _: None):
    pages, after = [], None
    while True:
        found = page(items, str, {"first": first, "after": after}, switches, shape, seed=5)
        pages.append(found.nodes)
        if not found.page_info.has_next_page:
            return pages
        after = found.page_info.end_cursor
        between(pages)
        assert len(pages) < 50, "the walk does not end"


def names(count):
    return [f"n{i:03}" for i in range(count)]


@pytest.mark.parametrize("cursors", ["offset", "stable"])
@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
def test_a_walk_in_peace_shows_every_node_once(listing, cursors, count):
    pages = walk(names(count), Switches(listing=listing, cursors=cursors))
    flat = [node for found in pages for node in found]
    assert sorted(flat) == names(count)
    if listing != "shuffled":
        assert flat == sorted(flat, reverse=listing == "newest_first")


def test_with_offset_cursors_an_arrival_shows_a_node_twice():
    items = names(6)

    def arrive(pages):
        if len(pages) == 1:
            items.append("n999")

    flat = [node for found in walk(items, Switches(), between=arrive) for node in found]
    assert flat == ["n005", "n004", "n003", "n003", "n002", "n001", "n000"]


def test_with_offset_cursors_a_departure_hides_a_node():
    items = names(6)

    def leave(pages):
        if len(pages) == 1:
            items.remove("n005")

    flat = [node for found in walk(items, Switches(), between=leave) for node in found]
    assert "n002" not in flat


@pytest.mark.parametrize("listing", ["newest_first", "oldest_first"])
def test_with_stable_cursors_neither_happens(listing):
    items = names(6)

    def change(pages):
        if len(pages) == 1:
            items.append("n999")
            items.remove(pages[0][-1])

    pages = walk(items, Switches(cursors="stable", listing=listing), between=change)
    flat = [node for found in pages for node in found]
    assert len(flat) == len(set(flat))
    assert set(names(6)) <= set(flat)


@pytest.mark.parametrize("cursors", ["offset", "stable"])
@pytest.mark.parametrize("count", [1, 3, 7])
def test_repeated_pages_come_exactly_twice_each_and_the_walk_ends(cursors, count):
    switches = Switches(cursors=cursors)
    plain = walk(names(count), switches)
    assert walk(names(count), switches, "repeat_page") == [found for found in plain for _ in range(2)]


def test_pages_out_of_order_are_the_same_pages_reversed():
    plain = walk(names(8), Switches())
    items, after, seen = names(8), None, []
    while True:
        shape = "pages_out_of_order" if after is None else None
        found = page(items, str, {"first": 3, "after": after}, Switches(), shape)
        seen.append(found.nodes)
        if not found.page_info.has_next_page:
            break
        after = found.page_info.end_cursor
    assert seen == plain[::-1]


def test_a_repeated_order_stands_twice_on_its_page():
    found = page(names(3), str, {}, Switches(), "repeat_order")
    assert found.nodes == ["n002", "n001", "n000", "n002"]


def test_more_than_the_cap_is_cut_to_the_cap():
    found = page(names(9), str, {"first": 500}, Switches(page_size=4))
    assert len(found.nodes) == 4
    assert found.page_info.has_next_page
    assert found.total_count == 9


def test_the_first_cursor_of_an_offset_list_is_the_base64_of_its_position():
    assert page(names(5), str, {"first": 2}, Switches()).page_info.end_cursor == "Mg"


@pytest.mark.parametrize("cursor", ["%%%", "bm9wZQ", "x"])
def test_a_cursor_from_elsewhere_is_an_error(cursor):
    with pytest.raises(FieldFailure, match="Invalid cursor"):
        page(names(5), str, {"after": cursor}, Switches())


def test_a_negative_first_is_an_error():
    with pytest.raises(FieldFailure):
        page(names(5), str, {"first": -1}, Switches())
