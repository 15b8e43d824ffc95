"""Codes in the clear on both databases: never without a reason, never without a row of the audit trail before."""

import base64

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.keys import handle
from orion_daemon.services import key_reveals, key_uploads
from orion_daemon.services.errors import Code, Invalid, NotFound
from orion_daemon.services.key_uploads import Picture
from tests.support.keys import KeyShop, open_key_shop
from tests.support.stores import NOW

GIF = b"GIF89a" + b"x" * 20 + b";"


async def ids_of(shop: KeyShop) -> list[int]:
    return [key["id"] for key in await shop.keys()]


async def test_keys_are_opened_in_the_order_asked_for_and_logged_together(database: Database) -> None:
    shop = await open_key_shop(database)
    other = await open_key_shop(database, code="other")
    await shop.upload("AAAA-1", "AAAA-2")
    await other.upload("BBBB-1")
    first, second, third = await ids_of(shop)
    shown = await key_reveals.reveal(
        database, [second, third, first, second], "  a customer\n asks ", actor="ann", now=NOW
    )
    assert [(one.key_id, one.code, one.kind.value) for one in shown] == [
        (second, "AAAA-2", "text"), (third, "BBBB-1", "text"), (first, "AAAA-1", "text"),
    ]  # fmt: skip
    entries = await shop.audited("key.reveal")
    assert [(entry["store_id"], entry["subject"], entry["detail_json"]) for entry in entries] == [
        (shop.store_id, "2 keys", {"keys": [first, second], "reason": "a customer asks"}),
        (other.store_id, f"key:{third}", {"keys": [third], "reason": "a customer asks"}),
    ]
    assert "AAAA" not in repr(shown)
    assert "AAAA" not in str(entries)


async def test_a_picture_comes_with_a_name_that_fits_it(database: Database) -> None:
    shop = await open_key_shop(database)
    await key_uploads.upload_pictures(
        database, shop.store_id, [Picture("k.jpg", GIF)], sku="GAME", actor="ann", now=NOW
    )
    [shown] = await key_reveals.reveal(database, await ids_of(shop), "why", actor="ann", now=NOW)
    assert shown.code is not None
    assert (base64.b64decode(shown.code), shown.filename) == (GIF, "k.gif")


async def test_what_was_erased_is_none_and_logged_too(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    async with database.transaction() as tx:
        await tx.execute("UPDATE keys SET secret_sealed = NULL")
    [shown] = await key_reveals.reveal(database, await ids_of(shop), "why", actor="ann", now=NOW)
    assert shown.code is None
    assert len(await shop.audited("key.reveal")) == 1


@pytest.mark.parametrize(
    ("reason", "code"), [("", Code.REQUIRED), (" \n ", Code.REQUIRED), ("x" * 201, Code.INVALID_VALUE)]
)
async def test_without_a_reason_nothing_is_opened(database: Database, reason: str, code: Code) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    with pytest.raises(Invalid) as caught:
        await key_reveals.reveal(database, await ids_of(shop), reason, actor="ann", now=NOW)
    assert (caught.value.code, caught.value.field) == (code, "reason")
    assert await shop.audited("key.reveal") == []


async def test_none_too_many_and_strange_keys_are_refused_before_anything_is_logged(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1")
    [known] = await ids_of(shop)
    for wrong in ([], list(range(1, 202))):
        with pytest.raises(Invalid):
            await key_reveals.reveal(database, wrong, "why", actor="ann", now=NOW)
    with pytest.raises(NotFound):
        await key_reveals.reveal(database, [known, known + 99], "why", actor="ann", now=NOW)
    assert await shop.audited("key.reveal") == []


async def test_a_handle_tells_keys_apart_and_shows_nothing_of_them(database: Database) -> None:
    shop = await open_key_shop(database)
    await shop.upload("AAAA-1", "AAAA-2")
    handles = [handle(bytes(key["digest"])) for key in await shop.keys()]
    assert len(set(handles)) == 2
    assert all(one.startswith("•••• ") and len(one) == 9 for one in handles)
    assert handle(None) == "••••"
