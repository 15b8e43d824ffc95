from datetime import UTC, datetime

from orion_daemon.jobs.lanes import LARGEST_CLAIM, LONGEST_STOCK, SHORT_STOCK, Lane, LaneShare
from orion_daemon.jobs.mailbox import Job

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def jobs(number: int) -> list[Job]:
    return [
        Job(n, "Plain", "main", "demo:letzshop", None, None, "{}", None, 50, 0, 0, 1, 1, NOW, NOW, "", "")
        for n in range(number)
    ]


def use_up(lane: Lane, seconds: float) -> None:
    """Claim all there is room for and run it within `seconds`."""
    lane.hungry = True
    asked = lane.room
    lane.fill(jobs(asked), asked, 0.0)
    lane.stock.clear()
    lane.emptied(seconds)


def test_a_lane_begins_by_claiming_what_it_may_run() -> None:
    assert Lane("main", LaneShare(concurrency=3)).room == 3


def test_jobs_that_take_no_time_are_claimed_in_ever_larger_numbers() -> None:
    lane = Lane("main", LaneShare())
    widths = []
    for _ in range(6):
        use_up(lane, SHORT_STOCK / 2)
        widths.append(lane.width)
    assert widths == [4, 16, 64, LARGEST_CLAIM, LARGEST_CLAIM, LARGEST_CLAIM]


def test_slow_jobs_bring_it_back_to_what_it_may_run() -> None:
    lane = Lane("main", LaneShare(concurrency=2))
    for _ in range(4):
        use_up(lane, SHORT_STOCK / 2)
    for _ in range(10):
        use_up(lane, LONGEST_STOCK * 2)
    assert lane.width == 2


def test_a_short_claim_says_that_the_table_is_empty_unless_a_nudge_came_meanwhile() -> None:
    lane = Lane("main", LaneShare(concurrency=4))
    lane.hungry = False
    lane.fill(jobs(1), 4, 0.0)
    assert lane.room == 0
    lane.hungry = True
    lane.fill(jobs(1), 3, 0.0)
    assert lane.room == 2


def test_a_stock_that_lasts_too_long_is_noticed_only_where_something_could_overtake_it() -> None:
    lane = Lane("main", LaneShare())
    lane.fill(jobs(5), 5, 0.0)
    assert not lane.overstays(LONGEST_STOCK)
    assert lane.overstays(LONGEST_STOCK * 10)
    lane.stock.clear()
    assert not lane.overstays(LONGEST_STOCK * 10)
