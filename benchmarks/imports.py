"""Product import: three languages of one catalog, beside raw `sqlite3` writing the same rows from the same files.

Raw means: `csv.reader`, the values taken as they come, `executemany` upserts of 500 rows a transaction, synchronous
NORMAL, one process. Ours: from the request to its end, through worker processes (started for the first import of a
round, then kept as a daemon keeps them), with everything that an import does: detection, checks, GTINs, cleaning,
problems, fingerprints, lease, resumable position. Products and texts of both are compared at the end.
`ORION_BENCH_PRODUCTS` makes it smaller.
"""

import argparse
import asyncio
import csv
import gc
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.report import Result, table
from orion_daemon.actors.account import rows_at_once
from orion_daemon.actors.import_launch import Workers
from orion_daemon.actors.import_order import Assignment, Report
from orion_daemon.actors.import_reading import Reading, read_feed_file
from orion_daemon.config.imports import Imports
from orion_daemon.db.database import DatabaseOptions
from orion_daemon.db.sql import time_text
from tests.support.databases import fresh_postgres, fresh_sqlite, opened, postgres_server
from tests.support.imports import Importing, open_importing, outcome
from tests.support.orders import Shop, line, open_shop, order

PRODUCTS = int(os.environ.get("ORION_BENCH_PRODUCTS", "100000"))
LANGUAGES = ("en", "fr", "de")
HEADER = [
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "availability",
    "price",
    "sale_price",
    "brand",
    "gtin",
    "mpn",
    "condition",
    "google_product_category",
    "product_type",
    "item_group_id",
    "color",
]
WORDS = "lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt".split()  # noqa: SIM905
WARM = 50  # orders before the import begins: what a process does for the first time is not what is asked here
TIMES = 4  # in each round
CHUNK = Imports().chunk_rows
DURABLE = DatabaseOptions(synchronous="NORMAL")


def write_feed(path: Path, language: str) -> Path:
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number in range(PRODUCTS):
            digits = f"{400_000_000_000 + number}"
            check = (10 - sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10) % 10
            writer.writerow(
                [
                    f"SKU-{number:06d}", f"{language} {' '.join(chance.choices(WORDS, k=5))}, {number}",
                    f"{language} {' '.join(chance.choices(WORDS, k=40))}", f"https://shop.example/p/{number}",
                    f"https://shop.example/i/{number}.jpg", chance.choice(("in_stock", "in_stock", "out_of_stock")),
                    f"{chance.randrange(100, 20_000) / 100:.2f} EUR", "", f"Brand {number % 50}", f"{digits}{check}",
                    f"M{number}", "new", "Home & Garden > Kitchen", "Kitchen > Cups", f"G{number // 4}",
                    chance.choice(("red", "green", "blue")),
                ]
            )  # fmt: skip
    return path


_COLUMNS = [
    "marketplace_product_id",
    "gtin",
    "mpn",
    "brand",
    "item_group_id",
    "currency",
    "price_minor",
    "availability",
    "condition",
    "link",
    "image_link",
    "google_product_category",
    "product_type_path",
    "attributes_json",
]
_UPSERT = (
    f"INSERT INTO marketplace_products (catalog_id, product_type, is_available, {', '.join(_COLUMNS)}, created_at,"
    f" updated_at) VALUES (1, 'physical', 1, {', '.join('?' * len(_COLUMNS))}, ?, ?)"
    " ON CONFLICT (catalog_id, marketplace_product_id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in (*_COLUMNS[1:], "updated_at"))
)
_TEXTS = (
    "INSERT INTO marketplace_product_translations (marketplace_product_id, language, title, description, updated_at)"
    " VALUES ((SELECT id FROM marketplace_products WHERE catalog_id = 1 AND marketplace_product_id = ?), ?, ?, ?, ?)"
    " ON CONFLICT (marketplace_product_id, language) DO UPDATE SET title = excluded.title,"
    " description = excluded.description, updated_at = excluded.updated_at"
)


def raw_import(file: Path, feeds: dict[str, Path]) -> float:
    """Seconds for all languages, each an upsert of products and of texts."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-16384"):
        connection.execute(f"PRAGMA {pragma}")
    now = time_text(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    connection.execute("INSERT INTO catalogs (id, marketplace, created_at) VALUES (1, 'letzshop', ?)", (now,))
    began = time.perf_counter()
    for language, feed in feeds.items():
        with feed.open(newline="", encoding="utf-8") as source:
            reader = csv.reader(source)
            next(reader)
            while chunk := [*islice(reader, 500)]:
                products, texts = [], []
                for cells in chunk:
                    price, currency = cells[6].split(" ")
                    products.append(
                        (cells[0], cells[9], cells[10], cells[8], cells[14], currency, int(price.replace(".", "")),
                         cells[5], cells[11], cells[3], cells[4], cells[12], cells[13], f'{{"color":"{cells[15]}"}}',
                         now, now)
                    )  # fmt: skip
                    texts.append((cells[0], language, cells[1], cells[2], now))
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_UPSERT, products)
                connection.executemany(_TEXTS, texts)
                connection.execute("COMMIT")
    spent = time.perf_counter() - began
    connection.close()
    return spent


def csv_alone(feed: Path) -> float:
    began = time.perf_counter()
    with feed.open(newline="", encoding="utf-8") as file:
        assert sum(1 for _ in csv.reader(file)) >= PRODUCTS
    return time.perf_counter() - began


def content(file: Path) -> list[Any]:
    """What both must have come to."""
    connection = sqlite3.connect(file)
    products = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM marketplace_products ORDER BY marketplace_product_id"
    ).fetchall()
    texts = connection.execute(
        "SELECT p.marketplace_product_id, t.language, t.title, t.description FROM marketplace_product_translations t"
        " JOIN marketplace_products p ON p.id = t.marketplace_product_id ORDER BY 1, 2"
    ).fetchall()
    connection.close()
    return [products, texts]


def _peaks(pid: int) -> Iterator[float]:
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                for row in Path(f"/proc/{child}/status").read_text().splitlines():
                    if row.startswith("VmHWM"):
                        yield int(row.split()[1]) / 1024
                yield from _peaks(int(child))
    except FileNotFoundError:
        return


class Measured:
    """Real worker processes, kept between imports as a daemon keeps them, and the memory (MB) of the largest so far."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._looked = 0.0
        self._workers = Workers(60.0)

    async def close(self) -> None:
        await self._workers.close()

    async def __call__(self, assignment: Assignment, hear: Callable[[Report], object]) -> None:
        def heard(report: Report) -> None:
            hear(report)
            if time.monotonic() - self._looked > 0.25:
                self._looked = time.monotonic()
                self.peak = max([self.peak, *_peaks(os.getpid())])

        await self._workers(assignment, heard)


async def timed(shop: Importing, feed: Path, language: str, expected: tuple[Any, ...]) -> float:
    await asyncio.to_thread(os.sync)  # what was written before is not to be paid for here
    began = time.perf_counter()
    row = await shop.take(feed, language)
    spent = time.perf_counter() - began
    assert outcome(row) == expected, (outcome(row), row["error_message"], row["held_reason"])
    return spent


async def first_imports(shop: Importing, feeds: dict[str, Path]) -> float:
    spent = 0.0
    for language, feed in feeds.items():
        created = PRODUCTS if language == "en" else 0
        expected = ("completed", PRODUCTS, created, PRODUCTS - created, 0, 0, 0)
        spent += await timed(shop, feed, language, expected)
    return spent


@asynccontextmanager
async def shop_at(url: str, folder: Path, workers: "Measured | Workers", options: DatabaseOptions = DURABLE) -> Any:
    async with opened(url, options=options) as db:
        shop = await open_importing(db, folder / "imports", url, chunk_rows=rows_at_once(CHUNK, db.dialect))
        yield replace(shop, work=workers)
        await workers.close()


async def again(shop: Importing, feed: Path, folder: Path) -> list[dict[str, float]]:
    """Seconds of the same feed once more, `TIMES` over: the very bytes, other bytes with equal records, and one record
    in a hundred changed; `csv` is the reader alone over the file."""
    data = feed.read_bytes()
    lines, other, repeats = data.split(b"\n"), folder / "other.csv", []
    places = range(50, PRODUCTS, 100)
    same = ("completed", PRODUCTS, 0, 0, PRODUCTS, 0, 0)
    changed = ("completed", PRODUCTS, 0, len(places), PRODUCTS - len(places), 0, 0)
    for turn in range(TIMES):
        found = {"csv": median(csv_alone(feed) for _ in range(3))}
        found["identical"] = await timed(shop, other if turn else feed, "en", same)
        other.write_bytes(b"\n".join(lines) + b"\n")
        found["unchanged, read"] = await read_again(shop, other)
        found["unchanged"] = await timed(shop, other, "en", same)
        before, after = (b",used,", b",new,") if turn % 2 else (b",new,", b",used,")
        for place in places:
            lines[place] = lines[place].replace(before, after)
        other.write_bytes(b"\n".join(lines))
        found["changed, read"] = await read_again(shop, other)
        found["changed"] = await timed(shop, other, "en", changed)
        repeats.append(found)
    return repeats


async def read_again(shop: Importing, feed: Path) -> float:
    known = await shop.db.fetch_value("SELECT records FROM feed_fingerprints ORDER BY feed_id LIMIT 1")
    began = time.perf_counter()
    reading = Reading(str(feed), "letzshop", "en", "EUR", CHUNK, 1 << 31, known, timezone="Europe/Luxembourg")
    for _ in read_feed_file(reading):
        pass
    return time.perf_counter() - began


async def felt(url: str, folder: Path, feeds: dict[str, Path]) -> tuple[list[float], list[float]]:
    """What the daemon feels during imports: seconds of each order import, with synchronous FULL as it comes, and how
    late its loop was."""
    orders: list[float] = []
    lags: list[float] = []
    done = asyncio.Event()

    async def lag() -> None:
        while not done.is_set():
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            lags.append(time.perf_counter() - began - 0.005)

    async def ordering(buyers: Shop) -> None:
        number = WARM
        while not done.is_set():
            number += 1
            began = time.perf_counter()
            await buyers.take(order(str(number), line("MUG", 1)))
            orders.append(time.perf_counter() - began)
            await asyncio.sleep(0.02)

    gc.freeze()  # as the daemon does once it is ready
    async with shop_at(url, folder, Workers(60.0), DatabaseOptions()) as shop:
        buyers = await open_shop(shop.db, {"MUG": 1_000_000}, code="buyers")
        for number in range(WARM):
            await buyers.take(order(str(number), line("MUG", 1)))
        await asyncio.to_thread(os.sync)  # as in `timed`
        tasks = [asyncio.create_task(lag()), asyncio.create_task(ordering(buyers))]
        for language, feed in feeds.items():
            await shop.take(feed, language)
        done.set()
        await asyncio.gather(*tasks)
    return orders, lags


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] * 1000


async def measure(folder: Path, rounds: int, *, with_postgres: bool) -> list[Result]:
    feeds = {language: write_feed(folder / f"{language}.csv", language) for language in LANGUAGES}
    workers = Measured()
    ratios: list[float] = []
    details: list[tuple[float, float]] = []
    repeats: list[dict[str, float]] = []
    postgres: list[float] = []
    with postgres_server("imports-benchmark", durable=True) if with_postgres else _nothing() as server:
        for number in range(rounds):
            raw_file, file = folder / f"raw{number}.db", folder / f"ours{number}.db"
            await fresh_sqlite(raw_file)
            url = await fresh_sqlite(file)
            raw = await asyncio.to_thread(raw_import, raw_file, feeds)
            async with shop_at(url, folder, workers) as shop:
                ours = await first_imports(shop, feeds)
                assert content(file) == content(raw_file)
                ratios.append(raw / ours)
                details.append((raw, ours))
                repeats += await again(shop, feeds["en"], folder)
            if with_postgres:
                async with shop_at(await fresh_postgres(server, f"bench_imports_{number}"), folder, Measured()) as shop:
                    postgres.append(raw / await first_imports(shop, feeds))
    orders, lags = await felt(await fresh_sqlite(folder / "felt.db"), folder, feeds)
    raw, ours = (median(values) for values in zip(*details, strict=True))

    def repeat(name: str) -> float:
        return median(found["csv"] / found[name] for found in repeats)

    title = f"Product import, {PRODUCTS:,} × {len(LANGUAGES)} languages"
    results = [
        Result(title, median(ratios), "×", 1.0, detail=f"raw {raw:.1f} s, ours {ours:.1f} s"),
        Result("… memory of a worker", workers.peak, "MB", 130, "lower"),
        Result("… order import meanwhile, p99", p99(orders), "ms", 10, "lower", f"{len(orders)} orders"),
        Result("… loop lag meanwhile, p99", p99(lags), "ms", 5, "lower"),
        Result("Identical file again", repeat("identical"), "×", 6, detail="against csv.reader alone"),
        *(
            Result(f"{text} again{part}", repeat(f"{name}{key}"), "×", goal if not key else None)
            for name, text, goal in (("unchanged", "Unchanged feed", 2.4), ("changed", "1 % changed feed", 1.5))
            for key, part in ((", read", ", reading alone"), ("", ""))
        ),
    ]
    if postgres:
        results.append(Result("Product import, PostgreSQL", median(postgres), "×", 0.7, detail="against raw SQLite"))
    return results


class _nothing:  # noqa: N801 - stands where a context manager function stands
    def __enter__(self) -> str:
        return ""

    def __exit__(self, *_: object) -> None:
        pass


def run(rounds: int = 3, *, with_postgres: bool = True) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="orion-imports-") as folder:
        return asyncio.run(measure(Path(folder), rounds, with_postgres=with_postgres))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-postgres", action="store_true")
    given = parser.parse_args()
    print(table(run(given.rounds, with_postgres=not given.no_postgres)))
