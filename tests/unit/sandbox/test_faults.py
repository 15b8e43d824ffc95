"""Rules fire for what they name, as often and as likely as they say, and the same seed fires alike."""

import pytest

from orion_daemon.sandbox.faults import KINDS, BadRuleError, Faults


def fired(faults, times, labels=("shipments", "query"), key="k"):
    return [faults.draw("letzshop", labels, key) is not None for _ in range(times)]


def test_a_rule_fires_as_often_as_it_counts_after_it_skipped():
    faults = Faults()
    faults.add({"kind": "drop", "count": 2, "skip": 1})
    assert fired(faults, 5) == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("rule", "fires"),
    [
        ({"operation": "shipments"}, True),
        ({"operation": "query"}, True),
        ({"operation": "mutation"}, False),
        ({"operation": "orders"}, False),
        ({"key": "k"}, True),
        ({"key": "other"}, False),
        ({"marketplace": "amazon"}, False),
        ({"probability": 0}, False),
    ],
)
def test_a_rule_fires_only_for_what_it_names(rule, fires):
    faults = Faults()
    faults.add({"kind": "status", **rule})
    assert fired(faults, 1) == [fires]


def test_the_same_seed_draws_the_same_and_the_share_is_near_the_probability():
    def draws(seed):
        faults = Faults()
        faults.add({"kind": "status", "probability": 0.3, "seed": seed})
        return fired(faults, 1000)

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)
    assert 230 < sum(draws(7)) < 370


def test_the_first_rule_that_fires_wins_and_a_cleared_one_is_gone():
    faults = Faults()
    faults.add({"kind": "drop", "id": "a"})
    faults.add({"kind": "html", "id": "b"})
    assert faults.draw("letzshop", ("x",), None).id == "a"
    assert faults.clear("a") == 1
    assert faults.draw("letzshop", ("x",), None).id == "b"
    assert faults.clear() == 1
    assert faults.draw("letzshop", ("x",), None) is None


def test_the_same_id_replaces_a_rule():
    faults = Faults()
    faults.add({"kind": "drop", "id": "a"})
    faults.add({"kind": "html", "id": "a"})
    assert [rule.kind for rule in faults.rules] == ["html"]


@pytest.mark.parametrize(
    "rule", [{"kind": "earthquake"}, {}, {"kind": "drop", "probability": 2}, {"kind": "drop", "when": "x"}]
)
def test_a_rule_without_sense_is_refused_with_a_reason(rule):
    with pytest.raises(BadRuleError):
        Faults().add(rule)


def test_unknown_fields_of_a_rule_are_parameters_of_its_kind():
    rule = Faults().add({"kind": "rate_limited", "retry_after": 9})
    assert rule.params == {"retry_after": 9}
    assert rule.kind in KINDS
