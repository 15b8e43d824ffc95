"""Pre-orders: paid pieces that get their code later, at the release, after a while, by command, or never.

The supplier may cancel a piece by itself; then its price goes back to the balance.
"""

from orion_daemon.sandbox.codeswholesale import account as funds
from orion_daemon.sandbox.codeswholesale import catalogue, codes
from orion_daemon.sandbox.codeswholesale.records import Code, Line, Order, Product
from orion_daemon.sandbox.codeswholesale.state import Refusal, Store, Unknown


def expect(store: Store, product: Product, waiting: list[Code]) -> None:
    """Plan when the pieces get their codes: so long after the purchase, or at the release; else nobody does."""
    if product.assigned_after is not None:
        due = store.later(product.assigned_after)
    elif product.released_at is not None and product.released_at > store.now():
        due = product.released_at
    else:
        return
    if waiting:
        store.world.plan(due, "assign", order=waiting[0].order, codes=[code.id for code in waiting])


def waiting(store: Store, order_id: str | None = None, code_id: str | None = None) -> list[Code]:
    """The pieces that wait for their code: one, those of an order (by its id or reference), or all. Raises Unknown."""
    order = store.world.order(order_id) if order_id is not None else None
    if code_id is not None and code_id not in store.world.codes:
        raise Unknown(f"no code {code_id!r}")
    return [
        code
        for code in store.world.codes.values()
        if code.kind == "preorder"
        and not code.cancelled
        and (order is None or code.order == order.id)
        and code_id in (None, code.id)
    ]


def assign(store: Store, code: Code, kind: str = "text") -> None:
    """Give a waiting piece its code. Raises Refusal."""
    _require(code)
    product = catalogue.own(store, code.product)
    codes.fill(store, code, product, kind)
    facts = {"order": code.order, "code": code.id, "product": code.product}
    store.record("code_assigned", **facts, code_kind=kind, digest=codes.digest(code))


def cancel(store: Store, code: Code) -> None:
    """The supplier gives up a piece and pays back what it cost. Raises Refusal."""
    _require(code)
    order, line = _line_of(store, code)
    code.cancelled = True
    store.record("preorder_cancelled", order=code.order, code=code.id, product=code.product, reference=order.reference)
    funds.refund(store, store.world.account(order.client_id), line.unit, order.id)


def _require(code: Code) -> None:
    if code.kind != "preorder" or code.cancelled:
        raise Refusal(f"code {code.id} waits for nothing")


def _line_of(store: Store, code: Code) -> tuple[Order, Line]:
    order = store.world.orders[code.order]
    return order, next(line for line in order.lines if code.id in line.codes)
