"""The messages that the stand-in mail server took: kept as they came, read when somebody asks, the newest thousand.

Ids count from 1 and are never used twice, also after older messages have made room.
"""

from collections import deque
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import msgspec
from msgspec import Struct

MOST = 1000
_UNREADABLE = "(cannot be read)"


class Kept(Struct, frozen=True):
    """`raw` is what came between DATA and the dot."""

    id: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    def parsed(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)  # noqa: S101 - the policy makes it one
        return found

    @property
    def message_id(self) -> str:
        return head(self.parsed(), "Message-ID")

    def facts(self) -> dict[str, Any]:
        message = self.parsed()
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "from": self.sender,
            "to": list(self.recipients),
            "subject": head(message, "Subject"),
            "message_id": self.message_id,
            "text": _body(message, "plain"),
            "html": _body(message, "html"),
            "attachments": [
                {"filename": name, "content_type": kind, "size": len(content)}
                for name, kind, content in attachments(message)
            ],
        }


def head(message: EmailMessage, name: str) -> str:
    """A header as people read it; "" where there is none."""
    try:
        return str(message.get(name, "")).strip()
    except Exception:  # the library fails in many ways at headers that are none
        return _UNREADABLE


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, UnicodeError):
        return _UNREADABLE


def attachments(message: EmailMessage) -> list[tuple[str, str, bytes]]:
    """Name, type and content of each."""
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        name = part.get_filename() or "unnamed"
        found.append((name, part.get_content_type(), content if isinstance(content, bytes) else b""))
    return found


class Box:
    def __init__(self) -> None:
        self._kept: deque[Kept] = deque(maxlen=MOST)
        self._made = 0

    def put(self, at: datetime, sender: str, recipients: tuple[str, ...], raw: bytes) -> Kept:
        self._made += 1
        kept = Kept(self._made, at, sender, recipients, raw)
        self._kept.append(kept)
        return kept

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, number: int) -> Kept | None:
        return next((one for one in self._kept if one.id == number), None)

    def read(self, to: str = "", since: int | datetime = 0) -> list[Kept]:
        """The oldest first; to an address (whatever its case), after an id, or at a time or later."""
        wanted = to.lower()
        return [
            one
            for one in self._kept
            if (one.id > since if isinstance(since, int) else one.at >= since)
            and (not wanted or wanted in (address.lower() for address in one.recipients))
        ]

    def clear(self) -> None:
        self._kept.clear()

    def dump(self) -> bytes:
        return msgspec.msgpack.encode((self._made, list(self._kept)))

    def load(self, raw: bytes) -> None:
        self._made, kept = msgspec.msgpack.decode(raw, type=tuple[int, list[Kept]])
        self._kept = deque(kept, maxlen=MOST)
