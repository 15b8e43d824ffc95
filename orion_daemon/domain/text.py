"""Text from outside made fit for storage: one clean line, or clean paragraphs out of HTML.

Orion keeps descriptions as plain text with line breaks: markup loses its meaning here, and whoever shows the text
escapes it, so that every channel can build its own form from it. Entities are decoded, scripts and styles dropped with
their content, control and bidirectional-override characters removed, white space folded, the result is in NFC. Both
functions are linear in their input.
"""

import html
import re
import unicodedata

_REMOVED = dict.fromkeys(
    [*range(9), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x200B, 0x2060, 0xFEFF]
    + [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFDD0, 0xFDF0), *range(0xD800, 0xE000)]
    + [plane * 0x10000 + end for plane in range(17) for end in (0xFFFE, 0xFFFF)]
)
_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<[!?][^<>]*>
    |<(?P<slash>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)(?P<rest>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>
    |<(?P<slash2>/?)(?P<name2>[a-zA-Z][a-zA-Z0-9:-]*)(?P<rest2>[^<>]*)>
    |<(?P<cut>[a-zA-Z][a-zA-Z0-9]*)\s[^<>]*=[^<>]*\Z""",
    re.DOTALL | re.VERBOSE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARAGRAPH = _words("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre section article hr")
_LINE = _words("br div li tr dt dd header footer figure figcaption form fieldset address aside main nav option caption")
_INLINE = _words(
    "a abbr acronym audio b base bdi bdo big body button canvas center cite code col colgroup data datalist del details"
    " dfn dialog em embed font frame frameset head html i img input ins kbd label legend link map mark meta meter"
    " noframes output param picture progress q rp rt ruby s samp select small source span strike strong sub summary sup"
    " tbody td textarea tfoot th thead time track tt u var video wbr"
)
_DROPPED = _words("script style template iframe object svg noscript title")
_KNOWN = _PARAGRAPH | _LINE | _INLINE | _DROPPED
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|span|b|strong|em|i|ul|li|ol|h[1-6]|a|table)\b", re.IGNORECASE)
_TWICE = re.compile(
    r"&amp;(#\d{2,6}|#x[0-9a-fA-F]{2,6}|amp|lt|gt|quot|apos|nbsp|euro|[a-zA-Z]{1,6}(?:uml|grave|acute|circ|cedil|tilde));"
)
"""Entities that were escaped once more: nobody means `&amp;lt;` to be read."""
_SPACES = re.compile(r"[^\S\n]+")
_MARKS = re.compile(r"[\0\x01\x02][\s\0\x01\x02]*")
_BREAKS = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line: markup and entities resolved, all white space folded to single spaces."""
    if text.isprintable() and "<" not in text and "&" not in text:
        if "  " in text or text[:1] == " " or text[-1:] == " ":
            text = " ".join(text.split())
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Paragraphs parted by a blank line, lines by a line break, list items led by a bullet."""
    if "<" not in text and "&" not in text and text.isprintable():
        if "  " in text or text[:1] == " " or text[-1:] == " ":
            text = " ".join(text.split())
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    if "&amp;" in text:
        text = _TWICE.sub(r"&\1;", text)
    if "<" in text or _ESCAPED_TAG.search(text):
        if "<" not in text:
            text = html.unescape(text)
        text = _without_tags(text)
    if "&" in text:
        text = html.unescape(text)
    return _fold(text)


def _fold(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n\n").replace("\f", "\n").translate(_REMOVED)
    lines = [line.strip() for line in _SPACES.sub(" ", text).split("\n")]
    return unicodedata.normalize("NFC", _BREAKS.sub("\n\n", "\n".join(lines)).strip())


def _without_tags(text: str) -> str:
    """Tags out, their meaning for the layout in. Where block tags shape the text its own line breaks mean nothing."""
    text = text.translate(_REMOVED)
    parts: list[str] = []
    position, skipping, is_shaped = 0, "", False
    for match in _TAG.finditer(text):
        if not skipping:
            parts.append(text[position : match.start()])
        position = match.end()
        name = (match["name"] or match["name2"] or match["cut"] or "").lower()
        if not name:
            continue
        is_end = bool(match["slash"] or match["slash2"])
        if skipping:
            if is_end and name == skipping:
                skipping = ""
            continue
        if name not in _KNOWN:
            if not (match["rest"] or match["rest2"]) and "-" not in name and ":" not in name and not match["cut"]:
                parts.append(match[0])  # angle brackets that a person typed
            continue
        if name in _DROPPED:
            skipping = "" if is_end or (match["rest"] or "").endswith("/") else name
        elif name in _PARAGRAPH:
            is_shaped = True
            parts.append("\x02")
        elif name in _LINE:
            is_shaped = is_shaped or not is_end
            parts.append("\0" if name == "br" else "\x01• " if name == "li" and not is_end else "\x01")
        elif name in ("td", "th"):
            parts.append(" ")
    if not skipping:
        parts.append(text[position:])
    if not is_shaped:
        return "".join(parts).replace("\x01", "\n")
    marks = ("\0", "\x01", "\x02")
    return _MARKS.sub(
        _layout,
        "".join([part if part.startswith(marks) else part.replace("\r", " ").replace("\n", " ") for part in parts]),
    )


def _layout(run: re.Match[str]) -> str:
    """A run of marks: line ends of blocks fall together, two breaks in a row or a paragraph leave a blank line."""
    marks = run[0]
    return "\n\n" if "\x02" in marks or marks.count("\0") > 1 else "\n"
