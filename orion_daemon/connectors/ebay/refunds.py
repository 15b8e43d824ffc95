"""Paying a buyer back: `issueRefund` of the Fulfillment API, for the order as a whole. Signed, and never made twice.

eBay's call has no key that would make it repeatable, and its comment is not shown again: our reference cannot travel in
it. So the order is read before every try, and again after a lost answer. A refund of our amount that eBay did not show
before the first try is ours (`domain/refunds.py`); where none is shown after a try that may have taken effect, the
outcome stays Doubtful, and nothing is paid from then on. eBay answers PENDING; that it was paid stands in the order
later (`mapping.refunds_of`).
"""

from typing import Any

import msgspec

from orion_daemon.connectors.base import OutgoingRefund, RefundResult
from orion_daemon.connectors.ebay import mapping, names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.orders import EbayOrders
from orion_daemon.connectors.errors import Doubtful, Malformed, RateLimited, Rejected, VendorError
from orion_daemon.connectors.redaction import clean
from orion_daemon.domain.incoming import IncomingRefund
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.refunds import ours_among
from orion_daemon.runtime.limiter import Priority

LATER = 300.0
"""Seconds until eBay is asked again where another refund of the order is still being paid."""

_ORDER = msgspec.json.Decoder(schemas.Order)


class EbayRefunds:
    def __init__(self, client: EbayClient, orders: EbayOrders) -> None:
        self._client = client
        self._orders = orders

    async def refund(self, refund: OutgoingRefund) -> RefundResult:
        """Raises Rejected where eBay says no, RateLimited where it says "later", Doubtful where nobody knows."""
        found = await self._look(refund)
        if found is not None:
            return self._result(refund, found)
        if refund.is_tried:
            raise Doubtful(
                f"{_place(refund)}: an earlier try may have been paid, and eBay shows no such refund.",
                code="refund_unknown",
            )
        body: dict[str, Any] = {
            "reasonForRefund": names.REFUND_REASONS[refund.reason],
            "orderLevelRefundAmount": {
                "value": to_decimal(refund.amount_minor, refund.currency),
                "currency": refund.currency,
            },
        }
        if refund.note:
            body["comment"] = refund.note[: names.LONGEST_COMMENT]
        try:
            reply = await self._client.call(
                names.ISSUE_REFUND,
                schemas.NewRefund,
                body=body,
                priority=Priority.URGENT,
                order=refund.channel_order_id,
            )
            return self._answered(refund, reply.result or schemas.NewRefund())
        except Doubtful as doubt:
            found = await self._look_after(refund, doubt)
            if found is None:
                raise
            return self._result(refund, found)
        except Rejected as error:
            if error.code != f"ebay_{names.REFUND_UNDER_WAY}":
                raise
            raise RateLimited(error.message, code="refund_not_yet", retry_after=LATER) from error

    async def _look(self, refund: OutgoingRefund) -> IncomingRefund | None:
        raw = await self._orders.document(refund.channel_order_id, Priority.URGENT)
        if raw is None:
            raise Rejected(f"ebay: there is no order {refund.channel_order_id} for this account.", code="not_found")
        try:
            shown = mapping.refunds_of(_ORDER.decode(raw), refund.currency)
        except (msgspec.DecodeError, mapping.UnusableDocument) as error:
            raise Malformed(f"{_place(refund)}: {clean(str(error))}", code="unreadable") from error
        return ours_among(shown, amount_minor=refund.amount_minor, others=refund.known)

    async def _look_after(self, refund: OutgoingRefund, doubt: Doubtful) -> IncomingRefund | None:
        try:
            return await self._look(refund)
        except VendorError as later:
            raise doubt from later

    def _result(self, refund: OutgoingRefund, found: IncomingRefund) -> RefundResult:
        if found.state == "failed":
            raise _failed(refund)
        return RefundResult("settled" if found.state == "paid" else "accepted", found.refund_id)

    def _answered(self, refund: OutgoingRefund, said: schemas.NewRefund) -> RefundResult:
        """An answer that names no refund proves none, whatever its status."""
        if said.refund_status == names.REFUND_FAILED:
            raise _failed(refund)
        if not said.refund_id:
            raise Doubtful(f"{_place(refund)}: the answer names no refund.", code="refund_unknown")
        return RefundResult("settled" if said.refund_status == names.REFUND_DONE else "accepted", said.refund_id)


def _place(refund: OutgoingRefund) -> str:
    return f"ebay, issueRefund of order {refund.channel_order_id}"


def _failed(refund: OutgoingRefund) -> Rejected:
    return Rejected(
        f"{_place(refund)}: eBay took the refund and it failed; nothing was paid. Look at the payment options in Seller"
        " Hub, then ask for it anew.",
        code="refund_refused",
    )
