"""The schema as it is promised to the outside."""

from functools import cache
from importlib.resources import files

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_leaf_type,
    is_non_null_type,
)

from orion_daemon.graphql.schema import sdl

PROMISED = {
    "Query": """node stores store channels channel marketplaceProducts products product offers inventory
        inventoryMovements orders order customers unmatchedOrderItems shipments importJobs jobs scheduledJobs syncStatus
        inventorySyncLogs feedPublications missingTranslations apiTokens auditEntries viewer""",
    "Mutation": """createStore updateStore putChannel resumeChannel setCredential importProducts confirmImport
        discardImport applyImport adoptProducts createProduct updateProduct setProductTranslation adjustStock
        takeBackStock placeOrder confirmOrderItems declineOrderItems markOrderProcessing markOrderReady shipOrder
        markOrderDelivered markOrderFulfilled cancelOrder clearOrderAttention answerUnmatchedItem pollOrders
        importOrderHistory reconcileOrders syncInventory publishFeed retryJobs cancelJobs createToken revokeToken""",
    "Subscription": "syncStatus importProgress orderEvents stockChanges jobEvents alertEvents",
}


@cache
def schema() -> GraphQLSchema:
    return build_schema(sdl())


def object_type(name: str) -> GraphQLObjectType:
    found = schema().type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def test_the_exported_schema_is_the_one_that_is_served() -> None:
    exported = (files("orion_daemon.graphql") / "schema.graphql").read_text()
    assert exported == sdl(), "export it anew: orion schema print > orion_daemon/graphql/schema.graphql"


def test_every_promised_root_field_is_there() -> None:
    for name, promised in PROMISED.items():
        assert set(promised.split()) <= set(object_type(name).fields), name


def test_lists_are_relay_connections_with_totals() -> None:
    for name, field in object_type("Query").fields.items():
        kind = str(field.type).rstrip("!")
        if kind.endswith("Connection"):
            assert {"first", "after"} <= set(field.args), name
            assert set(object_type(kind).fields) == {"edges", "pageInfo", "totalCount"}
            assert set(object_type(kind.replace("Connection", "Edge")).fields) == {"cursor", "node"}


def test_mutations_take_one_input_and_tell_user_errors() -> None:
    for name, field in object_type("Mutation").fields.items():
        assert list(field.args) == ["input"], name
        assert is_non_null_type(field.args["input"].type)
        payload = object_type(str(field.type).rstrip("!"))
        assert str(payload.fields["userErrors"].type) == "[UserError!]!"
        for child in payload.fields.values():  # a refused mutation has nothing to show
            if isinstance(child.type, GraphQLNonNull) and not isinstance(child.type.of_type, GraphQLList):
                assert is_leaf_type(child.type.of_type), f"{payload.name} {child}"


def test_user_errors_say_code_field_and_message() -> None:
    assert set(object_type("UserError").fields) == {"code", "field", "message"}


def test_no_raw_number_of_a_row_is_shown() -> None:
    for name, kind in schema().type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            ids = {field: str(one.type) for field, one in kind.fields.items() if field == "id"}
            assert set(ids.values()) <= {"ID!"}, name


def test_every_subscription_can_say_that_it_lagged() -> None:
    for name, field in object_type("Subscription").fields.items():
        assert str(object_type(str(field.type).rstrip("!")).fields["lagged"].type) == "Int", name
