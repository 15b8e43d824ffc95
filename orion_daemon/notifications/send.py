"""One message to one mail server: connect, change to TLS, log in, hand it over, keep the server's word.

    Letter → EHLO, STARTTLS, AUTH → MAIL, RCPT → DATA → text → Receipt

A connection is made for each message. The last thing sent is the text; from then on the message may have been taken,
so a connection that breaks is doubtful, and before that it is not. Errors are of `errors.py` alone and name neither
recipient nor password. Nothing is repeated here: that is the job's business.
"""

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from orion_daemon.notifications.classify import Step, clean, of_failure
from orion_daemon.notifications.errors import MailError, Rejected, Unreachable
from orion_daemon.notifications.message import Letter, mailbox

Security = Literal["starttls", "tls", "plain"]
_GO_ON, _TAKEN = 354, 250
_FAREWELL = 2.0
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`security`: TLS after STARTTLS, TLS at once, or none, which is for this machine unless `allow_plain`.

    `connect_timeout` is for the connection, `timeout` for a whole message. `ca_file` holds the authorities to trust
    instead of the system's. `local_hostname` is how we name ourselves; "" is the machine's name where that is a whole
    one, else the domain of `from_address` (nobody is asked, as DNS may take seconds).
    """

    host: str
    port: int
    security: Security
    from_address: str
    from_name: str = ""
    reply_to: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: timedelta = timedelta(seconds=60)
    connect_timeout: timedelta = timedelta(seconds=10)
    ca_file: Path | None = None
    local_hostname: str = ""
    allow_plain: bool = False

    def __post_init__(self) -> None:
        if not self.host or not self.from_address:
            raise ValueError("mail needs a host and an address to send from")
        if self.security == "plain" and not self.allow_plain and not is_this_machine(self.host):
            raise ValueError(f"keys would travel to {self.host} unencrypted: use starttls or tls")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`words` are the server's, cleaned: mostly the number that it keeps the message under."""

    message_id: str
    words: str


class Mailer:
    def __init__(self, options: MailOptions) -> None:
        self.options = options
        self._context: ssl.SSLContext | None = None

    @property
    def _place(self) -> str:
        return f"mail server {self.options.host}:{self.options.port}"

    async def send(self, letter: Letter) -> Receipt:
        """Hand the message over. Raises MailError; a cancellation leaves open whether it was taken."""
        content = letter.wire()
        call = _Call(self._client(await self._tls()))
        secrets = (letter.recipient, letter.recipient.rpartition("@")[0], letter.sender, self.options.password)
        failure: MailError
        try:
            async with asyncio.timeout(self.options.timeout.total_seconds()):
                await self._open(call)
                words = await self._hand_over(call, letter, content)
            await _bid_farewell(call.client)
            return Receipt(letter.message_id, clean(words, secrets))
        except (SMTPException, OSError) as error:  # TimeoutError and errors of TLS are OSErrors
            failure = of_failure(self._place, call.step, error, secrets)
        finally:
            call.client.close()
        raise failure

    async def probe(self) -> None:
        """Come as far as a login and go away again. Raises MailError."""
        call = _Call(self._client(await self._tls()))
        failure: MailError
        try:
            async with asyncio.timeout(self.options.timeout.total_seconds()):
                await self._open(call)
            await _bid_farewell(call.client)
            return
        except (SMTPException, OSError) as error:
            failure = of_failure(self._place, call.step, error, (self.options.password,))
        finally:
            call.client.close()
        raise failure

    async def _tls(self) -> ssl.SSLContext | None:
        if self.options.security == "plain":
            return None
        if self._context is None:
            file = self.options.ca_file
            try:
                self._context = await asyncio.to_thread(ssl.create_default_context, cafile=str(file) if file else None)
            except OSError as error:
                raise Unreachable(
                    f"{self._place}: ca_file {file} cannot be used: {(error.strerror or 'no certificate').lower()}",
                    code="certificate",
                ) from None
        return self._context

    def _client(self, context: ssl.SSLContext | None) -> SMTP:
        options = self.options
        return SMTP(
            hostname=options.host,
            port=options.port,
            use_tls=options.security == "tls",
            start_tls=False,  # a step of its own, so that a failure says where
            tls_context=context,
            timeout=options.timeout.total_seconds(),
            local_hostname=options.local_hostname or _own_name(options.from_address),
        )

    async def _open(self, call: "_Call") -> None:
        options, client = self.options, call.client
        await client.connect(timeout=min(options.connect_timeout, options.timeout).total_seconds())
        await client.ehlo()
        if options.security == "starttls":
            call.step = Step.TLS
            await client.starttls()
            await client.ehlo()
        if options.username:
            call.step = Step.LOGIN
            await client.login(options.username, options.password)

    async def _hand_over(self, call: "_Call", letter: Letter, content: bytes) -> str:
        client, encoding, said = call.client, "ascii", []
        call.step = Step.SENDER
        if letter.needs_utf8:
            if not client.supports_extension("smtputf8"):
                raise Rejected(
                    f"{self._place}: cannot send to or from an address with letters outside ASCII (no SMTPUTF8).",
                    code="address_needs_utf8",
                )
            encoding, said = "utf-8", ["SMTPUTF8", "BODY=8BITMIME"]
        if client.supports_extension("size"):
            most = client.esmtp_extensions.get("size", "").strip()
            if most.isdigit() and 0 < int(most) < len(content):
                raise Rejected(
                    f"{self._place}: the message has {len(content)} bytes, the server takes {most}.",
                    code="message_too_large",
                )
            said.append(f"SIZE={len(content)}")
        await client.mail(letter.sender, options=said, encoding=encoding)
        call.step = Step.RECIPIENT
        await client.rcpt(letter.recipient, encoding=encoding)
        call.step = Step.DATA
        answer = await client.execute_command(b"DATA")
        if answer.code != _GO_ON:
            raise SMTPResponseException(answer.code, answer.message)
        protocol = client.protocol
        if protocol is None:
            raise ConnectionResetError
        protocol.write(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        call.step = Step.MESSAGE
        answer = await protocol.read_response(timeout=self.options.timeout.total_seconds())
        if answer.code != _TAKEN:
            raise SMTPResponseException(answer.code, answer.message)
        return answer.message


@dataclass(slots=True)
class _Call:
    """A conversation and how far it has come."""

    client: SMTP
    step: Step = Step.CONNECT


async def _bid_farewell(client: SMTP) -> None:
    with suppress(SMTPException, OSError):  # the message is taken: what comes after it does not count
        await client.quit(timeout=_FAREWELL)


def _own_name(from_address: str) -> str:
    name = socket.gethostname()
    return name if "." in name else mailbox(from_address, "sender").rpartition("@")[2]


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
