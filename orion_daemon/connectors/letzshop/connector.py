"""Letzshop as one account: Orion's questions, answered in whichever wire form the endpoint speaks.

The form is set, or asked of the endpoint's schema at the first question (`auto`) and then kept; where introspection is
refused, a harmless query of one entry tells. While the endpoint is down, the form it had when it was last asked still
tells what the account can do, so that a feed is published as ever. Nothing is changed at the vendor unless the channel
allows it: the platform has no test system, a confirmed order is real. One call of an account is in flight at a time,
about one a second per key by default.
"""

from collections.abc import Sequence
from datetime import datetime

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
from orion_daemon.connectors.errors import (
    MutationsForbidden,
    RateLimited,
    Rejected,
    SchemaDrift,
    Unreachable,
    Unsupported,
    VendorError,
)
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.letzshop import doctor, names, schemas
from orion_daemon.connectors.letzshop.client import LetzshopClient
from orion_daemon.connectors.letzshop.orders import OrdersForm
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.letzshop.shipments import ShipmentsForm
from orion_daemon.domain.incoming import IncomingOrder
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup

Form = ShipmentsForm | OrdersForm
SchemaNames = dict[str, frozenset[str]]


class LetzshopConnector:
    marketplace = "letzshop"

    def __init__(
        self, settings: LetzshopSettings, key: str, http: Http, limiter: LimiterGroup | None, clock: Clock
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.endpoint = settings.endpoint or names.ENDPOINT
        self.key = key
        self.http = http.account(self.marketplace, settings.account, limiter, in_flight=1)
        self.client = LetzshopClient(self.http, self.endpoint, key)
        self.limiter = limiter
        self.known_form = settings.known_form
        self._form: Form | None = None

    # -- which form ----------------------------------------------------------------------------------------------------

    async def form(self) -> Form:
        """Raises what asking the endpoint raises; SchemaDrift when it speaks neither form."""
        if self._form is None:
            self._form = await self._choose()
            self.known_form = self._form.name
        return self._form

    async def _choose(self) -> Form:
        wire_form = self.settings.wire_form
        if wire_form == "orders":
            return OrdersForm(self.client, self.settings, self.clock)
        schema: SchemaNames | None = None
        if wire_form == "auto" or self.settings.vendor:
            schema = await self.schema_names()
        if wire_form == "auto":
            wire_form = self._told(schema) if schema is not None else await self._probe()
        if wire_form == "orders":
            return OrdersForm(self.client, self.settings, self.clock)
        names_vendor = bool(self.settings.vendor) and await self._tells_vendor(schema)
        return ShipmentsForm(self.client, self.settings, names_vendor=names_vendor)

    async def _tells_vendor(self, schema: SchemaNames | None) -> bool:
        if schema is not None:
            kind, field = names.VENDOR_FIELD.split(".")
            return field in schema.get(kind, frozenset())
        return await self._knows(names.VENDOR_PROBE)

    async def _knows(self, query: str) -> bool:
        try:
            await self.client.read("probe", query, None, schemas.Nodes)
        except SchemaDrift:
            return False
        return True

    async def schema_names(self) -> SchemaNames | None:
        """None where the endpoint does not answer questions about its schema."""
        try:
            reply = await self.client.read("schema", names.INTROSPECTION, None, schemas.Schema)
        except (Rejected, SchemaDrift):
            return None
        except VendorError as error:
            if error.code in ("vendor_error", "shape", "empty"):
                return None
            raise
        return reply.result.names() if reply.result is not None else None

    def _told(self, schema: SchemaNames) -> str:
        roots = schema.get("Query", frozenset())
        for wire_form, root in names.ROOTS.items():
            if root in roots:
                return wire_form
        raise self._neither()

    async def _probe(self) -> str:
        for wire_form, query in names.PROBES.items():
            if await self._knows(query):
                return wire_form
        raise self._neither()

    def _neither(self) -> SchemaDrift:
        return SchemaDrift(
            f"letzshop ({self.endpoint}): has neither shipments nor orders to ask for. Check the channel's endpoint."
        )

    # -- questions -----------------------------------------------------------------------------------------------------

    async def capabilities(self) -> Capabilities:
        """As of the form that was known last where the endpoint cannot be asked."""
        try:
            return (await self.form()).capabilities()
        except (Unreachable, RateLimited):
            match self.known_form if self.settings.wire_form == "auto" else self.settings.wire_form:
                case "orders":
                    return OrdersForm(self.client, self.settings, self.clock).capabilities()
                case "shipments":
                    return ShipmentsForm(self.client, self.settings, names_vendor=False).capabilities()
            raise

    async def fetch_orders(self, scope: OrderScope, cursor: str | None, since: datetime | None) -> OrderPage:
        if scope == "refunds":
            raise Unsupported("letzshop: what was paid back is told nowhere.")
        return await (await self.form()).fetch_orders(scope, cursor, since)

    async def fetch_order(self, channel_order_id: str) -> IncomingOrder | None:
        return await (await self.form()).fetch_order(channel_order_id)

    async def answer_units(self, channel_order_id: str, answers: Sequence[UnitAnswer]) -> tuple[UnitResult, ...]:
        self._must_allow("answer an order")
        return await (await self.form()).answer_units(channel_order_id, answers)

    async def send_parcel(self, parcel: OutgoingParcel) -> None:
        self._must_allow("announce a parcel")
        await (await self.form()).send_parcel(parcel)

    async def send_status(self, channel_order_id: str, status: str) -> None:
        self._must_allow("set a status")
        await (await self.form()).send_status(channel_order_id, status)

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        raise Unsupported(
            f"letzshop, order {refund.channel_order_id}: its API makes no refunds. Agree on it with Letzshop."
        )

    async def push_levels(self, levels: Sequence[OutgoingLevel]) -> tuple[LevelResult, ...]:
        self._must_allow("send stock or prices")
        return await (await self.form()).push_levels(levels)

    async def levels_told(self, name: str) -> LevelsTold:
        raise Unsupported(f"letzshop: levels are answered at once; there is no task {name[:40]}.")

    async def read_levels(self, skus: Sequence[str]) -> tuple[LevelResult, ...]:  # noqa: ARG002  (the protocol's)
        raise Unsupported(
            "letzshop: stock cannot be read back; what counts is what the platform named when it was sent."
        )

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:  # noqa: ARG002  (the protocol's)
        raise Unsupported("letzshop: its API tells no products; import the store's own feed.")

    async def read_notification(self, body: bytes, signature: str) -> Notification:  # noqa: ARG002  (the protocol's)
        raise Unsupported("letzshop: it sends no notifications; orders are polled.")

    async def migrate_listings(
        self,
        listing_ids: Sequence[str],  # noqa: ARG002  (the protocol's)
    ) -> tuple[MigrationResult, ...]:
        raise Unsupported("letzshop: every product is managed by the feed; nothing is to be migrated.")

    async def subscribe(
        self,
        address: NotificationAddress,  # noqa: ARG002  (the protocol's)
        topics: Sequence[str],  # noqa: ARG002  (the protocol's)
    ) -> tuple[SubscriptionStep, ...]:
        raise Unsupported("letzshop: it sends no notifications; orders are polled.")

    async def check(self) -> tuple[Check, ...]:
        return await doctor.examine(self)

    async def close(self) -> None:
        """Nothing is held here: the HTTP session belongs to the process."""

    def _must_allow(self, what: str) -> None:
        if not self.settings.allows_mutations:
            raise MutationsForbidden(
                f"{self.settings.account or self.marketplace}: Orion may not {what} at Letzshop, because changes are"
                " not allowed for this channel. Set allow_mutations = true once its orders are meant to be real."
            )
