"""Tests that share a PostgreSQL database one after the other cannot tell."""

from collections.abc import AsyncIterator

import pytest

from orion_daemon.db.locks import connect
from orion_daemon.db.url import parse
from tests.support.databases import Templates, opened
from tests.support.shelf import Shelf
from tests.support.stores import add_store


@pytest.fixture
async def shelf(templates: Templates) -> AsyncIterator[Shelf]:
    shelf = Shelf(templates.server, templates.postgres_template())
    yield shelf
    await shelf.close()


async def test_a_database_comes_back_empty_and_counts_from_one(shelf: Shelf) -> None:
    url = await shelf.take()
    forgotten = await connect(parse(url), application_name="forgotten")
    async with opened(url) as database, database.transaction() as tx:
        await add_store(tx, "demo")
        assert (await tx.reserve_ids("orders", 3)) == [1, 2, 3]
    await shelf.give_back(url)
    assert forgotten.is_closed()
    assert await shelf.take() == url
    async with opened(url) as database, database.transaction() as tx:
        assert await tx.fetch_value("SELECT count(*) FROM stores") == 0
        await add_store(tx, "demo")
        assert await tx.fetch_value("SELECT id FROM stores") == 1
        assert (await tx.reserve_ids("orders", 1)) == [1]
    await shelf.give_back(url)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE stores ADD COLUMN colour TEXT",
        "ALTER TABLE stores DISABLE TRIGGER ALL",
        "CREATE TABLE more (id INT)",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE orders DROP CONSTRAINT orders_status",
    ],
)
async def test_a_database_whose_schema_was_changed_is_not_used_again(shelf: Shelf, change: str) -> None:
    url = await shelf.take()
    async with opened(url) as database, database.transaction() as tx:
        await tx.execute(change)
    await shelf.give_back(url)
    other = await shelf.take()
    assert other != url
    await shelf.give_back(other)
