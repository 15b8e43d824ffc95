"""Customers and addresses. Whatever names a person needs the role operator, and each reveal is logged (G10).

People are opened through one loader, so that all that one level of a query shows is one entry of the audit trail.
"""

from datetime import datetime
from typing import Any, cast

import strawberry

from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.graphql.connections import PAGE, After, Connection, First, StoreCode, connect
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, target
from orion_daemon.graphql.rows import Node, build
from orion_daemon.graphql.stores import Store, store_of
from orion_daemon.services import erasure, listings
from orion_daemon.services.personal import OrderPeople


@strawberry.type(description="A person as the order names it.")
class Buyer:
    email: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None


@strawberry.type
class Address:
    first_name: str | None
    last_name: str | None
    company: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    region: str | None
    country: str | None
    phone: str | None


async def revealed(info: Info, noun: str, number: int) -> Any:
    """An IncomingCustomer, an OrderPeople, a record's bytes, or None once erased. Raises FORBIDDEN below operator."""
    info.context.needs("operator")
    return await info.context.loaders.people.load((noun, number))


@strawberry.type(description="Somebody who ordered. Names, e-mail and telephone need the role operator.")
class Customer(Node):
    marketplace: str
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = strawberry.field(
        description="When the person was erased last. Who ordered anew since then has data again."
    )

    @resolved()
    async def store(self, info: Info) -> Store:
        return await store_of(info, self.row["store_id"])

    async def _person(self, info: Info) -> IncomingCustomer | None:
        return cast("IncomingCustomer | None", await revealed(info, "customer", self.row["id"]))

    @resolved()
    async def email(self, info: Info) -> str | None:
        person = await self._person(info)
        return person.email if person else None

    @resolved()
    async def first_name(self, info: Info) -> str | None:
        person = await self._person(info)
        return person.first_name if person else None

    @resolved()
    async def last_name(self, info: Info) -> str | None:
        person = await self._person(info)
        return person.last_name if person else None

    @resolved()
    async def phone(self, info: Info) -> str | None:
        person = await self._person(info)
        return person.phone if person else None


async def people_of_order(info: Info, order_id: int) -> OrderPeople:
    return cast("OrderPeople | None", await revealed(info, "order", order_id)) or OrderPeople()


def buyer(found: IncomingCustomer | None) -> Buyer | None:
    if found is None:
        return None
    return Buyer(email=found.email, first_name=found.first_name, last_name=found.last_name, phone=found.phone)


def address(found: Any) -> Address | None:
    names = ("first_name", "last_name", "company", "street", "postal_code", "city", "region", "country", "phone")
    return None if found is None else Address(**{name: getattr(found, name) for name in names})


@resolved(name="customers")
async def list_customers(
    info: Info, store: StoreCode = None, marketplace: str | None = None, first: First = PAGE, after: After = None
) -> Connection[Customer]:
    ctx = info.context
    where = listings.CUSTOMERS.where(ctx.scope, store, marketplace=marketplace)
    return await connect(ctx, Customer, listings.CUSTOMERS, where, first, after)


@strawberry.input
class EraseCustomerInput:
    customer_id: strawberry.ID


@strawberry.type
class EraseCustomerPayload(Payload):
    customer: Customer | None = None
    orders: int | None = strawberry.field(default=None, description="Orders whose people were erased by this.")
    waiting_orders: int | None = strawberry.field(
        default=None,
        description="Orders whose goods are still to be sent: they keep the shipping address, and nothing else, until"
        " the goods have left, 30 days at most (Order.erasureDueAt).",
    )


@mutates("admin")
async def erase_customer(ctx: GatewayContext, wanted: EraseCustomerInput) -> EraseCustomerPayload:
    """Erase a person for good: names and addresses, on all orders, and the documents that name them. Amounts, lines and
    history stay. The audit trail keeps the proof. Repeating is safe."""
    row = await target(ctx, listings.CUSTOMERS, "Customer", wanted.customer_id, "customerId")
    done = await erasure.erase_customer(ctx.db, row["id"], actor=ctx.actor, now=ctx.now)
    [row] = await listings.find(ctx.db, listings.CUSTOMERS, [row["id"]], ctx.scope)
    return EraseCustomerPayload(customer=build(Customer, row), orders=done.orders, waiting_orders=done.waiting)


QUERIES = [list_customers]
MUTATIONS = [erase_customer]
