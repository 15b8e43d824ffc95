"""The rows of a product feed, read as strictly as the marketplace's feed page allows.

CSV with tab, comma or semicolon, or RSS-like XML; UTF-8 only. A file without the columns that every row needs is
refused whole (FeedRefused); a row that breaks a rule is refused alone, with its line and reason. Only `feeds` uses the
outcome: it changes what is sold.
"""

import csv
import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

COLUMNS = (
    "id",
    "title",
    "price",
    "description",
    "product_type",
    "availability",
    "image_link",
    "identifier_exists",
    "atalanda:tax_rate",
)
_FILLED = ("id", "title", "price", "availability", "atalanda:tax_rate")
_NAMESPACES = {"http://base.google.com/ns/1.0": "", "http://api.atalanda.com/ns/gfeed": "atalanda:"}
_PRICE = re.compile(r"\d+(\.\d{1,2})?( EUR)?")
_ALLOWED = {
    "availability": ("in stock", "out of stock", "preorder"),
    "atalanda:tax_rate": ("0", "3", "8", "14", "17"),
    "identifier_exists": ("true", "false"),
    "atalanda:delivery_method": ("nationwide", "package_delivery", "self_collect"),
    "age_group": ("adult", "kids", "toddler", "infant", "newborn"),
}


class FeedRefused(ValueError):  # noqa: N818  (it is the outcome of a reading)
    """The file as a whole cannot be used."""


@dataclass(frozen=True)
class Row:
    line: int
    sku: str
    title: str
    description: str
    price: str
    sale_price: str | None
    availability: str
    quantity: int | None
    gtin: str | None
    brand: str | None


@dataclass(frozen=True)
class RowProblem:
    line: int
    field: str
    reason: str


def parse(raw: bytes) -> tuple[list[Row], list[RowProblem]]:
    """Good rows and the problems of the others. Raises FeedRefused."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedRefused(f"not UTF-8: {error.reason} at byte {error.start}") from error
    if not text.strip():
        raise FeedRefused("the file is empty")
    records = _xml(text) if text.lstrip().startswith("<") else _csv(text)
    rows, problems, seen = [], [], set[str]()
    for line, record in records:
        found = _problem(line, record, seen)
        if found is not None:
            problems.append(found)
            continue
        seen.add(record["id"])
        rows.append(_row(line, record))
    return rows, problems


def valid_gtin(text: str) -> bool:
    if not re.fullmatch(r"\d{8}|\d{12,14}", text):
        return False
    body = [int(digit) for digit in reversed(text)]
    return sum(digit * (3 if index % 2 else 1) for index, digit in enumerate(body)) % 10 == 0


def _csv(text: str) -> list[tuple[int, dict[str, str]]]:
    header = text.split("\n", 1)[0]
    delimiter = max("\t;,", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = reader.fieldnames or []
    _need(set(names))
    records = []
    try:
        for record in reader:
            if None in record or None in record.values():
                records.append((reader.line_num, {"id": ""}))
            else:
                records.append((reader.line_num, {name: value.strip() for name, value in record.items()}))
    except csv.Error as error:
        raise FeedRefused(f"line {reader.line_num}: {error}") from error
    return records


def _xml(text: str) -> list[tuple[int, dict[str, str]]]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FeedRefused("a feed declares no document type")
    try:
        root = ET.fromstring(text)  # noqa: S314  (entities were refused above)
    except ET.ParseError as error:
        raise FeedRefused(f"not well-formed: {error}") from error
    records = []
    for number, item in enumerate(root.iter("item"), start=1):
        record: dict[str, str] = {}
        for element in item:
            space, _, name = element.tag.rpartition("}")
            record.setdefault(_NAMESPACES.get(space[1:], "") + name, (element.text or "").strip())
        records.append((number, record))
    _need(set().union(*(record for _, record in records)))
    return records


def _need(names: set[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FeedRefused(f"columns are missing: {', '.join(missing)}")


def _problem(line: int, record: dict[str, str], seen: set[str]) -> RowProblem | None:
    for name in _FILLED:
        if not record.get(name):
            return RowProblem(line, name, "empty, or the row has another number of columns than the header")
    if record["id"] in seen:
        return RowProblem(line, "id", f"{record['id']!r} came before")
    for name in ("price", "sale_price"):
        if (value := record.get(name)) and not _PRICE.fullmatch(value):
            return RowProblem(line, name, f"{value!r} is not a price like 119.99")
    for name, allowed in _ALLOWED.items():
        if (value := record.get(name)) and value not in allowed:
            return RowProblem(line, name, f"{value!r} is not one of {', '.join(allowed)}")
    for name in ("atalanda:quantity", "atalanda:preorder_days"):
        if (value := record.get(name)) and not value.isdigit():
            return RowProblem(line, name, f"{value!r} is not a number of pieces or days")
    if (value := record.get("gtin")) and not valid_gtin(value):
        return RowProblem(line, "gtin", f"{value!r} is not a barcode number")
    if (value := record.get("atalanda:boost_sort")) and not re.fullmatch(r"10(\.0)?|\d(\.\d)?", value):
        return RowProblem(line, "atalanda:boost_sort", f"{value!r} does not lie between 0.0 and 10.0")
    return None


def _row(line: int, record: dict[str, str]) -> Row:
    quantity = record.get("atalanda:quantity")
    return Row(
        line=line,
        sku=record["id"],
        title=record["title"],
        description=record.get("description", ""),
        price=record["price"].removesuffix(" EUR"),
        sale_price=record.get("sale_price", "").removesuffix(" EUR") or None,
        availability=record["availability"],
        quantity=int(quantity) if quantity else None,
        gtin=record.get("gtin") or None,
        brand=record.get("brand") or None,
    )
