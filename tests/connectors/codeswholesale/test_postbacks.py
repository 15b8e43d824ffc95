"""Postbacks as the stand-in sends them: good, forged, of the test button, repeated, in any order."""

import json
from typing import Any

import pytest

from orion_daemon.connectors.errors import Rejected
from orion_daemon.domain.hints import Hint
from tests.support.codeswholesale_account import codeswholesale_connector, purchase
from tests.support.codeswholesale_sandbox import codeswholesale_account, listening


def raw(message: Any) -> bytes:
    return json.dumps(message).encode()


async def test_each_kind_names_what_to_look_at() -> None:
    async with (
        codeswholesale_account() as supplier,
        listening() as hook,
        codeswholesale_connector(supplier) as connector,
    ):
        one, two = await supplier.add("One"), await supplier.add("Two", kinds=["preorder"])
        order = await connector.buy(purchase(two, allows_preorder=True))
        await supplier.control("postbacks", {"type": "STOCK", "url": hook.url, "products": [one, two]})
        for kind in ("NEW_PRODUCT", "PRODUCT_UPDATED", "PRODUCT_HIDDEN", "NEW_FULL_PRODUCT"):
            await supplier.control("postbacks", {"type": kind, "url": hook.url, "products": [one]})
        await supplier.control("postbacks", {"type": "PREORDER", "url": hook.url, "order": "orion-1", "times": 2})
        await supplier.control("postbacks", {"type": "PREORDER", "url": hook.url, "order": "orion-1", "old_form": True})
        assert [await connector.read_hint(raw(message)) for message in hook.got] == [
            Hint("product", (one, two)),
            *[Hint("product", (one,))] * 4,
            *[Hint("order", supplier_order_id=order.supplier_order_id)] * 2,
            Hint("order"),
        ]


@pytest.mark.parametrize(
    ("how", "code"), [("bad", "signature_refused"), ("test", "signature_refused"), ("missing", "not_a_notification")]
)
async def test_what_bears_another_signature_is_refused(how: str, code: str) -> None:
    async with (
        codeswholesale_account() as supplier,
        listening() as hook,
        codeswholesale_connector(supplier) as connector,
    ):
        product = await supplier.add()
        await supplier.control("postbacks", {"type": "STOCK", "url": hook.url, "products": [product], "hash": how})
        with pytest.raises(Rejected) as caught:
            await connector.read_hint(raw(hook.got[0]))
        assert caught.value.code == code


async def test_an_assigned_preorder_is_told_and_read_through_the_api() -> None:
    async with (
        codeswholesale_account() as supplier,
        listening() as hook,
        codeswholesale_connector(supplier) as connector,
    ):
        await supplier.control("accounts", {"webhook": hook.url}, method="PATCH")
        product = await supplier.add(kinds=["preorder"])
        await connector.buy(purchase(product, allows_preorder=True))
        await supplier.control("preorders/assign", {"order": "orion-1"})
        hint = await connector.read_hint(raw(hook.got[-1]))
        assert hint.kind == "order"
        order = await connector.fetch_order(hint.supplier_order_id)
        assert order is not None
        assert order.reference == "orion-1"
        assert order.lines[0].codes[0].secret
