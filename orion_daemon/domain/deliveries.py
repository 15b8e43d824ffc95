"""What a mail about keys says: the order, its articles with their codes, and the texts around them, as values.

Whoever delivers fills a `KeyMail`; `notifications/render.py` makes subject, text and HTML of it. A store may put a
`KeyMailTemplate` of its own in place of the built-in text, a kind and a language at a time. Nothing is invented here:
how a code is redeemed stands in a note only where the store or the supplier said so.

`MailedCode.text` is money and names of customers are personal: neither stands in a representation.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from orion_daemon.domain.money import Money

DEFAULT_LANGUAGE = "en"
LONGEST_FILE_NAME = 80
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


class MailKind(StrEnum):
    KEYS = "keys"  # the codes of an order, or as many as there are
    PREORDERED = "preordered"  # codes are ordered that come only with their release
    PREORDER_KEY = "preorder_key"  # a code that was still to come has come
    KEY_REPLACED = "key_replaced"  # another code in place of one that was sent before
    UNFULFILLABLE = "unfulfillable"  # the articles cannot be delivered, the money goes back


SHOWS_CODES = frozenset({MailKind.KEYS, MailKind.PREORDER_KEY, MailKind.KEY_REPLACED})
"""Kinds of which a template that leaves a code out is refused."""


@dataclass(frozen=True, slots=True)
class MailedCode:
    """One piece: its code as text, or the name of the attached file that shows it, or neither: it is still to come."""

    text: str = field(default="", repr=False)
    file_name: str = ""

    def __post_init__(self) -> None:
        if self.text and self.file_name:
            raise ValueError("a code is sent as text or as a file, not as both")

    @property
    def is_pending(self) -> bool:
        return not self.text and not self.file_name


@dataclass(frozen=True, slots=True)
class MailedItem:
    """`note` is in the mail's language. `expected_on`: when pending codes are said to come, by the store's calendar.
    `missing`: how many codes the customer does not get; none of `codes` stands for them."""

    title: str
    platform: str = ""
    codes: tuple[MailedCode, ...] = ()
    note: str = ""
    expected_on: date | None = None
    missing: int = 0

    @property
    def pending(self) -> int:
        """How many of its codes are still to come."""
        return sum(code.is_pending for code in self.codes)


@dataclass(frozen=True, slots=True)
class KeyMail:
    """`contact`: where the store answers questions, "" says nothing. `refund`: what goes back; None names no amount."""

    order_number: str
    store_name: str
    language: str
    items: tuple[MailedItem, ...]
    customer_name: str = field(default="", repr=False)
    contact: str = ""
    refund: Money | None = None

    @property
    def codes(self) -> tuple[MailedCode, ...]:
        return tuple(code for item in self.items for code in item.codes)


@dataclass(frozen=True, slots=True)
class KeyMailTemplate:
    """A store's own words for one kind of mail in one language; "" leaves a part to the built-in one.

    Without `html` the HTML is made of the text, the built-in or the store's own.
    """

    kind: MailKind
    language: str
    subject: str = ""
    text: str = ""
    html: str = ""


def language_of(locale: str) -> str:
    """The language of a locale in lower case: "de" of `de-LU` and `de_LU`, "" of what is none."""
    match = _LANGUAGE.fullmatch(locale.strip())
    return match[1].lower() if match else ""


def choose_language(locale: str, store_default: str, known: Iterable[str]) -> str:
    """The language that a mail is written in: the order's, else the store's default, else English; one of `known`."""
    available = frozenset(known)
    for wanted in (locale, store_default):
        language = language_of(wanted)
        if language in available:
            return language
    return DEFAULT_LANGUAGE


def safe_file_name(name: str, *, default: str = "key") -> str:
    """A name for an attachment that no mail program or file system takes for a path or a command; keeps the ending."""
    folded = unicodedata.normalize("NFC", name)
    visible = "".join(sign for sign in folded if sign.isspace() or unicodedata.category(sign)[0] not in "CZ")
    plain = _NOT_IN_FILE_NAMES.sub("_", visible).strip("._- ")
    if len(plain) > LONGEST_FILE_NAME:
        stem, dot, ending = plain.rpartition(".")
        keeps = bool(stem) and len(ending) <= 8
        kept = LONGEST_FILE_NAME - len(ending) - 1
        plain = f"{stem[:kept]}{dot}{ending}" if keeps else plain[:LONGEST_FILE_NAME]
    return plain or default
