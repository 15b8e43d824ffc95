"""Is the file whole? Signs that a feed was cut off, is empty or came from a broken export.

A feed that fails here may still be read and its rows used, but nothing may be concluded from what is *missing* in it:
the mass-change guard asks `Verdict.is_complete` before products go unavailable.
"""

from dataclasses import dataclass

MESSAGES = {
    "empty": "the file is empty",
    "no_records": "the file holds a header and no products",
    "nothing_usable": "not one record of the file could be used",
    "unclosed_quote": "the file ends inside a quoted value",
    "last_record_short": "the last record has fewer values than the header and the file does not end with a line break",
    "xml_not_closed": "the XML ends before its root element is closed",
    "compressed_cut": "the compressed file ends early",
    "size_differs": "the file does not have the size that the server announced",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` are codes of `MESSAGES`; empty exactly when the file is complete."""

    reasons: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.reasons

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple([MESSAGES[reason] for reason in self.reasons])


@dataclass(slots=True)
class Signs:
    """What the readers notice on their way."""

    is_empty: bool = False
    has_unclosed_quote: bool = False
    has_short_end: bool = False
    is_xml_open: bool = False
    is_compressed_cut: bool = False


def judge(signs: Signs, *, records: int, usable: int, size: int, announced_size: int | None) -> Verdict:
    """`usable` counts accepted, unchanged and repeated records; `announced_size` is the server's Content-Length."""
    found = {
        "empty": signs.is_empty,
        "no_records": not signs.is_empty and records == 0,
        "nothing_usable": records > 0 and usable == 0,
        "unclosed_quote": signs.has_unclosed_quote,
        "last_record_short": signs.has_short_end and not signs.has_unclosed_quote,
        "xml_not_closed": signs.is_xml_open and not signs.is_empty,
        "compressed_cut": signs.is_compressed_cut,
        "size_differs": announced_size is not None and announced_size != size,
    }
    return Verdict(tuple([code for code, is_true in found.items() if is_true]))
