"""What a marketplace sent by itself, in the hands of the account's actor: checked, done once, forgotten."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orion_daemon.actors.account import Account
from orion_daemon.actors.handlers import notifications as handlers
from orion_daemon.actors.handlers.table import handlers_of
from orion_daemon.connectors.base import Notification
from orion_daemon.connectors.errors import AuthRefused, Malformed, Rejected, Unreachable, Unsupported, VendorError
from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.incoming import IncomingCustomer, IncomingOrder
from orion_daemon.jobs.kinds import NotificationArgs
from orion_daemon.jobs.outcomes import Cancelled, Done, JobFailure, Outcome
from orion_daemon.services import credentials, erasure, monitoring, notifications
from tests.support.databases import RecordingBus
from tests.support.listing import Listing, a_job, open_desk, open_listing
from tests.support.orders import Shop, line, order
from tests.support.stores import NOW

BODY = b'{"username": "jeanne_1980"}'
JEANNE = IncomingCustomer(channel_customer_id="jeanne_1980", first_name="Jeanne")


class Post:
    """A marketplace whose notifications are what the test says; it holds one order, if any."""

    def __init__(self, told: Notification | VendorError, held: IncomingOrder | VendorError | None = None) -> None:
        self.told, self.held = told, held
        self.read: list[tuple[bytes, str]] = []

    async def read_notification(self, body: bytes, signature: str) -> Notification:
        self.read.append((body, signature))
        if isinstance(self.told, VendorError):
            raise self.told
        return self.told

    async def fetch_order(self, name: str) -> IncomingOrder | None:
        if isinstance(self.held, VendorError):
            raise self.held
        return self.held if self.held is not None and self.held.channel_order_id == name else None


def told(kind: Any, name: str = "n-1", **more: Any) -> Notification:
    return Notification(name, kind.upper(), kind, **more)


class World:
    """An open account with a token for notifications."""

    def __init__(self, listing: Listing, post: Post, account: Account) -> None:
        self.db, self.listing, self.post, self.account = listing.db, listing, post, account
        self.shop = Shop(listing.db, listing.store_id, listing.channel_id, 0, {})

    async def receive(self, body: bytes = BODY) -> int:
        channel = await notifications.find_channel(self.db, "demo", "letzshop")
        assert channel is not None
        return await notifications.receive(self.db, channel, body, "signed", NOW)

    async def handle(self, number: int) -> Outcome:
        return await handlers.handle(self.account, a_job("HandleNotification"), NotificationArgs(number))

    async def row(self, number: int) -> dict[str, Any]:
        found = await self.db.fetch_one("SELECT * FROM notifications WHERE id = $1", number)
        assert found is not None
        return found

    async def work(self) -> list[str]:
        """Kinds of open jobs, but for those that handle notifications."""
        rows = await self.db.fetch("SELECT kind FROM jobs WHERE kind <> 'HandleNotification' ORDER BY id")
        return [row["kind"] for row in rows]


async def open_world(database: Database, folder: Path, post: Post) -> World:
    listing = await open_listing(database)
    await credentials.set_credential(database, listing.channel_id, "notification_token", "t" * 40, NOW)
    desk = await open_desk(listing, post, folder)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    return World(listing, post, desk.account)


async def test_what_came_is_sealed_and_a_job_of_the_account_is_put_with_it(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(told("other")))
    number = await world.receive()
    row = await world.row(number)
    assert (row["state"], row["signature"], row["notification_id"], row["kind"]) == ("received", "signed", None, None)
    assert b"jeanne" not in bytes(row["body_sealed"])
    [job] = await database.fetch("SELECT kind, owner, lane, store_id, channel_id, args_json FROM jobs")
    assert (job["kind"], job["owner"], job["lane"]) == ("HandleNotification", "demo:letzshop", "urgent")
    assert (job["store_id"], job["channel_id"]) == (world.listing.store_id, world.listing.channel_id)
    assert job["args_json"] == {"notification_id": number}


async def test_a_deleted_account_is_erased_and_what_came_goes_too(database: Database, tmp_path: Path) -> None:
    post = Post(told("erasure", people=("jeanne_1980", "u-17", "eias")))
    world = await open_world(database, tmp_path, post)
    await world.shop.take(order("1", line("MUG"), status="shipped", customer=JEANNE))
    number = await world.receive()
    outcome = await world.handle(number)
    assert post.read == [(BODY, "signed")]
    row = await world.row(number)
    assert (row["state"], row["kind"], row["topic"], row["notification_id"]) == ("done", "erasure", "ERASURE", "n-1")
    assert (row["body_sealed"], row["signature"], row["finished_at"]) == (None, "", NOW)
    assert row["result"] == "erased: 1 customers, 1 orders; 0 orders wait for their goods"
    assert isinstance(outcome, Done)
    assert "jeanne" not in f"{outcome} {row}"
    assert (await world.shop.order("1"))["personal_sealed"] is None
    [proof] = await database.fetch("SELECT actor, detail_json FROM audit_entries WHERE action = 'personal.erase'")
    assert (proof["actor"], proof["detail_json"]["cause"]) == ("letzshop", "notification n-1")


async def test_an_order_that_is_named_comes_at_once_and_the_poll_after_it(database: Database, tmp_path: Path) -> None:
    named = order("7", line("MUG"))
    world = await open_world(database, tmp_path, Post(told("order", channel_order_id="7"), named))
    number = await world.receive()
    await world.handle(number)
    assert (await world.shop.order("7"))["status"] == "pending"
    assert await world.work() == ["PollOrders"]
    assert (await world.row(number))["result"] == "polled; orders: 1 new, 0 changed"


@pytest.mark.parametrize("held", [None, Unreachable("No answer."), Rejected("No."), Malformed("What?", payload=b"x")])
async def test_an_order_that_cannot_be_read_yet_is_left_to_the_poll(
    database: Database, tmp_path: Path, held: VendorError | None
) -> None:
    world = await open_world(database, tmp_path, Post(told("order", channel_order_id="7"), held))
    number = await world.receive()
    await world.handle(number)
    assert await world.work() == ["PollOrders"]
    assert (await world.row(number))["state"] == "done"
    assert await world.shop.count("orders") == await world.shop.count("record_problems") == 0


@pytest.mark.parametrize(
    ("kind", "work", "result"),
    [("order", ["PollOrders"], "polled"), ("offer", ["ReadBackOffers"], "read back"), ("other", [], "nothing to do")],
)
async def test_hints_become_the_jobs_that_look(
    database: Database, tmp_path: Path, kind: str, work: list[str], result: str
) -> None:
    world = await open_world(database, tmp_path, Post(told(kind)))
    number = await world.receive()
    await world.handle(number)
    assert await world.work() == work
    assert ((await world.row(number))["state"], (await world.row(number))["result"]) == ("done", result)


async def test_a_repetition_does_nothing(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(told("order")))
    await world.handle(await world.receive())
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
    again = await world.receive()
    await world.handle(again)
    assert await world.work() == []
    row = await world.row(again)
    assert (row["state"], row["notification_id"], row["result"], row["body_sealed"]) == ("done", None, "repeated", None)


async def test_the_same_one_done_twice_side_by_side_counts_once(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(told("order")))
    numbers = [await world.receive() for _ in range(6)]
    await asyncio.gather(*(world.handle(number) for number in numbers))
    rows = [await world.row(number) for number in numbers]
    assert sorted(row["result"] for row in rows) == ["polled", *["repeated"] * 5]
    assert {row["state"] for row in rows} == {"done"}
    assert await world.work() == ["PollOrders"]


async def test_a_run_that_was_interrupted_begins_again(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(told("erasure", people=("jeanne_1980",))))
    await world.shop.take(order("1", line("MUG"), status="shipped", customer=JEANNE))
    number = await world.receive()
    await erasure.erase_by_channel_names(
        database, world.listing.channel_id, ("jeanne_1980",), actor="letzshop", now=NOW, cause="notification n-1"
    )  # and then the process died
    await world.handle(number)
    assert (await world.row(number))["state"] == "done"
    assert await database.fetch_value("SELECT count(*) AS n FROM audit_entries WHERE action = 'personal.erase'") == 1
    assert isinstance(await world.handle(number), Cancelled)
    assert isinstance(await world.handle(number + 1), Cancelled)
    assert len(world.post.read) == 1


@pytest.mark.parametrize("error", [Rejected("It is forged.", code="bad_signature"), Unsupported("It sends nothing.")])
async def test_a_forged_one_is_refused_and_what_it_said_is_not_kept(
    database: Database, tmp_path: Path, error: VendorError
) -> None:
    world = await open_world(database, tmp_path, Post(error))
    await world.shop.take(order("1", line("MUG"), status="shipped", customer=JEANNE))
    number = await world.receive()
    assert await world.handle(number) == Done({"refused": error.code})
    row = await world.row(number)
    assert (row["state"], row["result"], row["body_sealed"], row["signature"]) == ("refused", error.code, None, "")
    assert (await world.shop.order("1"))["personal_sealed"] is not None
    assert await world.work() == []


async def test_a_forged_one_does_not_hide_that_the_channel_fails(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(Rejected("It is forged.")))
    await monitoring.note_failure(database, world.listing.channel_id, "PollOrders: no answer", NOW)
    handler = handlers_of(world.account)["HandleNotification"]
    await handler(a_job("HandleNotification"), NotificationArgs(await world.receive()))
    assert (
        await database.fetch_value("SELECT last_error FROM channels WHERE last_error <> ''") == "PollOrders: no answer"
    )


async def test_of_forged_ones_the_latest_are_kept(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(Rejected("It is forged.")))
    extra = 3
    async with database.transaction() as tx:
        columns = ("channel_id", "state", "signature", "topic", "result", "received_at", "finished_at")
        rows = [(world.listing.channel_id, "refused", "", "", "rejected", NOW, NOW)]
        await tx.insert("notifications", columns, rows * (notifications.REFUSED_KEPT + extra))
    number = await world.receive()
    await world.handle(number)
    kept = await database.fetch("SELECT id FROM notifications ORDER BY id DESC")
    assert (len(kept), kept[0]["id"]) == (notifications.REFUSED_KEPT, number)


@pytest.mark.parametrize("error", [Unreachable("No answer."), Malformed("It is signed, and nothing can be read.")])
async def test_what_cannot_be_checked_now_waits_as_it_came(
    database: Database, tmp_path: Path, error: VendorError, caplog: pytest.LogCaptureFixture
) -> None:
    world = await open_world(database, tmp_path, Post(error))
    number = await world.receive()
    handler = handlers_of(world.account)["HandleNotification"]
    with pytest.raises(JobFailure):
        await handler(a_job("HandleNotification"), NotificationArgs(number))
    found = await notifications.load(database, number)
    assert found is not None
    assert (found.state, found.body, found.signature) == ("received", BODY, "signed")
    assert "jeanne" not in caplog.text


async def test_old_ones_are_forgotten_and_those_that_may_still_be_done_are_not(
    database: Database, tmp_path: Path
) -> None:
    world = await open_world(database, tmp_path, Post(told("other")))
    done, waiting = await world.receive(), await world.receive()
    await world.handle(done)
    keep = {"keep_done": timedelta(days=7), "keep_dead": timedelta(days=90)}
    assert await notifications.forget(database, NOW + timedelta(days=6), **keep) == 0
    assert await notifications.forget(database, NOW + timedelta(days=7), **keep) == 1
    assert await notifications.forget(database, NOW + timedelta(days=119), **keep) == 0
    assert (await world.row(waiting))["state"] == "received"
    assert await notifications.forget(database, NOW + timedelta(days=120), **keep) == 1


async def test_what_cannot_be_checked_for_want_of_a_credential_is_told_with_its_last_day(
    database: Database, tmp_path: Path, bus: RecordingBus
) -> None:
    post = Post(AuthRefused("letzshop: the secret was refused.", code="invalid_client"))
    world = await open_world(database, tmp_path, post)
    first, second = await world.receive(), await world.receive()
    bus.events.clear()

    def alerts() -> list[tuple[str, str]]:
        return [(event.code, event.message) for event in bus.events if isinstance(event, AlertRaised)]

    for number in (first, second, first):
        with pytest.raises(AuthRefused):
            await world.handle(number)
    last = NOW + timedelta(days=30)
    [(code, message)] = alerts()  # once, not with each try
    assert code == "erasures_wait"
    assert f"{last:%Y-%m-%d}" in message
    assert [(await world.row(one))["state"] for one in (first, second)] == ["received"] * 2
    bus.events.clear()
    assert await notifications.remind(database, NOW + timedelta(hours=1)) == 1
    [(code, message)] = alerts()
    assert (code, "2 notifications" in message, f"{last:%Y-%m-%d}" in message) == ("erasures_wait", True, True)
    post.told = told("erasure", people=("jeanne_1980",))
    for number in (first, second):
        await world.handle(number)
    assert await notifications.remind(database, NOW + timedelta(hours=2)) == 0


async def test_a_suspended_account_s_hints_wait_for_its_polls(database: Database, tmp_path: Path) -> None:
    world = await open_world(database, tmp_path, Post(told("order", channel_order_id="7"), order("7", line("MUG"))))
    world.account.channel = world.account.channel | {"state": "suspended"}
    assert list(handlers_of(world.account)) == ["HandleNotification"]
    number = await world.receive()
    await world.handle(number)
    assert (await world.row(number))["result"] == "suspended: polled once the account works again"
    assert await world.work() == ["PollOrders"]
    assert await database.fetch("SELECT 1 AS one FROM orders") == []
