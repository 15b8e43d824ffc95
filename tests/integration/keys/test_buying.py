"""What is owed is bought once, whatever the supplier does; its own ledger is the oracle (G1, G2)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.deliveries import MailKind
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.refunds import RefundReason
from orion_daemon.services import (
    deliveries,
    delivery_results,
    key_refunds,
    levels,
    offers,
    orders,
    purchase_search,
    schedule,
)
from tests.support.key_shop import SUPPLIERS, KeyShop, open_key_shop

CWS, BACKUP = SUPPLIERS


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[KeyShop]:
    async with open_key_shop(database) as shop:
        yield shop


async def test_a_paid_order_gets_the_keys_that_were_bought_for_it(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 2))
    assert await shop.states() == Counter(owed=2)
    await shop.work()
    assert await shop.states() == Counter(ready=2)
    assert await shop.bought() == 2
    assert len(set(await shop.codes(placed.order_id))) == 2
    assert await shop.purchases() == ["bought"]
    await shop.work()
    assert await shop.bought() == 2


async def test_nothing_is_owed_of_an_order_that_nobody_confirmed(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.order(("QUEST", 1), is_confirmed=False)
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(), 0)


async def test_the_pool_comes_first_and_the_supplier_fills_the_rest(shop: KeyShop) -> None:
    await shop.sell("QUEST", "pool", CWS)
    await shop.stock("QUEST", "OWN-1", "OWN-2")
    placed = await shop.order(("QUEST", 3))
    assert await shop.states() == Counter(ready=2, owed=1)
    await shop.work()
    assert await shop.bought() == 1
    assert {"OWN-1", "OWN-2"} < set(await shop.codes(placed.order_id))


async def test_without_a_source_it_is_held_until_keys_come(shop: KeyShop) -> None:
    await shop.sell("QUEST", "pool")
    placed = await shop.order(("QUEST", 1))
    assert await shop.holds() == ["no_source"]
    assert "keys_held" in await shop.attention(placed.order_id)
    await shop.stock("QUEST", "OWN-1")
    assert await shop.states() == Counter(ready=1)
    assert "keys_held" not in await shop.attention(placed.order_id)


@pytest.mark.parametrize("kind", ["drop", "status", "truncated", "html"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_is_looked_up_and_bought_at_most_once(shop: KeyShop, kind: str, when: str) -> None:
    """`before`: the order was not made; then, by the store's rule, a person is asked."""
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault(kind, "createOrder", when=when, count=1, status=500)
    placed = await shop.order(("QUEST", 2))
    await shop.step()
    assert await shop.states() == Counter(unknown=2)
    assert "keys_unknown" in await shop.attention(placed.order_id)
    await shop.work()
    if when == "after":
        assert (await shop.states(), await shop.bought()) == (Counter(ready=2), 2)
        assert await shop.attention(placed.order_id) == []
    else:
        assert (await shop.holds(), await shop.bought()) == (["purchase_unknown"] * 2, 0)


async def test_a_history_that_shows_late_is_waited_for(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.control("settings", {"history_seconds": 600}, method="PATCH")
    await shop.supplier.fault("drop", "createOrder", when="after", count=1)
    await shop.order(("QUEST", 1))
    await shop.work(until=timedelta(minutes=8))
    assert await shop.states() == Counter(unknown=1)
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)


async def test_where_the_store_says_so_it_is_bought_anew_with_another_reference(shop: KeyShop) -> None:
    await shop.set_rules({"may_buy_again": True})
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("drop", "createOrder", when="before", count=1)
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)
    assert await shop.purchases() == ["abandoned", "bought"]
    references = await shop.db.fetch("SELECT DISTINCT reference FROM key_purchases")
    assert len(references) == 2


async def test_what_was_given_up_and_turns_up_goes_into_the_pool(shop: KeyShop) -> None:
    await shop.set_rules({"may_buy_again": True})
    await shop.sell("QUEST", CWS)
    await shop.supplier.control("settings", {"history_seconds": 1800}, method="PATCH")  # longer than the store waits
    await shop.supplier.fault("drop", "createOrder", when="after", count=1)
    await shop.order(("QUEST", 1))
    await shop.work(until=timedelta(hours=4))
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 2)
    assert await shop.purchases() == ["bought", "bought"]
    assert await shop.db.fetch_value("SELECT count(*) FROM keys WHERE state = 'free'") == 1


async def test_a_person_may_say_that_it_was_not_bought(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("drop", "createOrder", when="before", count=1)
    await shop.order(("QUEST", 1))
    await shop.work()
    assert await shop.holds() == ["purchase_unknown"]
    purchase_id = await shop.db.fetch_value("SELECT id FROM key_purchases")
    await purchase_search.buy_again(shop.db, purchase_id, "ann", shop.now)
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)


async def test_a_price_that_jumps_before_the_call_is_judged_anew(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    await shop.supplier.control("price", {"product": product, "price": "12.00", "when": "after_read"})
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)
    assert await shop.purchases() == ["refused", "bought"]
    assert await shop.db.fetch_value("SELECT cost_minor FROM keys") == 1200


async def test_under_the_floor_nothing_is_bought(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    await shop.supplier.control("price", {"product": product, "price": "13.00", "when": "after_read"})
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["below_floor"], 0)


async def test_a_balance_that_runs_out_pauses_the_account_and_a_top_up_goes_on(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.control("accounts", {"balance": "20.00"}, method="PATCH")
    await shop.order(("QUEST", 2))
    second = await shop.order(("QUEST", 2))
    await shop.work(until=timedelta(minutes=5))
    assert await shop.states() == Counter(ready=2, owed=2)
    account = await shop.db.fetch_one("SELECT * FROM supplier_accounts")
    assert account is not None
    assert account["buying_state"] == "paused"
    await shop.supplier.control("accounts", {"balance": "100.00"}, method="PATCH")
    await schedule.run_now(shop.db, "demo", CWS, "supplier_balance", shop.now)
    await shop.work()
    assert (await shop.states(), await shop.bought()) == (Counter(ready=4), 4)
    assert len(set(await shop.codes())) == 4
    assert await shop.attention(second.order_id) == []


async def test_low_stock_is_tried_again_and_then_held(shop: KeyShop) -> None:
    product = await shop.sell("QUEST", CWS)
    await shop.supplier.control("stock", {"product": product, "quantity": 10, "real": 0})
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["low_stock"], 0)
    assert len(await shop.supplier.ledger("order_refused")) > 2


async def test_another_supplier_is_asked_where_the_first_has_none(database: Database) -> None:
    async with open_key_shop(database, suppliers=SUPPLIERS) as shop:
        product = await shop.sell("QUEST", CWS, BACKUP)
        await shop.supplier.control("products/hide", {"product": product})
        other = await shop.supplier.add("Another Quest", "9.50", quantity=5)
        async with shop.db.transaction() as tx:
            await tx.execute(
                "UPDATE product_sources SET supplier_product_id = $1 WHERE channel_id = $2",
                other, shop.desks[BACKUP].account.channel_id,
            )  # fmt: skip
        await shop.order(("QUEST", 1))
        await shop.work()
        assert (await shop.states(), await shop.bought()) == (Counter(ready=1), 1)


async def test_mixed_kinds_each_end_right(shop: KeyShop) -> None:
    await shop.set_rules({"allow_preorders": True})
    await shop.sell("QUEST", CWS, kinds=["text", "image", "preorder", "unknown", "text"])
    await shop.order(("QUEST", 5))
    await shop.work(until=timedelta(minutes=10))
    assert await shop.bought() == 5
    assert await shop.states() == Counter(ready=3, waiting=1, held=1)
    assert await shop.holds() == ["unknown_code_kind"]
    await shop.supplier.control("preorders/assign", {})
    await shop.work(until=timedelta(hours=1))
    assert await shop.states() == Counter(ready=4, held=1)
    assert await shop.bought() == 5


async def test_a_preorder_that_the_supplier_takes_back_asks_a_person(shop: KeyShop) -> None:
    await shop.set_rules({"allow_preorders": True})
    await shop.sell("QUEST", CWS, kinds=["preorder"])
    placed = await shop.order(("QUEST", 1))
    await shop.work(until=timedelta(minutes=10))
    assert await shop.states() == Counter(waiting=1)
    announced = await deliveries.begin(shop.db, placed.order_id, shop.now, message_id="m-1")
    assert announced is not None
    assert announced.kind is MailKind.PREORDERED
    assert [item.pending for item in announced.mail.items] == [1]
    await delivery_results.sent(shop.db, announced.delivery_id, "", shop.now)
    await shop.supplier.control("preorders/cancel", {})
    await shop.work(until=timedelta(hours=20))
    assert await shop.states() == Counter(waiting=1)  # one answer, or a day of them, may be wrong
    await shop.work(until=timedelta(hours=8))
    assert await shop.holds() == ["preorder_cancelled"]
    assert "keys_held" in await shop.attention(placed.order_id)
    units = [row["id"] for row in await shop.db.fetch("SELECT id FROM key_units")]
    given = {"reference": "r-1", "actor": "ann", "now": shop.now}
    await key_refunds.refund_units(shop.db, placed.order_id, units, RefundReason.SELLER_CANCELLED, **given)
    told = await deliveries.begin(shop.db, placed.order_id, shop.now, message_id="m-2")
    assert told is not None
    assert told.kind is MailKind.UNFULFILLABLE


async def test_a_preorder_is_not_bought_where_the_store_does_not_allow_it(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS, released_at="2055-01-01T00:00:00Z", kinds=["preorder"])
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["preorder_not_allowed"], 0)


async def test_a_key_that_does_not_work_at_the_buyers_is_not_bought(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS, regions=["PL"])
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["region_excluded"], 0)


async def test_too_many_pieces_wait_for_a_person(shop: KeyShop) -> None:
    await shop.set_rules({"most_units": 3})
    await shop.sell("QUEST", CWS)
    await shop.order(("QUEST", 4))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["too_many"] * 4, 0)


async def test_one_reference_twice_at_the_supplier_loses_neither_key(shop: KeyShop) -> None:
    """The answer is lost, and the very request is made again by somebody between us: two orders, both paid."""
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("drop", "createOrder", when="after", count=1)
    await shop.order(("QUEST", 1))
    await shop.step()
    [made] = await shop.supplier.ledger("order_created")
    line = made["lines"][0]
    await shop.supplier.buy(line["product"], price=9.10, reference=made["reference"])
    await shop.work()
    assert await shop.bought() == 2
    assert await shop.states() == Counter(ready=1)
    assert await shop.db.fetch_value("SELECT count(*) FROM keys WHERE state = 'free'") == 1


async def test_a_cancelled_order_gives_its_keys_back_to_the_pool(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 1))
    await shop.work()
    await orders.cancel_order(shop.db, placed.order_id, actor="ann", now=shop.now)
    assert await shop.states() == Counter(cancelled=1)
    again = await shop.order(("QUEST", 1))
    await shop.work()
    assert await shop.bought() == 2  # the product has no pool among its sources, so nobody looks there
    async with shop.db.transaction() as tx:
        await tx.execute("UPDATE product_sources SET position = 1")
        await tx.insert(
            "product_sources", ("product_id", "position", "supplier_product_id", "created_at"),
            [(shop.products["QUEST"], 0, "", shop.now)],
        )  # fmt: skip
    third = await shop.order(("QUEST", 1))
    assert await shop.states(third.order_id) == Counter(ready=1)
    assert await shop.bought() == 2
    assert set(await shop.codes(third.order_id)).isdisjoint(await shop.codes(again.order_id))


async def test_the_last_key_of_the_pool_goes_to_one_of_two(shop: KeyShop) -> None:
    await shop.sell("QUEST", "pool")
    await shop.stock("QUEST", *(f"OWN-{number}" for number in range(20)))
    await asyncio.gather(*(shop.order(("QUEST", 1), key=f"rush-{number}") for number in range(30)))
    assert await shop.states() == Counter(ready=20, held=10)
    codes = await shop.codes()
    assert len(codes) == len(set(codes)) == 20


async def test_two_lines_of_one_product_are_bought_apart(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    placed = await shop.order(("QUEST", 2), ("QUEST", 3))
    await shop.work()
    assert (await shop.states(placed.order_id), await shop.bought()) == (Counter(ready=5), 5)
    assert len(set(await shop.codes(placed.order_id))) == 5


async def test_an_account_that_may_only_be_read_buys_nothing(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    connector = shop.desks[CWS].account.connector
    connector.settings = msgspec.structs.replace(connector.settings, allows_mutations=False)  # type: ignore[attr-defined]
    await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["mutations_forbidden"], 0)


async def test_channels_are_told_what_the_sources_still_have(shop: KeyShop) -> None:
    """Free keys of the pool, less the units that wait for one."""
    await shop.sell("QUEST", "pool")
    product_id = shop.products["QUEST"]
    now = shop.now
    async with shop.db.transaction() as tx:
        [channel] = await tx.insert(
            "channels",
            ("store_id", "marketplace", "is_active", "allows_mutations", "managed_by", "endpoint", "settings_json",
             "state", "state_reason", "order_cursor", "last_error", "created_at", "updated_at"),
            [(shop.store_id, "letzshop", True, True, "api", "", {}, "ready", "", "", "", now, now)],
            suffix="RETURNING id",
        )  # fmt: skip
        await offers.create_for_products(tx, shop.store_id, [product_id], now)

    async def told() -> tuple[int | None, bool]:
        async with shop.db.transaction() as tx:
            rules = await levels.rules_of(tx, channel["id"])
            row = await tx.fetch_one(f"SELECT o.is_urgent, {levels.LEVEL} FROM {levels.FROM}")
            assert row is not None
            standing = levels.told(row, rules, shop.now)
            assert standing is not None
            return standing.quantity, bool(row["is_urgent"])

    assert await told() == (0, False)
    await shop.stock("QUEST", "OWN-1", "OWN-2")
    assert await told() == (2, False)
    await shop.order(("QUEST", 1))
    assert await told() == (1, False)
    await shop.order(("QUEST", 1))
    assert await told() == (0, True)
    await shop.order(("QUEST", 1))
    assert await shop.holds() == ["no_source"]
    assert await told() == (0, True)
    await shop.stock("QUEST", "OWN-3", "OWN-4")  # one goes to who waits
    assert (await told())[0] == 1


async def test_a_balance_that_runs_out_within_an_order_leaves_the_rest_waiting(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.sell("SEQUEL", CWS)
    await shop.supplier.control("accounts", {"balance": "20.00"}, method="PATCH")
    placed = await shop.order(("QUEST", 2), ("SEQUEL", 1))
    await shop.work(until=timedelta(minutes=5))
    assert await shop.states(placed.order_id) == Counter(ready=2, owed=1)
    await shop.supplier.control("accounts", {"balance": "20.00"}, method="PATCH")
    await schedule.run_now(shop.db, "demo", CWS, "supplier_balance", shop.now)
    await shop.work()
    assert (await shop.states(placed.order_id), await shop.bought()) == (Counter(ready=3), 3)


@pytest.mark.parametrize(("score", "ends"), [("3.1", "held"), ("1.2", "ready")])
async def test_a_risky_buyer_waits_for_a_person_where_the_store_asks(shop: KeyShop, score: str, ends: str) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.control("risk", {"score": score})
    buyer = IncomingCustomer(email="mallory@example.lu", ip_address="192.0.2.7")
    await shop.order(("QUEST", 1), customer=buyer)
    await shop.work()
    assert await shop.supplier.ledger("risk_checked") == []  # off: nobody's address leaves the house
    await shop.set_rules({"risk_hundredths": 150})
    placed = await shop.order(("QUEST", 1), customer=buyer)
    await shop.work()
    assert await shop.states(placed.order_id) == Counter({ends: 1})
    assert len(await shop.supplier.ledger("risk_checked")) == 1
    assert await shop.holds() == (["risk_score"] if ends == "held" else [])


async def test_a_first_order_above_the_limit_waits_for_a_person(shop: KeyShop) -> None:
    await shop.set_rules({"first_order_minor": 2_000})
    await shop.sell("QUEST", CWS)
    small = await shop.order(("QUEST", 1))
    large = await shop.order(("QUEST", 2))
    await shop.work()
    assert await shop.states(small.order_id) == Counter(ready=1)
    assert (await shop.states(large.order_id), await shop.holds()) == (Counter(held=2), ["first_order_limit"] * 2)


async def test_the_pool_is_behind_the_same_rules_about_customers(shop: KeyShop) -> None:
    await shop.sell("QUEST", "pool", CWS)
    await shop.stock("QUEST", *(f"OWN-{number}" for number in range(20)))
    async with shop.db.transaction() as tx:
        await tx.execute("UPDATE channels SET settings_json = $1 WHERE is_supplier", {"most_units": 3})
    large, small = await shop.order(("QUEST", 4)), await shop.order(("QUEST", 3))
    assert await shop.states(large.order_id) == Counter(held=4)
    assert await shop.states(small.order_id) == Counter(ready=3)
    await shop.stock("QUEST", "OWN-MORE")
    assert await shop.states(large.order_id) == Counter(held=4)


async def test_what_the_supplier_sold_us_is_for_sale_no_more(shop: KeyShop) -> None:
    """The supplier had one piece; it is bought, and nobody is offered a second one."""
    product = await shop.sell("QUEST", CWS, quantity=1)
    await shop.order(("QUEST", 1))
    await shop.work()
    row = await shop.db.fetch_one(
        "SELECT quantity FROM marketplace_products WHERE marketplace_product_id = $1", product
    )
    assert row == {"quantity": 0}


async def test_a_product_that_cannot_be_read_holds_the_line_and_says_so(shop: KeyShop) -> None:
    await shop.sell("QUEST", CWS)
    await shop.supplier.fault("errors", "getProduct", status=400, code=77777, message="strange")
    placed = await shop.order(("QUEST", 1))
    await shop.work()
    assert (await shop.holds(), await shop.bought()) == (["purchase_refused"], 0)
    assert "keys_held" in await shop.attention(placed.order_id)
