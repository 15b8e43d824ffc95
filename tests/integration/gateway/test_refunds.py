"""Refunds through the gateway: asked for once, refused in words, and shown with their order."""

from pathlib import Path

from orion_daemon.db.database import Database
from orion_daemon.graphql.ids import global_id
from tests.support.gateway import serving
from tests.support.refunds import open_ebay_shop, shown, sold

FIELDS = """existed order { status syncStatus refunded { amount } refunds { reference } }
    refund { id reference state amount { amount currency } reason note error createdBy sentAt settledAt }"""


async def test_a_refund_is_asked_for_once_and_shown_with_its_order(database: Database, tmp_path: Path) -> None:
    shop = await open_ebay_shop(database)
    order_id = await shop.sell()
    wanted = {
        "orderId": global_id("Order", order_id), "amount": {"amount": "5.00", "currency": "EUR"},
        "reason": "NOT_AS_DESCRIBED", "note": "The handle", "reference": "r1",
    }  # fmt: skip
    async with serving(database, tmp_path) as gateway:
        for existed in (False, True):
            done = await gateway.change("refundOrder", FIELDS, wanted, role="operator")
            assert (done["existed"], done["userErrors"]) == (existed, [])
            assert done["order"] == {
                "status": "SHIPPED", "syncStatus": "PENDING", "refunded": None, "refunds": [{"reference": "r1"}],
            }  # fmt: skip
        refund = done["refund"]
        node_id = refund.pop("id")
        assert refund == {
            "reference": "r1", "state": "ASKED", "amount": {"amount": "5.00", "currency": "EUR"},
            "reason": "NOT_AS_DESCRIBED", "note": "The handle", "error": "", "createdBy": "operator of all",
            "sentAt": None, "settledAt": None,
        }  # fmt: skip
        rest = await gateway.change("refundOrder", FIELDS, {"orderId": wanted["orderId"], "reason": "OTHER"})
        assert rest["refund"]["amount"]["amount"] == "33.70"
        assert rest["refund"]["reference"].startswith("orion-")
        async with database.transaction() as tx:
            await tx.execute("UPDATE refunds SET channel_refund_id = 'e1', state = 'sent' WHERE reference = 'r1'")
        await shop.take(sold(refunded_minor=500, refunds=(shown("paid"),)))
        query = "query($id: ID!) { node(id: $id) { ... on Refund { state order { refunded { amount } } } } }"
        found = await gateway.query(query, {"id": node_id}, role="viewer")
        assert found["node"] == {"state": "SETTLED", "order": {"refunded": {"amount": "5.00"}}}


async def test_what_cannot_be_refunded_is_said_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    shop = await open_ebay_shop(database)
    it = {"orderId": global_id("Order", await shop.sell()), "reason": "OTHER"}
    async with serving(database, tmp_path) as gateway:
        for wrong, code, field in (
            ({"amount": {"amount": "38.71", "currency": "EUR"}}, "AMOUNT_TOO_LARGE", "amount"),
            ({"amount": {"amount": "1.00", "currency": "USD"}}, "CURRENCY_DIFFERS", "amount"),
            ({"amount": {"amount": "1.001", "currency": "EUR"}}, "INVALID_VALUE", "amount.amount"),
            ({"amount": {"amount": "-1.00", "currency": "EUR"}}, "INVALID_VALUE", "amount"),
            ({"note": "x" * 101}, "INVALID_VALUE", "note"),
            ({"orderId": global_id("Order", 99)}, "NOT_FOUND", "orderId"),
        ):
            done = await gateway.change("refundOrder", FIELDS, it | wrong)
            [error] = done["userErrors"]
            assert (done["refund"], error["code"], error["field"]) == (None, code, field)
        async with database.transaction() as tx:
            await tx.execute("UPDATE orders SET marketplace = 'letzshop'")
        [error] = (await gateway.change("refundOrder", FIELDS, it))["userErrors"]
        assert error["code"] == "UNSUPPORTED"
        assert "Pay it back there" in error["message"]
    assert (await shop.count("refunds"), len(await shop.jobs("SendRefund"))) == (0, 0)
