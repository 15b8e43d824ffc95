"""What a `JSON_LISTINGS_FEED` says and what becomes of it: message by message, as its schemas version 2 have it.

A message that is wrong does not hurt the others: it is told as an issue in the report. One that is right is taken like
a patch and applied later. `UPDATE` replaces everything that the listing has, `PARTIAL_UPDATE` is a replacing patch.
"""

from typing import Any

import orjson

from orion_daemon.sandbox.amazon import patches
from orion_daemon.sandbox.amazon.records import Feed
from orion_daemon.sandbox.amazon.state import Market

MOST_MESSAGES = 25_000
_OPERATIONS = frozenset({"UPDATE", "PARTIAL_UPDATE", "PATCH", "DELETE"})
# the attributes that belong to an offer; an UPDATE replaces the others as well
_KEPT = frozenset({"condition_type"})


class Unreadable(ValueError):  # noqa: N818  (the feed ends as FATAL with its text)
    """The document as a whole is no feed."""


def work_off(market: Market, feed: Feed, raw: bytes) -> bytes:
    """Take every message that is right; the processing report. Raises Unreadable."""
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Unreadable("the document is not JSON") from error
    header = document.get("header") if isinstance(document, dict) else None
    messages = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(header, dict) or header.get("version") != "2.0" or header.get("sellerId") != feed.seller:
        raise Unreadable("the header needs the sellerId of the account and version 2.0")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        raise Unreadable(f"a feed has 1 to {MOST_MESSAGES} messages")
    issues: list[dict[str, Any]] = []
    accepted = 0
    seen: set[Any] = set()
    for message in messages:
        found = _problems(market, feed, message, seen)
        if any(issue["severity"] == "ERROR" for issue in found):
            issues += found
            continue
        _take(market, feed, message)
        accepted += 1
    summary = {
        "errors": sum(issue["severity"] == "ERROR" for issue in issues),
        "warnings": sum(issue["severity"] == "WARNING" for issue in issues),
        "messagesProcessed": len(messages),
        "messagesAccepted": accepted,
        "messagesInvalid": len(messages) - accepted,
    }
    return _report(feed, issues, summary)


def unreadable(feed: Feed, why: str) -> bytes:
    """The report of a feed that ended as FATAL."""
    issue = {"severity": "ERROR", "code": "4000001", "message": f"The feed could not be read: {why}."}
    counts = {"messagesProcessed": 0, "messagesAccepted": 0, "messagesInvalid": 0}
    return _report(feed, [issue], {"errors": 1, "warnings": 0, **counts})


def _report(feed: Feed, issues: list[dict[str, Any]], summary: dict[str, int]) -> bytes:
    header = {"sellerId": feed.seller, "version": "2.0", "feedId": feed.id}
    return orjson.dumps({"header": header, "issues": issues, "summary": summary})


def _problems(market: Market, feed: Feed, message: Any, seen: set[Any]) -> list[dict[str, Any]]:
    if not isinstance(message, dict):
        return [{"severity": "ERROR", "code": "4000003", "message": "A message is an object."}]
    number, sku, operation = message.get("messageId"), message.get("sku"), message.get("operationType")

    def said(code: str, text: str, name: str | None = None) -> dict[str, Any]:
        told: dict[str, Any] = {"code": code, "severity": "ERROR", "message": text, "attributeName": name}
        told.update(messageId=number if isinstance(number, int) and number > 0 else None, sku=sku or None)
        return {key: value for key, value in told.items() if value is not None}

    if not isinstance(number, int) or number < 1 or number in seen:
        return [said("4000003", "messageId must be a whole number that no other message has.")]
    seen.add(number)
    if not isinstance(sku, str) or not sku or operation not in _OPERATIONS:
        return [said("4000003", "sku and operationType are required.")]
    listing = market.world.listing(feed.seller, sku)
    if operation == "DELETE":
        return [] if listing else [said("8566", "SKU does not match any item in the catalog.")]
    if not isinstance(message.get("productType"), str):
        return [said("4000003", "productType is required.")]
    wanted = as_patches(message)
    if not wanted:
        return [said("4000003", f"{operation} needs {'patches' if operation == 'PATCH' else 'attributes'}.")]
    found = patches.check(listing, wanted, message["productType"])
    return [said(i["code"], i["message"], next(iter(i["attributeNames"]), None)) for i in found]


def _take(market: Market, feed: Feed, message: dict[str, Any]) -> None:
    listing = market.world.listing(feed.seller, message["sku"])
    if listing is None:
        return
    if message["operationType"] == "DELETE":
        del market.world.listings[f"{feed.seller}/{listing.sku}"]
        market.record("listing_deleted", sku=listing.sku, feed=feed.id)
        return
    wanted = as_patches(message)
    if message["operationType"] == "UPDATE":
        named = {patches.attribute(patch) for patch in wanted} | _KEPT
        gone = [name for name in listing.attributes if name not in named]
        wanted = [{"op": "delete", "path": f"/attributes/{name}"} for name in gone] + wanted
    patches.accept(market, listing, wanted, f"{feed.id}:{message['messageId']}")


def as_patches(message: dict[str, Any]) -> list[patches.Patch]:
    """A message's change as patches: its own, or one `replace` per attribute; empty when none of them is right."""
    if message["operationType"] == "PATCH":
        given = message.get("patches")
        return given if isinstance(given, list) and all(_is_patch(patch) for patch in given) else []
    attributes = message.get("attributes")
    if not isinstance(attributes, dict) or not all(_is_value(value) for value in attributes.values()):
        return []
    return [{"op": "replace", "path": f"/attributes/{name}", "value": value} for name, value in attributes.items()]


def _is_patch(patch: Any) -> bool:
    if not isinstance(patch, dict) or patch.get("op") not in ("add", "replace", "merge", "delete"):
        return False
    path = patch.get("path")
    if not isinstance(path, str) or not path.startswith("/attributes/"):
        return False
    return _is_value(patch.get("value")) or (patch["op"] == "delete" and patch.get("value") is None)


def _is_value(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
