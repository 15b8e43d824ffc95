"""From a channel's row to a connector that is ready to call: settings, limits that survived a restart, secret."""

from collections.abc import Awaitable, Callable

from orion_daemon.config.http import Http as HttpSettings
from orion_daemon.connectors import registry
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.http import AccountHttp, Http, HttpOptions
from orion_daemon.db.sql import Row
from orion_daemon.runtime.clock import Clock


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


def connecting(http: Http, clock: Clock) -> Callable[[Row, str], Awaitable[tuple[MarketplaceConnector, AccountHttp]]]:
    """What actors call to open an account; the row carries `store_code` and `store_currency`."""

    async def connect(channel: Row, secret: str) -> tuple[MarketplaceConnector, AccountHttp]:
        """Raises UnknownMarketplace or BadSettings for a row that this version cannot work for."""
        entry = registry.marketplace(channel["marketplace"])
        account = f"{channel['store_code']}:{channel['marketplace']}"
        options = {"currency": channel["store_currency"], **(channel["settings_json"] or {})}
        chosen = {name: value for name, value in options.items() if name in entry.settings.__struct_fields__}
        settings = entry.settings_of(
            chosen
            | {
                "account": account,
                "endpoint": channel["endpoint"],
                "allows_mutations": bool(channel["allows_mutations"]),
            }
        )
        return entry.connect(settings, {"api_key": secret}, http, clock), http.account(entry.name, account)

    return connect
