"""Product feeds as files: one a language, written aside, whole, and put in place only when their content moved.

    await publish(account, job)     feeds_folder/store/marketplace/fr.csv …

What the feed holds is read once, in chunks, into a spool on disk; each language is written from it in a thread, so
that a hundred thousand products neither fill memory nor stop the loop. Then the files are put in place, one rename
each, and only then the rows say so: a crash between leaves offers different, and the next run finds equal content.
A file whose ETag is the published one is not touched. What to read and how to record: `services/publication.py`; a new
marketplace that reads files needs a writer in `WRITERS`.
"""

import asyncio
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from orion_daemon.actors.account import Account
from orion_daemon.connectors.letzshop import publish as letzshop
from orion_daemon.connectors.letzshop.publish import FeedFile, FeedRow, PublishRefused
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Refused
from orion_daemon.services import publication, sync_runs
from orion_daemon.services.publication import Entry, Feed, OfferCounts, PublishedFile

CHUNK = 100
USUAL_TAX = 17  # percent; Luxembourg's standard rate, for products that name none
_WORK = ".work-"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")


@dataclass(slots=True)
class Report:
    """What became of the rows. `unfit` could not be made for any language, `refused` were refused in one (the first
    reason counts); code and sentence by SKU. `missing` had no title or price; `left_out`: optional cells that were
    wrong, by column."""

    files: list[FeedFile] = field(default_factory=list)
    unfit: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    missing: int = 0

    @property
    def problems(self) -> dict[str, tuple[str, str]]:
        return self.refused | self.unfit


class Spool:
    """Chunks of entries in a file, in order; used from threads, one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Entry])

    def append(self, entries: Sequence[Entry]) -> None:
        data = self._encoder.encode(entries)
        with self._path.open("ab") as file:
            file.write(len(data).to_bytes(4, "big"))
            file.write(data)

    def chunks(self) -> Iterator[list[Entry]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            while size := file.read(4):
                yield self._decoder.decode(file.read(int.from_bytes(size, "big")))


async def publish(account: Account, job: Job, *, carries_levels: bool = True) -> Outcome:
    """Make the channel's files equal to its offers at this moment. May be repeated at any time.

    With `carries_levels` the file is how the channel hears of levels, and offers move to what became of them.
    """
    writer = WRITERS.get(account.marketplace)
    if writer is None:
        return Refused("unsupported", f"Orion writes no product feed for {account.marketplace}.")
    started = account.clock.now()
    feed = await publication.open_feed(account.db, account.channel_id, started)
    folder = account.parts.feeds_folder / _safe(account.store_code) / _safe(account.marketplace)
    work = folder / f"{_WORK}{job.id}"
    await asyncio.to_thread(_prepare, folder, work)
    try:
        spool, report = Spool(work / "spool"), Report()
        await _read(account, feed, spool, report)
        trouble = None
        try:
            for place, language in enumerate(feed.languages):
                target = work / f"{_safe(language)}.csv"
                report.files.append(await asyncio.to_thread(writer, target, spool, language, place, report))
        except PublishRefused as error:
            trouble = error
        changed: list[str] = []
        if trouble is None:
            changed = await _put_in_place(account, feed, folder, report)
        counts = OfferCounts()
        if carries_levels:
            counts = await _record(account, spool, report, everything=trouble is None)
    finally:
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
    if carries_levels:
        await _end(account, counts, started, "" if trouble is None else str(trouble))
    if trouble is not None:
        return Refused(trouble.code, trouble.message)
    return Done(
        {
            "rows": {language: file.rows for language, file in zip(feed.languages, report.files, strict=True)},
            "changed": changed,
            "sent": counts.sent,
            "paused": counts.paused,
            "failed": counts.failed,
            "written": counts.written,
            "left_out": dict(report.left_out),
        }
    )


async def _end(account: Account, counts: OfferCounts, started: datetime, error: str) -> None:
    offers = counts.sent + counts.failed + counts.paused
    run = sync_runs.RunCounts(offers, counts.sent, 0, counts.failed, counts.paused)
    now = account.clock.now()
    await sync_runs.record_run(account.db, account.channel_id, "feed", run, started_at=started, now=now, error=error)
    if not error:
        account.parts.observe("inventory_synced", store=account.store_code, marketplace=account.marketplace)


async def _read(account: Account, feed: Feed, spool: Spool, report: Report) -> None:
    after: int | None = 0
    while after is not None:
        chunk = await publication.read_chunk(account.db, feed, after=after, limit=CHUNK)
        if chunk.entries:
            await asyncio.to_thread(spool.append, chunk.entries)
            report.missing += sum(one.state == "failed" for one in chunk.entries)
        after = chunk.next_after


async def _put_in_place(account: Account, feed: Feed, folder: Path, report: Report) -> list[str]:
    """Rename what differs from what is published, and say so in the rows; returns the languages that changed."""
    known = await publication.published(account.db, account.channel_id)
    files, changed = [], []
    for language, file in zip(feed.languages, report.files, strict=True):
        target = folder / f"{language}.csv"
        before = known.get(language)
        if await asyncio.to_thread(_replace, file, target, before["etag"] if before else ""):
            changed.append(language)
        refused = len(file.refused) + len(report.unfit) + report.missing
        files.append(PublishedFile(language, str(target), file.etag, file.rows, refused, file.bytes))
    for path in await publication.record_files(account.db, feed, files, account.clock.now()):
        await asyncio.to_thread(Path(path).unlink, missing_ok=True)
    return changed


async def _record(account: Account, spool: Spool, report: Report, *, everything: bool) -> OfferCounts:
    """Write what became of the offers; without `everything` only what was refused, since no file was published."""
    counts, problems = OfferCounts(), report.problems
    chunks = spool.chunks()
    while (entries := await asyncio.to_thread(next, chunks, None)) is not None:
        if not everything:
            entries = [one for one in entries if one.state == "failed" or one.sku in problems]
        counts.add(await publication.record_offers(account.db, entries, problems, account.clock.now()))
    return counts


def _prepare(folder: Path, work: Path) -> None:
    """The folders; what a crashed run left is removed, since nobody else works here."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    work.mkdir()


def _replace(file: FeedFile, target: Path, etag: str) -> bool:
    """False when the very same content lies there already."""
    if file.etag == etag and target.exists() and target.stat().st_size == file.bytes:
        return False
    file.path.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def _safe(name: str) -> str:
    """A store code or language as the name of a file. Raises ValueError for one that would lead elsewhere."""
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot be the name of a feed file or folder")
    return name


# -- Letzshop ----------------------------------------------------------------------------------------------------------


def _write_letzshop(target: Path, spool: Spool, language: str, place: int, report: Report) -> FeedFile:
    """Raises PublishRefused when nothing is left to publish; the refusals are in the report all the same."""
    if place:
        report = Report(unfit=report.unfit, refused=report.refused, missing=report.missing)  # count cells once
    try:
        file = letzshop.write_feed(target, _letzshop_rows(spool, place, report))
    except PublishRefused as error:
        if error.code != "boost_sort_all":
            for row in _letzshop_rows(spool, place, Report()):
                _note(report, language, letzshop.Refusal(row.id, letzshop.check(row)))
            raise
        # a wish about the order of display must not hold back the stock
        file = letzshop.write_feed(target, _letzshop_rows(spool, place, Report(), boosts=False))
    for refusal in file.refused:
        _note(report, language, refusal)
    lost = len(report.unfit) + report.missing
    if not file.rows and lost:
        raise PublishRefused("feed_empty", f"None of {lost} products can be published; the feed stays as it was.")
    return file


def _note(report: Report, language: str, refusal: letzshop.Refusal) -> None:
    if refusal.id not in report.refused:
        sentences = "; ".join(f"{one.field}: {one.message}" for one in refusal.problems)
        report.refused[refusal.id] = (refusal.problems[0].reason, f"Not in the {language} feed: {sentences}")


def _letzshop_rows(spool: Spool, place: int, report: Report, *, boosts: bool = True) -> Iterator[FeedRow]:
    for entries in spool.chunks():
        for one in entries:
            if one.state != "listed":
                continue
            tax = one.tax_rate or str(USUAL_TAX)
            if not (tax.isascii() and tax.isdigit()):
                report.unfit[one.sku] = ("tax_rate_unknown", f"Letzshop takes whole percents of tax, not {tax}.")
                continue
            yield _letzshop_row(one, int(tax), *one.texts[place], report.left_out, boosts=boosts)


def _letzshop_row(
    one: Entry, tax: int, title: str, description: str, left_out: Counter[str], *, boosts: bool
) -> FeedRow:
    """Optional cells that Letzshop would not take stay empty and are counted; the product is sold without them."""

    def attribute(name: str, allowed: frozenset[str] | None = None) -> str:
        value = one.attributes.get(name, "").strip()
        if value and allowed is not None and value.lower() not in allowed:
            left_out[name] += 1
            return ""
        return value if allowed is None else value.lower()

    def number(name: str, most: int, tenths: int = 1) -> int | None:
        text = attribute(name)
        whole, _, fraction = text.partition(".")
        if text and whole.isascii() and whole.isdigit() and (not fraction or (fraction.isdigit() and tenths == 10)):
            value = int(whole) * tenths + int((fraction + "0")[0] if tenths == 10 else 0)
            if value <= most:
                return value
        if text:
            left_out[name] += 1
        return None

    images = tuple(link for link in one.additional_image_links if "," not in link)
    if len(images) < len(one.additional_image_links):
        left_out["additional_image_link"] += len(one.additional_image_links) - len(images)
    adult = attribute("adult", frozenset({"true", "false"}))
    return FeedRow(
        id=one.sku,
        title=title,
        price_minor=one.price_minor,
        availability=one.availability,
        quantity=one.quantity,
        tax_rate=tax,
        description=description,
        product_type=one.product_type_path or "",
        image_link=one.image_link or "",
        link=one.link or "",
        currency=one.currency,
        sale_price_minor=one.sale_price_minor,
        sale_dates=one.sale_dates,
        preorder_days=number("preorder_days", 3650),
        google_product_category=one.google_product_category or "",
        additional_product_types=tuple(
            filter(None, (attribute(f"additional_product_type_{place}") for place in (1, 2, 3)))
        ),
        brand=one.brand or "",
        gtin=one.gtin or "",
        color=attribute("color"),
        size=attribute("size"),
        gender=attribute("gender"),
        age_group=attribute("age_group", letzshop.AGE_GROUPS),
        boost_sort=number("boost_sort", 100, tenths=10) if boosts else None,
        delivery_method=attribute("delivery_method", letzshop.DELIVERY_METHODS),
        item_group_id=one.item_group_id or "",
        additional_image_links=images,
        adult={"true": True, "false": False}.get(adult),
    )


WRITERS = {"letzshop": _write_letzshop}
