"""HTML of mails: paragraphs made out of plain text, and a look at what a store wrote itself.

A store writes what stands inside `<body>`; the frame around it is Orion's (`templates/layout.html`). Mail programs show
no scripts and should load nothing from elsewhere, which would tell the sender when a mail is read: both are refused.
"""

import html
import re
from html.parser import HTMLParser

from orion_daemon.notifications.errors import TemplateRefused


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REFUSED = _words(
    "applet audio base body button embed form frame frameset head html iframe input link meta object script select svg"
    " style textarea title video"
)
_VOID = _words("area br col hr img wbr")
_ADDRESS = re.compile(r"(?:https?:|mailto:|tel:|#)", re.IGNORECASE)
_LOADS = frozenset({"background", "poster", "src", "srcset"})
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def paragraphs(text: str, mark: str, block: str) -> str:
    """Escaped paragraphs of a text, a line break for each of its own; `block` stands where the text has `mark`."""
    parts = [_paragraphs(part) for part in text.split(mark)]
    return f"\n{block}\n".join(parts).strip()


def _paragraphs(text: str) -> str:
    made = []
    for paragraph in _BLANK_LINE.split(text.strip()):
        rows = [html.escape(row.strip()) for row in paragraph.split("\n") if row.strip()]
        if rows:
            made.append(f'<p style="margin: 0 0 16px">{"<br>".join(rows)}</p>')
    return "\n".join(made)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []

    def _refuse(self, what: str) -> None:
        raise TemplateRefused(what, line=self.getpos()[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _REFUSED:
            self._refuse(f"<{tag}> is not allowed in a mail")
        for name, value in attrs:
            if name.startswith("on") or name in _LOADS:
                self._refuse(f"{name} is not allowed: a mail runs nothing and loads nothing")
            if name == "style" and re.search(r"url\s*\(|@import|expression\s*\(", value or "", re.IGNORECASE):
                self._refuse("a style may not load anything")
            if name == "href" and not _ADDRESS.match((value or "").strip()):
                self._refuse("a link begins with https:, http:, mailto: or tel:")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1][0] != tag:
            expected = f"</{self.open[-1][0]}> is expected" if self.open else "nothing is open"
            self._refuse(f"</{tag}> closes nothing here, {expected}")
        self.open.pop()

    def handle_decl(self, decl: str) -> None:
        self._refuse(f"<!{decl[:20]}> is not allowed: a mail's HTML is what stands inside body")


def check_fragment(text: str) -> None:
    """Raises TemplateRefused: a tag that is left open or not allowed, anything that would be loaded or run."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        tag, line = reader.open[-1]
        raise TemplateRefused(f"<{tag}> is never closed", line=line)
