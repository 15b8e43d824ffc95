"""Every name of Amazon's API that Orion uses: stores, hosts, operations with their roles, and the words of documents.

Certain, from Amazon's published contracts: paths, parameters, data sets, statuses, feed and report types (the order
feed is XML and has no published contract). Certain, from its documentation: hosts, marketplace ids, domains of Seller
Central, roles. Inferred: the columns of reports, which Amazon translates for some accounts, and their encodings.
Usage plans of the operations: `limits.py`.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

LIFETIMES = {"client_secret": timedelta(days=180), "refresh_token": timedelta(days=365)}
"""By kind of credential: a secret from when it was made in the developer console, and the authorisation."""
LOGIN = "https://api.amazon.com/auth/o2/token"
LOGIN_PATH = "/auth/o2/token"
CONSENT_PATH = "/apps/authorize/consent"
HOSTS = {
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "na": "https://sellingpartnerapi-na.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
SANDBOX = "sandbox."
"""Before the host of a region: Amazon's own stand-in. Its logins are the real ones."""
TOKEN_HEADER = "x-amz-access-token"  # noqa: S105  (a header's name)
RATE_HEADER = "x-amzn-RateLimit-Limit"
REQUEST_ID_HEADER = "x-amzn-RequestId"


@dataclass(frozen=True, slots=True)
class Store:
    """`locale` is the store's primary one; `central` the domain on which its sellers agree to applications."""

    country: str
    region: str
    currency: str
    locale: str
    central: str

    @property
    def language(self) -> str:
        return self.locale[:2]


_EU = "sellercentral-europe.amazon.com"
STORES = {
    "A1PA6795UKMFR9": Store("DE", "eu", "EUR", "de_DE", _EU),
    "A13V1IB3VIYZZH": Store("FR", "eu", "EUR", "fr_FR", _EU),
    "AMEN7PMS3EDWL": Store("BE", "eu", "EUR", "fr_BE", "sellercentral.amazon.com.be"),
    "A1805IZSGTT6HS": Store("NL", "eu", "EUR", "nl_NL", "sellercentral.amazon.nl"),
    "APJ6JRA9NG5V4": Store("IT", "eu", "EUR", "it_IT", _EU),
    "A1RKKUPIHCS9HS": Store("ES", "eu", "EUR", "es_ES", _EU),
    "A2NODRKZP88ZB9": Store("SE", "eu", "SEK", "sv_SE", "sellercentral.amazon.se"),
    "A1C3SOZRARQ6R3": Store("PL", "eu", "PLN", "pl_PL", "sellercentral.amazon.pl"),
    "A28R8C7NBKEWEA": Store("IE", "eu", "EUR", "en_IE", "sellercentral.amazon.ie"),
    "A1F83G8C2ARO7P": Store("GB", "eu", "GBP", "en_GB", _EU),
    "A33AVAJ2PDY3EV": Store("TR", "eu", "TRY", "tr_TR", "sellercentral.amazon.com.tr"),
    "AE08WJ6YKNBMC": Store("ZA", "eu", "ZAR", "en_ZA", "sellercentral.amazon.co.za"),
    "ARBP9OOSHTCHU": Store("EG", "eu", "EGP", "ar_AE", "sellercentral.amazon.eg"),
    "A17E79C6D8DWNP": Store("SA", "eu", "SAR", "ar_AE", "sellercentral.amazon.sa"),
    "A2VIGQ35RCS4UG": Store("AE", "eu", "AED", "en_AE", "sellercentral.amazon.ae"),
    "A21TJRUUN4KGV": Store("IN", "eu", "INR", "en_IN", "sellercentral.amazon.in"),
    "ATVPDKIKX0DER": Store("US", "na", "USD", "en_US", "sellercentral.amazon.com"),
    "A2EUQ1WTGCTBG2": Store("CA", "na", "CAD", "en_CA", "sellercentral.amazon.ca"),
    "A1AM78C64UM0Y8": Store("MX", "na", "MXN", "es_MX", "sellercentral.amazon.com.mx"),
    "A2Q3Y263D00KWC": Store("BR", "na", "BRL", "pt_BR", "sellercentral.amazon.com.br"),
    "A19VAU5U5O7RUS": Store("SG", "fe", "SGD", "en_SG", "sellercentral.amazon.sg"),
    "A39IBJ37TRP1C6": Store("AU", "fe", "AUD", "en_AU", "sellercentral.amazon.com.au"),
    "A1VC38T7YXB528": Store("JP", "fe", "JPY", "ja_JP", "sellercentral.amazon.co.jp"),
}
"""By marketplace id. There is none of Luxembourg."""


def region_of(endpoint: str) -> str:
    """Of one of Amazon's own hosts, also of its sandbox; empty for any other address."""
    host = (urlsplit(endpoint).hostname or "").removeprefix(SANDBOX)
    return next((region for region, own in HOSTS.items() if urlsplit(own).hostname == host), "")


# -- operations -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is the contract's; operations of the old orders API that share one carry `v0.` before it. `role`: what the
    application must have. `changes`: a lost answer may have taken effect."""

    name: str
    method: str
    path: str
    role: str
    changes: bool = False


_ORDERS = "Inventory and Order Tracking"
_LISTINGS = "Product Listing"
_FINANCE = "Finance and Accounting"
_PEOPLE = "Direct-to-Consumer Delivery (Restricted)"

SEARCH_ORDERS = Operation("searchOrders", "GET", "/orders/2026-01-01/orders", _ORDERS)
GET_ORDER = Operation("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", _ORDERS)
V0_GET_ORDERS = Operation("v0.getOrders", "GET", "/orders/v0/orders", _ORDERS)
V0_GET_ORDER = Operation("v0.getOrder", "GET", "/orders/v0/orders/{orderId}", _ORDERS)
V0_GET_ITEMS = Operation("v0.getOrderItems", "GET", "/orders/v0/orders/{orderId}/orderItems", _ORDERS)
CONFIRM_SHIPMENT = Operation(
    "confirmShipment", "POST", "/orders/v0/orders/{orderId}/shipmentConfirmation", _ORDERS, changes=True
)
RESTRICTED_TOKEN = Operation("createRestrictedDataToken", "POST", "/tokens/2021-03-01/restrictedDataToken", _PEOPLE)
SEARCH_LISTINGS = Operation("searchListingsItems", "GET", "/listings/2021-08-01/items/{sellerId}", _LISTINGS)
GET_LISTING = Operation("getListingsItem", "GET", "/listings/2021-08-01/items/{sellerId}/{sku}", _LISTINGS)
PATCH_LISTING = Operation(
    "patchListingsItem", "PATCH", "/listings/2021-08-01/items/{sellerId}/{sku}", _LISTINGS, changes=True
)
SEARCH_CATALOG = Operation("searchCatalogItems", "GET", "/catalog/2022-04-01/items", _LISTINGS)
CREATE_FEED_DOCUMENT = Operation("createFeedDocument", "POST", "/feeds/2021-06-30/documents", _LISTINGS)
CREATE_FEED = Operation("createFeed", "POST", "/feeds/2021-06-30/feeds", _LISTINGS, changes=True)
GET_FEED = Operation("getFeed", "GET", "/feeds/2021-06-30/feeds/{feedId}", _LISTINGS)
GET_FEED_DOCUMENT = Operation("getFeedDocument", "GET", "/feeds/2021-06-30/documents/{feedDocumentId}", _LISTINGS)
CREATE_REPORT = Operation("createReport", "POST", "/reports/2021-06-30/reports", _ORDERS)
GET_REPORT = Operation("getReport", "GET", "/reports/2021-06-30/reports/{reportId}", _ORDERS)
GET_REPORT_DOCUMENT = Operation("getReportDocument", "GET", "/reports/2021-06-30/documents/{reportDocumentId}", _ORDERS)
LIST_TRANSACTIONS = Operation("listTransactions", "GET", "/finances/2024-06-19/transactions", _FINANCE)
PARTICIPATIONS = Operation("getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", _LISTINGS)

# -- words ------------------------------------------------------------------------------------------------------------

ORDER_DATA = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX"
"""Always the same, so that an order's document is equal in a list and alone. Without FULFILLMENT it has no status."""
OPEN_STATUSES = "PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED"
V0_OPEN_STATUSES = "PendingAvailability,Pending,Unshipped,PartiallyShipped"
LISTING_DATA = "summaries,attributes,offers,fulfillmentAvailability,relationships"
LEVEL_DATA = "summaries,attributes,fulfillmentAvailability"
CATALOG_DATA = "identifiers,images,summaries,dimensions"

ORDERS_REPORT = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LISTINGS_REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"
LISTINGS_FEED = "JSON_LISTINGS_FEED"
ACKNOWLEDGEMENT_FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA"

MERCHANT_CHANNEL = "DEFAULT"  # of fulfilment: the seller sends; any other is a warehouse of Amazon's
OFFER_ONLY = "PRODUCT"  # the product type that stands for any, where only the offer is changed

ORDER_ID_COLUMNS = ("amazon-order-id", "order-id")
ORDER_STATUS_COLUMNS = ("order-status",)
SKU_COLUMNS = ("seller-sku", "sku", "händler-sku", "sku-vendeur", "sku vendeur", "sku venditore", "sku del vendedor")
TITLE_COLUMNS = ("item-name", "artikelbezeichnung", "nom-produit", "nome-articolo")
PRICE_COLUMNS = ("price", "preis", "prix", "prezzo", "precio")
QUANTITY_COLUMNS = ("quantity", "menge", "quantité", "quantità", "cantidad")
