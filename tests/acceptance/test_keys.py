"""`orion keys` as a real process: keys brought, listed by handles, revealed for a reason, replaced and released."""

import pytest

from orion_daemon.runtime.clock import SystemClock
from orion_daemon.services import products
from orion_daemon.services.reading import Where
from tests.support.keys import KeyShop, add_supplier
from tests.support.markups import add_keys
from tests.support.processes import Home, Processes
from tests.support.scene import OFF
from tests.support.stores import NOW

STORE = """
[[store]]
code = "ada"
name = "Ada's Shop"
currency = "EUR"
default_language = "fr"

[[store.channel]]
marketplace = "letzshop"
endpoint = "http://127.0.0.1:9/letzshop/graphql"
api_key_env = "ADA_KEY"
"""


@pytest.fixture
async def home(processes: Processes) -> Home:
    """A store with one digital product, and two orders for its keys."""
    home = processes.home(ADA_KEY="key-of-ada")
    home.configure(OFF + STORE)
    assert (await home.orion("stores", "list", "--json")).code == 0
    async with home.database() as db:
        store = await db.fetch_one("SELECT * FROM stores")
        channel = await db.fetch_one("SELECT * FROM channels")
        assert store is not None
        assert channel is not None
        product_id = await products.create_product(db, store["id"], "GAME", {"product_type": "digital"}, NOW)
        shop = KeyShop(db, store["id"], channel["id"], 0, {"GAME": product_id})
        await shop.sell("1")
        await shop.sell("2")
    return home


async def test_keys_are_brought_listed_and_counted_without_ever_showing_one(home: Home) -> None:
    (home.folder / "keys.txt").write_text("SECRET-1\nSECRET-2\nsecret 1\nSECRET-3\n", "utf-8")
    tried = await home.orion("keys", "upload", "ada", "GAME", "keys.txt", "--dry-run", "--json")
    assert (tried.code, tried.json["added"], tried.json["dry_run"]) == (0, 3, True), tried
    ran = await home.orion("keys", "upload", "ada", "GAME", "keys.txt", "--json")
    assert ran.code == 0, ran
    assert ran.json == {
        "format": "text", "delimiter": "", "lines": 4, "added": 3, "duplicates": 1, "refused": 0, "given": 2,
        "dry_run": False, "reasons": {"twice_in_file": 1}, "problems": [{"line": 3, "reason": "twice_in_file"}],
    }  # fmt: skip
    again = await home.orion("keys", "upload", "ada", "GAME", "keys.txt")
    assert (again.code, "0 added, 4 duplicates, 0 refused" in again.out) == (0, True), again
    listed = await home.orion("keys", "list", "ada", "--state", "claimed", "--json")
    assert [(key["order"], key["source"], key["state"]) for key in listed.json["keys"]] == [
        ("2", "pool", "claimed"), ("1", "pool", "claimed"),
    ]  # fmt: skip
    assert all(key["handle"].startswith("•••• ") for key in listed.json["keys"])
    pools = await home.orion("keys", "pool", "ada", "GAME", "--json")
    assert pools.json == {
        "pools": [{"sku": "GAME", "free": 1, "claimed": 2, "awaited": 0, "delivered": 0, "bad": 0, "low_water": None}]
    }
    table = await home.orion("keys", "list")
    for printed in (tried, ran, again, listed, pools, table):
        assert "SECRET" not in (printed.out + printed.err).upper()


async def test_a_list_with_lines_that_cannot_be_taken_says_which(home: Home) -> None:
    (home.folder / "keys.csv").write_text("sku;code\nGAME;SECRET-1\nNONE;SECRET-2\n", "utf-8")
    partly = await home.orion("keys", "upload", "ada", "-", "keys.csv")
    assert partly.code == 3, partly
    assert "line 3: unknown_sku" in partly.out
    (home.folder / "bad.csv").write_text("sku;code\nNONE;SECRET-2\n", "utf-8")
    assert (await home.orion("keys", "upload", "ada", "-", "bad.csv", "--json")).code == 1
    for arguments, sentence in (
        (("ada", "NONE", "keys.csv"), "There is no product with SKU 'NONE'"),
        (("eve", "GAME", "keys.csv"), "There is no store 'eve'"),
    ):
        ran = await home.orion("keys", "upload", *arguments)
        assert (ran.code, sentence in ran.err, "Traceback" in ran.err) == (1, True, False), ran


async def test_a_code_is_shown_for_a_reason_and_a_bad_one_replaced(home: Home) -> None:
    (home.folder / "keys.txt").write_text("SECRET-1\nSECRET-2\nSECRET-3\n", "utf-8")
    await home.orion("keys", "upload", "ada", "GAME", "keys.txt", "--json")
    listed = await home.orion("keys", "units", "ada", "--state", "ready", "--json")
    second, first = listed.json["units"]
    assert (first["order"], second["order"]) == ("1", "2")
    assert (await home.orion("keys", "reveal", str(first["key_id"]))).code == 64
    shown = await home.orion("keys", "reveal", str(first["key_id"]), "--reason", "a customer asks", "--json")
    assert shown.json == {"keys": [{"id": first["key_id"], "kind": "text", "code": "SECRET-1", "filename": ""}]}
    async with home.database() as db:
        entry = await db.fetch_one("SELECT * FROM audit_entries WHERE action = 'key.reveal'")
        assert entry is not None
        assert entry["actor"].startswith("cli")
        assert entry["detail_json"] == {"keys": [first["key_id"]], "reason": "a customer asks"}
    done = await home.orion("keys", "replace", str(first["key_id"]), "--reason", "used", "--json")
    assert (done.json["key"], done.json["unit"], done.json["state"]) == (first["key_id"], first["id"], "ready"), done
    again = await home.orion("keys", "replace", str(first["key_id"]), "--reason", "used")
    assert (again.code, "bad already" in again.err) == (1, True), again


async def test_held_units_are_listed_with_why_and_released(home: Home) -> None:
    listed = await home.orion("keys", "units", "--state", "held", "--json")
    assert [(unit["order"], unit["hold_code"]) for unit in listed.json["units"]] == [
        ("2", "no_source"), ("1", "no_source"),
    ]  # fmt: skip
    ids = [str(unit["id"]) for unit in listed.json["units"]]
    released = await home.orion("keys", "release", *ids, "--json")
    assert [unit["hold_code"] for unit in released.json["units"]] == ["no_source"] * 2  # nobody has a key still
    missing = await home.orion("keys", "release", "999")
    assert (missing.code, "There is no unit with this id" in missing.err) == (1, True), missing


async def test_the_keys_of_an_order_are_sent_again(home: Home) -> None:
    (home.folder / "keys.txt").write_text("SECRET-1\nSECRET-2\n", "utf-8")
    none = await home.orion("keys", "resend", "ada", "1")
    assert (none.code, "has no key to send" in none.err) == (1, True), none
    uploaded = await home.orion("keys", "upload", "ada", "GAME", "keys.txt", "--json")
    assert uploaded.code == 0, uploaded
    missing = await home.orion("keys", "resend", "ada", "77")
    assert (missing.code, "There is no order '77'" in missing.err) == (1, True), missing
    async with home.database() as db:
        order = await db.fetch_one("SELECT id, order_number FROM orders ORDER BY id LIMIT 1")
    assert order is not None
    sent = await home.orion("keys", "resend", "ada", order["order_number"], "--to", "new@example.lu", "--json")
    assert sent.code == 0, sent
    assert (sent.json["state"], len(sent.json["keys"])) == ("asked", 1)
    assert "SECRET" not in sent.out + sent.err
    again = await home.orion("keys", "resend", "ada", order["order_number"])
    assert (again.code, f"delivery {sent.json['delivery']}" in again.out) == (0, True), again
    async with home.database() as db:
        entries = await db.fetch(
            "SELECT actor, detail_json FROM audit_entries WHERE action = 'keys.resend' ORDER BY id"
        )
        assert await db.fetch_value("SELECT count(*) AS n FROM key_deliveries") == 1
    assert [entry["detail_json"]["address"] for entry in entries] == ["changed", "known"]
    assert all(entry["actor"].startswith("cli") for entry in entries)


async def test_a_price_is_made_of_the_cost_for_one_product_and_for_a_list(home: Home) -> None:
    async with home.database() as db:
        store_id = await db.fetch_value("SELECT id FROM stores")
        async with db.transaction() as tx:
            supplier_id = await add_supplier(tx, store_id)
            catalog_id = await tx.fetch_value("SELECT id FROM catalogs WHERE channel_id = $1", supplier_id)
        await add_keys(db, catalog_id, ["GAME", "TOOL"], 910, SystemClock().now())
        where = Where().add("marketplace_products.catalog_id = {}", catalog_id)
        await products.adopt(db, store_id, where, after_id=0, limit=9, stock_from_catalog=False, now=NOW)
    rule = ("--percent", "20", "--vat", "17", "--rounding", "99")
    made = await home.orion("keys", "markup", "ada", "GAME", *rule, "--min-margin", "1.00", "--json")
    assert made.code == 0, made
    assert (made.json["state"], made.json["price"], made.json["currency"]) == ("priced", "12.99", "EUR")
    assert [step["name"] for step in made.json["steps"]] == ["cost", "markup", "vat", "rounded", "charm"]
    listed = await home.orion("keys", "markup", "ada", "--supplier", "codeswholesale", *rule, "--json")
    assert listed.code == 0, listed
    assert listed.json == {
        "supplier": "codeswholesale", "products": 1, "priced": 1, "paused": 0, "own_price": 0, "without_cost": 0,
    }  # fmt: skip
    capped = await home.orion("keys", "markup", "ada", "GAME", *rule, "--cap", "5.00")
    assert (capped.code, "GAME is paused: cap_below_floor" in capped.out) == (3, True), capped
    removed = await home.orion("keys", "markup", "ada", "GAME", "--remove", "--price", "15.00", "--json")
    assert (removed.code, removed.json["price"], removed.json["state"]) == (0, "15.00", "own price"), removed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("GAME",), "give either --percent or --amount"),
        (("--percent", "20"), "name either SKU or --supplier"),
        (("GAME", "--percent", "1.234"), "--percent"),
        (("GAME", "--amount", "1.234"), "--amount"),
        (("GAME", "--amount", "1e9"), "--amount"),
        (("GAME", "--percent", "20", "--price", "1.00"), "--price goes with --remove"),
    ],
)
async def test_a_rule_that_cannot_be_is_a_wrong_use(home: Home, arguments: tuple[str, ...], sentence: str) -> None:
    ran = await home.orion("keys", "markup", "ada", *arguments)
    assert (ran.code, sentence in ran.err, "Traceback" in ran.err) == (64, True, False), ran
