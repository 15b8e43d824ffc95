"""Offers: which products stand on which channel, and how far the channel knows their level (G4, G7).

Nothing here holds a level to be sent: `levels_to_send` computes it from the stock of that moment. A change only makes
offers different and raises their version; a result counts for the version it was sent for, so a change during a call
is simply another difference. The caller of `mark_products_different` writes the change in the same transaction.
What a channel is told: `levels.py`, the same for a feed.
Sender: the marketplace actor (a channel that reads a feed publishes it when PushInventory comes).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import OffersDiffer, SyncStatusChanged
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import PUSH_INVENTORY, URGENT, Nothing
from orion_daemon.services import levels

STOREFRONT = "storefront"
FEED_RESTS = "feed_rests"
"""Why a push waits that gathers changes; see `sync_runs.feed_rests_until`."""

_MARK = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $2,
  error_code = CASE WHEN error_code = 'not_manageable' THEN error_code ELSE '' END,
  error_message = CASE WHEN error_code = 'not_manageable' THEN error_message ELSE '' END,
  is_urgent = COALESCE(product_id = ANY($3::bigint[]) OR is_urgent OR
    (SELECT SUM(e.on_hand - e.reserved) FROM inventory_entries e WHERE e.product_id = offers.product_id)
    <= COALESCE((SELECT p.safety_stock FROM products p WHERE p.id = offers.product_id),
                (SELECT c.safety_stock FROM inventory_sync_configs c WHERE c.channel_id = offers.channel_id), 0)
     + COALESCE((SELECT c.out_of_stock_threshold FROM inventory_sync_configs c
                 WHERE c.channel_id = offers.channel_id), 0), FALSE)
WHERE id IN (SELECT o.id FROM offers o WHERE o.product_id = ANY($1::bigint[]) AND o.is_active ORDER BY o.id FOR UPDATE)
RETURNING channel_id, is_urgent
"""
_MARK_CHANNEL = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $2,
  error_code = CASE WHEN error_code = 'not_manageable' THEN error_code ELSE '' END,
  error_message = CASE WHEN error_code = 'not_manageable' THEN error_message ELSE '' END
WHERE id IN (SELECT o.id FROM offers o WHERE o.channel_id = $1 AND o.is_active ORDER BY o.id FOR UPDATE)
RETURNING channel_id
"""
_MARK_REFUSED = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $2,
  error_code = CASE WHEN error_code = 'not_manageable' THEN error_code ELSE '' END,
  error_message = CASE WHEN error_code = 'not_manageable' THEN error_message ELSE '' END
WHERE id IN (SELECT o.id FROM offers o WHERE o.id IN (
  SELECT f.id FROM offers f WHERE f.channel_id = $1 AND f.is_active AND f.state = 'failed' AND f.changed_at <= $3
  AND NOT (f.error_code = ANY($4::text[])) ORDER BY f.changed_at, f.id LIMIT $5) ORDER BY o.id FOR UPDATE)
RETURNING channel_id
"""
NOT_MANAGEABLE = "not_manageable"
"""A listing sells it that the connector cannot manage. Remembered with the offer until the channel takes a level of it,
or `outside_listings` finds that it is over: a SKU alone does not tell it from one that is not listed."""
UNLISTED = ("not_on_channel", "not_published", "fulfilled_by_amazon")
"""Refusals of connectors that no repetition changes and that are nobody's fault: the channel sells nothing there by a
level of ours."""
NOT_SOLD_THERE = (*UNLISTED, NOT_MANAGEABLE)
SHOWN_STATE = f"""
CASE WHEN offers.state = 'failed' AND offers.error_code IN ({", ".join(f"'{code}'" for code in UNLISTED)})
  THEN 'unlisted' ELSE offers.state END
"""
"""What people are shown: among the failed those that need somebody."""
REFUSED_FOR = timedelta(hours=1)
MOST_AGAIN = 500
_ALL = 2**31 - 1
_CHANNELS = """
SELECT c.id, c.store_id, c.marketplace, s.code
FROM channels c JOIN stores s ON s.id = c.store_id
WHERE c.id = ANY($1::bigint[]) AND c.is_active ORDER BY c.id
"""
_CREATE = """
INSERT INTO offers (store_id, channel_id, product_id, channel_sku, is_active, state, version, is_urgent, changed_at,
                    sent_version, error_code, error_message)
SELECT p.store_id, c.id, p.id, p.sku, TRUE, 'different', 1, FALSE, $2, 0, '', ''
FROM products p JOIN channels c ON c.store_id = p.store_id AND c.marketplace <> 'storefront'
  AND NOT c.is_supplier
WHERE p.id = ANY($1::bigint[]) AND p.store_id = $3
ON CONFLICT (channel_id, product_id) DO NOTHING
RETURNING channel_id
"""
_CREATE_FOR_CHANNEL = """
INSERT INTO offers (store_id, channel_id, product_id, channel_sku, is_active, state, version, is_urgent, changed_at,
                    sent_version, error_code, error_message)
SELECT p.store_id, c.id, p.id, p.sku, TRUE, 'different', 1, FALSE, $2, 0, '', ''
FROM channels c JOIN products p ON p.store_id = c.store_id
WHERE c.id = $1 AND c.marketplace <> 'storefront'
  AND NOT c.is_supplier
ON CONFLICT (channel_id, product_id) DO NOTHING
RETURNING channel_id
"""
_TO_SEND = f"""
SELECT o.id, o.channel_sku, o.version, o.is_urgent, o.confirmed_quantity, o.confirmed_price_minor, o.sent_at,
       o.confirmed_at, s.currency AS store_currency, {levels.LEVEL}
FROM {levels.FROM} JOIN stores s ON s.id = o.store_id
WHERE o.channel_id = $1 AND o.state = 'different' AND o.is_active{{also}}
ORDER BY o.is_urgent DESC, o.changed_at, o.id
LIMIT $2
"""


_NOT_IN_FLIGHT = (
    " AND (o.sent_at IS NULL OR o.sent_at <= {since} OR o.confirmed_at >= o.sent_at"
    " OR (o.is_urgent AND o.sent_at <= {urgent}))"
)
_REVISIONS = (
    "COALESCE((SELECT SUM(x.revisions) FROM offers x WHERE x.channel_id = o.channel_id"
    " AND x.channel_listing = o.channel_listing AND x.revised_on = {day}),"
    " CASE WHEN o.revised_on = {day} THEN o.revisions ELSE 0 END)"
)
_IN_BUDGET = f" AND ({_REVISIONS} < {{usual}} OR ({_REVISIONS} < {{most}} AND (o.is_urgent OR o.sent_quantity = 0)))"
_REVISED = """
UPDATE offers SET revisions = CASE WHEN revised_on = $2 THEN revisions + 1 ELSE 1 END, revised_on = $2,
  channel_listing = COALESCE($3, channel_listing)
WHERE id = $1
"""
USUAL_SHARE = 0.8
"""Of a day's revisions; what is left is for offers that are sold out, or are to be had again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a channel lets one offer be changed. `settled_before`: what was accepted later may still be on its way,
    and its offer is left alone until it was read back; one that may be sold out only what was accepted after
    `urgent_before`, since a word too many costs less than a piece sold twice. `day` is the vendor's, with at most
    `revisions` of one listing; where they count, a level that the channel named back already is not sent again."""

    settled_before: datetime | None = None
    urgent_before: datetime | None = None
    day: str = ""
    revisions: int | None = None

    def condition(self, first: int) -> tuple[str, tuple[object, ...]]:
        """SQL for `_TO_SEND`, and its parameters from `$first` on."""
        text, values = "", list[object]()
        if self.settled_before is not None:
            text += _NOT_IN_FLIGHT.format(since=f"${first}", urgent=f"${first + 1}")
            values += [self.settled_before, self.urgent_before or self.settled_before]
        if self.revisions is not None:
            at = first + len(values)
            text += _IN_BUDGET.format(day=f"${at}", usual=f"${at + 1}", most=f"${at + 2}")
            values += [self.day, int(self.revisions * USUAL_SHARE), self.revisions]
        return text, tuple(values)


@dataclass(frozen=True, slots=True)
class LevelToSend:
    """`quantity` None: say nothing about stock (the product is sold without it). `version` comes back with the result.

    `price_minor` is what the product is sold for on this channel (a sale price in force goes before the price, unless
    the channel prefers regular prices).
    """

    offer_id: int
    version: int
    sku: str
    quantity: int | None
    price_minor: int | None
    currency: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one level. `state`: accepted (taken, not proven), confirmed (named back), applied (it held, and
    the channel has sold of it since: `quantity` is what is left there), refused."""

    offer_id: int
    version: int
    state: str
    quantity: int | None = None
    price_minor: int | None = None
    error: tuple[str, str] | None = None
    listing: str | None = None
    told_by: str = ""  # the channel's task that tells later what became of it


async def mark_products_different(
    tx: Tx, product_ids: Sequence[int], now: datetime, *, urgent: Sequence[int] = ()
) -> None:
    """The level of these products may have changed: their offers differ until a channel confirms, and one push a
    channel is put (a hundred changes cost one). Urgent where nothing may be left to sell, and for those products that
    the caller names so."""
    if product_ids:
        rows = await tx.fetch(_MARK, tuple(sorted(set(product_ids))), now, tuple(urgent))
        await _announce(tx, [(row["channel_id"], bool(row["is_urgent"])) for row in rows], now)


async def mark_channel_different(tx: Tx, channel_id: int, now: datetime) -> None:
    """The rules of a channel changed, and with them perhaps every level there."""
    rows = await tx.fetch(_MARK_CHANNEL, channel_id, now)
    await _announce(tx, [(row["channel_id"], False) for row in rows[:1]], now)


async def mark_refused_different(
    tx: Tx, channel_id: int, now: datetime, *, is_asked: bool = False, most: int = MOST_AGAIN
) -> int:
    """Let the channel hear again what it refused an hour ago: it sells on by the level before, and its reason may have
    passed. At `most` so many, the longest untold first. `is_asked`: a person wants it, so all of them, at once. The
    caller puts the push. Returns how many."""
    if is_asked:
        rows = await tx.fetch(_MARK_REFUSED, channel_id, now, now, ("",), _ALL)
    else:
        rows = await tx.fetch(_MARK_REFUSED, channel_id, now, now - REFUSED_FOR, NOT_SOLD_THERE, most)
    return len(rows)


async def create_for_products(tx: Tx, store_id: int, product_ids: Sequence[int], now: datetime) -> int:
    """Lay an offer for each product on each marketplace channel of its store; returns how many are new. Nothing is
    offered to a supplier."""
    rows = await tx.fetch(_CREATE, tuple(sorted(set(product_ids))), now, store_id) if product_ids else []
    await _announce(tx, [(row["channel_id"], False) for row in rows], now)
    return len(rows)


async def create_for_channel(tx: Tx, channel_id: int, now: datetime) -> int:
    """A channel came later than its store's products: an offer for each that has none there; returns how many."""
    rows = await tx.fetch(_CREATE_FOR_CHANNEL, channel_id, now)
    await _announce(tx, [(row["channel_id"], False) for row in rows], now)
    return len(rows)


async def first_stock(tx: Tx, store_id: int, quantities: Sequence[tuple[int, int]], now: datetime) -> None:
    """See `inventory.first_stock`."""
    from orion_daemon.services import inventory  # stock marks offers; only this name looks back

    await inventory.first_stock(tx, store_id, quantities, now=now)


async def _announce(tx: Tx, marked: Sequence[tuple[int, bool]], now: datetime) -> None:
    urgent: dict[int, bool] = {}
    for channel_id, is_urgent in marked:
        urgent[channel_id] = urgent.get(channel_id, False) or is_urgent
    if not urgent:
        return
    puts = []
    for channel in await tx.fetch(_CHANNELS, tuple(urgent)):
        is_urgent = urgent[channel["id"]]
        puts.append(
            mailbox.Put(
                PUSH_INVENTORY,
                Nothing(),
                f"{channel['code']}:{channel['marketplace']}",
                channel["store_id"],
                channel["id"],
                priority=URGENT if is_urgent else None,
            )
        )
        tx.emit(OffersDiffer(channel["store_id"], channel["id"], is_urgent))
    if puts:
        await mailbox.put_many(tx, puts, now=now)
    for put in puts:
        if put.priority == URGENT:  # what may be sold out does not wait for a feed that rests
            await mailbox.wake(tx, put.owner, reason=FEED_RESTS, now=now)


async def levels_to_send(
    db: Database, channel_id: int, *, limit: int, now: datetime, pace: Pace = Pace()
) -> list[LevelToSend]:
    """What the channel should hear now, most urgent first, computed from this moment's stock and sales.

    Offers whose zero must not be sent are paused on the way (`sync_zero_stock = false`); they leave the list until
    stock comes back, so the answer may be shorter than `limit` while more is waiting: go on until it is empty.
    """
    also, values = pace.condition(3)
    async with db.transaction() as tx:
        rules = await levels.rules_of(tx, channel_id)
        while True:
            found, paused, equal = [], [], []
            rows = await tx.fetch(_TO_SEND.format(also=also), channel_id, limit, *values)
            for row in rows:
                told = levels.told(row, rules, now)
                if told is None:
                    paused.append((row["id"], row["version"], now))
                    continue
                price = levels.sold_at(row, rules, now)
                if pace.revisions is not None and _is_known(row, told.quantity, price):
                    equal.append((row["id"], row["version"], told.quantity, price))
                    continue
                found.append(
                    LevelToSend(
                        row["id"],
                        row["version"],
                        row["channel_sku"],
                        told.quantity,
                        price,
                        row["currency"] or row["store_currency"],
                        row["is_urgent"],
                    )
                )
            if paused:
                await tx.execute_many(
                    "UPDATE offers SET state = 'paused', is_urgent = FALSE, sent_version = $2, sent_at = $3"
                    " WHERE id = $1 AND version = $2",
                    paused,
                )
            if equal:
                await tx.execute_many(
                    "UPDATE offers SET state = 'synced', is_urgent = FALSE, sent_version = $2, sent_quantity = $3,"
                    " sent_price_minor = $4, error_code = '', error_message = '' WHERE id = $1 AND version = $2",
                    equal,
                )
            if found or not rows:
                return found


def _is_known(row: Row, quantity: int | None, price_minor: int | None) -> bool:
    """The channel's own last word is this very level."""
    if row["confirmed_at"] is None or (row["sent_at"] is not None and row["confirmed_at"] < row["sent_at"]):
        return False
    return (row["confirmed_quantity"], row["confirmed_price_minor"]) == (quantity, price_minor)


_ACCEPTED = """
UPDATE offers SET sent_version = $2, sent_quantity = $3, sent_price_minor = $4, sent_at = $5,
  error_code = '', error_message = '',
  state = CASE WHEN version = $2 THEN 'sent' ELSE state END,
  is_urgent = CASE WHEN version = $2 THEN FALSE ELSE is_urgent END
WHERE id = $1 AND sent_version <= $2 AND NOT (version = $2 AND state = 'synced') RETURNING store_id, channel_id
"""
_CONFIRMED = """
UPDATE offers SET sent_version = $2, sent_quantity = $3, sent_price_minor = $4, sent_at = COALESCE(sent_at, $5),
  confirmed_quantity = $3, confirmed_price_minor = $4, confirmed_at = $5,
  error_code = '', error_message = '',
  state = CASE WHEN version = $2 THEN 'synced' ELSE state END,
  is_urgent = CASE WHEN version = $2 THEN FALSE ELSE is_urgent END
WHERE id = $1 AND sent_version <= $2 RETURNING store_id, channel_id
"""
_APPLIED = """
UPDATE offers SET confirmed_quantity = $3, confirmed_at = $5,
  confirmed_price_minor = COALESCE($4, confirmed_price_minor)
WHERE id = $1 AND sent_version = $2 RETURNING store_id, channel_id
"""
_BY_STATE = {"confirmed": _CONFIRMED, "accepted": _ACCEPTED, "applied": _APPLIED}
_REFUSED = """
UPDATE offers SET sent_version = $2,
  error_code = CASE WHEN error_code = 'not_manageable' AND $3 = 'not_on_channel' THEN error_code ELSE $3 END,
  error_message = CASE WHEN error_code = 'not_manageable' AND $3 = 'not_on_channel' THEN error_message ELSE $4 END,
  state = CASE WHEN version = $2 THEN 'failed' ELSE state END,
  is_urgent = CASE WHEN version = $2 THEN FALSE ELSE is_urgent END
WHERE id = $1 AND sent_version <= $2 RETURNING store_id, channel_id, error_code
"""


async def record(tx: Tx, results: Sequence[Sent], *, now: datetime) -> int:
    """Write what a channel made of levels. A result for an older version than one already recorded changes nothing;
    one for an older version than the offer's leaves it different. Returns how many failed: were refused, and are not
    just unlisted."""
    touched: set[tuple[int, int]] = set()
    failed = 0
    for one in sorted(results, key=lambda result: result.offer_id):
        if one.state == "refused":
            code, message = one.error or ("refused", "The channel refused the level and gave no reason.")
            rows = await tx.fetch(_REFUSED, one.offer_id, one.version, code[:64], message)
            failed += (rows[0]["error_code"] if rows else code) not in UNLISTED
        else:
            rows = await tx.fetch(_BY_STATE[one.state], one.offer_id, one.version, one.quantity, one.price_minor, now)
        touched.update((row["store_id"], row["channel_id"]) for row in rows)
    for store_id, channel_id in sorted(touched):
        tx.emit(SyncStatusChanged(store_id, channel_id))
    return failed


async def count_revisions(tx: Tx, changed: Sequence[Sent], day: str) -> None:
    """The vendor counts one more change of each of these offers, and of its listing, on its `day`."""
    if changed:
        await tx.execute_many(
            _REVISED, [(one.offer_id, day, one.listing) for one in sorted(changed, key=lambda sent: sent.offer_id)]
        )
