"""Real feeds, end to end on both databases, each with the counts that a careful person would want."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.services import imports
from tests.support.imports import DATA, Importing, needs_data, open_importing, outcome, with_processes

pytestmark = needs_data
FEEDS = DATA / "feeds"
SERIES = DATA / "series" / "vozimisko_eu"


@pytest.mark.parametrize(
    ("name", "expected", "warnings", "detected"),
    [
        ("cj_eur.csv", ("completed", 96, 96, 0, 0, 0, 0), 0, ("csv", "utf-8", ",", False)),
        ("cj_usd.csv", ("completed", 96, 96, 0, 0, 0, 0), 0, ("csv", "utf-8", ",", False)),
        ("cj_sek.csv", ("completed", 96, 96, 0, 0, 0, 0), 0, ("csv", "utf-8", ",", False)),
        ("opispost_es_bom.xml", ("completed", 486, 486, 0, 0, 0, 0), 0, ("xml", "utf-8", None, True)),
        ("whynot_html_newlines.csv", ("completed", 1610, 1610, 0, 0, 0, 0), 0, ("csv", "utf-8", ",", False)),
        (
            "vozimisko_googleads_bom.csv",
            ("partially_completed", 427, 426, 0, 0, 1, 0),
            84,
            ("csv", "utf-8", ",", True),
        ),
    ],
)
async def test_a_real_feed(
    database: Database, tmp_path: Path, name: str, expected: tuple[Any, ...], warnings: int, detected: tuple[Any, ...]
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(FEEDS / name)
    assert outcome(row) == expected
    assert row["warnings"] == warnings
    found = row["detected_json"]
    assert tuple(found[key] for key in ("format", "encoding", "delimiter", "has_bom")) == detected
    assert len(await shop.products()) == expected[2] == len(await shop.texts("en"))
    again = await shop.take(FEEDS / name)
    assert outcome(again) == (expected[0], expected[1], 0, 0, expected[2], *expected[5:])


async def test_prices_without_a_currency_take_the_stores_and_that_is_said(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(FEEDS / "cj_eur.csv")
    assert {row["currency"] for row in (await shop.products()).values()} == {"EUR"}
    problems = (await imports.summary(database, row["id"]))["problems"]
    assert {"line": 1, "field": "price", "reason": "currency_assumed"} in problems


async def test_what_is_wrong_with_a_real_feed_is_listed_by_line(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    row = await shop.take(FEEDS / "vozimisko_googleads_bom.csv")
    summary = await imports.summary(database, row["id"])
    assert list(summary) == [
        "state", "rows", "created", "updated", "unchanged", "rejected", "skipped", "detected", "problems",
    ]  # fmt: skip
    assert summary["detected"] == {"format": "csv", "encoding": "utf-8", "delimiter": ","}
    listed = [problem for problem in summary["problems"] if problem["line"] > 1]
    assert len(listed) == 85
    assert listed[0] == {"line": 7, "field": "sale_price", "reason": "sale_price_not_lower"}
    assert [problem for problem in summary["problems"] if problem["reason"] == "price_zero"] != []


async def series(shop: Importing) -> list[tuple[Any, ...]]:
    found = []
    for file in sorted(SERIES.iterdir()):
        row = await shop.take(file)
        found.append((file.name[:3], *outcome(row), row["disappeared"]))
    return found


async def test_a_series_of_versions(database: Database, tmp_path: Path) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    assert await series(shop) == [
        ("000", "held", 0, 0, 0, 0, 0, 0, 0),
        ("001", "partially_completed", 323, 322, 0, 0, 1, 0, 0),
        ("005", "partially_completed", 322, 7, 62, 252, 1, 0, 8),
        ("006", "partially_completed", 322, 0, 19, 302, 1, 0, 0),
        ("020", "partially_completed", 397, 130, 118, 148, 1, 0, 55),
    ]
    products = await shop.products()
    assert (len(products), sum(row["is_available"] for row in products.values())) == (459, 396)
    states = await database.fetch("SELECT state, error_code FROM import_jobs ORDER BY id")
    assert (states[0]["state"], states[0]["error_code"]) == ("failed", "superseded")  # the empty one waits no more


async def test_going_back_in_the_series_is_a_mass_removal_that_a_person_may_confirm(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_importing(database, tmp_path / "imports")
    await series(shop)
    before = await shop.products()
    old = sorted(SERIES.iterdir())[1]
    row = await shop.take(old)
    assert (row["state"], row["held_code"]) == ("held", "removed_share")
    assert await shop.products() == before
    await imports.confirm(database, row["id"], "a person", datetime.now(UTC))
    await shop.run(row["id"])
    row = await shop.row(row["id"])
    products = await shop.products()
    assert (row["state"], row["decided_by"], row["rows"]) == ("partially_completed", "a person", 323)
    assert row["disappeared"] == 137
    assert sum(product["is_available"] for product in products.values()) == 322
    assert row["created"] == 0
    assert len(products) == 459


async def test_real_worker_processes_come_to_the_same(database: Database, tmp_path: Path, database_url: str) -> None:
    shop = with_processes(await open_importing(database, tmp_path / "imports", database_url))
    assert [found[:5] for found in await series(shop)] == [
        ("000", "held", 0, 0, 0),
        ("001", "partially_completed", 323, 322, 0),
        ("005", "partially_completed", 322, 7, 62),
        ("006", "partially_completed", 322, 0, 19),
        ("020", "partially_completed", 397, 130, 118),
    ]
