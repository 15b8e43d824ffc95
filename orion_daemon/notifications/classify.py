"""Which family a mail that was not sent belongs to. The question that decides: may the server have taken it?

| what happened | family | code |
|---|---|---|
| no host of that name; no connection | Unreachable | `dns`; `no_connection` |
| no TLS; a certificate that is not trusted | Unreachable | `no_tls`; `certificate` |
| the connection broke or time was up, the text not yet sent | Unreachable | `connection_broken` `timeout` |
| the same with the text sent | Doubtful | `connection_broken` `timeout` |
| an answer that is none | Unreachable, with the text sent Doubtful | `not_smtp` |
| 4xx; of these a flood of mail (4.7.28) | Unreachable; RateLimited | `mail_deferred`; `mail_flood` |
| 530, 534, 535, 538, 5xx of AUTH | AuthRefused | `login_refused` `login_needed` |
| 5xx at the greeting; of the sender's address | AuthRefused | `server_refused`; `sender_refused` |
| 5xx of the recipient; of the text | Rejected | `recipient_refused`; `message_refused` |
| too large | Rejected | `message_too_large` |

What concerns every message stops them all until a person mends it, so that none becomes a dead letter for it.
"""

import re
import socket
import ssl
from collections.abc import Iterable
from enum import Enum

from aiosmtplib import SMTPException, SMTPResponseException

from orion_daemon.notifications.errors import AuthRefused, Doubtful, MailError, RateLimited, Rejected, Unreachable
from orion_daemon.observability.redaction import redact

LONGEST_WORDS = 200
LATER = "It is tried again later."
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOT_SMTP = -1  # how aiosmtplib numbers an answer that it cannot read


class Step(Enum):
    """How far a conversation has come; the value is what is being done."""

    CONNECT = "connecting"
    TLS = "changing to TLS"
    LOGIN = "logging in"
    SENDER = "naming the sender"
    RECIPIENT = "naming the recipient"
    DATA = "announcing the message"
    MESSAGE = "waiting for the word that it was taken"


def of_failure(place: str, step: Step, error: Exception, secrets: Iterable[str] = ()) -> MailError:
    """What an exception of the conversation means. `secrets` are taken out of the server's words."""
    if isinstance(error, SMTPResponseException):
        return of_answer(place, step, error.code, clean(error.message, secrets))
    return _of_network(place, step, error)


def of_answer(place: str, step: Step, code: int, words: str) -> MailError:
    """What a refusal means; `words` are clean."""
    said = f"{code} {words}".strip()
    if code == _NOT_SMTP or not 400 <= code <= 599:
        return _lost(place, step, "the answer is not one of a mail server", "not_smtp")
    if code < 500:
        if _enhanced(words) == (7, 28):
            return RateLimited(f"{place}: too many messages ({said}). {LATER}", code="mail_flood")
        return Unreachable(f"{place}: not now ({said}), while {step.value}. {LATER}", code="mail_deferred")
    if code == 530 and step is not Step.LOGIN:
        return AuthRefused(
            f"{place}: wants a login or TLS first ({said}). Set username, password and security in [mail].",
            code="login_needed",
        )
    if code in _LOGIN_CODES or step is Step.LOGIN:
        return AuthRefused(
            f"{place}: the login was refused ({said}). Correct username and password in [mail].", code="login_refused"
        )
    if step is Step.TLS:
        return _no_tls(place, said)
    if code in (523, 552) and _enhanced(words) != (2, 2) and step is not Step.RECIPIENT:
        return Rejected(f"{place}: the message is too large ({said}).", code="message_too_large")
    if step is Step.CONNECT:
        return AuthRefused(
            f"{place}: takes no mail from this machine ({said}). Ask who runs it.", code="server_refused"
        )
    if step is Step.SENDER:
        return AuthRefused(
            f"{place}: does not take mail from our address ({said}). Correct from_address in [mail].",
            code="sender_refused",
        )
    if step is Step.RECIPIENT:
        return Rejected(f"{place}: the recipient was refused ({said}). Correct the address.", code="recipient_refused")
    return Rejected(f"{place}: the message was refused ({said}).", code="message_refused")


def _of_network(place: str, step: Step, error: Exception) -> MailError:
    causes = list(_chain(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unreachable(
            f"{place}: the server's certificate is not trusted. Check host, or ca_file in [mail]. {LATER}",
            code="certificate",
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes) and step in (Step.CONNECT, Step.TLS):
        return _no_tls(place, "no TLS answer")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Unreachable(f"{place}: the host name is not known. Check host in [mail] and DNS. {LATER}", code="dns")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return _lost(place, step, "no answer in time", "timeout")
    if step is Step.CONNECT:
        return Unreachable(f"{place}: no connection. {LATER}", code="no_connection")
    if step is Step.TLS and type(error) is SMTPException:
        return _no_tls(place, "it is not offered")
    if step is Step.LOGIN and type(error) is SMTPException:
        return AuthRefused(
            f"{place}: offers no login that Orion knows. Check security in [mail]; some offer it after TLS only.",
            code="login_refused",
        )
    return _lost(place, step, "the connection broke", "connection_broken")


def _no_tls(place: str, said: str) -> MailError:
    return Unreachable(
        f"{place}: does not change to TLS ({said}), and nothing is sent without. Check port and security in [mail]. "
        f"{LATER}",
        code="no_tls",
    )


def _lost(place: str, step: Step, what: str, code: str) -> MailError:
    if step is Step.MESSAGE:
        return Doubtful(f"{place}: {what} after the message was sent. It may have been delivered.", code=code)
    return Unreachable(f"{place}: {what}, while {step.value}. {LATER}", code=code)


def _chain(error: BaseException) -> Iterable[BaseException]:
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _enhanced(words: str) -> tuple[int, int] | None:
    """Subject and detail of an enhanced status code (RFC 3463): `5.2.2 mailbox full` → (2, 2)."""
    found = _ENHANCED.search(words)
    return (int(found[2]), int(found[3])) if found else None


def clean(words: str, secrets: Iterable[str] = ()) -> str:
    """A server's words on one line, short, without addresses, the secrets, and what looks like a key."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    for secret in secrets:
        if len(secret) > 1:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text, flags=re.IGNORECASE)
    text = str(redact(text))
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"
