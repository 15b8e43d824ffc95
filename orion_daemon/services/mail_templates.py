"""A store's own words in place of the built-in ones: a subject, a text or an HTML for a kind of mail in a language.

What is set was tried out with made-up orders first, so that a customer's mail does not fail over it; a part that is
taken away gives way to the built-in one. A preview shows made-up orders too, and never a key.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.deliveries import KeyMailTemplate, MailKind, language_of
from orion_daemon.notifications.builtin import LANGUAGES, built_in
from orion_daemon.notifications.check import Part, check_template, samples
from orion_daemon.notifications.errors import TemplateRefused
from orion_daemon.notifications.render import Rendered, render_with
from orion_daemon.services import access
from orion_daemon.services.errors import Code, Invalid, NotFound

PARTS: tuple[Part, ...] = get_args(Part)
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
    _check_language(language)
    source = _tidy(source)
    if source:
        _try_out(kind, part, source, language, "source")
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


@dataclass(frozen=True, slots=True)
class ShownTemplate:
    """`own`: the store's words, of which an empty part is the built-in one. `original`: the built-in words, English
    where the language has none; their HTML is made of their text."""

    own: KeyMailTemplate
    original: KeyMailTemplate


async def shown_templates(
    db: Database, store_id: int, kind: MailKind | None = None, language: str = ""
) -> list[ShownTemplate]:
    """What the store's mails say, built-in words beside its own: every kind in every language that has words."""
    own = {
        (one.kind, one.language): one
        for one in await templates_of(db, store_id, "" if kind is None else kind, language)
    }
    kinds = list(MailKind) if kind is None else [kind]
    languages = [language] if language else list(LANGUAGES)
    wanted = dict.fromkeys([*[(one, code) for one in kinds for code in languages], *own])
    return [
        ShownTemplate(own.get((one, code), KeyMailTemplate(one, code)), built_in(one, code)) for one, code in wanted
    ]


async def preview(
    db: Database, store_id: int, kind: MailKind, language: str, changed: KeyMailTemplate | None = None
) -> list[Rendered]:
    """How the store's mail of a kind looks in a language, with made-up orders; with the built-in words where it has
    none. `changed`: words that are not set yet, in place of all that are.

    Raises Invalid, with the line, for words that `set_template` would refuse; its field is the part that is wrong.
    """
    _check_language(language)
    if changed is None:
        own = await templates_of(db, store_id, kind, language)
        template = own[0] if own else KeyMailTemplate(kind, language)
    else:
        template = replace(changed, subject=_tidy(changed.subject), text=_tidy(changed.text), html=_tidy(changed.html))
        for part in PARTS:
            if getattr(template, part):
                _try_out(kind, part, getattr(template, part), language, part)
    try:
        return [render_with(template, mail, language) for mail in samples(kind, language)]
    except TemplateRefused as refused:
        raise _refusal(refused, "source") from None


def _check_language(language: str) -> None:
    if not language or language_of(language) != language:
        raise Invalid(Code.INVALID_VALUE, "A language is a code of small letters like fr.", "language")


def _tidy(source: str) -> str:
    return "\n".join(source.splitlines()).strip()


def _try_out(kind: MailKind, part: Part, source: str, language: str, field: str) -> None:
    try:
        check_template(kind, part, source, language)
    except TemplateRefused as refused:
        raise _refusal(refused, field) from None


def _refusal(refused: TemplateRefused, field: str) -> Invalid:
    where = f" (line {refused.line})" if refused.line else ""
    return Invalid(Code.INVALID_VALUE, f"The template cannot be used{where}: {refused.message}", field)
