"""Many levels in one `JSON_LISTINGS_FEED`: a message a SKU with the same patches that a call would carry.

Amazon wants few large feeds, and the one before to be over. A feed is only submitted here: it takes minutes, and nobody
waits for it in place. `told` looks whether it has ended; its report names what was refused, message by message, and all
else was accepted and is applied like a patch. A message's number is the level's own, so that nothing has to be kept.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from orion_daemon.connectors.amazon import feeds, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import FeedIssue, ProcessingReport
from orion_daemon.connectors.base import LevelsTold, OutgoingLevel
from orion_daemon.connectors.errors import Malformed, RateLimited, Rejected, Unreachable
from orion_daemon.connectors.redaction import clean
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import Priority

LOOKED_AFTER = 30.0
"""Seconds until a feed is looked after again."""
CONTENT_TYPE = "application/json; charset=UTF-8"
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_REPORT = msgspec.json.Decoder(ProcessingReport)
Wanted = Sequence[tuple[OutgoingLevel, list[dict[str, Any]]]]


async def submit(client: AmazonClient, wanted: Wanted) -> str:
    """The feed's id. Raises Doubtful where it stayed unknown whether one was made."""
    body = document(client.settings.seller_id, wanted)
    stores = client.settings.marketplace_ids
    return await feeds.submit(client, names.LISTINGS_FEED, body, CONTENT_TYPE, stores, Priority.NORMAL)


async def told(client: AmazonClient, clock: Clock, feed_id: str) -> LevelsTold:
    """As `MarketplaceConnector.levels_told`. A feed that Amazon does not know any more, or whose report cannot be read,
    tells nothing: reading back will."""
    try:
        feed = await feeds.ended(client, clock, feed_id, Priority.NORMAL, patience=0.0)
        if feed is None:
            raise RateLimited(
                f"amazon, feed {feed_id}: is still being worked off.", code="feed_pending", retry_after=LOOKED_AFTER
            )
        report = await feeds.report_of(client, feed, read_report, Priority.NORMAL)
    except Unreachable as error:
        if error.code == feeds.CANCELLED:
            return LevelsTold(is_dropped=True)
        raise
    except (Malformed, Rejected):
        return LevelsTold()
    return told_in(report, is_done=feed.processing_status == "DONE")


def document(seller_id: str, wanted: Wanted) -> bytes:
    """Messages have the levels' numbers; without, they are numbered from 1 in their order."""
    messages = [
        {
            "messageId": level.number or place,
            "sku": level.sku,
            "operationType": "PATCH",
            "productType": names.OFFER_ONLY,
            "patches": made,
        }
        for place, (level, made) in enumerate(wanted, start=1)
    ]
    header = {"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"}
    return _ENCODER.encode({"header": header, "messages": messages})


def read_report(raw: bytes) -> ProcessingReport:
    try:
        return _REPORT.decode(raw)
    except msgspec.DecodeError as error:
        raise Malformed(f"amazon: a feed's report cannot be read ({clean(str(error))}).", code="no_report") from error


def told_in(report: ProcessingReport | None, *, is_done: bool) -> LevelsTold:
    """Refused is what the report names; all, where the feed as a whole failed."""
    issues = [issue for issue in (report.issues if report else ()) if issue.severity == "ERROR"]
    of_message: dict[int, list[FeedIssue]] = {}
    for issue in issues:
        if issue.message_id is not None:
            of_message.setdefault(issue.message_id, []).append(issue)
    refused = {number: _refusal(mine) for number, mine in of_message.items()}
    whole = [issue for issue in issues if issue.message_id is None]
    none_taken = not is_done or (report is not None and bool(whole) and not report.summary.messages_accepted)
    return LevelsTold(refused, _refusal(whole) if none_taken else None)


def _refusal(issues: Sequence[FeedIssue]) -> tuple[str, str]:
    text = "; ".join(f"{issue.code} {clean(issue.message)}".strip() for issue in issues[:3])
    return "refused", text or "Amazon could not work off the feed and gave no reason."
