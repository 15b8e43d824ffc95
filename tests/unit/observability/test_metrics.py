import pytest
from prometheus_client.parser import text_string_to_metric_families

from orion_daemon.observability import thresholds
from orion_daemon.observability.metrics import Metrics, SlidingShare


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def metrics(clock):
    return Metrics(clock)


def read(metrics):
    families = text_string_to_metric_families(metrics.render().decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples
    }


def channel(name, store="lux", marketplace="letzshop", **labels):
    return (name, *sorted({"store": store, "marketplace": marketplace, **labels}.items()))


def test_a_lag_grows_while_nothing_happens(metrics, clock):
    metrics.orders_imported("lux", "letzshop")
    metrics.inventory_synced("lux", "letzshop", age=60)
    clock.now += 100
    values = read(metrics)
    assert values[channel("orion_order_import_lag_seconds")] == 100
    assert values[channel("orion_inventory_sync_lag_seconds")] == 160


def test_the_error_rate_is_that_of_the_last_quarter_hour(metrics, clock):
    for ok in (True, True, True, False):
        metrics.sync_ended("lux", "letzshop", ok=ok)
    assert metrics.error_rate("lux", "letzshop") == 0.25
    assert read(metrics)[channel("orion_sync_error_rate")] == 0.25
    clock.now += 10 * 60
    metrics.sync_ended("lux", "letzshop", ok=True)
    assert metrics.error_rate("lux", "letzshop") == 0.2
    clock.now += 10 * 60
    assert metrics.error_rate("lux", "letzshop") == 0
    clock.now += 20 * 60
    assert metrics.error_rate("lux", "letzshop") is None
    assert channel("orion_sync_error_rate") not in read(metrics)


def test_the_share_of_delivered_keys_is_the_last_that_was_told(metrics):
    metrics.keys_delivered({("lux", "storefront"): 0.5})
    assert metrics.fulfillment_rate("lux", "storefront") == 0.5
    assert read(metrics)[channel("orion_digital_fulfillment_success_rate", marketplace="storefront")] == 0.5
    metrics.keys_delivered({})
    assert metrics.fulfillment_rate("lux", "storefront") is None
    assert channel("orion_digital_fulfillment_success_rate", marketplace="storefront") not in read(metrics)


def test_nothing_is_claimed_for_a_channel_that_did_nothing(metrics):
    assert metrics.error_rate("lux", "letzshop") is None
    assert metrics.fulfillment_rate("lux", "letzshop") is None
    assert not [key for key in read(metrics) if ("store", "lux") in key]


def test_the_house_metrics_are_there_by_their_fixed_names_with_their_thresholds(metrics):
    metrics.fulfillment_queued("lux", "letzshop", 3)
    page = metrics.render().decode()
    for threshold in thresholds.ALL:
        assert f"# TYPE {threshold.metric} gauge" in page
    assert read(metrics)[channel("orion_fulfillment_sync_queue_depth")] == 3
    assert [threshold.degraded for threshold in thresholds.ALL] == [900, 1800, 100, 0.05, 0.95]


def test_work_is_counted_by_kind_and_outcome(metrics):
    metrics.job_ended("poll_orders", "done", 0.2)
    metrics.job_ended("poll_orders", "done", 0.3)
    metrics.http_called("letzshop", "shipments", "ok", 0.1)
    metrics.rows_imported("lux", "letzshop", "created", 500)
    metrics.orders_seen("lux", "letzshop", "new", 2)
    metrics.actor_restarted("marketplace")
    metrics.actors_now("active", 4)
    metrics.jobs_waiting("ready", 9)
    metrics.loop_lagged(0.002)
    values = read(metrics)
    assert values["orion_jobs_total", ("kind", "poll_orders"), ("outcome", "done")] == 2
    assert values["orion_job_duration_seconds_sum", ("kind", "poll_orders")] == 0.5
    assert (
        values["orion_http_calls_total", ("family", "ok"), ("marketplace", "letzshop"), ("operation", "shipments")] == 1
    )
    assert values[channel("orion_import_rows_total", outcome="created")] == 500
    assert values[channel("orion_orders_total", outcome="new")] == 2
    assert values["orion_actor_restarts_total", ("actor", "marketplace")] == 1
    assert values["orion_actors", ("state", "active")] == 4
    assert values["orion_jobs_waiting", ("state", "ready")] == 9
    assert values[("orion_loop_lag_seconds_count",)] == 1


def test_a_forgotten_channel_leaves_every_metric_and_only_that_one(metrics):
    for store in ("lux", "metz"):
        metrics.orders_imported(store, "letzshop")
        metrics.inventory_synced(store, "letzshop")
        metrics.fulfillment_queued(store, "letzshop", 1)
        metrics.sync_ended(store, "letzshop", ok=True)
        metrics.rows_imported(store, "letzshop", "created", 1)
        metrics.orders_seen(store, "letzshop", "new")
    metrics.keys_delivered({(store, "letzshop"): 1.0 for store in ("lux", "metz")})
    metrics.forget("lux", "letzshop")
    values = read(metrics)
    assert not [key for key in values if ("store", "lux") in key]
    assert len([key for key in values if ("store", "metz") in key]) == 7
    metrics.rows_imported("lux", "letzshop", "created", 2)
    assert read(metrics)[channel("orion_import_rows_total", outcome="created")] == 2


def test_two_processes_in_one_do_not_share_numbers(clock):
    one, other = Metrics(clock), Metrics(clock)
    one.actor_restarted("marketplace")
    assert not [key for key in read(other) if key[0] == "orion_actor_restarts_total"]


def test_a_window_forgets_step_by_step_and_keeps_no_more_than_its_steps():
    share = SlidingShare(60, steps=6)
    for second in range(600):
        share.count(float(second), yes=second < 570)
    assert share.share(599.0) == pytest.approx(0.5, abs=0.1)
    assert len(share._steps) <= 7
