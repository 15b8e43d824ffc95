"""Options that a marketplace refuses stop their own channel, and `orion check` tells them before a start."""

from pathlib import Path

import pytest

from orion_daemon.app import declared
from orion_daemon.config import loader
from orion_daemon.db.database import Database
from tests.support.stores import NOW

FILE = """
[[store]]
code = "demo"
name = "Demo"
currency = "EUR"
default_language = "de"

[[store.channel]]
marketplace = "amazon"
client_id = "c"
seller_id = "S"
{options}

[[store.channel]]
marketplace = "ebay"
client_id = "c"
site = "EBAY_DE"

[[store.channel]]
marketplace = "letzshop"

[[store.supplier]]
name = "codeswholesale"
client_id = "c"
"""


def loaded_from(folder: Path, options: str) -> loader.Loaded:
    (folder / "orion.toml").write_text(FILE.format(options=options))
    return loader.read(folder / "orion.toml", {})


@pytest.mark.parametrize(
    ("options", "place", "said"),
    [
        ('marketplace_ids = ["A1PA6795UKMFR9", "ATVPDKIKX0DER"]', "marketplace_ids", "lie in several regions"),
        ('marketplace_ids = ["A1PA6795UKMFR"]', "marketplace_ids", "the id of no store"),
        (
            'endpoint = "https://sellingpartnerapi-na.amazon.com"\nmarketplace_ids = ["A1PA6795UKMFR9"]',
            "endpoint",
            "another region",
        ),
    ],
)
async def test_an_impossible_option_stops_its_own_channel(
    database: Database, tmp_path: Path, options: str, place: str, said: str
) -> None:
    loaded = loaded_from(tmp_path, options)
    [problem] = declared.impossible(loaded)
    assert (problem.account, problem.path) == ("demo:amazon", f"store[0].channel[0].{place}")
    assert said in problem.message
    await declared.apply_file(database, loaded, {}, NOW)
    rows = await database.fetch("SELECT marketplace, is_active FROM channels")
    active = {row["marketplace"]: bool(row["is_active"]) for row in rows}
    assert active == {"amazon": False, "ebay": True, "letzshop": True, "codeswholesale": True}


@pytest.mark.parametrize(
    "options",
    [
        'marketplace_ids = ["A1PA6795UKMFR9", "A13V1IB3VIYZZH"]',
        'endpoint = "http://127.0.0.1:8090/amazon"\nmarketplace_ids = ["A1PA6795UKMFR9", "ATVPDKIKX0DER"]',
        'marketplace_ids = ["A1PA6795UKMFR"]\nenabled = false',
    ],
)
def test_what_can_work_or_is_switched_off_is_no_problem(tmp_path: Path, options: str) -> None:
    assert declared.impossible(loaded_from(tmp_path, options)) == []


def test_the_demonstration_is_possible(tmp_path: Path) -> None:
    assert declared.impossible(loader.demo({}, base=tmp_path)) == []
