"""Buying at the stand-in, whose ledger knows what was truly bought."""

import base64
from datetime import datetime, timedelta

import pytest

from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.errors import Doubtful, Rejected
from orion_daemon.domain.supply import CodeKind, PlacedOrder
from tests.support.codeswholesale_account import codeswholesale_connector, purchase
from tests.support.codeswholesale_sandbox import CodesWholesaleHandle, codeswholesale_account


async def resolved(
    connector: CodesWholesaleConnector, reference: str, since: datetime | None = None
) -> PlacedOrder | None:
    """What a lost purchase came to, by our reference."""
    now = connector.clock.now()
    entries = await connector.find_orders((since or now) - timedelta(minutes=5), now + timedelta(minutes=5))
    found = [entry for entry in entries if entry.reference == reference]
    assert len(found) <= 1
    return await connector.fetch_order(found[0].supplier_order_id) if found else None


def codes_of(order: PlacedOrder) -> list[tuple[CodeKind, str | None]]:
    return [(code.kind, code.secret) for line in order.lines for code in line.codes]


async def in_ledger(supplier: CodesWholesaleHandle) -> int:
    return len(await supplier.ledger("order_created"))


# -- what works -------------------------------------------------------------------------------------------------------


async def test_a_purchase_comes_with_one_code_a_piece_and_its_true_price() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(price="9.10")
        order = await connector.buy(purchase(product, 3))
        assert (order.reference, order.total_minor, order.lines[0].unit_minor) == ("orion-1", 2730, 910)
        assert [kind for kind, secret in codes_of(order) if secret] == [CodeKind.TEXT] * 3
        assert (await connector.balance()).usable_minor == 10000 - 2730
        assert await connector.fetch_order(order.supplier_order_id) == order
        assert await resolved(connector, "orion-1") == order
        assert await supplier.bought(reference="orion-1") == {"orders": 1, "units": 3, "spent": "27.30"}


@pytest.mark.parametrize("word", ["codeType", "status"])
@pytest.mark.parametrize("preorder", ["CODE_PREORDER", "PRE_ORDER"])
async def test_kinds_are_mixed_in_one_order(word: str, preorder: str) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        told = {"code_word": word, "preorder_word": preorder, "pictures": "never"}
        await supplier.control("settings", told, method="PATCH")
        product = await supplier.add(kinds=["text", "image", "preorder", "CODE_HOLOGRAM"])
        order = await connector.buy(purchase(product, 4))
        (line,) = order.lines
        assert [code.kind for code in line.codes] == [
            *(CodeKind.TEXT, CodeKind.IMAGE, CodeKind.PREORDER, CodeKind.UNKNOWN),
        ]
        assert [code.secret is None for code in line.codes][:3] == [False, True, True]
        picture = await connector.fetch_code(line.codes[1].code_id)
        assert picture is not None
        assert picture.kind is CodeKind.IMAGE
        assert base64.b64decode(picture.secret or "").startswith(b"\x89PNG")
        assert picture.filename.endswith(".png")
        waiting = await connector.fetch_code(line.codes[2].code_id)
        assert waiting is not None
        assert (waiting.kind, waiting.secret) == (CodeKind.PREORDER, None)
        assert line.codes[3].raw_kind == "CODE_HOLOGRAM"


async def test_a_single_picture_comes_with_the_order() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(kinds=["image"], filename="../../key of ada.png")
        order = await connector.buy(purchase(product))
        (code,) = order.lines[0].codes
        assert (code.kind, code.filename) == (CodeKind.IMAGE, "key_of_ada.png")
        assert base64.b64decode(code.secret or "").startswith(b"\x89PNG")


async def test_a_preorder_is_bought_only_where_that_is_wanted_and_gets_its_code_later() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(kinds=["preorder"], released_at="2055-01-01T00:00:00Z")
        listed = await connector.fetch_product(product)
        assert listed is not None
        assert listed.released_at is not None
        assert listed.released_at > connector.clock.now()
        with pytest.raises(Rejected) as caught:
            await connector.buy(purchase(product))
        assert caught.value.code == "purchase_refused"
        order = await connector.buy(purchase(product, reference="orion-2", allows_preorder=True))
        assert codes_of(order) == [(CodeKind.PREORDER, None)]
        await supplier.control("preorders/assign", {"order": "orion-2"})
        code = await connector.fetch_code(order.lines[0].codes[0].code_id)
        assert code is not None
        assert code.kind is CodeKind.TEXT
        assert code.secret
        again = await connector.fetch_order(order.supplier_order_id)
        assert again is not None
        assert codes_of(again) == [(CodeKind.TEXT, code.secret)]


async def test_a_preorder_that_the_supplier_cancels_is_not_there_any_more() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(kinds=["preorder"])
        order = await connector.buy(purchase(product, allows_preorder=True))
        await supplier.control("preorders/cancel", {"order": "orion-1"})
        assert await connector.fetch_code(order.lines[0].codes[0].code_id) is None
        left = await connector.fetch_order(order.supplier_order_id)
        assert left is not None
        assert codes_of(left) == []
        assert (await connector.balance()).usable_minor == 10000


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["balance", "stock", "gone", "hidden", "quantity", "price", "price_code"])
async def test_a_refusal_has_its_code_and_nothing_is_bought(case: str) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(price="9.10", quantity=50)
        wanted, code = purchase(product), ""
        match case:
            case "balance":
                wanted, code = purchase(product, 11), "low_balance"
            case "stock":
                await supplier.control("stock", {"product": product, "quantity": 50, "real": 0})
                code = "low_stock"
            case "gone":
                wanted, code = purchase("00000000-0000-4000-8000-000000000000"), "product_gone"
            case "hidden":
                await supplier.control("products/hide", {"product": product})
                code = "product_gone"
            case "quantity":
                wanted, code = purchase(product, 0), "purchase_refused"
            case "price":
                await supplier.control("price", {"product": product, "price": "9.30", "when": "after_read"})
                listed = await connector.fetch_product(product)
                assert listed is not None
                assert listed.tiers[0].unit_minor == 910
                code = "price_moved"
            case "price_code":
                await supplier.control("settings", {"price_code": 123456}, method="PATCH")
                wanted, code = purchase(product, expected_minor=909), "price_moved"
        with pytest.raises(Rejected) as caught:
            await connector.buy(wanted)
        assert caught.value.code == code
        assert len(await supplier.ledger("order_refused")) == 1
        assert await in_ledger(supplier) == 0
        assert (await connector.balance()).usable_minor == 10000


async def test_the_balance_runs_out_between_two_purchases() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(price="60.00")
        await connector.buy(purchase(product, expected_minor=6000))
        with pytest.raises(Rejected) as caught:
            await connector.buy(purchase(product, expected_minor=6000, reference="orion-2"))
        assert caught.value.code == "low_balance"
        assert await in_ledger(supplier) == 1


# -- lost answers -----------------------------------------------------------------------------------------------------

WAYS = {
    "drop": {},
    "status": {"status": 500},
    "status 503": {"status": 503},
    "truncated": {},
    "html": {},
    "errors": {"status": 500, "code": 90001},
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", WAYS)
async def test_a_lost_answer_is_doubtful_whether_the_order_was_made_or_not(way: str, when: str) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await supplier.fault(way.split(maxsplit=1)[0], "createOrder", when=when, **WAYS[way])
        with pytest.raises(Doubtful):
            await connector.buy(purchase(product, 2))
        was_made = await in_ledger(supplier) == 1
        assert was_made or when == "before"
        calls = [one for one in await supplier.ledger("request") if one["operation"] == "createOrder"]
        assert len(calls) == 1  # never repeated
        order = await resolved(connector, "orion-1")
        assert (order is not None) is was_made
        if order is not None:
            assert len(codes_of(order)) == 2
        assert await in_ledger(supplier) == int(was_made)


async def test_a_lost_refusal_is_doubtful_and_nothing_is_found() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add(quantity=0)
        await supplier.fault("drop", "createOrder", when="after")
        with pytest.raises(Doubtful):
            await connector.buy(purchase(product))
        assert await resolved(connector, "orion-1") is None
        assert await in_ledger(supplier) == 0


async def test_an_order_without_its_codes_is_doubtful_and_found() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await supplier.fault("partial", "createOrder")
        with pytest.raises(Doubtful) as caught:
            await connector.buy(purchase(product))
        assert caught.value.code == "no_codes"
        order = await resolved(connector, "orion-1")
        assert order is not None
        assert len(codes_of(order)) == 1
        assert await in_ledger(supplier) == 1


async def test_a_history_that_lags_shows_the_order_later() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("settings", {"history_seconds": 240}, method="PATCH")
        product, began = await supplier.add(), connector.clock.now()
        await supplier.fault("drop", "createOrder", when="after")
        with pytest.raises(Doubtful):
            await connector.buy(purchase(product))
        assert await resolved(connector, "orion-1", began) is None
        await supplier.sandbox.advance(241)
        assert await resolved(connector, "orion-1", began) is not None


async def test_a_history_knows_orders_that_were_made_elsewhere() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await supplier.buy(product, reference="by hand")
        await connector.buy(purchase(product))
        now = connector.clock.now()
        found = await connector.find_orders(now - timedelta(minutes=1), now + timedelta(minutes=1))
        assert {entry.reference for entry in found} == {"by hand", "orion-1"}
        assert {entry.total_minor for entry in found} == {910}
        assert await connector.find_orders(now - timedelta(days=2), now - timedelta(days=1)) == ()


async def test_a_reference_that_is_refused_the_second_time_is_in_doubt() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("settings", {"repeated_reference": "refuse"}, method="PATCH")
        product = await supplier.add()
        order = await connector.buy(purchase(product))
        with pytest.raises(Doubtful) as caught:
            await connector.buy(purchase(product))
        assert caught.value.code == "reference_used"
        assert await resolved(connector, "orion-1") == order


async def test_no_key_and_no_secret_shows_in_what_is_raised() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await supplier.fault("truncated", "createOrder")
        with pytest.raises(Doubtful) as caught:
            await connector.buy(purchase(product))
        order = await resolved(connector, "orion-1")
        assert order is not None
        said = f"{caught.value!r} {caught.value.__cause__!r} {order!r}"
        assert not any(secret in said for _, secret in codes_of(order) if secret)
