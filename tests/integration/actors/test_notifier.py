"""The notifier of a store against real mail servers: what customers get, and what becomes of each way that fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from orion_daemon.actors.account import Parts
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers import deliveries as handlers
from orion_daemon.actors.marketplace import MarketplaceActor
from orion_daemon.actors.notifier import NotifierActor, Outbox, wake_waiting
from orion_daemon.actors.post import Post, Sender
from orion_daemon.actors.roster import Roster
from orion_daemon.db.database import Database
from orion_daemon.domain.deliveries import MailKind
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.supply import CodeKind
from orion_daemon.jobs import leases
from orion_daemon.jobs.handling import Surroundings
from orion_daemon.jobs.kinds import OrderArgs
from orion_daemon.notifications.message import Letter
from orion_daemon.notifications.send import Mailer, MailOptions, Receipt
from orion_daemon.runtime.clock import ManualClock
from orion_daemon.runtime.fairness import FairGate
from orion_daemon.runtime.supervisor import ActorSystem
from orion_daemon.services import key_resends, mail_templates, orders, translations
from tests.support.key_mail import PICTURE, KeyCounter, attached, open_key_counter, read, text_of
from tests.support.listing import Listing, a_job, open_desk
from tests.support.mail_servers import HANG_UP, mail_server, scripted_server
from tests.support.stores import NOW

NOTIFIER = "demo:notifier"


def server_at(port: int, **changes: Any) -> MailOptions:
    plain = MailOptions(
        host="127.0.0.1", port=port, security="plain", from_address="orders@shop.example", reply_to="help@shop.example",
        timeout=timedelta(seconds=5), local_hostname="orion.test",
    )  # fmt: skip
    return replace(plain, **changes)


@dataclass
class Office:
    """One process with its actors."""

    counter: KeyCounter
    clock: ManualClock
    post: Post
    system: ActorSystem
    roster: Roster
    crashes: list[BaseException]
    observed: list[tuple[str, str]]
    parts: Parts

    @property
    def db(self) -> Database:
        return self.counter.db

    async def job(self) -> dict[str, Any]:
        """The youngest delivery's."""
        row = await self.db.fetch_one("SELECT * FROM jobs WHERE kind = 'DeliverKeys' ORDER BY id DESC LIMIT 1")
        assert row is not None
        return row

    async def until(self, state: str, code: str = "") -> dict[str, Any]:
        """Wait for the job to be so; the notifier is told that there may be work, and nobody else is."""
        async with asyncio.timeout(20):
            while True:
                row = await self.job()
                if row["state"] == state and code in ("", row["error_code"]) and row["runs"]:
                    assert self.crashes == []
                    return row
                self.roster.wake(NOTIFIER)
                await asyncio.sleep(0.005)

    async def later(self, minutes: float) -> None:
        await self.clock.advance(minutes * 60)


@asynccontextmanager
async def office(database: Database, folder: Path, options: MailOptions | None = None) -> AsyncIterator[Office]:
    async with working(await open_key_counter(database), folder, options) as found:
        yield found


@asynccontextmanager
async def working(
    counter: KeyCounter, folder: Path, options: MailOptions | None = None, post: Post | None = None, process: str = "p1"
) -> AsyncIterator[Office]:
    clock = ManualClock(NOW + timedelta(minutes=1))
    shop = counter.shop
    desk = await open_desk(Listing(counter.db, shop.store_id, shop.channel_id, 0), object(), folder)
    async with counter.db.transaction() as tx:  # nobody is told of parcels here
        await tx.execute("UPDATE channels SET allows_mutations = FALSE")
    await leases.register(counter.db, process, process, clock.now(), ttl=timedelta(days=60))
    crashes: list[BaseException] = []
    observed: list[tuple[str, str]] = []

    def observe(event: str, **facts: Any) -> None:
        observed.append((event, str(facts.get("outcome", ""))))

    parts = replace(
        desk.account.parts, clock=clock, post=post or Post(options), process_id=process, observe=observe,
        surroundings=Surroundings(counter.db, clock, FairGate(4), lambda: 0.5, classify=classify),
    )  # fmt: skip
    system = ActorSystem(clock, lambda: 0.5, on_error=lambda *of: crashes.append(of[-1]), on_suspend=lambda *_: None)
    roster = Roster(parts, system, lambda _name, error: crashes.append(error))
    try:
        yield Office(counter, clock, parts.post, system, roster, crashes, observed, parts)
    finally:
        await system.stop(0.0)
        await roster.stop()


async def test_keys_reach_the_customer_and_the_order_is_fulfilled(database: Database, tmp_path: Path) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port)) as at:
        await at.counter.stock("GAME", "AAAA-1111", "BBBB-2222")
        order_id = await at.counter.sell(("GAME", 2))
        await at.roster.sweep()
        await at.until("done")
        [taken] = server.taken
        message = read(taken.content)
        assert (taken.sender, taken.recipients) == ("orders@shop.example", ["jeanne@example.lu"])
        assert (message["From"], message["To"], message["Reply-To"]) == (
            "Shop demo <orders@shop.example>", "Jeanne Exemple <jeanne@example.lu>", "help@shop.example",
        )  # fmt: skip
        assert message["Subject"] == "Your keys for order R1"
        text = text_of(message)
        assert all(word in text for word in ("Jeanne Exemple", "Article GAME", "AAAA-1111", "BBBB-2222", "help@shop"))
        assert await at.counter.status(order_id) == "fulfilled"
        [row] = await at.counter.deliveries()
        assert (row["state"], row["receipt"]) == ("sent", "2.0.0 Ok: queued as 1")
        assert message["Message-ID"] == f"<{row['message_id']}@shop.example>"
        assert ("delivery", "done") in at.observed
        actor = at.system.get(NOTIFIER)
        assert isinstance(actor, NotifierActor)
        assert isinstance(actor, MarketplaceActor)


async def test_it_sleeps_gives_its_lease_back_and_wakes_for_the_next(database: Database, tmp_path: Path) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port)) as at:
        await at.counter.stock("GAME", "AAAA-1111", "BBBB-2222")
        await at.counter.sell(("GAME", 1), number="1")
        await at.until("done")
        async with asyncio.timeout(20):
            while not at.system.passivate(NOTIFIER):
                await asyncio.sleep(0)
            while await at.db.fetch_value("SELECT process_id FROM leases WHERE owner = $1", NOTIFIER) is not None:
                await asyncio.sleep(0)
        await at.counter.sell(("GAME", 1), number="2")
        await at.until("done")
        assert len(server.taken) == 2


async def test_a_store_that_is_switched_off_sends_nothing(database: Database, tmp_path: Path) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port)) as at:
        await at.counter.stock("GAME", "AAAA-1111")
        await at.counter.sell(("GAME", 1))
        async with at.db.transaction() as tx:
            await tx.execute("UPDATE stores SET is_active = FALSE")
        for _ in range(20):
            await at.roster.sweep()
        assert ((await at.job())["state"], server.taken, at.crashes) == ("waiting", [], [])


@pytest.mark.parametrize(
    ("locale", "subject", "words"),
    [
        ("en", "Your key for order R1", "Here is your key"),
        ("fr-LU", "Votre clé pour la commande R1", "Jeu"),
        ("de", "Ihr Schlüssel zur Bestellung R1", "Spiel"),
        ("lb-LU", "Äre Schlëssel fir d’Bestellung R1", "Moien"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_customer_is_written_to_in_the_language_of_the_order(
    database: Database, tmp_path: Path, locale: str, subject: str, words: str
) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port)) as at:
        for language, title in {"en": "Game", "fr": "Jeu", "de": "Spiel"}.items():
            await translations.set_translation(at.db, at.counter.shop.products["GAME"], language, {"title": title}, NOW)
        await at.counter.stock("GAME", "AAAA-1111")
        await at.counter.sell(("GAME", 1), locale=locale)
        await at.until("done")
        message = read(server.taken[0].content)
        assert message["Content-Language"] == locale[:2]
        assert words in text_of(message)
        assert subject in message["Subject"]


async def test_a_picture_arrives_as_a_file(database: Database, tmp_path: Path) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port)) as at:
        await at.counter.stock("GAME", PICTURE, kind=CodeKind.IMAGE, filename="card.png")
        await at.counter.sell(("GAME", 1))
        await at.until("done")
        message = read(server.taken[0].content)
        [(name, kind, content)] = attached(message)
        assert (name, kind, content[:4]) == ("card.png", "image/png", b"\x89PNG")
        assert "card.png" in text_of(message)


async def test_the_stores_own_words_are_used(database: Database, tmp_path: Path) -> None:
    async with mail_server() as server, office(database, tmp_path, server_at(server.port, reply_to="")) as at:
        await mail_templates.set_template(
            at.db, at.counter.shop.store_id, MailKind.KEYS, "en", "subject", "Ahoy: {{ order_number }}", actor="ann",
            now=NOW,
        )  # fmt: skip
        await at.counter.stock("GAME", "AAAA-1111")
        await at.counter.sell(("GAME", 1))
        await at.until("done")
        assert read(server.taken[0].content)["Subject"] == "Ahoy: R1"


# -- no server, or one that wants nothing of us ------------------------------------------------------------------------


def alerts(database: Database, at: Office) -> list[AlertRaised]:
    return [event for event in cast("Any", database.bus).events if isinstance(event, AlertRaised)]


async def test_without_a_server_messages_wait_people_are_told_once_and_a_server_wakes_them(
    database: Database, tmp_path: Path
) -> None:
    counter = await open_key_counter(database)
    async with mail_server() as server, working(counter, tmp_path) as at:
        await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
        await counter.sell(("GAME", 1), number="1")
        await at.until("waiting", "mail_not_configured")
        await counter.sell(("GAME", 1), number="2")
        await at.until("waiting", "mail_not_configured")
        await at.later(16)
        async with asyncio.timeout(20):
            again = "SELECT count(*) FROM jobs WHERE kind = 'DeliverKeys' AND state = 'waiting' AND runs > 1"
            while await database.fetch_value(again) < 2:
                at.roster.wake(NOTIFIER)
                await asyncio.sleep(0.005)
        assert [(alert.store_id, alert.code) for alert in alerts(database, at)] == [
            (counter.shop.store_id, "mail_not_configured")
        ]
        assert await counter.deliveries() == []
        assert at.post.take_up(server_at(server.port))
        assert not at.post.take_up(server_at(server.port))
        assert await wake_waiting(database, at.clock.now()) == 2
        await at.until("done")
        async with asyncio.timeout(20):
            while len(server.taken) < 2:
                await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "answers", [{"MAIL": "550 5.7.1 sender not allowed"}, {"EHLO": "250 mail.test", "MAIL": "530 5.7.0 log in first"}]
)
async def test_a_server_that_refuses_our_login_or_address_costs_no_message(
    database: Database, tmp_path: Path, answers: dict[str, str]
) -> None:
    counter = await open_key_counter(database)
    async with (
        scripted_server(answers) as refusing,
        mail_server() as server,
        working(counter, tmp_path, server_at(refusing.port)) as at,
    ):
        await counter.stock("GAME", "AAAA-1111")
        order_id = await counter.sell(("GAME", 1))
        job = await at.until("waiting", "mail_refused")
        assert (job["attempts"], await counter.states(), await counter.attention(order_id)) == (0, ["ready"], [])
        assert [alert.code for alert in alerts(database, at)] == ["mail_refused"]
        at.post.take_up(server_at(server.port))
        await wake_waiting(database, at.clock.now())
        await at.until("done")
        assert len(server.taken) == 1


async def test_our_own_address_that_is_none_stops_all_mail_and_refuses_no_message(
    database: Database, tmp_path: Path
) -> None:
    counter = await open_key_counter(database)
    async with mail_server() as server, working(counter, tmp_path, server_at(server.port, from_address="x@")) as at:
        await counter.stock("GAME", "AAAA-1111")
        await counter.sell(("GAME", 1))
        await at.until("waiting", "mail_refused")
        assert await counter.deliveries() == []


# -- one message that fails --------------------------------------------------------------------------------------------


async def test_a_server_that_is_away_gets_the_same_message_later(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    async with mail_server() as server, working(counter, tmp_path, server_at(1)) as at:
        await counter.stock("GAME", "AAAA-1111")
        await counter.sell(("GAME", 1))
        job = await at.until("waiting", "no_connection")
        assert job["attempts"] == 1
        [row] = await counter.deliveries()
        assert (row["state"], row["error"].partition(":")[0]) == ("asked", "no_connection")
        assert await database.fetch_value("SELECT delivered_at FROM keys") is None  # nobody can have seen it
        at.post.take_up(server_at(server.port))
        await at.later(1)
        await at.until("done")
        [sent] = await counter.deliveries()
        assert (sent["id"], sent["error"]) == (row["id"], "")
        assert read(server.taken[0].content)["Message-ID"] == f"<{row['message_id']}@shop.example>"


async def test_a_connection_that_breaks_after_the_text_leads_to_the_same_message(
    database: Database, tmp_path: Path
) -> None:
    counter = await open_key_counter(database)
    async with (
        scripted_server({".": HANG_UP}) as breaking,
        mail_server() as server,
        working(counter, tmp_path, server_at(breaking.port)) as at,
    ):
        await counter.stock("GAME", "AAAA-1111")
        await counter.sell(("GAME", 1))
        await at.until("waiting", "connection_broken")
        assert await database.fetch_value("SELECT delivered_at FROM keys") is not None
        await counter.stock("GAME", "BBBB-2222")
        at.post.take_up(server_at(server.port))
        await at.later(1)
        await at.until("done")
    first = read(next(text for text in breaking.heard if "Message-ID" in text).encode())
    again = read(server.taken[0].content)
    assert first["Message-ID"] == again["Message-ID"]
    assert text_of(first) == text_of(again)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"RCPT": "550 5.1.1 no such user"}, "recipient_refused"), ({".": "554 5.6.0 not like this"}, "message_refused")],
)
async def test_what_is_refused_for_good_asks_for_a_person(
    database: Database, tmp_path: Path, answers: dict[str, str], code: str
) -> None:
    counter = await open_key_counter(database)
    async with scripted_server(answers) as refusing, working(counter, tmp_path, server_at(refusing.port)) as at:
        await counter.stock("GAME", "AAAA-1111")
        order_id = await counter.sell(("GAME", 1))
        job = await at.until("dead", code)
        assert "jeanne" not in job["error_message"]
        assert (await counter.states(), await counter.attention(order_id)) == (["ready"], ["delivery_failed"])
        assert "jeanne" not in (await counter.shop.order("1"))["attention_reason"]
        assert [row["state"] for row in await counter.deliveries()] == ["failed"]


async def test_after_a_refusal_a_person_sends_the_keys_elsewhere(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    async with (
        scripted_server({"RCPT": "550 5.1.1 no such user"}) as refusing,
        mail_server() as server,
        working(counter, tmp_path, server_at(refusing.port)) as at,
    ):
        await counter.stock("GAME", "AAAA-1111")
        order_id = await counter.sell(("GAME", 1))
        await at.until("dead", "recipient_refused")
        at.post.take_up(server_at(server.port))
        await key_resends.resend(database, order_id, "ann", at.clock.now(), message_id="m-2", to="j@example.lu")
        await at.until("done")
        assert [taken.recipients for taken in server.taken] == [["j@example.lu"]]
        assert (await counter.status(order_id), await counter.attention(order_id)) == ("fulfilled", [])


async def test_when_the_last_try_is_over_the_order_says_so(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    async with working(counter, tmp_path, server_at(1)) as at:
        await counter.stock("GAME", "AAAA-1111")
        order_id = await counter.sell(("GAME", 1))
        async with database.transaction() as tx:
            await tx.execute("UPDATE jobs SET give_up_at = $1", at.clock.now() + timedelta(seconds=1))
        await at.until("dead", "no_connection")
        assert await counter.attention(order_id) == ["delivery_failed"]
        assert [row["state"] for row in await counter.deliveries()] == ["failed"]


# -- a daemon that vanishes --------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Vanishing:
    """Hands over like the real one; then the process is gone before anybody records it."""

    real: Mailer

    async def send(self, letter: Letter) -> Receipt:
        await self.real.send(letter)
        raise Killed


async def test_a_daemon_that_is_killed_between_handing_over_and_recording_leads_to_the_same_message(
    database: Database, tmp_path: Path
) -> None:
    counter = await open_key_counter(database)
    async with mail_server() as server, working(counter, tmp_path, server_at(server.port)) as at:
        await counter.stock("GAME", "AAAA-1111", "BBBB-2222")
        order_id = await counter.sell(("GAME", 1))
        dying = Post(server_at(server.port), lambda options: Vanishing(Mailer(options)))
        store = {"id": counter.shop.store_id, "code": "demo"}
        outbox = Outbox(store, replace(at.parts, post=dying), NOTIFIER)
        with pytest.raises(Killed):
            await handlers.deliver(outbox, a_job("DeliverKeys"), OrderArgs(order_id))
        assert [row["state"] for row in await counter.deliveries()] == ["asked"]
        await counter.sell(("GAME", 1), number="2")  # takes the other key
        await at.later(1)
        await at.until("done")
        async with asyncio.timeout(20):
            while len(server.taken) < 3:
                at.roster.wake(NOTIFIER)
                await asyncio.sleep(0.005)
        first, again = (one.content for one in server.taken if b"order R1" in one.content)
        assert first == again
        assert await counter.states() == ["delivered", "delivered"]
        assert len(await counter.deliveries()) == 2


async def test_a_daemon_that_is_killed_while_it_tells_of_lost_keys_tells_it_once_more_the_same(
    database: Database, tmp_path: Path
) -> None:
    """Mark and job are there with the cancellation; whoever comes next sends what was begun."""
    counter = await open_key_counter(database)
    async with mail_server() as server, working(counter, tmp_path, server_at(server.port)) as at:
        order_id = await counter.sell_here(("GAME", 2), locale="en")
        await orders.cancel_order(database, order_id, actor="ann", now=at.clock.now())
        dying = Post(server_at(server.port), lambda options: Vanishing(Mailer(options)))
        store = {"id": counter.shop.store_id, "code": "demo"}
        outbox = Outbox(store, replace(at.parts, post=dying), NOTIFIER)
        with pytest.raises(Killed):
            await handlers.deliver(outbox, a_job("DeliverKeys"), OrderArgs(order_id))
        assert [row["state"] for row in await counter.deliveries()] == ["asked"]
        await at.later(1)
        await at.until("done")
        first, again = (one.content for one in server.taken)
        assert first == again
        assert "2 keys are not coming." in text_of(read(first))
        assert [(row["kind"], row["state"]) for row in await counter.deliveries()] == [("refund", "sent")]


async def test_who_lost_the_lease_records_nothing(database: Database, tmp_path: Path) -> None:
    counter = await open_key_counter(database)
    async with mail_server() as server:
        await counter.stock("GAME", "AAAA-1111")
        await counter.sell(("GAME", 1))
        released = asyncio.Event()

        @dataclass
        class Slow:
            real: Mailer

            async def send(self, letter: Letter) -> Receipt:
                receipt = await self.real.send(letter)
                handed.set()
                await released.wait()
                return receipt

        handed = asyncio.Event()
        make = cast("Callable[[MailOptions], Sender]", lambda options: Slow(Mailer(options)))
        async with working(counter, tmp_path, post=Post(server_at(server.port), make)) as at:
            at.roster.wake(NOTIFIER)
            async with asyncio.timeout(20):
                await handed.wait()
            async with database.transaction() as tx:
                await tx.execute("UPDATE leases SET epoch = epoch + 1 WHERE owner = $1", NOTIFIER)
            released.set()
            async with asyncio.timeout(20):
                while (actor := at.system.get(NOTIFIER)) is not None and actor.busy:
                    await asyncio.sleep(0)
            assert [row["state"] for row in await counter.deliveries()] == ["asked"]
            assert await counter.states() == ["ready"]
