"""PostgreSQL databases that tests use one after the other: making one costs many times what emptying one costs.

A database that comes back is not trusted: whoever is still connected is thrown out, every table that was written to is
emptied and counts from one again, and one whose schema is not the template's any more is dropped.
"""

import os
from contextlib import suppress
from itertools import count

import asyncpg

from orion_daemon.db.errors import StorageError
from orion_daemon.db.locks import connect
from orion_daemon.db.url import parse
from tests.support.databases import create_database, drop_database

_SCHEMA = """
SELECT md5(string_agg(x, '|' ORDER BY x)) FROM (
  SELECT concat_ws(' ', relname, relkind, relnatts, relhastriggers, reloptions) AS x FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION ALL SELECT concat_ws(' ', conname, contype, convalidated) FROM pg_constraint
  UNION ALL SELECT concat_ws(' ', tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
  UNION ALL SELECT concat_ws(' ', version, app) FROM aerich
  UNION ALL SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
    WHERE d.datname = current_database()
) found
"""
_WRITTEN = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'aerich' AND pg_relation_size(oid) > 0
"""
_COUNTED = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
WHERE schemaname = 'public' AND sequencename NOT LIKE 'aerich%' AND last_value IS NOT NULL
"""
_THROW_OUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


_numbers = count(1)


class Shelf:
    """Of one process. `template` is a migrated database in which only the table of migrations has rows."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._schema: str | None = None
        self._clean: list[str] = []

    async def take(self) -> str:
        """The URL of a migrated, empty database that nobody else has."""
        if self._clean:
            return self._clean.pop()
        name = f"orion_test_{os.getpid()}_{next(_numbers)}"
        url = await create_database(self._server, name, template=self._template)
        if self._schema is None:
            self._schema = await self._ask(url, _SCHEMA)
        return url

    async def give_back(self, url: str) -> None:
        with suppress(asyncpg.PostgresError, StorageError, OSError):
            if await self._empty(url):
                self._clean.append(url)
                return
        await drop_database(url, self._server)

    async def close(self) -> None:
        for url in self._clean:
            await drop_database(url, self._server)
        self._clean.clear()

    async def _empty(self, url: str) -> bool:
        connection = await connect(parse(url), application_name="tests")
        try:
            await connection.execute(_THROW_OUT)
            if await connection.fetchval(_SCHEMA) != self._schema:
                return False
            if written := await connection.fetchval(_WRITTEN):
                await connection.execute(f"TRUNCATE {written} CASCADE")
            await connection.execute(_COUNTED)
            return True
        finally:
            await connection.close()

    async def _ask(self, url: str, sql: str) -> str:
        connection = await connect(parse(url), application_name="tests")
        try:
            return str(await connection.fetchval(sql))
        finally:
            await connection.close()
