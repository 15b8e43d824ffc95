"""Stores and channels: the file's are kept equal to the file, the API's live beside them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import StoresChanged
from orion_daemon.services import access, credentials, stores
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound, Refused
from orion_daemon.services.stores import ChannelDeclaration, StoreDeclaration
from tests.support.databases import RecordingBus

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CHANNEL = ChannelDeclaration(
    "letzshop",
    endpoint="https://letzshop.lu/graphql",
    settings={"wire_form": "auto", "page_size": 50},
    secrets={"api_key": "first-key"},
)
DEMO = StoreDeclaration(
    "demo",
    "Demo",
    "EUR",
    "LU",
    "Europe/Luxembourg",
    "fr",
    ("fr", "de"),
    channels=(CHANNEL, ChannelDeclaration("storefront")),
)


async def test_a_declared_store_becomes_rows_once(database: Database, bus: RecordingBus) -> None:
    first = await stores.apply_declared(database, [DEMO], NOW)
    again = await stores.apply_declared(database, [DEMO], LATER)

    assert first.created == ["demo", "demo:letzshop", "demo:storefront"]
    assert not again
    assert bus.events.count(StoresChanged()) >= 1
    [store] = await database.fetch("SELECT * FROM stores")
    assert (store["managed_by"], store["languages_json"], store["updated_at"]) == ("file", ["fr", "de"], NOW)
    assert await database.fetch_value("SELECT count(*) AS n FROM catalogs") == 1


async def test_a_changed_declaration_changes_only_what_differs(database: Database) -> None:
    await stores.apply_declared(database, [DEMO], NOW)
    changes = await stores.apply_declared(
        database, [replace(DEMO, channels=(replace(CHANNEL, allows_mutations=True), DEMO.channels[1]))], LATER
    )
    assert changes.updated == ["demo:letzshop"]
    row = await stores.channel_of(database, "demo", "letzshop")
    assert row["allows_mutations"] is True


async def test_what_is_no_longer_declared_is_switched_off_and_kept(database: Database) -> None:
    await stores.apply_declared(database, [DEMO, replace(DEMO, code="other", channels=())], NOW)
    changes = await stores.apply_declared(database, [replace(DEMO, channels=(DEMO.channels[1],))], LATER)

    assert sorted(changes.switched_off) == ["demo:letzshop", "other"]
    assert await database.fetch_value("SELECT count(*) AS n FROM stores") == 2
    assert (await stores.channel_of(database, "demo", "letzshop"))["is_active"] is False


async def test_a_store_of_the_api_lives_beside_the_file(database: Database) -> None:
    store_id = await stores.create_store(database, replace(DEMO, code="mine", channels=()), NOW)
    await stores.apply_declared(database, [DEMO], NOW)

    await stores.update_store(database, store_id, {"name": "Renamed"}, LATER)
    row = await database.fetch_one("SELECT * FROM stores WHERE code = 'mine'")
    assert row is not None
    assert (row["name"], row["is_active"], row["managed_by"]) == ("Renamed", True, "api")


async def test_the_api_cannot_change_what_the_file_manages(database: Database) -> None:
    await stores.apply_declared(database, [DEMO], NOW)
    row = await stores.channel_of(database, "demo", "letzshop")
    with pytest.raises(Refused) as store_refusal:
        await stores.update_store(database, row["store_id"], {"name": "x"}, LATER)
    with pytest.raises(Refused):
        await stores.put_channel(database, row["store_id"], CHANNEL, LATER)
    assert store_refusal.value.code is Code.MANAGED_BY_FILE


async def test_bad_input_is_refused_with_its_field(database: Database) -> None:
    with pytest.raises(Invalid) as refusal:
        await stores.create_store(database, replace(DEMO, default_language="en"), NOW)
    assert refusal.value.field == "defaultLanguage"
    await stores.create_store(database, replace(DEMO, channels=()), NOW)
    with pytest.raises(Conflict):
        await stores.create_store(database, DEMO, NOW)
    with pytest.raises(NotFound, match="channel 'letzshop' in store 'demo'"):
        await stores.channel_of(database, "demo", "letzshop")


async def test_a_suspended_account_works_again_with_a_new_secret(database: Database) -> None:
    await stores.apply_declared(database, [DEMO], NOW)
    channel = await stores.channel_of(database, "demo", "letzshop")
    async with database.transaction() as tx:
        assert await stores.suspend_channel(tx, channel["id"], f"{credentials.AUTH_REFUSED}: 401", NOW)
        assert not await stores.suspend_channel(tx, channel["id"], "again", NOW)
    assert not await credentials.set_credential(database, channel["id"], "api_key", "first-key", LATER)
    assert await credentials.set_credential(database, channel["id"], "api_key", "second-key", LATER)

    assert (await stores.channel_of(database, "demo", "letzshop"))["state"] == "ready"
    assert await credentials.reveal(database, channel["id"], "api_key") == "second-key"
    assert await credentials.reveal(database, channel["id"], "refresh_token") is None


async def test_an_account_suspended_for_another_reason_waits_for_a_person(database: Database) -> None:
    await stores.apply_declared(database, [DEMO], NOW)
    channel = await stores.channel_of(database, "demo", "letzshop")
    async with database.transaction() as tx:
        await stores.suspend_channel(tx, channel["id"], "the schema changed", NOW)
    await credentials.set_credential(database, channel["id"], "api_key", "another-key", LATER)
    assert (await stores.channel_of(database, "demo", "letzshop"))["state"] == "suspended"
    assert await stores.resume_channel(database, channel["id"], LATER)
    assert not await stores.resume_channel(database, channel["id"], LATER)


async def test_a_secret_is_sealed_at_rest(database: Database) -> None:
    await stores.apply_declared(database, [DEMO], NOW)
    [row] = await database.fetch("SELECT * FROM marketplace_credentials")
    assert b"first-key" not in bytes(row["secret_sealed"])
    assert "first-key" not in repr(CHANNEL)


async def test_a_token_opens_until_it_is_revoked(database: Database) -> None:
    token = "orn_" + "a" * 40
    token_id = await access.create_token(
        database, token=token, name="till", role="operator", store_id=None, now=NOW, actor="cli"
    )
    caller = await access.find_caller(database, token, NOW)
    assert caller is not None
    assert (caller.may("viewer"), caller.may("operator"), caller.may("admin")) == (True, True, False)
    assert await access.find_caller(database, token + "x", NOW) is None

    await access.revoke_token(database, token_id, LATER, "cli")
    await access.revoke_token(database, token_id, LATER, "cli")
    assert await access.find_caller(database, token, LATER) is None
    actions = [row["action"] for row in await database.fetch("SELECT action FROM audit_entries ORDER BY id")]
    assert actions == ["token.create", "token.revoke"]


async def test_an_expired_token_is_worth_nothing(database: Database) -> None:
    token = "orn_" + "b" * 40
    await access.create_token(
        database, token=token, name="t", role="viewer", store_id=None, now=NOW, expires_at=LATER, actor="cli"
    )
    assert await access.find_caller(database, token, NOW) is not None
    assert await access.find_caller(database, token, LATER) is None


async def test_a_secret_does_not_follow_its_channel_to_another_host(database: Database) -> None:
    store_id = await stores.create_store(database, replace(DEMO, channels=(CHANNEL,)), NOW)
    channel_id = await stores.put_channel(database, store_id, replace(CHANNEL, safety_stock=2, secrets={}), LATER)
    assert await credentials.reveal(database, channel_id, "api_key") == "first-key"

    elsewhere = replace(CHANNEL, endpoint="https://attacker.example/graphql", secrets={})
    await stores.put_channel(database, store_id, elsewhere, LATER)
    assert await credentials.reveal(database, channel_id, "api_key") is None


async def test_a_change_by_a_machine_whose_clock_is_behind_is_seen_too(database: Database) -> None:
    await stores.apply_declared(database, [DEMO, replace(DEMO, code="other", channels=())], NOW)
    channel = await stores.channel_of(database, "demo", "letzshop")
    behind = NOW - timedelta(microseconds=1)
    seen = [await stores.revision(database)]
    states = [(await stores.account_states(database))["demo:letzshop"]]

    async def is_news() -> bool:
        seen.append(await stores.revision(database))
        states.append((await stores.account_states(database))["demo:letzshop"])
        return seen[-1] not in seen[:-1] and states[-1] not in states[:-1]

    await stores.apply_declared(database, [replace(DEMO, name="New"), replace(DEMO, code="other", channels=())], behind)
    assert await is_news()
    async with database.transaction() as tx:
        await stores.suspend_channel(tx, channel["id"], "a reason", behind)
    assert await is_news()
    await credentials.set_credential(database, channel["id"], "refresh_token", "token", NOW + timedelta(days=1))
    assert await is_news()
    await credentials.set_credential(database, channel["id"], "api_key", "second-key", behind)
    assert await is_news()
    async with database.transaction() as tx:
        await tx.execute(
            "DELETE FROM marketplace_credentials WHERE channel_id = $1 AND kind = 'api_key'", channel["id"]
        )
    assert await is_news()
    assert await stores.revision(database) == seen[-1]
