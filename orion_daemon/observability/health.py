"""From facts to health documents: is the process alive, is it ready, how is each integration.

Pure: the clock and all facts are parameters, probes are plain functions that read memory and neither wait nor raise by
design; one that raises counts as failed. The gateway serves the documents, the actors supply the facts.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from orion_daemon.observability import thresholds
from orion_daemon.observability.redaction import redact
from orion_daemon.observability.thresholds import Threshold

Kind = Literal["liveness", "readiness"]
Status = Literal["ok", "degraded", "failing", "unknown"]
Probe = Callable[[], str]
_WORST_FIRST: tuple[Status, ...] = ("failing", "degraded", "unknown", "ok")


class Check(msgspec.Struct, frozen=True):
    """`since` is when the check began to say what it says."""

    name: str
    ok: bool
    detail: str
    since: datetime


class Report(msgspec.Struct, frozen=True):
    ok: bool
    checks: tuple[Check, ...]

    @property
    def http_status(self) -> int:
        return 200 if self.ok else 503


class Health:
    """The checks of a process. A probe answers with "" when all is well, else with what is wrong."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._probes: dict[tuple[Kind, str], Probe] = {}
        self._last: dict[tuple[Kind, str], Check] = {}

    def add(self, kind: Kind, name: str, probe: Probe) -> None:
        """Raises ValueError for a name that is taken."""
        if (kind, name) in self._probes:
            raise ValueError(f"there is a {kind} check {name} already")
        self._probes[kind, name] = probe

    def liveness(self) -> Report:
        """Failed means: restart the process. Holds only what a restart cures."""
        return self._report("liveness")

    def readiness(self) -> Report:
        """Failed means: send no requests here for now."""
        return self._report("readiness")

    def _report(self, kind: Kind) -> Report:
        checks = tuple(self._run(key) for key in self._probes if key[0] == kind)
        return Report(all(check.ok for check in checks), checks)

    def _run(self, key: tuple[Kind, str]) -> Check:
        try:
            detail = self._probes[key]()
        except Exception as error:
            detail = str(redact(error))
        last = self._last.get(key)
        since = last.since if last and last.ok == (not detail) else self._clock()
        check = self._last[key] = Check(key[1], not detail, detail, since)
        return check


class Trouble(msgspec.Struct, frozen=True):
    """A stable code, a sentence of ours, and `detail`: what somebody else said, which is not for everybody."""

    code: str
    text: str
    detail: str = ""


class IntegrationFacts(msgspec.Struct, frozen=True):
    """What is known of one channel; None means that it never happened or nothing was counted yet.

    `stopped` says why the account does not work at all (key refused), `warning` why it works badly. `since` is when
    Orion began to work for the channel: before the first success the lag counts from there.
    """

    store: str
    marketplace: str
    since: datetime
    enabled: bool = True
    last_order_import: datetime | None = None
    last_inventory_sync: datetime | None = None
    fulfillment_queue_depth: int = 0
    sync_error_rate: float | None = None
    digital_fulfillment_success_rate: float | None = None
    stopped: Trouble | None = None
    warning: Trouble | None = None


class Reason(msgspec.Struct, frozen=True):
    metric: str
    value: float
    threshold: float
    text: str


class Integration(msgspec.Struct, frozen=True):
    """`codes` are those of the troubles, `details` what the marketplace said of them; `reasons` are our own words."""

    store: str
    marketplace: str
    enabled: bool
    status: Status
    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    details: tuple[str, ...]
    breaches: tuple[Reason, ...]
    order_import_lag_seconds: float | None
    inventory_sync_lag_seconds: float | None
    fulfillment_sync_queue_depth: int
    sync_error_rate: float | None
    digital_fulfillment_success_rate: float | None


class Integrations(msgspec.Struct, frozen=True):
    """The document of /health/marketplace-integrations; `status` is the worst of the enabled channels."""

    status: Status
    checked_at: datetime
    integrations: tuple[Integration, ...]


def integrations(facts: Iterable[IntegrationFacts], now: datetime) -> Integrations:
    found = tuple(integration(fact, now) for fact in facts)
    enabled = {one.status for one in found if one.enabled}
    status: Status = next((status for status in _WORST_FIRST if status in enabled), "unknown")
    return Integrations(status, now, found)


def integration(facts: IntegrationFacts, now: datetime) -> Integration:
    """Judges one channel by the table of thresholds; a disabled channel is unknown, without reasons."""
    import_lag = _lag(facts.last_order_import, now)
    sync_lag = _lag(facts.last_inventory_sync, now)
    waited = (now - facts.since).total_seconds()
    measured: Sequence[tuple[Threshold, float | None]] = (
        (thresholds.ORDER_IMPORT_LAG, waited if import_lag is None else import_lag),
        (thresholds.INVENTORY_SYNC_LAG, waited if sync_lag is None else sync_lag),
        (thresholds.FULFILLMENT_QUEUE, facts.fulfillment_queue_depth),
        (thresholds.SYNC_ERRORS, facts.sync_error_rate),
        (thresholds.DIGITAL_FULFILLMENT, facts.digital_fulfillment_success_rate),
    )
    breaches = tuple(
        Reason(threshold.metric, value, threshold.degraded, _sentence(threshold, value))
        for threshold, value in measured
        if value is not None and threshold.passed(value, threshold.degraded)
    )
    failing = any(value is not None and threshold.passed(value, threshold.failing) for threshold, value in measured)
    status: Status = "ok"
    if not facts.enabled:
        status, breaches = "unknown", ()
    elif facts.stopped or failing:
        status = "failing"
    elif breaches or facts.warning:
        status = "degraded"
    elif import_lag is None and sync_lag is None:
        status = "unknown"
    told = [one for one in (facts.stopped, facts.warning) if one is not None and facts.enabled]
    return Integration(
        store=facts.store,
        marketplace=facts.marketplace,
        enabled=facts.enabled,
        status=status,
        codes=tuple(one.code for one in told),
        reasons=(*(one.text for one in told), *(breach.text for breach in breaches)),
        details=tuple(str(redact(one.detail)) for one in told if one.detail),
        breaches=breaches,
        order_import_lag_seconds=import_lag,
        inventory_sync_lag_seconds=sync_lag,
        fulfillment_sync_queue_depth=facts.fulfillment_queue_depth,
        sync_error_rate=facts.sync_error_rate,
        digital_fulfillment_success_rate=facts.digital_fulfillment_success_rate,
    )


def without_details(document: Integrations, *, but_of: str = "") -> Integrations:
    """For those who may not read what marketplaces said; `but_of` is the store that they may."""
    found = tuple(
        one if one.store == but_of else msgspec.structs.replace(one, details=()) for one in document.integrations
    )
    return msgspec.structs.replace(document, integrations=found)


def as_json(document: Report | Integrations) -> bytes:
    return msgspec.json.encode(document)


def _lag(then: datetime | None, now: datetime) -> float | None:
    return None if then is None else max(0.0, (now - then).total_seconds())


def _sentence(threshold: Threshold, value: float) -> str:
    shown: Any = f"{value:.0%}" if "rate" in threshold.metric else int(value)
    limit: Any = f"{threshold.degraded:.0%}" if "rate" in threshold.metric else int(threshold.degraded)
    if threshold.metric.endswith("_seconds"):
        shown, limit = f"{int(value // 60)} min", f"{int(threshold.degraded // 60)} min"
    side = "more than" if threshold.above else "less than"
    return f"{threshold.meaning} {shown}, {side} {limit}"
