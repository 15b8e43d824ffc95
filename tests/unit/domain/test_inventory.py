"""The arithmetic of stock: what may be published, and pieces that end exactly once."""

from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.inventory import Book, Level, StockPolicy, publishable, quantity_to_send

COUNT = st.integers(0, 60)


@given(COUNT, COUNT, COUNT, COUNT)
def test_never_more_is_published_than_is_free_beyond_the_buffer(
    on_hand: int, reserved: int, safety_stock: int, threshold: int
) -> None:
    quantity = publishable(on_hand, reserved, safety_stock=safety_stock, threshold=threshold)
    free = on_hand - reserved - safety_stock
    assert quantity == (free if free > threshold else 0)
    assert 0 <= quantity <= max(0, on_hand - reserved)


@given(COUNT, COUNT, st.builds(StockPolicy, COUNT, COUNT, st.booleans()), st.none() | COUNT)
def test_a_zero_is_sent_or_not_sent_and_never_replaced(
    on_hand: int, reserved: int, policy: StockPolicy, own: int | None
) -> None:
    quantity = quantity_to_send(on_hand, reserved, policy, own)
    buffer = policy.safety_stock if own is None else own
    plain = publishable(on_hand, reserved, safety_stock=buffer, threshold=policy.threshold)
    if plain:
        assert quantity == plain
    else:
        assert quantity == (0 if policy.sync_zero_stock else None)


def book(*on_hand: int) -> Book:
    return Book([Level(number, 1, f"place{number}", count, 0) for number, count in enumerate(on_hand)])


def test_a_line_is_held_whole_or_not_at_all() -> None:
    page = book(5)
    assert page.settle(1, 1, 3).state == "reserved"
    assert page.settle(2, 1, 3).state == "short"
    assert page.settle(3, 1, 2).state == "reserved"
    assert (page.levels[1][0].reserved, len(page.movements)) == (5, 2)


def test_settling_again_changes_nothing() -> None:
    page = book(5)
    for _ in range(3):
        page.settle(1, 1, 3)
    assert len(page.movements) == 1


def test_one_location_is_preferred_and_several_are_taken_where_none_suffices() -> None:
    page = book(2, 5, 1)
    page.settle(1, 1, 4)
    page.settle(2, 1, 4)
    assert [level.reserved for level in page.levels[1]] == [2, 5, 1]
    assert [(one.level.id, one.quantity) for one in page.held[1]] == [(1, 4)]


def test_pieces_that_leave_come_out_of_what_is_held_then_out_of_what_is_free() -> None:
    page = book(5)
    page.settle(1, 1, 2)
    settled = page.settle(1, 1, 0, deduct=4, state="reserved")
    assert (settled.state, settled.missing) == ("deducted", 0)
    assert (page.levels[1][0].on_hand, page.levels[1][0].reserved) == (1, 0)
    assert page.settle(2, 1, 0, deduct=3).missing == 2


def test_what_was_lost_is_missing_when_it_should_leave() -> None:
    page = book(5)
    page.settle(1, 1, 3)
    page.adjust(page.levels[1][0], -4, "adjust")
    settled = page.settle(1, 1, 0, deduct=3, state="reserved")
    assert (settled.missing, page.levels[1][0].on_hand, page.levels[1][0].reserved) == (2, 0, 0)


def test_a_product_without_a_level_is_sold_without_stock() -> None:
    page = book(5)
    assert (page.settle(1, 2, 3).state, page.is_tracked(2), page.is_tracked(1), page.is_tracked(None)) == (
        "none", False, True, False,
    )  # fmt: skip


def test_only_more_free_pieces_than_before_count_as_freed() -> None:
    page = Book([Level(1, 1, "main", 5, 5), Level(2, 2, "main", 5, 0)])
    page.settle(9, 2, 3)
    assert page.freed() == []
    page.adjust(page.levels[1][0], 1, "adjust")
    assert page.freed() == [1]


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 6), st.integers(0, 4)), max_size=25),
)
def test_whatever_is_asked_the_books_add_up(stock: list[int], wishes: list[tuple[int, int, int]]) -> None:
    page = book(*stock)
    for line, need, deduct in wishes:
        before = {level.id: level.reserved for level in page.levels[1]}
        page.settle(line, 1, need, deduct=deduct, state="reserved")
        for level in page.levels[1]:
            assert level.on_hand >= 0
            assert level.reserved >= 0
            assert level.reserved <= max(level.on_hand, before[level.id])
            mine = [one for one in page.movements if one.level is level]
            assert level.on_hand == level.on_hand_before + sum(one.on_hand_delta for one in mine)
            assert level.reserved == sum(one.reserved_delta for one in mine)
            held = [one for lines in page.held.values() for one in lines if one.level is level]
            assert level.reserved == sum(one.open for one in held)
            assert all(one.open >= 0 for one in held)
