"""Feeds: a document is put in its place, a feed is made of it, worked off by Amazon, and reports what it refused.

Two kinds are used, both repeatable: levels (`levels_feed.py`) and cancellations (`cancellation.py`). Amazon works off
the feeds of one kind in turn, so that a feed whose making stayed without an answer is simply made again: when the
second has ended, the first has too.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from orion_daemon.connectors.amazon import documents, names
from orion_daemon.connectors.amazon.client import AmazonClient
from orion_daemon.connectors.amazon.schemas import Document, Feed, FeedName, FeedUpload
from orion_daemon.connectors.errors import Doubtful, Unreachable
from orion_daemon.runtime.clock import Clock

T = TypeVar("T")
PATIENCE = 600.0
"""Seconds for which the end of a feed of levels is waited for."""
CANCELLED = "feed_cancelled"
_FIRST_WAIT, _LONGEST_WAIT = 10.0, 60.0
_ENDED = frozenset({"DONE", "FATAL", "CANCELLED"})


async def submit(
    client: AmazonClient, kind: str, body: bytes, content_type: str, marketplace_ids: Sequence[str], priority: int
) -> str:
    """The feed's id. Raises Doubtful when it stayed unknown twice whether a feed was made."""
    try:
        return await _submit(client, kind, body, content_type, marketplace_ids, priority)
    except Doubtful:
        return await _submit(client, kind, body, content_type, marketplace_ids, priority)


async def _submit(
    client: AmazonClient, kind: str, body: bytes, content_type: str, marketplace_ids: Sequence[str], priority: int
) -> str:
    place = await client.call(
        names.CREATE_FEED_DOCUMENT, FeedUpload, body={"contentType": content_type}, priority=priority
    )
    await documents.upload(client, place.result.url, body, content_type)
    said = {
        "feedType": kind,
        "marketplaceIds": list(marketplace_ids),
        "inputFeedDocumentId": place.result.feed_document_id,
    }
    return (await client.call(names.CREATE_FEED, FeedName, body=said, priority=priority)).result.feed_id


async def ended(
    client: AmazonClient, clock: Clock, feed_id: str, priority: int, patience: float = PATIENCE
) -> Feed | None:
    """The feed once it ended (DONE or FATAL); None where it is still worked on after `patience` seconds. Raises
    Unreachable for one that was cancelled in Seller Central before it began."""
    deadline = clock.monotonic() + patience
    wait = _FIRST_WAIT
    while True:
        feed = (await client.call(names.GET_FEED, Feed, path={"feedId": feed_id}, priority=priority)).result
        if feed.processing_status == "CANCELLED":
            raise Unreachable(
                f"amazon, feed {feed_id}: was cancelled before it was worked off. It is made again later.",
                code=CANCELLED,
            )
        if feed.processing_status in _ENDED:
            return feed
        if clock.monotonic() + wait > deadline:
            return None
        await clock.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT)


async def report_of(client: AmazonClient, feed: Feed, parse: Callable[[bytes], T], priority: int) -> T | None:
    """What `parse` makes of the processing report; None where the feed has none."""
    if feed.result_feed_document_id is None:
        return None
    path = {"feedDocumentId": feed.result_feed_document_id}
    document = (await client.call(names.GET_FEED_DOCUMENT, Document, path=path, priority=priority)).result
    return await documents.read(client, document, parse)
