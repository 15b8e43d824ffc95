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
from orion_daemon.connectors.feeds.known import UNKNOWN, Known
from orion_daemon.connectors.feeds.source import FeedRefused

GOOGLE = "http://base.google.com/ns/1.0"
ATALANDA = "http://api.atalanda.com/ns/gfeed"
_ITEM = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?(?:item|entry|product|offer))(?=[\s>])", re.IGNORECASE)
_OTHER_ITEM = re.compile(
    rb"<((?:[A-Za-z_][\w.-]*:)?(?:shopitem|row|record|article|artikel|produkt|produit))(?=[\s>])", re.IGNORECASE
)
_USED_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]*):[A-Za-z_]")
_NO_ROOTS = frozenset({b"br", b"b", b"p", b"div", b"span", b"font", b"i", b"table", b"tr", b"td", b"th", b"pre"})
_LISTS = frozenset(b"rss feed rdf channel products items offers catalog catalogue shop yml_catalog".split())
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
_SHOWN = 2000  # bytes of an item that is never closed
_PRICED = frozenset({"price", "sale_price"})


class XmlShape:
    """What the beginning of the document says: the tag of its items, the root's name and all namespaces."""

    def __init__(self, sample: bytes) -> None:
        plain = _without_comments(sample)
        found = _ITEM.search(plain) or _OTHER_ITEM.search(plain)
        prolog = sample[: sample.find(b"<" + found[1])] if found else sample
        if re.search(rb"<!(?:DOCTYPE|ENTITY)", prolog, re.IGNORECASE):
            raise FeedRefused(
                "xml_dtd", "The XML declares a document type; that is refused, as it can expand endlessly."
            )
        tags = _ROOT.findall(_without_comments(prolog[max(prolog.rfind(b"<?xml"), 0) :]))
        self.root: bytes = next((tag for tag in tags if tag.lower() not in _NO_ROOTS), b"")
        self.tag = found[1] if found else b"item"
        self.has_items = found is not None
        self.may_be_empty = self.root.lower().rpartition(b":")[2] in _LISTS
        spaces = {b":g": f'"{GOOGLE}"'.encode(), b":atalanda": f'"{ATALANDA}"'.encode()}
        spaces |= {match[1] or b"": match[2] for match in _XMLNS.finditer(prolog)}
        for prefix in {*_USED_PREFIX.findall(sample)} - {name[1:] for name in spaces} - {b"xml", b"xmlns"}:
            spaces[b":" + prefix] = b'"undeclared:%s"' % prefix
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
    opening = b"<" + shape.tag
    start_tag = re.compile(rb"<!--|<" + re.escape(shape.tag) + rb"(?=[\s>])")
    end_tag = re.compile(rb"</" + re.escape(shape.tag) + rb"\s*>")
    known = known or Known(0)
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
                broken.append((line, buffer[start : start + _SHOWN]))
                place = start + 1
                continue
            if end < 0:
                place = start
                break
            line += buffer.count(b"\n", counted, start)
            counted = start
            record = buffer[start:end]
            if record.count(opening) > 1 and (inner := _inner_start(record, start_tag)):
                broken.append((line, record[: min(inner, _SHOWN)]))
                place = start + inner
                continue
            lines.append(line)
            records.append(record)
            place = end
        is_closed = is_closed or b"</" + shape.root in buffer[counted:]
        line += buffer.count(b"\n", counted, place)
        buffer = buffer[place:]
        if data:
            if records or broken:
                yield _sifted(records, lines, broken, known)
            continue
        if buffer.startswith(opening):
            broken.append((line, buffer[:_SHOWN]))
            is_closed = False
        last = _sifted(records, lines, broken, known)
        yield last._replace(is_end=True, has_open_end=not is_closed)
        return


def _sifted(records: list[bytes], lines: list[int], broken: list[tuple[int, bytes]], known: Known) -> Records:
    sums = known.sums(records)
    fresh: list[int] = []
    hashes: list[int] = []
    runs: list[tuple[int, int, int, int]] = []
    place = 0
    while place < len(records):
        if count := known.follow(sums, place):
            runs.append((len(fresh), known.at - count, known.at, lines[place]))
            place += count
            continue
        number, known_place = known.find(
            records[place], sums[place], sums[place + 1] if place + 1 < len(sums) else None
        )
        if known_place == UNKNOWN:
            fresh.append(place)
            hashes.append(number)
        else:
            runs.append((len(fresh), known_place, known_place + 1, lines[place]))
        place += 1
    found, begun = [records[place] for place in fresh], [lines[place] for place in fresh]
    return Records(found, begun, hashes, runs, [], broken)


def _inner_start(record: bytes, start_tag: "re.Pattern[bytes]") -> int:
    """Where the next item begins inside of one that was never closed; 0 when none does."""
    for found in start_tag.finditer(record, 1):
        inner = found.start()
        cdata = record.count(b"<![CDATA[", 0, inner) - record.count(b"]]>", 0, inner)
        if found[0] != b"<!--" and cdata <= 0 and record.count(b"<!--", 0, inner) <= record.count(b"-->", 0, inner):
            return inner
    return 0


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
            value = value.strip()
            if element.attrib:
                value = value or element.get("href", "")
                if self.headers[place] in _PRICED and value:
                    value += " " + (element.get("currency") or element.get("unit") or "")
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
        if item.attrib:
            self._add_attributes(item, cells)
        return cells

    def _add_attributes(self, item: ET.Element, cells: list[str]) -> None:
        """`<product id="7">`: what an element says goes before."""
        for name, value in item.attrib.items():
            place = self._places.get("@" + name)
            if place is None:
                place = self._add(name)
                self._places["@" + name] = place
            if place >= len(cells):
                cells += [""] * (len(self.headers) - len(cells))
            cells[place] = cells[place] or value.strip()

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
    """XHTML becomes its text, a price of amount and currency one text; anything else `key=value` pairs."""
    if name in _TEXT:
        return "".join(element.itertext())
    if name in _PRICED:
        return " ".join([text.strip() for text in element.itertext() if text.strip()])
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


def text_of(record: bytes, name: str) -> str:
    """The text of an element in an item that cannot be parsed; "" when it does not show."""
    tag = re.escape(name.encode())
    found = re.search(rb"<(?:[\w.-]+:)?" + tag + rb"(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]+)", record)
    return html.unescape(found[1].decode("utf-8", "replace")).strip() if found else ""
