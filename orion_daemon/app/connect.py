"""From a channel's row to a connector that is ready to call: settings, limits that survived a restart, secret."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from orion_daemon.config.http import Http as HttpSettings
from orion_daemon.config.orders import Orders as OrderSettings
from orion_daemon.config.settings import Settings
from orion_daemon.connectors import registry
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.http import AccountHttp, Http, HttpOptions
from orion_daemon.connectors.settings import ConnectorSettings
from orion_daemon.connectors.supplier import SupplierConnector
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageError
from orion_daemon.db.sql import Row
from orion_daemon.observability.logs import get_logger
from orion_daemon.runtime.clock import Clock, SystemClock
from orion_daemon.runtime.limiter import SLOW, LimiterGroup
from orion_daemon.services import credentials, rate_limits, stores

log = get_logger("app")

_USUAL_WHEN_ZERO = frozenset({"page_size", "calls_per_second"})


def http_options(settings: HttpSettings) -> HttpOptions:
    return HttpOptions(
        connect_timeout=settings.connect_timeout.total_seconds(),
        call_timeout=settings.call_timeout.total_seconds(),
        download_timeout=settings.download_timeout.total_seconds(),
        stall_timeout=settings.stall_timeout.total_seconds(),
        tries=settings.tries,
        max_response=settings.max_response,
        connections=settings.connections,
        connections_per_host=settings.connections_per_host,
        breaker_failures=settings.breaker_failures,
        breaker_pause=settings.breaker_pause.total_seconds(),
        user_agent=settings.user_agent,
        ca_file=settings.ca_file,
    )


def settings_of(channel: Row, orders: OrderSettings) -> ConnectorSettings:
    """The channel's options over the defaults. Raises UnknownMarketplace or BadSettings for a row that this version
    cannot work for."""
    entry = registry.vendor(channel["marketplace"])
    defaults = {
        "page_size": entry.page_size or orders.page_size,
        "overlap_seconds": int(orders.poll_overlap.total_seconds()),
    }
    said = {
        name: value
        for name, value in (channel["settings_json"] or {}).items()
        if not (value == 0 and name in _USUAL_WHEN_ZERO)
    }
    store = {"currency": channel["store_currency"], "language": channel["store_language"]}
    options = {**store, **defaults, **said}
    chosen = {name: value for name, value in options.items() if name in entry.settings.__struct_fields__}
    return entry.settings_of(
        chosen
        | {
            "account": f"{channel['store_code']}:{channel['marketplace']}",
            "endpoint": channel["endpoint"],
            "allows_mutations": bool(channel["allows_mutations"]),
            "known_form": channel["known_form"] or "",
        }
    )


@dataclass(slots=True)
class _Shared:
    """The limits of one key at one endpoint, and the rate that each of its accounts asks for."""

    limits: LimiterGroup
    rates: dict[str, float] = field(default_factory=dict)


class Connecting:
    """What actors call to open an account; the row carries `store_code` and `store_currency`.

    Accounts that log in with the same key at the same endpoint share their limiter, at the lowest of their rates: the
    vendor counts calls of the key. A limiter outlives the account's rest, and with a database also the process: what is
    spent of a slow quota is written with each call, a long penalty when the process ends.
    """

    def __init__(self, http: Http, clock: Clock, orders: OrderSettings, db: Database | None) -> None:
        self._http = http
        self._clock = clock
        self._db = db
        self._shared: dict[str, _Shared] = {}
        self._orders = orders

    def take_up(self, orders: OrderSettings) -> None:
        """What holds from the next opening on for a channel that does not say otherwise."""
        self._orders = orders

    async def __call__(
        self, channel: Row, secrets: Mapping[str, str]
    ) -> tuple[MarketplaceConnector | SupplierConnector, AccountHttp]:
        """Raises as `settings_of`."""
        entry, settings = registry.vendor(channel["marketplace"]), settings_of(channel, self._orders)
        limits = await self._limits(entry, settings, secrets)
        connector = entry.connect(settings, secrets, self._http, self._clock, limits)
        return connector, self._http.account(entry.name, settings.account)

    async def _limits(
        self, entry: registry.Vendor[Any], settings: ConnectorSettings, secrets: Mapping[str, str]
    ) -> LimiterGroup:
        owner = _owner(entry, settings, secrets)
        shared = self._shared.get(owner)
        if shared is None:
            shared = self._shared[owner] = _Shared(entry.limits(settings, self._clock))
            if self._db is not None:
                shared.limits.keep = partial(self._keep, owner)
        shared.rates[settings.account] = settings.calls_per_second
        shared.limits.resize(min(shared.rates.values()))
        if self._db is not None:  # another process may have owned the account meanwhile
            state = await rate_limits.load(self._db, owner)
            with contextlib.suppress(ValueError, TypeError):  # of another version: it is only about politeness
                shared.limits.restore(state, self._clock.now())
        return shared.limits

    async def _keep(self, owner: str, state: dict[str, Any]) -> None:
        if self._db is None:
            return
        try:
            await rate_limits.save(self._db, owner, state, self._clock.now())
        except StorageError as error:  # the call itself is allowed
            log.warning("limits.not_kept", limiter=owner, reason=str(error))

    async def close(self) -> None:
        """Keep what still matters in a while."""
        for owner, shared in self._shared.items():
            if shared.limits.delay() > SLOW:
                await self._keep(owner, shared.limits.snapshot())


@asynccontextmanager
async def one_connector(
    settings: Settings, db: Database, store_code: str, marketplace: str
) -> AsyncIterator[MarketplaceConnector | SupplierConnector]:
    """For a command that works on one account by itself. Raises NotFound, and as `Connecting`."""
    channel = await stores.channel_of(db, store_code, marketplace)
    secrets = await credentials.reveal_all(db, channel["id"])
    clock = SystemClock()
    http = Http(clock, http_options(settings.http))
    try:
        connector, _ = await Connecting(http, clock, settings.orders, db)(channel, secrets)
        try:
            yield connector
        finally:
            await connector.close()
    finally:
        await http.close()


def _owner(entry: registry.Vendor[Any], settings: ConnectorSettings, secrets: Mapping[str, str]) -> str:
    """Equal for accounts that the vendor cannot tell apart; shows nothing of the key."""
    whose = "\n".join(entry.counted_as(settings, secrets))
    digest = hashlib.sha256(f"{settings.endpoint or entry.endpoint}\n{whose}".encode()).hexdigest()
    return f"{entry.name}:{digest[:32]}"
