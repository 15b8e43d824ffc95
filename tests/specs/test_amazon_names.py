"""Names, usage plans and feeds of the Amazon connector, held against Amazon's own contracts."""

import json
import re

from orion_daemon.connectors.amazon import levels_feed, limits, names
from orion_daemon.connectors.base import OutgoingLevel
from tests.support.contracts import Contracts, schema_problems, specs_folder

LEVELS = [(OutgoingLevel(f"SKU {n}", n, 1999, "EUR"), [{"op": "merge", "path": "/attributes/x"}]) for n in (1, 2, 3)]


def test_plans_paths_and_names_are_those_of_the_contracts() -> None:
    contracts = Contracts(specs_folder("amazon") / "models")
    operations = [one for one in vars(names).values() if isinstance(one, names.Operation)]
    assert {one.name for one in operations} == set(limits.PLANS)
    for one in operations:
        described = contracts.find(one.method, re.sub(r"\{\w+\}", "x", one.path))
        assert described is not None, one.path
        assert (described.name, described.template) == (one.name.removeprefix("v0."), one.path)
        plan = contracts.contracts[described.contract].usage_plan(described)
        quota = limits.PLANS[one.name]
        assert plan == (quota.rate, quota.burst), one.name


def test_data_sets_and_statuses_are_those_of_the_contracts() -> None:
    folder = specs_folder("amazon") / "models"
    orders = json.loads((folder / "orders_2026-01-01.json").read_text())
    parameters = {p["name"]: p for p in orders["paths"]["/orders/2026-01-01/orders"]["get"]["parameters"]}
    assert set(names.ORDER_DATA.split(",")) <= set(parameters["includedData"]["items"]["enum"])
    assert set(names.OPEN_STATUSES.split(",")) <= set(parameters["fulfillmentStatuses"]["items"]["enum"])
    listed = json.loads((folder / "listingsItems_2021-08-01.json").read_text())
    search = listed["paths"]["/listings/2021-08-01/items/{sellerId}"]["get"]["parameters"]
    known = next(p for p in search if p["name"] == "includedData")["items"]["enum"]
    assert {*names.LISTING_DATA.split(","), *names.LEVEL_DATA.split(",")} <= set(known)


def test_a_feed_of_levels_is_what_amazons_schema_wants() -> None:
    raw = levels_feed.document("SELLER", LEVELS)
    folder = specs_folder("amazon") / "schemas" / "feeds"
    assert schema_problems(folder / "listings-feed-schema-v2.json", json.loads(raw)) == []
    for message in json.loads(raw)["messages"]:
        assert schema_problems(folder / "listings-feed-message-schema-v2.json", message) == []


def test_amazons_own_example_of_a_report_is_read() -> None:
    folder = specs_folder("amazon") / "schemas" / "feeds"
    report = levels_feed.read_report((folder / "listings-feed-processing-report-schema-v2.example.json").read_bytes())
    assert report.issues
