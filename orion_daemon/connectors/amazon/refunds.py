"""Money that went back, from Amazon's finances: an order itself never says that it was refunded.

Transactions are listed by the time they were posted, which Amazon may tell two days late; for each order that a refund
names, all its refunds are summed and the order is read. What the buyer gets is the transaction's amount without what
Amazon gives back to the seller of its own fees. The kept document holds the order and its refunds, so that a refund is
a change of it. An application without the finance role sees no refunds and is told so; its orders go on.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.client import AmazonClient, PageRefused, RoleMissing
from orion_daemon.connectors.amazon.schemas import Transaction, TransactionList, TransactionsFound
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.amazon.walk import Reader, shown
from orion_daemon.connectors.base import OrderPage
from orion_daemon.connectors.errors import Malformed
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingOrder, RecordProblem
from orion_daemon.domain.money import UnknownCurrency, to_minor
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

LONGEST = timedelta(days=179)
"""A wider window gives an empty answer."""
ORDERS_A_PAGE = 20
_HIDDEN = timedelta(minutes=3)  # the window begins at least two minutes ago; where it ends, Amazon says by its clock
_MOST_PAGES = 50  # of one order's transactions
_SUPERSEDED = "DEFERRED_RELEASED"
_TRANSACTION = msgspec.json.Decoder(Transaction)


class _Place(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    posted_after: datetime
    token: str = ""
    at: int = 0  # orders of this page that were read


class _Kept(msgspec.Struct):
    order: msgspec.Raw
    refunds: list[msgspec.Raw]


class Refunds:
    def __init__(self, client: AmazonClient, reader: Reader, clock: Clock) -> None:
        self._client = client
        self._reader = reader
        self._clock = clock

    async def fetch(self, cursor: str | None, since: datetime | None) -> OrderPage:
        """Orders that money was paid back of since a time, `ORDERS_A_PAGE` at most."""
        walk = self._place(cursor, since)
        try:
            listed = await self._listed(walk)
        except PageRefused:
            walk = _Place(walk.posted_after)
            listed = await self._listed(walk)
        except RoleMissing as error:
            return OrderPage((), None, problems=(RecordProblem("", "role_missing", error.message),))
        names_ = list(dict.fromkeys(one.named("ORDER_ID") for one in refunds(listed.transactions or ())))
        wanted = [name for name in names_ if name]
        chunk = wanted[walk.at : walk.at + ORDERS_A_PAGE]
        orders: list[IncomingOrder] = []
        problems: list[RecordProblem] = []
        for name in chunk:
            read = await self._refunded(name)
            if isinstance(read, RecordProblem):
                problems.append(read)
            elif read is not None:
                orders.append(read)
        following: _Place | None = None
        if walk.at + len(chunk) < len(wanted):
            following = msgspec.structs.replace(walk, at=walk.at + len(chunk))
        elif listed.next_token and listed.next_token != walk.token:
            following = _Place(walk.posted_after, listed.next_token)
        next_cursor = None if following is None else msgspec.json.encode(following).decode()
        return OrderPage(tuple(orders), next_cursor, problems=tuple(problems))

    def _place(self, cursor: str | None, since: datetime | None) -> _Place:
        if cursor:
            try:
                return msgspec.json.decode(cursor, type=_Place)
            except msgspec.DecodeError:
                pass
        until = self._clock.now() - _HIDDEN
        oldest = until - LONGEST
        return _Place(min(max(since or oldest, oldest), until))

    async def _listed(self, walk: _Place) -> TransactionList:
        query = {
            "postedAfter": text(walk.posted_after),
            "nextToken": walk.token,
        }
        return (await self._client.call(names.LIST_TRANSACTIONS, TransactionsFound, query=query)).result.payload

    async def _refunded(self, order_id: str) -> IncomingOrder | RecordProblem | None:
        """The order with the sum of all its refunds; None where it is not shown any more."""
        order = await shown(self._reader, order_id, Priority.NORMAL)
        if order is None or isinstance(order, RecordProblem):
            return order
        raw = await self._of_order(order_id)
        return with_refunds(order, raw)

    async def _of_order(self, order_id: str) -> list[msgspec.Raw]:
        found: list[msgspec.Raw] = []
        token = ""
        for _ in range(_MOST_PAGES):
            query = {
                "relatedIdentifierName": "ORDER_ID",
                "relatedIdentifierValue": order_id,
                "nextToken": token,
            }
            listed = (await self._client.call(names.LIST_TRANSACTIONS, TransactionsFound, query=query)).result.payload
            found += listed.transactions or []
            if not listed.next_token or listed.next_token == token:
                return found
            token = listed.next_token
        raise Malformed(f"amazon, order {order_id}: the pages of its transactions do not end.", code="paging_stuck")


def refunds(raw: Iterable[msgspec.Raw]) -> list[Transaction]:
    """Those of the transactions that pay money back; one that cannot be read is left to the next time."""
    return [one for _, one in _refunds(raw)]


def _refunds(raw: Iterable[msgspec.Raw]) -> list[tuple[msgspec.Raw, Transaction]]:
    found = []
    for one in raw:
        try:
            read = _TRANSACTION.decode(one)
        except msgspec.DecodeError:
            continue
        if read.transaction_type.lower() == "refund" or read.description.lower().startswith("refund"):
            found.append((one, read))
    return found


def with_refunds(order: IncomingOrder, raw: Iterable[msgspec.Raw]) -> IncomingOrder:
    """The order as it stands with these transactions of it. A cancelled order stays cancelled until all went back; of
    an order without a total nobody can say that all did."""
    found = _refunds(raw)
    try:
        refunded = sum(
            to_minor(amount, order.currency) for amount in _amounts([one for _, one in found], order.currency)
        )
    except (UnknownCurrency, ValueError) as error:
        problem = ("refund_unreadable", f"A refund's amount cannot be taken: {clean(str(error))}")
        return replace(order, problems=(*order.problems, problem))
    if refunded <= 0:
        return order
    is_whole = order.total_minor is not None and refunded >= order.total_minor
    status = order.status
    if is_whole:
        status = "refunded"
    elif status != "cancelled":
        status = "partially_refunded"
    kept = _Kept(msgspec.Raw(order.payload), [one for one, _ in found])
    return replace(order, status=status, refunded_minor=refunded, payload=msgspec.json.encode(kept))


def _amounts(found: Iterable[Transaction], currency: str) -> list[Decimal]:
    """What the buyer got, positive. A refund that was deferred and then released is told twice under one id."""
    groups: dict[str, list[Transaction]] = {}
    for one in found:
        groups.setdefault(one.named("REFUND_ID") or one.transaction_id, []).append(one)
    amounts = []
    for group in groups.values():
        released = [one for one in group if one.transaction_status != _SUPERSEDED]
        for one in released or group:
            total = one.total_amount
            if total is None:
                continue
            if total.currency_code not in ("", currency):
                raise ValueError(f"it is in {total.currency_code[:8]}, the order in {currency}")
            fees = [
                part.breakdown_amount.currency_amount
                for part in one.breakdowns or ()
                if part.breakdown_amount is not None and _is_fee(part.breakdown_type)
            ]
            amounts.append(-(total.currency_amount - sum(fees, Decimal(0))))
    return amounts


def _is_fee(kind: str) -> bool:
    return "expense" in kind.lower() or "fee" in kind.lower()
