import pytest

from orion_daemon.connectors.feeds import product_fields


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in stock", "in_stock"),
        ("in_stock", "in_stock"),
        ("InStock", "in_stock"),
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/OutOfStock", "out_of_stock"),
        ("auf Lager", "in_stock"),
        ("En stock", "in_stock"),
        ("Rupture de stock", "out_of_stock"),
        ("pre-order", "preorder"),
        ("Backorder", "backorder"),
        ("onbackorder", "backorder"),
        ("1", "in_stock"),
        ("0", "out_of_stock"),
        ("Derzeit nicht verfügbar.", "out_of_stock"),
        ("low stock", "in_stock"),
        ("", None),
    ],
)
def test_availability_is_read_in_any_spelling(text: str, found: str | None) -> None:
    assert product_fields.availability(text) == (found, None)


def test_an_unknown_availability_is_kept_raw_and_shown() -> None:
    value, problem = product_fields.availability(" only on Tuesdays ")
    assert value == "only on Tuesdays"
    assert problem is not None
    assert problem.reason == "availability_unknown"


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("8", 8, None),
        ("8.0", 8, None),
        ("1 200", 1200, None),
        ("-0", 0, None),
        ("", None, None),
        ("-3", 0, "quantity_negative"),
        ("1,000", 1, "quantity_ambiguous"),
        ("8.0000", 8, None),
        ("0,000", 0, None),
        ("2.5", None, "quantity_unreadable"),
        ("many", None, "quantity_unreadable"),
        ("99999999999", None, "quantity_absurd"),
    ],
)
def test_quantities_are_whole_pieces(text: str, number: int | None, reason: str | None) -> None:
    value, problem = product_fields.quantity(text)
    assert (value, problem and problem.reason) == (number, reason)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("17", "17"),
        ("17.00 %", "17"),
        ("5,5", "5.5"),
        ("0", "0"),
        ("", None),
        ("0.17", None),
        ("117", None),
        ("x", None),
    ],
)
def test_tax_rates_are_percent(text: str, rate: str | None) -> None:
    assert product_fields.tax_rate(text)[0] == rate


def test_links_are_split_where_an_address_begins_and_commas_inside_stay() -> None:
    text = "https://x.example/a,b.jpg, https://x.example/c.jpg,//y.example/d.jpg https://x.example/c.jpg"
    assert product_fields.links("additional_image_link", text) == (
        ("https://x.example/a,b.jpg", "https://x.example/c.jpg", "https://y.example/d.jpg"),
        None,
    )


def test_addresses_may_be_a_json_list_and_escaped_ampersands_are_ampersands() -> None:
    text = '["https:\\/\\/x.example\\/a.jpg","https://x.example/b.jpg?w=1&amp;h=2"]'
    found = ("https://x.example/a.jpg", "https://x.example/b.jpg?w=1&h=2")
    assert product_fields.links("additional_image_link", text) == (found, None)


@pytest.mark.parametrize(
    "text", ["https://", "javascript:alert(1)", "/p/mug", "www.x.example", "https://x.example/\x00", "ftp://x"]
)
def test_an_address_that_nobody_can_open_is_dropped(text: str) -> None:
    value, problem = product_fields.link("link", text)
    assert value is None
    assert problem is not None
    assert problem.reason == "link_unusable"
