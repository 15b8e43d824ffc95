"""Store rows for tests that are about something else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from orion_daemon.db.tx import Tx

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STORE_COLUMNS = (
    "code", "name", "currency", "country", "timezone", "default_language", "languages_json", "managed_by",
    "created_at", "updated_at",
)  # fmt: skip


def store_row(code: str) -> Sequence[Any]:
    return (code, f"Shop {code}", "EUR", "LU", "Europe/Luxembourg", "en", ["en", "fr"], "api", NOW, NOW)


async def add_store(tx: Tx, code: str) -> int:
    rows = await tx.insert("stores", STORE_COLUMNS, [store_row(code)], suffix="RETURNING id")
    store_id: int = rows[0]["id"]
    return store_id
