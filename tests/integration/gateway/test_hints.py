"""The address to which a supplier sends hints, from outside: what is believed, what is put, what a flood costs."""

import json
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from orion_daemon.app.hints import readers
from orion_daemon.connectors.supplier import ProductPage
from orion_daemon.db.database import Database
from orion_daemon.db.errors import StorageUnavailable
from orion_daemon.graphql import hints as door
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.services import credentials, hints, stores, supply_pages, supply_walks
from orion_daemon.services.errors import Refused
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.gateway import Gateway, serving
from tests.support.stores import NOW
from tests.support.suppliers import KeyShop, games, open_key_shop

CLIENT, SIGNATURE = "client-of-ada", "signature-of-ada"
HASH = sha256(f"{CLIENT}{SIGNATURE}".encode()).hexdigest()
RANDOM = "A" * 43
REFRESH, FETCH, SETTLE, WALK = "RefreshSupplierProduct", "FetchCodes", "SettlePurchase", "SyncSupplierCatalog"


async def open_shop(database: Database, name: str = "codeswholesale") -> tuple[KeyShop, str]:
    """A shop with a signature, and the path of its address."""
    shop = await open_key_shop(database, client_id=CLIENT)
    await credentials.set_credential(database, shop.channel_id, "signature", SIGNATURE, NOW)
    return shop, f"hooks/{name}/{await secret_of(database)}"


async def secret_of(database: Database, random: str = RANDOM, *, rotates: bool = False) -> str:
    channel = await stores.channel_of(database, "demo", "codeswholesale")
    secret, _ = await hints.address_secret(database, channel, lambda: random, rotates=rotates, actor="ann", now=NOW)
    return secret


@asynccontextmanager
async def listening(database: Database, folder: Path, **more: Any) -> AsyncIterator[Gateway]:
    async with serving(database, folder, **{"hints": readers(), **more}) as gateway:
        yield gateway


async def post(gateway: Gateway, path: str, body: Any = None, **said: Any) -> int:
    raw = body if isinstance(body, bytes) else json.dumps({"authHash": HASH, **said}).encode()
    async with gateway.http.post(f"{gateway.url}/{path}", data=raw) as response:
        return response.status


def stock(*names: str) -> dict[str, Any]:
    return {"type": "STOCK", "products": [{"productId": name, "quantity": 0, "prices": []} for name in names]}


async def put(shop: KeyShop) -> list[tuple[str, Any]]:
    rows = await shop.db.fetch("SELECT kind, args_json FROM jobs ORDER BY id")
    return [(row["kind"], next(iter(row["args_json"].values()))) for row in rows]


async def test_a_signed_hint_puts_a_look_and_its_repetition_none(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        for _ in range(3):
            assert await post(gateway, path, **stock("game-1", "game-2")) == 200
        assert await post(gateway, path, type="PRODUCT_HIDDEN", productId="game-2") == 200
        assert await post(gateway, path, type="SOMETHING_NEW") == 200
    assert await put(shop) == [(REFRESH, "game-1"), (REFRESH, "game-2")]
    [owner] = await database.fetch("SELECT DISTINCT owner, store_id, channel_id FROM jobs")
    assert owner == {"owner": "demo:codeswholesale", "store_id": shop.store_id, "channel_id": shop.channel_id}


async def test_what_the_store_sells_is_looked_at_first(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    await supply_walks.begin_walk(database, shop.channel_id, "full", NOW)
    page = ProductPage(tuple(games(3)), None)
    await supply_pages.take_page(database, shop.channel_id, page, NOW, asked_at=NOW)
    await shop.adopt("game-3")
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, **stock("game-1", "game-3")) == 200
    rows = await database.fetch("SELECT args_json, priority FROM jobs WHERE kind = $1 ORDER BY id", REFRESH)
    assert [(row["args_json"]["product_id"], row["priority"]) for row in rows] == [("game-3", 50), ("game-1", 80)]


WRONG = {
    "another secret": "hooks/codeswholesale/{id}-" + "B" * 43,
    "none of ours": "hooks/codeswholesale/99999-" + RANDOM,
    "no secret": "hooks/codeswholesale/x",
    "an absurd number": "hooks/codeswholesale/" + "9" * 40 + "-" + RANDOM,
    "signs": "hooks/codeswholesale/%F0%9F%94%91%00",
    "another supplier": "hooks/amazon/{id}-" + RANDOM,
    "a second account's name": "hooks/codeswholesale-backup/{id}-" + RANDOM,
    "somewhere else": "hooks/codeswholesale/{id}-" + RANDOM + "/more",
}


@pytest.mark.parametrize("path", WRONG.values(), ids=WRONG)
async def test_a_wrong_address_is_answered_like_one_that_there_is_not(
    database: Database, tmp_path: Path, path: str
) -> None:
    shop, _ = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        answers = []
        for address in (path.format(id=shop.channel_id), "nowhere/at/all"):
            async with gateway.http.post(f"{gateway.url}/{address}", data=json.dumps(stock("g"))) as response:
                answers.append((response.status, await response.text(), response.headers["Content-Type"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert await put(shop) == []


async def test_every_wrong_secret_takes_the_same_steps(database: Database) -> None:
    """No seal is opened for any of them, so none takes longer for being nearly right."""
    shop, path = await open_shop(database)
    right = path.rpartition("/")[2]

    class Watched:
        def __init__(self) -> None:
            self.opened = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(database.cipher, name)

        def open(self, sealed: bytes, owner: str) -> bytes:
            self.opened += 1
            return database.cipher.open(sealed, owner)

    class Seen:
        cipher = Watched()

        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

    seen = cast("Database", Seen())
    for wrong in (right[:-1] + "B", f"{shop.channel_id}-{'B' * 43}", f"99999-{RANDOM}", "x", ""):
        assert await hints.find_account(seen, "codeswholesale", wrong) is None
    assert Seen.cipher.opened == 0
    assert await hints.find_account(seen, "codeswholesale", right) is not None


async def test_what_is_not_the_suppliers_is_turned_away_and_never_logged(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop, path = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        test_button = sha256(f"{CLIENT}test".encode()).hexdigest()
        assert await post(gateway, path, **stock("g"), authHash=test_button) == 403
        assert await post(gateway, path, **stock("g"), authHash="") == 403
        assert await post(gateway, path, b"<html>") == 403
        assert await post(gateway, path, b"") == 400
        assert await post(gateway, path, type="STOCK", products=[]) == 200  # signed, and names nothing
        async with gateway.http.get(f"{gateway.url}/{path}") as response:
            assert response.status == 405
        await credentials.set_credential(database, shop.channel_id, "signature", "another", NOW)
        assert await post(gateway, path, **stock("g")) == 403
    assert await put(shop) == []
    log = capsys.readouterr().out
    assert log.count("hint.refused") == 1  # once a minute
    assert not [secret for secret in (HASH, test_button, RANDOM, SIGNATURE) if secret in log]


async def test_without_a_signature_nothing_is_believed(database: Database, tmp_path: Path) -> None:
    shop = await open_key_shop(database, client_id=CLIENT)
    path = f"hooks/codeswholesale/{await secret_of(database)}"
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, **stock("g"), authHash=sha256(CLIENT.encode()).hexdigest()) == 403
    assert await put(shop) == []


@pytest.mark.parametrize(
    "change", ["state = 'suspended', state_reason = 'no'", "is_active = FALSE"], ids=["suspended", "switched off"]
)
async def test_an_account_that_rests_answers_and_does_nothing(database: Database, tmp_path: Path, change: str) -> None:
    shop, path = await open_shop(database)
    async with database.transaction() as tx:
        await tx.execute(f"UPDATE channels SET {change} WHERE is_supplier")
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, **stock("g")) == 200
        assert await post(gateway, path, type="PREORDER", orderId="o") == 200
    assert await put(shop) == []


async def test_the_size_of_a_message_is_bounded(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    fits = json.dumps({"authHash": HASH, "type": "NEW_FULL_PRODUCT", "products": [{"productId": "g"}]}).encode()
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, fits + b" " * (door.LARGEST - len(fits))) == 200
        assert await post(gateway, path, fits + b" " * door.LARGEST) == 413
        long = "x" * 101
        assert await post(gateway, path, **stock(long, "a\nb")) == 200
    assert await put(shop) == [(REFRESH, "g")]


async def test_a_flood_of_products_costs_a_bounded_number_of_rows(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, **stock(*(f"game-{n}" for n in range(1000)))) == 200
        for n in range(100):
            assert await post(gateway, path, type="PRODUCT_UPDATED", productId=f"other-{n}") == 200
    found = await put(shop)
    assert len([one for one in found if one[0] == REFRESH]) == hints.MOST_WAITING
    assert [one for one in found if one[0] != REFRESH] == [(WALK, False)]


async def test_beyond_the_pace_one_walk_stands_for_all_that_comes(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        clock = cast("ManualClock", gateway.clock)
        for n in range(door.LOOKS.burst + 30):
            assert await post(gateway, path, type="PRODUCT_UPDATED", productId=f"game-{n}") == 200
        kinds = [kind for kind, _ in await put(shop)]
        assert kinds.count(REFRESH) in {door.LOOKS.burst - 1, door.LOOKS.burst}  # by a rounding error
        assert kinds.count(WALK) == 1
        [row] = await shop.jobs(WALK)
        assert row["run_at"] == NOW + door.CATCH_UP  # what comes until then is covered by it
        await clock.advance(30.0)
        assert await post(gateway, path, type="PRODUCT_UPDATED", productId="late") == 200
        assert "late" in {name for _, name in await put(shop)}


async def test_requests_beyond_all_measure_are_told_to_come_later(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    async with listening(database, tmp_path) as gateway:
        statuses = [await post(gateway, path, type="SOMETHING_NEW") for _ in range(door.REQUESTS.burst + 1)]
        assert (set(statuses[:-1]), statuses[-1]) == ({200}, 429)
        await cast("ManualClock", gateway.clock).advance(1.0)
        assert await post(gateway, path, type="SOMETHING_NEW") == 200
    assert await put(shop) == []


async def test_a_new_address_ends_the_old_one(database: Database, tmp_path: Path) -> None:
    _, path = await open_shop(database)
    assert path.endswith(await secret_of(database, "C" * 43))  # there is one
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, **stock("g")) == 200
        anew = f"hooks/codeswholesale/{await secret_of(database, 'C' * 43, rotates=True)}"
        assert await post(gateway, path, **stock("g")) == 404
        assert await post(gateway, anew, **stock("g")) == 200
    entries = await database.fetch("SELECT action, actor FROM audit_entries ORDER BY id")
    assert [entry["action"] for entry in entries] == [
        "credential.hook_made", "credential.hook_shown", "credential.hook_made",
    ]  # fmt: skip


async def test_only_a_supplier_has_an_address_and_no_weak_one(database: Database) -> None:
    await open_key_shop(database)
    letzshop = await stores.channel_of(database, "demo", "letzshop")
    with pytest.raises(Refused):
        await hints.address_secret(database, letzshop, lambda: RANDOM, rotates=False, actor="ann", now=NOW)
    with pytest.raises(ValueError, match="random part"):
        await secret_of(database, "short")


async def test_an_address_lets_no_suspended_account_go_on(database: Database) -> None:
    shop = await open_key_shop(database, client_id=CLIENT)
    async with database.transaction() as tx:
        await stores.suspend_channel(tx, shop.channel_id, f"{credentials.AUTH_REFUSED}: no", NOW)
    await secret_of(database)
    await credentials.set_credential(database, shop.channel_id, "signature", SIGNATURE, NOW)
    assert (await stores.channel_of(database, "demo", "codeswholesale"))["state"] == "suspended"
    await credentials.mark(database, shop.channel_id, "refused", NOW)
    rows = await database.fetch("SELECT kind, state FROM marketplace_credentials ORDER BY kind")
    assert {row["kind"]: row["state"] for row in rows} == {"hook_secret": "unchecked", "signature": "unchecked"}
    await credentials.set_credential(database, shop.channel_id, "client_secret", "new", NOW)
    assert (await stores.channel_of(database, "demo", "codeswholesale"))["state"] == "ready"


async def test_a_database_that_is_away_is_told_without_the_secret(database: Database, tmp_path: Path) -> None:
    _, path = await open_shop(database)

    class Away:
        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

        async def fetch_one(self, sql: str, *values: Any) -> Mapping[str, Any]:
            raise StorageUnavailable("away")

    with capture_logs() as said:
        async with listening(cast("Database", Away()), tmp_path) as gateway:
            assert await post(gateway, path, **stock("g")) == 503
    [line] = said
    assert line["event"] == "gateway.storage"
    assert RANDOM not in str(line)
    assert RANDOM not in "".join(traceback.format_exception(line["exc_info"]))


# -- orders ------------------------------------------------------------------------------------------------------------


async def test_a_hint_at_an_order_brings_its_codes_forward(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    named, other, unknown = await purchases(shop, ("o-1", "bought"), ("o-2", "bought"), (None, "unknown"))
    (done,) = await purchases(shop, ("o-3", "bought"), awaits=False)
    assert done
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, type="PREORDER", orderId="o-1") == 200
        assert await put(shop) == [(FETCH, named)]
        async with database.transaction() as tx:  # it looked, and waits for its next time
            later = NOW + timedelta(minutes=30)
            await tx.execute("UPDATE jobs SET run_at = $1, error_code = 'code_awaited'", later)
        assert await post(gateway, path, type="PREORDER", orderId="o-1") == 200
        [job] = await shop.jobs(FETCH)
        assert job["run_at"] == NOW
        assert await post(gateway, path, type="PREORDER", orderId="o-9") == 200
        assert await put(shop) == [(FETCH, named), (SETTLE, unknown)]  # it may be the order that was lost
        assert await post(gateway, path, type="PREORDER", codeId="c") == 200  # the older form names none
        assert sorted(await put(shop)) == [(FETCH, named), (FETCH, other), (SETTLE, unknown)]


async def test_a_failing_job_keeps_its_time(database: Database, tmp_path: Path) -> None:
    shop, path = await open_shop(database)
    await purchases(shop, ("o-1", "bought"))
    async with listening(database, tmp_path) as gateway:
        assert await post(gateway, path, type="PREORDER", orderId="o-1") == 200
        later = NOW + timedelta(minutes=5)
        async with database.transaction() as tx:
            await tx.execute("UPDATE jobs SET run_at = $1, error_code = 'timeout', error_family = 'unreachable'", later)
        assert await post(gateway, path, type="PREORDER", orderId="o-1") == 200
        assert {job["run_at"] for job in await shop.jobs(FETCH)} == {later}


async def purchases(shop: KeyShop, *orders: tuple[str | None, str], awaits: bool = True) -> list[int]:
    """Purchases at the account with the supplier's order and their state; of bought ones a code is awaited."""
    db, sku = shop.db, f"SKU-{orders[0][0]}"
    await stores.put_channel(db, shop.store_id, stores.ChannelDeclaration("storefront"), NOW)
    async with db.transaction() as tx:
        [product] = await tx.insert(
            "products",
            ("store_id", "sku", "is_active", "product_type", "price_minor", "currency", "created_at", "updated_at"),
            [(shop.store_id, sku, True, "digital", 100, "EUR", NOW, NOW)],
            suffix="RETURNING id",
        )
    new = NewOrder(lines=[NewLine(sku, len(orders))], is_confirmed=False)
    placed = await place_order(db, shop.store_id, new, idempotency_key=sku, actor="shop", now=NOW, allow_short=True)
    async with db.transaction() as tx:
        item = await tx.fetch_value("SELECT id FROM order_items WHERE order_id = $1", placed.order_id)
        columns = (
            "channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor",
            "currency", "is_preorder_allowed", "state", "supplier_order_id", "error_code", "error", "looks",
            "intended_at", "sent_at", "updated_at",
        )  # fmt: skip
        made = await tx.insert(
            "key_purchases",
            columns,
            [
                (shop.channel_id, item, f"{sku}-{number}", "game-1", 1, 910, "EUR", True, state, order, "", "", 0,
                 NOW, NOW, NOW)
                for number, (order, state) in enumerate(orders)
            ],
            suffix="RETURNING id",
        )  # fmt: skip
        ids = sorted(int(row["id"]) for row in made)
        bought = [one for one, (_, state) in zip(ids, orders, strict=True) if state == "bought" and awaits]
        await tx.insert(
            "keys",
            ("store_id", "product_id", "kind", "state", "filename", "raw_kind", "purchase_id", "code_id", "unit_id",
             "added_by", "note", "created_at", "updated_at"),
            [
                (shop.store_id, product["id"], "preorder", "awaited", "", "", one, f"c-{one}", 1000 + one, "", "",
                 NOW, NOW)
                for one in bought
            ],
        )  # fmt: skip
    return ids
