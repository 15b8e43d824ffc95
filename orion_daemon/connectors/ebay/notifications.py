"""What eBay pushes: the challenge by which it proves an address, and events whose signature is checked before belief.

`challenge_response` and `parse` need nothing. `Notifications` needs a client with the application's token, since the
public key of a signature is asked of eBay by its id; keys are kept for an hour, as eBay advises. Anybody can send
anything to an open address, so unknown ids are remembered too, and only so many are asked for in an hour. An event
may come more than once: `notification_id` tells. The registry's `Webhook` is what the gateway needs to take them;
`Notifications.read` says what they mean for the house.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from orion_daemon.connectors.base import Notification
from orion_daemon.connectors.ebay import names, schemas
from orion_daemon.connectors.ebay.client import EbayClient
from orion_daemon.connectors.ebay.signatures import is_from
from orion_daemon.connectors.errors import Malformed, RateLimited, Rejected
from orion_daemon.runtime.clock import Clock

ACCOUNT_DELETION = "MARKETPLACE_ACCOUNT_DELETION"
ORDER_CONFIRMATION = "ORDER_CONFIRMATION"
SHIPPED = "ITEM_MARKED_SHIPPED"
REVOCATION = "AUTHORIZATION_REVOCATION"
KEPT = 3600.0
"""Seconds for which a public key is taken to be as it was."""
MOST_ASKED = 20
"""Ids that are asked for within KEPT."""
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_MOST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    """Whose data has to be erased; each may be None, `username` is the customer's id on the channel."""

    username: str | None
    user_id: str | None
    eias_token: str | None


@dataclass(frozen=True, slots=True)
class OrderConfirmation:
    """`seller` is the account's name at eBay, where it is told."""

    order_id: str
    seller: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """`data` None: a topic that nothing is done about, or without what it should hold."""

    topic: str
    notification_id: str
    data: AccountDeletion | OrderConfirmation | None


def challenge_response(code: str, token: str, endpoint_url: str) -> str:
    """The value of `challengeResponse`: eBay's code, our verification token, the address exactly as registered."""
    return sha256(f"{code}{token}{endpoint_url}".encode()).hexdigest()


def answer(code: str, token: str, endpoint_url: str) -> dict[str, str]:
    """The document that answers the challenge."""
    return {"challengeResponse": challenge_response(code, token, endpoint_url)}


def parse(body: bytes) -> Event:
    """Raises Rejected for what is no notification. Check the signature first."""
    try:
        envelope = msgspec.json.decode(body, type=schemas.Envelope)
        raw = envelope.notification.data
        data: AccountDeletion | OrderConfirmation | None = None
        if envelope.metadata.topic == ACCOUNT_DELETION:
            user = msgspec.json.decode(raw, type=schemas.DeletedUser)
            data = AccountDeletion(user.username, user.user_id, user.eias_token)
        elif envelope.metadata.topic == ORDER_CONFIRMATION:
            said = msgspec.json.decode(raw, type=schemas.OrderData)
            order_id = said.order.order_id if said.order else said.order_id
            data = OrderConfirmation(order_id, said.user.username if said.user else None) if order_id else None
    except msgspec.DecodeError as error:
        raise Rejected(
            "ebay, notification: the body is none of eBay's notifications.", code="not_a_notification"
        ) from error
    return Event(envelope.metadata.topic, envelope.notification.notification_id, data)


class Notifications:
    def __init__(self, client: EbayClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._keys: dict[str, tuple[float, str | None]] = {}

    async def verify(self, body: bytes, header: str) -> None:
        """Whether `X-EBAY-SIGNATURE` fits the raw bytes. Raises Rejected (`bad_signature`) where it does not, and what
        a call raises where the key cannot be asked for; then eBay sends the event again."""
        said = _header(header)
        key = await self._key(said.kid)
        if key is None or not is_from(key, said.signature, body, said.digest):
            raise _forged()

    async def read(self, body: bytes, header: str) -> Notification:
        """As `MarketplaceConnector.read_notification`. What is signed and says nothing usable is Malformed: a person
        has to look, for it may ask for an erasure."""
        await self.verify(body, header)
        try:
            event = parse(body)
        except Rejected as error:
            raise Malformed(error.message, code=error.code) from error
        topic, name = event.topic, event.notification_id
        match event.data:
            case AccountDeletion(username, user_id, eias_token):
                people = tuple(one for one in (username, user_id, eias_token) if one)
                if not people:
                    raise Malformed("ebay, notification: an account was deleted, and nobody is named.", code="nobody")
                return Notification(name, topic, "erasure", people)
            case OrderConfirmation(order_id):
                return Notification(name, topic, "order", channel_order_id=order_id)
        if topic.startswith("ORDER_") or topic == SHIPPED:
            return Notification(name, topic, "order")
        return Notification(name, topic, "offer" if topic.startswith("ITEM_") else "other")

    async def _key(self, kid: str) -> str | None:
        now = self._clock.monotonic()
        self._keys = {known: kept for known, kept in self._keys.items() if kept[0] > now}
        if kid in self._keys:
            return self._keys[kid][1]
        if len(self._keys) >= MOST_ASKED:
            raise RateLimited(
                "ebay, notification: too many unknown keys were named within an hour; none is asked for just now.",
                code="too_many_keys",
                retry_after=min(kept[0] for kept in self._keys.values()) - now,
            )
        try:
            reply = await self._client.call(names.GET_PUBLIC_KEY, schemas.PublicKey, key=kid)
            key = reply.result.key if reply.result else None
        except Rejected:
            key = None
        self._keys[kid] = (now + KEPT, key)
        return key


def _header(text: str) -> schemas.SignatureHeader:
    try:
        if len(text) > _MOST_HEADER:
            raise _forged()
        said = msgspec.json.decode(base64.b64decode(text, validate=True), type=schemas.SignatureHeader)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise _forged() from error
    if not _KEY_ID.fullmatch(said.kid) or said.alg.lower() != "ecdsa":
        raise _forged()
    return said


def _forged() -> Rejected:
    return Rejected("ebay, notification: the signature is not eBay's.", code="bad_signature")
