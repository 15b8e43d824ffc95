import pytest

from orion_daemon.connectors.feeds.columns import count_known, currency_named, resolve, resolve_all


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("id", "id"),
        ("g:id", "id"),
        ("ID", "id"),
        ("Item title", "title"),
        ("Final URL", "link"),
        ("Image URL", "image_link"),
        ("Sale price", "sale_price"),
        ("google product category", "google_product_category"),
        ("item-group-id", "item_group_id"),
        ("atalanda:quantity", "quantity"),
        ("atalanda:tax_rate", "tax_rate"),
        ("atalanda:additional_product_type_2", "additional_product_type_2"),
        ("Artikelnummer", "id"),
        ("Verfügbarkeit", "availability"),
        ("Disponibilité", "availability"),
        ("Prix TTC", "price"),
        ("Beschreibung", "description"),
        ("EAN", "gtin"),
        ("'title'", "title"),
        ("Preis (EUR)", "price"),
        ("Référence", "id"),
        ("Désignation", "title"),
        ("c:brand", "brand"),
        ("ns0:title", "title"),
        ("g_id", "id"),
        ("Title*", "title"),
        ("\ufeffid", "id"),
        ("In stock?", "availability"),
        ("GTIN, UPC, EAN, or ISBN", "gtin"),
        ("price_eur", "price"),
        ("Sale price USD", "sale_price"),
        ("Price (tax incl.)", "price"),
        ("Price (tax excl.)", None),
        ("Prix (HT)", None),
        ("cost_usd", None),
        ("Warehouse shelf", None),
        ("", None),
    ],
)
def test_a_header_is_recognised_in_any_spelling(header: str, name: str | None) -> None:
    assert resolve(header) == name


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("price", None),
        ("Price (USD)", "USD"),
        ("preis_eur", "EUR"),
        ("Prix [€]", "EUR"),
        ("price_fr", None),
        ("Price (tax incl.)", None),
        ("Preis in CHF", "CHF"),
    ],
)
def test_the_header_of_a_price_may_name_its_currency(header: str, currency: str | None) -> None:
    assert currency_named(header) == currency


def test_unknown_columns_keep_their_names_and_all_names_differ() -> None:
    names, unknown = resolve_all(["SKU", "id", "Shelf", "Shelf", "", "price"])
    assert names == ["SKU", "id", "Shelf", "Shelf (2)", "column_5", "price"]
    assert unknown == ["SKU", "Shelf", "Shelf"]


def test_a_header_row_differs_from_a_row_of_data() -> None:
    assert count_known(["ID", "Titel", "Preis"]) == 3
    assert count_known(["4711", "Blue mug", "12.90"]) == 0
