"""What metrics and health say: events of the work as they happen, and the rows as they are when somebody asks.

Lags, queue depths and the share of delivered keys come from the rows, so they are true right after a start and for
accounts whose actor is dead; the rate of errors is counted here as jobs end. A row switched off leaves the metrics.
"""

from datetime import datetime, timedelta
from typing import Any

from orion_daemon.connectors.record import RequestRecord
from orion_daemon.db.database import Database
from orion_daemon.jobs.kinds import KINDS
from orion_daemon.observability.health import IntegrationFacts, Integrations, Trouble, integrations
from orion_daemon.observability.logs import get_logger
from orion_daemon.observability.metrics import Metrics
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.supervisor import ActorSystem
from orion_daemon.services import credentials, monitoring

log = get_logger("monitor")

WINDOW = timedelta(days=1)
TOLD = frozenset({"AnswerUnits", "SendShipment", "SendStatus", "SendRefund"})  # what a person wants to see happen
_WITHOUT_VERDICT = frozenset({"cancelled", "snooze", "released"})
"""Ends of a run that say neither that a sync worked nor that it failed: it was not wanted, or it waits."""
_FAMILY_OF_OURS = frozenset({"cancelled", "bug"})


class Monitor:
    def __init__(self, db: Database, clock: Clock, metrics: Metrics) -> None:
        self._db = db
        self._clock = clock
        self._metrics = metrics
        self._known: set[tuple[str, str]] = set()
        self._deliveries_from = 0  # those up to this id are over and older than a day

    def observe(self, event: str, **facts: Any) -> None:
        """Count something that happened; unknown events are a mistake of ours and raise."""
        metrics = self._metrics
        match event:
            case "job":
                metrics.job_ended(facts["kind"], facts["outcome"], facts["seconds"])
                if facts["kind"] in TOLD:
                    log.info(
                        "channel.told", **{name: facts[name] for name in ("kind", "outcome", "store", "marketplace")}
                    )
                if facts["outcome"] not in _WITHOUT_VERDICT:
                    metrics.sync_ended(facts["store"], facts["marketplace"], ok=facts["outcome"] in {"done", "settled"})
            case "delivery":
                metrics.job_ended(facts["kind"], facts["outcome"], facts["seconds"])
            case "orders":
                for outcome in ("created", "updated", "unchanged", "problems"):
                    if facts[outcome]:
                        metrics.orders_seen(facts["store"], facts["marketplace"], outcome, facts[outcome])
                if facts["created"] or facts["updated"] or facts["problems"]:
                    log.info("orders.imported", **facts)
            case "orders_polled":
                metrics.orders_imported(facts["store"], facts["marketplace"])
            case "inventory_synced":
                metrics.inventory_synced(facts["store"], facts["marketplace"])
            case "import_rows" if facts["rows"]:
                metrics.rows_imported(facts["store"], facts["marketplace"], facts["outcome"], facts["rows"])
            case "import_rows":
                pass
            case "import_ended":
                log.info("import.ended", **facts)
            case _:
                raise ValueError(f"nobody counts {event!r}")

    def called(self, record: RequestRecord) -> None:
        """One attempt of a call to a vendor."""
        if record.outcome not in _FAMILY_OF_OURS:
            self._metrics.http_called(record.marketplace, record.operation, record.outcome, record.seconds)

    def actor_restarted(self, kind: str) -> None:
        self._metrics.actor_restarted(kind)

    def loop_lagged(self, seconds: float) -> None:
        self._metrics.loop_lagged(seconds)

    async def metrics(self, system: ActorSystem) -> bytes:
        """The page for Prometheus."""
        now = self._clock.now()
        channels = await monitoring.channels(self._db)
        seen = {(row["store_code"], row["marketplace"]) for row in channels}
        for store, marketplace in self._known - seen:
            self._metrics.forget(store, marketplace)
        self._known = seen
        for row in channels:
            key = (row["store_code"], row["marketplace"])
            if row["orders_polled_at"] is not None:
                self._metrics.orders_imported(*key, age=_age(row["orders_polled_at"], now))
            if row["inventory_pushed_at"] is not None:
                self._metrics.inventory_synced(*key, age=_age(row["inventory_pushed_at"], now))
            self._metrics.fulfillment_queued(*key, row["queue_depth"])
        self._metrics.keys_delivered(await self._delivered())
        for state, count in (await monitoring.jobs_by_state(self._db)).items():
            self._metrics.jobs_waiting(state, count)
        states: dict[str, int] = {}
        for health in system.snapshot():
            states[health.state] = states.get(health.state, 0) + 1
        for state, count in states.items():
            self._metrics.actors_now(state, count)
        return self._metrics.render()

    async def integrations(self, store_code: str | None) -> Integrations:
        """The document of `/health/marketplace-integrations`, for one store or all."""
        self._metrics.keys_delivered(await self._delivered())
        facts = [
            IntegrationFacts(
                store=row["store_code"],
                marketplace=row["marketplace"],
                since=row["created_at"],
                enabled=bool(row["is_active"] and row["store_is_active"]),
                last_order_import=row["orders_polled_at"],
                last_inventory_sync=row["inventory_pushed_at"],
                fulfillment_queue_depth=row["queue_depth"],
                sync_error_rate=self._metrics.error_rate(row["store_code"], row["marketplace"]),
                digital_fulfillment_success_rate=self._metrics.fulfillment_rate(row["store_code"], row["marketplace"]),
                stopped=_stopped(row["state_reason"]) if row["state"] == "suspended" else None,
                warning=_warning(row["last_error"]) if row["last_error"] else None,
            )
            for row in await monitoring.channels(self._db, store_code, include_off=True)
        ]
        return integrations(facts, self._clock.now())

    async def _delivered(self) -> dict[tuple[str, str], float]:
        """By store and marketplace: of the keys of the last day that met their end, the share that was delivered."""
        found = await monitoring.key_deliveries(self._db, self._clock.now() - WINDOW, after_id=self._deliveries_from)
        self._deliveries_from = found.settled_id
        return {
            key: delivered / (delivered + failed)
            for key, (delivered, failed) in found.counts.items() if delivered + failed
        }  # fmt: skip


def _stopped(reason: str) -> Trouble:
    if reason.startswith(credentials.AUTH_REFUSED):
        return Trouble("credential_refused", "the credential was refused; set the right one", reason)
    return Trouble("suspended", "the account is suspended and waits for a person", reason)


def _warning(error: str) -> Trouble:
    kind = error.partition(":")[0]
    what = f"the last {kind}" if KINDS.find(kind) else "the last run"
    return Trouble("last_run_failed", f"{what} failed", error)


def _age(then: datetime, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
