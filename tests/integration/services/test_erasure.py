"""The erasure of a person on both databases: what goes, what stays, and that nothing brings the person back."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.incoming import IncomingCustomer, IncomingOrder, RecordProblem
from orion_daemon.services import customers, erasure, order_rows, record_problems
from orion_daemon.services.erasure import AT_LATEST, Erased
from orion_daemon.services.errors import NotFound
from orion_daemon.services.inventory import verify_ledger
from orion_daemon.services.personal import reveal
from tests.support.orders import Shop, home, line, open_shop, order
from tests.support.stores import NOW

THEN = NOW + timedelta(hours=1)  # of the erasure
LATER = THEN + timedelta(hours=1)
JEANNE = IncomingCustomer(
    channel_customer_id="jeanne_1980", email="jeanne@example.lu", first_name="Jeanne", last_name="Exemple"
)

JEAN = IncomingCustomer(channel_customer_id="jean", email="jean@example.lu", first_name="Jean")


def bought(number: str, status: str = "shipped", **more: Any) -> IncomingOrder:
    """An order of Jeanne's."""
    values: dict[str, Any] = {"customer": JEANNE, "shipping_address": home(), "billing_address": home()} | more
    return order(number, line("MUG"), status=status, **values)


async def customer_of(shop: Shop, number: str) -> int:
    return int((await shop.order(number))["customer_id"])


async def erase(shop: Shop, number: str = "1", now: datetime = THEN) -> Erased:
    return await erasure.erase_customer(shop.db, await customer_of(shop, number), actor="ann", now=now)


async def named_in(db: Database) -> list[str]:
    """Where Jeanne still stands, in everything that is sealed."""
    found = []
    for row in await db.fetch("SELECT * FROM customers WHERE personal_sealed IS NOT NULL ORDER BY id"):
        person = customers.opened(
            db.cipher, row["personal_sealed"], store_id=row["store_id"], marketplace=row["marketplace"],
            index=row["identity_index"],
        )  # fmt: skip
        if person is not None and person.first_name == "Jeanne":
            found.append(f"customer {row['id']}")
    for row in await db.fetch("SELECT * FROM orders ORDER BY id"):
        people = order_rows.open_personal(db.cipher, row["personal_sealed"], row["channel_id"], row["channel_order_id"])
        names = ("buyer", "shipping", "billing")
        found += [f"{name} {row['channel_order_id']}" for name, one in zip(names, people, strict=True) if one]
        sealed = await db.fetch_value("SELECT payload_sealed FROM order_payloads WHERE order_id = $1", row["id"])
        if b"Jeanne" in order_rows.open_payload(db.cipher, sealed, row["channel_id"], row["channel_order_id"]):
            found.append(f"document {row['channel_order_id']}")
    for row in await db.fetch("SELECT * FROM record_problems ORDER BY id"):
        if b"jeanne" in (record_problems.opened(db.cipher, row) or b"").lower():
            found.append(f"record {row['identity']}")
    return found


async def proofs(db: Database) -> list[dict[str, Any]]:
    return await db.fetch(
        "SELECT store_id, actor, subject, detail_json, created_at FROM audit_entries"
        " WHERE action = 'personal.erase' ORDER BY id"
    )


async def test_what_names_the_person_goes_and_the_books_stay(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"), bought("2", "delivered"))
    before = [await shop.order("1"), await shop.lines("1"), await shop.level("MUG")]
    history = await database.fetch("SELECT * FROM order_status_history ORDER BY id")
    assert len(await named_in(database)) == 9
    done = await erase(shop)
    assert done == Erased(customers=1, orders=2, payloads=2)
    assert await named_in(database) == []
    after = await shop.order("1")
    assert (after["erased_at"], after["erasure_due_at"]) == (THEN, None)
    for name in (
        "status",
        "lines_minor",
        "total_minor",
        "order_number",
        "channel_order_id",
        "content_hash",
        "placed_at",
    ):
        assert after[name] == before[0][name], name
    assert [await shop.lines("1"), await shop.level("MUG")] == before[1:]
    assert await database.fetch("SELECT * FROM order_status_history ORDER BY id") == history
    assert await verify_ledger(database) == []
    number = after["customer_id"]
    shown = await reveal(database, customer_ids=[number], order_ids=[after["id"]], actor="bob", now=LATER)
    assert (shown.customers, shown.orders) == ({}, {})


async def test_the_proof_says_who_asked_when_and_how_much_and_names_nobody(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"), bought("2", "pending"))
    await erase(shop)
    [proof] = await proofs(database)
    number = await customer_of(shop, "1")
    assert (proof["store_id"], proof["actor"], proof["created_at"]) == (shop.store_id, "ann", THEN)
    assert proof["subject"] == f"customer:{number}"
    assert proof["detail_json"] == {
        "cause": "asked", "same_person": [number], "due": 1, "customers": 1, "orders": 1, "payloads": 2, "records": 0,
    }  # fmt: skip
    assert "eanne" not in str(proof)


async def test_frontends_hear_of_each_order(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"), bought("2", "pending"), order("3", line("MUG")))
    events = database.bus.events  # type: ignore[attr-defined]  # a recording bus
    events.clear()
    await erase(shop)
    ids = [(await shop.order(number))["id"] for number in "12"]
    told = [event for event in events if isinstance(event, OrderChanged)]
    assert [(event.order_id, event.what) for event in told] == [(ids[0], "content"), (ids[1], "content")]
    await erase(shop)
    assert [event for event in events if isinstance(event, OrderChanged)] == told


async def test_a_repetition_finds_nothing_and_writes_nothing(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"), bought("2", "pending"))
    await erase(shop)
    tables = ("customers", "orders", "order_payloads", "audit_entries")
    before = [await database.fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    assert await erase(shop, now=LATER) == Erased(waiting=1)
    assert [await database.fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


async def test_nobody_of_this_id_is_an_error(database: Database) -> None:
    with pytest.raises(NotFound):
        await erasure.erase_customer(database, 7, actor="ann", now=NOW)


# -- nothing brings the person back ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("again", "more"),
    [
        (bought("1"), {"finished": True}),  # the very document, polled again
        (bought("1", "delivered"), {"finished": True}),  # a newer one
        (bought("1", total_minor=99, channel_updated_at=NOW - timedelta(days=3)), {"finished": True}),  # a late one
        (bought("1", total_minor=7), {"walk": "reconcile", "finished": True}),
    ],
)
async def test_an_old_order_that_is_shown_again_stays_erased(
    database: Database, again: IncomingOrder, more: dict[str, Any]
) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"))
    await erase(shop)
    await shop.take(again, now=LATER, **more)
    assert await named_in(database) == []
    assert (await shop.order("1"))["erased_at"] == THEN
    assert (await shop.order("1"))["status"] == again.status


async def test_history_that_brings_an_order_nobody_had_seen_brings_no_person(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"))
    await erase(shop)
    page = await shop.take(bought("0", placed_at=NOW - timedelta(days=200)), bought("00", placed_at=None), now=LATER)
    assert len(page.created) == 2
    assert await named_in(database) == []
    assert await customer_of(shop, "0") == await customer_of(shop, "1")
    assert await erasure.erase_due(database, LATER) == 2
    assert [(await shop.order(number))["erased_at"] for number in ("0", "00")] == [LATER, LATER]
    assert await erasure.erase_due(database, LATER) == 0


async def test_an_order_that_names_its_buyer_only_after_the_erasure_is_erased_too(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    nameless = bought("2", customer=None, billing_address=None)
    await shop.take(bought("1"), nameless)
    await erase(shop)
    assert await named_in(database) == ["shipping 2", "document 2"]
    await shop.take(bought("2", "delivered"), now=LATER)
    assert await named_in(database) == []
    assert await erasure.erase_due(database, LATER) == 1


async def test_who_orders_anew_is_known_again_and_the_old_orders_are_not(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"))
    await erase(shop)
    await shop.take(bought("2", placed_at=LATER), bought("0", placed_at=NOW - timedelta(days=9)), now=LATER)
    back = [f"customer {await customer_of(shop, '2')}", "buyer 2", "shipping 2", "billing 2", "document 2"]
    assert await named_in(database) == back
    await shop.take(bought("1", "delivered"), bought("-1", placed_at=NOW - timedelta(days=99)), now=LATER)
    assert await named_in(database) == back
    assert await erase(shop, "2", LATER + timedelta(hours=1)) == Erased(customers=1, orders=3, payloads=1)
    assert await named_in(database) == []


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_an_order_that_is_written_at_the_same_moment_is_not_missed(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 100})
    await shop.take(bought("1"))
    number = await customer_of(shop, "1")
    for round_ in range(5):
        late = [bought(f"{round_}-{n}") for n in range(4)]
        await asyncio.gather(
            *(shop.take(one) for one in late), erasure.erase_customer(database, number, actor="ann", now=THEN)
        )
    await erasure.erase_due(database, THEN)
    assert await named_in(database) == []
    assert await database.fetch_value("SELECT count(*) AS n FROM orders WHERE erased_at IS NULL") == 0


# -- open orders -------------------------------------------------------------------------------------------------------


async def test_an_open_order_keeps_where_it_goes_until_it_has_left(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1", "confirmed"))
    assert await erase(shop) == Erased(customers=1, payloads=1, waiting=1)
    assert await named_in(database) == ["shipping 1"]
    found = await shop.order("1")
    assert (found["erased_at"], found["erasure_due_at"]) == (None, THEN)
    assert await erasure.erase_due(database, LATER) == 0
    await shop.take(bought("1", "processing", billing_address=home()), now=LATER)
    assert await named_in(database) == ["shipping 1"]
    await shop.take(bought("1", "shipped"), now=LATER)
    assert await erasure.erase_due(database, LATER) == 1
    assert await named_in(database) == []
    found = await shop.order("1")
    assert (found["erased_at"], found["erasure_due_at"], found["status"]) == (LATER, None, "shipped")
    [_, proof] = await proofs(database)
    assert (proof["actor"], proof["subject"]) == ("orion", f"order:{found['id']}")
    assert proof["detail_json"]["cause"] == "the goods have left"


async def test_an_address_that_comes_late_is_taken_in_while_the_goods_wait(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1", "confirmed", shipping_address=None, billing_address=None))
    await erase(shop)
    assert await named_in(database) == []
    await shop.take(bought("1", "confirmed"), now=LATER)
    assert await named_in(database) == ["shipping 1"]
    await shop.take(bought("1", "cancelled"), now=LATER)
    assert await named_in(database) == []


async def test_an_order_that_never_leaves_is_erased_after_a_month(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1", "pending"))
    await erase(shop)
    assert await erasure.erase_due(database, THEN + AT_LATEST - timedelta(seconds=1)) == 0
    assert await erasure.erase_due(database, THEN + AT_LATEST) == 1
    assert await named_in(database) == []
    assert (await proofs(database))[-1]["detail_json"]["cause"] == "waited too long"
    await shop.take(bought("1", "confirmed"), now=THEN + AT_LATEST + timedelta(hours=1))
    assert await named_in(database) == []


@pytest.mark.parametrize(("shipped", "waits"), [(0, True), (1, False)])
async def test_a_part_that_was_paid_back_does_not_say_that_the_rest_has_left(
    database: Database, shipped: int, waits: bool
) -> None:
    shop = await open_shop(database, {"MUG": 10})
    people: dict[str, Any] = {"customer": JEANNE, "shipping_address": home()}
    await shop.take(order("1", line("MUG", 2), status="confirmed", **people))
    lines = (line("MUG", 2, cancelled=1, shipped=shipped),)
    await shop.take(order("1", *lines, status="partially_refunded", **people))
    assert (await erase(shop)).waiting == waits
    assert await named_in(database) == (["shipping 1"] if waits else [])


# -- by the channel's names --------------------------------------------------------------------------------------------


async def by_names(shop: Shop, *names: str, now: datetime = THEN) -> Erased:
    return await erasure.erase_by_channel_names(
        shop.db, shop.channel_id, names, actor="letzshop", now=now, cause="notification 7"
    )


@pytest.mark.parametrize("names", [("jeanne_1980",), ("u-17", "jeanne_1980", "eias"), ("", "jeanne_1980")])
async def test_a_person_is_found_by_any_name_of_the_channel(database: Database, names: tuple[str, ...]) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"), order("2", line("MUG"), status="shipped", customer=JEAN))
    assert await by_names(shop, *names) == Erased(customers=1, orders=1, payloads=1)
    assert await named_in(database) == ["buyer 2"]
    [proof] = await proofs(database)
    assert (proof["actor"], proof["detail_json"]["cause"]) == ("letzshop", "notification 7")
    assert await by_names(shop, *names, now=LATER) == Erased()
    assert len(await proofs(database)) == 1


async def test_nobody_of_these_names_is_no_error(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    await shop.take(bought("1"))
    assert await by_names(shop, "jeanne@example.lu", "1", "") == Erased()
    assert await by_names(shop) == Erased()
    assert await proofs(database) == []


async def test_the_word_of_a_marketplace_holds_in_every_store_at_the_same_endpoint(database: Database) -> None:
    shops = [await open_shop(database, {"MUG": 10}, code=code) for code in ("one", "two", "trial")]
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET endpoint = 'https://sandbox.example' WHERE id = $1", shops[2].channel_id)
    for number, shop in enumerate(shops):
        await shop.take(bought(f"{number}"))
    assert await by_names(shops[0], "jeanne_1980") == Erased(customers=2, orders=2, payloads=2)
    assert {name.split()[-1] for name in await named_in(database) if not name.startswith("customer")} == {"2"}
    assert {proof["store_id"] for proof in await proofs(database)} == {shop.store_id for shop in shops[:2]}


async def test_who_was_known_by_the_same_address_before_is_the_same_person(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    early = IncomingCustomer(email="Jeanne@Example.lu", first_name="Jeanne")
    await shop.take(bought("1", customer=early), bought("2"))
    assert await customer_of(shop, "1") != await customer_of(shop, "2")
    assert await by_names(shop, "jeanne_1980") == Erased(customers=2, orders=2, payloads=2)
    assert await named_in(database) == []


# -- records that could not be read ------------------------------------------------------------------------------------


def broken(number: str, text: bytes) -> RecordProblem:
    return RecordProblem(number, "unreadable", "expected a number", text)


async def test_records_of_their_orders_lose_what_came_and_do_not_get_it_back(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    mine, other = broken("1", b"Jeanne, Ettelbruck"), broken("9", b"Jeannette, Ettelbruck")
    await shop.take(bought("1"), order("9", line("MUG"), status="shipped", customer=JEAN))
    await shop.take(problems=[mine, other])
    assert (await erase(shop)).records == 1
    assert await named_in(database) == ["buyer 9", "record id:9"]
    await shop.take(problems=[mine, other], now=LATER)
    assert await named_in(database) == ["buyer 9", "record id:9"]
    rows = await database.fetch("SELECT times_seen, code FROM record_problems ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [(2, "unreadable"), (2, "unreadable")]


async def test_a_record_that_never_became_an_order_goes_where_it_names_the_person(database: Database) -> None:
    shop = await open_shop(database, {"MUG": 10})
    named = orjson.dumps({"orderId": "8", "buyer": {"username": "jeanne_1980"}})
    other = orjson.dumps({"orderId": "9", "buyer": {"username": "jeanne_1980b"}})
    await shop.take(bought("1"), problems=[broken("8", named), broken("9", other)])
    assert (await by_names(shop, "jeanne_1980", "eias")).records == 1
    assert await named_in(database) == ["record id:9"]
