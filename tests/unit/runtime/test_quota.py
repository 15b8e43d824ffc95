import pytest

from orion_daemon.runtime.quota import Bucket, Quota


@pytest.mark.parametrize("bad", [(0, 1, 1), (-1, 1, 1), (1, 0, 1), (1, 1, 0), (float("inf"), 1, 1)])
def test_a_quota_that_says_nothing_is_refused(bad):
    with pytest.raises(ValueError, match="quota"):
        Quota(*bad)


def test_a_window_that_lets_nothing_through_is_refused():
    with pytest.raises(ValueError, match="pause the account"):
        Quota.window(0, 60)
    with pytest.raises(ValueError, match="does not fit"):
        Quota.window(5, 60, burst=6)


def test_a_window_pays_for_its_burst_by_a_lower_steady_rate():
    quota = Quota.window(100, 1.0)
    assert quota.burst == 5
    assert quota.rate == 96
    assert Quota.window(5, 1.0) == Quota(5.0, 1, 1.0)


def test_a_larger_rate_keeps_what_is_spent_in_grants():
    bucket = Bucket(Quota(1.0))
    bucket.take(0)
    assert bucket.ready == pytest.approx(1.0)
    bucket.resize(2.0, 0.5)  # half a grant is owed still
    assert bucket.ready == pytest.approx(0.75)


def test_a_saved_moment_from_a_wrong_clock_counts_as_a_full_bucket_at_most():
    bucket = Bucket(Quota(0.1, burst=3))
    bucket.restore(spent=10_000.0, blocked=-1.0, now=100.0)
    assert bucket.ready == pytest.approx(110.0)


def test_what_is_left_are_the_grants_that_may_pass_at_once():
    bucket = Bucket(Quota(0.1, burst=3))
    assert bucket.left(0.0) == 3
    for left in (2, 1, 0):
        bucket.take(0.0)
        assert bucket.left(0.0) == left
    assert (bucket.left(9.0), bucket.left(10.1), bucket.left(1000.0)) == (0, 1, 3)
    bucket.block(2000.0)
    assert (bucket.left(1999.0), bucket.left(2000.1)) == (0, 1)
