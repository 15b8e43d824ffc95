"""Money: what an order brought in and what went back, as `listTransactions` of the 2024-06-19 contract tells it.

Amazon says nothing of a refund in the order itself. A transaction is told only some time after it happened
(`refund_delay`, at most 48 hours): what is asked for earlier is simply not there.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.money import decimal, exact, stamp
from orion_daemon.sandbox.amazon.orders import grand_total, line_total
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Order, Transaction
from orion_daemon.sandbox.amazon.state import Market, Refusal
from orion_daemon.sandbox.amazon.walks import page

LONGEST_DELAY = timedelta(hours=48)
_SPAN = timedelta(days=180)
_PAGE = 100


def charge(market: Market, order: Order) -> Transaction:
    """The order is paid out: a `Shipment` transaction of its total."""
    lines = {line.id: exact(line_total(line), order.currency) for line in order.lines}
    return _post(market, order, "Shipment", grand_total(order), lines)


def refund(market: Market, order: Order, amount: str | None = None, line_id: str | None = None) -> Transaction:
    """Give back an amount, or a line, or all that is left of the order. Raises Refusal for more than there is."""
    given = sum(
        (Decimal(t.amount) for t in market.world.transactions if t.order == order.id and t.kind == "Refund"), Decimal(0)
    )
    left = Decimal(grand_total(order)) + given
    line = order.line(line_id) if line_id else None
    if line_id and line is None:
        raise Refusal(f"order {order.id} has no item {line_id}")
    wanted = decimal(amount) if amount is not None else line_total(line) if line else left
    if wanted is None or not 0 < wanted <= left:
        raise Refusal(f"{amount} cannot be refunded; {left} {order.currency} are left")
    told = exact(wanted, order.currency)
    lines = {(line or order.lines[0]).id: f"-{told}"} if line or len(order.lines) == 1 else {}
    made = _post(market, order, "Refund", f"-{told}", lines)
    market.record(
        "refund_given",
        order=order.id,
        amount=told,
        currency=order.currency,
        refund=made.refund,
        visible_at=made.visible_at.isoformat(),
    )
    return made


def list_transactions(call: Call) -> dict[str, Any]:
    """`GET /finances/2024-06-19/transactions`, oldest first. Raises Refused."""
    name, value = call.query.get("relatedIdentifierName"), call.query.get("relatedIdentifierValue")
    after, before = call.time("postedAfter"), call.time("postedBefore")
    latest = call.market.now() - timedelta(minutes=2)
    if (name is None) != (value is None):
        raise call.invalid("relatedIdentifierName and relatedIdentifierValue must be used together.")
    if name is None and after is None:
        raise call.invalid("postedAfter is required when no related identifier is given.")
    if (after is not None and after > latest) or (before is not None and before > latest):
        raise call.invalid("postedAfter and postedBefore must be more than two minutes before the request.")
    if after is not None and before is not None and before <= after:
        raise call.invalid("postedBefore must be later than postedAfter.")
    marketplace, status = call.query.get("marketplaceId"), call.query.get("transactionStatus")
    if marketplace:
        call.participates([marketplace])
    until = before or latest
    too_wide = after is not None and until - after > _SPAN

    def inside(found: Transaction) -> bool:
        return (
            found.seller == call.seller.id
            and found.visible_at <= call.market.now()
            and (after is None or found.posted_at >= after)
            and found.posted_at < until
            and marketplace in (None, found.marketplace)
            and status in (None, "RELEASED")
            and (name is None or value in _identifiers(found).get(name, ()))
        )

    source = [] if too_wide else [found for found in call.world.transactions if inside(found)]
    walk = page(
        call,
        "nextToken",
        until,
        _PAGE,
        lambda _: source,
        lambda found: (found.posted_at.isoformat(timespec="microseconds"), f"{found.number:012}"),
    )
    payload: dict[str, Any] = {"transactions": [_document(found) for found in walk.items]}
    if walk.next_token:
        payload["nextToken"] = walk.next_token
    return {"payload": payload}


def _post(market: Market, order: Order, kind: Any, amount: str, lines: dict[str, str]) -> Transaction:
    world, now = market.world, market.now()
    delay = min(timedelta(seconds=world.settings.refund_delay), LONGEST_DELAY) if kind == "Refund" else timedelta()
    made = Transaction(
        id=world.opaque(43),
        number=world.count(),
        seller=order.seller,
        order=order.id,
        marketplace=order.marketplace,
        kind=kind,
        amount=amount,
        currency=order.currency,
        posted_at=now,
        visible_at=now + delay,
        lines=lines,
        refund=f"amzn1:crow:{world.opaque(20)}" if kind == "Refund" else None,
    )
    world.transactions.append(made)
    return made


def _identifiers(found: Transaction) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {
        "ORDER_ID": (found.order,),
        "FINANCIAL_EVENT_GROUP_ID": (f"group-{found.posted_at:%Y%m}",),
    }
    if found.refund:
        named["REFUND_ID"] = (found.refund,)
    return named


def _document(found: Transaction) -> dict[str, Any]:
    def told(amount: str) -> dict[str, Any]:
        number = Decimal(amount)
        return {"currencyCode": found.currency, "currencyAmount": float(number) if number % 1 else int(number)}

    items = [
        {
            "description": "Order item",
            "relatedIdentifiers": [
                {"itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID", "itemRelatedIdentifierValue": line_id}
            ],
            "totalAmount": told(amount),
        }
        for line_id, amount in found.lines.items()
    ]
    return {
        "sellingPartnerMetadata": {
            "sellingPartnerId": found.seller,
            "accountType": "Standard Orders",
            "marketplaceId": found.marketplace,
        },
        "relatedIdentifiers": [
            {"relatedIdentifierName": name, "relatedIdentifierValue": value}
            for name, values in _identifiers(found).items()
            for value in values
        ],
        "transactionType": found.kind,
        "transactionId": found.id,
        "transactionStatus": "RELEASED",
        "description": "Refund Order" if found.kind == "Refund" else "Order Payment",
        "postedDate": stamp(found.posted_at),
        "totalAmount": told(found.amount),
        "marketplaceDetails": {
            "marketplaceId": found.marketplace,
            "marketplaceName": place(found.marketplace).name,
        },
        "items": items,
        "breakdowns": [{"breakdownType": "Sales", "breakdownAmount": told(found.amount)}],
    }
