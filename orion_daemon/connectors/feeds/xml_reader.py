"""Google-Shopping XML (RSS, Atom and plain product lists): cutting out the items, then parsing those that are wanted.

Items are found by their tags in the bytes, comments and CDATA respected, and parsed in groups, each wrapped with the
namespaces of the root. So memory is bounded by the block and the longest item, an unchanged item is never parsed, and
one broken item costs itself and not the file. A document type declaration is refused, which leaves no entity to
expand. Small damage that occurs in real feeds (bare `&`, HTML entities, control characters) is mended and reported.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence

from orion_daemon.connectors.feeds.csv_reader import BLOCK, Parsed, Records
from orion_daemon.connectors.feeds.known import Known
from orion_daemon.connectors.feeds.source import FeedRefused

GOOGLE = "http://base.google.com/ns/1.0"
ATALANDA = "http://api.atalanda.com/ns/gfeed"
_ITEM = re.compile(rb"<(item|entry|product|offer)(?=[\s>])")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)[^<>]*>")
_XMLNS = re.compile(rb"""xmlns(:[\w.-]+)?\s*=\s*("[^"<]*"|'[^'<]*')""")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)")
_ILLEGAL = re.compile(
    "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|&#(?:x0*[0-8bcBCeEfF]|x0*1[0-9a-fA-F]|0*[0-8]|0*1[124-9]|0*2\\d|0*3[01]);"
)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_TEXT = frozenset({"description", "content", "summary", "title"})
_GROUP = 64


class XmlShape:
    """What the beginning of the document says: the tag of its items, the root's name and all namespaces."""

    def __init__(self, sample: bytes) -> None:
        found = _ITEM.search(_without_comments(sample))
        prolog = sample[: sample.find(b"<" + found[1])] if found else sample
        if re.search(rb"<!(?:DOCTYPE|ENTITY)", prolog, re.IGNORECASE):
            raise FeedRefused(
                "xml_dtd", "The XML declares a document type; that is refused, as it can expand endlessly."
            )
        root = _ROOT.search(_without_comments(prolog))
        self.root = root[1] if root else b""
        self.tag = found[1] if found else b"item"
        spaces = {b":g": f'"{GOOGLE}"'.encode(), b":atalanda": f'"{ATALANDA}"'.encode()}
        spaces |= {match[1] or b"": match[2] for match in _XMLNS.finditer(prolog)}
        self.wrapper = "<r " + " ".join(
            f"xmlns{name.decode('ascii', 'replace')}={value.decode('utf-8', 'replace')}"
            for name, value in sorted(spaces.items())
        )


def _without_comments(data: bytes) -> bytes:
    return re.sub(rb"<!--.*?(?:-->|\Z)", b"", data, flags=re.DOTALL)


def split_items(
    read: Callable[[int], bytes], shape: XmlShape, *, max_record: int, known: Known | None = None, block: int = BLOCK
) -> Iterator[Records]:
    """Cut the items out of a stream. The last piece has `has_open_end` when an item or the root was never closed."""
    start_tag = re.compile(rb"<!--|<" + shape.tag + rb"(?=[\s>])")
    end_tag = re.compile(rb"</" + shape.tag + rb"\s*>")
    known = known or Known(0, {})
    buffer, line, is_closed = b"", 1, False
    while True:
        data = read(block)
        buffer += data
        records: list[bytes] = []
        lines: list[int] = []
        broken: list[tuple[int, bytes]] = []
        place = counted = 0
        while True:
            found = start_tag.search(buffer, place)
            if found is None:
                # nothing but a part of a tag may be cut off by the block's end
                place = max(place, len(buffer) - 64) if data else len(buffer)
                break
            start = found.start()
            if found[0] == b"<!--":
                end = buffer.find(b"-->", start)
                place = start if end < 0 else end + 3
                if end < 0:
                    break
                continue
            end = _end_of(buffer, start, end_tag)
            if end < 0 and len(buffer) - start > max_record:
                line += buffer.count(b"\n", counted, start)
                counted = start
                broken.append((line, buffer[start : start + 200]))
                place = start + 1
                continue
            if end < 0:
                place = start
                break
            line += buffer.count(b"\n", counted, start)
            counted = start
            lines.append(line)
            records.append(buffer[start:end])
            place = end
        is_closed = is_closed or b"</" + shape.root in buffer[counted:]
        line += buffer.count(b"\n", counted, place)
        buffer = buffer[place:]
        if data:
            if records or broken:
                yield Records(records, lines, *known.look(records), broken)
            continue
        if buffer and re.match(rb"<" + shape.tag, buffer):
            broken.append((line, buffer[:200]))
            is_closed = False
        yield Records(records, lines, *known.look(records), broken, is_end=True, has_open_end=not is_closed)
        return


def _end_of(buffer: bytes, start: int, end_tag: "re.Pattern[bytes]") -> int:
    """Where the item that begins at `start` ends; -1 when its end has not come yet."""
    place = start
    while True:
        found = end_tag.search(buffer, place)
        if found is None:
            return -1
        end = found.end()
        cdata = buffer.count(b"<![CDATA[", start, end) - buffer.count(b"]]>", start, end)
        if cdata <= 0 and (buffer.count(b"<!--", start, end) <= buffer.count(b"-->", start, end)):
            return end
        place = end


class XmlParser:
    """Parses items into cells under `headers`, which grow as elements appear that were not met before."""

    def __init__(self, shape: XmlShape) -> None:
        self.headers: list[str] = []
        self._wrapper = shape.wrapper
        self._places: dict[str, int] = {}

    def parse(self, records: Sequence[bytes], decode: Callable[[bytes], str]) -> Parsed:
        parsed = Parsed([], {}, {})
        for first in range(0, len(records), _GROUP):
            texts = [decode(record) for record in records[first : first + _GROUP]]
            elements = self._together(texts)
            if elements is not None:
                parsed.cells.extend([self._cells(element) for element in elements])
                continue
            for place, text in enumerate(texts, first):
                cells, error = self._alone(text)
                parsed.cells.append(cells)
                if error:
                    parsed.errors[place] = error
        return parsed

    def _together(self, texts: list[str]) -> list[ET.Element] | None:
        try:
            root = ET.fromstring(f"{self._wrapper}>{''.join(texts)}</r>")  # noqa: S314 - holds no DTD: no entities
        except ET.ParseError:
            return None
        return list(root) if len(root) == len(texts) else None

    def _alone(self, text: str) -> tuple[list[str] | None, str]:
        """Cells, or the reason why not; "mended" beside cells when the text had to be mended."""
        problem = ""
        for candidate in (text, mend(text)):
            try:
                root = ET.fromstring(f"{self._wrapper}>{candidate}</r>")  # noqa: S314 - holds no DTD: no entities
            except ET.ParseError as error:
                problem = problem or str(error)
                continue
            if len(root) == 1:
                return self._cells(root[0]), "mended" if problem else ""
            problem = "its elements are not nested properly"
        return None, problem

    def _cells(self, item: ET.Element) -> list[str]:
        cells = [""] * len(self.headers)
        from_google: set[int] = set()
        for element in item:
            place = self._places.get(element.tag)
            if place is None:
                place = self._add(element.tag)
            if place >= len(cells):
                cells += [""] * (len(self.headers) - len(cells))
            value = element.text or "" if not len(element) else _nested(element, self.headers[place])
            value = value.strip() or element.get("href", "")
            is_google = element.tag.startswith("{" + GOOGLE)
            if not value:
                continue
            if not cells[place] or (is_google and place not in from_google and self.headers[place] != "category"):
                cells[place] = value
            elif is_google or place not in from_google:
                name = self.headers[place]
                if name not in _SINGLE:
                    cells[place] += ("," if name == "additional_image_link" else " | ") + value
            if is_google:
                from_google.add(place)
        return cells

    def _add(self, tag: str) -> int:
        space, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        name = f"atalanda:{local}" if space == ATALANDA else local
        if name in self.headers:
            place = self.headers.index(name)
        else:
            place = len(self.headers)
            self.headers.append(name)
        self._places[tag] = place
        return place


_SINGLE = frozenset({"id", "title", "description", "price", "sale_price", "link", "image_link", "availability", "gtin"})


def _nested(element: ET.Element, name: str) -> str:
    """XHTML becomes its text; anything else `key=value` pairs."""
    if name in _TEXT:
        return "".join(element.itertext())
    parts = []
    for child in element:
        local = child.tag.rpartition("}")[2]
        value = _nested(child, "") if len(child) else (child.text or "").strip()
        parts.append(f"{local}={value}")
    return "; ".join(parts)


def mend(text: str) -> str:
    """Escape bare ampersands, resolve HTML's named entities, drop characters that XML forbids. CDATA stays as it is."""
    parts = _CDATA.split(_ILLEGAL.sub("", text))
    for place in range(0, len(parts), 2):
        named = _NAMED_ENTITY.sub(lambda match: html.escape(html.unescape(match[0]), quote=False), parts[place])
        parts[place] = _BARE_AMPERSAND.sub("&amp;", named)
    return "".join(parts)
