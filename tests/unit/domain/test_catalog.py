"""Columns of a stored product and fields of an incoming one go together by their order."""

from orion_daemon.domain.catalog import CURRENCY, NEUTRAL, PRICE
from orion_daemon.domain.products import IncomingProduct


def test_the_neutral_columns_are_the_fields_of_an_incoming_product_in_its_order() -> None:
    renamed = {"additional_image_links": "additional_image_links_json", "attributes": "attributes_json"}
    fields = IncomingProduct._fields[IncomingProduct._fields.index("gtin") : -1]
    assert tuple([renamed.get(field, field) for field in fields]) == NEUTRAL
    assert (NEUTRAL[CURRENCY], NEUTRAL[PRICE]) == ("currency", "price_minor")
