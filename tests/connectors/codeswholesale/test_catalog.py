"""The price list of the stand-in: whole walks, deltas, what moves meanwhile, and all its oddities."""

from datetime import timedelta
from typing import Any

import pytest

from orion_daemon.connectors.errors import Rejected, Unreachable
from orion_daemon.domain.supply import PriceTier, SupplierText, tier_for
from tests.support.codeswholesale_account import codeswholesale_connector, walk
from tests.support.codeswholesale_sandbox import CodesWholesaleHandle, codeswholesale_account


async def shelf(supplier: CodesWholesaleHandle, count: int, page_size: int) -> list[str]:
    await supplier.control("settings", {"page_size": page_size}, method="PATCH")
    return [await supplier.add(f"Example Quest {number}") for number in range(count)]


@pytest.mark.parametrize("end", ["null", "missing", "empty"])
async def test_a_whole_walk_shows_every_product(end: str) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("settings", {"walk_end": end}, method="PATCH")
        there = await shelf(supplier, 7, 3)
        pages = await walk(connector)
        assert [len(page.products) for page in pages] == [3, 3, 1]
        assert [product.product_id for page in pages for product in page.products] == there


async def test_a_walk_over_a_list_that_moves_ends_and_shows_what_did_not_move() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        there = await shelf(supplier, 9, 3)

        async def between(pages: int) -> None:
            if pages == 1:
                await supplier.control("products/move", {"product": there[8], "to": 0})
                await supplier.add("Newcomer", place=0)

        pages = await walk(connector, between=between)
        seen = [product.product_id for page in pages for product in page.products]
        assert set(there[:8]) <= set(seen)
        assert len(seen) > len(set(seen))  # some came twice


async def test_an_expired_cursor_is_told_and_a_new_walk_works() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        there = await shelf(supplier, 4, 2)
        first = await connector.fetch_products(None, None)
        await supplier.control("walks/expire", {})
        for cursor in (first.next_cursor, "nonsense"):
            with pytest.raises(Rejected) as caught:
                await connector.fetch_products(cursor, None)
            assert caught.value.code == "cursor_refused"
        pages = await walk(connector)
        assert [product.product_id for page in pages for product in page.products] == there


async def test_an_interrupted_walk_goes_on_where_it_stood() -> None:
    async with codeswholesale_account() as supplier:
        there = await shelf(supplier, 4, 2)
        async with codeswholesale_connector(supplier) as connector:
            first = await connector.fetch_products(None, None)
        async with codeswholesale_connector(supplier, http={"tries": 1}) as connector:
            await supplier.fault("status", "getProducts", status=503)
            with pytest.raises(Unreachable):
                await connector.fetch_products(first.next_cursor, None)
            rest = await connector.fetch_products(first.next_cursor, None)
        assert [product.product_id for product in (*first.products, *rest.products)] == there


async def test_a_delta_shows_what_changed_since_also_over_pages() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        there = await shelf(supplier, 6, 2)
        await supplier.sandbox.advance(3600)
        since = connector.clock.now() - timedelta(minutes=5)
        for product in there[1:4]:
            await supplier.control("price", {"product": product, "price": "7.77"})
        pages = await walk(connector, since=since)
        found = [product for page in pages for product in page.products]
        assert [product.product_id for product in found] == there[1:4]
        assert {product.tiers for product in found} == {(PriceTier(1, None, 777),)}
        assert (await connector.fetch_products(None, connector.clock.now() + timedelta(days=1))).products == ()


async def test_a_product_that_cannot_be_read_is_told_and_hides_no_other() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        there = await shelf(supplier, 3, 10)
        await supplier.fault("partial", "getProducts", index=1)
        page = await connector.fetch_products(None, None)
        assert [product.product_id for product in page.products] == [there[0], there[2]]
        assert len(page.unreadable) == 1


async def test_all_oddities_of_a_large_list_can_be_read() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("products", {"count": 400})
        pages = await walk(connector)
        found = [product for page in pages for product in page.products]
        assert len({product.product_id for product in found}) == 400
        assert not [sentence for page in pages for sentence in page.unreadable]
        assert all(tier_for(product.tiers, 1) and tier_for(product.tiers, 10_000) for product in found)
        assert len({product.name for product in found}) < 400
        assert any(not product.images for product in found)
        assert any(not product.platform for product in found)
        assert all(product.platform != "None" for product in found)
        assert any(
            [tier.since for tier in product.tiers] != sorted(tier.since for tier in product.tiers) for product in found
        )


async def test_a_single_product_and_one_that_is_gone() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        prices: list[dict[str, Any]] = [
            {"value": "8.05", "from": 100},
            {"value": "9.10", "from": 1, "to": 9},
            {"value": "8.60", "from": 10, "to": 99},
        ]
        made = await supplier.control("products", {"name": "Example Quest", "prices": prices, "quantity": 17})
        found = await connector.fetch_product(made["id"])
        assert found is not None
        assert (found.name, found.quantity, found.currency) == ("Example Quest", 17, "EUR")
        assert found.tiers == (PriceTier(100, None, 805), PriceTier(1, 9, 910), PriceTier(10, 99, 860))
        await supplier.control("products/hide", {"product": made["id"]})
        assert await connector.fetch_product(made["id"]) is None


async def test_texts_by_language_and_products_without() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        texts = {
            "title": "Example Quest",
            "category": "Action, Puzzle",
            "developer": "Example Works",
            "pegi": "12",
            "eans": ["4006381333931", "4006381333932"],
            "titles": {"germany": "Beispielfahrt", "koreana": "예시"},
            "sheets": {"german": "<p>Eine Fahrt.</p>", "atlantis": "Bloop"},
            "photos": ["https://img.example.net/1.jpg"],
        }
        product = await supplier.add(texts=texts)
        found = await connector.fetch_texts(product)
        assert found is not None
        assert found.texts == (SupplierText("de", "Beispielfahrt", "Eine Fahrt."), SupplierText("ko", "예시", None))
        assert (found.eans, found.unknown_territories) == (("4006381333931",), ("atlantis",))
        assert (found.category, found.developer, found.pegi) == ("Action, Puzzle", "Example Works", "12")
        assert await connector.fetch_texts(await supplier.add("Silent")) is None
