"""Keys that a store brings into its own pool: a list of codes, or pictures; each is added once or refused by its line.

    read the list (`domain/key_lists.py`) → by chunks, a transaction each: which are known, what products they are for,
    store the others sealed, and give them at once to orders that wait for such a key → a row of the audit trail

Bringing a list again adds nothing: all of it is known then. So an upload that was interrupted is simply repeated.
Codes stand in no error, log or result; lines are named by their numbers. The pool itself: `key_pool.py`.
"""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.errors import ConstraintViolated, StorageBusy
from orion_daemon.db.tx import Tx
from orion_daemon.domain import key_lists, pictures
from orion_daemon.domain.key_lists import Fault, KeyLine, KeyList, Unreadable
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import access, key_pool, key_sources, key_units
from orion_daemon.services.errors import Code, Invalid, NotFound
from orion_daemon.services.key_pool import NewKey, Origin

CHUNK = 1000
MOST_PROBLEMS = 1000
MOST_PICTURES = 200
_TRIES = 5  # somebody else brings the same codes at the same moment
_PRODUCTS = """
SELECT p.id, p.sku, COALESCE(p.product_type, mp.product_type) AS product_type FROM products p
LEFT JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
WHERE p.store_id = $1 AND p.sku = ANY($2::text[])
"""
Progress = Callable[[int, int], None]
"""Called with (lines looked at, lines in all) after each chunk."""


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    reason: str  # of `key_lists.Fault`


@dataclass(frozen=True, slots=True)
class Picture:
    """`content` is the file itself."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Uploaded:
    """What became of the lines: added, duplicate (in the list, or known) or refused. `given`: units of orders that got
    their key at once. `problems` are the first of all duplicates and refusals."""

    format: str
    delimiter: str
    is_dry_run: bool
    lines: int = 0
    added: int = 0
    duplicates: int = 0
    refused: int = 0
    given: int = 0
    problems: list[Problem] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int, fault: Fault) -> None:
        """Count a line that is not added."""
        if fault in (Fault.TWICE_IN_FILE, Fault.KNOWN):
            self.duplicates += 1
        else:
            self.refused += 1
        self.reasons[fault.value] += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, fault.value))


@dataclass(frozen=True, slots=True)
class _Item:
    """A line, or a picture, for one product."""

    number: int
    sku: str
    kind: CodeKind
    secret: str = field(repr=False)
    filename: str = ""
    fault: Fault | None = None


async def upload_list(
    db: Database,
    store_id: int,
    content: str | bytes,
    *,
    sku: str | None,
    actor: str,
    now: datetime,
    is_dry_run: bool = False,
    on_progress: Progress | None = None,
) -> Uploaded:
    """Take in a list of codes. `sku`: the product of all of them, else each line names its own.

    Raises Invalid for a list that cannot be read as a whole, and NotFound where the store has no product `sku`.
    """
    try:
        text = key_lists.decode(content if isinstance(content, bytes) else content.encode())
        found: KeyList = key_lists.read(text)
    except Unreadable as error:
        raise Invalid(Code.INVALID_VALUE, str(error), "content") from None
    items = [_item(line, sku) for line in found.lines]
    done = Uploaded(found.format, found.delimiter, is_dry_run, lines=len(items))
    return await _take(db, store_id, items, done, sku=sku, actor=actor, now=now, on_progress=on_progress)


async def upload_pictures(
    db: Database,
    store_id: int,
    given: Sequence[Picture],
    *,
    sku: str,
    actor: str,
    now: datetime,
    is_dry_run: bool = False,
) -> Uploaded:
    """Take in keys that are pictures; "lines" are their places in `given`, from 1. Raises Invalid and NotFound."""
    if not 0 < len(given) <= MOST_PICTURES:
        raise Invalid(Code.INVALID_VALUE, f"Bring 1 to {MOST_PICTURES} pictures.", "pictures")
    items = []
    for number, picture in enumerate(given, start=1):
        is_one = len(picture.content) <= pictures.MOST_BYTES and bool(pictures.kind_of(picture.content))
        secret = base64.b64encode(picture.content).decode() if is_one else ""
        name = pictures.file_name(picture.filename, number, picture.content)
        items.append(_Item(number, sku, CodeKind.IMAGE, secret, name, None if is_one else Fault.NO_PICTURE))
    done = Uploaded("pictures", "", is_dry_run, lines=len(items))
    return await _take(db, store_id, items, done, sku=sku, actor=actor, now=now, on_progress=None)


def _item(line: KeyLine, sku: str | None) -> _Item:
    fault = line.fault
    if fault is None and sku is not None and line.sku not in ("", sku):
        fault = Fault.OTHER_SKU
    if fault is None and sku is None and not line.sku:
        fault = Fault.NO_SKU
    return _Item(line.number, sku if sku is not None else line.sku, CodeKind.TEXT, line.code, fault=fault)


async def _take(
    db: Database,
    store_id: int,
    items: Sequence[_Item],
    done: Uploaded,
    *,
    sku: str | None,
    actor: str,
    now: datetime,
    on_progress: Progress | None,
) -> Uploaded:
    if sku is not None and not await db.fetch(_PRODUCTS, store_id, (sku,)):
        raise NotFound(f"product with SKU {sku[:80]!r} in this store", "sku")
    seen: set[str] = set()
    looked_at = 0
    for chunk in _chunks(items):
        fresh = []
        for item in chunk:
            mark = key_pool.canonical(item.secret)
            if item.fault is None and mark in seen:
                done.refuse(item.number, Fault.TWICE_IN_FILE)
            elif item.fault is not None:
                done.refuse(item.number, item.fault)
            else:
                seen.add(mark)
                fresh.append(item)
        await _settled(db, store_id, fresh, done, actor, now)
        looked_at += len(chunk)
        if on_progress is not None:
            on_progress(looked_at, len(items))
    done.problems.sort(key=lambda problem: problem.line)
    if not done.is_dry_run:
        counts = {
            "lines": done.lines, "added": done.added, "duplicates": done.duplicates, "refused": done.refused,
            "given": done.given, "format": done.format,
        }  # fmt: skip
        async with db.transaction() as tx:
            subject = "keys" if sku is None else f"keys of {sku}"
            await access.audit(tx, actor, "keys.upload", subject[:200], counts, store_id, now)
    return done


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


async def _settled(
    db: Database, store_id: int, items: Sequence[_Item], done: Uploaded, actor: str, now: datetime
) -> None:
    """One chunk, in one transaction; again where somebody else has stored one of its codes meanwhile."""
    for tries_left in reversed(range(_TRIES)):
        try:
            async with db.transaction() as tx:
                faults, added, given = await _store(tx, store_id, items, actor, now, is_dry_run=done.is_dry_run)
        except (ConstraintViolated, StorageBusy) as error:
            is_race = isinstance(error, StorageBusy) or error.on("keys", "digest")
            if not is_race or not tries_left:
                raise
            continue
        for number, fault in faults:
            done.refuse(number, fault)
        done.added += added
        done.given += given
        return


async def _store(
    tx: Tx, store_id: int, items: Sequence[_Item], actor: str, now: datetime, *, is_dry_run: bool
) -> tuple[list[tuple[int, Fault]], int, int]:
    """(what is not added and why, how many were added, how many units got one)"""
    rows = await tx.fetch(_PRODUCTS, store_id, tuple({item.sku for item in items})) if items else []
    products = {row["sku"]: row for row in rows}
    faults: list[tuple[int, Fault]] = []
    usable: list[_Item] = []
    for item in items:
        product = products.get(item.sku)
        if product is None:
            faults.append((item.number, Fault.UNKNOWN_SKU))
        elif product["product_type"] != "digital":
            faults.append((item.number, Fault.NOT_DIGITAL))
        else:
            usable.append(item)
    known = await key_pool.known(tx, [item.secret for item in usable])
    fresh: dict[int, list[NewKey]] = {}
    waiting: dict[int, None] = {}  # products in the order of the list
    for item in usable:
        product_id = products[item.sku]["id"]
        waiting[product_id] = None
        if item.secret in known:
            faults.append((item.number, Fault.KNOWN))
        else:
            fresh.setdefault(product_id, []).append(NewKey(item.kind, item.secret, item.filename))
    added = sum(map(len, fresh.values()))
    if is_dry_run:
        return faults, added, 0
    await key_units.lock_waiting(tx, sorted(waiting))
    await key_sources.pool_is_used(tx, sorted(fresh), now)
    for product_id, keys in fresh.items():
        await key_pool.add(tx, Origin(store_id, product_id, added_by=actor), keys, now)
    given = [await key_units.refill(tx, product_id, now) for product_id in sorted(waiting)]
    return faults, added, sum(given)
