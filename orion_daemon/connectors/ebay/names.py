"""What eBay calls things: hosts, operations, scopes, quotas, and the values that Orion understands.

Nothing else in this folder spells a path of the APIs. Certain, by eBay's contracts: paths, parameters, error ids, page
limits. From its pages: hosts, the token endpoint, daily limits, the Post-Order API (which has no contract). Inferred:
the daily limits of Fulfillment and Inventory, which are read at run time (`limits.py`), and the spelling CANCELLED.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import quote, urlsplit

from orion_daemon.domain.refunds import RefundReason

LIFETIMES = {"refresh_token": timedelta(seconds=47_304_000), "signing_key": timedelta(days=3 * 365)}
"""By kind of credential, as eBay states them, where an answer does not."""
ENDPOINT = "https://api.ebay.com"

# -- hosts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hosts:
    """`money` is the host of finances, identity and keys."""

    api: str
    money: str
    consent: str

    @property
    def token(self) -> str:
        return f"{self.api}/identity/v1/oauth2/token"

    def of(self, host: str) -> str:
        return self.money if host == "money" else self.api


_OWN = {
    "api.ebay.com": ("https://api.ebay.com", "https://apiz.ebay.com", "https://auth.ebay.com"),
    "api.sandbox.ebay.com": (
        "https://api.sandbox.ebay.com",
        "https://apiz.sandbox.ebay.com",
        "https://auth.sandbox.ebay.com",
    ),
}


def hosts(endpoint: str) -> Hosts:
    """Empty, or eBay's own (also its sandbox): eBay's three hosts. Any other address stands for all of them."""
    address = (endpoint or ENDPOINT).rstrip("/")
    api, money, consent = _OWN.get(urlsplit(address).hostname or "", (address, address, address))
    return Hosts(api, money, consent)


# -- operations -------------------------------------------------------------------------------------------------------

FULFILLMENT, INVENTORY, FINANCES = "sell.fulfillment", "sell.inventory", "sell.finances"
FEED = "sell.feed"
NOTIFICATION, IDENTITY = "commerce.notification", "commerce.identity"
ANALYTICS, KEYS, POST_ORDER = "developer.analytics", "developer.key_management", "post-order"
REFRESH, APPLICATION, CODE = "refresh_token", "client_credentials", "authorization_code"

DAILY = {
    FULFILLMENT: 100_000,
    INVENTORY: 2_000_000,
    FEED: 100_000,
    FINANCES: 15_000,
    NOTIFICATION: 10_000,
    IDENTITY: 5_000,
    ANALYTICS: 5_000,
    KEYS: 5_000,
    POST_ORDER: 20_000,
    REFRESH: 50_000,
    APPLICATION: 1_000,
    CODE: 10_000,
}
"""Calls of the application in a day, until eBay says its own number."""

DAYS_OF = "America/Los_Angeles"
"""The calendar by which eBay counts."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `quota` is the API that it counts against; `who` logs in; `signed`: the EU and the UK demand it."""

    name: str
    method: Literal["GET", "POST", "PUT"]
    path: str
    quota: str
    host: Literal["api", "money"] = "api"
    who: Literal["seller", "application"] = "seller"
    scheme: Literal["Bearer", "IAF"] = "Bearer"
    signed: bool = False
    changes: bool = False
    needs: str = ""

    @property
    def scope(self) -> str:
        """What a consent must hold; empty for what the application asks for itself."""
        return "" if self.who == "application" else self.needs or SCOPE_OF.get(self.quota, "")

    def at(self, **parts: str) -> str:
        return self.path.format(**{name: quote(value, safe="") for name, value in parts.items()})


_ORDER, _STOCK = "/sell/fulfillment/v1/order", "/sell/inventory/v1"
GET_ORDERS = Operation("getOrders", "GET", _ORDER, FULFILLMENT)
GET_ORDER = Operation("getOrder", "GET", f"{_ORDER}/{{order}}", FULFILLMENT)
GET_SHIPMENTS = Operation("getShippingFulfillments", "GET", f"{_ORDER}/{{order}}/shipping_fulfillment", FULFILLMENT)
CREATE_SHIPMENT = Operation(
    "createShippingFulfillment", "POST", f"{_ORDER}/{{order}}/shipping_fulfillment", FULFILLMENT, changes=True
)
ISSUE_REFUND = Operation(
    "issueRefund",
    "POST",
    f"{_ORDER}/{{order}}/issue_refund",
    FULFILLMENT,
    signed=True,
    changes=True,
    needs="https://api.ebay.com/oauth/api_scope/sell.finances",
)
GET_ITEMS = Operation("getInventoryItems", "GET", f"{_STOCK}/inventory_item", INVENTORY)
GET_ITEMS_BY_SKU = Operation("bulkGetInventoryItem", "POST", f"{_STOCK}/bulk_get_inventory_item", INVENTORY)
GET_OFFERS = Operation("getOffers", "GET", f"{_STOCK}/offer", INVENTORY)
UPDATE_LEVELS = Operation(
    "bulkUpdatePriceQuantity", "POST", f"{_STOCK}/bulk_update_price_quantity", INVENTORY, changes=True
)
MIGRATE = Operation("bulkMigrateListing", "POST", f"{_STOCK}/bulk_migrate_listing", INVENTORY, changes=True)

_FEED = "/sell/feed/v1"
CREATE_REPORT = Operation("createInventoryTask", "POST", f"{_FEED}/inventory_task", FEED)
GET_REPORT = Operation("getInventoryTask", "GET", f"{_FEED}/inventory_task/{{task}}", FEED)
GET_REPORT_FILE = Operation("getResultFile", "GET", f"{_FEED}/task/{{task}}/download_result_file", FEED)
LISTINGS_REPORT = "LMS_ACTIVE_INVENTORY_REPORT"

_CANCEL = "/post-order/v2/cancellation"
CREATE_CANCELLATION = Operation(
    "createCancellation", "POST", _CANCEL, POST_ORDER, scheme="IAF", signed=True, changes=True
)
APPROVE_CANCELLATION = Operation(
    "approveCancellation", "POST", f"{_CANCEL}/{{cancel}}/approve", POST_ORDER, scheme="IAF", signed=True, changes=True
)

GET_TRANSACTIONS = Operation("getTransactions", "GET", "/sell/finances/v1/transaction", FINANCES, "money", signed=True)
GET_USER = Operation("getUser", "GET", "/commerce/identity/v1/user/", IDENTITY, "money")
CREATE_KEY = Operation(
    "createSigningKey", "POST", "/developer/key_management/v1/signing_key", KEYS, "money", "application", changes=True
)
GET_PUBLIC_KEY = Operation(
    "getPublicKey", "GET", "/commerce/notification/v1/public_key/{key}", NOTIFICATION, who="application"
)
_NOTIFY = "/commerce/notification/v1"
GET_NOTIFICATION_CONFIG = Operation("getConfig", "GET", f"{_NOTIFY}/config", NOTIFICATION, who="application")
SET_NOTIFICATION_CONFIG = Operation(
    "updateConfig", "PUT", f"{_NOTIFY}/config", NOTIFICATION, who="application", changes=True
)
GET_DESTINATIONS = Operation("getDestinations", "GET", f"{_NOTIFY}/destination", NOTIFICATION, who="application")
CREATE_DESTINATION = Operation(
    "createDestination", "POST", f"{_NOTIFY}/destination", NOTIFICATION, who="application", changes=True
)
UPDATE_DESTINATION = Operation(
    "updateDestination", "PUT", f"{_NOTIFY}/destination/{{destination}}", NOTIFICATION, who="application", changes=True
)
GET_TOPIC = Operation("getTopic", "GET", f"{_NOTIFY}/topic/{{topic}}", NOTIFICATION, who="application")
GET_SUBSCRIPTIONS = Operation("getSubscriptions", "GET", f"{_NOTIFY}/subscription", NOTIFICATION)
CREATE_SUBSCRIPTION = Operation("createSubscription", "POST", f"{_NOTIFY}/subscription", NOTIFICATION, changes=True)
UPDATE_SUBSCRIPTION = Operation(
    "updateSubscription", "PUT", f"{_NOTIFY}/subscription/{{subscription}}", NOTIFICATION, changes=True
)
_ANALYTICS = "/developer/analytics/v1_beta"
GET_LIMITS = Operation("getRateLimits", "GET", f"{_ANALYTICS}/rate_limit/", ANALYTICS, who="application")
GET_USER_LIMITS = Operation("getUserRateLimits", "GET", f"{_ANALYTICS}/user_rate_limit/", ANALYTICS)

# -- scopes -----------------------------------------------------------------------------------------------------------

BASE_SCOPE = "https://api.ebay.com/oauth/api_scope"
SCOPES = {
    BASE_SCOPE: "cancel orders",
    f"{BASE_SCOPE}/sell.fulfillment": "read orders and announce parcels",
    f"{BASE_SCOPE}/sell.inventory": "read listings, send stock and prices",
    f"{BASE_SCOPE}/sell.finances": "pay buyers back, prove that signed calls work",
    f"{BASE_SCOPE}/commerce.identity.readonly": "tell whose account it is",
    f"{BASE_SCOPE}/commerce.notification.subscription": "be told of orders at once",
}
"""What Orion asks a seller for, and why."""

SCOPE_OF = {
    FULFILLMENT: f"{BASE_SCOPE}/sell.fulfillment",
    POST_ORDER: BASE_SCOPE,
    INVENTORY: f"{BASE_SCOPE}/sell.inventory",
    FEED: f"{BASE_SCOPE}/sell.inventory",
    FINANCES: f"{BASE_SCOPE}/sell.finances",
    IDENTITY: f"{BASE_SCOPE}/commerce.identity.readonly",
    NOTIFICATION: f"{BASE_SCOPE}/commerce.notification.subscription",
}
"""The scope that the operations of an API need; `Operation.scope` where one needs another."""

# -- sites ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    host: str
    locales: tuple[str, ...]


SITES = {
    "EBAY_DE": Site("www.ebay.de", ("de-DE",)),
    "EBAY_FR": Site("www.ebay.fr", ("fr-FR",)),
    "EBAY_BE": Site("www.ebay.be", ("nl-BE", "fr-BE")),
    "EBAY_NL": Site("www.ebay.nl", ("nl-NL",)),
    "EBAY_AT": Site("www.ebay.at", ("de-AT",)),
    "EBAY_IT": Site("www.ebay.it", ("it-IT",)),
    "EBAY_ES": Site("www.ebay.es", ("es-ES",)),
    "EBAY_GB": Site("www.ebay.co.uk", ("en-GB",)),
    "EBAY_IE": Site("www.ebay.ie", ("en-IE",)),
    "EBAY_PL": Site("www.ebay.pl", ("pl-PL",)),
    "EBAY_US": Site("www.ebay.com", ("en-US",)),
}
TAX_ID_SITES = frozenset({"EBAY_IT", "EBAY_ES"})
"""Where a buyer's tax number comes with the single order, and never with the list."""

# -- pages and values -------------------------------------------------------------------------------------------------

MOST_ORDERS = 200
MOST_ITEMS = 200
MOST_LEVELS = 25
MOST_LISTINGS = 5
LONGEST_SKU = 50
REVISIONS_A_DAY = 250

NOT_STARTED, IN_PROGRESS, FULFILLED = "NOT_STARTED", "IN_PROGRESS", "FULFILLED"
OPEN_ORDERS = "orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}"

NO_CANCELLATION, CANCELLING = "NONE_REQUESTED", "IN_PROGRESS"
CANCELLED = frozenset({"CANCELED", "CANCELLED"})
REQUESTED, REJECTED = "REQUESTED", "REJECTED"

PENDING, FAILED, PAID = "PENDING", "FAILED", "PAID"
PARTLY_REFUNDED, REFUNDED = "PARTIALLY_REFUNDED", "FULLY_REFUNDED"
REFUND_DONE, REFUND_PENDING, REFUND_FAILED = "REFUNDED", "PENDING", "FAILED"
REFUND_REASONS = {
    RefundReason.BUYER_CANCELLED: "BUYER_CANCEL",
    RefundReason.SELLER_CANCELLED: "SELLER_CANCEL",
    RefundReason.NOT_RECEIVED: "ITEM_NOT_RECEIVED",
    RefundReason.RETURNED: "BUYER_RETURN",
    RefundReason.NOT_AS_DESCRIBED: "ITEM_NOT_AS_DESCRIBED",
    RefundReason.SHIPPING_DISCOUNT: "SHIPPING_DISCOUNT",
    RefundReason.OTHER: "OTHER_ADJUSTMENT",
}
"""ReasonForRefundEnum, by eBay's pages; its contract names the type alone."""
LONGEST_COMMENT = 100

DIGITAL, BY_EBAY = "DIGITAL", "FULFILLED_BY_EBAY"
SENT_BY_US = frozenset({"SHIP_TO", "SELLER_DEFINED", "PREPARE_FOR_PICKUP", DIGITAL})

SELLERS_REASON = "OUT_OF_STOCK_OR_CANNOT_FULFILL"
SELLER = "seller"

# -- errors that something is done about ------------------------------------------------------------------------------

SYSTEM_ERROR, CONCURRENT = 25001, 25025
UNKNOWN_SKU, UNKNOWN_OFFER = 25702, 25713
IN_THE_FUTURE = 30850
USE_PUT = 34500
CHALLENGE_FAILED = 195020
REFUND_UNDER_WAY = 34922
SIGNATURE_ERRORS = range(215000, 216000)
