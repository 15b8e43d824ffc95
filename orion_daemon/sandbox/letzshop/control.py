"""Letzshop's control commands, all under `/control/letzshop/`: JSON in, JSON out.

    POST vendors {slug, name?, form?}             POST keys {vendors, token?, role?, expired?}   PATCH keys {token, ...}
    POST products {vendor?, products: [...]}      GET  stock?vendor=                  GET/PATCH switches {name: value}
    POST orders {order} | {orders: [...]} | {random: n}       GET orders/{id}
    POST cancel {order, items?}     POST answer {order|shipment, available} | {units: {id: bool}}
    POST tracking {shipment, code?, provider?}    POST status {order, status}    POST returns {order, units?|items?}
    POST buyers {vendor?, every, first?, count?, seed?}   DELETE buyers?vendor=    POST habits {vendor?, answers, ...}
    POST feeds {vendor?, language, url, every?}   POST feeds/read {vendor?, language?}     PUT files/{name} (raw body)

`marketplace` mounts them, `state.Switches` lists the switches.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import ClientSession, web
from msgspec import Struct

from orion_daemon.sandbox.control import answer, body_of
from orion_daemon.sandbox.letzshop import behaviour, feeds, fulfillment, inventory
from orion_daemon.sandbox.letzshop.orders import OrderSpec, Refusal, place
from orion_daemon.sandbox.letzshop.state import (
    Buyers,
    FeedFile,
    FeedSource,
    Habits,
    Key,
    Names,
    Order,
    Role,
    Shop,
    Switches,
    Unknown,
    Vendor,
)
from orion_daemon.sandbox.vendor import CommandError

Method = Callable[[Any, web.Request], Awaitable[Any]]


class ProductSpec(Struct, forbid_unknown_fields=True):
    price: str | float
    sku: str | None = None
    quantity: int = 0
    sale_price: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    name: Names | None = None
    description: Names | None = None
    brand: str | None = None
    age_restriction: int | None = None


class KeySpec(Struct, forbid_unknown_fields=True):
    vendors: list[str] = msgspec.field(default_factory=list)
    token: str | None = None
    role: Role | None = None
    expired: bool | None = None


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


class LetzshopControl:
    def __init__(self, shop: Shop, session: Callable[[], ClientSession]) -> None:
        self._shop, self._session = shop, session

    def routes(self) -> list[web.RouteDef]:
        at = "/control/letzshop"
        return [
            web.post(f"{at}/vendors", self._add_vendor),
            web.post(f"{at}/keys", self._add_key),
            web.patch(f"{at}/keys", self._change_key),
            web.post(f"{at}/products", self._publish),
            web.get(f"{at}/stock", self._stock),
            web.get(f"{at}/switches", self._switches),
            web.patch(f"{at}/switches", self._switch),
            web.post(f"{at}/orders", self._place),
            web.get(f"{at}/orders/{{id}}", self._show),
            web.post(f"{at}/cancel", self._cancel),
            web.post(f"{at}/answer", self._answer),
            web.post(f"{at}/tracking", self._track),
            web.post(f"{at}/status", self._status),
            web.post(f"{at}/returns", self._return),
            web.post(f"{at}/buyers", self._start),
            web.delete(f"{at}/buyers", self._stop),
            web.post(f"{at}/habits", self._habits),
            web.post(f"{at}/feeds", self._add_feed),
            web.post(f"{at}/feeds/read", self._read_feeds),
            web.put(f"{at}/files/{{name}}", self._put_file),
        ]

    @command
    async def _add_vendor(self, request: web.Request) -> Any:
        said = await body_of(request)
        world, slug = self._shop.world, said["slug"]
        old = next((vendor for vendor in world.vendors.values() if vendor.slug == slug), None)
        facts = {"id": old.id if old else world.opaque(), "name": slug, **said}
        vendor = msgspec.convert(facts, Vendor)
        world.vendors[vendor.id] = vendor
        return vendor

    @command
    async def _add_key(self, request: web.Request) -> Any:
        spec = msgspec.convert(await body_of(request), KeySpec)
        world = self._shop.world
        vendors = [world.vendor(name).id for name in spec.vendors] or [world.vendor(None).id]
        token = spec.token or world.opaque("key_")
        key = Key(token, f"key-{len(world.keys) + 1}", vendors, spec.role or "shop_manager", bool(spec.expired))
        world.keys[token] = key
        return key

    @command
    async def _change_key(self, request: web.Request) -> Any:
        spec = msgspec.convert(await body_of(request), KeySpec)
        key = self._shop.world.keys.get(spec.token or "")
        if key is None:
            raise Unknown("no key has that token")
        key.role = spec.role or key.role
        key.expired = key.expired if spec.expired is None else spec.expired
        key.vendors = [self._shop.world.vendor(name).id for name in spec.vendors] or key.vendors
        self._shop.ledger.record("key_changed", key=key.id, role=key.role, expired=key.expired)
        return key

    @command
    async def _publish(self, request: web.Request) -> Any:
        said = await body_of(request)
        vendor = self._shop.world.vendor(said.get("vendor"))
        specs = msgspec.convert(said["products"], list[ProductSpec])
        made = []
        for spec in specs:
            facts = {
                name: getattr(spec, name) for name in spec.__struct_fields__ if name not in ("name", "price", "sku")
            }
            facts["availability"] = "in stock" if spec.quantity else "out of stock"
            made.append(
                inventory.add_product(self._shop, vendor.id, spec.sku, str(spec.price), names=spec.name, **facts)
            )
        return made

    @command
    async def _stock(self, request: web.Request) -> Any:
        wanted = request.query.get("vendor")
        vendors = {self._shop.world.vendor(wanted).id} if wanted else set(self._shop.world.vendors)
        shelf = [p for p in self._shop.world.products.values() if p.vendor in vendors]
        shown = ("sku", "quantity", "availability", "price", "sale_price")
        return [{name: getattr(product, name) for name in shown} for product in shelf]

    @command
    async def _switches(self, _request: web.Request) -> Any:
        return self._shop.world.switches

    @command
    async def _switch(self, request: web.Request) -> Any:
        said = await body_of(request)
        unknown = set(said) - set(Switches.__struct_fields__)
        if unknown:
            raise CommandError(f"no such switch: {', '.join(sorted(unknown))}")
        known = msgspec.to_builtins(self._shop.world.switches)
        self._shop.world.switches = msgspec.convert({**known, **said}, Switches)
        return self._shop.world.switches

    @command
    async def _place(self, request: web.Request) -> Any:
        said = await body_of(request)
        if "random" in said:
            vendor = self._shop.world.vendor(said.get("vendor"))
            return [self._brief(order) for order in self._invent(vendor, int(said["random"]), said.get("seed", 0))]
        specs = msgspec.convert(said.get("orders", [said]), list[OrderSpec])
        placed = []
        for spec in specs:
            order = place(self._shop, spec)
            behaviour.follow_habits(self._shop, order)
            placed.append(self._brief(order))
        return placed if "orders" in said else placed[0]

    def _invent(self, vendor: Vendor, wanted: int, seed: int) -> list[Order]:
        made = [behaviour.buy_nth(self._shop, vendor.id, f"{seed}:{index}") for index in range(wanted)]
        return [order for order in made if order is not None]

    @command
    async def _show(self, request: web.Request) -> Any:
        order = self._shop.world.order(request.match_info["id"])
        shipments = [self._shop.world.shipments[shipment_id] for shipment_id in order.shipments]
        return {**msgspec.to_builtins(order), "shipments": msgspec.to_builtins(shipments)}

    @command
    async def _cancel(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        self._shop.ledger.record("order_cancelled", order=order.id, items=said.get("items"), by=said.get("by", "buyer"))
        fulfillment.cancel(self._shop, order, said.get("items"), said.get("by", "buyer"))
        return self._brief(order)

    @command
    async def _answer(self, request: web.Request) -> Any:
        said = await body_of(request)
        world = self._shop.world
        answers = dict(said.get("units") or {})
        if not answers:
            homes = [said["shipment"]] if "shipment" in said else world.order(said["order"]).shipments
            waiting = [u for home in homes for u in world.shipments[home].units if u.state == "unconfirmed"]
            answers = {unit.id: bool(said.get("available", True)) for unit in waiting}
        held, problems = fulfillment.answer_units(self._shop, list(answers.items()), set(world.vendors), "staff")
        shown = [{"id": unit.id, "state": unit.state} for unit, _ in held]
        return {"units": shown, "errors": [{"id": p.id, "code": p.code} for p in problems]}

    @command
    async def _track(self, request: web.Request) -> Any:
        said = await body_of(request)
        everyone = set(self._shop.world.vendors)
        parcel = (said.get("code"), said.get("provider"))
        _, problems = fulfillment.set_tracking(self._shop, said["shipment"], *parcel, everyone, "staff")
        return {"errors": [{"id": p.id, "code": p.code} for p in problems]}

    @command
    async def _status(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        fulfillment.force_status(self._shop, order, said["status"], said.get("by", "staff"))
        return self._brief(order)

    @command
    async def _return(self, request: web.Request) -> Any:
        said = await body_of(request)
        order = self._shop.world.order(said["order"])
        units, items = said.get("units") or [], said.get("items") or {}
        back = fulfillment.take_back(self._shop, order, units, items, said.get("by", "buyer"))
        return {**self._brief(order), "units": back}

    @command
    async def _start(self, request: web.Request) -> Any:
        said = await body_of(request)
        vendor = self._shop.world.vendor(said.pop("vendor", None))
        said = {("left" if name == "count" else name): value for name, value in said.items()}
        buyers = msgspec.convert({**said, "vendor": vendor.id}, Buyers)
        behaviour.start_buyers(self._shop, buyers)
        return buyers

    @command
    async def _stop(self, request: web.Request) -> Any:
        wanted = request.query.get("vendor")
        vendors = [self._shop.world.vendor(wanted).id] if wanted else list(self._shop.world.vendors)
        for vendor_id in vendors:
            behaviour.stop_buyers(self._shop, vendor_id)
        return {"stopped": len(vendors)}

    @command
    async def _habits(self, request: web.Request) -> Any:
        said = await body_of(request)
        vendor = self._shop.world.vendor(said.pop("vendor", None))
        habits = msgspec.convert({**said, "vendor": vendor.id}, Habits)
        self._shop.world.habits[vendor.id] = habits
        return habits

    @command
    async def _add_feed(self, request: web.Request) -> Any:
        said = await body_of(request)
        vendor = self._shop.world.vendor(said.pop("vendor", None))
        source = msgspec.convert({**said, "vendor": vendor.id}, FeedSource)
        if source.language not in Names.__struct_fields__:
            raise CommandError("the marketplace reads en, fr and de")
        self._shop.world.feeds[f"{vendor.id}/{source.language}"] = source
        feeds.plan_reading(self._shop, source)
        return source

    @command
    async def _read_feeds(self, request: web.Request) -> Any:
        said = await body_of(request)
        vendor = self._shop.world.vendor(said["vendor"]).id if "vendor" in said else None
        sources = [
            source
            for source in self._shop.world.feeds.values()
            if vendor in (None, source.vendor) and said.get("language") in (None, source.language)
        ]
        return [await feeds.read(self._shop, source, self._session()) for source in sources]

    @command
    async def _put_file(self, request: web.Request) -> Any:
        name, text = request.match_info["name"], (await request.read()).decode()
        self._shop.world.files[name] = FeedFile(text, self._shop.clock.now())
        return {"path": f"/letzshop/feeds/{name}", "bytes": len(text.encode())}

    def _brief(self, order: Order) -> dict[str, Any]:
        shipments = [self._shop.world.shipments[shipment_id] for shipment_id in order.shipments]
        return {
            "id": order.id,
            "number": order.number,
            "status": order.status,
            "lines": [{"id": line.id, "sku": line.sku, "quantity": line.quantity} for line in order.lines],
            "shipments": [{"id": s.id, "state": s.state, "units": [u.id for u in s.units]} for s in shipments],
        }
