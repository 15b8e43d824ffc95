"""The executor answers as graphql-core does, and errors, drift and refusals come out in GraphQL's own form."""

from types import SimpleNamespace

import pytest
from graphql import execute_sync, parse

from orion_daemon.sandbox.letzshop.execution import Executable, FieldFailure, Refused, snake

SDL = """
type Query { shop(name: String!, limit: Int = 2): Shop  broken: Shop!  items: [Item!]  mixed: [Thing] }
type Shop { id: ID!  niceName: String  items(first: Int): [Item]  sick: String }
type Item { id: ID!  price: String!  note: String }
type Robot { id: ID!  model: String }
union Thing = Item | Robot
"""


def item(number, price="1.00", note=None):
    return SimpleNamespace(id=f"i{number}", price=price, note=note, kind="Item")


SHOP = SimpleNamespace(id="s1", nice_name="Ada", all=[item(1), item(2, None), item(3, "3.00", "x")])


def fail(value, context, *rest):
    raise FieldFailure("it is broken", code="sick")


GETTERS = {
    "Query.shop": lambda _, _context, arguments: SHOP if arguments["name"] == "ada" else None,
    "Query.broken": lambda *_: None,
    "Query.items": lambda *_: SHOP.all,
    "Query.mixed": lambda *_: [item(1), SimpleNamespace(id="r1", model="T", kind="Robot"), None],
    "Shop.items": lambda shop, _context, arguments: shop.all[: arguments.get("first")],
    "Shop.sick": fail,
}


@pytest.fixture
def shop():
    return Executable(SDL, GETTERS, unions={"Thing": lambda thing: thing.kind})


def reference(executable, query, variables):
    """The same getters run by graphql-core."""

    def resolve(source, info, **arguments):
        getter = GETTERS.get(f"{info.parent_type.name}.{info.field_name}")
        if getter is None:
            return getattr(source, snake(info.field_name))
        definition = info.parent_type.fields[info.field_name]
        return getter(source, None, arguments) if definition.args else getter(source, None)

    answer = execute_sync(
        executable.schema,
        parse(query),
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=lambda value, *_: value.kind,
    ).formatted
    errors = [(error["message"], error.get("path")) for error in answer.get("errors", [])]
    return answer["data"], errors


QUERIES = [
    ('{ shop(name: "ada") { id niceName } }', {}),
    ('{ a: shop(name: "ada") { __typename who: niceName } b: shop(name: "bob") { id } }', {}),
    ("query($n: String!, $f: Int) { shop(name: $n) { items(first: $f) { id note } } }", {"n": "ada", "f": 1}),
    ('{ shop(name: "ada") { id sick } }', {}),
    ('{ shop(name: "ada") { items { id price } } }', {}),
    ("{ items { id price } }", {}),
    ("{ items { id } broken { id } }", {}),
    ("{ mixed { __typename ... on Item { id price } ... on Robot { model } } }", {}),
    ("{ mixed { ...T } } fragment T on Thing { ... on Robot { id } ...I } fragment I on Item { note }", {}),
    ('query($y: Boolean!) { shop(name: "ada") { id @skip(if: $y) niceName @include(if: $y) } }', {"y": True}),
    ('{ shop(name: "ada") { items(first: 1) { id } items(first: 1) { price } } }', {}),
]


@pytest.mark.parametrize(("query", "variables"), QUERIES)
def test_the_answer_is_the_one_graphql_core_gives(shop, query, variables):
    ours = shop.execute(shop.prepare(query, None), variables, None)
    data, errors = reference(shop, query, variables)
    assert ours["data"] == data
    paths = [error["path"] for error in ours.get("errors", [])]
    assert paths == [path for _, path in errors]


def test_a_field_that_fails_whole_takes_the_answer_with_it():
    def gone(value, context):
        raise FieldFailure("gone", whole=True)

    shop = Executable(SDL, {**GETTERS, "Shop.sick": gone})
    answer = shop.execute(shop.prepare('{ shop(name: "ada") { id sick } }', None), {}, None)
    assert answer == {"data": None, "errors": [{"message": "gone", "path": ["shop", "sick"]}]}


def test_an_unknown_field_is_refused_before_anything_runs(shop):
    with pytest.raises(Refused) as refused:
        shop.prepare('{ shop(name: "ada") { colour } }', None)
    assert "Cannot query field 'colour' on type 'Shop'" in refused.value.errors[0]["message"]


@pytest.mark.parametrize("query", ["{ shop(", "query A { items { id } } query B { items { id } }"])
def test_what_names_no_single_operation_is_refused(shop, query):
    with pytest.raises(Refused):
        shop.prepare(query, None)


def test_a_wrong_variable_is_an_error_without_data(shop):
    operation = shop.prepare("query($n: String!) { shop(name: $n) { id } }", None)
    assert "data" not in shop.execute(operation, {"n": 5}, None)


def test_labels_are_root_fields_without_aliases_also_through_fragments(shop):
    operation = shop.prepare("{ x: items { id } ...Q } fragment Q on Query { mixed { __typename } }", None)
    assert operation.labels == ("items", "mixed")
    assert operation.kind == "query"


def test_drift_renames_and_removes_fields_and_the_data_follows_the_new_name():
    shop = Executable(SDL, GETTERS, changes={"Shop.niceName": "title", "Item.note": None})
    answer = shop.execute(shop.prepare('{ shop(name: "ada") { title } }', None), {}, None)
    assert answer == {"data": {"shop": {"title": "Ada"}}}
    for lost in ("niceName", "items { note }"):
        with pytest.raises(Refused):
            shop.prepare('{ shop(name: "ada") { LOST } }'.replace("LOST", lost), None)


def test_introspection_shows_the_drifted_schema():
    shop = Executable(SDL, GETTERS, changes={"Shop.niceName": "title"})
    answer = shop.execute(shop.prepare('{ __type(name: "Shop") { fields { name } } }', None), {}, None)
    names = {field["name"] for field in answer["data"]["__type"]["fields"]}
    assert names == {"id", "title", "items", "sick"}
