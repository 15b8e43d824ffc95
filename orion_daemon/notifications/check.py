"""A store's template is tried out before it is kept: what would go wrong with a customer's mail goes wrong here.

It is filled in with made-up orders of several shapes: one code and many, a file, codes still to come, codes that
never will, no name of the customer, an amount. What is refused says the line and what to do.
"""

from datetime import date
from typing import Literal

from orion_daemon.domain.deliveries import SHOWS_CODES, KeyMail, KeyMailTemplate, MailedCode, MailedItem, MailKind
from orion_daemon.domain.money import Money
from orion_daemon.notifications.bounds import (
    LONGEST_OUTPUT,
    LONGEST_SOURCE,
    LONGEST_SUBJECT,
    LONGEST_SUBJECT_SOURCE,
    compile_own,
)
from orion_daemon.notifications.contents import NAMES, NAMES_OF_SUBJECT
from orion_daemon.notifications.errors import TemplateRefused
from orion_daemon.notifications.phrases import phrases_of
from orion_daemon.notifications.render import render_with

Part = Literal["subject", "text", "html"]

_ONE = MailedItem("A game", "A platform", (MailedCode("AAAAA-BBBBB-<C&D>"),))
_MANY = MailedItem(
    "Another game", "", (MailedCode("EEEEE-FFFFF"), MailedCode("GGGGG-HHHHH"), MailedCode(file_name="key.png"),
    MailedCode()), "A note", date(2030, 12, 24),
)  # fmt: skip
_LOST = MailedItem("A third game", "A platform", missing=1)
_AWAITED = MailedItem("A fifth game", "A platform", (MailedCode(),), expected_on=date(2030, 12, 24))


def samples(kind: MailKind, language: str) -> tuple[KeyMail, ...]:
    """Made-up mails of this kind, for trying a template out and for showing how it looks."""
    if kind is MailKind.PREORDERED:
        undated = MailedItem("A sixth game", "", (MailedCode(), MailedCode()), phrases_of(language).undated)
        items = ((_AWAITED,), (_AWAITED, undated))
    elif kind not in SHOWS_CODES:
        items = ((_LOST,), (_LOST, MailedItem("A fourth game", missing=2)))
    else:
        items = ((_ONE,), (_ONE, _MANY))
    return (
        KeyMail("1000-1", "The shop", language, items[0], refund=Money(1234, "EUR")),
        KeyMail("1000-2", "The shop", language, items[1], "Jo Doe", "help@shop.example"),
    )


def check_template(kind: MailKind, part: Part, source: str, language: str = "en") -> None:
    """Raises TemplateRefused, with the line, for a template that cannot be used; returns for one that can.

    Refused are mistakes of syntax, unknown names, what `bounds.py` forbids, too much text or output, HTML that loads,
    runs or does not close, and a mail about keys that leaves a key out.
    """
    longest = LONGEST_SUBJECT_SOURCE if part == "subject" else LONGEST_SOURCE
    if len(source) > longest:
        raise TemplateRefused(f"the template has {len(source)} characters; at most {longest} are taken")
    if not source.strip():
        raise TemplateRefused("the template is empty; leave it away for the built-in one")
    names = NAMES_OF_SUBJECT if part == "subject" else NAMES
    output = LONGEST_SUBJECT if part == "subject" else LONGEST_OUTPUT
    compile_own(source, names, escapes=part == "html", longest=output)
    template = KeyMailTemplate(
        kind, language, **{name: source if name == part else "" for name in ("subject", "text", "html")}
    )
    for mail in samples(kind, language):
        render_with(template, mail, language)
