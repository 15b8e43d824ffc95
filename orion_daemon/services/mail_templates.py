"""A store's own words in place of the built-in ones: a subject, a text or an HTML for a kind of mail in a language.

What is set was tried out with made-up orders first, so that a customer's mail does not fail over it; a part that is
taken away gives way to the built-in one. A preview shows made-up orders too, and never a key.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.deliveries import KeyMailTemplate, MailKind, language_of
from orion_daemon.notifications.builtin import built_in
from orion_daemon.notifications.check import Part, check_template, samples
from orion_daemon.notifications.errors import TemplateRefused
from orion_daemon.notifications.render import Rendered, render_with
from orion_daemon.services import access
from orion_daemon.services.errors import Code, Invalid, NotFound

PARTS: tuple[str, ...] = get_args(Part)
_TEMPLATES = """
SELECT kind, language, part, source FROM mail_templates
WHERE store_id = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR language = $3) ORDER BY kind, language, part
"""
_UPSERT = (
    "ON CONFLICT (store_id, kind, language, part) DO UPDATE SET source = EXCLUDED.source,"
    " changed_by = EXCLUDED.changed_by, updated_at = EXCLUDED.updated_at"
)


async def set_template(
    db: Database, store_id: int, kind: MailKind, language: str, part: Part, source: str, *, actor: str, now: datetime
) -> None:
    """Set one part, or take it away ("" or blank). Setting what is set changes nothing.

    Raises NotFound, and Invalid (field `source`) with the line for a template that cannot be used: mistakes, names that
    do not exist, HTML that loads or runs something, a mail about keys that leaves a key out.
    """
    if not language or language_of(language) != language:
        raise Invalid(Code.INVALID_VALUE, "A language is a code of small letters like fr.", "language")
    source = "\n".join(source.splitlines()).strip()
    if source:
        try:
            check_template(kind, part, source, language)
        except TemplateRefused as refused:
            where = f" (line {refused.line})" if refused.line else ""
            raise Invalid(
                Code.INVALID_VALUE, f"The template cannot be used{where}: {refused.message}", "source"
            ) from None
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM stores WHERE id = $1", store_id) is None:
            raise NotFound("store with this id", "storeId")
        known = await tx.fetch_one(
            "SELECT source FROM mail_templates WHERE store_id = $1 AND kind = $2 AND language = $3 AND part = $4",
            store_id, kind, language, part,
        )  # fmt: skip
        if source == (known["source"] if known else ""):
            return
        if source:
            await tx.insert(
                "mail_templates",
                ("store_id", "kind", "language", "part", "source", "changed_by", "updated_at"),
                [(store_id, kind, language, part, source, actor[:200], now)],
                suffix=_UPSERT,
            )
        else:
            await tx.execute(
                "DELETE FROM mail_templates WHERE store_id = $1 AND kind = $2 AND language = $3 AND part = $4",
                store_id, kind, language, part,
            )  # fmt: skip
        detail = {"part": part, "is_own": bool(source)}
        await access.audit(tx, actor, "template.set", f"template:{kind}:{language}", detail, store_id, now)


async def templates_of(
    source: Database | Tx, store_id: int, kind: MailKind | str = "", language: str = ""
) -> list[KeyMailTemplate]:
    """The store's own words, of one kind or language or of all; parts that are the built-in ones are empty."""
    parts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in await source.fetch(_TEMPLATES, store_id, str(kind), language):
        parts[row["kind"], row["language"]][row["part"]] = row["source"]
    return [KeyMailTemplate(MailKind(kind), language, **own) for (kind, language), own in parts.items()]


async def preview(
    db: Database, store_id: int, kind: MailKind, language: str, changed: KeyMailTemplate | None = None
) -> list[Rendered]:
    """How the store's mail of a kind looks in a language, with made-up orders; with the built-in words where it has
    none. `changed`: words that are not set yet, in place of those that are. Raises Invalid where these are wrong."""
    own: Sequence[KeyMailTemplate] = [changed] if changed else await templates_of(db, store_id, kind, language)
    template = next(iter(own), built_in(kind, language))
    try:
        return [render_with(template, mail, language) for mail in samples(kind, language)]
    except TemplateRefused as refused:
        where = f" (line {refused.line})" if refused.line else ""
        raise Invalid(Code.INVALID_VALUE, f"The template cannot be used{where}: {refused.message}", "source") from None
