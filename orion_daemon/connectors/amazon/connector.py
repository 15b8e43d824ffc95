"""Amazon as one seller's account: Orion's questions, each answered by the part that knows how.

Orders: `orders.py` over one of two APIs (`reading.py`, `reading_v0.py`); parcels: `shipments.py`; stock and prices:
`levels.py`; cancelling: `cancellation.py`; products: `catalog.py`. Nothing is changed at Amazon unless the channel
allows it. All calls of a seller and application share one set of usage plans (`limits.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from orion_daemon.connectors.amazon import doctor, levels
from orion_daemon.connectors.amazon.cancellation import Cancellation
from orion_daemon.connectors.amazon.catalog import Catalog
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.levels import Levels
from orion_daemon.connectors.amazon.orders import Orders
from orion_daemon.connectors.amazon.reading import OrdersReader
from orion_daemon.connectors.amazon.reading_v0 import OldOrdersReader
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.amazon.shipments import Shipments
from orion_daemon.connectors.amazon.walk import Reader
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
from orion_daemon.connectors.errors import MutationsForbidden, Unsupported
from orion_daemon.connectors.http import Http
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup

CAPABILITIES = Capabilities(
    answers_units=False,
    sets_tracking=True,
    sets_status=True,
    stock="call",
    prices="call",
    reads_offers=True,
    max_batch=levels.MAX_BATCH,
    reads_catalog=True,
    reads_refunds=True,
    statuses=frozenset({"cancelled"}),
    settles_in=levels.SETTLES_IN,
    calls_up_to=levels.MOST_PATCHES,
)


class AmazonConnector:
    marketplace = "amazon"
    known_form = ""

    def __init__(
        self,
        settings: AmazonSettings,
        secrets: Mapping[str, str],
        http: Http,
        limiter: LimiterGroup | None,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.secrets = secrets
        self.clock = clock
        self.client = AmazonClient(
            http.account(self.marketplace, settings.account or self.marketplace, limiter), settings, secrets, limiter
        )
        self.reader: Reader = OldOrdersReader(self.client) if settings.orders_api == "v0" else OrdersReader(self.client)
        self._orders = Orders(self.client, self.reader, clock)
        self._shipments = Shipments(self.client, self.reader)
        self._cancellation = Cancellation(self.client, self.reader, clock)
        self._levels = Levels(self.client, clock)
        self._catalog = Catalog(self.client, clock)

    async def capabilities(self) -> Capabilities:
        return CAPABILITIES

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        return await self._orders.fetch(scope, cursor, since)

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        return await self._orders.one(channel_order_id)

    async def answer_units(
        self,
        channel_order_id: str,
        answers: Sequence[UnitAnswer],  # noqa: ARG002  (the protocol's)
    ) -> tuple[UnitResult, ...]:
        self._must_allow("answer an order")
        raise Unsupported(f"amazon, order {channel_order_id}: Amazon has no units to answer; ship or cancel the order.")

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        self._must_allow("announce a parcel")
        await self._shipments.send(parcel)

    async def send_status(self, channel_order_id: str, status: str) -> None:
        self._must_allow("set a status")
        if status != "cancelled":
            raise Unsupported(f"amazon, order {channel_order_id}: Amazon hears of parcels, not of {status!r}.")
        await self._cancellation.cancel(channel_order_id)

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        raise Unsupported(
            f"amazon, order {refund.channel_order_id}: Orion makes no refunds at Amazon. Refund it in Seller Central;"
            " the order shows it once Amazon does."
        )

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        self._must_allow("send stock or prices")
        return await self._levels.push(levels)

    async def levels_told(self, name: str) -> LevelsTold:
        return await self._levels.told(name)

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:
        return await self._levels.read(skus)

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:
        return await self._catalog.page(cursor)

    async def read_notification(self, body: bytes, signature: str) -> Notification:  # noqa: ARG002  (the protocol's)
        raise Unsupported("amazon: it sends notifications to queues at AWS, never to an address; orders are polled.")

    async def migrate_listings(
        self,
        listing_ids: Sequence[str],  # noqa: ARG002  (the protocol's)
    ) -> tuple[MigrationResult, ...]:
        raise Unsupported("amazon: every listing can be managed as it is.")

    async def subscribe(
        self,
        address: NotificationAddress,  # noqa: ARG002  (the protocol's)
        topics: Sequence[str],  # noqa: ARG002  (the protocol's)
    ) -> tuple[SubscriptionStep, ...]:
        raise Unsupported("amazon: it sends notifications to queues at AWS, never to an address; orders are polled.")

    async def check(self) -> tuple[Check, ...]:
        return await doctor.examine(self)

    async def close(self) -> None:
        """Nothing is held here: the HTTP session and the tokens belong to the process."""

    def _must_allow(self, what: str) -> None:
        if not self.settings.allows_mutations:
            raise MutationsForbidden(
                f"{self.settings.account or self.marketplace}: Orion may not {what} at Amazon, because changes are not"
                " allowed for this channel. Set allow_mutations = true once its orders are meant to be real."
            )
