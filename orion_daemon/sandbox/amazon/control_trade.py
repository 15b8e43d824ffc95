"""Amazon's control commands for what is traded: listings, orders, payments, cancellations, refunds, parcels, buyers.

The whole list of commands stands in `control`.
"""

from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from orion_daemon.sandbox.amazon import behaviour, finances, shipments
from orion_daemon.sandbox.amazon.control import command
from orion_daemon.sandbox.amazon.listings import add_listing
from orion_daemon.sandbox.amazon.orders import OrderSpec, ask_to_cancel, authorise, cancel, place, price_of
from orion_daemon.sandbox.amazon.patches import change
from orion_daemon.sandbox.amazon.places import place as place_of
from orion_daemon.sandbox.amazon.records import Buyers, Listing, Order
from orion_daemon.sandbox.amazon.state import Market, Unknown
from orion_daemon.sandbox.control import body_of, moment


class ListingSpec(Struct, forbid_unknown_fields=True):
    """`price` is that of every store of the seller; `prices` says it store by store."""

    sku: str
    price: str | None = None
    prices: dict[str, str] | None = None
    quantity: int | None = 0
    fba: bool = False
    titles: dict[str, str] | None = None
    gtin: str | None = None
    brand: str | None = None
    product_type: str = "HOME"
    asin: str | None = None
    attributes: dict[str, Any] | None = None
    created_at: datetime | None = None


class TradeControl:
    def __init__(self, market: Market) -> None:
        self._market = market

    def routes(self) -> list[web.RouteDef]:
        at = "/control/amazon"
        return [
            web.post(f"{at}/listings", self._list),
            web.get(f"{at}/listings", self._listings),
            web.patch(f"{at}/listings", self._change_listing),
            web.post(f"{at}/orders", self._place),
            web.post(f"{at}/orders/many", self._many),
            web.get(f"{at}/orders/{{id}}", self._show),
            web.get(f"{at}/shipments", self._shipments),
            web.post(f"{at}/authorise", self._authorise),
            web.post(f"{at}/cancel", self._cancel),
            web.post(f"{at}/cancel/request", self._ask_to_cancel),
            web.post(f"{at}/refund", self._refund),
            web.post(f"{at}/packages", self._move),
            web.post(f"{at}/buyers", self._start),
            web.delete(f"{at}/buyers", self._stop),
        ]

    @command
    async def _list(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        made = []
        for spec in msgspec.convert(said["listings"], list[ListingSpec]):
            facts = {name: getattr(spec, name) for name in spec.__struct_fields__ if name not in ("price", "prices")}
            prices = spec.prices or dict.fromkeys(seller.marketplaces, spec.price or "10.00")
            made.append(add_listing(self._market, seller.id, facts.pop("sku"), prices, **facts))
        return [_listing(listing) for listing in made]

    @command
    async def _listings(self, request: web.Request) -> Any:
        seller = self._market.world.seller(request.query.get("seller"))
        wanted = request.query.get("sku")
        found = [x for x in self._market.world.listings_of(seller.id) if wanted in (None, x.sku)]
        if wanted is not None and not found:
            raise Unknown(f"no listing {wanted!r}")
        return [_listing(listing) for listing in found]

    @command
    async def _change_listing(self, request: web.Request) -> Any:
        """At once, as if the seller changed it in Amazon's own pages."""
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        listing = self._market.world.listing(seller.id, said["sku"])
        if listing is None:
            raise Unknown(f"no listing {said['sku']!r}")
        listing.ignores = bool(said.get("ignores", listing.ignores))
        listing.issues = said.get("issues", listing.issues)
        if "quantity" in said:
            value = [{"fulfillment_channel_code": "DEFAULT", "quantity": said["quantity"]}]
            change(listing.attributes, {"op": "merge", "path": "/attributes/fulfillment_availability", "value": value})
        for store, price in said.get("prices", {}).items():
            schedule = [{"schedule": [{"value_with_tax": float(price)}]}]
            offer = {"marketplace_id": store, "currency": place_of(store).currency, "our_price": schedule}
            change(listing.attributes, {"op": "merge", "path": "/attributes/purchasable_offer", "value": [offer]})
        listing.updated_at = self._market.now()
        return _listing(listing)

    @command
    async def _place(self, request: web.Request) -> Any:
        said = await body_of(request)
        if "random" in said:
            seller = self._market.world.seller(said.get("seller"))
            made = [behaviour.buy_nth(self._market, seller.id) for _ in range(int(said["random"]))]
            return [_order(order) for order in made if order is not None]
        if "orders" in said:
            return [_order(place(self._market, spec)) for spec in msgspec.convert(said["orders"], list[OrderSpec])]
        return _order(place(self._market, msgspec.convert(said, OrderSpec)))

    @command
    async def _many(self, request: web.Request) -> Any:
        said = await body_of(request)
        return behaviour.many(self._market, {**said, "from": moment(said["from"]), "to": moment(said["to"])})

    @command
    async def _show(self, request: web.Request) -> Any:
        return self._market.world.order(request.match_info["id"])

    @command
    async def _shipments(self, _request: web.Request) -> Any:
        return shipments.final_packages(self._market)

    @command
    async def _authorise(self, request: web.Request) -> Any:
        order = await self._order_of(request)
        authorise(self._market, order)
        return _order(order)

    @command
    async def _cancel(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._market.world.order(said["order"])
        done = cancel(
            self._market, order, said.get("reason", "Changed mind"), said.get("by", "buyer"), said.get("lines")
        )
        return {**_order(order), "cancelled": done}

    @command
    async def _ask_to_cancel(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._market.world.order(said["order"])
        ask_to_cancel(self._market, order, said.get("reason", "Changed mind about purchase"))
        return _order(order)

    @command
    async def _refund(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._market.world.order(said["order"])
        return finances.refund(self._market, order, said.get("amount"), said.get("line"))

    @command
    async def _move(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._market.world.order(said["order"])
        shipments.move(self._market, order, said.get("reference"), said["status"], said.get("detailed"))
        return _order(order)

    @command
    async def _start(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.pop("seller", None))
        buyers = msgspec.convert({**said, "seller": seller.id}, Buyers)
        behaviour.start_buyers(self._market, buyers)
        return buyers

    @command
    async def _stop(self, request: web.Request) -> Any:
        wanted = request.query.get("seller")
        found = [self._market.world.seller(wanted).id] if wanted else list(self._market.world.sellers)
        for seller_id in found:
            behaviour.stop_buyers(self._market, seller_id)
        return {"stopped": len(found)}

    async def _order_of(self, request: web.Request) -> Order:
        return self._market.world.order((await body_of(request))["order"])


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "status": order.status,
        "marketplace": order.marketplace,
        "lines": [
            {"id": line.id, "sku": line.sku, "quantity": line.quantity, "cancelled": line.cancelled}
            for line in order.lines
        ],
        "packages": [{"reference": p.reference, "status": p.status, "lines": p.lines} for p in order.packages],
    }


def _listing(listing: Listing) -> dict[str, Any]:
    return {
        "sku": listing.sku,
        "asin": listing.asin,
        "quantity": listing.quantity(),
        "prices": {store: price_of(listing, store) for store in listing.marketplaces},
        "channels": [
            entry.get("fulfillment_channel_code") for entry in listing.attributes.get("fulfillment_availability", [])
        ],
        "attributes": listing.attributes,
        "ignores": listing.ignores,
        "updated_at": listing.updated_at,
    }
