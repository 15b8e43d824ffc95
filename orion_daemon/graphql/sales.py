"""Sale prices: which one is in force at the moment of asking, and the sale itself with its dates."""

from datetime import datetime

import strawberry

from orion_daemon.db.sql import Row
from orion_daemon.graphql.scalars import Money, money
from orion_daemon.services import effective

IN_FORCE = "Null unless it is in force at this moment; `sale` also tells one that is to come or over."


@strawberry.type(description="A sale price and the time in which it holds.")
class Sale:
    price: Money
    from_at: datetime | None = strawberry.field(description="Null: it holds already.")
    until_at: datetime | None = strawberry.field(description="From here on the price counts again. Null: no end.")
    is_in_force: bool = strawberry.field(description="At the moment of asking.")


def sale_of(row: Row, now: datetime) -> Sale | None:
    """`row` is a marketplace product or an effective product."""
    price = money(row["sale_price_minor"], row["currency"])
    if price is None:
        return None
    dates = effective.dates_of(row)
    return Sale(price=price, from_at=dates.from_at, until_at=dates.until_at, is_in_force=dates.hold(now))


def sale_price_of(row: Row, now: datetime) -> Money | None:
    return money(effective.sale_in_force(row, now), row["currency"])
