import pytest

from orion_daemon.connectors.feeds.columns import count_known, resolve, resolve_all


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
        ("Warehouse shelf", None),
        ("", None),
    ],
)
def test_a_header_is_recognised_in_any_spelling(header: str, name: str | None) -> None:
    assert resolve(header) == name


def test_unknown_columns_keep_their_names_and_all_names_differ() -> None:
    names, unknown = resolve_all(["SKU", "id", "Shelf", "Shelf", "", "price"])
    assert names == ["SKU", "id", "Shelf", "Shelf (2)", "column_5", "price"]
    assert unknown == ["SKU", "Shelf", "Shelf"]


def test_a_header_row_differs_from_a_row_of_data() -> None:
    assert count_known(["ID", "Titel", "Preis"]) == 3
    assert count_known(["4711", "Blue mug", "12.90"]) == 0
