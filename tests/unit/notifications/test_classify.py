"""What a mail server's refusal means, and what of its words may be kept."""

import socket
import ssl

import pytest
from aiosmtplib import SMTPConnectError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from orion_daemon.jobs.retry import FAMILIES
from orion_daemon.notifications import errors
from orion_daemon.notifications.classify import Step, clean, of_answer, of_failure

PLACE = "mail server mail.example:587"


@pytest.mark.parametrize(
    ("step", "code", "words", "family", "stable"),
    [
        (Step.CONNECT, 421, "4.3.2 shutting down", "unreachable", "mail_deferred"),
        (Step.CONNECT, 554, "5.7.1 blocked", "auth_refused", "server_refused"),
        (Step.TLS, 454, "4.7.0 TLS not available", "unreachable", "mail_deferred"),
        (Step.TLS, 502, "not implemented", "unreachable", "no_tls"),
        (Step.LOGIN, 454, "4.7.0 later", "unreachable", "mail_deferred"),
        (Step.LOGIN, 535, "5.7.8 bad credentials", "auth_refused", "login_refused"),
        (Step.LOGIN, 534, "5.7.9 mechanism too weak", "auth_refused", "login_refused"),
        (Step.LOGIN, 504, "unknown mechanism", "auth_refused", "login_refused"),
        (Step.SENDER, 530, "5.7.0 authentication required", "auth_refused", "login_needed"),
        (Step.SENDER, 553, "5.7.1 not yours", "auth_refused", "sender_refused"),
        (Step.SENDER, 552, "5.3.4 too big", "rejected", "message_too_large"),
        (Step.RECIPIENT, 451, "4.7.1 greylisted", "unreachable", "mail_deferred"),
        (Step.RECIPIENT, 450, "4.7.28 mail flood", "rate_limited", "mail_flood"),
        (Step.RECIPIENT, 530, "5.7.0 authentication required", "auth_refused", "login_needed"),
        (Step.RECIPIENT, 550, "5.1.1 no such user", "rejected", "recipient_refused"),
        (Step.RECIPIENT, 552, "5.2.2 mailbox full", "rejected", "recipient_refused"),
        (Step.DATA, 554, "no valid recipients", "rejected", "message_refused"),
        (Step.MESSAGE, 451, "4.3.0 try later", "unreachable", "mail_deferred"),
        (Step.MESSAGE, 552, "too much mail data", "rejected", "message_too_large"),
        (Step.MESSAGE, 552, "5.2.2 mailbox full", "rejected", "message_refused"),
        (Step.MESSAGE, 554, "5.7.1 spam", "rejected", "message_refused"),
        (Step.MESSAGE, -1, "gibberish", "doubtful", "not_smtp"),
        (Step.MESSAGE, 200, "what?", "doubtful", "not_smtp"),
        (Step.SENDER, -1, "gibberish", "unreachable", "not_smtp"),
    ],
)
def test_the_family_of_an_answer(step: Step, code: int, words: str, family: str, stable: str) -> None:
    error = of_failure(PLACE, step, SMTPResponseException(code, words))
    assert (error.family, error.code) == (family, stable)
    assert error.message.startswith(PLACE)
    assert type(error) is type(of_answer(PLACE, step, code, words))


def caused(cause: Exception) -> Exception:
    error = SMTPConnectError("Error connecting")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("step", "error", "family", "stable"),
    [
        (Step.CONNECT, caused(ConnectionRefusedError()), "unreachable", "no_connection"),
        (Step.CONNECT, caused(socket.gaierror(-2, "unknown")), "unreachable", "dns"),
        (Step.CONNECT, caused(ssl.SSLCertVerificationError("self-signed")), "unreachable", "certificate"),
        (Step.CONNECT, caused(ssl.SSLError("wrong version number")), "unreachable", "no_tls"),
        (Step.TLS, ssl.SSLCertVerificationError("expired"), "unreachable", "certificate"),
        (Step.TLS, SMTPException("not supported"), "unreachable", "no_tls"),
        (Step.LOGIN, SMTPException("no suitable method"), "auth_refused", "login_refused"),
        (Step.CONNECT, TimeoutError(), "unreachable", "timeout"),
        (Step.DATA, TimeoutError(), "unreachable", "timeout"),
        (Step.MESSAGE, TimeoutError(), "doubtful", "timeout"),
        (Step.RECIPIENT, SMTPServerDisconnected("lost"), "unreachable", "connection_broken"),
        (Step.MESSAGE, SMTPServerDisconnected("lost"), "doubtful", "connection_broken"),
    ],
)
def test_the_family_of_a_failure(step: Step, error: Exception, family: str, stable: str) -> None:
    found = of_failure(PLACE, step, error)
    assert (found.family, found.code) == (family, stable)


def test_every_family_is_one_that_jobs_know() -> None:
    families = {kind.family for kind in errors.MailError.__subclasses__()}
    assert families == {"unreachable", "rate_limited", "auth_refused", "rejected", "doubtful"}
    assert families <= {family.value for family in FAMILIES}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("5.1.1 <Anna@Example.lu>: unknown", "5.1.1 <***>: unknown"),
        ("user anna unknown, ANNA!", "user *** unknown, ***!"),
        ("bananna is not her", "bananna is not her"),
        ("see eve@other.example", "see [redacted]"),
        ("key ABCDE-FGHIJ-KLMN1 found", "key [redacted] found"),
        ("two\r\nlines\x00here", "two lines here"),
        ("pass hunter2!", "pass ***!"),
    ],
)
def test_words_of_a_server_are_kept_without_people_and_secrets(words: str, kept: str) -> None:
    assert clean(words, ("anna@example.lu", "anna", "hunter2", "")) == kept


def test_words_of_a_server_are_short() -> None:
    assert len(clean("word " * 500)) == 200
