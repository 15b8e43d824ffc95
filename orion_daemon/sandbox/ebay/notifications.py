"""The Notification API and its events: destinations proved by a challenge, subscriptions, deliveries with retries.

An event is planned at once for each subscription that wants it and sent with the next pulse, or by
`POST /control/clock {"advance": 0}`. An answer other than 2xx is tried again; every attempt is in the ledger with the
answer. The payload of MARKETPLACE_ACCOUNT_DELETION is documented; those of the other topics are only as far as named.
"""

import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import orjson

from orion_daemon.sandbox.ebay import signatures
from orion_daemon.sandbox.ebay.accounts import Access, Application, Destination, Seller, Subscription
from orion_daemon.sandbox.ebay.answers import EbayError, entry, stamp, whole
from orion_daemon.sandbox.ebay.state import Shop
from orion_daemon.sandbox.ebay.tokens import BASE_SCOPE

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True)
class Topic:
    id: str
    description: str
    context: str
    scope: str
    scopes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        payload = {"format": ["JSON"], "schemaVersion": "1.0", "deliveryProtocol": "HTTPS", "deprecated": False}
        return {
            "topicId": self.id,
            "description": self.description,
            "authorizationScopes": list(self.scopes),
            "status": "ENABLED",
            "context": self.context,
            "scope": self.scope,
            "supportedPayloads": [payload],
            "filterable": False,
        }


_APP, _USER = (BASE_SCOPE,), (f"{BASE_SCOPE}/sell.fulfillment",)
TOPICS = {
    topic.id: topic
    for topic in (
        Topic("MARKETPLACE_ACCOUNT_DELETION", "A user asked for deletion of the account", "USER", "APPLICATION", _APP),
        Topic("AUTHORIZATION_REVOCATION", "A user revoked an application's consent", "USER", "APPLICATION", _APP),
        Topic("ORDER_CONFIRMATION", "A buyer completed the checkout of a line item", "ORDER", "USER", _USER),
        Topic("ITEM_MARKED_SHIPPED", "A seller marked an item as shipped", "ORDER", "USER", _USER),
    )
}


def announce(shop: Shop, topic: str, seller: str | None, data: dict[str, Any], tamper: str | None = None) -> list[str]:
    """Plan the event for every subscription that wants it; the notification ids.

    `tamper` breaks what is sent: `signature` of another body, `kid` of no key, `body` changed after signing.
    """
    made = []
    for found in shop.world.subscriptions.values():
        if not found.enabled or found.topic != topic or (found.seller is not None and found.seller != seller):
            continue
        now = shop.clock.now()
        notification_id = str(uuid5(NAMESPACE_URL, shop.world.opaque("notification")))
        about = {"id": notification_id, "subscription": found.id, "data": data, "event": stamp(now), "tamper": tamper}
        shop.world.plan(now, "deliver", attempt=1, **about)
        made.append(notification_id)
    return made


def announce_test(shop: Shop, found: Subscription) -> None:
    """`testSubscription`: an event with made-up data to this one subscription, enabled or not."""
    data = {"username": "test_user", "userId": "ma8vp1jySJC", "eiasToken": "nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY"}
    now = shop.clock.now()
    about = {"id": str(uuid5(NAMESPACE_URL, shop.world.opaque("notification"))), "data": data, "event": stamp(now)}
    shop.world.plan(now, "deliver", attempt=1, subscription=found.id, tamper=None, **about)


def account_deleted(shop: Shop, username: str) -> list[str]:
    """A buyer deletes the account: the mandatory event to every application that subscribed."""
    buyer = shop.world.buyers[username]
    buyer.deleted = True
    shop.ledger.record("account_deleted", username=username, user_id=buyer.user_id)
    data = {"username": buyer.username, "userId": buyer.user_id, "eiasToken": buyer.eias_token}
    return announce(shop, "MARKETPLACE_ACCOUNT_DELETION", None, data)


def consent_ended(shop: Shop, seller: Seller) -> list[str]:
    data = {"username": seller.username, "userId": seller.user_id, "eiasToken": seller.eias_token}
    return announce(shop, "AUTHORIZATION_REVOCATION", seller.username, data)


async def deliver(shop: Shop, about: dict[str, Any], session: aiohttp.ClientSession) -> None:
    """One attempt; plans the next when the receiver did not answer 2xx and attempts are left."""
    subscription = shop.world.subscriptions.get(about["subscription"])
    destination = shop.world.destinations.get(subscription.destination) if subscription else None
    if subscription is None or destination is None or not destination.enabled:
        return
    attempt, settings = about["attempt"], shop.world.settings
    said = {
        "metadata": {"topic": subscription.topic, "schemaVersion": subscription.version, "deprecated": False},
        "notification": {
            "notificationId": about["id"],
            "eventDate": about["event"],
            "publishDate": stamp(shop.clock.now()),
            "publishAttemptCount": attempt,
            "data": about["data"],
        },
    }
    body, tamper = orjson.dumps(said), about.get("tamper")
    kid = "00000000-0000-0000-0000-000000000000" if tamper == "kid" else None
    signed = signatures.event_header(
        shop.world.seed, body + b" " if tamper == "signature" else body, settings.event_digest, kid=kid
    )
    sent = body.replace(b'"notificationId"', b'"notificationID"') if tamper == "body" else body
    headers = {"X-EBAY-SIGNATURE": signed, "Content-Type": "application/json"}
    status, problem = await _post(session, destination.endpoint, sent, headers)
    shop.ledger.record(
        "webhook_sent",
        topic=subscription.topic,
        notification=about["id"],
        endpoint=destination.endpoint,
        attempt=attempt,
        status=status,
        problem=problem,
        tamper=tamper,
        data=about["data"],
    )
    if not 200 <= (status or 0) < 300 and attempt < settings.deliveries:
        due = shop.clock.now() + timedelta(seconds=settings.redeliver_after)
        shop.world.plan(due, "deliver", **{**about, "attempt": attempt + 1})


async def create_destination(
    shop: Shop, application: Application, body: Any, session: aiohttp.ClientSession, old: Destination | None = None
) -> Destination:
    """`createDestination`, or with `old` updateDestination: the endpoint must answer the challenge.

    Raises EbayError 195003, 195016-195021.
    """
    said = body if isinstance(body, dict) else {}
    name, delivery = str(said.get("name") or ""), said.get("deliveryConfig") or {}
    endpoint, token = str(delivery.get("endpoint") or ""), str(delivery.get("verificationToken") or "")
    if application.alert_email is None:
        raise _bad(195003, "Please provide configurations required for notifications. Refer to /config", 409)
    if not 1 <= len(name) <= 64 or "<" in name:
        raise _bad(195016, "Invalid name. Markups or lengths greater than 64 not supported")
    if not _deliverable(endpoint, local=shop.world.settings.local_endpoints):
        raise _bad(195017, "Invalid or missing endpoint.")
    if said.get("status") not in ("ENABLED", "DISABLED"):
        raise _bad(195018, "Invalid or missing destination status. Supported values:[ENABLED,DISABLED]")
    if not _TOKEN.fullmatch(token):
        raise _bad(195019, "Invalid or missing verification token for this endpoint.")
    others = [d for d in shop.world.destinations.values() if d.client_id == application.client_id and d is not old]
    if any(other.endpoint == endpoint for other in others):
        raise _bad(195021, "Destination exists for this endpoint", 409)
    if not await _challenge(shop, endpoint, token, session):
        raise _bad(195020, "Challenge verification failed for requested endpoint", 409)
    number = old.id if old else str(uuid5(NAMESPACE_URL, shop.world.opaque("destination")))
    made = Destination(number, application.client_id, name, endpoint, token, said["status"] == "ENABLED")
    shop.world.destinations[number] = made
    return made


def destination_document(found: Destination) -> dict[str, Any]:
    return {
        "destinationId": found.id,
        "name": found.name,
        "status": "ENABLED" if found.enabled else "DISABLED",
        "deliveryConfig": {"endpoint": found.endpoint, "verificationToken": found.token},
    }


def destination(shop: Shop, application: Application, destination_id: str) -> Destination:
    """Raises EbayError 404."""
    found = shop.world.destinations.get(destination_id)
    if found is None or found.client_id != application.client_id:
        raise _bad(195022, "Invalid or missing destination id.", 404)
    return found


def delete_destination(shop: Shop, application: Application, destination_id: str) -> None:
    """Raises EbayError 404, and 409 while a subscription uses it."""
    found = destination(shop, application, destination_id)
    if any(subscription.destination == found.id for subscription in shop.world.subscriptions.values()):
        raise _bad(195024, "Destination is in use and cannot be deleted.", 409)
    del shop.world.destinations[found.id]


def subscribe(shop: Shop, application: Application, access: Access, body: Any) -> Subscription:
    """`createSubscription`; a topic of scope USER needs the seller's token. Raises EbayError 195003-195015."""
    said = body if isinstance(body, dict) else {}
    topic = TOPICS.get(str(said.get("topicId")))
    if topic is None:
        raise _bad(195002, "Invalid or missing topic id.")
    if (topic.scope == "USER") != (access.seller is not None):
        raise _bad(195011, "Not authorized for this topic.", 403)
    if application.alert_email is None:
        raise _bad(195003, "Please provide configurations required for notifications. Refer to /config", 409)
    payload = _payload(said)
    target = shop.world.destinations.get(str(said.get("destinationId")))
    if target is None or target.client_id != application.client_id:
        raise _bad(195007, "Invalid or missing destination id.")
    key = (application.client_id, topic.id, access.seller)
    if any((s.client_id, s.topic, s.seller) == key for s in shop.world.subscriptions.values()):
        raise _bad(195012, "Subscription already exists", 409)
    enabled = _status(said)
    if enabled and not target.enabled:
        raise _bad(195015, "The subscription cannot be enabled since the destination is not enabled.", 409)
    number = str(uuid5(NAMESPACE_URL, shop.world.opaque("subscription")))
    made = Subscription(number, key[0], topic.id, target.id, shop.clock.now(), access.seller, enabled, payload)
    shop.world.subscriptions[number] = made
    shop.ledger.record("subscribed", topic=topic.id, seller=access.seller, endpoint=target.endpoint)
    return made


def change_subscription(shop: Shop, application: Application, found: Subscription, body: Any) -> None:
    """`updateSubscription`. Raises EbayError."""
    said = body if isinstance(body, dict) else {}
    enabled, version = _status(said), _payload(said)
    target = destination(shop, application, str(said.get("destinationId") or found.destination))
    if enabled and not target.enabled:
        raise _bad(195015, "The subscription cannot be enabled since the destination is not enabled.", 409)
    found.enabled, found.version, found.destination = enabled, version, target.id


def subscription(shop: Shop, access: Access, subscription_id: str) -> Subscription:
    """Raises EbayError 404."""
    found = shop.world.subscriptions.get(subscription_id)
    if found is None or found.client_id != access.client_id or found.seller != access.seller:
        raise _bad(195013, "The subscription id does not exist.", 404)
    return found


def subscription_document(found: Subscription) -> dict[str, Any]:
    return {
        "subscriptionId": found.id,
        "topicId": found.topic,
        "destinationId": found.destination,
        "status": "ENABLED" if found.enabled else "DISABLED",
        "creationDate": stamp(found.created_at),
        "payload": {"format": "JSON", "schemaVersion": found.version, "deliveryProtocol": "HTTPS"},
    }


def listing(name: str, found: list[dict[str, Any]], query: dict[str, str], href: str) -> dict[str, Any]:
    """A page of `name`; the continuation token is the place in the list. Raises EbayError 195004, 195005."""
    limit, start = whole(query.get("limit"), 20), whole(query.get("continuation_token"), 0)
    if limit is None or not 10 <= limit <= 100:
        raise _bad(195004, "Invalid limit. Supported ranges 10 - 100.")
    if start is None or start < 0:
        raise _bad(195005, "Invalid continuation token.")
    page: dict[str, Any] = {"total": len(found), "href": href, "limit": limit, name: found[start : start + limit]}
    if start + limit < len(found):
        page["next"] = f"{href}?limit={limit}&continuation_token={start + limit}"
    return page


def topic_of(topic_id: str) -> Topic:
    """Raises EbayError 404."""
    if topic_id not in TOPICS:
        raise _bad(195002, "Invalid or missing topic id.", 404)
    return TOPICS[topic_id]


def _payload(said: dict[str, Any]) -> str:
    payload = said.get("payload") or {}
    if payload.get("schemaVersion") != "1.0":
        raise _bad(195008, "Invalid or missing schema version. Please refer to /topic/{topic_id}")
    if payload.get("format") != "JSON":
        raise _bad(195009, "Specified format is not supported for the topic.")
    if payload.get("deliveryProtocol") != "HTTPS":
        raise _bad(195010, "Invalid or missing protocol.")
    return str(payload["schemaVersion"])


def _status(said: dict[str, Any]) -> bool:
    if said.get("status") not in ("ENABLED", "DISABLED"):
        raise _bad(195006, "Invalid or missing subscription status.")
    return bool(said["status"] == "ENABLED")


def _deliverable(endpoint: str, *, local: bool) -> bool:
    parts = urlsplit(endpoint)
    if not parts.hostname or parts.scheme not in (("http", "https") if local else ("https",)):
        return False
    if local:
        return True
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return parts.hostname != "localhost"
    return False


async def _challenge(shop: Shop, endpoint: str, token: str, session: aiohttp.ClientSession) -> bool:
    code = shop.world.opaque("challenge", 64)
    wanted, said, status = sha256(f"{code}{token}{endpoint}".encode()).hexdigest(), "", None
    try:
        async with session.get(endpoint, params={"challenge_code": code}, timeout=_TIMEOUT) as response:
            status = response.status
            said = str((await response.json(content_type=None))["challengeResponse"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        said = ""
    passed = status == 200 and hmac.compare_digest(said, wanted)
    shop.ledger.record("challenge_sent", endpoint=endpoint, status=status, passed=passed)
    return passed


async def _post(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]
) -> tuple[int | None, str | None]:
    try:
        async with session.post(url, data=body, headers=headers, timeout=_TIMEOUT) as response:
            return response.status, None
    except (aiohttp.ClientError, TimeoutError) as error:
        return None, type(error).__name__


def _bad(error_id: int, message: str, status: int = 400) -> EbayError:
    return EbayError(status, entry(error_id, "API_NOTIFICATION", message))
