"""Keys of a store's own on both databases: each code once, whoever brings it, and given to one order alone."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import key_pool, key_units, key_uploads
from orion_daemon.services.errors import Code, Invalid, NotFound
from orion_daemon.services.key_pool import NewKey, Origin
from orion_daemon.services.key_uploads import Picture, Problem, Uploaded
from tests.support.keys import open_key_shop
from tests.support.orders import line, order
from tests.support.stores import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40 + b"IEND\xaeB`\x82"


def counts(done: Uploaded) -> tuple[int, int, int, int]:
    return done.added, done.duplicates, done.refused, done.given


def code(number: int) -> str:
    return f"AAAA-{number:05}-BBBB"


async def test_every_line_ends_as_added_known_or_refused(database: Database) -> None:
    shop = await open_key_shop(database)
    done = await shop.upload("AAAA-1", "aaaa 1", "", "B" * 501, "C\x07C", "AAAA-2")
    assert counts(done) == (2, 1, 3, 0)
    assert done.problems == [
        Problem(2, "twice_in_file"), Problem(3, "empty"), Problem(4, "too_long"), Problem(5, "control_characters"),
    ]  # fmt: skip
    assert (done.lines, done.format, dict(done.reasons)) == (
        6, "text", {"twice_in_file": 1, "empty": 1, "too_long": 1, "control_characters": 1},
    )  # fmt: skip
    rows = await shop.keys()
    assert [(row["state"], row["kind"], row["added_by"], row["purchase_id"]) for row in rows] == [
        ("free", "text", "ann", None)
    ] * 2
    opened = [key_pool.open_key(database.cipher, row["id"], row["secret_sealed"]) for row in rows]
    assert opened == ["AAAA-1", "AAAA-2"]
    assert b"AAAA" not in b"".join(bytes(row["secret_sealed"]) + bytes(row["digest"]) for row in rows)
    [entry] = await shop.audited("keys.upload")
    assert (entry["actor"], entry["store_id"], entry["subject"]) == ("ann", shop.store_id, "keys of GAME")
    assert entry["detail_json"] == {
        "lines": 6, "added": 2, "duplicates": 1, "refused": 3, "given": 0, "format": "text",
    }  # fmt: skip


async def test_bringing_a_list_again_adds_nothing_in_any_store(database: Database) -> None:
    shop = await open_key_shop(database)
    other = await open_key_shop(database, code="other")
    assert counts(await shop.upload("AAAA-1", "AAAA-2")) == (2, 0, 0, 0)
    assert counts(await shop.upload("AAAA-1", "aaaa2")) == (0, 2, 0, 0)
    again = await other.upload("AAAA-2", "AAAA-3")
    assert (counts(again), again.problems) == ((1, 1, 0, 0), [Problem(1, "known")])


async def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell()
    before = await shop.keys()
    done = await shop.upload("AAAA-1", "", "AAAA-2", is_dry_run=True)
    assert (counts(done), done.is_dry_run) == ((1, 1, 1, 0), True)
    assert (await shop.keys(), len(await shop.audited("keys.upload"))) == (before, 1)


async def test_csv_names_a_product_a_line(database: Database) -> None:
    shop = await open_key_shop(database, ("GAME", "DLC"))
    text = ("sku;code", "GAME;AAAA-1", "DLC;AAAA-2", "NONE;AAAA-3", ";AAAA-4", "MUG;AAAA-5")
    done = await shop.upload(*text, sku=None)
    assert (counts(done), done.format, done.delimiter) == ((2, 0, 3, 0), "csv", ";")
    assert done.problems == [Problem(4, "unknown_sku"), Problem(5, "no_sku"), Problem(6, "not_digital")]
    assert [row["product_id"] for row in await shop.keys()] == [shop.products["GAME"], shop.products["DLC"]]
    one = await shop.upload("sku;code", "GAME;AAAA-6", "DLC;AAAA-7", ";AAAA-8", sku="GAME")
    assert (counts(one), one.problems) == ((2, 0, 1, 0), [Problem(3, "other_sku")])


async def test_a_list_that_cannot_be_read_and_a_product_that_is_not_there_are_said(database: Database) -> None:
    shop = await open_key_shop(database)
    with pytest.raises(Invalid, match="The list is empty") as caught:
        await shop.upload("")
    assert (caught.value.code, caught.value.field) == (Code.INVALID_VALUE, "content")
    with pytest.raises(NotFound) as missing:
        await shop.upload("AAAA-1", sku="NONE")
    assert missing.value.field == "sku"
    with pytest.raises(Invalid):
        await key_uploads.upload_list(database, shop.store_id, b"\xff\x00", sku="GAME", actor="ann", now=NOW)
    assert await shop.keys() == []


async def test_long_lists_go_by_parts_and_tell_how_far_they_are(database: Database) -> None:
    shop = await open_key_shop(database)
    seen: list[tuple[int, int]] = []
    done = await shop.upload(*map(code, range(2500)), code(3), on_progress=lambda *found: seen.append(found))
    assert counts(done) == (2500, 1, 0, 0)
    assert seen == [(1000, 2501), (2000, 2501), (2501, 2501)]
    assert await shop.count("keys") == 2500


async def test_only_the_first_problems_are_named_and_all_are_counted(database: Database) -> None:
    shop = await open_key_shop(database)
    done = await shop.upload(*[""] * 1499, "AAAA-1")
    assert (done.refused, len(done.problems), done.added) == (1499, key_uploads.MOST_PROBLEMS, 1)


async def test_pictures_are_looked_at(database: Database) -> None:
    shop = await open_key_shop(database)
    given = [Picture("../a b.exe", PNG), Picture("b.png", b"no picture"), Picture("c.png", PNG), Picture("d.png", b"")]
    done = await key_uploads.upload_pictures(database, shop.store_id, given, sku="GAME", actor="ann", now=NOW)
    assert (counts(done), done.format) == ((1, 1, 2, 0), "pictures")
    assert done.problems == [Problem(2, "no_picture"), Problem(3, "twice_in_file"), Problem(4, "no_picture")]
    [row] = await shop.keys()
    assert (row["kind"], row["filename"]) == ("image", "a-b.png")
    opened = key_pool.open_key(database.cipher, row["id"], row["secret_sealed"])
    assert opened is not None
    assert base64.b64decode(opened) == PNG
    with pytest.raises(Invalid):
        await key_uploads.upload_pictures(database, shop.store_id, [], sku="GAME", actor="ann", now=NOW)
    assert "no picture" not in repr(given)


async def test_what_waits_takes_new_keys_at_once_oldest_first(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1", 2)
    await shop.sell("2", 1)
    assert await shop.states("1") == ["held", "held"]
    assert (await shop.order("1"))["attention"] == "keys_held"
    done = await shop.upload("AAAA-1", "AAAA-2")
    assert counts(done) == (2, 0, 0, 2)
    assert (await shop.states("1"), await shop.states("2")) == (["ready", "ready"], ["held"])
    assert ((await shop.order("1"))["attention"], (await shop.order("2"))["attention"]) == ("", "keys_held")
    assert len(await shop.jobs("DeliverKeys")) == 1


async def test_an_upload_that_was_cut_off_gives_keys_when_it_is_repeated(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    async with database.transaction() as tx:  # as if the process had died between two parts
        origin = Origin(shop.store_id, shop.products["GAME"])
        await key_pool.store(tx, origin, [NewKey(CodeKind.TEXT, "AAAA-1")], NOW)
    assert counts(await shop.upload("AAAA-1")) == (0, 1, 0, 1)
    assert await shop.states("1") == ["ready"]


async def test_an_order_whose_buyer_wants_to_cancel_takes_no_new_key(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE orders SET attention = attention || ' cancellation_requested'")
    assert counts(await shop.upload("AAAA-1")) == (1, 0, 0, 0)
    assert await shop.states("1") == ["held"]


async def test_two_uploads_of_the_same_codes_at_once_store_each_once(database: Database) -> None:
    shop = await open_key_shop(database)
    other = await open_key_shop(database, code="other")
    forth = [code(number) for number in range(300)]
    done = await asyncio.gather(
        shop.upload(*forth), shop.upload(*reversed(forth)), other.upload(*forth), other.upload(*reversed(forth))
    )
    assert sum(one.added for one in done) == 300
    assert [one.added + one.duplicates for one in done] == [300] * 4
    rows = await shop.keys()
    opened = {key_pool.open_key(database.cipher, row["id"], row["secret_sealed"]) for row in rows}
    assert (len(rows), opened) == (300, set(forth))


# -- claiming ---------------------------------------------------------------------------------------------------------


def given_to(rows: Sequence[dict[str, object]]) -> list[object]:
    return [row["key_id"] for row in rows if row["state"] == "ready"]


async def test_two_orders_that_want_the_last_key_at_once_one_gets_it(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await asyncio.gather(shop.sell("1"), shop.sell("2"))
    assert sorted(await shop.states("1") + await shop.states("2")) == ["held", "ready"]
    [key] = await shop.keys()
    [unit] = await database.fetch("SELECT * FROM key_units WHERE state = 'ready'")
    assert (key["state"], key["unit_id"], unit["key_id"]) == ("claimed", unit["id"], key["id"])


async def test_fifty_orders_at_once_for_twenty_keys(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload(*map(code, range(20)))
    await asyncio.gather(*(shop.sell(str(number)) for number in range(50)))
    units = await database.fetch("SELECT * FROM key_units ORDER BY id")
    assert len(units) == 50
    assert len(given_to(units)) == len(set(given_to(units))) == 20
    assert {unit["hold_code"] for unit in units if unit["state"] == "held"} == {"no_source"}
    keys = {key["id"]: key for key in await shop.keys()}
    assert all(keys[unit["key_id"]]["unit_id"] == unit["id"] for unit in units if unit["state"] == "ready")
    assert {key["state"] for key in keys.values()} == {"claimed"}


async def test_an_order_and_a_key_that_have_not_seen_each_other_are_brought_together(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.sell("1", 2)
    async with database.transaction() as tx:  # committed at the moment in which the order was written
        await key_pool.store(tx, Origin(shop.store_id, shop.products["GAME"]), [NewKey(CodeKind.TEXT, "AAAA-1")], NOW)
    assert await key_units.sweep(database, NOW) == 1
    assert sorted(await shop.states("1")) == ["held", "ready"]
    assert await key_units.sweep(database, NOW) == 0


async def test_the_first_keys_make_a_product_one_that_is_sold_from_its_pool(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1", is_dry_run=True)
    assert await shop.count("product_sources") == 0
    await shop.upload("AAAA-1")
    await shop.upload("AAAA-2")
    [source] = await database.fetch("SELECT * FROM product_sources")
    assert (source["product_id"], source["channel_id"]) == (shop.products["GAME"], None)


async def test_an_order_that_is_cancelled_gives_its_key_back(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    await shop.sell("1")
    await shop.take(order("1", line("GAME"), status="cancelled"), now=NOW + timedelta(minutes=1))
    assert (await shop.states("1"), [key["state"] for key in await shop.keys()]) == (["cancelled"], ["free"])
