"""CodesWholesale's documents, as msgspec reads them: exact decimals, unknown fields ignored, all others may lack.

Required is only what makes a document itself. Products of a page are kept raw, so that one that cannot be read hurts no
other. Beside the names of v3 stand those that v1, v2 and other clients were seen with. What they mean: `mapping.py`.
"""

from decimal import Decimal

from msgspec import Raw, Struct, field


class Document(Struct, rename="camel"):
    """Names as the API writes them."""


# -- login, errors ----------------------------------------------------------------------------------------------------


class TokenReply(Struct):
    """Two shapes in one. `expiration` is a date."""

    access_token: str | None = None
    expires_in: float | None = None
    value: str | None = None
    expires_in_camel: float | None = field(default=None, name="expiresIn")
    expiration: str | int | None = None
    expired: bool | None = None


class Problem(Document):
    """A business error, or one of the server that it runs on (`error`, `error_description`)."""

    code: int | str | None = None
    message: str | None = None
    developer_message: str | None = None
    error: str | None = None
    error_description: str | None = field(default=None, name="error_description")

    @property
    def number(self) -> int | None:
        text = str(self.code) if self.code is not None else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def sentence(self) -> str:
        said = (self.message, self.error_description, self.developer_message, self.error)
        return next((text for text in said if text), "")


# -- products ---------------------------------------------------------------------------------------------------------


class Price(Document):
    """`until` null or 0: no end."""

    value: Decimal
    since: int | None = field(default=None, name="from")
    until: int | None = field(default=None, name="to")


class Image(Document):
    image: str | None = None
    format: str | None = None


class Named(Document):
    name: str | None = None


Words = list[str | Named] | None
"""Texts, or objects with a `name`."""


class Product(Document):
    product_id: str
    name: str | None = None
    identifier: str | None = None
    platform: str | None = None
    quantity: int | None = None
    regions: Words = None
    region_description: str | None = None
    languages: Words = None
    badges: Words = None
    prices: list[Price] | None = None
    release_date: str | int | None = None
    images: list[Image] | None = None


class ProductName(Document):
    product_id: str | None = None


class ProductPage(Document):
    items: list[Raw] | None = None
    continuation_token: str | None = None


class Title(Document):
    territory: str | None = None
    title: str | None = None


class FactSheet(Document):
    territory: str | None = None
    description: str | None = None


class Photo(Document):
    url: str | None = None


class Description(Document):
    """`pegirating` is so spelled."""

    product_id: str | None = None
    category: str | list[str] | None = None
    developer_name: str | None = None
    pegirating: str | int | None = None
    eans: str | list[str | int] | None = None
    localized_titles: list[Title] | None = None
    fact_sheets: list[FactSheet] | None = None
    photos: list[Photo] | None = None


# -- orders -----------------------------------------------------------------------------------------------------------


class Code(Document):
    """One piece. `status` says its kind where `code_type` lacks; `file_name` is v1's spelling."""

    code_id: str | None = None
    code_type: str | None = None
    status: str | None = None
    code: str | None = None
    filename: str | None = None
    file_name: str | None = None


class Line(Document):
    product_id: str | None = None
    unit_price: Decimal | None = None
    codes: list[Code] | None = None


class Order(Document):
    """`client_order_id` is our reference; `order_id` is the supplier's, unlike in the request."""

    order_id: str | None = None
    client_order_id: str | None = None
    status: str | None = None
    created_on: str | int | None = None
    total_price: Decimal | None = None
    products: list[Line] | None = None


class OrderPage(Document):
    """The list has to be there."""

    items: list[Order]
    continuation_token: str | None = None


class PurchaseLine(Document):
    product_id: str
    quantity: int
    price: Decimal


class Purchase(Document):
    """What is sent. `order_id` is our reference."""

    order_id: str
    allow_pre_order: bool
    products: list[PurchaseLine]


# -- account ----------------------------------------------------------------------------------------------------------


class Account(Document):
    """Name and e-mail of its holder are not read."""

    current_balance: Decimal | None = None
    current_credit: Decimal | None = None
    total_to_use: Decimal | None = None


class Buyer(Document):
    """What is sent."""

    customer_email: str
    customer_ip_address: str
    customer_user_agent: str


class BuyerRisk(Document):
    risk_score: Decimal | None = None
    domain_blacklisted: bool | None = None
    ip_blacklisted: bool | None = None
    ip_tor: bool | None = None
    sub_domain: bool | None = None


# -- postbacks --------------------------------------------------------------------------------------------------------


class Envelope(Document):
    auth_hash: str
    type: str


class PostbackProduct(Document):
    product_id: str | None = None


class Postback(Document):
    """Of any kind; an older form of PREORDER names a `codeId` in place of the order."""

    product_id: str | None = None
    products: list[PostbackProduct] | None = None
    order_id: str | None = None
