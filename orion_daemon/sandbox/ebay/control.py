"""eBay's control commands, all under `/control/ebay/`: JSON in, JSON out.

    POST applications {client_id?, client_secret?, ru_name?, return_url?}
    POST sellers {username?, site?, country?, suspended?}      PATCH sellers {username, suspended?, country?, ...}
    POST grants {seller?, client?, scopes?, refresh_token?}    PATCH grants {refresh_token, expires_in?, revoked?}
    POST codes {seller?, client?, scopes?}                     POST revoke {seller?, client?, access?}
    POST tokens/expire {seller?}   (access tokens only: the next call is 401, a refresh helps)
    POST listings {listing} | {listings: [...]}    GET listings?seller=    PATCH listings {listing, ended?, on_hold?,
         obstacle?, revisions?}    (`revisions` sets today's counter)      POST stock {sku, quantity, seller?}
    POST orders {order} | {orders: [...]} | {random: n, seed?, from?, to?, seller?}      GET orders/{id}
    POST pay {order}    POST force {order, payment?, fulfillment?, cancel?, title?}    POST touch {order}
    POST cancel {order} (closed at once)    POST cancel/request {order, reason?}    POST cancel/withdraw {order}
    POST refund {order, amount?, line?, at_once?}                     POST refund/fail {order, refund}
    POST accounts/delete {buyer}   POST notifications {topic, data, seller?, times?, tamper?: signature|kid|body}
    POST signing-keys {client?, cipher?}  (answers the private key)
    GET/PATCH quotas {resource: limit}             POST quotas/use {resource, count, client?}  (calls made elsewhere)
    POST shoppers {seller?, every, first?, count?, seed?, restock?}   DELETE shoppers?seller=
    GET/PATCH settings {name: value}

`marketplace` mounts them, `state.Settings` lists the settings, `orders.OrderSpec` and `catalogue.ListingSpec` what an
order and a listing may say. Names of a seller or an application may be left out where there is only one.
"""

from datetime import datetime
from random import Random
from typing import Any

import msgspec
from aiohttp import web

from orion_daemon.sandbox.control import body_of, moment
from orion_daemon.sandbox.ebay import behaviour, cancellation, catalogue, inventory, orders, refunds
from orion_daemon.sandbox.ebay import quotas as limits
from orion_daemon.sandbox.ebay.account_control import AccountControl, command
from orion_daemon.sandbox.ebay.accounts import Seller
from orion_daemon.sandbox.ebay.answers import decimal_of, milliseconds
from orion_daemon.sandbox.ebay.state import Order, Refusal, Shop, Shoppers, Unknown
from orion_daemon.sandbox.vendor import CommandError


class EbayControl:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[web.RouteDef]:
        at = "/control/ebay"
        return [
            *AccountControl(self._shop).routes(),
            web.post(f"{at}/listings", self._list),
            web.get(f"{at}/listings", self._shelf),
            web.patch(f"{at}/listings", self._change_listing),
            web.post(f"{at}/stock", self._stock),
            web.post(f"{at}/orders", self._place),
            web.get(f"{at}/orders/{{id}}", self._show),
            web.post(f"{at}/pay", self._pay),
            web.post(f"{at}/force", self._force),
            web.post(f"{at}/touch", self._touch),
            web.post(f"{at}/cancel", self._cancel),
            web.post(f"{at}/cancel/request", self._ask_cancel),
            web.post(f"{at}/cancel/withdraw", self._withdraw),
            web.post(f"{at}/refund", self._refund),
            web.post(f"{at}/refund/fail", self._fail_refund),
            web.post(f"{at}/shoppers", self._start),
            web.delete(f"{at}/shoppers", self._stop),
        ]

    @command
    async def _list(self, request: web.Request) -> Any:
        said = await body_of(request)
        specs = msgspec.convert(said.get("listings", [said]), list[catalogue.ListingSpec])
        made = [catalogue.add(self._shop, spec) for spec in specs]
        return made if "listings" in said else made[0]

    @command
    async def _shelf(self, request: web.Request) -> Any:
        return catalogue.shelf(self._shop, request.query.get("seller"))

    @command
    async def _change_listing(self, request: web.Request) -> Any:
        said = await body_of(request)
        listing = self._shop.world.listings.get(str(said["listing"]))
        if listing is None:
            raise Unknown(f"no listing {said['listing']!r}")
        listing.ended = bool(said.get("ended", listing.ended))
        listing.on_hold = bool(said.get("on_hold", listing.on_hold))
        listing.obstacle = said.get("obstacle", listing.obstacle)
        if "revisions" in said:
            listing.revisions[limits.pacific_day(self._shop.clock.now()).isoformat()] = int(said["revisions"])
        return listing

    @command
    async def _stock(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._shop.world.seller(said.get("seller"))
        inventory.restock(self._shop, seller.username, said["sku"], int(said["quantity"]))
        return {"sku": said["sku"], "quantity": int(said["quantity"])}

    @command
    async def _place(self, request: web.Request) -> Any:
        said = await body_of(request)
        if "random" in said:
            return self._invent(said)
        specs = msgspec.convert(said.get("orders", [said]), list[orders.OrderSpec])
        placed = [orders.brief(orders.place(self._shop, spec)) for spec in specs]
        return placed if "orders" in said else placed[0]

    def _invent(self, said: dict[str, Any]) -> Any:
        """Orders by the hundred or ten thousand, their times spread evenly over a window; only ids are answered."""
        now, wanted = self._shop.clock.now(), int(said["random"])
        start = moment(said["from"]) if "from" in said else now
        end = moment(said["to"]) if "to" in said else max(now, start)
        seller = self._shop.world.seller(said.get("seller"))
        random = Random(f"{self._shop.world.seed}:{said.get('seed', 0)}:random")
        made = []
        for index in range(wanted):
            at = start + (end - start) * index / max(1, wanted - 1)
            order = behaviour.buy(self._shop, seller.username, random, created_at=at) or self._anything(seller, at)
            made.append(order.id)
        return made

    def _anything(self, seller: Seller, at: datetime) -> Order:
        """An order though the shelf is empty: of an offer that is sold out, or of something never listed here."""
        made = self._shop.world.made
        offers = [offer.sku for offer in self._shop.world.offers.values() if offer.seller == seller.username]
        line = orders.LineSpec(1, sku=offers[made % len(offers)] if offers else f"SOLD-{made % 50:02}")
        spec = orders.OrderSpec([line], seller=seller.username, created_at=at, takes=False)
        return orders.place(self._shop, spec, "buyer")

    @command
    async def _show(self, request: web.Request) -> Any:
        return self._shop.world.order(request.match_info["id"])

    @command
    async def _pay(self, request: web.Request) -> Any:
        return orders.brief(orders.pay(self._shop, await self._order(request)))

    @command
    async def _force(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said.pop("order"))
        orders.force(self._shop, order, said)
        return orders.brief(order)

    @command
    async def _touch(self, request: web.Request) -> Any:
        order = await self._order(request)
        orders.touch(self._shop, order, "order_touched")
        return orders.brief(order)

    @command
    async def _cancel(self, request: web.Request) -> Any:
        order = await self._order(request)
        if order.cancelled_at is not None:
            raise Refusal(f"order {order.id} is cancelled already")
        cancellation.cancel(self._shop, order)
        return orders.brief(order)

    @command
    async def _ask_cancel(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        cancellation.request(self._shop, order, said.get("reason", "ORDER_MISTAKE"))
        return orders.brief(order)

    @command
    async def _withdraw(self, request: web.Request) -> Any:
        order = await self._order(request)
        for asked in order.requests:
            if asked.state == "REQUESTED":
                asked.state, asked.completed_at = "REJECTED", milliseconds(self._shop.clock.now())
        orders.touch(self._shop, order, "cancel_withdrawn")
        return orders.brief(order)

    @command
    async def _refund(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        value = decimal_of(said["amount"]) if "amount" in said else None
        if "amount" in said and (value is None or value <= 0):
            raise CommandError("an amount is decimal text, above zero")
        refunds.give(self._shop, order, value, said.get("line"), at_once=bool(said.get("at_once", True)))
        return orders.brief(order)

    @command
    async def _fail_refund(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        refunds.settle(self._shop, order, said["refund"], "FAILED")
        return orders.brief(order)

    @command
    async def _start(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._shop.world.seller(said.pop("seller", None))
        said = {("left" if name == "count" else name): value for name, value in said.items()}
        shoppers = msgspec.convert({**said, "seller": seller.username}, Shoppers)
        behaviour.start_shoppers(self._shop, shoppers)
        return shoppers

    @command
    async def _stop(self, request: web.Request) -> Any:
        wanted = request.query.get("seller")
        sellers = [self._shop.world.seller(wanted).username] if wanted else list(self._shop.world.sellers)
        for seller in sellers:
            behaviour.stop_shoppers(self._shop, seller)
        return {"stopped": len(sellers)}

    async def _order(self, request: web.Request) -> Order:
        return self._shop.world.order((await body_of(request))["order"])
