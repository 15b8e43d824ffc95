"""eBay's documents about what it pushes and where: as `schemas.py`, by the contract Notification v1.6.2."""

from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from orion_daemon.connectors.ebay.schemas import Document


class Nothing(Struct):
    """An answer of which nothing is read."""


class NotificationConfig(Document):
    alert_email: str | None = None


class DeliveryConfig(Document):
    endpoint: str | None = None
    verification_token: str | None = None


class Destination(Document):
    destination_id: str
    name: str | None = None
    status: str | None = None
    delivery_config: DeliveryConfig | None = None

    @property
    def endpoint(self) -> str | None:
        return self.delivery_config.endpoint if self.delivery_config else None

    @property
    def token(self) -> str | None:
        return (self.delivery_config.verification_token if self.delivery_config else None) or None


class Destinations(Document):
    destinations: list[Destination] | None = None
    next: str | None = None


class TopicPayload(Document):
    schema_version: str | None = None
    delivery_protocol: str | None = None
    deprecated: bool = False


class Topic(Document):
    scope: str | None = None
    supported_payloads: list[TopicPayload] | None = None


class Subscription(Document):
    subscription_id: str
    topic_id: str | None = None
    destination_id: str | None = None
    status: str | None = None


class Subscriptions(Document):
    subscriptions: list[Subscription] | None = None
    next: str | None = None


def continuation(following: str | None) -> str:
    """The token in the address of the next page; empty where there is none."""
    return next(iter(parse_qs(urlsplit(following or "").query).get("continuation_token", ())), "")
