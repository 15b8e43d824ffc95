"""Listings that a channel sells and Orion cannot manage: their offers are refused before an order names them.

A walk through an account's products tells them page by page (`mark`); its end, where all were told, lets those go again
that it did not name (`settle`): they were migrated or have ended. What is known here survives a restart as the offer's
own refusal, also when its level changes: see `offers.record`. Which they are: the connector's `fetch_catalog`.
"""

from collections.abc import Sequence
from datetime import datetime

from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised, SyncStatusChanged
from orion_daemon.jobs.kinds import PUSH_INVENTORY
from orion_daemon.services import sync_runs
from orion_daemon.services.offers import NOT_MANAGEABLE

_OFFERS = """
SELECT id, channel_sku, error_code FROM offers
WHERE channel_id = $1 AND channel_sku = ANY($2::text[]) AND is_active ORDER BY id FOR UPDATE
"""
_MARK = """
UPDATE offers SET state = 'failed', is_urgent = FALSE, sent_version = version, changed_at = $2, error_code = $3,
  error_message = $4
WHERE id = $1
"""
_SETTLE = """
UPDATE offers SET state = 'different', version = version + 1, changed_at = $3, error_code = '', error_message = ''
WHERE id IN (SELECT o.id FROM offers o WHERE o.channel_id = $1 AND o.is_active AND o.error_code = $4
  AND o.changed_at < $2 ORDER BY o.id FOR UPDATE)
RETURNING id
"""


def reason(listing_id: str) -> str:
    return f"Listing {listing_id} was made where Orion cannot manage it: migrate it with `orion channels migrate`."


async def mark(tx: Tx, store_id: int, channel_id: int, listings: Sequence[tuple[str, str]], now: datetime) -> int:
    """Refuse the offers of these SKUs, each with the listing that sells it; returns how many were not refused so
    before. SKUs without an offer, and listings without a SKU, change nothing."""
    named = {sku: listing for listing, sku in listings if sku}
    if not named:
        return 0
    rows = await tx.fetch(_OFFERS, channel_id, tuple(sorted(named)))
    await tx.execute_many(_MARK, [(row["id"], now, NOT_MANAGEABLE, reason(named[row["channel_sku"]])) for row in rows])
    fresh = [row["channel_sku"] for row in rows if row["error_code"] != NOT_MANAGEABLE]
    if fresh:
        sentence = (
            f"{len(fresh)} products are sold in listings that Orion cannot manage, so neither their stock nor their"
            f" prices reach them (first {fresh[0]}, listing {named[fresh[0]]}): migrate them with"
            " `orion channels migrate`."
        )
        tx.emit(AlertRaised(store_id, channel_id, NOT_MANAGEABLE, sentence))
    if rows:
        tx.emit(SyncStatusChanged(store_id, channel_id))
    return len(fresh)


async def settle(tx: Tx, channel_id: int, before: datetime, now: datetime) -> int:
    """All listings were told since `before`: offers that were refused earlier and not again are different once more,
    and a push finds out what they are now. Returns how many."""
    rows = await tx.fetch(_SETTLE, channel_id, before, now, NOT_MANAGEABLE)
    if rows:
        await sync_runs.put_again(tx, channel_id, PUSH_INVENTORY, now, now)
    return len(rows)
