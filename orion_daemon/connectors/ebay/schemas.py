"""eBay's documents, as msgspec reads them: exact decimals, unknown fields ignored, nothing assumed that may lack.

Required is only what makes a document itself (ids). A list's orders are kept raw, so that one that cannot be read hurts
no other and each can be kept verbatim. Contracts: Fulfillment v1.20.7, Inventory 1.18.4, Analytics v1_beta,
Feed v1.3.1, Key Management v1, Identity v2, Notification v1.6.2; the Post-Order API by its pages.
"""

from decimal import Decimal
from typing import Any

from msgspec import Raw, Struct, field


class Document(Struct, rename="camel"):
    """Names as eBay writes them."""


# -- errors -----------------------------------------------------------------------------------------------------------


class LongText(Struct):
    """How the Post-Order API wraps a sentence."""

    content: str | None = None


class Problem(Document):
    error_id: int = 0
    category: str | None = None
    message: str | None = None
    long_message: str | LongText | None = None

    @property
    def sentence(self) -> str:
        longer = self.long_message
        return (longer.content if isinstance(longer, LongText) else longer) or self.message or ""


class Problems(Struct):
    """`error` is the Post-Order API's name for the same list."""

    errors: list[Problem] | None = None
    error: list[Problem] | None = None


# -- orders -----------------------------------------------------------------------------------------------------------


class Amount(Document):
    """`value` is after a conversion, `converted_from_value` before it."""

    value: Decimal | None = None
    currency: str | None = None
    converted_from_value: Decimal | None = None
    converted_from_currency: str | None = None


class Phone(Document):
    phone_number: str | None = None


class Place(Document):
    address_line1: str | None = field(default=None, name="addressLine1")
    address_line2: str | None = field(default=None, name="addressLine2")
    city: str | None = None
    county: str | None = None
    state_or_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class Contact(Document):
    full_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    primary_phone: Phone | None = None
    contact_address: Place | None = None


class Buyer(Document):
    username: str | None = None
    buyer_registration_address: Contact | None = None


class ShippingStep(Document):
    ship_to: Contact | None = None


class Instruction(Document):
    """`ebay_supported_fulfillment`: `ship_to` is a hub of eBay's, not the buyer."""

    fulfillment_instructions_type: str | None = None
    ebay_supported_fulfillment: bool | None = None
    shipping_step: ShippingStep | None = None


class Aspect(Struct):
    name: str | None = None
    value: str | None = None


class Refund(Document):
    """A line's has no status; its date comes once it was paid. `refund_id` is that of a refund made by API."""

    amount: Amount | None = None
    refund_status: str | None = None
    refund_date: str | None = None
    refund_id: str | None = None
    refund_reference_id: str | None = None


class Line(Document):
    """`line_item_cost` is the unit price times the quantity, before discounts."""

    line_item_id: str
    quantity: int
    sku: str | None = None
    title: str | None = None
    legacy_item_id: str | None = None
    legacy_variation_id: str | None = None
    line_item_cost: Amount | None = None
    line_item_fulfillment_status: str | None = None
    listing_marketplace_id: str | None = None
    purchase_marketplace_id: str | None = None
    variation_aspects: list[Aspect] | None = None
    refunds: list[Refund] | None = None


class Pricing(Document):
    """Discounts are negative; `adjustment` has a sign of its own; `total` is after all of them."""

    price_subtotal: Amount | None = None
    price_discount: Amount | None = None
    delivery_cost: Amount | None = None
    delivery_discount: Amount | None = None
    adjustment: Amount | None = None
    fee: Amount | None = None
    tax: Amount | None = None
    total: Amount | None = None


class Payment(Document):
    payment_status: str | None = None
    payment_date: str | None = None


class PaymentSummary(Document):
    payments: list[Payment] | None = None
    refunds: list[Refund] | None = None


class CancelRequest(Document):
    cancel_request_id: str | None = None
    cancel_request_state: str | None = None
    cancel_initiator: str | None = None


class CancelStatus(Document):
    cancel_state: str | None = None
    cancel_requests: list[CancelRequest] | None = None


class Order(Document):
    order_id: str
    line_items: list[Line]
    creation_date: str | None = None
    last_modified_date: str | None = None
    order_payment_status: str | None = None
    order_fulfillment_status: str | None = None
    cancel_status: CancelStatus | None = None
    buyer: Buyer | None = None
    pricing_summary: Pricing | None = None
    payment_summary: PaymentSummary | None = None
    fulfillment_start_instructions: list[Instruction] | None = None


class OrderName(Document):
    order_id: str


class OrderTimes(Document):
    creation_date: str | None = None
    last_modified_date: str | None = None


class Orders(Document):
    total: int
    orders: list[Raw] | None = None


class ShipmentLine(Document):
    line_item_id: str
    quantity: int | None = None


class Shipment(Document):
    fulfillment_id: str | None = None
    shipment_tracking_number: str | None = None
    shipped_date: str | None = None
    line_items: list[ShipmentLine] | None = None


class Shipments(Document):
    fulfillments: list[Shipment] | None = None


class NewRefund(Document):
    refund_id: str | None = None
    refund_status: str | None = None


class NewCancellation(Document):
    """`order_eligibility_result` comes instead of an id where the order cannot be cancelled."""

    cancel_id: str | None = None
    order_eligibility_result: dict[str, Any] | None = None


# -- listings ---------------------------------------------------------------------------------------------------------


class ToHome(Document):
    quantity: int | None = None


class Availability(Document):
    ship_to_location_availability: ToHome | None = None


class Product(Document):
    title: str | None = None
    subtitle: str | None = None
    description: str | None = None
    brand: str | None = None
    mpn: str | None = None
    epid: str | None = None
    ean: list[str] | None = None
    upc: list[str] | None = None
    isbn: list[str] | None = None
    image_urls: list[str] | None = None
    aspects: dict[str, Any] | str | None = None


class Item(Document):
    sku: str | None = None
    condition: str | None = None
    availability: Availability | None = None
    product: Product | None = None
    group_ids: list[str] | None = None
    inventory_item_group_keys: list[str] | None = None

    @property
    def quantity(self) -> int | None:
        to_home = self.availability.ship_to_location_availability if self.availability else None
        return to_home.quantity if to_home else None


class Items(Document):
    total: int = 0
    size: int = 0
    inventory_items: list[Item] | None = None


class FoundItem(Document):
    sku: str | None = None
    status_code: int = 0
    inventory_item: Item | None = None
    errors: list[Problem] | None = None


class FoundItems(Struct):
    responses: list[FoundItem] | None = None


class OfferPricing(Struct):
    price: Amount | None = None


class Listing(Document):
    listing_id: str | None = None
    listing_status: str | None = None
    listing_on_hold: bool | None = None


class Offer(Document):
    offer_id: str
    sku: str | None = None
    marketplace_id: str | None = None
    format: str | None = None
    status: str | None = None
    available_quantity: int | None = None
    category_id: str | None = None
    listing_description: str | None = None
    pricing_summary: OfferPricing | None = None
    listing: Listing | None = None


class Offers(Document):
    total: int = 0
    offers: list[Offer] | None = None


class Updated(Document):
    """One entry for each offer, or for an item that was sent without offers."""

    sku: str | None = None
    offer_id: str | None = None
    status_code: int = 0
    errors: list[Problem] | None = None


class AllUpdated(Struct):
    responses: list[Updated] | None = None


class MovedItem(Document):
    sku: str | None = None
    offer_id: str | None = None


class Moved(Document):
    listing_id: str
    status_code: int = 0
    inventory_items: list[MovedItem] | None = None
    errors: list[Problem] | None = None


class AllMoved(Struct):
    responses: list[Moved] | None = None


class FeedTask(Document):
    task_id: str | None = None
    status: str | None = None
    creation_date: str | None = None


# -- the application and the account ----------------------------------------------------------------------------------


class Rate(Document):
    limit: int | None = None
    remaining: int | None = None
    reset: str | None = None
    time_window: int | None = None


class Resource(Document):
    name: str = ""
    rates: list[Rate] | None = None


class ApiLimits(Document):
    api_context: str = ""
    api_name: str = ""
    resources: list[Resource] | None = None


class Limits(Document):
    rate_limits: list[ApiLimits] | None = None


class User(Document):
    username: str | None = None
    registration_marketplace_id: str | None = None
    status: str | None = None


class SigningKey(Document):
    jwe: str
    private_key: str
    creation_time: int | None = None
    expiration_time: int | None = None


class PublicKey(Struct):
    key: str
    algorithm: str | None = None
    digest: str | None = None


# -- notifications ----------------------------------------------------------------------------------------------------


class SignatureHeader(Struct):
    kid: str
    signature: str
    digest: str = "SHA1"
    alg: str = "ecdsa"


class Metadata(Document):
    topic: str


class Notification(Document):
    notification_id: str
    event_date: str | None = None
    data: Raw = Raw(b"null")


class Envelope(Struct):
    metadata: Metadata
    notification: Notification


class DeletedUser(Document):
    username: str | None = None
    user_id: str | None = None
    eias_token: str | None = None


class OrderData(Document):
    """`order.orderId` as eBay sends it, `orderId` beside it as other topics do."""

    order: OrderName | None = None
    order_id: str | None = None
    user: DeletedUser | None = None
