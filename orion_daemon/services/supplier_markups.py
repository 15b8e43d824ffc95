"""One rule for what a supplier sells to a store: a whole adopted list is put on sale, a part at a time.

Only products without a markup are touched, so a list is gone through again after each adoption, and rules that were set
for single products stay. A price that the store set itself stays too, unless it is said otherwise. Each part is one
transaction with the guarantees of `markups.py`, and locks in its order.
"""

from dataclasses import dataclass
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.domain.markups import Markup
from orion_daemon.services import access
from orion_daemon.services.costs import HAS_NO_MARKUP, SUPPLIED
from orion_daemon.services.errors import Code, NotFound, Refused
from orion_daemon.services.markups import check_currency, check_rule, kept_rule, reprice, write_rule

_CHANNEL = """
SELECT c.store_id, c.is_supplier, s.currency FROM channels c JOIN stores s ON s.id = c.store_id WHERE c.id = $1
"""
_OF_SUPPLIER = f"""
products.store_id = $1 AND products.id > $2 AND {HAS_NO_MARKUP}
AND (EXISTS (SELECT 1 FROM product_sources ps WHERE ps.product_id = products.id AND ps.channel_id = $3)
  OR EXISTS (SELECT 1 FROM marketplace_products mp JOIN catalogs k ON k.id = mp.catalog_id
             WHERE mp.id = products.marketplace_product_id AND k.channel_id = $3))
"""
_OWN_PRICE = "(products.price_minor IS NOT NULL OR products.sale_price_minor IS NOT NULL)"
_COSTS_HELD = f"""
SELECT sp.id FROM marketplace_products sp
WHERE sp.id IN (SELECT {SUPPLIED} FROM products WHERE products.id = ANY($1::bigint[])) ORDER BY sp.id FOR SHARE OF sp
"""
_PRODUCTS_HELD = f"""
SELECT products.id, {SUPPLIED} AS supplied_id, {_OWN_PRICE} AS has_own_price FROM products
WHERE products.id = ANY($1::bigint[]) ORDER BY products.id FOR NO KEY UPDATE OF products
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """`product_ids` have the rule now; `priced` of them a price, the others are paused with a code. `own_price`: left
    out because the store set a price; `without_cost`: left out because no supplier says what they cost. `last_id`: of
    the products looked at; None: there were none left."""

    product_ids: tuple[int, ...]
    priced: int
    own_price: int
    without_cost: int
    last_id: int | None


async def mark_up_supplier(
    db: Database,
    channel_id: int,
    rule: Markup,
    *,
    after_id: int,
    limit: int,
    actor: str,
    now: datetime,
    over_own_prices: bool = False,
) -> Marked:
    """Lay the rule on up to `limit` products without a markup whose keys come from this account, in the order of ids
    behind `after_id`. `over_own_prices`: also where the store set a price, which does not count any more then.

    Call again with `last_id` until it is None; repeating changes nothing. Raises NotFound; Refused for a channel that
    is no supplier; Invalid for a rule that cannot be right or is in another currency than the store's.
    """
    check_rule(rule)
    async with db.transaction() as tx:
        channel = await tx.fetch_one(_CHANNEL, channel_id)
        if channel is None:
            raise NotFound("such supplier account", "supplier")
        if not channel["is_supplier"]:
            raise Refused(Code.UNSUPPORTED, "This channel is no supplier: nothing costs anything there.", "supplier")
        check_currency(rule, channel["currency"])
        candidates = await tx.fetch(
            f"SELECT products.id FROM products WHERE {_OF_SUPPLIER} ORDER BY products.id LIMIT {limit:d}",
            channel["store_id"], after_id, channel_id,
        )  # fmt: skip
        if not candidates:
            return Marked((), 0, 0, 0, None)
        wanted = tuple([row["id"] for row in candidates])
        # As with one markup: what is being written does not see these rows yet, so wait for it.
        await tx.fetch(_COSTS_HELD, wanted)
        await tx.fetch("SELECT id FROM exchange_rates WHERE quote = $1 ORDER BY id FOR SHARE", rule.currency)
        held = await tx.fetch(_PRODUCTS_HELD, wanted)
        own_price = [row["id"] for row in held if row["has_own_price"] and not over_own_prices]
        without_cost = [row["id"] for row in held if row["supplied_id"] is None and row["id"] not in own_price]
        left_out = {*own_price, *without_cost}
        chosen = [row["id"] for row in held if row["id"] not in left_out]
        ids = await write_rule(tx, chosen, rule, now, suffix="ON CONFLICT (product_id) DO NOTHING")
        done = await reprice(tx, ids, now)
        if ids:
            detail = kept_rule(rule) | {"products": ids}
            await access.audit(tx, actor, "markup.set_many", f"channel:{channel_id}", detail, channel["store_id"], now)
        return Marked(tuple(ids), done.priced, len(own_price), len(without_cost), wanted[-1])
