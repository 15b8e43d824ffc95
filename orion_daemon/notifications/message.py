"""A rendered mail as a message on the wire: headers, both forms of the text, attachments.

Nothing that came from outside can add a header, a recipient or a part: addresses are checked sign by sign, names and
file names are cleaned, and the rest is encoded. `send.py` continues. The result is the same for the same values, so a
message that is sent twice has one Message-ID, by which mail programs and people know it again.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.policy import SMTPUTF8 as SMTP_UTF8
from hashlib import sha256
from typing import Literal

from orion_daemon.domain.deliveries import safe_file_name
from orion_daemon.notifications.contents import line
from orion_daemon.notifications.errors import Rejected
from orion_daemon.notifications.render import Rendered

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
LONGEST_NAME = 100
Whose = Literal["recipient", "sender", "reply-to"]

_LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@.]+(?:\.[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@.]+)*")
_DOMAIN = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>")
_CONTENT_TYPE = re.compile(r"([a-z]+)/([a-z0-9][a-z0-9.+-]*)")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture of a key, checked to be one by whoever attaches it. `content_type` like `image/png`."""

    file_name: str
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with its envelope. `needs_utf8`: an address cannot be written in ASCII (RFC 6531)."""

    message: EmailMessage = field(repr=False)
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    needs_utf8: bool = False

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    def wire(self) -> bytes:
        """The bytes of the message, in ASCII unless an address needs more; lines end with CRLF."""
        return self.message.as_bytes(policy=SMTP_UTF8 if self.needs_utf8 else SMTP)


def compose(
    rendered: Rendered,
    *,
    to: str,
    to_name: str = "",
    sender: str,
    sender_name: str = "",
    reply_to: str = "",
    message_id: str,
    at: datetime,
    attachments: Iterable[Attachment] = (),
) -> Letter:
    """`at` is the time in the Date header, aware; `message_id` is one of `message_id_of`.

    Raises Rejected (`bad_address`) for an address that mail cannot be sent to; it does not repeat the address.
    """
    if at.tzinfo is None:
        raise ValueError("the date of a message needs a zone")
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a Message-ID looks like <reference@domain>")
    author, recipient = mailbox(sender, "sender"), mailbox(to, "recipient")
    replies = mailbox(reply_to, "reply-to") if reply_to else ""
    message = EmailMessage(policy=SMTP)
    message["From"] = _named(author, sender_name)
    message["To"] = _named(recipient, to_name)
    if replies:
        message["Reply-To"] = _named(replies, "")
    message["Subject"] = line(rendered.subject)
    message["Date"] = at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        kind = _CONTENT_TYPE.fullmatch(attachment.content_type)
        main, sub = (kind[1], kind[2]) if kind and kind[1] != "multipart" else ("application", "octet-stream")
        name = safe_file_name(attachment.file_name)
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
    message["Content-Language"] = rendered.language  # last: headers of this kind go down to the parts that are made
    _bound(message, message_id)
    needs_utf8 = not (author + recipient + replies).isascii()
    return Letter(message, author, recipient, needs_utf8)


def _bound(message: EmailMessage, message_id: str) -> None:
    """Boundaries that follow from the Message-ID. No encoded content holds `=_`, so none can end a part early."""
    name = sha256(message_id.encode()).hexdigest()[:32]
    parts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{name}_{number}")


def message_id_of(reference: str, sender: str) -> str:
    """The Message-ID of what `reference` names (letters, digits, `.`, `_`, `-`), at the sender's domain."""
    if not _REFERENCE.fullmatch(reference):
        raise ValueError("a reference has letters, digits, dots, dashes and underscores, at most 100")
    return f"<{reference}@{mailbox(sender, 'sender').rpartition('@')[2]}>"


def mailbox(address: str, whose: Whose) -> str:
    """The address as it goes on the wire, its domain in ASCII. Raises Rejected (`bad_address`)."""
    local, _, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    ascii_domain = _in_ascii(domain)
    fits = len(local.encode()) <= LONGEST_LOCAL_PART and len(local.encode()) + len(ascii_domain) < LONGEST_ADDRESS
    if not fits or not _LOCAL_PART.fullmatch(local) or not local.isprintable() or not _DOMAIN.fullmatch(ascii_domain):
        raise Rejected(f"the {whose}'s address is none that mail can be sent to; correct it", code="bad_address")
    return f"{local}@{ascii_domain}"


def _in_ascii(domain: str) -> str:
    """ "" where it is no domain, or one that two generations of the rules read as two different domains (`ß`)."""
    if domain.isascii():
        return domain.lower()
    try:
        encoded = domain.encode("idna").decode("ascii")
        return encoded if encoded.encode().decode("idna") == domain.lower() else ""
    except UnicodeError:
        return ""


def _named(address: str, name: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(line(name)[:LONGEST_NAME].strip(), local, domain)
