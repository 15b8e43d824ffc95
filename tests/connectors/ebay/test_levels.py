"""Stock and prices against the stand-in: what buyers see in the end, what each entry of an answer means."""

from typing import Any

import pytest

from orion_daemon.connectors.base import LevelResult, OutgoingLevel
from orion_daemon.connectors.errors import Doubtful, MutationsForbidden, RateLimited, Unreachable
from tests.support.ebay_account import ebay_connector, walk
from tests.support.ebay_sandbox import Ebay, ebay_account


def level(sku: str, quantity: int | None = 3, price: int | None = None, currency: str = "EUR") -> OutgoingLevel:
    return OutgoingLevel(sku, quantity, price, currency)


async def calls(ebay: Ebay, operation: str = "bulkUpdatePriceQuantity") -> list[dict[str, Any]]:
    return [one for one in await ebay.sandbox.ledger("request") if one["operation"] == operation]


async def test_item_and_offer_are_set_in_one_call_and_read_back_as_the_lesser() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG", 10, available=10)
        await ebay.list_item("CUP", 10, "3.50")
        results = await connector.push_levels([level("MUG", 3, 1499), level("CUP", 0)])
        assert [(one.sku, one.state, one.error) for one in results] == [
            ("MUG", "accepted", None),
            ("CUP", "accepted", None),
        ]
        assert len({one.listing for one in results}) == 2  # eBay counts revisions by them
        shelf = await ebay.shelf()
        assert (shelf["MUG"]["quantity"], shelf["MUG"]["price"]) == (3, "14.99")
        assert (shelf["CUP"]["quantity"], shelf["CUP"]["price"]) == (0, "3.50")
        assert len(await calls(ebay)) == 1
        read = await connector.read_levels(["CUP", "MUG"])
        assert read == (LevelResult("CUP", "confirmed", 0, 350), LevelResult("MUG", "confirmed", 3, 1499))
        await ebay.control("stock", {"sku": "MUG", "quantity": 2})
        assert (await connector.read_levels(["MUG"]))[0].quantity == 2


async def test_a_price_alone_leaves_the_stock_as_it_is() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG", 10, available=4)
        await connector.push_levels([level("MUG", None, 999)])
        shown = (await ebay.shelf())["MUG"]
        assert (shown["quantity"], shown["price"]) == (4, "9.99")


async def test_offers_are_asked_for_once() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        for quantity in (3, 2, 1):
            await connector.push_levels([level("MUG", quantity)])
        assert (len(await calls(ebay, "getOffers")), len(await calls(ebay))) == (1, 3)


async def test_an_offer_that_is_live_again_is_sent_at_once() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        made = await ebay.list_item("MUG")
        for ended, state in ((True, "refused"), (False, "accepted")):
            await ebay.control("listings", {"listing": made["listing"], "ended": ended}, method="PATCH")
            assert (await connector.push_levels([level("MUG")]))[0].state == state


async def test_twenty_five_in_a_call_and_no_more() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        skus = [f"SKU-{number}" for number in range(26)]
        for sku in skus:
            await ebay.list_item(sku)
        assert (await connector.capabilities()).max_batch == 25
        results = await connector.push_levels([level(sku) for sku in skus[:25]])
        assert [one.sku for one in results] == skus[:25]
        assert len(await calls(ebay)) == 1
        with pytest.raises(ValueError, match="26"):
            await connector.push_levels([level(sku) for sku in skus])


async def test_what_cannot_be_sent_is_refused_with_its_reason_and_holds_up_nothing() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        await ebay.list_item("DRAFT", published=False)
        ended = await ebay.list_item("ENDED")
        await ebay.control("listings", {"listing": ended["listing"], "ended": True}, method="PATCH")
        outside = await ebay.control("listings", {"sku": "OLD", "outside": True, "quantity": 2})
        await ebay.place({"listing": outside["listing"], "sku": "OLD", "price": "5.00"})
        await ebay.sandbox.advance(300)
        await walk(connector)
        skus = ["MUG", "DRAFT", "ENDED", "OLD", "NONE", "X" * 51]
        results = {one.sku: one for one in await connector.push_levels([level(sku) for sku in skus])}
        codes = {sku: one.error[0] if one.error else one.state for sku, one in results.items()}
        assert codes == {
            "MUG": "accepted",
            "DRAFT": "not_published",
            "ENDED": "not_published",
            "OLD": "not_manageable",
            "NONE": "not_on_channel",
            "X" * 51: "not_on_channel",
        }
        assert outside["listing"] in str(results["OLD"].error)
        read = {one.sku: one.error[0] if one.error else one.state for one in await connector.read_levels(skus)}
        assert read == {**codes, "MUG": "confirmed"}


async def test_a_price_in_another_currency_is_refused() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG", currency="GBP")
        (one,) = await connector.push_levels([level("MUG", 3, 999)])
        assert one.error is not None
        assert one.error[0] == "wrong_currency"
        assert (await connector.push_levels([level("MUG", 3)]))[0].state == "accepted"


async def test_ebay_s_own_refusals_carry_its_words() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        busy = await ebay.list_item("BUSY")
        await ebay.control("listings", {"listing": busy["listing"], "revisions": 250}, method="PATCH")
        results = await connector.push_levels([level("MUG"), level("BUSY")])
        assert results[0].state == "accepted"
        assert results[1].state == "refused"
        assert results[1].error is not None
        assert results[1].error[0] == "ebay_25002"


@pytest.mark.parametrize("error_id", [25001, 25025])
async def test_what_ebay_could_not_do_just_then_is_sent_again_alone(error_id: int) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        for sku in ("A", "B", "C"):
            await ebay.list_item(sku)
        await ebay.sandbox.fault("partial", "bulkUpdatePriceQuantity", count=1, index=1, error_id=error_id)
        results = await connector.push_levels([level(sku) for sku in ("A", "B", "C")])
        assert [one.state for one in results] == ["accepted"] * 3
        assert {sku: shown["quantity"] for sku, shown in (await ebay.shelf()).items()} == {"A": 3, "B": 3, "C": 3}
        sent = [[request["sku"] for request in one["sent"]["requests"]] for one in await calls(ebay)]
        assert sent == [["A", "B", "C"], ["B"]]


async def test_what_stays_impossible_fails_the_push_with_the_results_of_the_others() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        for sku in ("A", "B"):
            await ebay.list_item(sku)
        await ebay.sandbox.fault("partial", "bulkUpdatePriceQuantity", count=None, index=1, error_id=25025)
        with pytest.raises(Unreachable) as failed:
            await connector.push_levels([level("A"), level("NONE"), level("B")])
        assert {one.sku: one.state for one in failed.value.results} == {"NONE": "refused", "A": "accepted"}


async def test_a_lost_answer_leaves_the_levels_to_be_sent_again_and_that_harms_nothing() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        await ebay.sandbox.fault("drop", "bulkUpdatePriceQuantity", when="after")
        with pytest.raises(Doubtful) as failed:
            await connector.push_levels([level("NONE"), level("MUG")])
        assert [one.sku for one in failed.value.results] == ["NONE"]
        await connector.push_levels([level("MUG")])
        assert (await ebay.shelf())["MUG"]["quantity"] == 3


async def test_where_ebay_takes_one_sku_a_call_each_goes_alone() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.control("settings", {"skus_per_bulk": 1}, method="PATCH")
        for sku in ("A", "B"):
            await ebay.list_item(sku)
        for _ in range(2):
            results = await connector.push_levels([level("A"), level("B")])
            assert [one.state for one in results] == ["accepted", "accepted"]
        assert [len(one["sent"]["requests"]) for one in await calls(ebay)] == [2, 1, 1, 1, 1]


async def test_what_ebay_takes_and_ignores_is_seen_by_reading_back() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG", 10)
        await ebay.control("settings", {"accept_and_ignore": True}, method="PATCH")
        assert (await connector.push_levels([level("MUG")]))[0].state == "accepted"
        assert (await connector.read_levels(["MUG"]))[0].quantity == 10


async def test_a_quota_at_its_end_stops_levels_and_no_orders() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        await ebay.list_item("MUG")
        await connector.push_levels([level("MUG")])
        await ebay.control("quotas", {"sell.inventory": 1}, method="PATCH")
        with pytest.raises(RateLimited) as stopped:
            await connector.push_levels([level("MUG", 2)])
        assert stopped.value.retry_after is not None
        assert stopped.value.retry_after > 3_600
        assert (await connector.fetch_orders("new", None, None)).orders == ()


async def test_a_channel_that_may_only_be_read_changes_nothing() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay, allows_mutations=False) as connector:
        await ebay.list_item("MUG", 10)
        with pytest.raises(MutationsForbidden):
            await connector.push_levels([level("MUG")])
        with pytest.raises(MutationsForbidden):
            await connector.migrate_listings(["1"])
        assert (await ebay.shelf())["MUG"]["quantity"] == 10
