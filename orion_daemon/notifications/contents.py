"""What templates see: plain lines of text, nothing of Orion's objects.

| Name | Where | Is |
|---|---|---|
| `store_name` `order_number` `customer_name` | everywhere | text; a customer's name may be "" |
| `count` `pending` `missing` | everywhere | how many codes this mail brings; how many still come; how many never will |
| `contact` `refund` | text, HTML | where to ask; the amount that goes back, written out; both may be "" |
| `articles` | text, HTML | all articles with their codes, laid out: the way to show codes that always fits |
| `items` | text, HTML | the articles one by one: `title` `platform` `note` `expected_on` `pending` `missing` `codes` |
| `codes` of an item | text, HTML | one by one: `text` `file_name`; both "" while the code is still to come |

A subject shows neither codes nor articles: programs show it where others look on, and it is logged on the way.
"""

from dataclasses import dataclass, field
from typing import Any

from orion_daemon.domain.deliveries import KeyMail, MailedCode, MailedItem, safe_file_name
from orion_daemon.notifications.phrases import phrases_of, written_date, written_money

MARK = "\ue000"
"""Stands for the block of articles while the words around it are laid out; no value can hold it."""
NAMES_OF_SUBJECT = ("store_name", "order_number", "customer_name", "count", "pending", "missing")
NAMES = (*NAMES_OF_SUBJECT, "contact", "refund", "articles", "items")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str = field(repr=False)
    file_name: str

    def __str__(self) -> str:
        return self.text or self.file_name


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    platform: str
    note: str
    expected_on: str
    pending: int
    missing: int
    codes: tuple[Piece, ...]

    def __str__(self) -> str:
        return self.title


def values_of(mail: KeyMail, language: str) -> dict[str, Any]:
    """All names of the table above; `articles` is the mark."""
    return {
        "store_name": line(mail.store_name),
        "order_number": line(mail.order_number),
        "customer_name": line(mail.customer_name),
        "contact": line(mail.contact),
        "refund": written_money(mail.refund, language) if mail.refund else "",
        "count": sum(not code.is_pending for code in mail.codes),
        "pending": sum(item.pending for item in mail.items),
        "missing": sum(item.missing for item in mail.items),
        "items": tuple(_article(item, language) for item in mail.items),
        "articles": MARK,
    }


def _article(item: MailedItem, language: str) -> Article:
    return Article(
        title=line(item.title),
        platform=line(item.platform),
        note=lines(item.note),
        expected_on=written_date(item.expected_on, language) if item.expected_on and item.pending else "",
        pending=item.pending,
        missing=item.missing,
        codes=tuple(_piece(code) for code in item.codes),
    )


def _piece(code: MailedCode) -> Piece:
    return Piece(lines(code.text), safe_file_name(code.file_name) if code.file_name else "")


def line(text: str) -> str:
    """One line, without control characters and the mark."""
    return " ".join(lines(text).split())


def lines(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in plain if sign == "\n" or (sign >= " " and sign not in f"{MARK}\x7f")).strip()


def articles_as_text(items: tuple[Article, ...], language: str) -> str:
    """Each title on a line, below it, indented, its codes and what is said about them."""
    words = phrases_of(language)
    blocks = []
    for item in items:
        rows = [f"{item.title} ({item.platform})" if item.platform else item.title]
        for code in item.codes:
            if code.text:
                rows += ["", *(f"    {row}" for row in code.text.split("\n"))]
            elif code.file_name:
                rows += ["", f"    {words.attached.format(name=code.file_name)}"]
        if item.pending:
            rows += ["", f"    {words.pending(item.pending)}"]
        if item.missing:
            rows += ["", f"    {words.missing(item.missing)}"]
        if item.expected_on:
            rows.append(f"    {words.expected.format(date=item.expected_on)}")
        if item.note:
            rows += ["", *(f"    {row}" for row in item.note.split("\n"))]
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)
