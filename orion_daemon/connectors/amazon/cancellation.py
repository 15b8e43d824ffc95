"""Cancelling an order: Amazon has no call for it, only a feed in XML whose result is waited for.

The order is read first: one that is cancelled already is done, one that has left or that Amazon sends is refused. A
feed that takes longer than a few minutes is remembered and looked after again, so that parcels do not wait behind it;
after a restart it is made again, since a second cancelling is refused by Amazon without harm, and then the order is
read again.
"""

import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

from orion_daemon.connectors.amazon import feeds, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.facts import Facts
from orion_daemon.connectors.amazon.walk import Reader
from orion_daemon.connectors.errors import Malformed, RateLimited, Rejected, Unreachable
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

CONTENT_TYPE = "text/xml; charset=UTF-8"
BY_BUYER, BY_SELLER = "BuyerCanceled", "GeneralAdjustment"
"""Reasons of Amazon's list: the buyer asked for it, or the seller decided without saying why."""
PATIENCE = 180.0
"""Seconds for which a feed's end is waited for in one go."""
LONGEST = 3600.0
"""Seconds from which on a feed without an end costs attempts."""
_LEFT = frozenset({"shipped", "delivered"})


class Cancellation:
    def __init__(self, client: AmazonClient, reader: Reader, clock: Clock) -> None:
        self._client = client
        self._reader = reader
        self._clock = clock
        self._made: dict[str, tuple[str, float]] = {}  # order: the feed that is on its way, and since when

    async def cancel(self, order_id: str) -> None:
        """Returns once the order is cancelled at Amazon. Raises Rejected where it cannot be; RateLimited (feed_pending)
        while Amazon works on it, Unreachable once it does for an hour: asked again, it goes on with the same feed."""
        where = f"amazon, order {order_id}"
        facts = await self._facts(order_id)
        if facts.status == "cancelled":
            self._made.pop(order_id, None)
            return
        if facts.by_amazon:
            raise Rejected(
                f"{where}: Amazon sends this order; cancel it in Seller Central.", code="fulfilled_by_amazon"
            )
        if facts.status in _LEFT:
            raise Rejected(f"{where}: has been sent, so it can only be refunded.", code="already_sent")
        feed_id, since = self._made.get(order_id) or await self._make(order_id, facts)
        self._made[order_id] = feed_id, since
        try:
            feed = await feeds.ended(self._client, self._clock, feed_id, Priority.URGENT, PATIENCE)
        except (Rejected, Unreachable) as error:
            if error.code in (feeds.CANCELLED, "not_found"):
                del self._made[order_id]
            raise
        if feed is None:
            said = f"{where}: Amazon is still working on the cancellation (feed {feed_id}). It is looked after again."
            if self._clock.monotonic() - since > LONGEST:
                raise Unreachable(said, code="feed_pending")
            raise RateLimited(said, code="feed_pending", retry_after=60.0)
        del self._made[order_id]
        refusals = await feeds.report_of(self._client, feed, errors_in, Priority.URGENT)
        if feed.processing_status == "DONE" and not refusals:
            return
        if (await self._facts(order_id)).status != "cancelled":
            said = clean(refusals[0]) if refusals else "it gave no reason"
            raise Rejected(f"{where}: Amazon did not cancel it: {said}.", code="refused")

    async def _make(self, order_id: str, facts: Facts) -> tuple[str, float]:
        reason = BY_BUYER if facts.wished else BY_SELLER
        body = acknowledgement(self._client.settings.seller_id, order_id, facts.items, reason)
        stores = [facts.marketplace_id] if facts.marketplace_id else self._client.settings.marketplace_ids
        feed_id = await feeds.submit(
            self._client, names.ACKNOWLEDGEMENT_FEED, body, CONTENT_TYPE, stores, Priority.URGENT
        )
        return feed_id, self._clock.monotonic()

    async def _facts(self, order_id: str) -> Facts:
        facts = await self._reader.facts(order_id)
        if facts is None:
            raise Rejected(f"amazon, order {order_id}: Amazon has no such order for this seller.", code="not_found")
        return facts


def acknowledgement(seller_id: str, order_id: str, items: tuple[str, ...], reason: str) -> bytes:
    """The feed's document: this order failed, item by item, for this reason."""
    lines = "".join(
        f"<Item><AmazonOrderItemCode>{escape(item)}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason></Item>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">'
        "<Header><DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>{escape(seller_id)}</MerchantIdentifier></Header>"
        "<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID><OrderAcknowledgement>"
        f"<AmazonOrderID>{escape(order_id)}</AmazonOrderID><StatusCode>Failure</StatusCode>{lines}"
        "</OrderAcknowledgement></Message></AmazonEnvelope>"
    ).encode()


def errors_in(raw: bytes) -> list[str]:
    """`code: text` of each error of a processing report; empty where everything was taken. Raises Malformed."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Malformed("amazon: a processing report with entities is not read.", code="no_report")
    try:
        root = ET.fromstring(raw)  # noqa: S314  (entities were refused above)
    except ET.ParseError as error:
        raise Malformed("amazon: a processing report is not XML.", code="no_report") from error
    found = [
        f"{result.findtext('ResultMessageCode', '')}: {result.findtext('ResultDescription', '')}"
        for result in root.iter("Result")
        if result.findtext("ResultCode") == "Error"
    ]
    failed = next((node.text for node in root.iter("MessagesWithError")), "0")
    return found or ([] if failed in ("0", None) else [f"{failed} messages were refused"])
