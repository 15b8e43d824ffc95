"""Buying keys: what is owed of one line, at one supplier, with every answer thought of (G1).

    look at the product and the balance → begin (committed) → send (committed) → buy → record (committed)
                                                                             └ no answer → unknown (committed)

From `send` on the money may be spent: whoever comes next, this process or another, leaves the line alone until `settle`
has looked for the reference in the supplier's history; that puts the line again. A definite no sends the units on to
their next source.
Deciding and writing: `services/purchases.py`, `purchase_results.py`, `purchase_search.py`.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from orion_daemon.actors.account import SupplierAccount
from orion_daemon.connectors import supplier as words
from orion_daemon.connectors.errors import Doubtful, Malformed, MutationsForbidden, Rejected, VendorError
from orion_daemon.connectors.supplier import OutgoingPurchase
from orion_daemon.domain.keys import Hold, Offer, PurchaseState
from orion_daemon.domain.pictures import is_picture
from orion_daemon.domain.supply import CodeKind, PlacedOrder, SupplierProduct, tier_for
from orion_daemon.jobs.kinds import ItemArgs, PurchaseArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Snooze
from orion_daemon.services import (
    purchase_guards,
    purchase_results,
    purchase_search,
    purchases,
    supplied,
    supply,
)
from orion_daemon.services.purchases import Begun, Nothing, Paused

PAUSED_FOR = timedelta(minutes=10)  # a higher balance wakes sooner
PREORDER_EVERY = timedelta(minutes=30)
IMAGE_EVERY = timedelta(seconds=30)
MOST_ROUNDS = 5  # of one run: a price that moved, a stock that ran out
LOOK_FIRST = timedelta(seconds=2)  # after a lost answer
INTERRUPTED = "interrupted"

_HOLDS = {
    words.LOW_STOCK: Hold.LOW_STOCK,
    words.PRODUCT_GONE: Hold.PRODUCT_GONE,
    words.PRICE_MOVED: Hold.PRICE_MOVED,
}


async def buy(account: SupplierAccount, job: Job, args: ItemArgs) -> Outcome:
    """Buy what is owed of the line here. Ends as done when nothing is owed here any more, whatever the reason."""
    for _ in range(MOST_ROUNDS):
        outcome = await _round(account, job, args.order_item_id)
        if outcome is not None:
            return outcome
    return Snooze(account.clock.now() + timedelta(minutes=1), words.PRICE_MOVED, "the supplier's price keeps moving")


async def _round(account: SupplierAccount, job: Job, item_id: int) -> Outcome | None:
    """One decision and at most one call; None: look again."""
    owed = await supplied.owed_at(account.db, item_id, account.channel_id)
    if owed is None:
        return Done()
    if owed.open_purchase_id is not None:
        return await _interrupted(account, owed.open_purchase_id)
    rules = purchase_guards.rules_of(account.settings)
    try:
        product = await account.connector.fetch_product(owed.supplier_product_id)
        risk = await _risk(account, owed)
    except (Rejected, Malformed) as strange:  # asking again would answer the same: another source, or a person
        await purchases.give_way(
            account.db, account.channel_id, item_id, Hold.REFUSED, strange.message, account.clock.now()
        )
        return Done({"code": strange.code})
    now = account.clock.now()
    begun = await purchases.begin(
        account.db,
        account.channel_id,
        item_id,
        owed.supplier_product_id,
        product,
        offer_of(product, owed.quantity, now),
        rules,
        reference=f"orion-{item_id}-{uuid4().hex[:20]}",
        now=now,
        risk_hundredths=risk,
    )
    match begun:
        case Nothing():
            return Done()
        case Paused(reason):
            return Snooze(now + PAUSED_FOR, supply.BUYING_PAUSED, reason)
        case Begun(may_be_bought=True):
            return await _interrupted(account, begun.purchase_id)
    if not await account.sends.submit(begun.purchase_id):
        return await _interrupted(account, begun.purchase_id)
    try:
        placed = await account.connector.buy(
            OutgoingPurchase(
                begun.reference, begun.product_id, begun.quantity, begun.expected_minor, begun.currency,
                begun.allows_preorder,
            )
        )  # fmt: skip
    except Doubtful as lost:
        return await _doubt(account, begun.purchase_id, lost)
    except Rejected as no:
        return await _refused(account, begun, no)
    except VendorError:  # it certainly did nothing: it may be tried again
        await purchases.drop(account.db, begun.purchase_id, account.clock.now())
        raise
    return await _record(account, begun.purchase_id, placed)


async def _interrupted(account: SupplierAccount, purchase_id: int) -> Outcome:
    """Whoever was here before did not come to write what became of it: `settle` looks for it at once."""
    now = account.clock.now()
    said = "the process ended, or lost the account, between the call and its record"
    await purchases.doubt(account.db, purchase_id, INTERRUPTED, said, now, now)
    return Done({"unknown": purchase_id})


async def _risk(account: SupplierAccount, owed: supplied.Owed) -> int | None:
    """The supplier's score of the buyer, where the store wants it and the buyer's facts are there."""
    if not account.settings.get("risk_hundredths"):
        return None
    buyer = await supplied.buyer_of(account.db, owed.order_id, account.address, account.clock.now())
    if buyer is None:
        return None
    risk = await account.connector.score_buyer(words.BuyerFacts(buyer.email, buyer.ip_address, buyer.user_agent))
    return risk.score_hundredths


def offer_of(product: SupplierProduct | None, quantity: int, now: datetime) -> Offer:
    """What the supplier asks for so many pieces at this moment. Margins count by the single piece, as books do; the
    supplier charges what its tier says."""
    if product is None:
        return Offer(None, "", 0, (), is_preorder=False, is_listed=False, read_at=now)
    tier = tier_for(product.tiers, quantity)
    return Offer(
        None if tier is None else tier.unit_minor,
        product.currency,
        product.quantity,
        product.regions,
        is_preorder=product.released_at is not None and product.released_at > now,
        is_listed=True,
        read_at=now,
    )


async def _record(account: SupplierAccount, purchase_id: int, placed: PlacedOrder) -> Done:
    """Whatever comes to be owed of the line beside it puts its own job."""
    pictures = {
        code.code_id: is_picture(code.secret)
        for line in placed.lines
        for code in line.codes
        if code.kind is CodeKind.IMAGE and code.secret
    }
    state = await purchase_results.record(account.db, purchase_id, placed, pictures, account.clock.now())
    return Done() if state is PurchaseState.BOUGHT else Done({"unknown": purchase_id})


async def _doubt(account: SupplierAccount, purchase_id: int, lost: Doubtful) -> Outcome:
    now = account.clock.now()
    await purchases.doubt(account.db, purchase_id, lost.code, lost.message, now + LOOK_FIRST, now)
    return Done({"unknown": purchase_id})


async def _refused(account: SupplierAccount, begun: Begun, no: Rejected) -> Outcome | None:
    """The supplier bought nothing. What comes next depends on why."""
    now = account.clock.now()
    if no.code == words.LOW_BALANCE:
        await purchases.refuse_for_balance(account.db, account.channel_id, begun.purchase_id, no.message, now)
        return None
    rules = purchase_guards.rules_of(account.settings)
    before = await purchases.refusals(account.db, begun.purchase_id, no.code)
    is_stock = no.code == words.LOW_STOCK and before < rules.low_stock_tries
    again = is_stock or (no.code == words.PRICE_MOVED and before < MOST_ROUNDS)
    hold = Hold.READ_ONLY if isinstance(no, MutationsForbidden) else _HOLDS.get(no.code, Hold.REFUSED)
    await purchases.refuse(account.db, begun.purchase_id, hold, no.code, no.message, now, passes_on=not again)
    if is_stock:
        return Snooze(now + timedelta(seconds=60 * 2**before), words.LOW_STOCK, no.message)
    return None


async def settle(account: SupplierAccount, job: Job, args: PurchaseArgs) -> Outcome:
    """Look for a purchase whose outcome nobody knows."""
    return await _look(account, args.purchase_id)


async def _look(account: SupplierAccount, purchase_id: int) -> Outcome:
    search = await purchase_search.search_of(account.db, purchase_id)
    if search is None:
        return Done()
    now = account.clock.now()
    ids = [search.supplier_order_id] if search.supplier_order_id else []
    if not ids:
        since = search.sent_at - purchase_search.EARLIER
        until = min(now, search.sent_at + purchase_search.LATER) + purchase_search.EARLIER
        found = await account.connector.find_orders(since, until)
        ids = [entry.supplier_order_id for entry in found if entry.reference == search.reference]
    state = PurchaseState.UNKNOWN
    for supplier_order_id in ids:  # one reference twice: both were paid, both are recorded
        placed = await account.connector.fetch_order(supplier_order_id)
        if placed is not None:
            await _record(account, purchase_id, placed)
            state = PurchaseState.BOUGHT
    if state is PurchaseState.BOUGHT and await purchase_search.search_of(account.db, purchase_id) is None:
        return Done({"found": len(ids)})
    rules = purchase_guards.rules_of(account.settings)
    again = await purchase_search.not_found(account.db, purchase_id, rules, account.clock.now(), is_known=bool(ids))
    return Done() if again is None else Snooze(again, "purchase_unknown", f"{search.reference} is looked for again")


async def fetch_codes(account: SupplierAccount, job: Job, args: PurchaseArgs) -> Outcome:
    """Pictures that were left out, and codes that come at release."""
    awaited = await supplied.awaited_of(account.db, args.purchase_id)
    left = 0
    is_image_left = False
    unknown_there: set[str] = set()
    said = ""
    for code_id, kind in awaited:
        code = None
        try:
            code = await account.connector.fetch_code(code_id)
            if code is None:
                unknown_there.add(code_id)
        except (Rejected, Malformed) as strange:  # one that cannot be read does not keep the others from coming
            said = f"; the supplier's last word: {strange.message}"
        taken = code is not None and await purchase_results.take_code(
            account.db, args.purchase_id, code, account.clock.now(),
            is_picture=bool(code.secret) and is_picture(code.secret or ""),
        )  # fmt: skip
        if not taken:
            left += 1
            is_image_left = is_image_left or kind == CodeKind.IMAGE
    if not left:
        return Done()
    if await _are_cancelled(account, args.purchase_id, unknown_there) == left:
        return Done({"cancelled": left})
    every = IMAGE_EVERY if is_image_left else PREORDER_EVERY
    return Snooze(account.clock.now() + every, "code_awaited", f"{left} codes are still to come{said}")


async def _are_cancelled(account: SupplierAccount, purchase_id: int, unknown_there: set[str]) -> int:
    """How many codes will never come: the supplier knows them no more, neither by themselves nor in their order, and
    has not for a day. One answer alone proves nothing."""
    supplier_order_id = await supplied.bought_order_of(account.db, purchase_id)
    if supplier_order_id is None:
        return 0
    placed = await account.connector.fetch_order(supplier_order_id) if unknown_there else None
    shown = {code.code_id for line in placed.lines for code in line.codes} if placed is not None else unknown_there
    return await purchase_results.note_missing(account.db, purchase_id, unknown_there - shown, account.clock.now())
