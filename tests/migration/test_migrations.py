"""Migrations: they lead to the schema of the models, once, whoever asks, and a failing one leaves nothing."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orion_daemon.db.database import APP, Database
from orion_daemon.db.errors import ConstraintViolated
from orion_daemon.db.url import parse
from orion_daemon.migrations import draft, runner, schema
from tests.support.databases import QUICK, DbKind, Templates, create_database, drop_database, opened
from tests.support.schemas import schema_of
from tests.support.stores import NOW, STORE_COLUMNS, store_row


@pytest.fixture
async def empty_url(database_kind: DbKind, templates: Templates, tmp_path: Path) -> AsyncIterator[str]:
    """A database that nothing was ever done to; on SQLite not even a file."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    url = await create_database(templates.server, f"orion_empty_{tmp_path.name}")
    yield url
    await drop_database(url, templates.server)


@pytest.fixture
def with_one_more(tmp_path: Path) -> Path:
    """The migrations and a later one, which the test still has to write."""
    folder = tmp_path / "migrations"
    shutil.copytree(runner.location() / APP, folder / APP, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def write_next(folder: Path, up: str, name: str = "1000_20990101000000_next") -> str:
    (folder / APP / f"{name}.py").write_text(
        f"async def upgrade(db):\n    return {up!r}\n\n\nasync def downgrade(db):\n    return 'SELECT 1'\n"
    )
    return name


async def test_migrating_an_empty_database_leads_to_the_schema_of_the_models(
    empty_url: str, database_url: str, database_kind: DbKind
) -> None:
    statements = await schema.statements(database_kind)
    if database_kind == "sqlite":
        parse(empty_url).file.touch()
    async with opened(empty_url) as database, database.transaction() as tx:
        for statement in statements:
            await tx.execute(statement)
    wanted, migrated = await schema_of(parse(empty_url)), await schema_of(parse(database_url))
    assert set(wanted) == set(migrated)
    for table in wanted:
        assert migrated[table] == wanted[table], table
    assert len(wanted) > 20


async def test_every_declared_rule_is_in_the_database(database_url: str, database_kind: DbKind) -> None:
    found = await schema_of(parse(database_url))
    checks, indexes = schema.declared()
    names = "checks" if database_kind == "sqlite" else "constraints"
    for table, rules in checks.items():
        assert set(rules) <= set(found[table][names])
    present = {name for table in found.values() for name in table["indexes"]}
    assert {text.split(" ON ")[0].split()[-1] for text in indexes} <= present
    assert checks
    assert indexes


async def test_both_databases_have_the_same_tables_and_columns(templates: Templates) -> None:
    sqlite = await schema_of(parse(f"sqlite:///{templates.sqlite_file()}"))
    postgres = await schema_of(replace(parse(templates.server), database=templates.postgres_template()))
    assert {table: set(facts["columns"]) for table, facts in sqlite.items()} == {
        table: set(facts["columns"]) for table, facts in postgres.items()
    }


async def test_a_check_refuses_a_row(database: Database) -> None:
    row = list(store_row("x"))
    row[STORE_COLUMNS.index("managed_by")] = "nobody"
    with pytest.raises(ConstraintViolated) as caught:
        async with database.transaction() as tx:
            await tx.insert("stores", STORE_COLUMNS, [row])
    assert caught.value.constraint == "stores_managed_by"


@pytest.mark.parametrize("dialect", draft.DIALECTS)
def test_the_models_and_the_last_migration_agree(dialect: DbKind) -> None:
    assert draft.difference_in_own_process(dialect) == {"up": "", "down": ""}


async def test_up_down_and_up_again(empty_url: str) -> None:
    told: list[str] = []
    names = runner.known()
    assert await runner.pending(empty_url) == names
    with pytest.raises(runner.MigrationsPending, match="orion migrate"):
        await runner.check(empty_url)
    assert await runner.upgrade(empty_url, QUICK, on_progress=told.append) == told == names
    first = await schema_of(parse(empty_url))
    await runner.check(empty_url)
    assert await runner.upgrade(empty_url, QUICK) == []
    for name in reversed(names):
        assert await runner.downgrade(empty_url) == [name]
    assert await schema_of(parse(empty_url)) == {}
    assert await runner.upgrade(empty_url, QUICK) == names
    assert await schema_of(parse(empty_url)) == first


async def test_looking_at_a_missing_file_does_not_make_one(tmp_path: Path) -> None:
    assert (await runner.state(f"sqlite:///{tmp_path}/none.db")).applied == ()
    assert list(tmp_path.iterdir()) == []


async def test_a_failing_migration_leaves_nothing_and_the_ones_before_it_stay(
    empty_url: str, with_one_more: Path
) -> None:
    name = write_next(
        with_one_more, "CREATE TABLE half (id BIGINT); INSERT INTO half VALUES (1); INSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(runner.MigrationFailed, match=name):
        await runner.upgrade(empty_url, QUICK, folder=with_one_more)
    assert "half" not in await schema_of(parse(empty_url))
    state = await runner.state(empty_url, with_one_more)
    assert (state.applied, state.pending) == (tuple(runner.known()), (name,))
    write_next(with_one_more, "CREATE TABLE whole (id BIGINT);")
    assert await runner.upgrade(empty_url, QUICK, folder=with_one_more) == [name]
    assert "whole" in await schema_of(parse(empty_url))


async def test_a_migration_keeps_rows_constraints_and_indexes(
    database: Database, database_url: str, with_one_more: Path
) -> None:
    async with database.transaction() as tx:
        await tx.insert("stores", STORE_COLUMNS, [store_row("a"), store_row("b")])
    before = await schema_of(parse(database_url))
    write_next(with_one_more, "ALTER TABLE stores ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    await runner.upgrade(database_url, QUICK, folder=with_one_more)
    after = await schema_of(parse(database_url))
    assert after["stores"]["columns"].pop("note")
    assert after == before
    assert await database.fetch_value("SELECT count(*) FROM stores WHERE note = ''") == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_rebuilt_table_may_not_leave_rows_that_point_to_nothing(
    database: Database, database_url: str, with_one_more: Path
) -> None:
    async with database.transaction() as tx:
        store = await tx.insert("stores", STORE_COLUMNS, [store_row("a")], suffix="RETURNING id")
        await tx.execute(
            "INSERT INTO channels (store_id, marketplace, settings_json, managed_by, created_at, updated_at)"
            " VALUES ($1, 'letzshop', '{}', 'api', 'now', 'now')",
            store[0]["id"],
        )
    write_next(with_one_more, "DELETE FROM stores")
    with pytest.raises(runner.MigrationFailed, match="rows of channels would point to nothing"):
        await runner.upgrade(database_url, QUICK, folder=with_one_more)
    assert await database.fetch_value("SELECT count(*) FROM stores") == 1


async def test_a_database_of_a_newer_orion_is_refused_untouched(empty_url: str, with_one_more: Path) -> None:
    name = write_next(with_one_more, "CREATE TABLE later (id BIGINT)")
    await runner.upgrade(empty_url, QUICK, folder=with_one_more)
    before = await schema_of(parse(empty_url))
    for ask in (runner.upgrade, runner.pending, runner.check):
        with pytest.raises(runner.DatabaseTooNew, match=name):
            await ask(empty_url)
    assert await schema_of(parse(empty_url)) == before


async def test_processes_that_migrate_at_once_migrate_once(empty_url: str, tmp_path: Path) -> None:
    script = (
        "import asyncio, json, sys; from orion_daemon.migrations.runner import upgrade;"
        "print(json.dumps(asyncio.run(upgrade(sys.argv[1]))))"
    )
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, empty_url, stdout=pipe, stderr=pipe, cwd=tmp_path
        )
        for _ in range(3)
    ]
    ends = await asyncio.gather(*(process.communicate() for process in processes))
    assert [error for _, error in ends] == [b"", b"", b""]
    assert sum(output.strip() != b"[]" for output, _ in ends) == 1
    await runner.check(empty_url)


async def test_a_migration_goes_on_beside_an_open_database(database: Database, empty_url: str) -> None:
    """The ORM's context of the migration is its own: the open database keeps working."""
    await runner.upgrade(empty_url, QUICK)
    async with database.transaction() as tx:
        await tx.insert("stores", STORE_COLUMNS, [store_row("a")])
    assert await database.fetch_value("SELECT count(*) FROM stores") == 1


async def test_a_channel_that_was_polled_before_counts_as_watched_since_it_was_made(
    empty_url: str, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    (older / APP).mkdir(parents=True)
    for name in runner.known()[:2]:
        shutil.copy(runner.location() / APP / f"{name}.py", older / APP)
    await runner.upgrade(empty_url, QUICK, folder=older)
    async with opened(empty_url) as database, database.transaction() as tx:
        store = await tx.insert("stores", STORE_COLUMNS, [store_row("a")], suffix="RETURNING id")
        columns = ("store_id", "marketplace", "settings_json", "managed_by", "orders_polled_at", "created_at",
                   "updated_at")  # fmt: skip
        rows = [(store[0]["id"], name, {}, "api", polled, NOW, NOW) for name, polled in (("a", NOW), ("b", None))]
        await tx.insert("channels", columns, rows)
    await runner.upgrade(empty_url, QUICK)
    async with opened(empty_url) as database:
        found = await database.fetch("SELECT orders_first_polled_at FROM channels ORDER BY id")
        assert [row["orders_first_polled_at"] for row in found] == [NOW, None]
