"""People who bought keys are erased on both databases: nothing that is owed is lost, and codes that were sent go."""

from datetime import timedelta
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.services import deliveries, delivery_results, erasure, key_pool, order_rows
from orion_daemon.services.erasure import AT_LATEST
from tests.support.key_mail import JEANNE, THEN, KeyCounter, begun, deliver, open_key_counter
from tests.support.orders import home, line, order

LATER = THEN + timedelta(hours=1)


async def erase(counter: KeyCounter) -> None:
    customer_id = (await counter.shop.order("1"))["customer_id"]
    await erasure.erase_customer(counter.db, customer_id, actor="ann", now=THEN)


async def people(counter: KeyCounter) -> tuple[Any, ...]:
    row = await counter.shop.order("1")
    cipher = counter.db.cipher
    return order_rows.open_personal(cipher, row["personal_sealed"], row["channel_id"], row["channel_order_id"])


async def codes(counter: KeyCounter) -> list[str | None]:
    rows = await counter.db.fetch("SELECT id, secret_sealed FROM keys ORDER BY id")
    return [key_pool.open_key(counter.db.cipher, row["id"], row["secret_sealed"]) for row in rows]


async def test_keys_that_are_owed_keep_the_address_until_they_are_delivered(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1), shipping_address=home(), billing_address=home())
    await erase(counter)
    assert await people(counter) == (IncomingCustomer(email="jeanne@example.lu"), home(), None)
    assert await erasure.erase_due(database, LATER) == 0
    again = order("1", line("GAME"), status="confirmed", customer=JEANNE, shipping_address=home(), locale="fr")
    await counter.shop.take(again, now=LATER)  # brings nobody back, and takes nothing away
    assert await people(counter) == (IncomingCustomer(email="jeanne@example.lu"), home(), None)
    await counter.stock("GAME", "AAAA-1111")
    message = await deliver(counter, order_id)
    assert (message.to, message.mail.customer_name) == ("jeanne@example.lu", "")
    assert await erasure.erase_due(database, LATER) == 1
    assert await people(counter) == (None, None, None)
    assert (await codes(counter), await counter.states()) == ([None], ["delivered"])


async def test_goods_alone_keep_no_mail_address(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.sell(("MUG", 1), shipping_address=home())
    await erase(counter)
    assert await people(counter) == (None, home(), None)


async def test_of_delivered_keys_the_code_goes_and_is_never_given_out_again(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
    order_id = await counter.sell(("GAME", 1))
    await deliver(counter, order_id)
    await erase(counter)
    assert await codes(counter) == [None, "BBBB-2222"]
    assert await people(counter) == (None, None, None)
    async with database.transaction() as tx:
        assert await key_pool.known(tx, ["aaaa 1111"]) == {"aaaa 1111"}
    assert await delivery_results.fetch_keys(database, order_id, "web", LATER) == []
    [row] = await counter.deliveries()
    assert "jeanne" not in str(row).lower()


async def test_a_key_that_comes_after_the_last_day_waits_and_is_not_lost(database: Database) -> None:
    counter = await open_key_counter(database)
    order_id = await counter.sell(("GAME", 1))
    await erase(counter)
    end = THEN + AT_LATEST + timedelta(hours=1)
    assert await erasure.erase_due(database, end) == 1
    await counter.stock("GAME", "AAAA-1111")
    assert await deliveries.begin(database, order_id, end, message_id="m-1") is None
    assert (await counter.states(), "no_address" in await counter.attention(order_id)) == (["ready"], True)
    [key] = await delivery_results.fetch_keys(database, order_id, "web", end)
    assert key.code == "AAAA-1111"


async def test_a_message_under_way_when_its_person_is_erased_still_arrives(database: Database) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    order_id = await counter.sell(("GAME", 1))
    first = await begun(counter, order_id)
    await erase(counter)
    again = await begun(counter, order_id, "m-2")
    assert (again.message_id, again.to) == (first.message_id, "jeanne@example.lu")
