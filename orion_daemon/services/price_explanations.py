"""How a price came about, for people: the rule that stands, the state, and the last price with all it was made of.

A product that is paused keeps the explanation of the price that it had; why there is none now stands beside it. Writer:
`markups.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.markups import Markup
from orion_daemon.services.markups import rule_of


@dataclass(frozen=True, slots=True)
class ShownStep:
    """`amount` is a decimal string in `currency`, as it stood after the step."""

    name: str
    amount: str
    currency: str
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`state`: waiting, priced, paused; `code` and `reason` say why it is paused. `price_minor` is the last one that
    was made, of `steps`, at `made_at`; None with what follows where none ever was. `made_of`: the rule of then, cost
    and exchange rate with the times as of which they held. Unless the cost and the rate are read again, the price
    holds `good_until`. `looked_at`: when it was last tried."""

    product_id: int
    rule: Markup
    state: str
    code: str
    reason: str
    looked_at: datetime | None
    price_minor: int | None = None
    floor_minor: int | None = None
    steps: tuple[ShownStep, ...] = ()
    made_of: dict[str, Any] | None = None
    made_at: datetime | None = None
    good_until: datetime | None = None


async def explain(source: Database | Tx, product_id: int) -> Explanation | None:
    """None: the product has no markup."""
    return (await explain_many(source, [product_id])).get(product_id)


async def explain_many(source: Database | Tx, product_ids: Sequence[int]) -> dict[int, Explanation]:
    """By product; those without a markup are left out."""
    sql = "SELECT * FROM product_markups WHERE product_id = ANY($1::bigint[])"
    return {row["product_id"]: _explanation(row) for row in await source.fetch(sql, tuple(product_ids))}


def _explanation(row: Row) -> Explanation:
    known = row["product_id"], rule_of(row), row["state"], row["paused_code"], row["paused_reason"], row["priced_at"]
    kept = row["inputs_json"]
    if kept is None:
        return Explanation(*known)
    return Explanation(
        *known,
        price_minor=row["price_minor"],
        floor_minor=kept["floor_minor"],
        steps=tuple([ShownStep(**step) for step in kept["steps"]]),
        made_of={name: kept[name] for name in ("rule", "cost", "rate")},
        made_at=datetime.fromisoformat(kept["made_at"]),
        good_until=datetime.fromisoformat(kept["good_until"]),
    )
