"""SMTP as the stand-in speaks it, by aiosmtpd's protocol in the sandbox's own event loop.

A message that is accepted is in the box and in the ledger before its sender hears so. `behaviour.py` says what goes
wrong on command. There is no TLS: keep the port on loopback, as the whole sandbox.
"""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orion_daemon.sandbox.mail.behaviour import Behaviour
from orion_daemon.sandbox.mail.messages import Box, Kept
from orion_daemon.sandbox.vendor import Core

NAME = "sandbox.localhost"
LARGEST = 32 * 1024 * 1024


class Office:
    """What all connections share, and the hooks that aiosmtpd calls; an answer is a line of SMTP."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.box = Box()
        self.behaviour = Behaviour()
        self.connections: set[Conversation] = set()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.refuses(address):
            self.core.ledger.record("mail_refused", recipient=address)
            return f"550 5.1.1 <{address}>: Recipient address rejected: no such user"
        if self.behaviour.defers():
            self.core.ledger.record("mail_deferred", recipient=address)
            return f"451 4.7.1 <{address}>: Recipient address rejected: greylisted, try again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: "Conversation", _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.behaviour.slow:
            await self.core.sleep(self.behaviour.slow)
        if self.behaviour.drops_at("after_data"):
            if self.behaviour.keeps_dropped:
                self._keep(envelope)
            server.drop("after_data")
            return "421 4.4.2 Connection dropped"  # nobody hears it
        kept = self._keep(envelope)
        return f"250 2.0.0 Ok: kept as {kept.id}"

    def _keep(self, envelope: Envelope) -> Kept:
        recipients = tuple(envelope.rcpt_tos)
        raw = envelope.original_content or b""
        kept = self.box.put(self.core.clock.now(), envelope.mail_from or "", recipients, raw)
        for recipient in recipients:
            self.core.ledger.record("mail_accepted", recipient=recipient, message_id=kept.message_id, id=kept.id)
        return kept

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: Any
    ) -> AuthResult:
        """Anybody, unless a login is asked for."""
        login = self.behaviour.login
        if not isinstance(said, LoginPassword):
            return AuthResult(success=False, handled=False)
        told = (said.login, said.password)
        if login is not None and told != (login.username.encode(), login.password.encode()):
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True)

    def conversation(self) -> "Conversation":
        """The protocol of a new connection."""
        return Conversation(self)


class Conversation(SMTP):
    def __init__(self, office: Office) -> None:
        super().__init__(
            office,
            data_size_limit=office.behaviour.size_limit or LARGEST,
            enable_SMTPUTF8=True,
            hostname=NAME,
            ident="ESMTP Orion sandbox",
            auth_require_tls=False,
            authenticator=office.authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._office = office

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._office.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._office.connections.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by this name
        if self._office.behaviour.drops_at("before_data"):
            self.drop("before_data")
            return
        await super().smtp_DATA(arg)

    def drop(self, when: str) -> None:
        """Break the connection without a word."""
        self._office.core.ledger.record("mail_dropped", when=when)
        self.abort()

    def abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
