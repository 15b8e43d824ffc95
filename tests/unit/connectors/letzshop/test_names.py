"""What is guessed about the platform stands in one place and says what it is."""

import re
from importlib.resources import files

import pytest
from graphql import build_schema, parse, validate

from orion_daemon.connectors.letzshop import names

LIVE = [
    *(names.shipments(state, vendor=vendor) for state in names.SWEEP for vendor in (True, False)),
    *(names.shipment(vendor=vendor) for vendor in (True, False)),
    names.CONFIRM,
    names.TRACK,
    names.TRACKING,
    names.PROBES["shipments"],
    names.VENDOR_PROBE,
    names.INTROSPECTION,
]
SEED = [names.ORDERS_PAGE, names.ORDER_BY_ID, names.FULFIL, names.STOCK, names.PROBES["orders"], names.INTROSPECTION]


def sandbox_schema(name: str) -> str:
    return (files("orion_daemon.sandbox.letzshop") / f"{name}.graphql").read_text("utf-8")


@pytest.mark.parametrize(("form", "documents"), [("live", LIVE), ("seed", SEED)])
def test_every_document_is_valid_where_the_sandbox_guesses_the_same(form: str, documents: list[str]) -> None:
    schema = build_schema(sandbox_schema(form))
    assert [error.message for text in documents for error in validate(schema, parse(text))] == []


def test_no_polling_query_asks_for_tracking() -> None:
    polling = [names.shipments(state, vendor=True) for state in names.SWEEP] + [names.shipment(vendor=True)]
    assert not [text for text in polling if re.search("tracking|packages|greco", text, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("message", "code", "meaning"),
    [
        ('Cannot query field "inventoryUnits" on type "Shipment".', "", "drift"),
        ("Field 'inventoryUnits' doesn't exist on type 'Shipment'", "undefinedField", "drift"),
        ("Field 'shipments' doesn't accept argument 'state'", "argumentNotAccepted", "drift"),
        ("InputObject 'ConfirmInventoryUnitsInput' doesn't accept argument 'inventoryUnits'", "", "drift"),
        ("ConfirmInventoryUnitsInput isn't a defined input type (on $input)", "variableRequiresValidType", "drift"),
        ('Unknown type "ConfirmInventoryUnitsInput".', "", "drift"),
        ('Unknown argument "after" on field "Query.shipments".', "", "drift"),
        ('Value "unconfirmed" does not exist in "ShipmentState" enum.', "", "drift"),
        ('Field "isAvailable" is not defined by type "InventoryUnitAnswer".', "", "drift"),
        ('Variable "$input" got invalid value', "", "drift"),
        ("No such type BrandUnknown, so it can't be a fragment condition", "", "drift"),
        ("anything", "GRAPHQL_VALIDATION_FAILED", "drift"),
        ("Please log in", "UNAUTHENTICATED", "auth"),
        ("Not for you", "FORBIDDEN", "auth"),
        ("Slow down", "THROTTLED", "limit"),
        ("Invalid cursor: 'xyz'", "argument_error", "cursor"),
        ("Something went wrong", "internal", "other"),
        ("undefined method `tracking' for nil", "internal", "other"),
        ("", "", "other"),
    ],
)
def test_what_the_platform_says_is_understood(message: str, code: str, meaning: str) -> None:
    assert names.meaning(message, code) == meaning


@pytest.mark.parametrize("form", ["shipments", "orders"])
def test_a_name_that_vanished_is_named(form: str) -> None:
    full = {kind: frozenset(fields) for kind, fields in names.NAMES[form].items()}
    assert names.missing(form, full) == []
    kind, fields = next(iter(full.items()))
    first = names.NAMES[form][kind][0]
    assert names.missing(form, {**full, kind: fields - {first}}) == [f"{kind}.{first}"]
