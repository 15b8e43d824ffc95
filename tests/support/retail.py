"""One month of a real wholesaler's invoices as orders of Letzshop's order form, and what must be stored of them.

A file is a trading day. An invoice becomes one order with all its rows as lines, in order, exact duplicates included;
`C…` invoices are credit documents, cancelled from the start, with negative quantities. What must be stored is computed
from the files alone, in Decimal.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from orion_daemon.db.database import Database

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "orders"
CURRENCY = "GBP"
needs_retail_orders = pytest.mark.skipif(not FOLDER.exists(), reason="the shared order files are not on this machine")

Row = dict[str, str]


class Line(NamedTuple):
    sku: str
    title: str | None
    quantity: int
    unit_price: Decimal
    total: Decimal


class Expected(NamedTuple):
    status: str
    lines: tuple[Line, ...]
    total: Decimal
    has_customer: bool
    is_credit: bool  # some line takes pieces back
    is_gift: bool  # some line costs nothing, or less


class Day(NamedTuple):
    name: str
    invoices: dict[str, list[Row]]


def days(first: int | None = None) -> list[Day]:
    """The trading days in order, or the `first` so many."""
    found = []
    for file in sorted(FOLDER.glob("*.csv"))[:first]:
        invoices: dict[str, list[Row]] = {}
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                invoices.setdefault(row["InvoiceNo"], []).append(row)
        found.append(Day(file.stem, invoices))
    return found


def documents(day: Day, vendor: str) -> list[dict[str, Any]]:
    """The day's orders as the sandbox takes them, verbatim."""
    return [_document(number, rows, vendor) for number, rows in day.invoices.items()]


def _document(number: str, rows: Sequence[Row], vendor: str) -> dict[str, Any]:
    customer = rows[0]["CustomerID"]
    return {
        "vendor": vendor,
        "id": number,
        "number": number,
        "status": "CANCELLED" if number.startswith("C") else "PAID",
        "placed_at": min(_moment(row) for row in rows).isoformat(),
        "currency": CURRENCY,
        "customer": {"email": f"buyer-{customer.removesuffix('.0')}@example.co.uk"} if customer else None,
        "verbatim": True,
        "lines": [
            {
                "sku": row["StockCode"],
                "title": row["Description"] or None,
                "quantity": int(row["Quantity"]),
                "price": row["UnitPrice"],
            }
            for row in rows
        ],
    }


def _moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)


def expected(days: Iterable[Day]) -> dict[str, Expected]:
    """By order number, from the files alone."""
    return {number: _expected(number, rows) for day in days for number, rows in day.invoices.items()}


def _expected(number: str, rows: Sequence[Row]) -> Expected:
    lines = []
    for row in rows:
        price, quantity = Decimal(row["UnitPrice"]), int(row["Quantity"])
        lines.append(Line(row["StockCode"], row["Description"] or None, quantity, price, price * quantity))
    return Expected(
        "cancelled" if number.startswith("C") else "confirmed",
        tuple(lines),
        sum((line.total for line in lines), Decimal(0)),
        bool(rows[0]["CustomerID"]),
        any(line.quantity <= 0 for line in lines),
        any(line.unit_price <= 0 for line in lines),
    )


async def stored(database: Database) -> dict[str, Expected]:
    """What the database holds, in the same words. Fails where an order's own sums disagree."""
    lines: dict[int, list[Line]] = {}
    for item in await database.fetch(
        "SELECT order_id, sku, title, quantity, unit_price_minor, total_minor FROM order_items ORDER BY order_id, id"
    ):
        price, total = Decimal(item["unit_price_minor"]) / 100, Decimal(item["total_minor"]) / 100
        lines.setdefault(item["order_id"], []).append(Line(item["sku"], item["title"], item["quantity"], price, total))
    found: dict[str, Expected] = {}
    for row in await database.fetch("SELECT * FROM orders"):
        number, codes = row["channel_order_id"], row["attention"].split()
        assert number not in found, f"order {number} is there twice"
        assert (row["order_number"], row["currency"]) == (number, CURRENCY)
        assert row["lines_minor"] == row["total_minor"] == row["subtotal_minor"], number
        found[number] = Expected(
            row["status"],
            tuple(lines.get(row["id"], ())),
            Decimal(row["total_minor"]) / 100,
            row["customer_id"] is not None,
            "credit_document" in codes,
            "price_not_positive" in codes,
        )
    return found


def differences(found: dict[str, Expected], wanted: dict[str, Expected]) -> list[str]:
    """Empty when both are the same; else what differs, for a person."""
    told = [f"{number} is missing" for number in sorted(wanted.keys() - found.keys())]
    told += [f"{number} is too much" for number in sorted(found.keys() - wanted.keys())]
    for number in sorted(wanted.keys() & found.keys()):
        if found[number] != wanted[number]:
            told.append(f"{number}: stored {found[number]}, the file says {wanted[number]}")
    return told[:20]
