import json
from datetime import UTC, datetime, timedelta

import pytest

from orion_daemon.observability.health import (
    Health,
    IntegrationFacts,
    Trouble,
    as_json,
    integration,
    integrations,
    without_details,
)

NOW = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


def minutes(count):
    return NOW - timedelta(minutes=count)


def facts(**known):
    well = {"since": minutes(600), "last_order_import": minutes(3), "last_inventory_sync": minutes(10)}
    return IntegrationFacts(**{"store": "lux", "marketplace": "letzshop", **well, **known})


class Clock:
    now = NOW

    def __call__(self):
        return self.now


def test_a_process_is_ready_when_all_its_checks_are():
    health = Health(Clock())
    trouble = {"database": "", "migrations": ""}
    for name in ("database", "migrations"):
        health.add("readiness", name, lambda name=name: trouble[name])
    assert (health.readiness().ok, health.readiness().http_status) == (True, 200)
    trouble["migrations"] = "2 are waiting, run `orion migrate`"
    report = health.readiness()
    assert (report.ok, report.http_status) == (False, 503)
    assert [(check.name, check.ok) for check in report.checks] == [("database", True), ("migrations", False)]
    assert report.checks[1].detail == "2 are waiting, run `orion migrate`"


def test_being_alive_does_not_depend_on_being_ready():
    health = Health(Clock())
    health.add("readiness", "database", lambda: "gone")
    assert health.liveness().ok
    assert not health.readiness().ok


def test_a_check_tells_since_when_it_says_so():
    clock, trouble = Clock(), [""]
    health = Health(clock)
    health.add("liveness", "loop", lambda: trouble[0])
    health.liveness()
    clock.now = NOW + timedelta(minutes=1)
    assert health.liveness().checks[0].since == NOW
    trouble[0] = "blocked for 3 s"
    assert health.liveness().checks[0].since == clock.now
    clock.now = NOW + timedelta(minutes=2)
    trouble[0] = "blocked for 63 s"
    assert health.liveness().checks[0].since == NOW + timedelta(minutes=1)


def test_a_probe_that_raises_has_failed_and_tells_no_secret():
    def probe():
        raise ConnectionError("postgres://orion:s3cret@db refused")

    health = Health(Clock())
    health.add("readiness", "database", probe)
    [check] = health.readiness().checks
    assert not check.ok
    assert check.detail.startswith("ConnectionError")
    assert "s3cret" not in check.detail


def test_a_name_is_given_once():
    health = Health(Clock())
    health.add("liveness", "loop", str)
    health.add("readiness", "loop", str)
    with pytest.raises(ValueError, match="loop already"):
        health.add("liveness", "loop", str)


@pytest.mark.parametrize(
    ("known", "status", "reason"),
    [
        ({}, "ok", ""),
        ({"last_order_import": minutes(15)}, "ok", ""),
        ({"last_order_import": minutes(16)}, "degraded", "no completed order poll for 16 min, more than 15 min"),
        ({"last_order_import": minutes(61)}, "failing", "no completed order poll for 61 min, more than 15 min"),
        ({"last_inventory_sync": minutes(31)}, "degraded", "no completed stock sync for 31 min, more than 30 min"),
        ({"fulfillment_queue_depth": 100}, "ok", ""),
        (
            {"fulfillment_queue_depth": 101},
            "degraded",
            "answers and shipments waiting to be sent 101, more than 100",
        ),
        ({"sync_error_rate": 0.05}, "ok", ""),
        ({"sync_error_rate": 0.06}, "degraded", "share of failed syncs 6%, more than 5%"),
        ({"sync_error_rate": 0.6}, "failing", "share of failed syncs 60%, more than 5%"),
        ({"digital_fulfillment_success_rate": 0.95}, "ok", ""),
        ({"digital_fulfillment_success_rate": 0.9}, "degraded", "share of delivered keys 90%, less than 95%"),
        ({"stopped": Trouble("refused", "the key was refused", "no")}, "failing", "the key was refused"),
        ({"warning": Trouble("failed", "the last run failed", "oops")}, "degraded", "the last run failed"),
        ({"last_order_import": None}, "failing", "no completed order poll for 600 min, more than 15 min"),
        ({"since": minutes(2), "last_order_import": None, "last_inventory_sync": None}, "unknown", ""),
        ({"since": minutes(2), "last_order_import": None}, "ok", ""),
        ({"enabled": False, "stopped": Trouble("x", "y", "z"), "last_order_import": minutes(999)}, "unknown", ""),
    ],
)
def test_a_channel_is_judged_by_the_thresholds(known, status, reason):
    found = integration(facts(**known), NOW)
    assert (found.status, found.reasons) == (status, (reason,) if reason else ())


def test_the_worst_enabled_channel_speaks_for_all():
    ok, slow = facts(), facts(marketplace="ebay", last_order_import=minutes(20))
    dead, off = facts(store="metz", stopped=Trouble("refused", "key refused")), facts(enabled=False)
    assert integrations([ok, off], NOW).status == "ok"
    assert integrations([ok, slow], NOW).status == "degraded"
    assert integrations([ok, slow, dead], NOW).status == "failing"
    assert integrations([], NOW).status == "unknown"
    assert integrations([off], NOW).status == "unknown"


def test_the_document_is_plain_json_with_numbers_and_reasons():
    document = json.loads(as_json(integrations([facts(sync_error_rate=0.2)], NOW)))
    assert document["checked_at"] == "2026-02-03T12:00:00Z"
    [channel] = document["integrations"]
    assert (channel["store"], channel["marketplace"], channel["status"]) == ("lux", "letzshop", "degraded")
    assert channel["order_import_lag_seconds"] == 180
    assert channel["breaches"] == [
        {
            "metric": "orion_sync_error_rate",
            "value": 0.2,
            "threshold": 0.05,
            "text": "share of failed syncs 20%, more than 5%",
        }
    ]


def test_the_document_tells_no_secret_of_a_stopped_account():
    trouble = Trouble("refused", "the key was refused", "refused: Authorization: Bearer abc123")
    document = as_json(integrations([facts(stopped=trouble)], NOW))
    assert b"abc123" not in document


def test_what_a_marketplace_said_is_apart_from_our_own_words_and_can_be_left_out():
    stopped = Trouble("credential_refused", "the credential was refused", "vendor: who are you?")
    warning = Trouble("last_run_failed", "the last PollOrders failed", "PollOrders: who are you?")
    document = integrations([facts(stopped=stopped, warning=warning), facts(store="metz", warning=warning)], NOW)
    [lux, metz] = document.integrations
    assert lux.codes == ("credential_refused", "last_run_failed")
    assert lux.reasons == ("the credential was refused", "the last PollOrders failed")
    assert lux.details == ("vendor: who are you?", "PollOrders: who are you?")
    assert b"who are you" not in as_json(without_details(document))
    shown = without_details(document, but_of="metz").integrations
    assert [one.details for one in shown] == [(), metz.details]
    assert [one.reasons for one in shown] == [lux.reasons, metz.reasons]
