"""The schema, built once a process from the nouns' files, and what surrounds every operation.

`execute` and `stream` give each operation a context of its own and a limit of time; errors are settled before anybody
sees them. `schema.graphql` beside this file is `sdl()`, tested equal; `orion schema print` prints it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types import ExecutionContext, ExecutionResult

from orion_daemon.graphql import (
    access,
    account_actions,
    customers,
    deliveries,
    earlier_orders,
    import_actions,
    imports,
    inventory,
    jobs,
    key_actions,
    keys,
    mail_templates,
    marketplace_products,
    markup_actions,
    markups,
    nodes,
    offers,
    order_actions,
    orders,
    product_actions,
    products,
    record_problems,
    refunds,
    schedule,
    shipments,
    storefront,
    stores,
    subscriptions,
    supply,
    sync_status,
)
from orion_daemon.graphql.errors import Coded, settle
from orion_daemon.graphql.limits import DocumentLimits
from orion_daemon.graphql.scalars import SCALARS

_CACHED_DOCUMENTS = 256


class GatewaySchema(strawberry.Schema):
    async def execute(self, query: str | None, *args: Any, **kwargs: Any) -> ExecutionResult:
        context = kwargs["context_value"] = kwargs["context_value"].fork()
        seconds = context.parts.limits.request_timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await super().execute(query, *args, **kwargs)
        except TimeoutError:
            return ExecutionResult(data=None, errors=[Coded("TIMEOUT", f"The answer took longer than {seconds:g} s.")])

    async def stream(self, query: str | None, *args: Any, **kwargs: Any) -> Any:
        kwargs["context_value"] = kwargs["context_value"].fork()
        return await super().stream(query, *args, **kwargs)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        if execution_context is not None:
            context = execution_context.context
            for error in errors:
                settle(error, context.correlation_id, suggestions=context.parts.limits.introspection)


def _collected(name: str) -> list[Any]:
    nouns: Sequence[Any] = (
        nodes,
        access,
        stores,
        sync_status,
        marketplace_products,
        products,
        product_actions,
        offers,
        inventory,
        orders,
        storefront,
        order_actions,
        earlier_orders,
        shipments,
        refunds,
        keys,
        key_actions,
        supply,
        deliveries,
        mail_templates,
        markups,
        markup_actions,
        record_problems,
        customers,
        imports,
        import_actions,
        jobs,
        account_actions,
        schedule,
    )
    return [field for noun in nouns for field in getattr(noun, name, ())]


SCHEMA = GatewaySchema(
    query=create_type("Query", _collected("QUERIES")),
    mutation=create_type("Mutation", _collected("MUTATIONS")),
    subscription=create_type("Subscription", subscriptions.SUBSCRIPTIONS),
    types=list(nodes.NODES),
    extensions=[
        DocumentLimits,
        lambda: ParserCache(_CACHED_DOCUMENTS),
        lambda: ValidationCache(_CACHED_DOCUMENTS),
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)


def sdl() -> str:
    return SCHEMA.as_str() + "\n"
