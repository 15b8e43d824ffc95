"""The supplier's control commands, all under `/control/codeswholesale/`: JSON in, JSON out, amounts as decimal text.

    POST accounts {client_id?, client_secret?, signature?, environment?, balance?, credit?, name?, email?, webhook?}
    GET accounts      PATCH accounts {client?, balance?, credit?, client_secret?, signature?, environment?, webhook?}
    POST tokens/kill {client?} (calls are 401, asking gives a new one)           POST tokens/life {seconds, client?}
    POST products {product} | {products: [...]} | {count, age?} | {sandbox: true} (the four that are always there)
    GET products?offset=&limit=    GET products/{id}    PATCH products {product, ...}    DELETE products?product=
    POST products/hide {product, postback?}   POST products/show {product}   POST products/move {product, to}
    POST price {product, price, when?: now|after_read, postback?}    (`after_read`: once somebody has read the old one)
    POST stock {product, quantity?, real?, postback?}    (`real` may differ from the quantity that is shown)
    POST walks/expire    (all continuation tokens)
    GET preorders     POST preorders/assign {order?, code?, kind?, postback?}     POST preorders/cancel {order?, code?}
    GET orders/{id or reference}    GET bought?reference=&product=    (what truly was bought)
    POST postbacks {type, url?, products?, order?, hash?: good|bad|test|missing, times?, ...} | {messages: [...]}
    POST risk {score, ip_tor?, ...}     GET/PATCH settings {name: value}     GET/PATCH quotas {operation: limit | null}

`supplier` mounts them, `records.Settings` lists the settings, `catalogue.ProductSpec` and `postbacks.PostbackSpec` what
a product and a postback may say. `client` may be left out where there is one account. With `postback` the accounts'
webhooks are told; an assignment tells them by itself unless that is false.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import ClientSession, web
from msgspec import UNSET

from orion_daemon.sandbox.codeswholesale import (
    behaviour,
    catalogue,
    demo,
    generated,
    orders,
    postbacks,
    preorders,
    walks,
)
from orion_daemon.sandbox.codeswholesale.account_control import command
from orion_daemon.sandbox.codeswholesale.answers import cents_of
from orion_daemon.sandbox.codeswholesale.state import Refusal, Store, Unknown
from orion_daemon.sandbox.control import body_of


class CodesWholesaleControl:
    def __init__(self, store: Store, session: Callable[[], ClientSession]) -> None:
        self._store, self._session = store, session

    def routes(self) -> list[web.RouteDef]:
        at = "/control/codeswholesale"
        return [
            web.post(f"{at}/products", self._add),
            web.get(f"{at}/products", self._list),
            web.get(f"{at}/products/{{id}}", self._show_product),
            web.patch(f"{at}/products", self._change),
            web.delete(f"{at}/products", self._remove),
            web.post(f"{at}/products/hide", self._hide),
            web.post(f"{at}/products/show", self._show),
            web.post(f"{at}/products/move", self._move),
            web.post(f"{at}/price", self._price),
            web.post(f"{at}/stock", self._stock),
            web.post(f"{at}/walks/expire", self._expire),
            web.get(f"{at}/preorders", self._waiting),
            web.post(f"{at}/preorders/assign", self._assign),
            web.post(f"{at}/preorders/cancel", self._cancel),
            web.get(f"{at}/orders/{{id}}", self._order),
            web.get(f"{at}/bought", self._bought),
        ]

    @command
    async def _add(self, request: web.Request) -> Any:
        said = await body_of(request)
        if "count" in said:
            batch = generated.add(self._store, int(said["count"]), timedelta(seconds=float(said.get("age", 86400))))
            return {"batch": batch.number, "count": batch.count}
        if said.get("sandbox"):
            return demo.sandbox_products(self._store)
        specs = msgspec.convert(said.get("products", [said]), list[catalogue.ProductSpec])
        made = [catalogue.add(self._store, spec) for spec in specs]
        return made if "products" in said else made[0]

    @command
    async def _list(self, request: web.Request) -> Any:
        query, world = request.query, self._store.world
        walk = walks.Walk(int(query.get("offset", 0)), self._store.now(), world.walks)
        found = walks.read(self._store, walk, int(query.get("limit", 50)))
        return [{"id": product.id, **catalogue.told(product)} for product in found]

    @command
    async def _show_product(self, request: web.Request) -> Any:
        product = catalogue.find(self._store, request.match_info["id"])
        if product is None:
            raise Unknown(f"no product {request.match_info['id']!r}")
        return product

    @command
    async def _change(self, request: web.Request) -> Any:
        said = await body_of(request)
        product_id = said.pop("product")
        if "id" in said:
            raise Refusal("a product keeps its id")
        return catalogue.change(self._store, product_id, msgspec.convert(said, catalogue.ProductSpec))

    @command
    async def _remove(self, request: web.Request) -> Any:
        catalogue.remove(self._store, request.query["product"])
        return {"removed": request.query["product"]}

    @command
    async def _hide(self, request: web.Request) -> Any:
        said = await body_of(request)
        product = catalogue.hide(self._store, said["product"])
        await self._tell(said, "PRODUCT_HIDDEN", product.id)
        return catalogue.told(product)

    @command
    async def _show(self, request: web.Request) -> Any:
        """Nobody is told: there is no postback for it."""
        return catalogue.told(catalogue.hide(self._store, (await body_of(request))["product"], hidden=False))

    @command
    async def _move(self, request: web.Request) -> Any:
        said = await body_of(request)
        catalogue.move(self._store, said["product"], int(said["to"]))
        return {"product": said["product"], "to": int(said["to"])}

    @command
    async def _price(self, request: web.Request) -> Any:
        said = await body_of(request)
        product, cents = catalogue.own(self._store, said["product"]), cents_of(said["price"])
        if cents is None or cents < 0:
            raise Refusal(f"{said['price']!r} is not an amount with at most two decimals")
        if said.get("when", "now") == "after_read":
            product.moves_to = cents
            return catalogue.told(product)
        catalogue.set_price(self._store, product, cents)
        await self._tell(said, "STOCK", product.id)
        return catalogue.told(product)

    @command
    async def _stock(self, request: web.Request) -> Any:
        said = await body_of(request)
        product = catalogue.own(self._store, said["product"])
        catalogue.set_stock(self._store, product, said.get("quantity"), said.get("real", UNSET))
        await self._tell(said, "STOCK", product.id)
        return catalogue.told(product)

    @command
    async def _expire(self, _request: web.Request) -> Any:
        walks.expire(self._store)
        return {"expired": True}

    @command
    async def _waiting(self, _request: web.Request) -> Any:
        return preorders.waiting(self._store)

    @command
    async def _assign(self, request: web.Request) -> Any:
        """Every piece that waits, unless an order or a code is named."""
        said = await body_of(request)
        found = self._named(said)
        for code in found:
            preorders.assign(self._store, code, said.get("kind", "text"))
        if said.get("postback", self._store.world.settings.announces):
            await behaviour.tell(self._store, found, self._session())
        return {"assigned": [code.id for code in found]}

    @command
    async def _cancel(self, request: web.Request) -> Any:
        said = await body_of(request)
        found = self._named(said)
        for code in found:
            preorders.cancel(self._store, code)
        if said.get("postback", False):
            await behaviour.tell(self._store, found, self._session())
        return {"cancelled": [code.id for code in found]}

    @command
    async def _order(self, request: web.Request) -> Any:
        """The order with all its codes, whatever a client may see of it."""
        order = self._store.world.order(request.match_info["id"])
        codes = [self._store.world.codes[code_id] for line in order.lines for code_id in line.codes]
        return {**msgspec.to_builtins(order), "codes": codes}

    @command
    async def _bought(self, request: web.Request) -> Any:
        return orders.bought(self._store, request.query.get("reference"), request.query.get("product"))

    def _named(self, said: dict[str, Any]) -> list[Any]:
        found = preorders.waiting(self._store, said.get("order"), said.get("code"))
        if not found:
            raise Refusal("nothing waits there for a code")
        return found

    async def _tell(self, said: dict[str, Any], kind: postbacks.Kind, product_id: str) -> None:
        if said.get("postback"):
            await postbacks.announce(self._store, kind, self._session(), products=[product_id])
