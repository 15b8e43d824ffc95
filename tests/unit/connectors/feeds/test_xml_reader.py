import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.connectors.feeds.csv_reader import Records
from orion_daemon.connectors.feeds.source import FeedRefused
from orion_daemon.connectors.feeds.xml_reader import XmlParser, XmlShape, mend, split_items, text_of

HEAD = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\n'
)
TAIL = "</channel></rss>"


def cut(text: str, block: int = 1 << 18, most: int = 1 << 20) -> tuple[XmlShape, list[Records]]:
    stream = io.BytesIO(text.encode())
    shape = XmlShape(text.encode())
    return shape, [*split_items(lambda _: stream.read(block), shape, max_record=most)]


def read(text: str, block: int = 1 << 18) -> list[dict[str, str]]:
    shape, found = cut(text, block)
    parser = XmlParser(shape)
    rows = [cells for piece in found for cells in parser.parse(piece.records, bytes.decode).cells]
    return [{key: value for key, value in zip(parser.headers, cells or [], strict=False) if value} for cells in rows]


@given(st.integers(1, 200))
def test_items_are_found_however_the_stream_is_cut(block: int) -> None:
    text = (
        HEAD
        + (
            "<item><g:id>1</g:id><title>One</title></item>\n<!-- <item><g:id>9</g:id></item> -->\n"
            "<item>\n<g:id>2</g:id><g:description><![CDATA[a </item> & <b>b</b>]]></g:description></item>"
        )
        + TAIL
    )
    _, found = cut(text, block)
    assert [line for piece in found for line in piece.lines] == [3, 5]
    assert not found[-1].has_open_end
    assert read(text, block) == [{"id": "1", "title": "One"}, {"id": "2", "description": "a </item> & <b>b</b>"}]


def test_the_google_element_wins_over_the_plain_one_and_images_are_collected() -> None:
    text = (
        HEAD
        + (
            "<item><title>plain</title><g:id>1</g:id><g:title>google</g:title><g:title>again</g:title>"
            "<g:additional_image_link>https://a</g:additional_image_link>"
            "<g:additional_image_link>https://b</g:additional_image_link></item>"
        )
        + TAIL
    )
    assert read(text) == [{"id": "1", "title": "google", "additional_image_link": "https://a,https://b"}]


def test_atom_entries_and_foreign_namespaces_are_read() -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"'
        ' xmlns:atalanda="http://api.atalanda.com/ns/gfeed"><entry><g:id>1</g:id><title>One</title>'
        '<link href="https://x.example/1"/><atalanda:quantity>7</atalanda:quantity>'
        "<g:shipping><g:country>LU</g:country><g:price>5 EUR</g:price></g:shipping></entry></feed>"
    )
    assert read(text) == [
        {"id": "1", "title": "One", "link": "https://x.example/1", "atalanda:quantity": "7"}
        | {"shipping": "country=LU; price=5 EUR"}
    ]


def test_one_broken_item_costs_itself_and_small_damage_is_mended() -> None:
    shape, (piece, _) = cut(
        HEAD + "<item><g:id>1</g:id></item><item><g:id>2</id></item><item><g:id>3</g:id><title>A & B&nbsp;\x07</title>"
        "</item>" + TAIL
    )
    parsed = XmlParser(shape).parse(piece.records, bytes.decode)
    assert parsed.cells == [["1"], None, ["3", "A & B"]]
    assert (parsed.errors[2], 1 in parsed.errors) == ("mended", True)


def test_an_item_that_is_never_closed_and_a_root_that_is_never_closed_are_noticed() -> None:
    _, cut_item = cut(HEAD + "<item><g:id>1</g:id></item>\n<item><g:id>2")
    assert (cut_item[-1].has_open_end, [line for line, _ in cut_item[-1].broken]) == (True, [4])
    _, cut_root = cut(HEAD + "<item><g:id>1</g:id></item>")
    assert (cut_root[-1].has_open_end, cut_root[-1].broken) == (True, [])


def test_an_item_that_is_never_closed_does_not_take_the_next_one_with_it() -> None:
    _, found = cut(
        HEAD + "<item><g:id>1</g:id>\n<item><g:id>2</g:id><title><![CDATA[<item> x]]></title></item>"
        "\n<item><g:id>3</g:id></item>" + TAIL
    )
    assert [line for piece in found for line in piece.lines] == [4, 5]
    assert [broken for piece in found for broken in piece.broken] == [(3, b"<item><g:id>1</g:id>\n")]


@pytest.mark.parametrize(
    "text",
    [
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><g:id>1</g:id><a:title>T</a:title></a:entry></a:feed>",
        "<rss><channel><goog:item><goog:id>1</goog:id><goog:title>T</goog:title></goog:item></channel></rss>",
        "<RSS><Item><id>1</id><title>T</title></Item></RSS>",
        "<root><row><id>1</id><title>T</title></row></root>",
        "<products><product id='1'><title>T</title></product></products>",
    ],
)
def test_items_are_found_under_other_names_and_prefixes_declared_or_not(text: str) -> None:
    assert [sorted(row.items()) for row in read(text)] == [[("id", "1"), ("title", "T")]]


def test_the_currency_of_a_price_may_stand_in_an_attribute_or_an_element() -> None:
    text = (
        "<products><product><price currency='USD'>3.00</price><sale_price><value>2.00</value><currency>USD</currency>"
    )
    assert read(text + "</sale_price></product></products>") == [{"price": "3.00 USD", "sale_price": "2.00 USD"}]


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (b"<item><g:id>A &amp; B</g:id><title>broken</item>", "A & B"),
        (b'<item><id type="x"> <![CDATA[7]]></id>', "7"),
        (b"<item><title>x</title>", ""),
    ],
)
def test_a_broken_item_still_shows_its_id(record: bytes, found: str) -> None:
    assert text_of(record, "id") == found


def test_an_item_longer_than_allowed_is_passed_over() -> None:
    text = HEAD + "<item>" + "x" * 5000 + "</item><item><g:id>2</g:id></item>" + TAIL
    _, found = cut(text, block=256, most=1024)
    assert [line for piece in found for line, _ in piece.broken] == [3]
    assert [record for piece in found for record in piece.records] == [b"<item><g:id>2</g:id></item>"]


@pytest.mark.parametrize(
    "prolog", ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!doctype a SYSTEM "file:///etc/passwd">', '<!ENTITY b "c">']
)
def test_a_document_type_is_refused_so_that_no_entity_can_expand(prolog: str) -> None:
    with pytest.raises(FeedRefused) as caught:
        XmlShape(f'<?xml version="1.0"?>{prolog}<rss><channel><item><id>&b;</id></item></channel></rss>'.encode())
    assert caught.value.code == "xml_dtd"


def test_mending_leaves_good_text_and_cdata_alone() -> None:
    good = "<a>x &amp; &#233; &lt;</a><![CDATA[a & b &nbsp;]]>"
    assert mend(good) == good
    assert mend("a & b &eacute; &unknown; &#7;") == "a &amp; b é &amp;unknown; "
