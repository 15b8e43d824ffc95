"""The schema that the models ask for, as SQL for either database.

The ORM writes the tables; what it cannot say is put in here: defaults (raw INSERTs may then leave columns out), the
models' CHECKS inside their CREATE TABLE, and the models' INDEXES after all tables. `migrations/draft.py` writes the
first migration from it, and a test holds that migrating an empty database leads to exactly this schema.
"""

# ruff: noqa: SLF001 - the ORM's models show their columns by private names only

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tortoise.context import TortoiseContext
from tortoise.utils import get_schema_sql

from orion_daemon.db.database import APP, DatabaseOptions, connection_name, orm_config
from orion_daemon.db.models import MODULES
from orion_daemon.db.url import DatabaseUrl, Dialect, parse

HISTORY_MODELS = "aerich.models"

# Never connected to: the ORM needs a connection's dialect to write SQL.
_NOWHERE = {"sqlite": parse("sqlite:///nowhere.db"), "postgres": parse("postgres://nobody@nowhere.invalid/nothing")}


def nowhere(dialect: Dialect) -> DatabaseUrl:
    return _NOWHERE[dialect]


def migrator_config(target: DatabaseUrl, options: DatabaseOptions) -> dict[str, Any]:
    """The ORM's configuration for migrating. SQLite rebuilds tables with foreign keys off; they are checked after."""
    config = orm_config(target, options, [*MODULES, HISTORY_MODELS], foreign_keys="OFF")
    config["connections"] = {name: config["connections"][name] for name in [connection_name(target.dialect)]}
    return config


async def statements(dialect: Dialect, modules: Sequence[str] = MODULES) -> list[str]:
    """Every statement of the schema in an order that works, the migration history's table first."""
    target = _NOWHERE[dialect]
    config = migrator_config(target, DatabaseOptions())
    config["apps"][APP]["models"] = [*modules, HISTORY_MODELS]
    orm = TortoiseContext()
    with orm:
        await orm.init(config=config)
        script = get_schema_sql(orm.connections.get(connection_name(dialect)), safe=False)
        defaults = dict(_defaults(orm))
    checks, indexes = declared(modules)
    tables = [_table(text, defaults, checks, dialect) for text in _split(script)]
    tables.sort(key=lambda text: not text.startswith('CREATE TABLE IF NOT EXISTS "aerich"'))
    if missing := set(checks) - {table_name(text) for text in tables}:
        raise LookupError(f"CHECKS name tables that no model has: {sorted(missing)}")
    return tables + indexes


def _split(script: str) -> Iterator[str]:
    yield from (part.strip() for part in script.split(";\n") if part.strip(" ;\n"))


def table_name(text: str) -> str:
    found = re.match(r'CREATE TABLE (?:IF NOT EXISTS )?"(\w+)"', text)
    return found.group(1) if found else ""


def _table(text: str, defaults: dict[tuple[str, str], Any], checks: dict[str, dict[str, str]], dialect: Dialect) -> str:
    table = table_name(text)
    if not table:
        return text.rstrip(";")
    if table == "aerich":  # a downgrade to nothing keeps it
        return text.rstrip(";").replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
    head, *columns, tail = text.rstrip(";").split("\n")
    lines = [_column(line.rstrip(","), table, defaults, dialect) for line in columns]
    lines += [f'    CONSTRAINT "{name}" CHECK ({rule})' for name, rule in checks.get(table, {}).items()]
    return "\n".join([head, ",\n".join(lines), tail])


def _column(line: str, table: str, defaults: dict[tuple[str, str], Any], dialect: Dialect) -> str:
    found = re.match(r'    "(\w+)" ', line)
    if not found or (table, found.group(1)) not in defaults:
        return line
    literal = _literal(defaults[table, found.group(1)], dialect)
    before, not_null, after = line.partition(" NOT NULL")
    return f"{before}{not_null} DEFAULT {literal}{after}" if not_null else f"{line} DEFAULT {literal}"


def _literal(value: Any, dialect: Dialect) -> str:
    if isinstance(value, bool):
        return str(value).upper() if dialect == "postgres" else str(int(value))
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _defaults(orm: TortoiseContext) -> Iterator[tuple[tuple[str, str], Any]]:
    apps = orm.apps
    if apps is None:
        return
    for model in apps[APP].values():
        for name, field in model._meta.fields_map.items():
            if isinstance(field.default, bool | int | str) and name in model._meta.fields_db_projection:
                yield (model._meta.db_table, model._meta.fields_db_projection[name]), field.default


def declared(modules: Sequence[str] = MODULES) -> tuple[dict[str, dict[str, str]], list[str]]:
    """CHECKS (table -> name -> rule) and INDEXES of all models together."""
    checks: dict[str, dict[str, str]] = {}
    indexes: list[str] = []
    for module in map(importlib.import_module, modules):
        for table, rules in getattr(module, "CHECKS", {}).items():
            checks.setdefault(table, {}).update(rules)
        indexes += getattr(module, "INDEXES", [])
    return checks, indexes
