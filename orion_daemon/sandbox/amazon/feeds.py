"""Feeds as the 2021-06-30 contract has them: a document, a feed that waits its turn, a processing report.

`JSON_LISTINGS_FEED` changes listings message by message (`listings_feed`), `POST_ORDER_ACKNOWLEDGEMENT_DATA` cancels
orders (`order_feed`). A feed passes IN_QUEUE, IN_PROGRESS and DONE, or FATAL when it cannot be read at all. The listing
feed has a usage plan of its own beside that of `createFeed`.
"""

from typing import Any

from orion_daemon.sandbox.amazon import documents, listings_feed, order_feed, quotas
from orion_daemon.sandbox.amazon.calls import Call, Refused
from orion_daemon.sandbox.amazon.listings_feed import Unreadable
from orion_daemon.sandbox.amazon.money import stamp
from orion_daemon.sandbox.amazon.records import Feed, Planned
from orion_daemon.sandbox.amazon.state import Market

_LISTINGS, _CANCEL = "JSON_LISTINGS_FEED", "POST_ORDER_ACKNOWLEDGEMENT_DATA"
_GONE = frozenset({"POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_PRICING_DATA", "POST_PRODUCT_DATA"})
_OWN_PLAN = "feeds_2021-06-30.JSON_LISTINGS_FEED"


def create_feed_document(call: Call) -> dict[str, Any]:
    """`POST /feeds/2021-06-30/documents`: 201 with a URL that takes a PUT for five minutes. Raises Refused."""
    content_type = call.body.get("contentType") if isinstance(call.body, dict) else None
    if not isinstance(content_type, str) or "/" not in content_type:
        raise call.invalid("contentType is required.")
    document = documents.awaited(call.market, call.seller.id, content_type)
    return {"feedDocumentId": document.id, "url": documents.url(call, document)}


def create_feed(call: Call) -> dict[str, Any]:
    """`POST /feeds/2021-06-30/feeds`: 202. Raises Refused, 429 too when listing feeds come too fast."""
    body = call.body if isinstance(call.body, dict) else {}
    kind, stores, name = body.get("feedType"), body.get("marketplaceIds"), body.get("inputFeedDocumentId")
    if not isinstance(stores, list) or not 1 <= len(stores) <= 25:
        raise call.invalid("marketplaceIds must hold 1 to 25 values.")
    call.participates([str(store) for store in stores])
    if kind not in (_LISTINGS, _CANCEL):
        why = "The feed type is no longer supported." if kind in _GONE else "The feed type is not valid."
        raise call.invalid("Invalid feedType.", why)
    document = call.world.documents.get(name) if isinstance(name, str) else None
    if document is None or document.seller != call.seller.id or document.upload_until is None:
        raise call.invalid("Invalid inputFeedDocumentId.")
    if any(feed.document == document.id for feed in call.world.feeds.values()):
        raise call.invalid("The document was used by another feed.")
    if kind == _LISTINGS and not quotas.take(call.world, _OWN_PLAN, call.seller.id, call.market.now()):
        raise Refused(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")
    feed = Feed(call.world.number(11), call.seller.id, kind, list(stores), document.id, call.market.now())
    call.world.feeds[feed.id] = feed
    call.world.plan(call.market.later(call.world.settings.feed_delay / 2), "feed", feed=feed.id)
    call.market.record("feed_made", feed=feed.id, type=kind, seller=call.seller.id)
    return {"feedId": feed.id}


def get_feed(call: Call) -> dict[str, Any]:
    """`GET /feeds/2021-06-30/feeds/{feedId}`. Raises Refused 404."""
    feed = _own(call)
    told: dict[str, Any] = {
        "feedId": feed.id,
        "feedType": feed.type,
        "marketplaceIds": feed.marketplaces,
        "createdTime": stamp(feed.created_at),
        "processingStatus": feed.status,
    }
    if feed.started_at:
        told["processingStartTime"] = stamp(feed.started_at)
    if feed.ended_at:
        told["processingEndTime"] = stamp(feed.ended_at)
    if feed.result:
        told["resultFeedDocumentId"] = feed.result
    return told


def cancel_feed(call: Call) -> dict[str, Any]:
    """`DELETE /feeds/2021-06-30/feeds/{feedId}`: only while it waits. Raises Refused."""
    feed = _own(call)
    if feed.status != "IN_QUEUE":
        raise call.invalid("Only feeds in the queue can be cancelled.", feed.status)
    feed.status, feed.ended_at = "CANCELLED", call.market.now()
    call.world.unplan("feed", feed=feed.id)
    call.market.record("feed_ended", feed=feed.id, status=feed.status)
    return {}


def get_feed_document(call: Call) -> dict[str, Any]:
    """`GET /feeds/2021-06-30/documents/{feedDocumentId}`. Raises Refused 404."""
    return documents.described(call, call.parts["feedDocumentId"], "feedDocumentId")


def step(market: Market, planned: Planned) -> None:
    """A waiting feed begins; one that has begun is worked off."""
    feed = market.world.feeds[planned.about["feed"]]
    if feed.status == "IN_QUEUE":
        feed.status, feed.started_at = "IN_PROGRESS", market.now()
        market.world.plan(market.later(market.world.settings.feed_delay / 2), "feed", feed=feed.id)
        return
    raw = market.world.documents[feed.document].body
    report: bytes | None
    try:
        if raw is None:
            raise Unreadable("no document was uploaded")
        if feed.type == _LISTINGS:
            report = listings_feed.work_off(market, feed, raw)
        else:
            report = order_feed.work_off(market, feed, raw)
    except Unreadable as error:
        feed.status = "FATAL"
        report = listings_feed.unreadable(feed, str(error)) if feed.type == _LISTINGS else None
    else:
        feed.status = "DONE"
    feed.ended_at = market.now()
    if report is not None:
        kind = "application/json" if feed.type == _LISTINGS else "text/xml"
        made = documents.make(market, feed.seller, kind, report, compressed=market.world.settings.result_gzip)
        feed.result = made.id
    market.record("feed_ended", feed=feed.id, type=feed.type, status=feed.status)


def _own(call: Call) -> Feed:
    feed = call.world.feeds.get(call.parts["feedId"])
    if feed is None or feed.seller != call.seller.id:
        raise Refused(404, "NotFound", "The feed does not exist.", call.parts["feedId"])
    return feed
