"""Amazon's control commands, all under `/control/amazon/`: JSON in, JSON out. Times are ISO 8601, amounts decimal text.

    POST applications {client_id?, client_secret?, id?, roles?}            PATCH applications {client_id, roles}
    POST sellers {id?, name?, marketplaces, client_id?, refresh_token?}
    PATCH sellers {seller?, marketplaces?, denied?}
    POST grants {seller?, client_id?, refresh_token?}                      GET  credentials
    POST tokens/expire {refresh_token?}       POST grants/revoke {refresh_token?}
    POST secrets/rotate {client_id?, client_secret?}
    POST dates {refresh_token? | client_id?, ends_at}       the authorisation's end, or that of the newest secret
    POST listings {seller?, listings: [{sku, prices | price, quantity?, fba?, titles?, gtin?, brand?, ...}]}
    GET  listings?seller=&sku=                PATCH listings {seller?, sku, ignores?, quantity?, prices?, issues?}
    POST orders {order} | {orders: [...]} | {random: n}                    GET  orders/{id}
    POST orders/many {count, from, to, seller?, marketplace?, ...}         GET  shipments
    POST authorise {order}                    POST cancel {order, reason?, lines?: {id: n}}
    POST cancel/request {order, reason?}      POST refund {order, amount?, line?}
    POST packages {order, reference?, status, detailed?}
    GET/PATCH settings {name: value}
    GET/PATCH quotas {operation, rate?, burst?, shown?, level?}            DELETE quotas
    POST buyers {seller?, every, first?, left?, seed?, restock?}           DELETE buyers?seller=

`cancel` is the buyer's (before payment) or Amazon's doing; a seller cancels by feed. `level` of a quota fills or
empties the buckets of all accounts. `state.Settings` lists the settings, `marketplace` mounts the commands.
"""

import functools
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from orion_daemon.sandbox.amazon import behaviour, finances, quotas, sellers, shipments, tokens
from orion_daemon.sandbox.amazon.listings import add_listing
from orion_daemon.sandbox.amazon.orders import (
    OrderSpec,
    ask_to_cancel,
    authorise,
    cancel,
    place,
    price_of,
)
from orion_daemon.sandbox.amazon.patches import change
from orion_daemon.sandbox.amazon.places import place as place_of
from orion_daemon.sandbox.amazon.state import (
    Application,
    Bucket,
    Buyers,
    Grant,
    Listing,
    Market,
    Order,
    Quota,
    Refusal,
    Seller,
    Settings,
    Unknown,
)
from orion_daemon.sandbox.control import answer, body_of, moment
from orion_daemon.sandbox.vendor import CommandError

Method = Callable[[Any, web.Request], Awaitable[Any]]


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


def command(method: Method) -> Callable[[Any, web.Request], Awaitable[web.Response]]:
    """A command returns plain values; what it names in vain is 404, what contradicts the world is 409."""

    @functools.wraps(method)
    async def run(self: Any, request: web.Request) -> web.Response:
        try:
            return answer(msgspec.to_builtins(await method(self, request)))
        except Unknown as error:
            raise CommandError(str(error), 404) from error
        except Refusal as error:
            raise CommandError(str(error), 409) from error
        except KeyError as error:
            raise CommandError(f"the command needs {error}") from error

    return run


class AmazonControl:
    def __init__(self, market: Market) -> None:
        self._market = market

    def routes(self) -> list[web.RouteDef]:
        at = "/control/amazon"
        return [
            web.post(f"{at}/applications", self._add_application),
            web.patch(f"{at}/applications", self._change_application),
            web.post(f"{at}/sellers", self._add_seller),
            web.patch(f"{at}/sellers", self._change_seller),
            web.post(f"{at}/grants", self._grant),
            web.post(f"{at}/grants/revoke", self._revoke),
            web.get(f"{at}/credentials", self._credentials),
            web.post(f"{at}/tokens/expire", self._expire),
            web.post(f"{at}/secrets/rotate", self._rotate),
            web.post(f"{at}/dates", self._date),
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
            web.get(f"{at}/settings", self._settings),
            web.patch(f"{at}/settings", self._set),
            web.get(f"{at}/quotas", self._quotas),
            web.patch(f"{at}/quotas", self._set_quota),
            web.delete(f"{at}/quotas", self._clear_quotas),
            web.post(f"{at}/buyers", self._start),
            web.delete(f"{at}/buyers", self._stop),
        ]

    @command
    async def _add_application(self, request: web.Request) -> Any:
        said = await body_of(request)
        made = sellers.add_application(
            self._market, said.get("client_id"), said.get("client_secret"), said.get("id"), said.get("roles")
        )
        return {**msgspec.to_builtins(made), "client_secret": made.secrets[-1].value}

    @command
    async def _change_application(self, request: web.Request) -> Any:
        """The application's roles, and those of its grants at once: what a new authorisation would bring."""
        said = await body_of(request)
        application = self._application(said)
        application.roles = list(said["roles"])
        for grant in self._market.world.grants.values():
            if grant.application == application.id:
                grant.roles = list(application.roles)
        return application

    @command
    async def _add_seller(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller_id = said.get("id") or f"A{self._market.world.opaque(13)}"
        seller = Seller(seller_id, said.get("name") or seller_id, list(said["marketplaces"]))
        known = self._market.world.applications
        application = self._application(said) if known or said.get("client_id") else None
        grant = sellers.add_seller(self._market, application, seller, said.get("refresh_token"))
        return {**msgspec.to_builtins(seller), "refresh_token": grant.refresh_token if grant else None}

    @command
    async def _change_seller(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        seller.marketplaces = list(said.get("marketplaces", seller.marketplaces))
        seller.denied = list(said.get("denied", seller.denied))
        return seller

    @command
    async def _grant(self, request: web.Request) -> Any:
        said = await body_of(request)
        seller = self._market.world.seller(said.get("seller"))
        return tokens.grant(self._market, self._application(said), seller, said.get("refresh_token"))

    @command
    async def _revoke(self, request: web.Request) -> Any:
        grant = self._one_grant(await body_of(request))
        tokens.revoke(self._market, grant)
        return {"revoked": grant.id}

    @command
    async def _credentials(self, _request: web.Request) -> Any:
        world = self._market.world
        return {"applications": list(world.applications.values()), "grants": list(world.grants.values())}

    @command
    async def _expire(self, request: web.Request) -> Any:
        return {"expired": tokens.expire(self._market, self._one_grant(await body_of(request)))}

    @command
    async def _rotate(self, request: web.Request) -> Any:
        said = await body_of(request)
        made = tokens.rotate(self._market, self._application(said), said.get("client_secret"))
        return {"client_secret": made.value, "ends_at": made.ends_at}

    @command
    async def _date(self, request: web.Request) -> Any:
        said = await body_of(request)
        ends_at = moment(said["ends_at"])
        target = self._application(said).secrets[-1] if "client_id" in said else self._one_grant(said)
        target.ends_at = ends_at
        return {"ends_at": ends_at}

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
    async def _settings(self, _request: web.Request) -> Any:
        return self._market.world.settings

    @command
    async def _set(self, request: web.Request) -> Any:
        said = {**msgspec.to_builtins(self._market.world.settings), **await body_of(request)}
        self._market.world.settings = msgspec.convert(said, Settings)
        return self._market.world.settings

    @command
    async def _quotas(self, _request: web.Request) -> Any:
        world, now = self._market.world, self._market.now()
        accounts: dict[str, dict[str, float]] = {}
        for name in world.buckets:
            operation, _, account = name.partition("/")
            accounts.setdefault(operation, {})[account] = quotas.level(world, operation, account, now)
        plans = {name: quotas.plan(world, name) for name in quotas.PUBLISHED}
        return {
            name: {"rate": rate, "burst": burst, "shown": shown, "left": accounts.get(name, {})}
            for name, (rate, burst, shown) in plans.items()
        }

    @command
    async def _set_quota(self, request: web.Request) -> Any:
        said = await body_of(request)
        found = quotas.named(said.pop("operation"))
        level = said.pop("level", None)
        if not found:
            raise Unknown(f"no such operation; there are {', '.join(quotas.PUBLISHED)}")
        world, now = self._market.world, self._market.now()
        for operation in found:
            if said:
                world.quotas[operation] = msgspec.convert(said, Quota)
            if level is not None:
                for grant in world.grants.values():
                    account = grant.seller if "JSON" in operation else f"{grant.seller}/{grant.application}"
                    world.buckets[f"{operation}/{account}"] = Bucket(float(level), now)
        return found

    @command
    async def _clear_quotas(self, _request: web.Request) -> Any:
        """Published plans again, and full buckets."""
        self._market.world.quotas.clear()
        self._market.world.buckets.clear()
        return {}

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

    def _application(self, said: dict[str, Any]) -> Application:
        known = self._market.world.applications
        name = said.get("client_id")
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name not in known:
            raise Unknown(f"no application has the client id {name!r}")
        return known[name]

    def _one_grant(self, said: dict[str, Any]) -> Grant:
        known = self._market.world.grants
        token = said.get("refresh_token")
        if token is None and known:
            return list(known.values())[-1]
        if token not in known:
            raise Unknown("no grant has that refresh token")
        return known[token]


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
