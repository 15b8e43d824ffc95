"""What a database's schema really is, asked of the database itself, in a form that can be compared.

Tables by name; columns with type, nullability and default, in no order; unique, foreign key and check constraints;
indexes with their conditions. The migration history's own table is left out.
"""

import re
import sqlite3
from contextlib import closing
from typing import Any

from orion_daemon.db.locks import connect
from orion_daemon.db.url import DatabaseUrl

Schema = dict[str, dict[str, Any]]


async def schema_of(target: DatabaseUrl) -> Schema:
    return _sqlite(target) if target.dialect == "sqlite" else await _postgres(target)


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip().rstrip(";").replace('"', "")


def _checks(sql: str) -> dict[str, str]:
    found = {}
    for match in re.finditer(r'CONSTRAINT "?(\w+)"? CHECK \(', sql):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found[match.group(1)] = _plain(sql[match.end() : end - 1])
    return found


def _sqlite(target: DatabaseUrl) -> Schema:
    found: Schema = {}
    with closing(sqlite3.connect(target.file)) as connection:
        tables = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'aerich'"
        )
        for name, sql in tables.fetchall():
            indexes: dict[str, Any] = {}
            for _, index, unique, origin, _ in connection.execute(f'PRAGMA index_list("{name}")').fetchall():
                columns = [row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')]
                text = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()[0]
                key = index if origin == "c" else f"{origin}:{','.join(columns)}"
                indexes[key] = (unique, origin, columns, _plain(text))
            found[name] = {
                "columns": {row[1]: row[2:] for row in connection.execute(f'PRAGMA table_xinfo("{name}")')},
                "foreign keys": sorted(row[2:] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')),
                "indexes": indexes,
                "checks": _checks(sql),
                "autoincrement": "AUTOINCREMENT" in sql,
            }
    return found


_COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'aerich'
"""
_CONSTRAINTS = """
SELECT t.relname AS table_name, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = 'public' AND t.relname <> 'aerich' AND c.contype <> 'n'
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'aerich'"


async def _postgres(target: DatabaseUrl) -> Schema:
    found: Schema = {}
    connection = await connect(target, application_name="tests")
    try:
        for table, column, *facts in await connection.fetch(_COLUMNS):
            found.setdefault(table, {"columns": {}, "constraints": {}, "indexes": {}})["columns"][column] = tuple(facts)
        for table, name, definition in await connection.fetch(_CONSTRAINTS):
            found[table]["constraints"][name] = definition
        for table, name, definition in await connection.fetch(_INDEXES):
            found[table]["indexes"][name] = definition
    finally:
        await connection.close()
    return found
