"""A mail about keys, from values to subject, text and HTML.

    KeyMail → names that templates know (`contents.py`) → the store's words, else the built-in ones (`builtin.py`)
            → laid out as text and as HTML, with the codes in both → Rendered → `message.py`

A mail that names codes shows every one of them in both forms, whatever the store's template does: one that fails or
leaves a code out is set aside for the built-in one, and `Rendered.problem` says so. Given the same values the result is
the same.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from orion_daemon.domain.deliveries import SHOWS_CODES, KeyMail, KeyMailTemplate, MailKind
from orion_daemon.notifications.bounds import (
    LONGEST_OUTPUT,
    LONGEST_SUBJECT,
    compile_own,
    compile_trusted,
)
from orion_daemon.notifications.builtin import built_in, frame
from orion_daemon.notifications.contents import MARK, NAMES, NAMES_OF_SUBJECT, articles_as_text, line, values_of
from orion_daemon.notifications.errors import Rejected, TemplateRefused
from orion_daemon.notifications.markup import check_fragment, paragraphs
from orion_daemon.notifications.phrases import phrases_of

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*\n")
_END_OF_LINE = re.compile(r"[^\S\n]+\n")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`problem`: why the store's own template was not used; "" where it was, or there is none."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    problem: str = ""


def render(kind: MailKind, mail: KeyMail, language: str = "", overrides: Iterable[KeyMailTemplate] = ()) -> Rendered:
    """The mail in `language`, else in its own. `overrides`: the store's templates, of any kind and language.

    Raises Rejected (`nothing_to_send`) for a mail that is to bring codes and brings none.
    """
    language = language or mail.language
    if kind in SHOWS_CODES and (not mail.codes or (kind != MailKind.KEYS and all(c.is_pending for c in mail.codes))):
        raise Rejected("a mail that is to bring keys names none; nothing was sent", code="nothing_to_send")
    original = built_in(kind, language)
    own = next((one for one in overrides if one.kind == kind and one.language == language), None)
    if own is not None:
        try:
            return render_with(own, mail, language)
        except TemplateRefused as refused:
            where = f" (line {refused.line})" if refused.line else ""
            problem = f"the store's template {kind}, {language}, was not used{where}: {refused.message}"
            return render_with(original, mail, original_language(language), problem)
    return render_with(original, mail, original_language(language))


def original_language(language: str) -> str:
    """The language of the built-in words for it."""
    return built_in(MailKind.KEYS, language).language


def render_with(template: KeyMailTemplate, mail: KeyMail, language: str, problem: str = "") -> Rendered:
    """With this template; a part that it leaves empty is the built-in one. Raises TemplateRefused."""
    original = built_in(template.kind, language)
    values = values_of(mail, language)
    about_subject = {name: values[name] for name in NAMES_OF_SUBJECT}
    subject_source = template.subject or original.subject
    subject = line(
        compile_own(subject_source, NAMES_OF_SUBJECT, escapes=False, longest=LONGEST_SUBJECT).render(about_subject)
    )
    if not subject:
        raise TemplateRefused("the subject is empty")
    words = compile_own(template.text or original.text, NAMES, escapes=False, longest=LONGEST_OUTPUT).render(values)
    block = compile_trusted(frame("articles")).render(items=values["items"], words=phrases_of(language)).strip()
    if template.html:
        compiled = compile_own(template.html, NAMES, escapes=True, longest=LONGEST_OUTPUT)
        body = compiled.render(values)
        check_fragment(body)
        body = body.replace(MARK, block)
    else:
        body = paragraphs(words, MARK, block)
    layout = compile_trusted(frame("layout"))
    page = layout.render(language=language, subject=subject, body=Markup(body))  # noqa: S704 - escaped above
    text = _tidy(words).replace(MARK, articles_as_text(values["items"], language)) + "\n"
    if template.kind in SHOWS_CODES:
        _see_codes(mail, text, page)
    return Rendered(subject, text, page, language, problem)


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", _END_OF_LINE.sub("\n", text)).strip()


def _see_codes(mail: KeyMail, text: str, page: str) -> None:
    seen = " ".join(text.split()), " ".join(html.unescape(page).split())
    for code in mail.codes:
        for row in code.text.splitlines():
            if any(line(row) not in form for form in seen):
                raise TemplateRefused("it does not show the codes: put {{ articles }} where they belong")
