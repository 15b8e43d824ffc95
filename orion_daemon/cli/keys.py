"""`orion keys`: a store's own licence keys, and what a person decides about units that are held.

Lists show handles, never a code. A code is printed by `reveal` alone, which wants a reason and writes it down. Sending
keys again and prices made of their cost: `key_sales.py`.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import key_sales, session
from orion_daemon.cli.session import json_option, print_json, print_table
from orion_daemon.domain import key_lists
from orion_daemon.domain.keys import KeyState, UnitState, handle

PARTLY = 3
SHOWN = 20  # problems in words; JSON has all that are kept


@click.group("keys")
def command() -> None:
    """Bring, list, reveal and replace licence keys; release what is held; send keys again; make prices of costs."""


command.add_command(key_sales.resend)
command.add_command(key_sales.markup)


@command.command("upload")
@click.argument("store")
@click.argument("sku")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Tell what would happen, and change nothing.")
@json_option
@click.pass_obj
def upload(path: Path | None, store: str, sku: str, file: Path, dry_run: bool, as_json: bool) -> int:
    """Bring the codes in FILE into the pool of the product SKU: one a line, or CSV with a column `code`. With - as SKU
    the file names it in a column `sku`. Exit 0: all are stored now; 3: some were refused; 1: nothing could be taken."""
    if file.stat().st_size > key_lists.MOST_BYTES:
        raise click.UsageError(f"the file is larger than {key_lists.MOST_BYTES // (1024 * 1024)} MB; bring it in parts")
    content = file.read_bytes()
    is_watched = not as_json and sys.stderr.isatty()

    async def work() -> Any:
        from orion_daemon.services import key_uploads

        async with session.database(session.load(path)) as db:
            return await key_uploads.upload_list(
                db, await _store_id(db, store), content, sku=None if sku == "-" else sku,
                actor=session.actor(), now=session.now_source()(), is_dry_run=dry_run,
                on_progress=_progress if is_watched else None,
            )  # fmt: skip

    done = session.run(work())
    if is_watched:
        click.echo("\r\x1b[K", err=True, nl=False)
    if as_json:
        shown = ("format", "delimiter", "lines", "added", "duplicates", "refused", "given")
        problems = [{"line": one.line, "reason": one.reason} for one in done.problems]
        print_json(
            {name: getattr(done, name) for name in shown}
            | {"dry_run": dry_run, "reasons": dict(done.reasons), "problems": problems}
        )
    else:
        _tell(done, dry_run=dry_run)
    if not done.refused:
        return 0
    return PARTLY if done.added or done.duplicates else 1


def _progress(looked_at: int, total: int) -> None:
    click.echo(f"\r{looked_at} of {total} lines\x1b[K", err=True, nl=False)


def _tell(done: Any, *, dry_run: bool) -> None:
    click.echo(
        f"{done.lines} lines: {done.added} {'would be added' if dry_run else 'added'}, {done.duplicates} duplicates,"
        f" {done.refused} refused; {done.given} units of orders got their key"
    )
    for one in done.problems[:SHOWN]:
        click.echo(f"line {one.line}: {one.reason}")
    left = sum(done.reasons.values()) - min(len(done.problems), SHOWN)
    if left:
        click.echo(f"and {left} lines more; --json names up to 1000")


@command.command("list")
@click.argument("store", required=False)
@click.option("--sku", help="Only of one product.")
@click.option("--state", type=click.Choice([state.value for state in KeyState]), multiple=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@click.pass_obj
def show(
    path: Path | None, store: str | None, sku: str | None, state: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """List keys, newest first, by their handles."""
    conditions = {"s.code = {}": store, "p.sku = {}": sku}
    rows = session.run(_rows(path, _KEYS, conditions, "k.state", state, limit, "k.id"))
    found = [
        {name: value for name, value in row.items() if name != "digest"} | {"handle": handle(row["digest"])}
        for row in rows
    ]
    if as_json:
        print_json({"keys": found})
        return
    columns = {"id": "ID", "store": "STORE", "sku": "SKU", "handle": "HANDLE", "kind": "KIND", "state": "STATE",
               "source": "FROM", "order": "ORDER", "note": "NOTE"}  # fmt: skip
    print_table(columns, found, empty="there are no such keys")


@command.command("units")
@click.argument("store", required=False)
@click.option("--state", type=click.Choice([state.value for state in UnitState]), multiple=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@click.pass_obj
def units(path: Path | None, store: str | None, state: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List ordered pieces that need a key, newest first, with why they are held."""
    found = session.run(_rows(path, _UNITS, {"s.code = {}": store}, "u.state", state, limit, "u.id"))
    if as_json:
        print_json({"units": found})
        return
    columns = {"id": "ID", "store": "STORE", "order": "ORDER", "sku": "SKU", "number": "PIECE", "state": "STATE",
               "hold_code": "HELD FOR", "hold_reason": "REASON", "key_id": "KEY"}  # fmt: skip
    print_table(columns, found, empty="there are no such units")


@command.command("reveal")
@click.argument("ids", type=int, nargs=-1, required=True)
@click.option("--reason", required=True, help="Stands in the audit trail. Nothing personal.")
@json_option
@click.pass_obj
def reveal(path: Path | None, ids: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Print codes in the clear. Who, which and why is written down first."""

    async def work() -> Sequence[Any]:
        from orion_daemon.services import key_reveals

        async with session.database(session.load(path)) as db:
            return await key_reveals.reveal(db, ids, reason, actor=session.actor(), now=session.now_source()())

    found = [
        {"id": one.key_id, "kind": one.kind.value, "code": one.code, "filename": one.filename}
        for one in session.run(work())
    ]
    if as_json:
        print_json({"keys": found})
        return
    for one in found:
        shown = "is not there yet, or was erased" if one["code"] is None else one["code"]
        name = f"{one['filename']} in Base64: " if one["filename"] else ""
        click.echo(f"{one['id']}\t{name}{shown}")


@command.command("replace")
@click.argument("key_id", type=int)
@click.option("--reason", required=True, help="Kept with the key, and in the audit trail.")
@json_option
@click.pass_obj
def replace(path: Path | None, key_id: int, reason: str, as_json: bool) -> None:
    """Mark a key as bad for ever; who had it gets another one."""

    async def work() -> Any:
        from orion_daemon.services import key_replacements

        async with session.database(session.load(path)) as db:
            done = await key_replacements.replace(db, key_id, reason, actor=session.actor(), now=session.now_source()())
            state = None
            if done.unit_id is not None:
                state = await db.fetch_value("SELECT state FROM key_units WHERE id = $1", done.unit_id)
            return {"key": done.key_id, "unit": done.unit_id, "order": done.order_id, "state": state}

    done = session.run(work())
    if as_json:
        print_json(done)
    elif done["unit"] is None:
        click.echo(f"key {key_id} is bad; nobody had it")
    else:
        click.echo(f"key {key_id} is bad; unit {done['unit']} of order {done['order']} is {done['state']}")


@command.command("release")
@click.argument("ids", type=int, nargs=-1, required=True)
@json_option
@click.pass_obj
def release(path: Path | None, ids: tuple[int, ...], as_json: bool) -> None:
    """Buy held units all the same, whatever the store's rules say of customer, price and region."""

    async def work() -> list[dict[str, Any]]:
        from orion_daemon.services import key_replacements

        async with session.database(session.load(path)) as db:
            await key_replacements.release(db, ids, actor=session.actor(), now=session.now_source()())
            return list(
                await db.fetch(
                    "SELECT id, state, hold_code, hold_reason FROM key_units WHERE id = ANY($1::bigint[]) ORDER BY id",
                    ids,
                )
            )

    found = session.run(work())
    if as_json:
        print_json({"units": found})
        return
    for unit in found:
        why = f": {unit['hold_code']}, {unit['hold_reason']}" if unit["hold_code"] else ""
        click.echo(f"unit {unit['id']} is {unit['state']}{why}")


@command.command("pool")
@click.argument("store")
@click.argument("sku", required=False)
@json_option
@click.pass_obj
def pool(path: Path | None, store: str, sku: str | None, as_json: bool) -> None:
    """Tell how many keys each product has, by state."""

    async def work() -> list[dict[str, Any]]:
        async with session.database(session.load(path)) as db:
            return _pools(await db.fetch(_POOLS, await _store_id(db, store), sku or ""))

    found = session.run(work())
    if as_json:
        print_json({"pools": found})
        return
    columns = {"sku": "SKU"} | {state.value: state.value.upper() for state in KeyState} | {"low_water": "LOW WATER"}
    print_table(columns, found, empty="there are no keys; bring some with: orion keys upload STORE SKU FILE")


def _pools(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, int | None], Counter[str]] = {}
    for row in rows:
        counts.setdefault((row["sku"], row["low_water"]), Counter())[row["state"]] += row["n"]
    return [
        {"sku": sku} | {state.value: count[state.value] for state in KeyState} | {"low_water": low_water}
        for (sku, low_water), count in counts.items()
    ]


_KEYS = """
SELECT k.id, s.code AS store, p.sku, k.kind, k.state, k.digest, k.note, k.added_by, k.created_at, k.delivered_at,
       COALESCE(c.marketplace, 'pool') AS source, o.channel_order_id AS "order"
FROM keys k JOIN stores s ON s.id = k.store_id JOIN products p ON p.id = k.product_id
LEFT JOIN key_purchases kp ON kp.id = k.purchase_id LEFT JOIN channels c ON c.id = kp.channel_id
LEFT JOIN key_units u ON u.id = k.unit_id LEFT JOIN order_items i ON i.id = u.order_item_id
LEFT JOIN orders o ON o.id = i.order_id
"""
_UNITS = """
SELECT u.id, s.code AS store, o.channel_order_id AS "order", p.sku, u.number, u.state, u.hold_code, u.hold_reason,
       u.key_id, u.purchase_id, u.replaced, u.delivered_at, u.updated_at
FROM key_units u JOIN order_items i ON i.id = u.order_item_id JOIN orders o ON o.id = i.order_id
JOIN stores s ON s.id = o.store_id LEFT JOIN products p ON p.id = i.product_id
"""
_POOLS = """
SELECT p.sku, k.state, count(*) AS n,
  (SELECT ps.low_water FROM product_sources ps WHERE ps.product_id = p.id AND ps.channel_id IS NULL) AS low_water
FROM keys k JOIN products p ON p.id = k.product_id
WHERE p.store_id = $1 AND (CAST($2 AS TEXT) = '' OR p.sku = $2) GROUP BY p.id, p.sku, k.state ORDER BY p.sku
"""


async def _rows(
    path: Path | None,
    select: str,
    conditions: Mapping[str, str | None],
    state_column: str,
    states: tuple[str, ...],
    limit: int,
    newest: str,
) -> list[dict[str, Any]]:
    from orion_daemon.services.reading import Where

    where = Where()
    for condition, value in conditions.items():
        if value is not None:
            where.add(condition, value)
    if states:
        where.among(state_column, states)
    async with session.database(session.load(path)) as db:
        return list(await db.fetch(f"{select}{where.sql()} ORDER BY {newest} DESC LIMIT {limit:d}", *where.values))


async def _store_id(db: Any, store: str) -> int:
    from orion_daemon.services.errors import NotFound

    store_id = await db.fetch_value("SELECT id FROM stores WHERE code = $1", store)
    if store_id is None:
        raise NotFound(f"store {store!r}", "store")
    return int(store_id)
