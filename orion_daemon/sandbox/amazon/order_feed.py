"""`POST_ORDER_ACKNOWLEDGEMENT_DATA`: the seller cancels orders by an XML feed; there is no other way through the API.

A message with `StatusCode` Failure cancels the items that it names, each with a reason of Amazon's list, or the whole
order. What is shipped already stays shipped. The report is Amazon's XML processing report.
"""

from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from orion_daemon.sandbox.amazon.listings_feed import Unreadable
from orion_daemon.sandbox.amazon.orders import cancel
from orion_daemon.sandbox.amazon.records import Feed
from orion_daemon.sandbox.amazon.state import Market

REASONS = frozenset(
    {
        "NoInventory",
        "ShippingAddressUndeliverable",
        "CustomerExchange",
        "BuyerCanceled",
        "GeneralAdjustment",
        "CarrierCreditDecision",
        "RiskAssessmentInformationNotValid",
        "CarrierCoverageFailure",
        "CustomerReturn",
        "MerchandiseNotReceived",
        "PriceError",
        "CannotVerifyInformation",
    }
)
Result = tuple[str, str]


def work_off(market: Market, feed: Feed, raw: bytes) -> bytes:
    """Cancel what the messages name; the processing report. Raises Unreadable."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Unreadable("a feed holds no document type")
    try:
        root = ET.fromstring(raw)  # noqa: S314  (document types are refused above)
    except ET.ParseError as error:
        raise Unreadable("the document is not XML") from error
    if root.tag != "AmazonEnvelope" or root.findtext("MessageType") != "OrderAcknowledgement":
        raise Unreadable("the document is no AmazonEnvelope of OrderAcknowledgement")
    if root.findtext("Header/MerchantIdentifier") != feed.seller:
        raise Unreadable("the MerchantIdentifier is not that of the account")
    results: list[tuple[str, Result]] = []
    messages = root.findall("Message")
    for message in messages:
        number = message.findtext("MessageID") or "0"
        failed = _acknowledge(market, feed, message.find("OrderAcknowledgement"))
        if failed is not None:
            results.append((number, failed))
    return _report(feed, len(messages), results)


def _acknowledge(market: Market, feed: Feed, said: ET.Element | None) -> Result | None:
    """None when it was done, otherwise Amazon's code and text."""
    if said is None:
        return "5000", "The message holds no OrderAcknowledgement."
    order = market.world.orders.get(said.findtext("AmazonOrderID") or "")
    if order is None or order.seller != feed.seller:
        return "18030", "The AmazonOrderID does not exist for this merchant."
    status = said.findtext("StatusCode")
    if status == "Success":
        return None
    if status != "Failure":
        return "5000", "StatusCode must be Success or Failure."
    if order.fulfilled_by == "AMAZON" or order.status in ("SHIPPED", "UNFULFILLABLE"):
        return "18028", f"The order cannot be cancelled; it is {order.status}."
    items = said.findall("Item")
    reasons = [item.findtext("CancelReason") for item in items]
    if any(reason not in REASONS for reason in reasons):
        return "5000", "CancelReason is missing or not valid."
    if any(order.line(item.findtext("AmazonOrderItemCode") or "") is None for item in items):
        return "18031", "An AmazonOrderItemCode does not belong to the order."
    if order.status == "CANCELLED":
        return "18028", "The order is already cancelled."
    if not items:
        cancel(market, order, "Other", "merchant")
        return None
    for item, reason in zip(items, reasons, strict=True):
        line = order.line(item.findtext("AmazonOrderItemCode") or "")
        if line is not None:
            cancel(market, order, reason or "Other", "merchant", {line.id: line.open})
    return None


def _report(feed: Feed, messages: int, failed: list[tuple[str, Result]]) -> bytes:
    results = "".join(
        f"<Result><MessageID>{escape(number)}</MessageID><ResultCode>Error</ResultCode>"
        f"<ResultMessageCode>{code}</ResultMessageCode><ResultDescription>{escape(text)}</ResultDescription></Result>"
        for number, (code, text) in failed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        "<AmazonEnvelope><Header><DocumentVersion>1.02</DocumentVersion>"
        f"<MerchantIdentifier>{feed.seller}</MerchantIdentifier></Header><MessageType>ProcessingReport</MessageType>"
        "<Message><MessageID>1</MessageID><ProcessingReport>"
        f"<DocumentTransactionID>{feed.id}</DocumentTransactionID><StatusCode>Complete</StatusCode>"
        f"<ProcessingSummary><MessagesProcessed>{messages}</MessagesProcessed>"
        f"<MessagesSuccessful>{messages - len(failed)}</MessagesSuccessful>"
        f"<MessagesWithError>{len(failed)}</MessagesWithError><MessagesWithWarning>0</MessagesWithWarning>"
        f"</ProcessingSummary>{results}</ProcessingReport></Message></AmazonEnvelope>"
    ).encode()
