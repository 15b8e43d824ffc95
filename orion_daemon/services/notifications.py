"""What marketplaces send by themselves: stored and answered at once, checked and done by the account's actor later.

    receive: the row, and a job for the account, in one transaction
      → the actor asks its connector whether the signature holds
      → `finish` once it took effect, `refuse` where it was forged; either way the body goes

Anybody may call the address, so until the signature was checked a row is worth nothing: no more than `MOST_WAITING` of
a channel wait at a time, and the latest `REFUSED_KEPT` forged ones are kept. A marketplace repeats what was not
answered; the repetition is known by the notification's own id and does nothing. Route: `graphql/webhooks.py`; work:
`actors/handlers/notifications.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised
from orion_daemon.domain.notifications import NOTIFICATION_TOKEN
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import HANDLE_NOTIFICATION, NotificationArgs
from orion_daemon.services import credentials
from orion_daemon.services.stores import address

MOST_WAITING = 1000
REFUSED_KEPT = 200
_CHANNEL = """
SELECT c.id, c.store_id, c.marketplace, s.code AS store_code FROM channels c JOIN stores s ON s.id = c.store_id
WHERE s.code = $1 AND c.marketplace = $2
  AND EXISTS (SELECT 1 FROM marketplace_credentials m WHERE m.channel_id = c.id AND m.kind = $3)
"""
_WAITING = """
SELECT count(*) AS n FROM (SELECT 1 AS one FROM notifications WHERE channel_id = $1 AND state = 'received' LIMIT $2) w
"""
_END = """
UPDATE notifications SET state = $2, body_sealed = NULL, signature = '', notification_id = $3, topic = $4, kind = $5,
  result = $6, finished_at = $7
WHERE id = $1 AND state = 'received'
"""
_OLD_REFUSED = """
DELETE FROM notifications WHERE channel_id = $1 AND state = 'refused' AND id <= (
  SELECT id FROM notifications WHERE channel_id = $1 AND state = 'refused' ORDER BY id DESC LIMIT 1 OFFSET $2)
"""


HELD = "held: a credential was refused"
ERASURES_WAIT = "erasures_wait"
_HOLD = "UPDATE notifications SET result = $2 WHERE id = $1 AND state = 'received'"
_HELD = "SELECT count(*) AS n FROM notifications WHERE channel_id = $1 AND state = 'received' AND result = $2"
_HELD_OF = """
SELECT c.store_id, c.marketplace, s.code AS store_code, count(*) AS n, min(n.received_at) AS oldest_at
FROM notifications n JOIN channels c ON c.id = n.channel_id JOIN stores s ON s.id = c.store_id
WHERE n.channel_id = $1 AND n.state = 'received' AND n.result = $2 GROUP BY c.store_id, c.marketplace, s.code
"""
_HOLDING = """
SELECT DISTINCT channel_id FROM notifications WHERE state = 'received' AND result = $1 AND received_at > $2
ORDER BY channel_id
"""


class TooManyWaiting(Exception):  # noqa: N818  (says what is so)
    """So many are unchecked that another one may not be stored now."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came, as it came. `body` is empty once it was dealt with."""

    id: int
    state: str
    body: bytes
    signature: str


async def find_channel(db: Database, store_code: str, marketplace: str) -> Row | None:
    """The channel (`id`, `store_id`, `store_code`, `marketplace`), also a resting one: people are to be erased all the
    same. None where it has no token for notifications, so that nothing may be sent to it."""
    return await db.fetch_one(_CHANNEL, store_code, marketplace, NOTIFICATION_TOKEN)


async def token_of(db: Database, channel_id: int) -> str | None:
    """What the channel answers a challenge with. Raises CipherError for a foreign seal."""
    return await credentials.reveal(db, channel_id, NOTIFICATION_TOKEN)


async def receive(db: Database, channel: Row, body: bytes, signature: str, now: datetime) -> int:
    """Store what came to a channel of `find_channel` and put the job that looks at it; the row's id. Raises
    TooManyWaiting."""
    channel_id = channel["id"]
    async with db.transaction() as tx:
        if await tx.fetch_value(_WAITING, channel_id, MOST_WAITING) >= MOST_WAITING:
            raise TooManyWaiting
        [row] = await tx.insert(
            "notifications",
            ("channel_id", "state", "signature", "topic", "result", "received_at"),
            [(channel_id, "received", signature, "", "", now)],
            suffix="RETURNING id",
        )
        await tx.execute(
            "UPDATE notifications SET body_sealed = $2 WHERE id = $1",
            row["id"],
            tx.cipher.seal(body, _owner(row["id"])),
        )
        await mailbox.put(
            tx,
            HANDLE_NOTIFICATION,
            NotificationArgs(row["id"]),
            owner=address(channel["store_code"], channel["marketplace"]),
            store_id=channel["store_id"],
            channel_id=channel_id,
            now=now,
        )
        return int(row["id"])


async def are_waiting(db: Database, channel_id: int) -> bool:
    """Whether something came that nobody has dealt with yet."""
    return bool(await db.fetch_value(_WAITING, channel_id, 1))


async def load(db: Database, notification_id: int) -> Received | None:
    """None where it was removed meanwhile. Raises CipherError for a foreign seal."""
    row = await db.fetch_one("SELECT * FROM notifications WHERE id = $1", notification_id)
    if row is None:
        return None
    return Received(row["id"], row["state"], _opened(db.cipher, row), row["signature"])


async def done_before(db: Database, channel_id: int, channels_id: str) -> bool:
    """Whether a notification of this id of the channel's own was done."""
    return bool(
        await db.fetch(
            "SELECT 1 AS one FROM notifications WHERE channel_id = $1 AND notification_id = $2",
            channel_id, channels_id,
        )
    )  # fmt: skip


async def finish(
    tx: Tx, notification_id: int, *, channels_id: str | None, topic: str, kind: str, result: str, now: datetime
) -> None:
    """It took effect, in the transaction of its last effect. `channels_id`: the channel's own id, None for a
    repetition; raises ConstraintViolated where another run has just done one of the same id. Repeating changes nothing.
    """
    await tx.execute(
        _END, notification_id, "done", channels_id[:255] if channels_id else None, topic[:100], kind, result[:200], now
    )


async def refuse(db: Database, channel_id: int, notification_id: int, code: str, now: datetime) -> None:
    """Its signature does not hold: keep that somebody tried, and not what."""
    async with db.transaction() as tx:
        await tx.execute(_END, notification_id, "refused", None, "", None, code[:200], now)
        await tx.execute(_OLD_REFUSED, channel_id, REFUSED_KEPT)


async def hold(db: Database, channel_id: int, notification_id: int) -> None:
    """Its signature cannot be checked, since a credential was refused that this needs: it waits, and people are told
    until when, once for a channel."""
    async with db.transaction() as tx:
        is_known = await tx.fetch_value(_HELD, channel_id, HELD)
        await tx.execute(_HOLD, notification_id, HELD)
        if not is_known:
            await _alert(tx, channel_id)


async def remind(db: Database, now: datetime) -> int:
    """Tell people again of what is held; of how many channels."""
    async with db.transaction() as tx:
        rows = await tx.fetch(_HOLDING, HELD, now - HANDLE_NOTIFICATION.give_up_after)
        for row in rows:
            await _alert(tx, row["channel_id"])
    return len(rows)


async def _alert(tx: Tx, channel_id: int) -> None:
    row = await tx.fetch_one(_HELD_OF, channel_id, HELD)
    if row is None:
        return
    account = address(row["store_code"], row["marketplace"])
    last = row["oldest_at"] + HANDLE_NOTIFICATION.give_up_after
    many = "1 notification" if row["n"] == 1 else f"{row['n']} notifications"
    tx.emit(
        AlertRaised(
            row["store_id"],
            channel_id,
            ERASURES_WAIT,
            f"{many} of {account} cannot be checked and wait, erasures of people perhaps among them: the application's"
            f" credential is refused. Mend it before {last:%Y-%m-%d %H:%M} UTC.",
        )
    )


async def forget(db: Database, now: datetime, *, keep_done: timedelta, keep_dead: timedelta) -> int:
    """Remove what was done or refused long ago, and what nobody looks at any more because its job was given up and
    removed; how many."""
    abandoned = now - HANDLE_NOTIFICATION.give_up_after - keep_dead
    async with db.transaction() as tx:
        gone = await tx.execute("DELETE FROM notifications WHERE finished_at <= $1", now - keep_done)
        return gone + await tx.execute(
            "DELETE FROM notifications WHERE state = 'received' AND received_at <= $1", abandoned
        )


def _owner(notification_id: int) -> str:
    return f"notifications:{notification_id}"


def _opened(cipher: Cipher, row: Row) -> bytes:
    return b"" if row["body_sealed"] is None else cipher.open(bytes(row["body_sealed"]), _owner(row["id"]))
