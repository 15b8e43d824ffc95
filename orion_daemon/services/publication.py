"""What a channel's product feed must hold, and what became of it: read in chunks, published, recorded.

    feed = await open_feed(db, channel_id, now)     languages, stock rules and sales of this moment
    chunk = await read_chunk(db, feed, after=…)     until `next_after` is None; quantities of this moment (G4)
    … the caller writes the files …
    await record_files(db, feed, files, …)          etag, rows, bytes; unchanged content keeps its published_at
    await record_offers(db, entries, refused, …)    offers are sent, paused or failed at the version that was read

An offer that was read at one version and changed meanwhile stays different, so nothing is lost by writing a file while
stock moves. Recording twice changes nothing; only what differs is written. Rules: `levels.py`; writer of the
files: `actors/handlers/feeds.py`; the run as people see it: `sync_runs.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.sales import ALWAYS, SaleDates
from orion_daemon.domain.translations import ResolvedText
from orion_daemon.services import levels, translations
from orion_daemon.services.effective import EFFECTIVE, dates_of
from orion_daemon.services.errors import NotFound
from orion_daemon.services.reading import Where
from orion_daemon.services.translations import ProductTexts

_FEED = """
SELECT c.id, c.store_id, s.default_language, s.languages_json FROM channels c JOIN stores s ON s.id = c.store_id
WHERE c.id = $1
"""
# One statement reads an offer's version together with its stock: a change after it makes the offer different again.
_CHUNK = f"""
SELECT {EFFECTIVE}, {levels.STOCK}, mp.attributes_json, o.id AS offer_id, o.channel_sku, o.version, o.state,
       o.sent_version, o.sent_quantity, o.sent_price_minor, o.error_code, o.error_message
FROM {levels.FROM} WHERE o.channel_id = $1 AND o.product_id > $2 ORDER BY o.product_id LIMIT $3
"""
_SENT = """
UPDATE offers SET sent_version = $2, sent_quantity = $3, sent_price_minor = $4, sent_at = $5,
  state = CASE WHEN version = $2 THEN 'sent' ELSE state END,
  is_urgent = CASE WHEN version = $2 THEN FALSE ELSE is_urgent END, error_code = '', error_message = ''
WHERE id = $1 AND sent_version <= $2
"""
_ENDED = """
UPDATE offers SET sent_version = $2, state = $3, error_code = $4, error_message = $5, is_urgent = FALSE
WHERE id = $1 AND version = $2
"""
_FILE_COLUMNS = (
    "channel_id", "language", "path", "etag", "rows", "refused", "bytes", "published_at", "checked_at",
)  # fmt: skip
_FILE_KNOWN = """
ON CONFLICT (channel_id, language) DO UPDATE SET path = EXCLUDED.path, etag = EXCLUDED.etag, rows = EXCLUDED.rows,
  refused = EXCLUDED.refused, bytes = EXCLUDED.bytes, checked_at = EXCLUDED.checked_at,
  published_at = CASE WHEN feed_publications.etag = EXCLUDED.etag THEN feed_publications.published_at
                      ELSE EXCLUDED.published_at END
"""
_FIND = """
SELECT f.* FROM feed_publications f JOIN channels c ON c.id = f.channel_id JOIN stores s ON s.id = c.store_id
WHERE s.code = $1 AND c.marketplace = $2 AND f.language = $3 AND c.is_active AND s.is_active
"""


@dataclass(frozen=True, slots=True)
class Feed:
    channel_id: int
    store_id: int
    languages: tuple[str, ...]
    store_language: str
    rules: levels.Rules
    opened_at: datetime


class Known(msgspec.Struct, frozen=True, array_like=True):
    """How an offer stood when it was read."""

    state: str
    sent_version: int
    sent_quantity: int | None
    sent_price_minor: int | None
    error_code: str
    error_message: str


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """An offer on its way into the feed. `state`: listed, paused (no row: a zero that must not be told, or never shown
    and not for sale), failed (no row can be made: `problem` is code and sentence). `texts` are (title, description)
    by the feed's languages, in their order. `price_minor` is the price without a sale, `sale_price_minor` that of one
    in force; `quantity` None: uncounted."""

    offer_id: int
    version: int
    known: Known
    sku: str
    state: Literal["listed", "paused", "failed"]
    problem: tuple[str, str] | None = None
    quantity: int | None = None
    availability: str = ""
    price_minor: int = 0
    sale_price_minor: int | None = None
    sale_dates: SaleDates = ALWAYS
    currency: str = ""
    tax_rate: str | None = None
    gtin: str | None = None
    brand: str | None = None
    item_group_id: str | None = None
    product_type_path: str | None = None
    google_product_category: str | None = None
    link: str | None = None
    image_link: str | None = None
    additional_image_links: list[str] = []
    attributes: dict[str, str] = {}
    texts: list[tuple[str, str]] = []

    @property
    def sold_at(self) -> int:
        return self.price_minor if self.sale_price_minor is None else self.sale_price_minor


@dataclass(frozen=True, slots=True)
class Chunk:
    """`next_after` is None behind the last one."""

    entries: list[Entry]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A feed file as it lies there; `etag` with its quotes."""

    language: str
    path: str
    etag: str
    rows: int
    refused: int
    bytes: int


@dataclass(slots=True)
class OfferCounts:
    """Offers by what became of them, and how many rows had to be written for that."""

    sent: int = 0
    paused: int = 0
    failed: int = 0
    written: int = 0

    def add(self, other: "OfferCounts") -> None:
        self.sent += other.sent
        self.paused += other.paused
        self.failed += other.failed
        self.written += other.written


async def open_feed(db: Database, channel_id: int, now: datetime) -> Feed:
    """Raises NotFound."""
    row = await db.fetch_one(_FEED, channel_id)
    if row is None:
        raise NotFound("such channel", "channel")
    languages = tuple(dict.fromkeys([row["default_language"], *row["languages_json"]]))
    rules = await levels.rules_of(db, channel_id)
    return Feed(row["id"], row["store_id"], languages, row["default_language"], rules, now)


async def read_chunk(db: Database, feed: Feed, *, after: int, limit: int) -> Chunk:
    """The next offers of the channel in the order of their products' ids, so that equal content is an equal file."""
    rows = await db.fetch(_CHUNK, feed.channel_id, after, limit)
    texts = await translations.texts_in(db, rows, feed.languages, feed.store_language)
    entries = [_entry(row, feed, [texts[language][row["id"]] for language in feed.languages]) for row in rows]
    return Chunk(entries, rows[-1]["id"] if len(rows) == limit else None)


def _entry(row: Row, feed: Feed, texts: Sequence[ProductTexts]) -> Entry:
    known = Known(
        row["state"], row["sent_version"], row["sent_quantity"], row["sent_price_minor"], row["error_code"],
        row["error_message"],
    )  # fmt: skip
    offer_id, version, sku = row["offer_id"], row["version"], row["channel_sku"]
    stand = levels.told(row, feed.rules, feed.opened_at)
    was_shown = row["sent_quantity"] is not None or row["sent_price_minor"] is not None
    if stand is None or not (levels.is_for_sale(row, feed.opened_at) or was_shown):
        return Entry(offer_id, version, known, sku, "paused")
    problem = _problem(row, texts)
    if problem is not None:
        return Entry(offer_id, version, known, sku, "failed", problem)
    sale = levels.sale_price(row, feed.rules, feed.opened_at)
    return Entry(
        offer_id,
        version,
        known,
        sku,
        "listed",
        quantity=stand.quantity,
        availability=stand.availability,
        price_minor=row["price_minor"],
        sale_price_minor=sale,
        sale_dates=ALWAYS if sale is None else dates_of(row),
        currency=row["currency"],
        tax_rate=row["tax_rate"],
        gtin=row["gtin"],
        brand=row["brand"],
        item_group_id=row["item_group_id"],
        product_type_path=row["product_type_path"],
        google_product_category=row["google_product_category"],
        link=row["link"],
        image_link=row["image_link"],
        additional_image_links=row["additional_image_links_json"] or [],
        attributes=row["attributes_json"] or {},
        texts=[(_text(one.title), _text(one.description)) for one in texts],
    )


def _text(found: ResolvedText | None) -> str:
    return found.text if found is not None else ""


def _problem(row: Row, texts: Sequence[ProductTexts]) -> tuple[str, str] | None:
    if any(one.title is None for one in texts):
        return "title_missing", "The product has no title in any language; give it one."
    if row["price_minor"] is None or row["currency"] is None:
        return "price_missing", "The product has no price; give it one with its currency."
    return None


async def record_files(db: Database, feed: Feed, files: Sequence[PublishedFile], now: datetime) -> list[str]:
    """Write the publications of a channel; returns the paths of files in languages that the store no longer has."""
    async with db.transaction() as tx:
        await tx.insert(
            "feed_publications",
            _FILE_COLUMNS,
            [
                (feed.channel_id, one.language, one.path, one.etag, one.rows, one.refused, one.bytes, now, now)
                for one in files
            ],
            suffix=_FILE_KNOWN,
        )
        where = Where().add("channel_id = {}", feed.channel_id)
        for one in files:
            where.add("language <> {}", one.language)
        gone = await tx.fetch(f"DELETE FROM feed_publications{where.sql()} RETURNING path", *where.values)
        return [row["path"] for row in gone]


async def published(db: Database, channel_id: int) -> dict[str, Row]:
    """The publications of a channel by language."""
    rows = await db.fetch("SELECT * FROM feed_publications WHERE channel_id = $1", channel_id)
    return {row["language"]: row for row in rows}


async def record_offers(
    db: Database, entries: Sequence[Entry], refused: Mapping[str, tuple[str, str]], now: datetime
) -> OfferCounts:
    """Move the offers of a chunk to what became of them. `refused`: code and sentence by SKU, from the writer.

    An offer whose version moved since it was read stays different; one that stands so already is not written.
    """
    counts = OfferCounts()
    sent: list[tuple[object, ...]] = []
    ended: list[tuple[object, ...]] = []
    for one in entries:
        problem = refused.get(one.sku) if one.state == "listed" else one.problem
        known, current = one.known, one.known.sent_version == one.version
        if problem is not None:
            counts.failed += 1
            code, message = problem[0][:64], problem[1]
            if not current or (known.state, known.error_code, known.error_message) != ("failed", code, message):
                ended.append((one.offer_id, one.version, "failed", code, message))
        elif one.state == "paused":
            counts.paused += 1
            if not current or known.state != "paused":
                ended.append((one.offer_id, one.version, "paused", "", ""))
        else:
            counts.sent += 1
            stands = known.state in ("sent", "synced")
            same = (known.sent_quantity, known.sent_price_minor) == (one.quantity, one.sold_at)
            if not (current and stands and same):
                sent.append((one.offer_id, one.version, one.quantity, one.sold_at, now))
    counts.written = len(sent) + len(ended)
    if counts.written:
        async with db.transaction() as tx:
            if sent:
                await tx.execute_many(_SENT, sent)
            if ended:
                await tx.execute_many(_ENDED, ended)
    return counts


async def find_feed(db: Database, store_code: str, marketplace: str, language: str) -> Row | None:
    """The publication to be served: `id path etag rows bytes published_at …`. None where there is none, and for a
    store or channel that is switched off, whose file would grow old."""
    return await db.fetch_one(_FIND, store_code, marketplace, language)


async def note_read(db: Database, publication_id: int, now: datetime) -> None:
    """Somebody fetched the file, or was told that it is unchanged."""
    async with db.transaction() as tx:
        await tx.execute("UPDATE feed_publications SET read_at = $1 WHERE id = $2", now, publication_id)
