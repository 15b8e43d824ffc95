"""Reading a product feed against `csv.reader` alone over the same file: all records, none changed, one in a hundred.

The feed is made here, 100,000 products of 15 columns with HTML now and then, quoted line breaks in one description of
fifty. What is measured is reading only, without a database: bytes to `IncomingProduct`, hashes and line numbers
included. Memory is the growth of a fresh process that reads the whole feed.
"""

import csv
import gc
import multiprocessing
import random
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.report import Result, ratio, table
from orion_daemon.connectors.feeds.source import file_hash
from orion_daemon.connectors.letzshop.feed import read_feed
from orion_daemon.domain.fingerprints import Fingerprints

PRODUCTS = 100_000
COLUMNS = (
    "id title description price availability link image_link brand gtin mpn google_product_category item_group_id color"
    " size condition"
)
WORDS = "stoneware mug bowl plate blue green round large handmade dishwasher safe from Luxembourg with care".split()  # noqa: SIM905


def write_feed(path: Path, changed: float = 0.0) -> None:
    """The same feed every time; `changed` is the share of products whose price differs."""
    chance, other = random.Random(1), random.Random(2)
    prices = [f"{chance.randint(1, 300)}.{chance.choice(('00', '50', '90', '95'))} EUR" for _ in range(400)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS.split())
        for number in range(PRODUCTS):
            text = " ".join(chance.choices(WORDS, k=40)) + ", " + " ".join(chance.choices(WORDS, k=10))
            if number % 10 == 0:
                text = f"<p>{text}</p><p>&eacute;t&eacute;</p>"
            elif number % 50 == 7:
                text = text.replace(", ", "\n")
            price = chance.choice(prices)
            if other.random() < changed:
                price = "333.33 EUR"
            link = f"https://shop.example.lu/p/{number}"
            writer.writerow(
                [
                    *(f"SKU-{number:06}", f"Product {number}, blue", text, price, "in stock", link, f"{link}.jpg"),
                    *("Exemplis", "4000000000013", f"M{number}", "Home & Garden > Kitchen", f"G{number // 5}", "blue"),
                    *("M", "new"),
                ]
            )


def _timed_csv(path: Path) -> float:
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        count = sum(1 for _ in csv.reader(file))
    assert count == PRODUCTS + 1
    return time.perf_counter() - began


def _timed_feed(path: Path, known: Fingerprints | None, accepted: range) -> float:
    gc.disable()  # as in the process that reads feeds
    began = time.perf_counter()
    with read_feed(path, language="fr") as reader:
        for _ in reader.batches(known):
            pass
        assert reader.finish().is_complete
    spent = time.perf_counter() - began
    gc.enable()
    assert reader.totals.accepted in accepted
    assert reader.totals.accepted + reader.totals.unchanged == PRODUCTS
    return spent


def _timed_hash(path: Path) -> float:
    began = time.perf_counter()
    file_hash(path)
    return time.perf_counter() - began


def _peak() -> int:
    """Largest resident size of this process so far, KiB (what `getrusage` tells begins with the parent's)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def _growth(path: str, answer: Connection) -> None:
    before = _peak()
    _timed_feed(Path(path), None, range(PRODUCTS, PRODUCTS + 1))
    answer.send((_peak() - before) / 1024)


def _measure_growth(path: Path) -> float:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_growth, args=(str(path), theirs))
    process.start()
    growth = float(mine.recv())
    process.join()
    return growth


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        path, new = Path(folder) / "feed.csv", Path(folder) / "changed.csv"
        write_feed(path)
        write_feed(new, changed=0.01)
        with read_feed(path, language="fr") as reader:
            for _ in reader.batches():
                pass
            known = reader.fingerprints()
        whole = range(PRODUCTS, PRODUCTS + 1)
        full, _, seconds = ratio(lambda: _timed_csv(path), lambda: _timed_feed(path, None, whole), rounds=3)
        same, _, _ = ratio(lambda: _timed_csv(path), lambda: _timed_feed(path, known, range(1)))
        some, _, _ = ratio(lambda: _timed_csv(new), lambda: _timed_feed(new, known, range(800, 1200)))
        hashed, _, _ = ratio(lambda: _timed_csv(path), lambda: _timed_hash(path))
        return [
            Result("feed: read and map every record", PRODUCTS / seconds, "rows/s", detail=f"{full:.2f} × csv.reader"),
            Result("feed: same file by its hash / csv.reader", hashed, "×", 6.0),
            Result("feed: every record unchanged / csv.reader", same, "×", 2.4),
            Result("feed: 1 % of the records changed / csv.reader", some, "×", 1.5),
            Result("feed: growth of the reading process", _measure_growth(path), "MB", 60, "lower"),
        ]


if __name__ == "__main__":
    print(table(run()))
