"""A shop that sells keys of its own pool, goods beside them, and what its customers are sent."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import IncomingCustomer
from orion_daemon.domain.keys import KeyState
from orion_daemon.domain.supply import CodeKind
from orion_daemon.services import deliveries, delivery_results, key_pool, key_units, storefront
from orion_daemon.services.deliveries import KeyMessage
from orion_daemon.services.storefront import NewLine, NewOrder
from tests.support.orders import Shop, line, open_shop, order
from tests.support.stores import NOW

THEN = NOW + timedelta(minutes=5)
JEANNE = IncomingCustomer(email="jeanne@example.lu", first_name="Jeanne", last_name="Exemple")
PICTURE = (  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


@dataclass(frozen=True)
class KeyCounter:
    """`shop` has GAME and TOOL, sold as keys, and MUG, of which there are ten."""

    shop: Shop

    @property
    def db(self) -> Database:
        return self.shop.db

    async def stock(
        self, sku: str, *codes: str, kind: CodeKind = CodeKind.TEXT, filename: str = "", now: datetime = NOW
    ) -> list[int]:
        """Keys for the pool; whoever waits takes them."""
        async with self.db.transaction() as tx:
            new = [key_pool.NewKey(kind, code, filename, state=KeyState.FREE) for code in codes]
            origin = key_pool.Origin(self.shop.store_id, self.shop.products[sku], added_by="ann")
            ids = await key_pool.store(tx, origin, new, now)
            await key_units.refill(tx, self.shop.products[sku], now)
            return ids

    async def sell(self, *pieces: tuple[str, int], number: str = "1", **more: Any) -> int:
        """A confirmed order of Letzshop; its id."""
        lines = [line(sku, count) for sku, count in pieces]
        await self.shop.take(order(number, *lines, status="confirmed", **{"customer": JEANNE, **more}))
        return int((await self.shop.order(number))["id"])

    async def sell_here(self, *pieces: tuple[str, int], number: str = "1", **more: Any) -> int:
        """A paid order of the storefront; its id."""
        lines = [NewLine(sku, count, 1290) for sku, count in pieces]
        new = NewOrder(lines, **{"customer": JEANNE, "is_confirmed": True, **more})
        placed = await storefront.place_order(
            self.db, self.shop.store_id, new, idempotency_key=number, actor="web", now=NOW, allow_short=True
        )
        return placed.order_id

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.db.fetch("SELECT state FROM key_units ORDER BY id")]

    async def keys(self) -> list[str]:
        return [row["state"] for row in await self.db.fetch("SELECT state FROM keys ORDER BY id")]

    async def deliveries(self) -> list[dict[str, Any]]:
        return await self.db.fetch("SELECT * FROM key_deliveries ORDER BY id")

    async def attention(self, order_id: int) -> list[str]:
        return str(await self.db.fetch_value("SELECT attention FROM orders WHERE id = $1", order_id)).split()

    async def status(self, order_id: int) -> str:
        return str(await self.db.fetch_value("SELECT status FROM orders WHERE id = $1", order_id))

    async def audited(self, action: str) -> list[dict[str, Any]]:
        return await self.db.fetch(
            "SELECT actor, subject, detail_json FROM audit_entries WHERE action = $1 ORDER BY id", action
        )


async def open_key_counter(db: Database) -> KeyCounter:
    shop = await open_shop(db, {"MUG": 10, "GAME": None, "TOOL": None})
    async with db.transaction() as tx:
        await tx.execute("UPDATE products SET product_type = 'digital' WHERE sku IN ('GAME', 'TOOL')")
        await tx.execute("DELETE FROM jobs")
    return KeyCounter(shop)


def read(content: bytes) -> EmailMessage:
    """A message as it went over the wire."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def attached(message: EmailMessage) -> Sequence[tuple[str, str, bytes]]:
    """(name, type, content)"""
    return [
        (part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_attachments()
    ]  # type: ignore[misc]  # bytes, as asked


async def begun(counter: KeyCounter, order_id: int, name: str = "m-1") -> KeyMessage:
    message = await deliveries.begin(counter.db, order_id, THEN, message_id=name)
    assert message is not None
    return message


async def deliver(counter: KeyCounter, order_id: int, name: str = "m-1") -> KeyMessage:
    message = await begun(counter, order_id, name)
    await delivery_results.sent(counter.db, message.delivery_id, "queued", THEN)
    return message


def codes(message: KeyMessage) -> list[list[str]]:
    """By article; what is still to come is empty."""
    return [[code.text or code.file_name for code in item.codes] for item in message.mail.items]


async def replace_first(counter: KeyCounter, code: str) -> None:
    """The first unit's key is bad, and it has this one now."""
    [key_id] = await counter.stock("TOOL", code)
    async with counter.db.transaction() as tx:
        unit = await tx.fetch_one("SELECT id, key_id FROM key_units ORDER BY id LIMIT 1")
        assert unit is not None
        await tx.execute("UPDATE keys SET state = 'bad', note = 'used before' WHERE id = $1", unit["key_id"])
        await tx.execute("UPDATE keys SET state = 'claimed', unit_id = $2 WHERE id = $1", key_id, unit["id"])
        await tx.execute(
            "UPDATE key_units SET state = 'ready', key_id = $2, replaced = 1 WHERE id = $1", unit["id"], key_id
        )
