"""Records that could not be taken in, through the gateway: who sees what, in what pages, and putting one aside."""

from pathlib import Path

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import RecordProblem
from tests.support.gateway import serving
from tests.support.orders import line, open_shop, order

LIST = """
query($store: String, $marketplace: String, $open: Boolean, $code: String, $first: Int! = 50, $after: String) {
  recordProblems(store: $store, marketplace: $marketplace, open: $open, code: $code, first: $first, after: $after) {
    edges { node { id kind recordId code message timesSeen resolvedAt resolution store { code }
      channel { marketplace } } }
    pageInfo { hasNextPage endCursor } totalCount } }
"""
LOOK = "{ recordProblems { edges { node { id payload } } } }"


def broken(*names: str, code: str = "unreadable") -> list[RecordProblem]:
    return [RecordProblem(name, code, "expected a number", f"Jeanne {name}".encode()) for name in names]


async def test_records_are_listed_filtered_and_paged(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    other = await open_shop(database, {}, code="other")
    for name in "1234":
        await shop.take(problems=broken(name))
    await shop.take(order("2", line("A")))
    await other.take(problems=broken("9", code="unusable"))
    async with serving(database, tmp_path) as gateway:
        found = (await gateway.query(LIST, {"store": "demo", "marketplace": "letzshop"}))["recordProblems"]
        assert [edge["node"]["recordId"] for edge in found["edges"]] == ["4", "3", "2", "1"]
        node = dict(found["edges"][3]["node"])
        del node["id"]
        assert node == {
            "kind": "ORDER", "recordId": "1", "code": "unreadable", "message": "expected a number", "timesSeen": 1,
            "resolvedAt": None, "resolution": None, "store": {"code": "demo"}, "channel": {"marketplace": "letzshop"},
        }  # fmt: skip
        assert found["edges"][2]["node"]["resolution"] == "IMPORTED"
        pages, after = [], None
        for _ in range(2):
            page = (await gateway.query(LIST, {"open": True, "first": 2, "after": after}))["recordProblems"]
            pages.append([edge["node"]["recordId"] for edge in page["edges"]])
            after = page["pageInfo"]["endCursor"]
        assert pages == [["9", "4"], ["3", "1"]]
        assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (False, 4)
        for filters, count in (
            ({"code": "unusable"}, 1),
            ({"marketplace": "storefront"}, 0),
            ({"open": False}, 1),
            ({"store": "other"}, 1),
        ):
            assert (await gateway.query(LIST, filters))["recordProblems"]["totalCount"] == count, filters
        mine = await gateway.query(LIST, role="operator", store_id=other.store_id)
        assert [edge["node"]["recordId"] for edge in mine["recordProblems"]["edges"]] == ["9"]
        theirs = found["edges"][0]["node"]["id"]
        node = "query($id: ID!) { node(id: $id) { ... on RecordProblem { recordId } } }"
        assert (await gateway.query(node, {"id": theirs}))["node"] == {"recordId": "4"}
        assert (await gateway.query(node, {"id": theirs}, store_id=other.store_id))["node"] is None
        refused = await gateway.change(
            "dismissRecordProblem", "recordProblem { id }", {"recordProblemId": theirs}, store_id=other.store_id
        )
        assert refused["userErrors"][0]["code"] == "NOT_FOUND"


async def test_what_came_is_shown_to_operators_and_each_look_is_logged_once(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=[*broken("1", "2"), RecordProblem("3", "order_vanished", "it is gone")])
    async with serving(database, tmp_path) as gateway:
        _, hidden = await gateway.send(LOOK, role="viewer")
        assert {error["extensions"]["code"] for error in hidden["errors"]} == {"FORBIDDEN"}
        assert "Jeanne" not in str(hidden)
        assert await database.fetch("SELECT 1 AS one FROM audit_entries WHERE action = 'personal.reveal'") == []
        found = (await gateway.query(LOOK, role="operator"))["recordProblems"]["edges"]
        assert [edge["node"]["payload"] for edge in found] == [None, "Jeanne 2", "Jeanne 1"]
    [entry] = await database.fetch("SELECT actor, detail_json FROM audit_entries WHERE action = 'personal.reveal'")
    ids = [row["id"] for row in await database.fetch("SELECT id FROM record_problems ORDER BY id")]
    assert entry["actor"] == "operator of all"
    assert entry["detail_json"] == {"subjects": [f"record_problem:{number}" for number in ids[:2]]}


async def test_a_record_is_put_aside_by_an_operator(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {})
    await shop.take(problems=broken("1"))
    fields = "recordProblem { resolution resolvedAt timesSeen }"
    async with serving(database, tmp_path) as gateway:
        [edge] = (await gateway.query(LIST))["recordProblems"]["edges"]
        wanted = {"recordProblemId": edge["node"]["id"], "note": "asked the platform"}
        for _ in range(2):
            done = await gateway.change("dismissRecordProblem", fields, wanted, role="operator")
            assert done["userErrors"] == []
            assert done["recordProblem"]["resolution"] == "DISMISSED"
        assert (await gateway.query(LIST, {"open": True}))["recordProblems"]["totalCount"] == 0
        foreign = await gateway.change("dismissRecordProblem", fields, {"recordProblemId": "T3JkZXI6MQ=="})
        assert foreign["userErrors"][0]["code"] == "NOT_FOUND"
