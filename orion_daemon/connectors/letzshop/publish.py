"""The product feed that Letzshop reads: one row a product, tab-separated, UTF-8, in the published order of columns.

Strict: a row that the format cannot carry unharmed is left out and reported, never bent. The file appears whole or not
at all: written aside, synced, renamed. Two writings of the same rows give the same bytes and the same ETag. The
opposite direction: `feed.py`. Source of the columns: the marketplace's feed documentation; the dates of a sale, which
it does not list, are Google's column and stand last.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orion_daemon.domain import gtin
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.products import FieldProblem, excerpt, key_problem
from orion_daemon.domain.sales import ALWAYS, SaleDates, format_sale_dates

CURRENCY = "EUR"
TAX_RATES = frozenset({0, 3, 8, 14, 17})
AVAILABILITY = {
    "in_stock": "in stock",
    "out_of_stock": "out of stock",
    "preorder": "preorder",
    "backorder": "backorder",
}
DELIVERY_METHODS = frozenset({"nationwide", "package_delivery", "self_collect"})
AGE_GROUPS = frozenset({"adult", "kids", "toddler", "infant", "newborn"})
BOOST_ALL_LIMIT = 70
COLUMNS = (
    "id", "title", "price", "description", "product_type", "availability", "image_link", "identifier_exists",
    "atalanda:tax_rate", "atalanda:quantity", "sale_price", "atalanda:preorder_days", "google_product_category",
    "atalanda:additional_product_type_1", "atalanda:additional_product_type_2", "atalanda:additional_product_type_3",
    "brand", "gtin", "color", "size", "gender", "age_group", "atalanda:boost_sort", "atalanda:delivery_method",
    "item_group_id", "link", "additional_image_link", "adult", "sale_price_effective_date",
)  # fmt: skip
_TEXTS = ("description", "product_type", "google_product_category", "brand", "color", "size", "gender")
_CHUNK = 500


class PublishRefused(ValueError):  # noqa: N818 - it is an answer, not an accident
    """The whole feed must not go out; the file that lies there stays. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One product in one language. Amounts are gross minor units of EUR; empty text and None leave the cell empty."""

    id: str
    title: str
    price_minor: int
    availability: str  # in_stock | out_of_stock | preorder | backorder
    quantity: int | None  # None: in stock, and nobody counts the pieces
    tax_rate: int  # percent
    description: str = ""
    product_type: str = ""  # levels parted by " > "
    image_link: str = ""
    link: str = ""
    currency: str = CURRENCY
    sale_price_minor: int | None = None  # of a sale that is in force
    sale_dates: SaleDates = ALWAYS
    preorder_days: int | None = None
    google_product_category: str = ""
    additional_product_types: tuple[str, ...] = ()  # at most three
    brand: str = ""
    gtin: str = ""
    color: str = ""
    size: str = ""
    gender: str = ""
    age_group: str = ""
    boost_sort: int | None = None  # tenths: 0 to 100
    delivery_method: str = ""
    item_group_id: str = ""
    additional_image_links: tuple[str, ...] = ()
    adult: bool | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was left out, by its product id, with every reason."""

    id: str
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class FeedFile:
    path: Path
    rows: int
    bytes: int
    sha256: str
    refused: tuple[Refusal, ...]

    @property
    def etag(self) -> str:
        """A strong entity tag with its quotes."""
        return f'"{self.sha256[:32]}"'


def check(row: FeedRow, *, tax_rates: frozenset[int] = TAX_RATES) -> tuple[FieldProblem, ...]:
    """Everything that keeps a row out of the feed; empty when it may go."""
    found: list[FieldProblem] = []

    def refuse(field: str, reason: str, message: str, value: object = "") -> None:
        found.append(FieldProblem(field, reason, message, excerpt(str(value))))

    key = key_problem("id", row.id)
    if key is not None:
        found.append(key)
    elif row.id != row.id.strip():
        refuse("id", "id_spaces", "begins or ends with a space, which readers take away", row.id)
    if not row.title.strip():
        refuse("title", "title_missing", "a product needs a title")
    elif not row.title.isprintable():
        refuse("title", "control_characters", "a title is one line of visible text", row.title)
    for name in (*_TEXTS, "item_group_id"):
        if not _is_clean(getattr(row, name), is_block=name == "description"):
            refuse(name, "control_characters", "holds characters that cannot be published", getattr(row, name))
    if row.currency != CURRENCY:
        refuse("price", "currency", f"the feed has no place for a currency and is read as {CURRENCY}", row.currency)
    if row.price_minor <= 0:
        refuse("price", "price_zero", "the price is not above zero", row.price_minor)
    if row.sale_price_minor is not None and not 0 < row.sale_price_minor < row.price_minor:
        refuse("sale_price", "sale_price_not_lower", "not between zero and the price", row.sale_price_minor)
    if row.availability not in AVAILABILITY:
        refuse("availability", "availability_unknown", "Letzshop does not know this availability", row.availability)
    if row.quantity is not None and row.quantity < 0:
        refuse("quantity", "quantity_negative", "below zero", row.quantity)
    if row.tax_rate not in tax_rates:
        refuse("tax_rate", "tax_rate_unknown", f"not one of {sorted(tax_rates)}", row.tax_rate)
    if row.preorder_days is not None and row.preorder_days < 0:
        refuse("preorder_days", "preorder_days_negative", "below zero", row.preorder_days)
    if row.gtin and not gtin.is_valid(row.gtin):
        refuse("gtin", "gtin_invalid", "not a GTIN with a correct check digit", row.gtin)
    if row.boost_sort is not None and not 0 <= row.boost_sort <= 100:
        refuse("boost_sort", "boost_sort_range", "goes from 0.0 to 10.0", row.boost_sort)
    if row.delivery_method and row.delivery_method not in DELIVERY_METHODS:
        refuse("delivery_method", "delivery_method_unknown", "not known to Letzshop", row.delivery_method)
    if row.age_group and row.age_group not in AGE_GROUPS:
        refuse("age_group", "age_group_unknown", "not known to Letzshop", row.age_group)
    if len(row.additional_product_types) > 3:
        refuse("additional_product_types", "too_many", "at most three", len(row.additional_product_types))
    if not all(_is_clean(text, is_block=False) for text in row.additional_product_types):
        refuse("additional_product_types", "control_characters", "holds characters that cannot be published")
    for name, address in (("link", row.link), ("image_link", row.image_link)):
        if address and not _is_address(address):
            refuse(name, "link_unusable", "not a complete http(s) address", address)
    for address in row.additional_image_links:
        if not _is_address(address) or "," in address:
            refuse("additional_image_link", "link_unusable", "not a complete http(s) address free of commas", address)
    return tuple(found)


def write_feed(path: Path, rows: Iterable[FeedRow], *, tax_rates: frozenset[int] = TAX_RATES) -> FeedFile:
    """Replace the file at `path` by these rows. Raises `PublishRefused` and leaves the old file when nothing would be
    left to publish, or when every product is boosted above 7.0, which Letzshop forbids."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    refused: list[Refusal] = []
    seen: set[str] = set()
    digest, size, highly_boosted = hashlib.sha256(), 0, 0
    try:
        with temporary.open("wb") as file:
            iterator = iter(rows)
            lines: list[list[str]] = [[*COLUMNS]]
            while True:
                chunk = [*islice(iterator, _CHUNK)]
                for row in chunk:
                    problems = check(row, tax_rates=tax_rates)
                    if row.id in seen:
                        problems += (FieldProblem("id", "duplicate_id", "the id stands in the feed before", row.id),)
                    if problems:
                        refused.append(Refusal(row.id, problems))
                        continue
                    seen.add(row.id)
                    highly_boosted += row.boost_sort is not None and row.boost_sort > BOOST_ALL_LIMIT
                    lines.append(_cells(row))
                data = _encode(lines)
                digest.update(data)
                size += file.write(data)
                lines = []
                if not chunk:
                    break
            if refused and not seen:
                raise PublishRefused("feed_empty", f"All {len(refused)} rows were refused; the feed stays as it was.")
            if seen and highly_boosted == len(seen):
                raise PublishRefused("boost_sort_all", "Letzshop forbids to boost every product above 7.0.")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return FeedFile(path, len(seen), size, digest.hexdigest(), tuple(refused))


def _cells(row: FeedRow) -> list[str]:
    types = (*row.additional_product_types, "", "", "")[:3]
    return [
        row.id,
        row.title,
        to_decimal(row.price_minor, CURRENCY),
        row.description,
        row.product_type,
        AVAILABILITY[row.availability],
        row.image_link,
        "true" if row.gtin else "false",
        str(row.tax_rate),
        "" if row.quantity is None else str(row.quantity),
        "" if row.sale_price_minor is None else to_decimal(row.sale_price_minor, CURRENCY),
        "" if row.preorder_days is None else str(row.preorder_days),
        row.google_product_category,
        *types,
        row.brand,
        row.gtin,
        row.color,
        row.size,
        row.gender,
        row.age_group,
        "" if row.boost_sort is None else f"{row.boost_sort // 10}.{row.boost_sort % 10}",
        row.delivery_method,
        row.item_group_id,
        row.link,
        ",".join(row.additional_image_links),
        "" if row.adult is None else "true" if row.adult else "false",
        "" if row.sale_price_minor is None else format_sale_dates(row.sale_dates),
    ]


def _encode(lines: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter="\t", lineterminator="\n").writerows(lines)
    return buffer.getvalue().encode("utf-8")


def _is_clean(text: str, *, is_block: bool) -> bool:
    """No control character and no lone surrogate; a block may have line breaks (quoted in the file)."""
    if text.isprintable():
        return True
    allowed = "\n" if is_block else ""
    return not any(
        (char < " " and char not in allowed) or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"
        for char in text
    )


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and text.isprintable() and " " not in text


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
