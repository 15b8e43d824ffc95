"""What a message with keys says: articles in the customer's language, codes in the clear, pictures to attach.

Read inside the transaction of `deliveries.begin`, which has written the reveal into the audit trail before it commits.
Titles go by the usual chain of languages; what an article is called by the order stands in where the product has no
text. A pre-order is expected on the day of its release, as the supplier's list says it. The same units give the same
message, but for what is still to come.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import pictures
from orion_daemon.domain.deliveries import (
    SHOWS_CODES,
    KeyMail,
    KeyMailTemplate,
    MailedCode,
    MailedItem,
    MailKind,
    choose_language,
    safe_file_name,
)
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.keys import UNSETTLED, UnitState
from orion_daemon.domain.money import Money
from orion_daemon.domain.supplier_catalog import released_at_of
from orion_daemon.domain.supply import CodeKind
from orion_daemon.notifications.builtin import LANGUAGES
from orion_daemon.notifications.message import Attachment
from orion_daemon.notifications.phrases import phrases_of
from orion_daemon.services import key_pool, mail_templates, products, translations

_PLATFORMS = """
SELECT p.id, mp.attributes_json FROM products p JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
WHERE p.id = ANY($1::bigint[])
"""
_RELEASES = """
SELECT k.id, mp.attributes_json FROM keys k JOIN key_purchases p ON p.id = k.purchase_id
JOIN catalogs c ON c.channel_id = p.channel_id
JOIN marketplace_products mp ON mp.catalog_id = c.id AND mp.marketplace_product_id = p.supplier_product_id
WHERE k.id = ANY($1::bigint[])
"""
SHOWS_PENDING = frozenset({MailKind.KEYS, MailKind.PREORDER_KEY})
"""Messages with keys that tell what else of the order is still to come."""
_CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}


@dataclass(frozen=True, slots=True)
class Filled:
    mail: KeyMail
    attachments: tuple[Attachment, ...]
    templates: tuple[KeyMailTemplate, ...]


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    platform: str = ""


def is_whole(cipher: Cipher, unit: Row) -> bool:
    """Whether the code of a unit (row of `deliveries.UNITS`) can be shown: a picture has to be one."""
    if unit["kind"] != CodeKind.IMAGE:
        return True
    code = key_pool.open_key(cipher, unit["key_id"], unit["secret_sealed"])
    return code is None or pictures.decode(code) is not None


async def fill(
    tx: Tx, order: Row, kind: MailKind, chosen: Sequence[Row], units: Sequence[Row], customer: IncomingCustomer,
    now: datetime,
) -> Filled:  # fmt: skip
    """`chosen` are the units that the message is about, of all `units` of the order (rows of `deliveries.UNITS`): whose
    keys go out now, or which it tells something of."""
    templates = await mail_templates.templates_of(tx, order["store_id"], kind)
    known = {*LANGUAGES, *(template.language for template in templates)}
    language = choose_language(order["locale"] or "", order["default_language"], known)
    ids = {unit["id"] for unit in chosen}
    awaited = UNSETTLED if kind in SHOWS_PENDING else frozenset[UnitState]()
    shown = [unit for unit in units if unit["id"] in ids or unit["state"] in awaited]
    articles = await articles_of(tx, shown, language, order["default_language"])
    attachments: list[Attachment] = []
    codes: dict[int, list[MailedCode]] = {}
    missing: Counter[int] = Counter()
    for unit in shown:
        mine = codes.setdefault(unit["order_item_id"], [])
        if kind is MailKind.UNFULFILLABLE:
            missing[unit["order_item_id"]] += 1
        else:
            is_here = kind in SHOWS_CODES and unit["id"] in ids
            mine.append(_code(tx.cipher, unit, attachments) if is_here else MailedCode())
    days = await _days(tx, order, shown, now)
    undated = phrases_of(language).undated
    items = tuple(
        MailedItem(
            articles[item_id].title, articles[item_id].platform, tuple(sorted(some, key=_still_to_come)),
            undated if days.get(item_id, now) is None else "", days.get(item_id), missing[item_id],
        )
        for item_id, some in codes.items()
    )  # fmt: skip
    name = " ".join(part.strip() for part in (customer.first_name, customer.last_name) if part and part.strip())
    refund = _refund(order, chosen) if kind is MailKind.UNFULFILLABLE else None
    mail = KeyMail(order["order_number"], order["store_name"], language, items, name, refund=refund)
    return Filled(mail, tuple(attachments), tuple(templates))


async def _days(tx: Tx, order: Row, units: Sequence[Row], now: datetime) -> dict[int, date | None]:
    """By line with pre-orders among these units: when the last of them is expected, by the store's calendar. None where
    that is not known of all, or has passed."""
    awaited = [unit for unit in units if unit["state"] == UnitState.WAITING and unit["kind"] == CodeKind.PREORDER]
    if not awaited:
        return {}
    zone = ZoneInfo(order["timezone"])
    releases = {
        row["id"]: released_at_of(row["attributes_json"])
        for row in await tx.fetch(_RELEASES, tuple(unit["key_id"] for unit in awaited))
    }
    days: dict[int, list[date | None]] = defaultdict(list)
    for unit in awaited:
        released_at = releases.get(unit["key_id"])
        days[unit["order_item_id"]].append(None if released_at is None else released_at.astimezone(zone).date())
    return {item_id: _last(some, now.astimezone(zone).date()) for item_id, some in days.items()}


def _last(days: Sequence[date | None], today: date) -> date | None:
    known = [day for day in days if day is not None and day >= today]
    return max(known) if len(known) == len(days) else None


def _refund(order: Row, units: Sequence[Row]) -> Money | None:
    parts = [unit["refund_minor"] for unit in units]
    total = None if None in parts else sum(parts)
    return Money(total, order["currency"]) if total else None


def _still_to_come(code: MailedCode) -> bool:
    return code.is_pending


def _code(cipher: Cipher, unit: Row, attachments: list[Attachment]) -> MailedCode:
    """As text; or as the name of a file, which is attached."""
    code = key_pool.open_key(cipher, unit["key_id"], unit["secret_sealed"]) or ""
    data = pictures.decode(code) if unit["kind"] == CodeKind.IMAGE else None
    if data is None:
        return MailedCode(code)
    name = safe_file_name(pictures.file_name(unit["filename"], unit["key_id"], data))
    if name in {one.file_name for one in attachments}:
        stem, _, ending = name.rpartition(".")
        name = safe_file_name(f"{stem[:50]}-{unit['key_id']}.{ending}")
    attachments.append(Attachment(name, data, _CONTENT_TYPES[pictures.kind_of(data)]))
    return MailedCode(file_name=name)


async def articles_of(tx: Tx, units: Sequence[Row], language: str, store_language: str) -> dict[int, Article]:
    """What the lines of these units are called, by line."""
    product_ids = sorted({unit["product_id"] for unit in units if unit["product_id"] is not None})
    rows = await products.effective(tx, product_ids)
    texts = await translations.texts(tx, rows, language, store_language)
    platforms = {
        row["id"]: (row["attributes_json"] or {}).get("platform", "")
        for row in (await tx.fetch(_PLATFORMS, tuple(product_ids)) if product_ids else ())
    }
    found: dict[int, Article] = {}
    for unit in units:
        own = texts.get(unit["product_id"])
        title = own.title.text if own is not None and own.title is not None else unit["title"]
        found[unit["order_item_id"]] = Article(
            title or unit["sku"] or unit["line_key"], platforms.get(unit["product_id"], "")
        )
    return found
