"""What eBay is asked to push: an address of ours, proved by a challenge, and the topics that are sent to it.

    alert e-mail → the destination with our address and token → a subscription for each topic

Each step is looked at first and left as it is where it says what is wanted, so repeating all of it changes nothing. A
topic belongs to the application or to one seller (eBay says which), and is subscribed with that token; one that eBay
does not give fails by itself. What comes is read by `notifications.py`; account deletions are usually registered in
eBay's developer portal, which is another list. Contract: Notification v1.6.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from orion_daemon.connectors.base import NotificationAddress, SubscriptionStep
from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay import schemas_subscriptions as schemas
from orion_daemon.connectors.ebay.client import Conflict, EbayClient, NotFound
from orion_daemon.connectors.errors import Malformed, NotPermitted, Rejected
from orion_daemon.connectors.redaction import clean

T = TypeVar("T")
DEFAULT_TOPICS = ("ORDER_CONFIRMATION",)
_PAGE = "100"
_MOST_PAGES = 50
_ENABLED, _OF_APPLICATION = "ENABLED", "APPLICATION"


async def subscribe(
    client: EbayClient, address: NotificationAddress, topics: Sequence[str], name: str
) -> tuple[SubscriptionStep, ...]:
    """As `MarketplaceConnector.subscribe`. `name` is what the destination is called where it is made."""
    try:
        steps = [await _alert_email(client, address.alert_email)]
        destination, step = await _destination(client, address, name)
    except Rejected as error:
        raise Rejected(clean(error.message, (address.token,)), code=error.code) from error
    steps.append(step)
    for topic in dict.fromkeys(topics or DEFAULT_TOPICS):
        try:
            steps.append(await _topic(client, topic, destination))
        except (NotPermitted, Rejected) as error:
            steps.append(SubscriptionStep(topic, "refused", error.message, error.code))
    return tuple(steps)


async def _alert_email(client: EbayClient, wanted: str) -> SubscriptionStep:
    try:
        reply = await client.call(names.GET_NOTIFICATION_CONFIG, schemas.NotificationConfig)
        known = reply.result.alert_email if reply.result else None
    except NotFound:
        known = None
    what = "alert e-mail"
    if known and wanted.lower() in ("", known.lower()):
        return SubscriptionStep(what, "kept", "eBay has an address for alerts about the application.")
    if not wanted:
        raise Rejected(
            "ebay: the application has no e-mail address for alerts, which eBay wants first: name one with --email.",
            code="alert_email_needed",
        )
    await client.call(names.SET_NOTIFICATION_CONFIG, schemas.NotificationConfig, body={"alertEmail": wanted})
    return SubscriptionStep(what, "changed" if known else "made", "eBay sends alerts about the application there.")


async def _destination(client: EbayClient, address: NotificationAddress, name: str) -> tuple[str, SubscriptionStep]:
    found = await _all(client, names.GET_DESTINATIONS, schemas.Destinations)
    known = next((one for page in found for one in page.destinations or () if one.endpoint == address.url), None)
    body = {
        "name": known.name if known and known.name else name,
        "status": _ENABLED,
        "deliveryConfig": {"endpoint": address.url, "verificationToken": address.token},
    }
    what = "destination"
    detail = f"{address.url} answered eBay's challenge."
    try:
        if known is None:
            reply = await client.call(names.CREATE_DESTINATION, schemas.Nothing, body=body)
            made = reply.location.rstrip("/").rpartition("/")[2]
            if not made:
                raise Malformed("ebay, createDestination: the answer names no destination.", code="no_destination")
            return made, SubscriptionStep(what, "made", detail)
        if known.status == _ENABLED and known.token in (None, address.token):
            return known.destination_id, SubscriptionStep(what, "kept", f"eBay sends to {address.url}.")
        await client.call(names.UPDATE_DESTINATION, schemas.Nothing, body=body, destination=known.destination_id)
        return known.destination_id, SubscriptionStep(what, "changed", detail)
    except Conflict as error:
        if error.number != names.CHALLENGE_FAILED:
            raise
        raise Rejected(
            f"ebay: {address.url} did not answer eBay's challenge. The gateway must run and be reached there from"
            " outside by https, with public_url as it is typed here and the stored notification_token.",
            code="challenge_failed",
        ) from error


async def _topic(client: EbayClient, topic: str, destination: str) -> SubscriptionStep:
    described = (await client.call(names.GET_TOPIC, schemas.Topic, topic=topic)).result or schemas.Topic()
    who = "application" if described.scope == _OF_APPLICATION else "seller"
    payload = next((one for one in described.supported_payloads or () if not one.deprecated), schemas.TopicPayload())
    body: dict[str, Any] = {
        "status": _ENABLED,
        "destinationId": destination,
        "payload": {
            "format": "JSON",
            "schemaVersion": payload.schema_version or "1.0",
            "deliveryProtocol": payload.delivery_protocol or "HTTPS",
        },
    }
    found = await _all(client, _as(names.GET_SUBSCRIPTIONS, who), schemas.Subscriptions)
    known = next((one for page in found for one in page.subscriptions or () if one.topic_id == topic), None)
    whose = "the application" if who == "application" else "this seller"
    if known is None:
        await client.call(_as(names.CREATE_SUBSCRIPTION, who), schemas.Nothing, body={**body, "topicId": topic})
        return SubscriptionStep(topic, "made", f"Subscribed for {whose}.")
    if known.status == _ENABLED and known.destination_id == destination:
        return SubscriptionStep(topic, "kept", f"It was subscribed for {whose}.")
    await client.call(
        _as(names.UPDATE_SUBSCRIPTION, who), schemas.Nothing, body=body, subscription=known.subscription_id
    )
    was = "It was sent elsewhere." if known.destination_id != destination else "It was switched off."
    return SubscriptionStep(topic, "changed", f"Subscribed for {whose}. {was}")


def _as(operation: names.Operation, who: str) -> names.Operation:
    return replace(operation, who="application") if who == "application" else operation


async def _all(client: EbayClient, operation: names.Operation, kind: type[T]) -> list[T]:
    """Every page of a list, by the token in the address of the next one."""
    pages: list[T] = []
    query: Mapping[str, str] = {"limit": _PAGE}
    while len(pages) < _MOST_PAGES:
        page = (await client.call(operation, kind, query=query)).result
        if page is None:
            return pages
        pages.append(page)
        token = schemas.continuation(getattr(page, "next", None))
        if not token or token == query.get("continuation_token"):
            return pages
        query = {"limit": _PAGE, "continuation_token": token}
    raise Malformed(f"ebay, {operation.name}: the list never ends.", code="paging_stuck")
