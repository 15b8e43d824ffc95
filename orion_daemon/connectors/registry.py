"""Which marketplaces and suppliers there are, what can be set for each, and how a connector is made.

A new one is a folder beside this file and one entry in `MARKETPLACES` or `SUPPLIERS`. The application asks here by the
name that stands in `channels.marketplace`; options come from `orion.toml` or a row, and are checked when they are
stored. A store may have several accounts at a supplier: `codeswholesale`, and any `codeswholesale-<suffix>` beside it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, Literal, TypeVar

import msgspec

from orion_daemon.connectors.amazon import limits as amazon_limits
from orion_daemon.connectors.amazon import names as amazon_names
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import MarketplaceConnector
from orion_daemon.connectors.codeswholesale import names as codeswholesale_names
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.ebay import names as ebay_names
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.letzshop import names as letzshop_names
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.oauth import Consent
from orion_daemon.connectors.settings import ConnectorSettings
from orion_daemon.connectors.supplier import SupplierConnector
from orion_daemon.domain.hints import Hint
from orion_daemon.domain.notifications import Webhook
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup
from orion_daemon.runtime.quota import Quota

__all__ = [
    "MARKETPLACES",
    "SUPPLIERS",
    "BadSettings",
    "ConnectorSettings",
    "Marketplace",
    "Supplier",
    "UnknownMarketplace",
    "UnknownSupplier",
    "UnknownVendor",
]

ConnectorT = TypeVar("ConnectorT")

Secrets = Mapping[str, str]
"""Kind of credential, as in `marketplace_credentials.kind`, to its value."""


class UnknownVendor(LookupError):  # noqa: N818  (says what it is)
    def __init__(self, name: str) -> None:
        known = ", ".join(sorted((*MARKETPLACES, *SUPPLIERS)))
        super().__init__(f"there is no marketplace or supplier {name!r}; known are {known}")


class UnknownMarketplace(UnknownVendor):
    def __init__(self, name: str) -> None:
        LookupError.__init__(self, f"there is no marketplace {name!r}; known are {', '.join(sorted(MARKETPLACES))}")


class UnknownSupplier(UnknownVendor):
    def __init__(self, name: str) -> None:
        known = ", ".join(f"{one} and {one}-<suffix>" for one in sorted(SUPPLIERS))
        LookupError.__init__(self, f"there is no supplier {name!r}; known are {known}")


class BadSettings(ValueError):  # noqa: N818  (says what it is)
    """An option of a channel is unknown or impossible; the text names it."""


@dataclass(frozen=True, slots=True)
class Vendor(Generic[ConnectorT]):
    """What the house needs to know of anybody whose accounts it works on."""

    name: str
    endpoint: str  # the vendor's own
    secrets: tuple[str, ...]  # kinds of credentials that it knows
    settings: type[ConnectorSettings]
    make: Callable[[Any, Secrets, Http, LimiterGroup, Clock], ConnectorT]
    limits_of: Callable[[Any, Clock], LimiterGroup] | None = None  # where the vendor counts per operation
    counts_by: tuple[str, ...] = ("api_key",)
    """Whose calls the vendor adds up: kinds of credentials, or names of settings such as `client_id`."""
    page_size: int = 0  # where full pages spare a scarce quota; 0 leaves it to `[orders]`
    lifetimes: Mapping[str, timedelta] = field(default_factory=dict)  # of credentials, by kind, from when they are made
    consent: Callable[[Any, Secrets, Http], Consent] | None = None  # where a person lets Orion in on a page
    webhook: Webhook | None = None  # where it sends notifications that a challenge comes before

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
    ) -> ConnectorT:
        """A connector for one account; without a limiter it gets one of its own by its settings."""
        return self.make(settings, secrets, http, limiter or self.limits(settings, clock), clock)


@dataclass(frozen=True, slots=True)
class Marketplace(Vendor[MarketplaceConnector]):
    reads_catalog: bool = False  # as its `Capabilities` say: products come by API, without a feed
    makes_refunds: bool = False  # as its `Capabilities` say


@dataclass(frozen=True, slots=True)
class Supplier(Vendor[SupplierConnector]):
    """Of licence keys."""

    read_hint: Callable[[bytes, Mapping[str, Any], Secrets], Hint] | None = None
    """Where it sends messages by itself: from a body, the account's options and its secrets. Raises Rejected for what
    is not the supplier's, Malformed for what names nothing to look at."""


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


def _codeswholesale(
    settings: CodesWholesaleSettings, secrets: Secrets, http: Http, limiter: LimiterGroup, clock: Clock
) -> SupplierConnector:
    from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector

    return CodesWholesaleConnector(settings, secrets, http, limiter, clock)


def _codeswholesale_hint(body: bytes, options: Mapping[str, Any], secrets: Secrets) -> Hint:
    from orion_daemon.connectors.codeswholesale import hints

    return hints.read(body, str(options.get("client_id", "")), secrets.get("signature", ""))


def _codeswholesale_limits(settings: CodesWholesaleSettings, clock: Clock) -> LimiterGroup:
    from orion_daemon.connectors.codeswholesale.limits import limits_of

    return limits_of(settings, clock)


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
CODESWHOLESALE = Supplier(
    codeswholesale_names.SUPPLIER,
    codeswholesale_names.ENDPOINT,
    ("client_secret", "signature"),
    CodesWholesaleSettings,
    _codeswholesale,
    limits_of=_codeswholesale_limits,
    counts_by=("client_id",),
    read_hint=_codeswholesale_hint,
)
MARKETPLACES = {entry.name: entry for entry in (LETZSHOP, AMAZON, EBAY)}
SUPPLIERS = {entry.name: entry for entry in (CODESWHOLESALE,)}
_ACCOUNT_OF = re.compile(r"([a-z0-9]+)(?:-[a-z0-9]+)+")


def marketplace(name: str) -> Marketplace:
    """Raises `UnknownMarketplace`."""
    try:
        return MARKETPLACES[name]
    except KeyError:
        raise UnknownMarketplace(name) from None


def supplier(name: str) -> Supplier:
    """By the name of an account: the supplier's own, or with a suffix. Raises `UnknownSupplier`."""
    match = _ACCOUNT_OF.fullmatch(name)
    found = SUPPLIERS.get(match[1] if match else name)
    if found is None:
        raise UnknownSupplier(name)
    return found


def account_kind(name: str) -> Literal["marketplace", "supplier"]:
    """Raises `UnknownVendor`."""
    if name in MARKETPLACES:
        return "marketplace"
    try:
        supplier(name)
    except UnknownSupplier:
        raise UnknownVendor(name) from None
    return "supplier"


def vendor(name: str) -> Marketplace | Supplier:
    """Whoever an account of that name is at. Raises `UnknownVendor`."""
    return marketplace(name) if account_kind(name) == "marketplace" else supplier(name)
