"""What the customers of `key_process.py` found in their mailboxes, and the judgement of that.

The mail stand-in's box is the oracle: each letter is read as it came, its codes are compared by their digests with the
keys that the order's units have, which `key_process.judge` compares with the supplier's ledger.
"""

import email
import email.policy
import re
from collections import defaultdict
from hashlib import sha256
from typing import NamedTuple

from orion_daemon.db.database import Database
from tests.support.key_process import digest_of
from tests.support.processes import SandboxProcess

_DELIVERED = """
SELECT i.order_id, k.* FROM key_units u JOIN order_items i ON i.id = u.order_item_id JOIN keys k ON k.id = u.key_id
WHERE u.state = 'delivered'
"""
_CODE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}-[A-Z2-9]{5}\b")


class Letter(NamedTuple):
    """`name` is that of the Message-ID, without the sender's domain; `codes` are digests; `to` an order's key."""

    name: str
    to: str
    codes: frozenset[str]


async def letters_of(sandbox: SandboxProcess) -> list[Letter]:
    """All that the mail server kept, the oldest first."""
    found = []
    for kept in await sandbox.control("mail"):
        [to] = kept["to"]
        message = email.message_from_bytes(
            await sandbox.read(f"control/mail/{kept['id']}/raw"), policy=email.policy.default
        )
        codes = {sha256(code.encode()).hexdigest() for code in _CODE.findall(kept["text"])}
        codes |= {sha256(part.get_payload(decode=True)).hexdigest() for part in message.iter_attachments()}
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        found.append(Letter(name, to.partition("@")[0], frozenset(codes)))
    return found


async def judge_letters(db: Database, sandbox: SandboxProcess, repeats: range) -> None:
    """Every order is fulfilled, and its customer has each of its keys and none of another's. A message that came again,
    which happened so many times, is the same one: equal id, equal keys. Another message has other keys."""
    letters = await letters_of(sandbox)
    orders = {row["id"]: row for row in await db.fetch("SELECT id, status, channel_order_id FROM orders")}
    owed: dict[str, set[str]] = defaultdict(set)
    for key in await db.fetch(_DELIVERED):
        owed[orders[key["order_id"]]["channel_order_id"]].add(digest_of(db, key))
    assert {row["status"] for row in orders.values()} == {"fulfilled"}
    assert len(owed) == len(orders)

    received: dict[str, set[str]] = defaultdict(set)
    for letter in letters:
        received[letter.to] |= letter.codes
    assert received == owed

    messages = {letter.name: letter for letter in letters}
    assert all(letter == messages[letter.name] for letter in letters), letters
    assert sum(len(message.codes) for message in messages.values()) == sum(len(codes) for codes in owed.values())
    assert len(letters) - len(messages) in repeats, letters
    written = await db.fetch("SELECT message_id, state FROM key_deliveries")
    assert {row["message_id"] for row in written if row["state"] == "sent"} == set(messages)
    assert "asked" not in {row["state"] for row in written}
