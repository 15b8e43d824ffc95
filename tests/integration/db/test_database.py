"""Rows in and out, alike on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadStatement, BadValue, ConstraintViolated
from orion_daemon.db.models.stores import Store
from tests.support.stores import NOW, STORE_COLUMNS, add_store, store_row


async def test_a_row_comes_back_as_it_went_in(database: Database) -> None:
    async with database.transaction() as tx:
        store_id = await add_store(tx, "demo")
    row = await database.fetch_one("SELECT * FROM stores WHERE id = $1", store_id)
    assert row is not None
    assert row["created_at"] == NOW
    assert row["created_at"].utcoffset() == timedelta(0)
    assert row["languages_json"] == ["en", "fr"]
    assert row["is_active"] is True
