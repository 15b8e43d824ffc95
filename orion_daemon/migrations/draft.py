"""Drafting a migration: `python -m orion_daemon.migrations.draft [--initial | NAME]`.

`--initial` writes the first migration anew from the models (until the first release that is how the schema changes).
A NAME drafts the next one: aerich compares the last file's MODELS_STATE with the models, in a process of its own for
each database since it keeps its findings in class state, and both answers go into one file. Read and mend the draft:
CHECKS and INDEXES are not compared, and SQLite cannot alter a column (rebuild the table by hand).
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from aerich import Command
from aerich.utils import get_formatted_compressed_data, get_models_describe, import_py_file
from tortoise.context import TortoiseContext

from orion_daemon.db.database import APP, DatabaseOptions
from orion_daemon.db.url import Dialect
from orion_daemon.migrations import schema
from orion_daemon.migrations.runner import known, location

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres")

_FILE = '''"""{title}"""

from tortoise import BaseDBAsyncClient

UP = {{
    "sqlite": """
{up[sqlite]}
""",
    "postgres": """
{up[postgres]}
""",
}}

DOWN = {{
    "sqlite": """
{down[sqlite]}
""",
    "postgres": """
{down[postgres]}
""",
}}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP[db.capabilities.dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN[db.capabilities.dialect]


# What the models looked like; drafting the next migration compares with it.
MODELS_STATE = (
    {state}
)
'''


async def models_state() -> str:
    """The models as aerich describes them; the same for both databases."""
    orm = TortoiseContext()
    with orm:
        await orm.init(config=schema.migrator_config(schema.nowhere("sqlite"), DatabaseOptions()))
        return str(get_formatted_compressed_data(get_models_describe(APP)))


async def initial(title: str = "The first schema.") -> str:
    up, down = {}, {}
    for dialect in DIALECTS:
        found = await schema.statements(dialect)
        up[dialect] = ";\n".join(found) + ";"
        tables = [schema.table_name(text) for text in found]
        down[dialect] = "\n".join(f'DROP TABLE "{name}";' for name in reversed(tables) if name not in ("", "aerich"))
    return _FILE.format(title=title, up=up, down=down, state=await models_state())


async def difference(dialect: Dialect, folder: Path) -> dict[str, str]:
    """What aerich would change on this database; empty texts when there is nothing. `folder` is scratch."""
    scratch = folder / APP
    shutil.copytree(location() / APP, scratch, ignore=shutil.ignore_patterns("__pycache__"))
    config = schema.migrator_config(schema.nowhere(dialect), DatabaseOptions())
    async with TortoiseContext() as orm:
        await orm.init(config=config)
        command = Command(config, app=APP, location=str(folder))
        await command.init(offline=True)
        name = await command.migrate("draft", no_input=True, offline=True)
        if not name:
            return {"up": "", "down": ""}
        module = import_py_file(scratch / name)
        client = orm.connections.get(config["apps"][APP]["default_connection"])
        return {"up": (await module.upgrade(client)).strip(), "down": (await module.downgrade(client)).strip()}


def difference_in_own_process(dialect: Dialect) -> dict[str, str]:
    ran = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-m", __spec__.name, "--difference", dialect], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"aerich failed for {dialect}: {ran.stderr.strip().splitlines()[-1:]}")
    found: dict[str, str] = json.loads(ran.stdout)
    return found


async def following(name: str) -> str:
    found = {dialect: difference_in_own_process(dialect) for dialect in DIALECTS}
    up = {dialect: found[dialect]["up"] for dialect in DIALECTS}
    if not any(up.values()):
        return ""
    down = {dialect: found[dialect]["down"] for dialect in DIALECTS}
    title = name.replace("_", " ").capitalize() + "."
    return _FILE.format(title=title, up=up, down=down, state=await models_state())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draft a migration from the models.")
    parser.add_argument("name", nargs="?", help="snake_case, becomes part of the file's name")
    parser.add_argument("--initial", action="store_true", help="write the first migration anew")
    parser.add_argument("--difference", choices=DIALECTS, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    if given.difference:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(json.dumps(asyncio.run(difference(given.difference, Path(folder)))))
        return 0
    names = known()
    if given.initial:
        file, text = (names[0] if names else f"0_{stamp}_init"), asyncio.run(initial())
    elif given.name:
        number = int(names[-1].partition("_")[0]) + 1
        file, text = f"{number}_{stamp}_{given.name}", asyncio.run(following(given.name))
    else:
        parser.error("give a NAME or --initial")
    if not text:
        sys.stdout.write("the models and the last migration agree\n")
        return 0
    path = location() / APP / f"{file}.py"
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
