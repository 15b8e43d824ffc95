"""Amazon's documents, as msgspec reads them: exact decimals, unknown fields ignored, nothing assumed that may lack.

Required is only what the contracts require and Orion cannot do without. Orders and transactions in lists are kept raw,
so that one that cannot be read hurts no other and every document can be kept verbatim. The old orders API:
`schemas_v0.py`.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct, field


class Error(Struct):
    code: str = ""
    message: str = ""
    details: str | None = None


class Errors(Struct):
    errors: list[Error] | None = None


class Money(Struct, rename="camel"):
    amount: Decimal
    currency_code: str


# -- orders -----------------------------------------------------------------------------------------------------------


class Breakdown(Struct):
    type: str
    subtotal: Money
    status: str | None = None


class OrderProceeds(Struct, rename="camel"):
    grand_total: Money | None = None
    breakdowns: list[Breakdown] | None = None


class ItemProceeds(Struct, rename="camel"):
    proceeds_total: Money | None = None
    breakdowns: list[Breakdown] | None = None


class ItemPrice(Struct, rename="camel"):
    unit_price: Money | None = None


class Product(Struct, rename="camel"):
    asin: str | None = None
    title: str | None = None
    seller_sku: str | None = None
    price: ItemPrice | None = None


class CancellationRequest(Struct, rename="camel"):
    requester: str | None = None
    cancel_reason: str | None = None


class CancellationExecution(Struct, rename="camel"):
    cancelled_by: str | None = None


class Cancellation(Struct, rename="camel"):
    cancellation_request: CancellationRequest | None = None
    cancellation_execution: CancellationExecution | None = None


class ItemFulfillment(Struct, rename="camel"):
    quantity_fulfilled: int | None = None
    quantity_unfulfilled: int | None = None


class OrderItem(Struct, rename="camel"):
    order_item_id: str
    quantity_ordered: int
    product: Product = field(default_factory=Product)
    proceeds: ItemProceeds | None = None
    cancellation: Cancellation | None = None
    fulfillment: ItemFulfillment | None = None


class SalesChannel(Struct, rename="camel"):
    marketplace_id: str | None = None


class Buyer(Struct, rename="camel"):
    buyer_name: str | None = None
    buyer_email: str | None = None
    buyer_company_name: str | None = None


class Address(Struct, rename="camel"):
    name: str | None = None
    company_name: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    city: str | None = None
    state_or_region: str | None = None
    postal_code: str | None = None
    country_code: str | None = None
    phone: str | None = None


class Recipient(Struct, rename="camel"):
    delivery_address: Address | None = None


class OrderFulfillment(Struct, rename="camel"):
    fulfillment_status: str
    fulfilled_by: str | None = None


class PackageStatus(Struct, rename="camel"):
    status: str
    detailed_status: str | None = None


class PackageItem(Struct, rename="camel"):
    order_item_id: str
    quantity: int


class Package(Struct, rename="camel"):
    package_reference_id: str
    package_status: PackageStatus | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    package_items: list[PackageItem] | None = None


class Order(Struct, rename="camel"):
    order_id: str
    order_items: list[OrderItem]
    created_time: datetime | None = None
    last_updated_time: datetime | None = None
    sales_channel: SalesChannel = field(default_factory=SalesChannel)
    buyer: Buyer | None = None
    recipient: Recipient | None = None
    proceeds: OrderProceeds | None = None
    fulfillment: OrderFulfillment | None = None
    packages: list[Package] | None = None


class OrderName(Struct, rename="camel"):
    order_id: str = ""


class Pagination(Struct, rename="camel"):
    next_token: str | None = None


class OrdersFound(Struct, rename="camel"):
    orders: list[Raw]
    pagination: Pagination | None = None
    last_updated_before: datetime | None = None
    created_before: datetime | None = None


class OneOrder(Struct):
    order: Raw


# -- listings ---------------------------------------------------------------------------------------------------------


class Issue(Struct, rename="camel"):
    code: str = ""
    message: str = ""
    severity: str = "ERROR"


class Submission(Struct, rename="camel"):
    sku: str
    status: str
    submission_id: str = ""
    issues: list[Issue] | None = None


class Image(Struct):
    link: str
    variant: str = "MAIN"


class ListingSummary(Struct, rename="camel"):
    marketplace_id: str
    asin: str | None = None
    product_type: str | None = None
    condition_type: str | None = None
    status: list[str] = field(default_factory=list)
    item_name: str | None = None
    main_image: Image | None = None


class Offer(Struct, rename="camel"):
    marketplace_id: str
    price: Money
    offer_type: str = "B2C"


class Availability(Struct, rename="camel"):
    fulfillment_channel_code: str
    quantity: int | None = None


class Relationship(Struct, rename="camel"):
    type: str
    child_skus: list[str] | None = None
    parent_skus: list[str] | None = None


class StoreRelationships(Struct, rename="camel"):
    marketplace_id: str
    relationships: list[Relationship]


class Listing(Struct, rename="camel"):
    sku: str
    summaries: list[ListingSummary] | None = None
    attributes: dict[str, Any] | None = None
    offers: list[Offer] | None = None
    fulfillment_availability: list[Availability] | None = None
    relationships: list[StoreRelationships] | None = None


class ListingsFound(Struct, rename="camel"):
    number_of_results: int
    items: list[Listing]
    pagination: Pagination | None = None


# -- catalog ----------------------------------------------------------------------------------------------------------


class Identifier(Struct, rename="camel"):
    identifier_type: str
    identifier: str


class StoreIdentifiers(Struct, rename="camel"):
    marketplace_id: str
    identifiers: list[Identifier]


class StoreImages(Struct, rename="camel"):
    marketplace_id: str
    images: list[Image]


class CatalogSummary(Struct, rename="camel"):
    marketplace_id: str
    brand: str | None = None
    color: str | None = None
    item_classification: str | None = None
    item_name: str | None = None
    manufacturer: str | None = None
    part_number: str | None = None
    size: str | None = None


class Measure(Struct):
    unit: str | None = None
    value: Decimal | None = None


class Measures(Struct):
    height: Measure | None = None
    length: Measure | None = None
    width: Measure | None = None
    weight: Measure | None = None


class StoreDimensions(Struct, rename="camel"):
    marketplace_id: str
    item: Measures | None = None
    package: Measures | None = None


class CatalogItem(Struct):
    asin: str
    identifiers: list[StoreIdentifiers] | None = None
    images: list[StoreImages] | None = None
    summaries: list[CatalogSummary] | None = None
    dimensions: list[StoreDimensions] | None = None


class CatalogFound(Struct):
    items: list[CatalogItem]


# -- feeds and reports ------------------------------------------------------------------------------------------------


class FeedUpload(Struct, rename="camel"):
    feed_document_id: str
    url: str


class FeedName(Struct, rename="camel"):
    feed_id: str


class Feed(Struct, rename="camel"):
    feed_id: str
    processing_status: str
    result_feed_document_id: str | None = None


class Document(Struct, rename="camel"):
    """Of a feed's result or of a report. `compression_algorithm`: GZIP or nothing."""

    url: str
    compression_algorithm: str | None = None


class ReportName(Struct, rename="camel"):
    report_id: str


class Report(Struct, rename="camel"):
    report_id: str
    processing_status: str
    report_document_id: str | None = None


class FeedIssue(Struct, rename="camel"):
    message_id: int | None = None
    code: str = ""
    severity: str = "ERROR"
    message: str = ""


class FeedSummary(Struct, rename="camel"):
    messages_accepted: int = 0


class ProcessingReport(Struct):
    issues: list[FeedIssue]
    summary: FeedSummary = field(default_factory=FeedSummary)


# -- money that went back ---------------------------------------------------------------------------------------------


class Currency(Struct, rename="camel"):
    currency_amount: Decimal = Decimal(0)
    currency_code: str = ""


class MoneyBreakdown(Struct, rename="camel"):
    breakdown_type: str = ""
    breakdown_amount: Currency | None = None


class RelatedIdentifier(Struct, rename="camel"):
    related_identifier_name: str = ""
    related_identifier_value: str = ""


class Transaction(Struct, rename="camel"):
    transaction_type: str = ""
    transaction_id: str = ""
    transaction_status: str = ""
    description: str = ""
    related_identifiers: list[RelatedIdentifier] | None = None
    total_amount: Currency | None = None
    breakdowns: list[MoneyBreakdown] | None = None

    def named(self, kind: str) -> str:
        """The first identifier of a kind such as ORDER_ID; empty where it has none."""
        found = self.related_identifiers or ()
        return next((one.related_identifier_value for one in found if one.related_identifier_name == kind), "")


class TransactionList(Struct, rename="camel"):
    transactions: list[Raw] | None = None
    next_token: str | None = None


class TransactionsFound(Struct):
    payload: TransactionList = field(default_factory=TransactionList)


# -- the account ------------------------------------------------------------------------------------------------------


class Marketplace(Struct):
    id: str
    name: str = ""


class Participation(Struct, rename="camel"):
    is_participating: bool = False
    has_suspended_listings: bool = False


class MarketplaceParticipation(Struct):
    marketplace: Marketplace
    participation: Participation


class Participations(Struct):
    payload: list[MarketplaceParticipation] | None = None


class RestrictedToken(Struct, rename="camel"):
    restricted_data_token: str
    expires_in: float
