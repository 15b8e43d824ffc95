"""Documents of the old orders API: an envelope around everything, CamelCase, totals of lines instead of unit prices.

Deprecated by Amazon and gone after 27 March 2027; kept for sellers whom the new one refuses. Like `schemas.py`.
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Raw, Struct, field


class Money(Struct, rename="pascal"):
    amount: Decimal | None = None
    currency_code: str | None = None


class BuyerInfo(Struct, rename="pascal"):
    buyer_email: str | None = None
    buyer_name: str | None = None


class Address(Struct, rename="pascal"):
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


class Order(Struct, rename="pascal"):
    amazon_order_id: str
    order_status: str = ""
    purchase_date: datetime | None = None
    last_update_date: datetime | None = None
    fulfillment_channel: str | None = None
    order_total: Money | None = None
    marketplace_id: str | None = None
    shipping_address: Address | None = None
    buyer_info: BuyerInfo | None = None


class CancelWish(Struct, rename="pascal"):
    is_buyer_requested_cancel: str | bool | None = None
    buyer_cancel_reason: str | None = None


class ItemBuyerInfo(Struct, rename="pascal"):
    gift_wrap_price: Money | None = None
    gift_wrap_tax: Money | None = None


class Item(Struct, rename="pascal"):
    order_item_id: str
    quantity_ordered: int
    asin: str | None = field(default=None, name="ASIN")
    seller_sku: str | None = field(default=None, name="SellerSKU")
    title: str | None = None
    quantity_shipped: int | None = None
    item_price: Money | None = None
    shipping_price: Money | None = None
    item_tax: Money | None = None
    shipping_tax: Money | None = None
    shipping_discount: Money | None = None
    shipping_discount_tax: Money | None = None
    promotion_discount: Money | None = None
    promotion_discount_tax: Money | None = None
    cod_fee: Money | None = field(default=None, name="CODFee")
    cod_fee_discount: Money | None = field(default=None, name="CODFeeDiscount")
    buyer_info: ItemBuyerInfo | None = None
    buyer_requested_cancel: CancelWish | None = None


class OrderList(Struct, rename="pascal"):
    orders: list[Raw]
    next_token: str | None = None
    last_updated_before: datetime | None = None
    created_before: datetime | None = None


class OrdersFound(Struct):
    payload: OrderList


class OneOrder(Struct):
    payload: Raw


class ItemList(Struct, rename="pascal"):
    order_items: list[Raw]
    next_token: str | None = None


class ItemsFound(Struct):
    payload: ItemList


class OrderName(Struct, rename="pascal"):
    amazon_order_id: str = ""


class Kept(Struct):
    """What is kept of an order that took several calls: the documents verbatim."""

    order: Raw
    items: list[Raw]
