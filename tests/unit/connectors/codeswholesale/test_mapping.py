"""Documents into Orion's words, without the network."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from orion_daemon.connectors.codeswholesale import mapping, schemas
from orion_daemon.connectors.codeswholesale.mapping import UnusableDocument
from orion_daemon.domain.supply import CodeKind, PriceTier, SupplierProduct, SupplierText, SupplierTexts, tier_for

ID = "5b1d0c9e-1111-4222-8333-444455556666"
PNG = "iVBORw0KGgo="


def product(text: str = "", **said: Any) -> SupplierProduct:
    """`text`: the JSON as it is, where the spelling of a number matters."""
    raw = text or json.dumps({"productId": ID, "name": "Example Quest", **said})
    return mapping.product(msgspec.json.decode(raw, type=schemas.Product))


# -- products ---------------------------------------------------------------------------------------------------------


def test_a_product_with_everything() -> None:
    found = product(
        identifier="EXQ",
        platform="Steam",
        quantity=17,
        regions=["EU", "EU", "PL"],
        languages=["Multilanguage", "fr"],
        badges=["BESTSELLER", {"id": 3, "name": "New", "slug": "new"}],
        regionDescription="Works in the <b>EU</b>",
        prices=[{"value": 9.10, "from": 1, "to": 9}],
        releaseDate="2024-05-16T22:00:00.000Z",
        images=[
            {"format": "SMALL", "image": "https://img.example.net/s.jpg"},
            {"format": "POSTER", "image": "https://img.example.net/p.jpg"},
            {"format": "MEDIUM", "image": "https://img.example.net/m.jpg"},
            {"format": "MEDIUM", "image": "javascript:alert(1)"},
            {"format": "MEDIUM"},
        ],
        links=[{"rel": "self", "href": "https://sandbox.codeswholesale.com/v3/products/x"}],
        somethingNew={"a": 1},
    )
    assert found == SupplierProduct(
        product_id=ID,
        name="Example Quest",
        currency="EUR",
        tiers=(PriceTier(1, 9, 910),),
        quantity=17,
        identifier="EXQ",
        platform="Steam",
        regions=("EU", "PL"),
        languages=("Multilanguage", "fr"),
        badges=("BESTSELLER", "New"),
        region_description="Works in the EU",
        released_at=datetime(2024, 5, 16, 22, tzinfo=UTC),
        images=("https://img.example.net/m.jpg", "https://img.example.net/s.jpg", "https://img.example.net/p.jpg"),
    )


def test_a_product_with_an_id_only() -> None:
    assert product('{"productId": "p"}') == SupplierProduct("p", "", "EUR", (), 0)
    nulls = dict.fromkeys(("platform", "quantity", "regions", "languages", "prices", "releaseDate", "images", "badges"))
    assert product(**nulls) == SupplierProduct(ID, "Example Quest", "EUR", (), 0)


def test_tiers_in_any_order_and_open_ends_of_both_kinds() -> None:
    found = product(
        prices=[
            {"value": 8.05, "from": 100, "to": None},
            {"value": 9.10, "from": 1, "to": 9},
            {"value": 8.60, "from": 10, "to": 99},
        ]
    )
    assert [tier.unit_minor for quantity in (1, 9, 10, 99, 100, 5000) if (tier := tier_for(found.tiers, quantity))] == [
        *(910, 910, 860, 860, 805, 805)
    ]
    assert product(prices=[{"value": 5, "from": 1, "to": 0}]).tiers == (PriceTier(1, None, 500),)
    assert product(prices=[{"value": 5}]).tiers == (PriceTier(1, None, 500),)
    assert product(prices=[{"value": 5, "from": 0}]).tiers == (PriceTier(1, None, 500),)


@pytest.mark.parametrize(
    ("number", "cents"),
    [("9.10", 910), ("0.1", 10), ("19.99", 1999), ("1.005", 101), ("4.035", 404), ("8", 800), ("1e2", 10000)],
)
def test_a_number_of_json_is_read_exactly(number: str, cents: int) -> None:
    found = product(f'{{"productId": "p", "prices": [{{"value": {number}, "from": 1, "to": null}}]}}')
    assert found.tiers[0].unit_minor == cents


@pytest.mark.parametrize("number", ["-1", "1e400", "1e-400", '"NaN"', '"Infinity"'])
def test_a_price_that_is_no_amount_makes_its_product_unusable(number: str) -> None:
    with pytest.raises(UnusableDocument, match="prices"):
        product(f'{{"productId": "p", "prices": [{{"value": {number}, "from": 1, "to": null}}]}}')


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"prices": [{"value": 1, "from": 10, "to": 5}]}, "prices"),
        ({"prices": [{"value": 1, "from": -1}]}, "prices"),
        ({"releaseDate": "soon"}, "releaseDate"),
        ({"productId": " "}, "productId"),
    ],
)
def test_what_makes_a_product_unusable_is_named(said: dict[str, Any], names: str) -> None:
    with pytest.raises(UnusableDocument, match=names):
        product(**said)


@pytest.mark.parametrize("said", [{"prices": [{"from": 1}]}, {"quantity": "many"}, {"productId": None}])
def test_another_shape_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        product(**said)


def test_the_literal_none_is_no_platform() -> None:
    assert product(platform="None").platform == ""
    assert product(platform="Nonesuch").platform == "Nonesuch"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2055-01-01T00:00:00.000Z", datetime(2055, 1, 1, tzinfo=UTC)),
        ("2026-02-03T01:00:00+01:00", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T00:00:00", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        (1772452800000, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        (10**30, None),
        (None, None),
    ],
)
def test_times(said: str | int | None, found: datetime | None) -> None:
    assert mapping.moment(said) == found


# -- texts ------------------------------------------------------------------------------------------------------------


def texts(**said: Any) -> SupplierTexts:
    return mapping.texts(msgspec.json.decode(json.dumps(said), type=schemas.Description), ID)


def test_texts_come_by_language() -> None:
    found = texts(
        localizedTitles=[
            {"territory": "germany", "title": "Beispielfahrt"},
            {"territory": "german", "title": "Beispielfahrt zwei"},
            {"territory": "mexico", "title": "Viaje mexicano"},
            {"territory": "worldwide", "title": "Example Quest"},
            {"territory": "french", "title": "  "},
        ],
        factSheets=[
            {"territory": "Spanish Mexico", "description": "Descripción de México"},
            {"territory": "spanish", "description": "Descripción de España"},
            {"territory": "german", "description": "<p>Eine &uuml;ble Sache.</p><ul><li>eins</li></ul>"},
            {"territory": "klingon", "description": "nuqneH"},
            {"territory": "klingon", "description": None},
            {"description": "of no territory"},
        ],
    )
    assert found.texts == (
        SupplierText("de", "Beispielfahrt", "Eine üble Sache.\n\n• eins"),
        SupplierText("es", "Viaje mexicano", "Descripción de España"),
    )
    assert found.unknown_territories == ("", "klingon", "worldwide")


def test_facts_of_a_description() -> None:
    found = texts(
        productId=ID,
        category="Action, Adventure",
        developerName="Example Works",
        pegirating=12,
        eans=["4006381333931", "4006381333930", 96385074, "", "4006381333931"],
        photos=[{"url": "https://img.example.net/1.jpg", "type": "SCREEN"}, {"type": "COVER"}],
    )
    assert (found.category, found.developer, found.pegi) == ("Action, Adventure", "Example Works", "12")
    assert found.eans == ("4006381333931", "96385074")
    assert found.images == ("https://img.example.net/1.jpg",)
    assert texts(category=["Action", "Indie"], eans="4006381333931, 96385074").category == "Action, Indie"
    assert texts(eans="4006381333931, 96385074").eans == ("4006381333931", "96385074")


# -- orders -----------------------------------------------------------------------------------------------------------

ORDER = """{
  "orderId": "c0ffee00", "clientOrderId": "orion-1", "identifier": "EX-000123", "status": "Completed",
  "createdOn": "2026-02-03T08:20:11.000Z", "totalPrice": 18.20,
  "products": [{"productId": "p", "name": "Example Quest", "unitPrice": 9.10, "codes": [
    {"codeId": "1", "codeType": "CODE_TEXT", "code": " AAAAA-BBBBB-CCCCC "},
    {"codeId": "2", "codeType": "CODE_IMAGE", "code": "iVBORw0KGgo=", "filename": "../../etc/key 2.png"},
    {"codeId": "3", "status": "Image code", "fileName": "v1.png"},
    {"codeId": "4", "codeType": "PRE_ORDER", "links": [{"rel": "code", "href": "https://x/v3/codes/4"}]},
    {"codeId": "5", "codeType": "CODE_HOLOGRAM", "code": "???"}
  ]}]
}"""


def test_an_order_with_codes_of_all_kinds() -> None:
    found = mapping.order(msgspec.json.decode(ORDER, type=schemas.Order))
    assert (found.supplier_order_id, found.reference, found.status) == ("c0ffee00", "orion-1", "Completed")
    assert (found.total_minor, found.created_at) == (1820, datetime(2026, 2, 3, 8, 20, 11, tzinfo=UTC))
    (line,) = found.lines
    assert (line.product_id, line.unit_minor) == ("p", 910)
    assert [(code.code_id, code.kind, code.secret, code.filename, code.raw_kind) for code in line.codes] == [
        ("1", CodeKind.TEXT, "AAAAA-BBBBB-CCCCC", "", "CODE_TEXT"),
        ("2", CodeKind.IMAGE, PNG, "key_2.png", "CODE_IMAGE"),
        ("3", CodeKind.IMAGE, None, "v1.png", "Image code"),
        ("4", CodeKind.PREORDER, None, "", "PRE_ORDER"),
        ("5", CodeKind.UNKNOWN, "???", "", "CODE_HOLOGRAM"),
    ]
    assert not any(secret in repr(found) for secret in ("AAAAA", PNG, "???"))


def test_an_order_that_says_little() -> None:
    found = mapping.order(msgspec.json.decode('{"orderId": "o", "products": [{}]}', type=schemas.Order))
    assert (found.reference, found.status, found.total_minor, found.created_at) == ("", "", None, None)
    assert (found.lines[0].product_id, found.lines[0].unit_minor, found.lines[0].codes) == ("", None, ())


@pytest.mark.parametrize("text", ["{}", '{"orderId": ""}', '{"clientOrderId": "orion-1"}'])
def test_an_order_without_an_id_is_unusable(text: str) -> None:
    document = msgspec.json.decode(text, type=schemas.Order)
    for read in (mapping.order, mapping.entry):
        with pytest.raises(UnusableDocument, match="orderId"):
            read(document)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("key.png", "key.png"),
        ("C:\\keys\\key.png", "key.png"),
        ("../../.bashrc", "bashrc"),
        ('a"b\r\nc.png', "a_b_c.png"),
        ("clé.png", "cl_.png"),
        ("/", ""),
        ("x" * 200 + ".png", "x" * 96 + ".png"),
    ],
)
def test_a_file_name_is_harmless(said: str, name: str) -> None:
    assert mapping.code(schemas.Code("1", "CODE_IMAGE", filename=said)).filename == name


# -- account ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ('{"currentBalance": 100.10, "currentCredit": 50, "totalToUse": 150.10}', (10010, 5000, 15010)),
        ('{"currentBalance": 100.10, "currentCredit": 50}', (10010, 5000, 15010)),
        ('{"currentBalance": -3.5, "totalToUse": 0}', (-350, 0, 0)),
    ],
)
def test_what_can_be_spent(text: str, figures: tuple[int, int, int]) -> None:
    found = mapping.balance(msgspec.json.decode(text, type=schemas.Account))
    assert (found.currency, found.balance_minor, found.credit_minor, found.usable_minor) == ("EUR", *figures)


def test_an_account_without_a_balance_is_not_an_empty_one() -> None:
    with pytest.raises(UnusableDocument, match="currentBalance"):
        mapping.balance(schemas.Account())


def test_a_score_is_in_hundredths() -> None:
    said = '{"riskScore": 1.505, "ipTor": true, "subDomain": false, "domainBlacklisted": null}'
    found = msgspec.json.decode(said, type=schemas.BuyerRisk)
    assert (mapping.score(found), mapping.flags(found)) == (151, ("ip_tor",))
    with pytest.raises(UnusableDocument, match="riskScore"):
        mapping.score(schemas.BuyerRisk())
