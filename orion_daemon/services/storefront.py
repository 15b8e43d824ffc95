"""Orders placed with us directly: the store's own storefront is a channel like any other, only that nobody polls it.

The caller's key names the order: the same order placed twice is placed once, another one under a used key is refused.
Stock is reserved in the very transaction that writes the order. Prices not given are those of the product at this
moment; one that cannot be made now, or is made of what is too old (`costs.py`), has to be given. Writing goes the same
road as a marketplace's orders: `order_writing.py`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from orion_daemon.db.database import Database
from orion_daemon.db.errors import ConstraintViolated
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder
from orion_daemon.domain.orders import OrderStatus
from orion_daemon.services.costs import GUARD, JOIN, price_holds
from orion_daemon.services.effective import FROM, PRICES, price_in_force
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from orion_daemon.services.order_writing import Source, write_orders

MOST_LINES = 500
MOST_PIECES = 1_000_000
MOST_MINOR = 1_000_000_000_000
_CHANNEL = """
SELECT c.id, s.currency FROM stores s LEFT JOIN channels c ON c.store_id = s.id AND c.marketplace = 'storefront'
  AND c.is_active WHERE s.id = $1
"""
_PRODUCTS = f"""
SELECT products.sku, COALESCE(products.gtin, mp.gtin) AS gtin, {PRICES}, {GUARD},
       (SELECT t.title FROM product_translations t WHERE t.product_id = products.id AND t.title IS NOT NULL
        ORDER BY t.language LIMIT 1) AS own_title,
       (SELECT t.title FROM marketplace_product_translations t WHERE t.marketplace_product_id = mp.id
        AND t.title IS NOT NULL ORDER BY t.language LIMIT 1) AS title
FROM {FROM}{JOIN} WHERE products.store_id = $1 AND products.sku = ANY($2::text[]) AND products.is_active
"""
_KNOWN = """
SELECT id, order_number, status, content_hash, attention FROM orders WHERE channel_id = $1 AND channel_order_id = $2
"""


@dataclass(frozen=True, slots=True)
class NewLine:
    """`unit_price_minor` None: the product's own price. `title` None: the product's."""

    sku: str
    quantity: int
    unit_price_minor: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """Amounts in minor units of `currency` (None: the store's), gross; `total_minor` is checked where it is given."""

    lines: Sequence[NewLine]
    customer: IncomingCustomer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    order_number: str | None = None
    currency: str | None = None
    shipping_minor: int | None = None
    tax_minor: int | None = None
    discount_minor: int | None = None
    total_minor: int | None = None
    locale: str | None = None
    is_confirmed: bool = False  # the shop has accepted it already (paid, goods at hand)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """`existed`: the same order was placed before under this key."""

    order_id: int
    order_number: str
    status: str
    is_short: bool
    existed: bool


class _PlacedMeanwhile(Exception):  # noqa: N818 - says what happened
    """Somebody else placed the order between our look and our write: undo, and look again."""


async def place_order(
    db: Database,
    store_id: int,
    order: NewOrder,
    *,
    idempotency_key: str,
    actor: str,
    now: datetime,
    allow_short: bool = False,
) -> PlacedOrder:
    """Raises Invalid with the field at fault, Conflict for a key that names another order, and Refused
    (not_enough_stock) where pieces are missing and `allow_short` is not given; nothing is written then."""
    _check(order, idempotency_key)
    try:
        document = orjson.dumps(order)
    except TypeError:
        raise Invalid(Code.INVALID_VALUE, "A text of the order is not valid Unicode.", "order") from None
    fingerprint = hashlib.blake2b(document, digest_size=8).digest()
    content_hash = int.from_bytes(fingerprint, "big", signed=True)
    for attempt in (1, 2):
        try:
            async with db.transaction() as tx:
                return await _place(tx, store_id, order, content_hash, idempotency_key, actor, now, allow_short)
        except _PlacedMeanwhile:
            continue
        except ConstraintViolated as error:
            if attempt == 2 or not error.on("orders", "channel_id", "channel_order_id"):
                raise  # else: placed at this very moment by somebody else, and found at the second look
    raise AssertionError("unreachable")


async def _place(
    tx: Tx,
    store_id: int,
    order: NewOrder,
    content_hash: int,
    key: str,
    actor: str,
    now: datetime,
    allow_short: bool,
) -> PlacedOrder:
    channel = await tx.fetch_one(_CHANNEL, store_id)
    if channel is None:
        raise NotFound("store with this id", "storeId")
    if channel["id"] is None:
        raise Refused(Code.UNSUPPORTED, "The store has no active storefront channel.", "storeId")
    known = await tx.fetch_one(_KNOWN, channel["id"], key)
    if known is not None:
        if known["content_hash"] != content_hash:
            raise Conflict(Code.ALREADY_EXISTS, "Another order was placed with this key.", "idempotencyKey")
        return PlacedOrder(
            known["id"], known["order_number"], known["status"], "short" in known["attention"].split(), existed=True
        )
    incoming = await _incoming(tx, store_id, order, key, order.currency or channel["currency"], now)
    source = Source(store_id, channel["id"], "storefront", cause="operator", actor=actor)
    written = await write_orders(tx, source, [(incoming, content_hash)], now=now)
    if not written.created:
        raise _PlacedMeanwhile
    if written.short and not allow_short:
        raise Refused(Code.NOT_ENOUGH_STOCK, "Not every line of the order is in stock.", "lines")
    return PlacedOrder(
        written.created[0], incoming.order_number, incoming.status or "", bool(written.short), existed=False
    )


async def _incoming(tx: Tx, store_id: int, order: NewOrder, key: str, currency: str, now: datetime) -> IncomingOrder:
    skus = tuple({line.sku for line in order.lines})
    products = {row["sku"]: row for row in await tx.fetch(_PRODUCTS, store_id, skus)}
    lines = []
    for number, line in enumerate(order.lines):
        product = products.get(line.sku)
        if product is None:
            raise Invalid(
                Code.INVALID_VALUE, f"The store sells nothing with SKU {line.sku[:80]!r}.", f"lines.{number}.sku"
            )
        price = line.unit_price_minor
        if price is None:
            price = _price(product, currency, number, now)
        title = line.title or product["own_title"] or product["title"]
        lines.append(IncomingLine(str(number + 1), line.sku, product["gtin"], title, line.quantity, price))
    status = OrderStatus.CONFIRMED if order.is_confirmed else OrderStatus.PENDING
    return IncomingOrder(
        channel_order_id=key,
        order_number=order.order_number or key,
        status=status.value,
        channel_status=status.value,
        currency=currency,
        lines=tuple(lines),
        placed_at=now,
        channel_updated_at=now,
        customer=order.customer,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        locale=order.locale,
        shipping_minor=order.shipping_minor,
        tax_minor=order.tax_minor,
        discount_minor=order.discount_minor,
        total_minor=order.total_minor,
        payload=orjson.dumps(order),
    )


def _price(product: Row, currency: str, number: int, now: datetime) -> int:
    if not price_holds(product, now):
        raise Refused(
            Code.PRICE_PAUSED,
            f"The price of {product['sku']} cannot be made of its cost at the moment; give a price.",
            f"lines.{number}.unitPrice",
        )
    price = price_in_force(product, now)
    if price is None:
        raise Invalid(
            Code.REQUIRED, f"{product['sku']} has no price of its own; give one.", f"lines.{number}.unitPrice"
        )
    if product["currency"] != currency:
        raise Invalid(
            Code.CURRENCY_DIFFERS,
            f"{product['sku']} is priced in {product['currency']}, the order is in {currency}; give a price.",
            f"lines.{number}.unitPrice",
        )
    return price


def _check(order: NewOrder, key: str) -> None:
    if not 0 < len(key) <= 255 or not key.isprintable():
        raise Invalid(Code.INVALID_VALUE, "A key has 1 to 255 printable characters.", "idempotencyKey")
    if not order.lines:
        raise Invalid(Code.REQUIRED, "An order has at least one line.", "lines")
    if len(order.lines) > MOST_LINES:
        raise Invalid(Code.INVALID_VALUE, f"An order has up to {MOST_LINES} lines.", "lines")
    for number, line in enumerate(order.lines):
        if not 0 < line.quantity <= MOST_PIECES:
            raise Invalid(Code.INVALID_VALUE, f"A line has 1 to {MOST_PIECES} pieces.", f"lines.{number}.quantity")
        if "\x00" in line.sku or (line.title and "\x00" in line.title):
            raise Invalid(Code.INVALID_VALUE, "A text must not hold the character NUL.", f"lines.{number}")
        _check_amount(line.unit_price_minor, f"lines.{number}.unitPrice")
    for text, field in ((order.order_number, "orderNumber"), (order.locale, "locale")):
        if text and not text.isprintable():
            raise Invalid(Code.INVALID_VALUE, "Only printable characters are allowed here.", field)
    if order.currency is not None and not (len(order.currency) == 3 and order.currency.isupper()):
        raise Invalid(Code.INVALID_VALUE, "A currency is a code of three capital letters.", "currency")
    for amount, field in (
        (order.shipping_minor, "shipping"),
        (order.tax_minor, "tax"),
        (order.discount_minor, "discount"),
        (order.total_minor, "total"),
    ):
        _check_amount(amount, field)


def _check_amount(amount: int | None, field: str) -> None:
    if amount is not None and not 0 <= amount <= MOST_MINOR:
        raise Invalid(Code.INVALID_VALUE, "An amount is not negative, and not beyond reason.", field)
