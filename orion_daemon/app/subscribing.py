"""Have a marketplace send an account's notifications to the gateway: the address and its token are put together here.

The address is `public_url` with the channel's path, the token its credential `notification_token`; both must be what
the running gateway proves itself with, since the marketplace asks it at once. What is asked for: the connector.
"""

from collections.abc import Sequence
from typing import cast

from orion_daemon.app.connect import one_connector
from orion_daemon.config.settings import Settings
from orion_daemon.connectors import registry
from orion_daemon.connectors.base import MarketplaceConnector, NotificationAddress, SubscriptionStep
from orion_daemon.db.database import Database
from orion_daemon.domain.notifications import NOTIFICATION_TOKEN, path_of
from orion_daemon.services import notifications, stores
from orion_daemon.services.errors import Code, Invalid


async def subscribe(
    settings: Settings, db: Database, store_code: str, marketplace: str, topics: Sequence[str], alert_email: str
) -> tuple[str, tuple[SubscriptionStep, ...]]:
    """The address and what became of each step. Raises NotFound for the channel, Invalid where the address or its token
    is missing here, and as the connector's `subscribe`."""
    channel = await stores.channel_of(db, store_code, marketplace)
    public = settings.gateway.public_url.rstrip("/")
    token = await notifications.token_of(db, channel["id"]) or ""
    if registry.marketplace(marketplace).webhook is not None:  # others say themselves that they send nothing
        _must_have(public, "Name the gateway's address from outside: public_url in [gateway] of orion.toml.")
        _must_have(
            token,
            f"Store the token that proves the address first: orion credentials set {store_code} {marketplace} --kind"
            f" {NOTIFICATION_TOKEN}",
        )
    url = public + path_of(store_code, marketplace)
    async with one_connector(settings, db, store_code, marketplace) as connector:
        marketplace_connector = cast("MarketplaceConnector", connector)
        return url, await marketplace_connector.subscribe(NotificationAddress(url, token, alert_email), topics)


def _must_have(value: str, sentence: str) -> None:
    if not value:
        raise Invalid(Code.REQUIRED, sentence)
