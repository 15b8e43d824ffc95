"""Mail servers inside a test's own loop: one that behaves (aiosmtpd), and one that says what a script says.

Each is an async context manager and listens on a free port of 127.0.0.1.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP, SILENCE = "", "…"
"""In a script: close the connection; say nothing more."""


@dataclass
class Taken:
    sender: str
    recipients: list[str]
    options: list[str]
    content: bytes
    was_encrypted: bool
    login: str


@dataclass
class MailServer:
    """What the well-behaved server took. `login` None lets anybody send."""

    port: int = 0
    login: tuple[str, str] | None = None
    taken: list[Taken] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 Ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        encrypted = session.ssl is not None or _server.transport.get_extra_info("sslcontext") is not None
        login = session.auth_data.login.decode() if session.authenticated else ""
        self.taken.append(
            Taken(
                envelope.mail_from or "", envelope.rcpt_tos, envelope.mail_options,
                envelope.original_content or b"", encrypted, login,
            )
        )  # fmt: skip
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: object
    ) -> AuthResult:
        assert isinstance(said, LoginPassword)
        told = (said.login.decode(), said.password.decode())
        return AuthResult(success=told == self.login, handled=False, auth_data=said)


@asynccontextmanager
async def mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
    utf8: bool = True,
    size: int = 1_000_000,
) -> AsyncIterator[MailServer]:
    handler = MailServer(login=login)
    loop = asyncio.get_running_loop()
    made: list[SMTP] = []

    def protocol() -> SMTP:
        made.append(
            SMTP(
                handler, hostname="mail.test", data_size_limit=size, enable_SMTPUTF8=utf8, tls_context=starttls,
                require_starttls=starttls is not None, auth_require_tls=starttls is not None,
                authenticator=handler.authenticate, loop=loop,
            )
        )  # fmt: skip
        return made[-1]

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()
        for one in made:
            if one.transport is not None:
                one.transport.abort()  # type: ignore[attr-defined]
        handling = [one._handler_coroutine for one in made if one._handler_coroutine is not None]
        for task in handling:
            task.cancel()  # where TLS failed nobody else does
        await asyncio.gather(*handling, return_exceptions=True)
        await server.wait_closed()


@dataclass
class Script:
    """What the scripted server heard, a line each; the text between DATA and the dot is one entry."""

    port: int = 0
    heard: list[str] = field(default_factory=list)


@asynccontextmanager
async def scripted_server(answers: dict[str, str], greeting: str = "220 mail.test ESMTP") -> AsyncIterator[Script]:
    """Answers by the first word of a command, `.` for the end of the text; everything else is taken politely."""
    polite = {"EHLO": "250 mail.test", "MAIL": "250 Ok", "RCPT": "250 Ok", "DATA": "354 Go on", ".": "250 Ok: queued",
              "QUIT": "221 Bye", "NOOP": "250 Ok"}  # fmt: skip
    said = {**polite, **answers}
    script = Script()
    writers: list[asyncio.StreamWriter] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await _talk(reader, writer, said, greeting, script.heard.append)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)


async def _talk(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    said: dict[str, str],
    greeting: str,
    hear: Callable[[str], None],
) -> None:
    answer = greeting
    while True:
        if answer == HANG_UP:
            return
        if answer != SILENCE:
            writer.write(answer.replace("\n", "\r\n").encode() + b"\r\n")
            await writer.drain()
        line = (await reader.readline()).decode()
        if not line:
            return
        hear(line.strip())
        word = line.split()[0].upper()
        answer = said.get(word, "500 unknown")
        if word == "DATA" and answer.startswith("354"):
            writer.write(answer.encode() + b"\r\n")
            hear((await reader.readuntil(b"\r\n.\r\n")).decode())
            answer = said["."]


@dataclass(frozen=True)
class Certificate:
    """A self-made certificate of `names` and the file of the authority that vouches for it: itself."""

    context: ssl.SSLContext
    ca_file: Path


def self_made(folder: Path, *names: str) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    alternatives = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        for name in names or ("mail.test",)
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / "ca.pem", folder / "key.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return Certificate(context, ca_file)
