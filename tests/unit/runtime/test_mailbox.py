import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.runtime.mailbox import LaneSpec, Mailbox, MailboxFull, UnknownLane

SPECS = (LaneSpec("urgent", capacity=2), LaneSpec("bulk", capacity=3, order="priority"))


def test_lanes_are_independent_and_keep_their_order():
    box = Mailbox(SPECS)
    for item in ("a", "b"):
        box.put("urgent", item)
    for item, priority in (("late", 9), ("soon", 1), ("soon too", 1)):
        box.put("bulk", item, priority=priority)
    assert [box.take("urgent"), box.take("urgent")] == ["a", "b"]
    assert [box.take("bulk") for _ in range(3)] == ["soon", "soon too", "late"]
    assert len(box) == 0


def test_a_full_lane_refuses_as_the_caller_prefers_and_the_other_does_not_care():
    box = Mailbox(SPECS)
    assert box.offer("urgent", 1)
    assert box.offer("urgent", 2)
    assert not box.offer("urgent", 3)
    with pytest.raises(MailboxFull, match="urgent"):
        box.put("urgent", 3)
    assert box.offer("bulk", 1)


@pytest.mark.parametrize("lane", ["urgent", "bulk"])
def test_a_nudge_whose_key_is_queued_is_merged_until_that_one_is_taken(lane):
    box = Mailbox(SPECS)
    assert box.offer(lane, "first", key="sku-1")
    assert box.offer(lane, "again", key="sku-1")
    assert len(box[lane]) == 1
    assert box.take(lane) == "first"
    assert box.offer(lane, "new", key="sku-1")
    assert list(box[lane]) == ["new"]


def test_a_merged_nudge_is_taken_even_when_the_lane_is_full_and_a_refused_key_is_not_remembered():
    box = Mailbox(SPECS)
    box.put("urgent", 1, key="a")
    box.put("urgent", 2, key="b")
    assert box.offer("urgent", 1, key="a")
    assert not box.offer("urgent", 3, key="c")
    box.take("urgent")
    assert box.offer("urgent", 3, key="c")
    assert [box.take("urgent"), box.take("urgent")] == [2, 3]


def test_clearing_returns_all_and_frees_the_keys():
    box = Mailbox(SPECS)
    box.put("bulk", "x", key=1, priority=5)
    box.put("bulk", "y", priority=1)
    assert box["bulk"].clear() == ["y", "x"]
    assert box.offer("bulk", "z", key=1)
    assert len(box) == 1


def test_an_unknown_lane_is_named_with_those_there_are():
    with pytest.raises(UnknownLane, match="urgent, bulk"):
        Mailbox(SPECS).offer("slow", 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 4)), st.booleans())))
def test_no_item_is_lost_or_doubled_and_the_bound_holds(steps):
    box = Mailbox([LaneSpec("x", capacity=5, order="priority")])
    expected: list[tuple[int, int]] = []
    queued_keys: dict[int, object] = {}
    for number, (priority, key, take) in enumerate(steps):
        if take and expected:
            best = min(expected)
            expected.remove(best)
            assert box.take("x") == best[1]
            queued_keys = {k: v for k, v in queued_keys.items() if v != best[1]}
        else:
            taken = box.offer("x", number, key, priority)
            if key is not None and key in queued_keys:
                assert taken
            elif len(expected) < 5:
                assert taken
                expected.append((priority, number))
                if key is not None:
                    queued_keys[key] = number
            else:
                assert not taken
        assert len(box) == len(expected) <= 5
