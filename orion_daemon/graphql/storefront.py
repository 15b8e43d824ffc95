"""Orders placed with us directly: the store's own storefront is a channel like any other."""

from typing import Any

import strawberry

from orion_daemon.domain.incoming import Address as DomainAddress
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.order_actions import changed_order
from orion_daemon.graphql.orders import Order
from orion_daemon.graphql.payloads import Payload, mutates, store_target
from orion_daemon.graphql.scalars import MoneyInput, minor_of
from orion_daemon.services import storefront
from orion_daemon.services.errors import Code, Invalid


@strawberry.input
class PersonInput:
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    customer_id: str | None = strawberry.field(default=None, description="The shop's own id of the customer.")
    ip_address: str | None = strawberry.field(default=None, description="That the order was placed from.")
    user_agent: str | None = None


@strawberry.input
class AddressInput:
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    phone: str | None = None


@strawberry.input
class PlaceOrderLine:
    sku: str
    quantity: int
    unit_price: MoneyInput | None = strawberry.field(default=None, description="Null: the product's own price.")
    title: str | None = None


@strawberry.input(description="An order of the store's own storefront. Placing it twice with one key places it once.")
class PlaceOrderInput:
    store: str
    idempotency_key: str
    lines: list[PlaceOrderLine]
    order_number: str | None = None
    customer: PersonInput | None = None
    shipping_address: AddressInput | None = None
    billing_address: AddressInput | None = None
    currency: str | None = strawberry.field(default=None, description="Null: the store's.")
    shipping: MoneyInput | None = None
    tax: MoneyInput | None = None
    discount: MoneyInput | None = None
    total: MoneyInput | None = strawberry.field(default=None, description="Checked where it is given.")
    locale: str | None = None
    is_confirmed: bool = strawberry.field(default=False, description="The shop has accepted it already.")
    allow_short: bool = strawberry.field(default=False, description="Take it although pieces are missing.")


@strawberry.type
class PlaceOrderPayload(Payload):
    order: Order | None = None
    is_short: bool = False
    existed: bool = strawberry.field(default=False, description="It was placed before with this key.")


@mutates("operator")
async def place_order(ctx: GatewayContext, wanted: PlaceOrderInput) -> PlaceOrderPayload:
    """An order of the store's own storefront; its stock is reserved in the same transaction."""
    shop = await store_target(ctx, wanted.store)
    placed = await storefront.place_order(
        ctx.db,
        shop["id"],
        _new_order(wanted, shop["currency"]),
        idempotency_key=wanted.idempotency_key,
        actor=ctx.actor,
        now=ctx.now,
        allow_short=wanted.allow_short,
    )
    return PlaceOrderPayload(
        order=await changed_order(ctx, placed.order_id), is_short=placed.is_short, existed=placed.existed
    )


def _new_order(wanted: PlaceOrderInput, store_currency: str) -> storefront.NewOrder:
    currency = wanted.currency or store_currency

    def minor(given: MoneyInput | None, field: str) -> int | None:
        if given is None:
            return None
        if given.currency != currency:
            raise Invalid(Code.CURRENCY_DIFFERS, f"The order is in {currency}.", f"{field}.currency")
        return minor_of(given, field)

    return storefront.NewOrder(
        lines=[
            storefront.NewLine(line.sku, line.quantity, minor(line.unit_price, f"lines.{n}.unitPrice"), line.title)
            for n, line in enumerate(wanted.lines)
        ],
        customer=_person(wanted.customer),
        shipping_address=_address(wanted.shipping_address),
        billing_address=_address(wanted.billing_address),
        order_number=wanted.order_number,
        currency=wanted.currency,
        shipping_minor=minor(wanted.shipping, "shipping"),
        tax_minor=minor(wanted.tax, "tax"),
        discount_minor=minor(wanted.discount, "discount"),
        total_minor=minor(wanted.total, "total"),
        locale=wanted.locale,
        is_confirmed=wanted.is_confirmed,
    )


def _person(given: PersonInput | None) -> IncomingCustomer | None:
    if given is None:
        return None
    values: dict[str, Any] = dict(vars(given))
    return IncomingCustomer(channel_customer_id=values.pop("customer_id"), **values)


def _address(given: AddressInput | None) -> DomainAddress | None:
    return None if given is None else DomainAddress(**vars(given))


MUTATIONS = [place_order]
