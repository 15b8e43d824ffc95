"""The numbers behind /metrics, labelled by store and marketplace, never by anything personal or unbounded.

One `Metrics` per process with a registry of its own. Lags are ages: they are counted from the last success when the
page is read, so they grow while an actor is dead. The rate of errors is a share over a sliding window, that of
delivered keys is told from the rows. Channels that are gone are `forget`-ten. The thresholds of the five house metrics
stand in `thresholds`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

# The time of creation of each counter doubles the page, and nobody reads it.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types here

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CHANNEL = ("store", "marketplace")
Key = tuple[str, str]
Clock = Callable[[], float]


class SlidingShare:
    """The share of yes among the yes and no of the last `window` seconds, None while nothing was counted."""

    __slots__ = ("_step", "_steps", "_window")

    def __init__(self, window: float, steps: int = 15) -> None:
        self._window = window
        self._step = window / steps
        self._steps: deque[list[float]] = deque()

    def count(self, now: float, *, yes: bool) -> None:
        step = now - now % self._step
        if not self._steps or self._steps[-1][0] != step:
            self._steps.append([step, 0, 0])
        self._steps[-1][1] += yes
        self._steps[-1][2] += 1
        self._drop(now)

    def share(self, now: float) -> float | None:
        self._drop(now)
        total = sum(step[2] for step in self._steps)
        return sum(step[1] for step in self._steps) / total if total else None

    def _drop(self, now: float) -> None:
        while self._steps and self._steps[0][0] <= now - self._window:
            self._steps.popleft()


class _PerChannel(Collector):
    """A gauge whose values are computed for each channel at the moment of reading."""

    def __init__(self, name: str, text: str, read: Callable[[], Iterable[tuple[Key, float | None]]]) -> None:
        self._name, self._text, self._read = name, text, read

    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._text, labels=CHANNEL)
        for key, value in self._read():
            if value is not None:
                family.add_metric(key, value)
        yield family


class Metrics:
    """`clock` gives seconds that never go back; all methods are cheap enough for the hottest path."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.registry = CollectorRegistry()
        self._imported: dict[Key, float] = {}
        self._synced: dict[Key, float] = {}
        self._failures: dict[Key, SlidingShare] = {}
        self._delivered: dict[Key, float] = {}
        self._queued: dict[Key, float] = {}
        self._children: dict[tuple[str, ...], Any] = {}
        for name, text, read in (
            ("order_import_lag_seconds", "Age of the last completed order poll", lambda: self._ages(self._imported)),
            ("inventory_sync_lag_seconds", "Age of the last completed stock sync", lambda: self._ages(self._synced)),
            (
                "fulfillment_sync_queue_depth",
                "Answers and shipments waiting to be sent",
                lambda: list(self._queued.items()),
            ),
            ("sync_error_rate", "Share of failed syncs, last 15 minutes", lambda: self._shares(self._failures)),
            (
                "digital_fulfillment_success_rate",
                "Share of owed keys delivered, last day",
                lambda: list(self._delivered.items()),
            ),
        ):
            self.registry.register(_PerChannel(f"orion_{name}", text, read))
        self._jobs = self._counter("jobs", "Jobs ended, by kind and outcome", ("kind", "outcome"))
        self._job_seconds = self._histogram("job_duration_seconds", "Time from claim to end of a job", ("kind",))
        self._calls = self._counter(
            "http_calls", "Calls to marketplaces, by error family or ok", ("marketplace", "operation", "family")
        )
        self._call_seconds = self._histogram(
            "http_call_duration_seconds", "Time of a call to a marketplace", ("marketplace", "operation")
        )
        self._rows = self._counter("import_rows", "Rows of product feeds by outcome", (*CHANNEL, "outcome"))
        self._orders = self._counter("orders", "Orders of channels by outcome", (*CHANNEL, "outcome"))
        self._restarts = self._counter("actor_restarts", "Actors started again after a crash", ("actor",))
        self._actors = self._gauge("actors", "Actors in memory", ("state",))
        self._mailbox = self._gauge("jobs_waiting", "Jobs in the durable mailbox", ("state",))
        self._loop_lag = self._histogram("loop_lag_seconds", "How late the event loop runs a timer", ())

    def _counter(self, name: str, text: str, labels: tuple[str, ...]) -> Counter:
        return Counter(f"orion_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, labels: tuple[str, ...]) -> Gauge:
        return Gauge(f"orion_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, labels: tuple[str, ...]) -> Histogram:
        buckets = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
        return Histogram(f"orion_{name}", text, labels, buckets=buckets, registry=self.registry)

    def _child(self, metric: Any, name: str, *labels: str) -> Any:
        key = (name, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child

    def _ages(self, since: dict[Key, float]) -> list[tuple[Key, float | None]]:
        now = self._clock()
        return [(key, max(0.0, now - then)) for key, then in since.items()]

    def _shares(self, windows: dict[Key, SlidingShare]) -> list[tuple[Key, float | None]]:
        now = self._clock()
        return [(key, window.share(now)) for key, window in windows.items()]

    def orders_imported(self, store: str, marketplace: str, *, age: float = 0.0) -> None:
        """A poll was read to its end and committed; at start with the `age` in seconds of the last one known."""
        self._imported[store, marketplace] = self._clock() - age

    def inventory_synced(self, store: str, marketplace: str, *, age: float = 0.0) -> None:
        self._synced[store, marketplace] = self._clock() - age

    def fulfillment_queued(self, store: str, marketplace: str, depth: int) -> None:
        self._queued[store, marketplace] = depth

    def sync_ended(self, store: str, marketplace: str, *, ok: bool) -> None:
        """One job towards a marketplace ended; counts into the error rate of 15 minutes."""
        window = self._failures.get((store, marketplace))
        if window is None:
            window = self._failures[store, marketplace] = SlidingShare(15 * 60)
        window.count(self._clock(), yes=not ok)

    def keys_delivered(self, shares: Mapping[Key, float]) -> None:
        """Shares of the last day, by store and marketplace; what is not named has nothing to count."""
        self._delivered = dict(shares)

    def error_rate(self, store: str, marketplace: str) -> float | None:
        window = self._failures.get((store, marketplace))
        return window.share(self._clock()) if window else None

    def fulfillment_rate(self, store: str, marketplace: str) -> float | None:
        return self._delivered.get((store, marketplace))

    def job_ended(self, kind: str, outcome: str, seconds: float) -> None:
        self._child(self._jobs, "jobs", kind, outcome).inc()
        self._child(self._job_seconds, "job_seconds", kind).observe(seconds)

    def http_called(self, marketplace: str, operation: str, family: str, seconds: float) -> None:
        self._child(self._calls, "calls", marketplace, operation, family).inc()
        self._child(self._call_seconds, "call_seconds", marketplace, operation).observe(seconds)

    def rows_imported(self, store: str, marketplace: str, outcome: str, rows: int) -> None:
        self._child(self._rows, "rows", store, marketplace, outcome).inc(rows)

    def orders_seen(self, store: str, marketplace: str, outcome: str, orders: int = 1) -> None:
        self._child(self._orders, "orders", store, marketplace, outcome).inc(orders)

    def actor_restarted(self, actor: str) -> None:
        """`actor` is its kind (marketplace, notifier ...), not its address."""
        self._child(self._restarts, "restarts", actor).inc()

    def actors_now(self, state: str, count: int) -> None:
        self._child(self._actors, "actors", state).set(count)

    def jobs_waiting(self, state: str, count: int) -> None:
        self._child(self._mailbox, "mailbox", state).set(count)

    def loop_lagged(self, seconds: float) -> None:
        self._loop_lag.observe(seconds)

    def forget(self, store: str, marketplace: str) -> None:
        """Takes a channel that no longer exists out of every metric."""
        tables: tuple[dict[Key, Any], ...] = (
            self._imported,
            self._synced,
            self._queued,
            self._failures,
            self._delivered,
        )
        for table in tables:
            table.pop((store, marketplace), None)
        for metric, name in ((self._rows, "rows"), (self._orders, "orders")):
            for key in [key for key in self._children if key[:3] == (name, store, marketplace)]:
                del self._children[key]
                metric.remove(*key[1:])

    def render(self) -> bytes:
        """The page for Prometheus, in `CONTENT_TYPE`."""
        return generate_latest(self.registry)
