"""The stand-in mail server: it keeps what it is sent, shows it, and misbehaves on command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orion_daemon.notifications.errors import MailError
from orion_daemon.notifications.message import Attachment, compose
from orion_daemon.notifications.render import Rendered
from orion_daemon.notifications.send import Mailer, MailOptions
from orion_daemon.sandbox.mail.messages import MOST, Box
from orion_daemon.sandbox.server import Sandbox
from tests.support.letzshop_sandbox import NOON, SandboxHandle, running_sandbox

PICTURE = b"\x89PNG" + bytes(20)


@asynccontextmanager
async def mail_sandbox() -> AsyncIterator[SandboxHandle]:
    async with running_sandbox() as sandbox:
        await sandbox.sandbox.mail.listen("127.0.0.1", 0)
        yield sandbox


def mailer(sandbox: SandboxHandle, **login: str) -> Mailer:
    port = sandbox.sandbox.mail.port
    return Mailer(
        MailOptions(host="127.0.0.1", port=port, security="plain", from_address="orders@shop.example", **login)
    )


async def send(sandbox: SandboxHandle, to: str = "anna@example.lu", number: int = 1, **login: str) -> None:
    rendered = Rendered(f"Schlüssel {number}", "Moien <b>", '<p>Moien "x"</p><script>evil()</script>', "lb")
    letter = compose(
        rendered, to=to, sender="orders@shop.example", message_id=f"<d-{number}@shop.example>",
        at=datetime(2026, 3, 2, tzinfo=UTC), attachments=[Attachment("a.png", PICTURE, "image/png")],
    )  # fmt: skip
    await mailer(sandbox, **login).send(letter)


async def refused(sandbox: SandboxHandle, to: str = "anna@example.lu", **login: str) -> tuple[str, str]:
    with pytest.raises(MailError) as caught:
        await send(sandbox, to, **login)
    return caught.value.family, caught.value.code


async def page(sandbox: SandboxHandle, path: str, status: int = 200) -> str:
    async with sandbox.session.get(f"{sandbox.url}{path}") as response:
        assert response.status == status
        return await response.text()


async def test_what_was_sent_can_be_read_back() -> None:
    async with mail_sandbox() as sandbox:
        await send(sandbox)
        assert await sandbox.control("mail") == [
            {
                "id": 1, "at": NOON.isoformat(), "from": "orders@shop.example", "to": ["anna@example.lu"],
                "subject": "Schlüssel 1", "message_id": "<d-1@shop.example>", "text": "Moien <b>\n",
                "html": '<p>Moien "x"</p><script>evil()</script>\n',
                "attachments": [{"filename": "a.png", "content_type": "image/png", "size": len(PICTURE)}],
            }
        ]  # fmt: skip
        assert (await sandbox.control("mail/1"))["subject"] == "Schlüssel 1"
        assert "Message-ID: <d-1@shop.example>" in await page(sandbox, "/control/mail/1/raw")
        await sandbox.control("mail/2", status=404)
        await sandbox.control("mail/x", status=404)
        [entry] = await sandbox.ledger("mail_accepted")
        assert (entry["recipient"], entry["message_id"], entry["id"]) == ("anna@example.lu", "<d-1@shop.example>", 1)


async def test_mail_is_found_by_address_id_and_time() -> None:
    async with mail_sandbox() as sandbox:
        await send(sandbox, number=1)
        await send(sandbox, "BOB@example.lu", 2)
        await sandbox.advance(60)
        await send(sandbox, number=3)

        async def found(query: str) -> list[int]:
            return [one["id"] for one in await sandbox.control(f"mail?{query}")]

        assert await found("") == [1, 2, 3]
        assert await found("to=bob@example.lu") == [2]
        assert await found("since=1") == [2, 3]
        assert await found("since=2026-03-02T12:01:00Z") == [3]
        assert await found("to=anna@example.lu&since=1") == [3]
        await sandbox.control("mail?since=yesterday", status=400)
        assert await sandbox.control("mail", method="DELETE") == {"cleared": 3}
        await send(sandbox)
        assert await found("") == [4]


async def test_people_read_mail_on_pages_that_run_nothing() -> None:
    async with mail_sandbox() as sandbox:
        assert "No message has come yet" in await page(sandbox, "/mail")
        await send(sandbox)
        assert '<a href="/mail/1">Schlüssel 1</a>' in await page(sandbox, "/mail")
        shown = await page(sandbox, "/mail/1")
        assert "<iframe sandbox " in shown
        assert "<script" not in shown
        assert "&lt;p&gt;Moien &quot;x&quot;&lt;/p&gt;" in shown
        assert "<pre>Moien &lt;b&gt;\n</pre>" in shown
        async with sandbox.session.get(f"{sandbox.url}/mail/1/attachments/0") as response:
            assert (response.content_type, await response.read()) == ("image/png", PICTURE)
        async with sandbox.session.get(f"{sandbox.url}/mail/1") as response:
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        for path in ("/mail/2", "/mail/x", "/mail/1/attachments/1", "/mail/1/attachments/x", "/mail/2/attachments/0"):
            await page(sandbox, path, 404)


async def test_recipients_are_refused_and_put_off_on_command() -> None:
    async with mail_sandbox() as sandbox:
        await sandbox.control("mail/behaviour", {"refuse": ["*@nowhere.example"], "defer": 1})
        assert await refused(sandbox, "Eve@Nowhere.example") == ("rejected", "recipient_refused")
        assert await refused(sandbox) == ("unreachable", "mail_deferred")
        assert (await sandbox.control("mail/behaviour"))["defer"] == 0
        await send(sandbox)
        assert [entry["kind"] for entry in await sandbox.ledger()] == ["mail_refused", "mail_deferred", "mail_accepted"]
        await sandbox.control("mail/behaviour", method="DELETE")
        await send(sandbox, "eve@nowhere.example")


@pytest.mark.parametrize(
    ("drop", "keeps", "family", "kept"),
    [
        ("before_data", True, "unreachable", 0),
        ("after_data", True, "doubtful", 1),
        ("after_data", False, "doubtful", 0),
    ],
)
async def test_a_connection_breaks_on_command(drop: str, keeps: bool, family: str, kept: int) -> None:
    async with mail_sandbox() as sandbox:
        await sandbox.control("mail/behaviour", {"drop": drop, "drops": 1, "keeps_dropped": keeps})
        assert await refused(sandbox) == (family, "connection_broken")
        assert len(await sandbox.control("mail")) == kept
        await send(sandbox)
        assert len(await sandbox.control("mail")) == kept + 1
        assert [entry["when"] for entry in await sandbox.ledger("mail_dropped")] == [drop]


async def test_a_login_a_size_and_slowness_on_command() -> None:
    async with mail_sandbox() as sandbox:
        await sandbox.control("mail/behaviour", {"login": {"username": "shop", "password": "right"}, "slow": 7.5})
        assert await refused(sandbox) == ("auth_refused", "login_needed")
        assert await refused(sandbox, username="shop", password="wrong") == ("auth_refused", "login_refused")
        await send(sandbox, username="shop", password="right")
        assert 7.5 in sandbox.slept
        await sandbox.control("mail/behaviour", {"size_limit": 100})
        assert await refused(sandbox) == ("rejected", "message_too_large")


async def test_anybody_may_log_in_where_no_login_is_asked_for() -> None:
    async with mail_sandbox() as sandbox:
        await send(sandbox, username="shop", password="anything")


@pytest.mark.parametrize("said", [{"refuses": []}, {"drop": "sometimes"}, {"login": {"username": "x"}}, []])
async def test_a_command_that_is_not_known_is_told(said: object) -> None:
    async with mail_sandbox() as sandbox:
        assert "error" in await sandbox.control("mail/behaviour", said, status=400)


async def test_a_reset_forgets_mail_and_behaviour() -> None:
    async with mail_sandbox() as sandbox:
        await send(sandbox)
        await sandbox.control("mail/behaviour", {"refuse": ["*"]})
        await sandbox.control("reset", {"seed": 3})
        assert await sandbox.control("mail") == []
        await send(sandbox)
        assert [one["id"] for one in await sandbox.control("mail")] == [1]


async def test_mail_is_part_of_the_state_that_is_kept(tmp_path: Path) -> None:
    async with mail_sandbox() as sandbox:
        await send(sandbox)
        before = sandbox.sandbox.mail.box.read()
        raw = sandbox.sandbox.mail.dump()
        state = await sandbox.control("state")
        assert state["mail"]["messages"] == 1
    again = Sandbox(state=tmp_path / "state")
    again.mail.load(raw)
    assert again.mail.box.read() == before
    assert again.mail.box.put(NOON, "a", ("b",), b"").id == 2
    await again.close()


def test_the_newest_thousand_are_kept() -> None:
    box = Box()
    for _ in range(MOST + 5):
        box.put(NOON, "a@b.lu", ("c@d.lu",), b"Subject: x\r\n\r\n")
    assert len(box) == MOST
    assert box.read()[0].id == 6
    assert box.find(5) is None
    found = box.find(MOST + 5)
    assert found is not None
    assert found.facts()["attachments"] == []


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"Content-Type: text/plain; charset=klingon\r\n\r\nx", b"Message-ID: <<\r\n\r\nx"]
)
def test_what_is_hardly_a_message_is_shown_all_the_same(raw: bytes) -> None:
    kept = Box().put(NOON, "a@b.lu", ("c@d.lu",), raw)
    assert kept.facts()["to"] == ["c@d.lu"]
