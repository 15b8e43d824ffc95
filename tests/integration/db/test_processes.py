"""Two processes on one database: a daemon and a command, say."""

import asyncio
import sys
from pathlib import Path

import pytest

from orion_daemon.db.database import Database
from orion_daemon.db.errors import LockWaited
from orion_daemon.db.locks import advisory
from orion_daemon.db.url import parse
from tests.support.databases import opened
from tests.support.stores import add_store

ROOT = Path(__file__).parents[3]
TIMES = 60

COUNTING = """
import asyncio, sys
from tests.support.databases import opened

async def main(url, times):
    async with opened(url) as database:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(times):
            async with database.transaction() as tx:  # read, then write: fails half-way unless it begins IMMEDIATE
                count = await tx.fetch_value("SELECT tries FROM counted FOR UPDATE")
                await tx.execute("UPDATE counted SET tries = $1", count + 1)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""

HOLDING = """
import asyncio, sys
from orion_daemon.db.locks import advisory
from orion_daemon.db.url import parse

async def main(url):
    async with advisory(parse(url), "test"):
        print("held", flush=True)
        sys.stdin.readline()

asyncio.run(main(sys.argv[1]))
"""


async def start(script: str, *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, *arguments, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert process.stdout is not None
    if not await process.stdout.readline():
        raise AssertionError((await process.communicate())[1].decode())
    return process


async def test_processes_that_read_then_write_lose_no_update(database: Database, database_url: str) -> None:
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE counted (tries BIGINT)")
        await tx.execute("INSERT INTO counted VALUES (0)")
    processes = [await start(COUNTING, database_url, str(TIMES)) for _ in range(2)]
    ends = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [end[1] for end in ends] == [b"", b""]
    assert await database.fetch_value("SELECT tries FROM counted") == 2 * TIMES


async def test_a_named_lock_is_held_by_one_process_and_says_by_whom(database_url: str) -> None:
    holder = await start(HOLDING, database_url)
    told: list[str] = []
    with pytest.raises(LockWaited, match=r"the lock 'test' of .* is held by (process|backend) [0-9]+"):
        async with advisory(parse(database_url), "test", timeout_s=0.5, poll_s=0.01, on_wait=told.append):
            raise AssertionError("two processes hold it")
    assert len(told) == 1
    async with advisory(parse(database_url), "another", timeout_s=0):
        pass
    holder.kill()  # a lock ends with its process, however that ends
    await holder.communicate()
    async with advisory(parse(database_url), "test", timeout_s=5, poll_s=0.01):
        pass


async def test_a_lock_is_free_again_after_its_block_failed(database_url: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with advisory(parse(database_url), "test"):
            raise ZeroDivisionError
    async with advisory(parse(database_url), "test", timeout_s=1):
        pass


async def test_two_databases_in_one_process_keep_their_transactions_apart(
    database: Database, database_url: str
) -> None:
    async with opened(database_url) as other:
        async with database.transaction() as tx:
            await add_store(tx, "one")
        async with other.transaction() as tx:
            await add_store(tx, "two")
        assert await database.fetch_value("SELECT count(*) FROM stores") == 2


async def test_a_write_of_somebody_else_to_the_file_shows_and_an_own_one_does_not(
    database: Database, database_url: str
) -> None:
    async with opened(database_url) as other:
        before = await database.version()
        async with database.transaction() as tx:
            await add_store(tx, "own")
        assert await database.version() == before
        async with other.transaction() as tx:
            await add_store(tx, "others")
        assert (await database.version() != before) == (database.dialect == "sqlite")
