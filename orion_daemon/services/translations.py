"""Texts of products: the store's own words over the inherited ones. What is missing in a language: `missing_texts.py`.

The chain of fallbacks is `domain/translations.py`; here are its rows. Reads are for pages of products: two
statements whatever the number of products.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.translations import ResolvedText, resolve
from orion_daemon.services import offers
from orion_daemon.services.errors import Code, Invalid, NotFound
from orion_daemon.services.reading import Where

TEXTS = ("title", "description")


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """What a product says in one language; None where no language has the text."""

    product_id: int
    title: ResolvedText | None
    description: ResolvedText | None


async def set_translation(
    db: Database, product_id: int, language: str, values: dict[str, str | None], now: datetime
) -> None:
    """Set or clear (None or blank) the store's own title and description in a language; other texts stay.

    Raises NotFound, and Invalid for a title that is not one line of visible text.
    """
    if set(values) - set(TEXTS):
        raise Invalid(Code.INVALID_VALUE, "A translation has a title and a description.", "translation")
    if not 0 < len(language) <= 8:
        raise Invalid(Code.INVALID_VALUE, f"{language!r} is not the code of a language.", "language")
    values = {name: _tidy(text or "") for name, text in values.items()}
    if not (values.get("title") or "").isprintable():
        raise Invalid(Code.INVALID_VALUE, "A title is one line of visible text.", "title")
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM products WHERE id = $1", product_id) is None:
            raise NotFound("such product", "product")
        known = await tx.fetch_one(
            "SELECT * FROM product_translations WHERE product_id = $1 AND language = $2", product_id, language
        )
        before: dict[str, Any] = {text: known[text] if known else None for text in TEXTS}
        merged = before | values
        if merged == before:
            return
        await tx.insert(
            "product_translations",
            ("product_id", "language", *TEXTS, "updated_at"),
            [(product_id, language, *(merged[text] for text in TEXTS), now)],
            suffix="ON CONFLICT (product_id, language) DO UPDATE SET title = EXCLUDED.title,"
            " description = EXCLUDED.description, updated_at = EXCLUDED.updated_at",
        )
        await offers.mark_products_different(tx, [product_id], now)


def _tidy(text: str) -> str | None:
    """One kind of line break, no space around; None for nothing."""
    return "\n".join(text.splitlines()).strip() or None


async def texts(
    source: Database | Tx, products: Sequence[Row], language: str, store_language: str
) -> dict[int, ProductTexts]:
    """Resolve the texts of products (rows of `products.effective`) in a language."""
    return (await texts_in(source, products, [language], store_language))[language]


async def texts_in(
    source: Database | Tx, products: Sequence[Row], languages: Sequence[str], store_language: str
) -> dict[str, dict[int, ProductTexts]]:
    """As `texts`, in several languages for the same two statements."""
    answer: dict[str, dict[int, ProductTexts]] = {language: {} for language in languages}
    if not products:
        return answer
    own = await _by_owner(source, "product_translations", "product_id", [row["id"] for row in products])
    parents = [row["marketplace_product_id"] for row in products if row["marketplace_product_id"] is not None]
    inherited = await _by_owner(source, "marketplace_product_translations", "marketplace_product_id", parents)
    for row in products:
        mine, theirs = own.get(row["id"], []), inherited.get(row["marketplace_product_id"], [])
        words = [
            (
                {translation["language"]: translation[text] for translation in mine},
                {translation["language"]: translation[text] for translation in theirs},
            )
            for text in TEXTS
        ]
        for language in languages:
            title, description = (
                resolve(language, store, parent, product_default=row["default_language"], store_default=store_language)
                for store, parent in words
            )
            answer[language][row["id"]] = ProductTexts(row["id"], title, description)
    return answer


async def _by_owner(source: Database | Tx, table: str, owner: str, ids: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for start in range(0, len(ids), 500):
        where = Where().among(owner, ids[start : start + 500])
        for row in await source.fetch(
            f"SELECT {owner}, language, title, description FROM {table}{where.sql()}", *where.values
        ):
            found.setdefault(row[owner], []).append(row)
    return found
