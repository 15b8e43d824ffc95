import pickle

import pytest

from orion_daemon.domain.products import IncomingProduct, excerpt, key_problem, validate

MUG = IncomingProduct(
    marketplace_product_id="MUG-BLU",
    language="fr",
    title="Mug bleu",
    description="",
    gtin="4000000000013",
    mpn=None,
    brand=None,
    product_type="physical",
    item_group_id=None,
    price_minor=1290,
    sale_price_minor=None,
    sale_from_at=None,
    sale_until_at=None,
    currency="EUR",
    availability="in_stock",
    quantity=8,
    condition=None,
    link=None,
    image_link=None,
    additional_image_links=(),
    google_product_category=None,
    product_type_path=None,
    tax_rate="17",
    attributes={},
)


def test_a_product_survives_the_way_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(MUG)) == MUG  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"marketplace_product_id": ""}, "id_missing"),
        ({"marketplace_product_id": "x" * 256}, "too_long"),
        ({"marketplace_product_id": "a\nb"}, "control_characters"),
        ({"title": " "}, "title_missing"),
        ({"price_minor": 0}, "price_zero"),
        ({"currency": None}, "currency_missing"),
        ({"price_minor": None}, "currency_missing"),
        ({"sale_price_minor": 1290}, "sale_price_not_lower"),
        ({"quantity": -1}, "quantity_negative"),
    ],
)
def test_what_cannot_be_stored_is_named(changes: dict[str, object], reason: str) -> None:
    assert validate(MUG) == ()
    assert reason in [problem.reason for problem in validate(MUG._replace(**changes))]


def test_an_excerpt_is_short_and_printable() -> None:
    assert excerpt("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    assert len(excerpt("x" * 500)) == 121
    assert key_problem("id", "A 1") is None
