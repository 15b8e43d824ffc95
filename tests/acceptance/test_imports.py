"""Imports at the command line: deciding about held ones, cancelling, and Ctrl-C, each with what it leaves behind."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from orion_daemon.db.database import Database
from tests.support.imports import mugs, record, write_feed
from tests.support.processes import Home, Processes, Ran, until
from tests.support.scene import OFF

STORE = """
[[store]]
code = "ada"
name = "Ada's Shop"
currency = "EUR"
default_language = "en"

[[store.channel]]
marketplace = "letzshop"
endpoint = "http://127.0.0.1:9/letzshop/graphql"
api_key_env = "ADA_KEY"
"""


@pytest.fixture
def home(processes: Processes, environment: dict[str, str]) -> Home:
    home = processes.home(ADA_KEY="key-of-ada", **environment)
    home.configure(OFF + STORE)
    return home


async def take(home: Home, feed: str) -> Any:
    return await home.orion("import", "ada", "letzshop", feed, "--json")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_held_imports_are_listed_confirmed_and_discarded(home: Home) -> None:
    write_feed(home.folder / "whole.csv", mugs(40))
    write_feed(home.folder / "half.csv", mugs(20))
    assert (await take(home, "whole.csv")).code == 0
    told = await home.orion("import", "ada", "letzshop", "half.csv")
    assert told.code == 1
    assert "Decide: orion imports confirm 2, or orion imports discard 2." in told.out
    [held] = (await home.orion("imports", "list", "--state", "held", "--json")).json["imports"]
    assert (held["id"], held["store"], held["held_code"]) == (2, "ada", "removed_share")
    shown = await home.orion("imports", "list", "--store", "ada", "--marketplace", "letzshop")
    assert "removed_share: 20 of the 40 known products are no longer in the feed" in shown.out
    discarded = await home.orion("imports", "discard", "2", "--json")
    assert (discarded.code, discarded.json) == (0, {"id": 2, "state": "failed"}), discarded
    refused = await home.orion("imports", "confirm", "2", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "Import 2 waits for nobody; it is failed." in refused.err

    assert (await take(home, "half.csv")).json["state"] == "held"
    confirmed = await home.orion("imports", "confirm", "3", "--json")
    assert (confirmed.code, confirmed.json) == (0, {"id": 3, "state": "pending"}), confirmed
    done = await take(home, "half.csv")  # no daemon runs: the same command goes on with it
    assert (done.code, done.json["state"], done.json["rows"]) == (0, "completed", 20), done
    [last, *_] = (await home.orion("imports", "list", "--json")).json["imports"]
    assert (last["id"], last["disappeared"], last["decided_by"].startswith("cli:")) == (3, 20, True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_one_that_waits_is_cancelled_once_and_one_that_ended_is_not(home: Home) -> None:
    write_feed(home.folder / "whole.csv", mugs(20))
    dry = await home.orion("import", "ada", "letzshop", "whole.csv", "--dry-run")
    assert "orion imports apply 1 applies exactly this." in dry.out
    applied = await home.orion("imports", "apply", "1", "--json")
    assert (applied.code, applied.json) == (0, {"id": 2, "state": "pending", "applies": 1}), applied
    cancelled = await home.orion("imports", "cancel", "2", "--json")
    assert (cancelled.code, cancelled.json) == (0, {"id": 2, "state": "failed", "changed": True}), cancelled
    again = await home.orion("imports", "cancel", "2", "--json")
    assert (again.code, again.json["changed"]) == (0, False)
    jobs = (await home.orion("jobs", "list", "--json")).json["jobs"]
    assert (jobs[0]["kind"], jobs[0]["state"]) == ("ApplyImport", "cancelled")
    for number, sentence in (("1", "Import 1 has ended already; it is completed."), ("9", "There is no such import.")):
        refused = await home.orion("imports", "cancel", number, "--json")
        assert (refused.code, refused.out) == (1, "")
        assert sentence in refused.err


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_command_does_not_wait_for_an_import_whose_job_is_dead(home: Home) -> None:
    write_feed(home.folder / "whole.csv", mugs(20))
    assert (await home.orion("import", "ada", "letzshop", "whole.csv", "--dry-run", "--json")).code == 0
    assert (await home.orion("imports", "apply", "1", "--json")).code == 0
    async with home.database() as database, database.transaction() as tx:
        change = "state = 'dead', error_code = 'poison', finished_at = $1"
        await tx.execute(f"UPDATE jobs SET {change} WHERE state = 'waiting'", datetime.now(UTC))
    done = await take(home, "whole.csv")
    assert (done.code, done.json["state"], done.json["created"]) == (0, "completed", 20), done
    [_, abandoned, _] = (await home.orion("imports", "list", "--json")).json["imports"]
    assert (abandoned["state"], abandoned["error_code"]) == ("failed", "abandoned")


async def test_ctrl_c_cancels_the_import_and_says_what_is_left(home: Home) -> None:
    write_feed(home.folder / "big.csv", (record(number) for number in range(60_000)))
    assert (await home.orion("migrate")).code == 0
    process = await asyncio.create_subprocess_exec(
        *home.command("import", "ada", "letzshop", "big.csv", "--json"), cwd=home.folder, env=home.environment(),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        async with home.database() as database:

            async def written() -> int | None:
                row = await database.fetch_one("SELECT position FROM import_jobs")
                return row["position"] if row else None

            await until("something is written", written)
            os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all that it started
            out, err = await asyncio.wait_for(process.communicate(), 30)
            assert (process.returncode, out) == (130, b""), err
            assert "import 1: Cancelled by cli:" in err.decode()
            assert "products created" in err.decode()
            assert "Traceback" not in err.decode()
            assert "destroyed" not in err.decode()
            await _is_as_told(database)
            assert [*(home.folder / "var" / "imports").iterdir()] == []
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _is_as_told(database: Database) -> None:
    row = await database.fetch_one("SELECT * FROM import_jobs")
    assert row is not None
    assert (row["state"], row["error_code"]) == ("failed", "cancelled")
    stored = await database.fetch_value("SELECT count(*) AS n FROM marketplace_products")
    assert 0 < row["created"] == stored < 60_000
    assert await database.fetch_value("SELECT state FROM jobs") == "cancelled"
    assert await database.fetch("SELECT id FROM processes") == []
    assert await database.fetch("SELECT owner FROM leases WHERE process_id IS NOT NULL") == []


AMAZON = """
[[store.channel]]
marketplace = "amazon"
client_id = "amzn1.application-oa2-client.1"
seller_id = "A1EXAMPLE0SELLER"
marketplace_ids = ["A1PA6795UKMFR9"]
"""
ASK = """
import sys
from orion_daemon.cli.main import main
from orion_daemon.connectors.errors import AuthRefused, RateLimited
from orion_daemon.connectors.registry import MARKETPLACES
from tests.support.catalog_walks import Asked, an_entry
from tests.support.imports import mugs
faults = {2: RateLimited("amazon: too many calls", retry_after=0.2), 5: AuthRefused("amazon: the token is refused")}
MARKETPLACES["amazon"] = an_entry(Asked(mugs(int(sys.argv[1])), page_size=20, faults=faults))
main(sys.argv[2:])
"""


async def ask_account(home: Home, count: int, *options: str) -> Ran:
    """`orion import ada amazon`, where Amazon tells so many products, asks for patience once and is refused then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASK, str(count), "import", "ada", "amazon", *options,
        cwd=home.folder, env=home.environment(), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return Ran(process.returncode or 0, out.decode(), err.decode())


async def test_without_a_source_the_account_itself_is_asked(home: Home) -> None:
    home.configure(OFF + STORE + AMAZON)
    dry = await ask_account(home, 60, "--dry-run")
    assert dry.code == 0, dry
    assert dry.out.startswith("completed: 60 rows; 60 created, 0 updated, 0 unchanged, 0 rejected, 0 skipped\n")
    assert "read as" not in dry.out
    done = await ask_account(home, 60, "--json")
    assert (done.code, done.json["state"], done.json["created"]) == (0, "completed", 60), done
    assert done.json["problems"] == []
    held = await ask_account(home, 10)
    assert held.code == 1
    assert "Held: 50 of the 60 known products are no longer in the feed" in held.out
    refused = await ask_account(home, 200)
    assert refused.code == 1
    assert refused.out.splitlines()[-1] == "amazon: the token is refused"
    listed = (await home.orion("imports", "list", "--json")).json["imports"]
    assert [(one["source"], one["state"]) for one in listed] == [
        ("api", "failed"), ("api", "held"), ("api", "completed"), ("api", "completed"),
    ]  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_marketplace_that_tells_no_products_wants_a_source(home: Home) -> None:
    refused = await home.orion("import", "ada", "letzshop", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "letzshop tells no products by API; give the URL or the path of a feed." in refused.err
    unclear = await home.orion("import", "ada", "letzshop", "--language", "en", "--json")
    assert (unclear.code, unclear.out) == (64, "")
    assert "leave --language out" in unclear.err
