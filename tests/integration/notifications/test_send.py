"""The mailer against real servers: what it says and takes, and the family of everything that goes wrong."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orion_daemon.notifications.errors import MailError
from orion_daemon.notifications.message import Attachment, Letter, compose
from orion_daemon.notifications.render import Rendered
from orion_daemon.notifications.send import Mailer, MailOptions
from tests.support.mail_servers import HANG_UP, SILENCE, mail_server, scripted_server, self_made

RECIPIENT = "anna.weber@example.lu"
KEY = "ABCDE-FGHIJ-KLMN1"
LOGIN = ("shop", "pässword: 17")
TEXT = f"Moien,\n\n.\n..dots\nKey: {KEY}\n"


def options(port: int, **changes: object) -> MailOptions:
    plain = MailOptions(
        host="127.0.0.1", port=port, security="plain", from_address="orders@shop.example", local_hostname="orion.test"
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def letter(to: str = RECIPIENT, text: str = TEXT, attachment: bytes = b"") -> Letter:
    return compose(
        Rendered("Är Schlësselen", text, f"<p>{KEY}</p>", "lb"), to=to, to_name="Anna Weber",
        sender="orders@shop.example", message_id="<delivery-1@shop.example>",
        at=datetime(2026, 11, 28, 9, 30, tzinfo=UTC),
        attachments=[Attachment("key.png", attachment, "image/png")] if attachment else [],
    )  # fmt: skip


async def failure(made: MailOptions, sent: Letter | None = None) -> MailError:
    with pytest.raises(MailError) as caught:
        await Mailer(made).send(sent or letter())
    error = caught.value
    for secret in (RECIPIENT, "anna.weber", "Anna", KEY, LOGIN[1]):
        assert secret not in f"{error!r} {error} {error.message}"
    assert error.__suppress_context__ or error.__context__ is None
    return error


async def test_a_message_arrives_byte_for_byte_and_the_servers_word_is_kept() -> None:
    async with mail_server() as server:
        receipt = await Mailer(options(server.port)).send(letter())
        assert receipt.message_id == "<delivery-1@shop.example>"
        assert receipt.words == "2.0.0 Ok: queued as 1"
        [taken] = server.taken
    assert taken.content == letter().wire()
    assert (taken.sender, taken.recipients) == ("orders@shop.example", [RECIPIENT])
    assert f"SIZE={len(taken.content)}" in taken.options
    assert (taken.was_encrypted, taken.login) == (False, "")


async def test_we_name_ourselves_without_asking_anybody() -> None:
    names = []
    for name in ("", "orion.example"):
        async with scripted_server({}) as server:
            await Mailer(options(server.port, local_hostname=name)).probe()
            names.append(server.heard[0])
    assert names[0] in {"EHLO shop.example", f"EHLO {socket.gethostname()}"}
    assert names[1] == "EHLO orion.example"


async def test_one_mailer_sends_many_messages_at_once() -> None:
    async with mail_server() as server:
        mailer = Mailer(options(server.port))
        await asyncio.gather(*(mailer.send(letter()) for _ in range(5)))
        assert len(server.taken) == 5


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_message_goes_encrypted_to_a_server_that_is_trusted(security: str, tmp_path: Path) -> None:
    made = self_made(tmp_path, "127.0.0.1")
    async with mail_server(**{security: made.context}) as server:
        await Mailer(options(server.port, security=security, ca_file=made.ca_file)).send(letter())
        assert server.taken[0].was_encrypted


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["unknown authority", "another name"])
async def test_a_server_that_is_not_trusted_gets_nothing(security: str, fault: str, tmp_path: Path) -> None:
    made = self_made(tmp_path, "127.0.0.1" if fault == "unknown authority" else "mail.test")
    ca_file = None if fault == "unknown authority" else made.ca_file
    async with mail_server(**{security: made.context}) as server:
        error = await failure(options(server.port, security=security, ca_file=ca_file))
        assert (error.family, error.code) == ("unreachable", "certificate")
        assert server.taken == []


async def test_a_file_of_authorities_that_is_not_there_is_told(tmp_path: Path) -> None:
    error = await failure(options(1, security="tls", ca_file=tmp_path / "none.pem"))
    assert (error.family, error.code) == ("unreachable", "certificate")
    assert "none.pem" in error.message
    (tmp_path / "empty.pem").write_text("no certificate")
    error = await failure(options(1, security="tls", ca_file=tmp_path / "empty.pem"))
    assert error.code == "certificate"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_nothing_is_sent_where_there_is_no_tls(security: str) -> None:
    async with mail_server() as server:
        error = await failure(options(server.port, security=security, timeout=timedelta(seconds=5)))
        assert (error.family, error.code) == ("unreachable", "no_tls")
        assert server.taken == []


@pytest.mark.parametrize("secured", [False, True])
async def test_a_login_is_used(secured: bool, tmp_path: Path) -> None:
    made = self_made(tmp_path, "127.0.0.1")
    async with mail_server(login=LOGIN, starttls=made.context if secured else None) as server:
        security = "starttls" if secured else "plain"
        right = options(server.port, security=security, ca_file=made.ca_file, username=LOGIN[0], password=LOGIN[1])
        await Mailer(right).probe()
        assert server.taken == []
        await Mailer(right).send(letter())
        assert server.taken[0].login == LOGIN[0]


async def test_a_wrong_or_missing_login_stops_all_mail() -> None:
    async with mail_server(login=LOGIN) as server:
        wrong = options(server.port, username=LOGIN[0], password="guess")
        error = await failure(wrong)
        assert (error.family, error.code) == ("auth_refused", "login_refused")
        error = await failure(options(server.port))
        assert (error.family, error.code) == ("auth_refused", "login_needed")
        with pytest.raises(MailError) as caught:
            await Mailer(wrong).probe()
        assert caught.value.code == "login_refused"
        assert server.taken == []


async def test_a_server_without_any_login_is_told() -> None:
    async with scripted_server({}) as server:
        error = await failure(options(server.port, username=LOGIN[0], password=LOGIN[1]))
        assert (error.family, error.code) == ("auth_refused", "login_refused")


async def test_an_international_address_goes_where_the_server_knows_them() -> None:
    async with mail_server() as server:
        await Mailer(options(server.port)).send(letter("jürg@müller.example"))
        [taken] = server.taken
    assert taken.recipients == ["jürg@xn--mller-kva.example"]
    assert "SMTPUTF8" in taken.options
    async with mail_server(utf8=False) as server:
        error = await failure(options(server.port), letter("jürg@müller.example"))
        assert (error.family, error.code) == ("rejected", "address_needs_utf8")
        assert "jürg" not in error.message
        await Mailer(options(server.port)).send(letter("juerg@müller.example"))


async def test_a_message_over_the_servers_size_is_not_even_sent() -> None:
    async with mail_server(size=10_000) as server:
        error = await failure(options(server.port), letter(attachment=bytes(20_000)))
        assert (error.family, error.code) == ("rejected", "message_too_large")
        await Mailer(options(server.port)).send(letter())
        assert len(server.taken) == 1


async def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure(options(port))
    assert (error.family, error.code) == ("unreachable", "no_connection")


async def test_a_host_that_nobody_knows() -> None:
    error = await failure(options(25, host="mail.invalid", security="starttls"))
    assert (error.family, error.code) == ("unreachable", "dns")


@pytest.mark.parametrize(
    ("answers", "family", "code"),
    [
        ({"MAIL": "550 5.7.1 not from you"}, "auth_refused", "sender_refused"),
        ({"RCPT": f"550 5.1.1 <{RECIPIENT}>: no such user"}, "rejected", "recipient_refused"),
        ({"RCPT": f"451 4.7.1 <{RECIPIENT}> greylisted"}, "unreachable", "mail_deferred"),
        ({"RCPT": "450 4.7.28 too much mail"}, "rate_limited", "mail_flood"),
        ({"DATA": "451 4.3.0 not now"}, "unreachable", "mail_deferred"),
        ({".": f"554 5.7.1 spam: {KEY}"}, "rejected", "message_refused"),
        ({".": "552 too much mail data"}, "rejected", "message_too_large"),
        ({".": "451 4.3.0 not now"}, "unreachable", "mail_deferred"),
        ({".": "hello, world"}, "doubtful", "not_smtp"),
        ({"EHLO": "hello, world"}, "unreachable", "not_smtp"),
        ({"RCPT": HANG_UP}, "unreachable", "connection_broken"),
        ({"DATA": HANG_UP}, "unreachable", "connection_broken"),
        ({".": HANG_UP}, "doubtful", "connection_broken"),
    ],
)
async def test_what_a_server_may_say_or_do(answers: dict[str, str], family: str, code: str) -> None:
    async with scripted_server(answers) as server:
        error = await failure(options(server.port))
    assert (error.family, error.code) == (family, code)
    assert error.message.startswith(f"mail server 127.0.0.1:{server.port}")


@pytest.mark.parametrize(
    ("greeting", "family", "code"),
    [("554 5.7.1 go away", "auth_refused", "server_refused"), ("421 4.3.2 later", "unreachable", "mail_deferred"),
     ("HTTP/1.1 400 Bad Request", "unreachable", "not_smtp"), (HANG_UP, "unreachable", "no_connection")],
)  # fmt: skip
async def test_a_greeting_that_is_none(greeting: str, family: str, code: str) -> None:
    async with scripted_server({}, greeting) as server:
        error = await failure(options(server.port))
    assert (error.family, error.code) == (family, code)


@pytest.mark.parametrize(
    ("answers", "family"),
    [({"RCPT": SILENCE}, "unreachable"), ({"DATA": SILENCE}, "unreachable"), ({".": SILENCE}, "doubtful")],
)
async def test_a_server_that_falls_silent_is_given_up(answers: dict[str, str], family: str) -> None:
    async with scripted_server(answers) as server:
        error = await failure(options(server.port, timeout=timedelta(milliseconds=100)))
    assert (error.family, error.code) == (family, "timeout")


async def test_a_server_that_never_greets_is_given_up() -> None:
    async with scripted_server({}, SILENCE) as server:
        error = await failure(options(server.port, connect_timeout=timedelta(milliseconds=50)))
    assert (error.family, error.code) == ("unreachable", "timeout")


@pytest.mark.parametrize("farewell", [HANG_UP, "500 what?", "gibberish"])
async def test_a_message_that_was_taken_stays_taken_whatever_follows(farewell: str) -> None:
    async with scripted_server({"QUIT": farewell}) as server:
        receipt = await Mailer(options(server.port)).send(letter())
    assert receipt.words == "Ok: queued"
    assert server.heard[-1] == "QUIT"


async def test_lines_of_a_dot_do_not_end_the_message() -> None:
    async with scripted_server({}) as server:
        await Mailer(options(server.port)).send(letter())
        text = server.heard[-2]
    assert "\r\n..\r\n" in text
    assert "\r\n...dots\r\n" in text
    assert KEY in text


async def test_a_cancelled_message_leaves_no_connection() -> None:
    async with scripted_server({".": SILENCE}) as server:
        sending = asyncio.create_task(Mailer(options(server.port)).send(letter()))
        while not server.heard or KEY not in server.heard[-1]:
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "10.0.0.1"])
def test_keys_do_not_travel_in_the_clear_unless_that_is_told(host: str) -> None:
    with pytest.raises(ValueError, match="unencrypted"):
        options(25, host=host)
    assert options(25, host=host, allow_plain=True).host == host
    assert options(25, host=host, security="starttls").host == host


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_be_spoken_to_in_the_clear(host: str) -> None:
    assert options(25, host=host).host == host


def test_a_password_stands_in_no_representation() -> None:
    assert LOGIN[1] not in repr(options(25, password=LOGIN[1]))
