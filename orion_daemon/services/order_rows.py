"""Orders as rows: columns, values, and the sealed parts (G10).

What names a person stands in `orders.personal_sealed` as one JSON object ({"customer", "shipping_address",
"billing_address"}, the fields of `domain/incoming.py`), the channel's document verbatim in `order_payloads`. Both are
bound to the order's natural key, so that they can be sealed before the row has an id.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from orion_daemon.db.cipher import Cipher
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingOrder
from orion_daemon.domain.matching import Match
from orion_daemon.domain.order_lines import LineDecision, line_total

LONGEST_COUNT = 2_147_483_647
LONGEST_AMOUNT = 9_223_372_036_854_775_807

ORDER_COLUMNS = (
    "store_id", "channel_id", "marketplace", "channel_order_id", "order_number", "status", "channel_status",
    "currency", "lines_minor", "subtotal_minor", "shipping_minor", "tax_minor", "discount_minor", "total_minor",
    "refunded_minor", "customer_id", "personal_sealed", "locale", "content_hash", "attention", "attention_reason",
    "sync_status", "sync_error", "placed_at", "channel_updated_at", "created_at", "updated_at", "erasure_due_at",
)  # fmt: skip
ITEM_COLUMNS = (
    "order_id", "line_key", "product_id", "match_state", "stock_state", "sku", "gtin", "title", "quantity",
    "unit_price_minor", "total_minor", "tax_rate", "confirmed", "cancelled", "shipped", "returned", "units_json",
    "earlier",
)  # fmt: skip
HISTORY_COLUMNS = ("order_id", "from_status", "to_status", "cause", "actor", "note", "created_at")
PAYLOAD_COLUMNS = ("order_id", "payload_sealed", "received_at")

SELECT_KNOWN = """
SELECT o.id, o.channel_order_id, o.content_hash, o.status, o.channel_updated_at, o.sync_status, o.attention,
       o.attention_reason, o.personal_sealed, o.lines_minor, o.created_at, o.placed_at, o.erased_at, o.erasure_due_at
FROM orders o WHERE o.channel_id = $1 AND o.channel_order_id = ANY($2::text[]) ORDER BY o.id FOR UPDATE
"""
SELECT_ITEMS = """
SELECT id, order_id, line_key, product_id, match_state, stock_state, quantity, confirmed, cancelled, shipped, returned,
       units_json, earlier
FROM order_items WHERE order_id = ANY($1::bigint[]) ORDER BY id
"""
UPDATE_ORDER = """
UPDATE orders SET status = $2, channel_status = $3, lines_minor = $4,
  subtotal_minor = COALESCE($5, subtotal_minor), shipping_minor = COALESCE($6, shipping_minor),
  tax_minor = COALESCE($7, tax_minor), discount_minor = COALESCE($8, discount_minor),
  total_minor = COALESCE($9, total_minor), customer_id = COALESCE($10, customer_id),
  personal_sealed = $11, locale = COALESCE($12, locale), content_hash = $13,
  attention = $14, attention_reason = $15, placed_at = COALESCE(placed_at, $16),
  channel_updated_at = COALESCE($17, channel_updated_at), updated_at = $18,
  refunded_minor = COALESCE($19, refunded_minor), erasure_due_at = $20
WHERE id = $1
"""
UPDATE_ITEM = """
UPDATE order_items SET quantity = $2, confirmed = $3, cancelled = $4, shipped = $5, returned = $6, stock_state = $7,
  units_json = $8, sku = COALESCE(sku, $9), gtin = COALESCE(gtin, $10), title = COALESCE(title, $11),
  unit_price_minor = COALESCE(unit_price_minor, $12), total_minor = COALESCE(total_minor, $13),
  tax_rate = COALESCE(tax_rate, $14), earlier = $15
WHERE id = $1
"""
UPSERT_PAYLOAD = (
    "ON CONFLICT (order_id) DO UPDATE SET payload_sealed = excluded.payload_sealed, received_at = excluded.received_at"
)


class UnusableOrder(ValueError):  # noqa: N818 - it is the document that cannot be used, not the program that erred
    """The document lacks what an order cannot be stored without. Quotes nothing but its place."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check(order: IncomingOrder) -> None:
    """Raises UnusableOrder where no row could hold the document truthfully."""
    if not 0 < len(order.channel_order_id) <= 255:
        raise UnusableOrder("order_id_unusable", "the order's id is empty or longer than 255 characters")
    if len(order.currency) != 3:
        raise UnusableOrder("currency_unusable", "the order's currency is not a code of three letters")
    for line in order.lines:
        if not 0 < len(line.line_key) <= 255:
            raise UnusableOrder("line_id_unusable", "the id of a line is empty or longer than 255 characters")
        if not -LONGEST_COUNT <= line.quantity <= LONGEST_COUNT:
            raise UnusableOrder("quantity_unusable", "the quantity of a line is beyond what can be counted")
        total = line_total(line)
        if total is not None and not -LONGEST_AMOUNT <= total <= LONGEST_AMOUNT:
            raise UnusableOrder("amount_unusable", "the amount of a line is beyond what can be counted")


def personal_owner(channel_id: int, channel_order_id: str) -> str:
    return f"orders:{channel_id}:{channel_order_id}"


def payload_owner(channel_id: int, channel_order_id: str) -> str:
    return f"order_payloads:{channel_id}:{channel_order_id}"


def sealed_personal(cipher: Cipher, channel_id: int, order: IncomingOrder, known: bytes | None = None) -> bytes | None:
    """None where nothing was ever said; what is absent in the document stays as `known` has it."""
    if order.customer is None and order.shipping_address is None and order.billing_address is None:
        return known
    owner = personal_owner(channel_id, order.channel_order_id)
    text = orjson.dumps(
        {
            "customer": order.customer,
            "shipping_address": order.shipping_address,
            "billing_address": order.billing_address,
        }
    )
    if known is not None:
        text = orjson.dumps(_completed(orjson.loads(cipher.open(bytes(known), owner)), orjson.loads(text)))
    return cipher.seal(text, owner)


def address_alone(
    cipher: Cipher, sealed: bytes | None, channel_id: int, channel_order_id: str, *, keeps_mail: bool = False
) -> bytes | None:
    """Of what is sealed in an order what its goods need: where they go. `keeps_mail`: keys go to the e-mail address.
    None where nobody has said so."""
    customer, address, _ = open_personal(cipher, sealed, channel_id, channel_order_id)
    email = customer.email if customer is not None and keeps_mail else None
    if address is None and not email:
        return None
    mail = IncomingCustomer(email=email) if email else None
    text = orjson.dumps({"customer": mail, "shipping_address": address, "billing_address": None})
    return cipher.seal(text, personal_owner(channel_id, channel_order_id))


def _completed(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    after = dict(known)
    for key, value in told.items():
        before = after.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            after[key] = _completed(before, value)
        elif value is not None:
            after[key] = value
    return after


def open_personal(
    cipher: Cipher, sealed: bytes | None, channel_id: int, channel_order_id: str
) -> tuple[IncomingCustomer | None, Address | None, Address | None]:
    """Buyer, shipping and billing address in the clear; the caller logs the reveal (G10)."""
    if sealed is None:
        return None, None, None
    found = orjson.loads(cipher.open(bytes(sealed), personal_owner(channel_id, channel_order_id)))
    customer, shipping, billing = (found.get(key) for key in ("customer", "shipping_address", "billing_address"))
    return (
        IncomingCustomer(**customer) if customer else None,
        Address(**shipping) if shipping else None,
        Address(**billing) if billing else None,
    )


def sealed_payload(cipher: Cipher, channel_id: int, order: IncomingOrder) -> bytes | None:
    if not order.payload:
        return None
    return cipher.seal(order.payload, payload_owner(channel_id, order.channel_order_id))


def open_payload(cipher: Cipher, sealed: bytes | None, channel_id: int, channel_order_id: str) -> bytes:
    """The channel's last document verbatim; empty once erased."""
    return b"" if sealed is None else cipher.open(bytes(sealed), payload_owner(channel_id, channel_order_id))


def item_row(order_id: int, line: LineDecision, match: Match, stock_state: str) -> tuple[Any, ...]:
    told = line.incoming
    assert told is not None  # noqa: S101  # a new line always comes from a document
    return (
        order_id, line.line_key, match.product_id, match.state, stock_state, clipped(told.sku, 255),
        clipped(told.gtin, 64), told.title, line.quantity, told.unit_price_minor, line_total(told),
        clipped(told.tax_rate, 16), line.confirmed, line.cancelled, line.shipped, line.returned,
        [list(unit) for unit in line.units] if line.units else None, line.earlier,
    )  # fmt: skip


def item_change(item_id: int, line: LineDecision, stock_state: str) -> tuple[Any, ...]:
    told = line.incoming
    texts: tuple[Any, ...] = (None,) * 6
    if told is not None:
        texts = (
            clipped(told.sku, 255), clipped(told.gtin, 64), told.title, told.unit_price_minor, line_total(told),
            clipped(told.tax_rate, 16),
        )  # fmt: skip
    return (
        item_id, line.quantity, line.confirmed, line.cancelled, line.shipped, line.returned, stock_state,
        [list(unit) for unit in line.units] or None, *texts, line.earlier,
    )  # fmt: skip


def clipped(text: str | None, longest: int) -> str | None:
    return None if text is None else text[:longest]


def history_row(
    order_id: int, before: str | None, after: str, cause: str, actor: str, now: datetime, note: str = ""
) -> tuple[Any, ...]:
    return (order_id, before, after, cause, actor, note, now)
