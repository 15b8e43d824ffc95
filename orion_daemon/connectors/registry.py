"""Which marketplaces there are, what can be set for each, and how a connector is made.

A new marketplace is a folder beside this file and one entry in `MARKETPLACES`. The application asks here by the name
that stands in `channels.marketplace`; options come from `orion.toml` or a row, and are checked when they are stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from orion_daemon.connectors.amazon import limits as amazon_limits
from orion_daemon.connectors.amazon import names as amazon_names
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.ebay import names as ebay_names
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.letzshop import names as letzshop_names
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.oauth import Consent
from orion_daemon.connectors.settings import ConnectorSettings
from orion_daemon.domain.notifications import Webhook
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota

__all__ = ["MARKETPLACES", "BadSettings", "ConnectorSettings", "Marketplace", "UnknownMarketplace"]

Secrets = Mapping[str, str]
"""Kind of credential, as in `marketplace_credentials.kind`, to its value."""


class UnknownMarketplace(LookupError):  # noqa: N818  (says what it is)
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no marketplace {name!r}; known are {', '.join(sorted(MARKETPLACES))}")


class BadSettings(ValueError):  # noqa: N818  (says what it is)
    """An option of a channel is unknown or impossible; the text names it."""


@dataclass(frozen=True, slots=True)
class Marketplace:
    name: str
    endpoint: str  # the vendor's own
    secrets: tuple[str, ...]  # kinds of credentials that it needs
    settings: type[ConnectorSettings]
    make: Callable[[Any, Secrets, Http, LimiterGroup, Clock], MarketplaceConnector]
    limits_of: Callable[[Any, Clock], LimiterGroup] | None = None  # where the vendor counts per operation
    counts_by: tuple[str, ...] = ("api_key",)
    """Whose calls the vendor adds up: kinds of credentials, or names of settings such as `client_id`."""
    reads_catalog: bool = False  # as its `Capabilities` say: products come by API, without a feed
    makes_refunds: bool = False  # as its `Capabilities` say
    page_size: int = 0  # where full pages spare a scarce quota; 0 leaves it to `[orders]`
    lifetimes: Mapping[str, timedelta] = field(default_factory=dict)  # of credentials, by kind, from when they are made
    consent: Callable[[Any, Secrets, Http], Consent] | None = None  # where a person lets Orion in on a page
    webhook: Webhook | None = None  # where the marketplace sends notifications

    def settings_of(self, options: Mapping[str, Any]) -> ConnectorSettings:
        """Check options and complete them with defaults. Raises `BadSettings`."""
        try:
            return msgspec.convert(dict(options), self.settings)
        except msgspec.ValidationError as error:
            raise BadSettings(f"{self.name}: {error}") from error

    def limits(self, settings: ConnectorSettings, clock: Clock) -> LimiterGroup:
        """The vendor's quotas for one account; accounts that share what it counts by share them."""
        if self.limits_of is not None:
            return self.limits_of(settings, clock)
        return LimiterGroup(clock, account=Quota(settings.calls_per_second))

    def counted_as(self, settings: ConnectorSettings, secrets: Secrets) -> tuple[str, ...]:
        """What tells apart the accounts whose calls the vendor counts separately."""
        whose = tuple(secrets.get(name) or str(getattr(settings, name, "")) for name in self.counts_by)
        return whose if all(whose) else (f"account {settings.account}",)

    def connect(
        self,
        settings: ConnectorSettings,
        secrets: Secrets,
        http: Http,
        clock: Clock,
        limiter: LimiterGroup | None = None,
    ) -> MarketplaceConnector:
        """A connector for one account; without a limiter it gets one of its own by its settings."""
        return self.make(settings, secrets, http, limiter or self.limits(settings, clock), clock)


# A vendor's code is loaded by the first account that needs it: a shop without Amazon does without Amazon's.


def _letzshop(
    settings: LetzshopSettings, secrets: Secrets, http: Http, limiter: LimiterGroup, clock: Clock
) -> MarketplaceConnector:
    from orion_daemon.connectors.letzshop.connector import LetzshopConnector

    return LetzshopConnector(settings, secrets.get("api_key", ""), http, limiter, clock)


def _amazon(
    settings: AmazonSettings, secrets: Secrets, http: Http, limiter: LimiterGroup, clock: Clock
) -> MarketplaceConnector:
    from orion_daemon.connectors.amazon.connector import AmazonConnector

    return AmazonConnector(settings, secrets, http, limiter, clock)


def _amazon_consent(settings: AmazonSettings, secrets: Secrets, http: Http) -> Consent:
    from orion_daemon.connectors.amazon.consent import AmazonConsent

    return AmazonConsent(settings, secrets, http)


def _ebay(
    settings: EbaySettings, secrets: Secrets, http: Http, limiter: LimiterGroup, clock: Clock
) -> MarketplaceConnector:
    from orion_daemon.connectors.ebay.connector import EbayConnector

    return EbayConnector(settings, secrets, http, limiter, clock)


def _ebay_limits(settings: EbaySettings, clock: Clock) -> LimiterGroup:
    from orion_daemon.connectors.ebay.limits import limits_of

    return limits_of(settings, clock)


def _ebay_consent(settings: EbaySettings, secrets: Secrets, http: Http) -> Consent:
    from orion_daemon.connectors.ebay.connector import consent_of

    return consent_of(settings, secrets, http)


def _ebay_challenge(code: str, token: str, endpoint_url: str) -> dict[str, str]:
    from orion_daemon.connectors.ebay.notifications import answer

    return answer(code, token, endpoint_url)


LETZSHOP = Marketplace("letzshop", letzshop_names.ENDPOINT, ("api_key",), LetzshopSettings, _letzshop)
AMAZON = Marketplace(
    "amazon",
    amazon_names.HOSTS["eu"],
    ("client_secret", "refresh_token"),
    AmazonSettings,
    _amazon,
    limits_of=amazon_limits.limits,
    counts_by=amazon_limits.COUNTS_BY,
    page_size=100,
    reads_catalog=True,
    lifetimes=amazon_names.LIFETIMES,
    consent=_amazon_consent,
)
EBAY = Marketplace(
    "ebay",
    ebay_names.ENDPOINT,
    ("client_secret", "refresh_token", "signing_key"),
    EbaySettings,
    _ebay,
    limits_of=_ebay_limits,
    counts_by=("client_id",),
    page_size=ebay_names.MOST_ORDERS,
    reads_catalog=True,
    makes_refunds=True,
    lifetimes=ebay_names.LIFETIMES,
    consent=_ebay_consent,
    webhook=Webhook("X-EBAY-SIGNATURE", _ebay_challenge),
)
MARKETPLACES = {entry.name: entry for entry in (LETZSHOP, AMAZON, EBAY)}


def marketplace(name: str) -> Marketplace:
    """Raises `UnknownMarketplace`."""
    try:
        return MARKETPLACES[name]
    except KeyError:
        raise UnknownMarketplace(name) from None
