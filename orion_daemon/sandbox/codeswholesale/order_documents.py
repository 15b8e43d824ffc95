"""How an order, an entry of the history, a code and an invoice are written.

Codes hang under products, one a piece. A picture may be left out of an order and has to be fetched by its id; a
pre-order has an id and a link and nothing else. Entries of the history carry no products.
"""

import base64
from typing import Any

from orion_daemon.sandbox.codeswholesale.answers import (
    CODE_UNKNOWN,
    ORDER_UNKNOWN,
    SupplierError,
    milliseconds,
    moment_of,
    money,
    stamp,
    text_of,
)
from orion_daemon.sandbox.codeswholesale.records import Account, Code, Order
from orion_daemon.sandbox.codeswholesale.state import Store

_TYPES = {"text": "CODE_TEXT", "image": "CODE_IMAGE"}
_WORDS = {"text": "Text code", "image": "Image code", "preorder": "Pre-ordered code"}


def detail(store: Store, order: Order, base: str, shape: str | None = None, left: int | None = None) -> dict[str, Any]:
    """With all codes; the fault `partial` leaves them out, or all but the first `left` of each line."""
    settings, pieces = store.world.settings, sum(len(line.codes) for line in order.lines)
    pictures = settings.pictures == "inline" or (settings.pictures == "single" and pieces == 1)
    products = []
    for line in order.lines:
        found = [store.world.codes[code_id] for code_id in line.codes]
        shown = [code_document(store, code, base, pictures=pictures) for code in found if _shown(store, code)]
        said: dict[str, Any] = {"productId": line.product, "name": line.name, "unitPrice": money(line.unit)}
        links = [{"rel": "product", "href": f"{base}/v3/products/{line.product}"}]
        if shape != "partial":
            said["codes"] = shown
        elif left is not None:
            said["codes"] = shown[:left]
        products.append({**said, "links": links})
    return {**entry(store, order, base), "products": products}


def entry(store: Store, order: Order, base: str) -> dict[str, Any]:
    codes = [store.world.codes[code_id] for line in order.lines for code_id in line.codes]
    cancelled = all(code.cancelled for code in codes)
    where = f"{base}/v3/orders/{order.id}"
    return {
        "orderId": order.id,
        "clientOrderId": order.reference,
        "identifier": order.identifier,
        "status": "Cancelled" if cancelled else store.world.settings.order_status,
        "createdOn": stamp(order.created_at),
        "totalPrice": money(order.total),
        "links": [{"rel": "self", "href": where}, {"rel": "invoice", "href": f"{where}/invoice"}],
    }


def history(
    store: Store, account: Account, query: dict[str, str], base: str, shape: str | None = None
) -> dict[str, Any]:
    """`GET /v3/orders`, newest first; both bounds belong to it. Raises SupplierError 400."""
    start = moment_of(query["startFrom"]) if query.get("startFrom") else None
    end = moment_of(query["endOn"], end=True) if query.get("endOn") else None
    found = [
        order
        for order in reversed(store.world.orders.values())
        if order.client_id == account.client_id
        and order.visible_at <= store.now()
        and (start is None or milliseconds(order.created_at) >= start)
        and (end is None or milliseconds(order.created_at) <= end)
    ]
    if shape == "pages_out_of_order":
        found.reverse()
    elif shape == "repeat_order" and found:
        found = [*found, found[0]]
    return {"items": [entry(store, order, base) for order in found]}


def order_of(store: Store, account: Account, order_id: str) -> Order:
    """Raises SupplierError 404; an order's detail is there at once, whatever the history shows."""
    order = store.world.orders.get(order_id)
    if order is None or order.client_id != account.client_id:
        raise SupplierError(404, ORDER_UNKNOWN, "Order not found")
    return order


def code_of(store: Store, account: Account, code_id: str) -> Code:
    """Raises SupplierError 404 with 50002."""
    code = store.world.codes.get(code_id)
    if code is None or not _shown(store, code) or store.world.orders[code.order].client_id != account.client_id:
        raise SupplierError(404, CODE_UNKNOWN, "Code not found")
    return code


def code_document(store: Store, code: Code, base: str, *, pictures: bool = True) -> dict[str, Any]:
    """`pictures` False leaves the picture out."""
    settings = store.world.settings
    kind = settings.preorder_word if code.kind == "preorder" else _TYPES.get(code.kind, code.kind)
    said: dict[str, Any] = {"codeId": code.id}
    said[settings.code_word] = kind if settings.code_word == "codeType" else _WORDS.get(code.kind, code.kind)
    if code.value is not None and (code.kind != "image" or pictures):
        said["code"] = code.value
    if code.filename is not None:
        said["filename"] = code.filename
    return {**said, "links": [{"rel": "code", "href": f"{base}/v3/codes/{code.id}"}]}


def invoice(order: Order) -> dict[str, Any]:
    number = f"{order.created_at:%Y/%m}/{order.identifier}"
    text = f"Invoice {number}: {text_of(order.total)} EUR"
    return {"invoiceNo": number, "body": base64.b64encode(_pdf(text)).decode()}


def _shown(store: Store, code: Code) -> bool:
    return not code.cancelled or store.world.settings.cancelled_codes == "stay"


def _pdf(text: str) -> bytes:
    """One page with one line."""
    drawn = f"BT /F1 12 Tf 60 760 Td ({text}) Tj ET".encode()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page + b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    raw, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    foot = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(raw))
    return raw + head + table + foot
