"""Order import: what it costs beside raw `sqlite3` writing the same rows, one order a transaction.

Raw means: the same schema, the same rows with nothing sealed, no ORM, synchronous NORMAL. Ours: pages of a hundred
with synchronous FULL, with decisions, matching, sealing, stock and offers. Both ends are compared table by table.
"""

import argparse
import asyncio
import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import orjson

from benchmarks.report import Result, table
from orion_daemon.db.database import DatabaseOptions
from orion_daemon.db.sql import time_text
from orion_daemon.domain.incoming import Address, IncomingCustomer, IncomingLine, IncomingOrder
from tests.support.databases import drop_database, fresh_postgres, fresh_sqlite, opened, postgres_server
from tests.support.orders import Shop, open_shop

ORDERS = 10_000
PAGE = 100
PRODUCTS = 2_000
STOCK = 1_000
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SKUS = [f"SKU-{number:05d}" for number in range(PRODUCTS)]
TABLES = (
    "orders", "order_items", "order_payloads", "order_status_history", "customers", "reservations",
    "inventory_movements",
)  # fmt: skip
DURABLE = DatabaseOptions(synchronous="FULL")


class Quiet:
    """A bus with nobody on it."""

    def publish(self, event: object, key: object = None, /) -> None:
        pass


def documents(count: int) -> list[IncomingOrder]:
    random = Random(7)
    orders = []
    for number in range(count):
        lines = tuple(
            IncomingLine(f"{number}-{place}", sku, None, f"Article {sku}", random.randint(1, 3), 1290, tax_rate="17")
            for place, sku in enumerate(random.sample(SKUS, 2 + number % 2))
        )
        name = f"buyer{number % 4000}"
        address = Address(name, "Exemple", None, f"Rue du Moulin {number % 90}", "9000", "Ettelbruck", None, "LU", None)
        total = sum(line.quantity * 1290 for line in lines)
        payload = orjson.dumps({"id": f"sHp{number}", "state": "unconfirmed", "address": address, "lines": lines})
        orders.append(
            IncomingOrder(
                f"sHp{number}", f"R2{number:08d}", "pending", "unconfirmed", "EUR", lines,
                NOW + timedelta(seconds=number), NOW + timedelta(seconds=number),
                IncomingCustomer(None, f"{name}@example.lu", name, "Exemple", None), address, None, "fr",
                total_minor=total, payload=payload,
            )
        )  # fmt: skip
    return orders


def raw_import(file: Path, orders: Sequence[IncomingOrder], shop: Shop) -> float:
    """Seconds for the same rows, one order a transaction."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16384")
    run, text = connection.execute, time_text
    started = time.perf_counter()
    for order in orders:
        now = text(NOW)
        document = hashlib.blake2b(order.payload, digest_size=8).digest()
        content_hash = int.from_bytes(document, "big", signed=True)
        run("BEGIN IMMEDIATE")
        run(
            "SELECT id, content_hash FROM orders WHERE channel_id = ? AND channel_order_id = ?",
            (shop.channel_id, order.channel_order_id),
        ).fetchone()
        customer = order.customer
        assert customer is not None
        assert order.placed_at is not None
        assert order.channel_updated_at is not None
        personal = orjson.dumps(customer)
        index = hashlib.blake2b((customer.email or "").encode(), digest_size=16).digest()
        [customer_id] = run(
            "INSERT INTO customers (store_id, marketplace, identity_index, personal_sealed, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (store_id, marketplace, identity_index) DO UPDATE SET"
            " personal_sealed = excluded.personal_sealed RETURNING id",
            (shop.store_id, "letzshop", index, personal, now, now),
        ).fetchone()
        cursor = run(
            "INSERT INTO orders (store_id, channel_id, marketplace, channel_order_id, order_number, status,"
            " channel_status, currency, lines_minor, total_minor, customer_id, personal_sealed, locale, content_hash,"
            " attention, attention_reason, sync_status, sync_error, placed_at, channel_updated_at, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 'synced', '', ?, ?, ?, ?)",
            (
                shop.store_id, shop.channel_id, "letzshop", order.channel_order_id, order.order_number, order.status,
                order.channel_status, order.currency, order.total_minor, order.total_minor, customer_id,
                orjson.dumps({"customer": customer, "shipping_address": order.shipping_address}), order.locale,
                content_hash, text(order.placed_at), text(order.channel_updated_at), now, now,
            ),
        )  # fmt: skip
        order_id = cursor.lastrowid
        for line in order.lines:
            [product_id] = run(
                "SELECT id FROM products WHERE store_id = ? AND sku = ?", (shop.store_id, line.sku)
            ).fetchone()
            held = run(
                "UPDATE inventory_entries SET reserved = reserved + ?, updated_at = ? WHERE product_id = ?"
                " AND location = 'main' AND on_hand - reserved >= ?",
                (line.quantity, now, product_id, line.quantity),
            ).rowcount
            item_id = run(
                "INSERT INTO order_items (order_id, line_key, product_id, match_state, stock_state, sku, title,"
                " quantity, unit_price_minor, total_minor, tax_rate, confirmed, cancelled, shipped, returned)"
                " VALUES (?, ?, ?, 'matched', ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)",
                (
                    order_id, line.line_key, product_id, "reserved" if held else "short", line.sku, line.title,
                    line.quantity, line.unit_price_minor, line.quantity * 1290, line.tax_rate,
                ),
            ).lastrowid  # fmt: skip
            if held:
                run(
                    "INSERT INTO reservations (order_item_id, product_id, location, quantity, deducted, released,"
                    " created_at) VALUES (?, ?, 'main', ?, 0, 0, ?)",
                    (item_id, product_id, line.quantity, now),
                )
                run(
                    "INSERT INTO inventory_movements (store_id, product_id, location, on_hand_delta, reserved_delta,"
                    " cause, order_item_id, actor, note, created_at) VALUES (?, ?, 'main', 0, ?, 'reserve', ?,"
                    " 'letzshop', '', ?)",
                    (shop.store_id, product_id, line.quantity, item_id, now),
                )
                run(
                    "UPDATE offers SET state = 'different', version = version + 1, changed_at = ? WHERE product_id = ?",
                    (now, product_id),
                )
        run(
            "INSERT INTO order_status_history (order_id, to_status, cause, actor, note, created_at)"
            " VALUES (?, ?, 'channel', 'letzshop', '', ?)",
            (order_id, order.status, now),
        )
        run(
            "INSERT INTO order_payloads (order_id, payload_sealed, received_at) VALUES (?, ?, ?)",
            (order_id, order.payload, now),
        )
        run("UPDATE channels SET order_cursor = ? WHERE id = ?", (order.channel_order_id, shop.channel_id))
        run("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


async def our_import(shop: Shop, orders: Sequence[IncomingOrder], cursor: str) -> float:
    started = time.perf_counter()
    for start in range(0, len(orders), PAGE):
        await shop.take(*orders[start : start + PAGE], now=NOW, cursor=f"{cursor}{start}")
    return time.perf_counter() - started


async def counts(shop: Shop) -> dict[str, int]:
    found = {name: await shop.count(name) for name in TABLES}
    found["reserved"] = int(await shop.db.fetch_value("SELECT SUM(reserved) AS n FROM inventory_entries"))
    found["versions"] = int(await shop.db.fetch_value("SELECT SUM(version) > count(*) AS n FROM offers"))
    return found


async def one_round(url: str, orders: Sequence[IncomingOrder]) -> tuple[float, float, dict[str, int]]:
    """(seconds to import, seconds to read all pages again, what is there at the end)"""
    async with opened(url, bus=Quiet(), options=DURABLE) as database:
        shop = await open_shop(database, dict.fromkeys(SKUS, STOCK))
        first = await our_import(shop, orders, "first")
        again = await our_import(shop, orders, "again")
        return first, again, await counts(shop)


async def raw_round(folder: Path, name: str, orders: Sequence[IncomingOrder]) -> tuple[float, dict[str, int]]:
    url = await fresh_sqlite(folder / name)
    async with opened(url, bus=Quiet()) as database:
        shop = await open_shop(database, dict.fromkeys(SKUS, STOCK))
    seconds = await asyncio.to_thread(raw_import, folder / name, orders, shop)
    async with opened(url, bus=Quiet()) as database:
        return seconds, await counts(Shop(database, shop.store_id, shop.channel_id, shop.storefront_id, {}))


async def measure(folder: Path, count: int, rounds: int, *, with_postgres: bool) -> list[Result]:
    orders = documents(count)
    ours: list[float] = []
    again: list[float] = []
    postgres: list[float] = []
    raws: list[float] = []

    async def round_of(number: int, postgres_url: str | None) -> None:
        raw, expected = await raw_round(folder, f"raw{number}.db", orders)
        first, second, found = await one_round(await fresh_sqlite(folder / f"ours{number}.db"), orders)
        assert found == expected, (found, expected)
        raws.append(raw)
        ours.append(raw / first)
        again.append(raw / second)
        if postgres_url:
            first, _, found = await one_round(postgres_url, orders)
            assert found == expected, (found, expected)
            postgres.append(raw / first)
        for file in folder.glob("*.db*"):
            file.unlink()

    if with_postgres:
        with postgres_server("orders-benchmark", durable=True) as server:
            for number in range(rounds):
                url = await fresh_postgres(server, f"orion_bench_orders_{number}")
                await round_of(number, url)
                await drop_database(url, server)
    else:
        for number in range(rounds):
            await round_of(number, None)
    absolute = f"raw {count / median(raws):.0f} orders/s"
    results = [
        Result("Order import, SQLite, FULL, pages of 100", median(ours), "×", 1.5, detail=absolute),
        Result("Orders read again, SQLite", median(again), "×", 10, detail="nothing new in any page"),
    ]
    if postgres:
        results.append(Result("Order import, PostgreSQL", median(postgres), "×", 0.8, detail="against raw SQLite"))
    return results


def run(count: int = ORDERS, rounds: int = 3, *, with_postgres: bool = True) -> list[Result]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("ORION_BENCH_FOLDER")) as folder:
        return asyncio.run(measure(Path(folder), count, rounds, with_postgres=with_postgres))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-postgres", action="store_true")
    given = parser.parse_args()
    print(table(run(given.orders, given.rounds, with_postgres=not given.no_postgres)))
