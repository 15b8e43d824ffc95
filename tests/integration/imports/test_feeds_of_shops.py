"""Feeds as shops really write them, from file to rows: what is stored, what is held, what is not taken for missing."""

import gzip
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from orion_daemon.connectors.http import Http, HttpOptions
from orion_daemon.db.database import Database
from orion_daemon.jobs.outcomes import JobFailure
from orion_daemon.jobs.retry import Family
from orion_daemon.runtime.clock import SystemClock
from tests.support.imports import Importing, mugs, open_importing, outcome, record, write_feed

WOOCOMMERCE = """ID,SKU,"GTIN, UPC, EAN, or ISBN",Name,"In stock?",Stock,"Sale price","Regular price",Categories,Images
7,MUG,4006381333931,Mug,1,8,10.90,12.90,"Home > Mugs","https://x.example/1.jpg, https://x.example/2.jpg"
"""
FRENCH = """Référence;Désignation;Prix (HT);Prix (TTC);Disponibilité;Code EAN;URL produit
TAS-1;Tasse à café;10,75 €;12,90 €;En stock;4006381333931;"https://x.example/t?a=1&amp;b=2"
"""
MAC = FRENCH.replace("\n", "\r")
FACEBOOK = """# Required|Required
# The unique id|The name
id|title|availability|price|link|image_link|quantity_to_sell_on_facebook|product_tags[0]
M1|Mug|in stock|12.90 USD|https://x.example/m|https://x.example/m.jpg|75|gift
"""


async def stored(shop: Importing, key: str, *fields: str) -> tuple[object, ...]:
    row = (await shop.products())[key]
    return tuple([row[field] for field in fields])


@pytest.mark.parametrize(
    ("text", "key", "price", "currency", "quantity", "gtin", "link"),
    [
        (WOOCOMMERCE.encode(), "7", 1290, "EUR", 8, "4006381333931", None),
        (FRENCH.encode("iso-8859-15"), "TAS-1", 1290, "EUR", None, "4006381333931", "https://x.example/t?a=1&b=2"),
        (FRENCH.encode("utf-16"), "TAS-1", 1290, "EUR", None, "4006381333931", "https://x.example/t?a=1&b=2"),
        (MAC.encode("windows-1252"), "TAS-1", 1290, "EUR", None, "4006381333931", "https://x.example/t?a=1&b=2"),
        (gzip.compress(FACEBOOK.encode()), "M1", 1290, "USD", 75, None, "https://x.example/m"),
    ],
)
async def test_exports_of_shop_programs_are_read(
    database: Database,
    tmp_path: Path,
    text: bytes,
    key: str,
    price: int,
    currency: str,
    quantity: int | None,
    gtin: str | None,
    link: str | None,
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    (tmp_path / "feed").write_bytes(text)
    row = await shop.take(tmp_path / "feed")
    assert outcome(row)[:3] == ("completed", 1, 1)
    found = await stored(shop, key, "price_minor", "currency", "quantity", "gtin", "link", "availability")
    assert found == (price, currency, quantity, gtin, link, "in_stock")


async def test_a_product_whose_record_is_broken_this_time_stays_for_sale(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(40))
    await shop.take(feed)
    feed.write_text(feed.read_text().replace("SKU-00007,Mug", 'SKU-00007,"Mug'))
    row = await shop.take(feed)
    assert outcome(row) == ("partially_completed", 40, 0, 0, 39, 1, 0)
    assert row["disappeared"] == 0
    assert all(product["is_available"] for product in (await shop.products()).values())


async def test_a_broken_quote_does_not_lend_a_product_the_price_of_the_next(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    (tmp_path / "a.csv").write_text('id,title,price\nA,"Mug,3.00\nB,"Cup, blue",4.00\nC,"Jug, red",5.00\n')
    row = await shop.take(tmp_path / "a.csv")
    assert outcome(row) == ("partially_completed", 3, 2, 0, 0, 1, 0)
    assert await shop.problems(row["id"]) == [(2, "", "unclosed", "rejected")]
    assert {key: product["price_minor"] for key, product in (await shop.products()).items()} == {"B": 400, "C": 500}


async def test_a_feed_that_changes_its_currency_waits_for_a_person(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    feed = write_feed(tmp_path / "a.csv", mugs(40))
    await shop.take(feed)
    feed.write_text(feed.read_text().replace(" EUR", " USD"))
    row = await shop.take(feed)
    assert (row["state"], row["held_code"]) == ("held", "currency_changed")
    assert {product["currency"] for product in (await shop.products()).values()} == {"EUR"}
    few = [record(number, **({"price": "3 USD"} if number < 4 else {})) for number in range(40)]
    assert (await shop.take(write_feed(feed, few)))["state"] == "completed"


async def test_a_folder_is_no_feed(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(tmp_path)
    assert (row["state"], row["error_code"]) == ("failed", "source_missing")
    assert row["error_message"].endswith("is a folder.")


async def test_a_feed_behind_a_login_fails_alone_and_does_not_stop_the_account(
    database: Database, tmp_path: Path
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    shop = await open_importing(database, tmp_path / "imports")
    app = web.Application()
    app.router.add_get("/feed.csv", handler)
    server = TestServer(app)
    await server.start_server()
    http = Http(SystemClock(), HttpOptions(tries=1, download_timeout=5.0, stall_timeout=5.0))
    shop.download = http.account("letzshop", "demo:letzshop").download
    try:
        import_id = await shop.request(str(server.make_url("/feed.csv?token=secret")))
        with pytest.raises(JobFailure) as caught:
            await shop.run(import_id)
    finally:
        await http.close()
        await server.close()
    assert caught.value.failed.family is Family.REJECTED
    row = await shop.row(import_id)
    assert (row["state"], "wants a login" in row["error_message"]) == ("failed", True)
    assert "secret" not in row["error_message"]
