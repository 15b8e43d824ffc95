"""What a feed's record becomes: the columns of a marketplace product and of its translation, and a chunk of them.

Made by the process that reads (`actors/import_reading.py`), written by `services/import_writing.py`. Columns
that hold JSON are text here, as they are stored, with sorted keys, so that equal content is equal text.
"""

from typing import Any, Literal, NamedTuple

NEUTRAL = (
    "gtin", "mpn", "brand", "product_type", "item_group_id", "price_minor", "sale_price_minor",
    "sale_from_at", "sale_until_at", "currency",
    "availability", "quantity", "condition", "link", "image_link", "additional_image_links_json",
    "google_product_category", "product_type_path", "tax_rate", "attributes_json",
)  # fmt: skip
"""Columns that do not depend on the language, in the order of `IncomingProduct`."""
PRICES = ("price_minor", "sale_price_minor", "sale_from_at", "sale_until_at", "currency")
PRICES_AT = slice(NEUTRAL.index(PRICES[0]), NEUTRAL.index(PRICES[-1]) + 1)
"""Where they stand in NEUTRAL, side by side."""
CURRENCY, PRICE = NEUTRAL.index("currency"), NEUTRAL.index("price_minor")
TIMES = ("sale_from_at", "sale_until_at")
JSON = ("additional_image_links_json", "attributes_json")
TEXTS = ("title", "description")

Severity = Literal["rejected", "skipped", "warning"]


CatalogRow = tuple[int, str, tuple[Any, ...], str, str | None]
"""Line, key, values in the order of NEUTRAL, title, description. A plain tuple: a hundred thousand cross a pipe."""


class Problem(NamedTuple):
    line: int
    field: str
    reason: str
    message: str
    value: str
    severity: Severity


class Chunk(NamedTuple):
    """Consecutive records of a feed. `position` and `bytes`: how far the file has been read behind them."""

    position: int
    bytes: int
    unchanged: int
    rejected: int
    skipped: int
    warnings: int
    rows: list[CatalogRow]
    problems: list[Problem]

    @property
    def records(self) -> int:
        return self.unchanged + self.rejected + self.skipped + len(self.rows)

    def split(self, size: int) -> "tuple[Chunk, Chunk | None]":
        """A piece of at most `size` rows, and the rest. Rows go first: where only some pieces of a chunk were
        committed, their number is that of the rows to leave out (`after`)."""
        if len(self.rows) <= size:
            return self, None
        rest = self.after(size)
        return Chunk(self.position - rest.records, self.bytes, 0, 0, 0, 0, self.rows[:size], []), rest

    def after(self, rows: int) -> "Chunk":
        """Without its first rows."""
        return self._replace(rows=self.rows[rows:])
