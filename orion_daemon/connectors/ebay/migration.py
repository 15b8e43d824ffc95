"""Listings made outside the Inventory API, moved into it: five in a call, each with its own answer.

Asked for by a person, since a listing that was moved can no longer be changed by the older API or in parts of Seller
Hub. eBay moves only fixed-price listings with a SKU on each variation, business policies and immediate payment.
"""

from collections.abc import Sequence

from orion_daemon.connectors.base import MigrationResult
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.errors import VendorError
from orion_daemon.connectors.redaction import clean


async def migrate(client: EbayClient, listing_ids: Sequence[str]) -> tuple[MigrationResult, ...]:
    """In the order given, each once. A call that fails, fails its five only; moving a listing twice is refused."""
    found: dict[str, MigrationResult] = {}
    wanted = list(dict.fromkeys(listing_ids))
    for start in range(0, len(wanted), names.MOST_LISTINGS):
        some = wanted[start : start + names.MOST_LISTINGS]
        try:
            reply = await client.call(
                names.MIGRATE, schemas.AllMoved, body={"requests": [{"listingId": listing} for listing in some]}
            )
        except VendorError as error:
            found |= {one: MigrationResult(one, moved=False, error=(error.code, error.message)) for one in some}
            continue
        found |= {one.listing_id: _result(one) for one in (reply.result.responses if reply.result else None) or ()}
    untold = ("empty", "eBay said nothing about this listing; ask again.")
    return tuple(found.get(one, MigrationResult(one, moved=False, error=untold)) for one in wanted)


def _result(one: schemas.Moved) -> MigrationResult:
    if 200 <= one.status_code < 300:
        return MigrationResult(
            one.listing_id, moved=True, skus=tuple(item.sku for item in one.inventory_items or () if item.sku)
        )
    problem = next(iter(one.errors or ()), schemas.Problem())
    code = f"ebay_{problem.error_id}" if problem.error_id else "refused"
    sentence = clean(problem.sentence) or f"eBay answered {one.status_code}."
    return MigrationResult(one.listing_id, moved=False, error=(code, sentence))
