"""What a message with keys says: articles in the customer's language, codes in the clear, pictures to attach.

Read inside the transaction of `deliveries.begin`, which has written the reveal into the audit trail before it commits.
Titles go by the usual chain of languages; what an article is called by the order stands in where the product has no
text. The same units give the same message, but for what is still to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import pictures
from orion_daemon.domain.deliveries import (
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
from orion_daemon.domain.supply import CodeKind
from orion_daemon.notifications.builtin import LANGUAGES
from orion_daemon.notifications.message import Attachment
from orion_daemon.services import key_pool, mail_templates, products, translations

_PLATFORMS = """
SELECT p.id, mp.attributes_json FROM products p JOIN marketplace_products mp ON mp.id = p.marketplace_product_id
WHERE p.id = ANY($1::bigint[])
"""
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
    tx: Tx, order: Row, kind: MailKind, chosen: Sequence[Row], units: Sequence[Row], customer: IncomingCustomer
) -> Filled:
    """`chosen` are the units whose keys go out now, of all `units` of the order (rows of `deliveries.UNITS`)."""
    templates = await mail_templates.templates_of(tx, order["store_id"], kind)
    known = {*LANGUAGES, *(template.language for template in templates)}
    language = choose_language(order["locale"] or "", order["default_language"], known)
    ids = {unit["id"] for unit in chosen}
    awaited = UNSETTLED if kind is not MailKind.KEY_REPLACED else frozenset[UnitState]()
    shown = [unit for unit in units if unit["id"] in ids or unit["state"] in awaited]
    articles = await articles_of(tx, shown, language, order["default_language"])
    attachments: list[Attachment] = []
    codes: dict[int, list[MailedCode]] = {}
    for unit in shown:
        code = _code(tx.cipher, unit, attachments) if unit["id"] in ids else MailedCode()
        codes.setdefault(unit["order_item_id"], []).append(code)
    items = tuple(
        MailedItem(articles[item_id].title, articles[item_id].platform, tuple(sorted(some, key=_still_to_come)))
        for item_id, some in codes.items()
    )
    name = " ".join(part.strip() for part in (customer.first_name, customer.last_name) if part and part.strip())
    mail = KeyMail(order["order_number"], order["store_name"], language, items, name)
    return Filled(mail, tuple(attachments), tuple(templates))


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
