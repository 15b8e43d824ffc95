"""From rows to types."""

from enum import StrEnum

import strawberry

from orion_daemon.graphql.rows import Node, build, column
from orion_daemon.graphql.scalars import Json, Money


@strawberry.enum
class Colour(StrEnum):
    RED = "red"


@strawberry.type
class Thing(Node):
    name: str
    price: Money | None
    whole: Money = column("total")
    colour: Colour | None
    tags: list[str]
    extra: Json | None

    @strawberry.field
    def shouted(self) -> str:
        return self.name.upper()


ROW = {
    "id": 7, "name": "lamp", "price_minor": 1290, "total_minor": 1, "currency": "EUR", "colour": "red",
    "tags_json": ["a"], "extra_json": {"x": 1}, "secret": "s",
}  # fmt: skip


def test_fields_are_filled_from_the_columns_of_their_names() -> None:
    thing = build(Thing, ROW)
    assert thing.id == "VGhpbmc6Nw=="
    assert (thing.name, thing.colour, thing.tags, thing.extra) == ("lamp", Colour.RED, ["a"], {"x": 1})
    assert thing.price == Money(amount="12.90", currency="EUR")  # type: ignore[arg-type]
    assert thing.whole.amount == "0.01"
    assert thing.row is ROW


def test_absent_values_stay_absent() -> None:
    thing = build(Thing, ROW | {"price_minor": None, "colour": None, "tags_json": None, "extra_json": None})
    assert (thing.price, thing.colour, thing.tags, thing.extra) == (None, None, [], None)
