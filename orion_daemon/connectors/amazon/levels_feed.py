"""Many levels in one `JSON_LISTINGS_FEED`: a message a SKU with the same patches that a call would carry.

Amazon wants few large feeds, and the one before to be over. The feed's end is waited for up to ten minutes; its report
names what was refused, message by message, and all else was accepted and is applied like a patch. A feed that takes
longer, or that cannot be looked after just then, counts as accepted: reading back will tell, and nothing of it is sent
again that it would overtake.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from orion_daemon.connectors.amazon import feeds, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import FeedIssue, ProcessingReport
from orion_daemon.connectors.base import LevelResult, OutgoingLevel
from orion_daemon.connectors.errors import Malformed, RateLimited, Unreachable
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

CONTENT_TYPE = "application/json; charset=UTF-8"
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_REPORT = msgspec.json.Decoder(ProcessingReport)
Wanted = Sequence[tuple[OutgoingLevel, list[dict[str, Any]]]]


async def push(client: AmazonClient, clock: Clock, wanted: Wanted) -> dict[str, LevelResult]:
    """A result for each SKU."""
    body = document(client.settings.seller_id, wanted)
    stores = client.settings.marketplace_ids
    feed_id = await feeds.submit(client, names.LISTINGS_FEED, body, CONTENT_TYPE, stores, Priority.NORMAL)
    try:
        feed = await feeds.ended(client, clock, feed_id, Priority.NORMAL)
        report = None if feed is None else await feeds.report_of(client, feed, read_report, Priority.NORMAL)
    except (Unreachable, RateLimited, Malformed) as error:
        if error.code == feeds.CANCELLED:
            raise
        feed = report = None
    if feed is None:
        return {level.sku: LevelResult(level.sku, "accepted", level.quantity, level.price_minor) for level, _ in wanted}
    return results(wanted, report, is_done=feed.processing_status == "DONE")


def document(seller_id: str, wanted: Wanted) -> bytes:
    """Messages are numbered from 1, in the order of the levels."""
    messages = [
        {
            "messageId": number,
            "sku": level.sku,
            "operationType": "PATCH",
            "productType": names.OFFER_ONLY,
            "patches": made,
        }
        for number, (level, made) in enumerate(wanted, start=1)
    ]
    header = {"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"}
    return _ENCODER.encode({"header": header, "messages": messages})


def read_report(raw: bytes) -> ProcessingReport:
    try:
        return _REPORT.decode(raw)
    except msgspec.DecodeError as error:
        raise Malformed(f"amazon: a feed's report cannot be read ({clean(str(error))}).", code="no_report") from error


def results(wanted: Wanted, report: ProcessingReport | None, *, is_done: bool) -> dict[str, LevelResult]:
    """Refused is what the report names; all, where the feed as a whole failed."""
    issues = [issue for issue in (report.issues if report else ()) if issue.severity == "ERROR"]
    whole = [issue for issue in issues if issue.message_id is None]
    of_message: dict[int, list[FeedIssue]] = {}
    for issue in issues:
        if issue.message_id is not None:
            of_message.setdefault(issue.message_id, []).append(issue)
    none_taken = not is_done or (report is not None and bool(whole) and not report.summary.messages_accepted)
    found = {}
    for number, (level, _) in enumerate(wanted, start=1):
        mine = of_message.get(number, whole if none_taken else [])
        if mine or none_taken:
            text = "; ".join(f"{issue.code} {clean(issue.message)}".strip() for issue in mine[:3])
            error = ("refused", text or "Amazon could not work off the feed and gave no reason.")
            found[level.sku] = LevelResult(level.sku, "refused", error=error)
        else:
            found[level.sku] = LevelResult(level.sku, "accepted", level.quantity, level.price_minor)
    return found
