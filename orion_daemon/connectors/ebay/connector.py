"""eBay as one account: Orion's questions, answered by the Sell APIs.

Orders by windows of time (`orders`), parcels (`shipments`), cancellations (`cancellations`), refunds (`refunds`),
stock and prices (`levels`), products (`catalog`), listings that are to be moved (`migration`), pushed events
(`notifications`), and asking for them (`subscriptions`). Nothing is changed at eBay unless the channel allows it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from orion_daemon.connectors.base import (
    Capabilities,
    CatalogPage,
    Check,
    LevelResult,
    LevelsTold,
    MigrationResult,
    Notification,
    NotificationAddress,
    OrderPage,
    OrderScope,
    OutgoingLevel,
    OutgoingParcel,
    OutgoingRefund,
    RefundResult,
    SubscriptionStep,
    UnitAnswer,
    UnitResult,
)
from orion_daemon.connectors.ebay import cancellations, doctor, migration, names, subscriptions
from orion_daemon.connectors.ebay.catalog import EbayCatalog
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.consent import EbayConsent
from orion_daemon.connectors.ebay.levels import EbayLevels
from orion_daemon.connectors.ebay.limits import limits_of
from orion_daemon.connectors.ebay.notifications import Notifications
from orion_daemon.connectors.ebay.offers import EbayOffers
from orion_daemon.connectors.ebay.orders import EbayOrders
from orion_daemon.connectors.ebay.refunds import EbayRefunds
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.ebay.shipments import EbayShipments
from orion_daemon.connectors.errors import MutationsForbidden, Unsupported
from orion_daemon.connectors.http import Http
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup

GATHERS = timedelta(seconds=30)
"""Changes of one listing within it cost one revision of its day."""
IN_FLIGHT = 4


class EbayConnector:
    """`notifications` checks events with the application's token; a channel of the application is enough for all."""

    marketplace = "ebay"

    def __init__(
        self, settings: EbaySettings, secrets: Mapping[str, str], http: Http, limiter: LimiterGroup | None, clock: Clock
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.known_form = ""
        self.client = client_of(settings, secrets, http, limiter, clock)
        self.orders = EbayOrders(self.client, settings, clock)
        self.offers = EbayOffers(self.client, clock, settings.texts)
        self.notifications = Notifications(self.client, clock)
        self._levels = EbayLevels(self.client, self.offers, clock, self.orders.sold)
        self._shipments = EbayShipments(self.client, self.orders)
        self._refunds = EbayRefunds(self.client, self.orders)
        self._catalog = EbayCatalog(self.client, self.offers, settings, clock)

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            answers_units=False,
            sets_tracking=True,
            sets_status=True,
            stock="call",
            prices="call",
            reads_offers=True,
            max_batch=names.MOST_LEVELS,
            reads_catalog=True,
            makes_refunds=True,
            statuses=frozenset({"cancelled"}),
            gathers_for=GATHERS,
            revisions_a_day=names.REVISIONS_A_DAY,
        )

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        if scope == "refunds":
            raise Unsupported("ebay: refunds stand in the orders themselves.")
        return await self.orders.fetch_orders(scope, cursor, since)

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        return await self.orders.fetch_order(channel_order_id)

    async def answer_units(
        self,
        channel_order_id: str,
        answers: Sequence[UnitAnswer],  # noqa: ARG002  (the protocol's)
    ) -> tuple[UnitResult, ...]:
        raise Unsupported(f"ebay, order {channel_order_id}: a paid order is sold; eBay asks for no answer.")

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        self._must_allow("announce a parcel")
        await self._shipments.send_parcel(parcel)

    async def send_status(self, channel_order_id: str, status: str) -> None:
        if status != "cancelled":
            raise Unsupported(
                f"ebay, order {channel_order_id}: eBay hears of parcels and cancellations, not of {status!r}."
            )
        self._must_allow("cancel an order")
        await cancellations.cancel(self.client, self.orders, channel_order_id, self.settings.site)

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        self._must_allow("refund an order")
        return await self._refunds.refund(refund)

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        self._must_allow("send stock or prices")
        return await self._levels.push(levels)

    async def levels_told(self, name: str) -> LevelsTold:
        raise Unsupported(f"ebay: levels are answered at once; there is no task {name[:40]}.")

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        return await self._levels.read(skus)

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:
        return await self._catalog.fetch(cursor)

    async def migrate_listings(self, listing_ids: Sequence[str]) -> tuple[MigrationResult, ...]:
        """Move listings into the Inventory API, so that their stock and prices can be sent; see `migration.py`."""
        self._must_allow("migrate a listing")
        return await migration.migrate(self.client, listing_ids)

    async def read_notification(self, body: bytes, signature: str) -> Notification:
        return await self.notifications.read(body, signature)

    async def subscribe(self, address: NotificationAddress, topics: Sequence[str]) -> tuple[SubscriptionStep, ...]:
        """Have eBay send these topics (none: orders) to us; see `subscriptions.py`."""
        name = f"Orion {self.settings.account}".replace("<", "")[:64]
        return await subscriptions.subscribe(self.client, address, topics, name)

    async def check(self) -> tuple[Check, ...]:
        return await doctor.examine(self)

    async def close(self) -> None:
        """Nothing is held here: the HTTP session and the tokens belong to the process."""

    def _must_allow(self, what: str) -> None:
        if not self.settings.allows_mutations:
            raise MutationsForbidden(
                f"{self.settings.account or self.marketplace}: Orion may not {what} at eBay, because changes are not"
                " allowed for this channel. Set allow_mutations = true once its orders are meant to be real."
            )


def client_of(
    settings: EbaySettings, secrets: Mapping[str, str], http: Http, limiter: LimiterGroup | None, clock: Clock
) -> EbayClient:
    """A client of the account; with a client id and its secret alone it makes the calls of the application, which is
    enough for `Notifications`."""
    limiter = limiter if limiter is not None else limits_of(settings, clock)
    account = http.account(EbayConnector.marketplace, settings.account, limiter, in_flight=IN_FLIGHT)
    return EbayClient(account, settings, secrets, limiter)


def consent_of(settings: EbaySettings, secrets: Mapping[str, str], http: Http) -> EbayConsent:
    return EbayConsent(settings, client_of(settings, secrets, http, None, http.clock))
