"""What a channel logs in with: sealed at rest, opened only for the connector that is about to use it (G10).

The fingerprint is a keyed index, so that two secrets can be told apart in a list without showing either. A new secret
is unchecked, and lets an account that was stopped for a refused one work again.
"""

from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import StoresChanged

AUTH_REFUSED = "credential refused"


def _owner(channel_id: int, kind: str) -> str:
    return f"marketplace_credentials:{channel_id}:{kind}"


async def put(tx: Tx, channel_id: int, kind: str, secret: str, now: datetime) -> bool:
    """Store a secret; False when the same one is there already."""
    fingerprint = tx.cipher.index(f"{channel_id}:{kind}:{secret}").hex()[:16]
    known = await tx.fetch_value(
        "SELECT fingerprint FROM marketplace_credentials WHERE channel_id = $1 AND kind = $2", channel_id, kind
    )
    if known == fingerprint:
        return False
    await tx.insert(
        "marketplace_credentials",
        ("channel_id", "kind", "secret_sealed", "fingerprint", "state", "created_at", "updated_at"),
        [
            (
                channel_id,
                kind,
                tx.cipher.seal(secret.encode(), _owner(channel_id, kind)),
                fingerprint,
                "unchecked",
                now,
                now,
            )
        ],
        suffix="ON CONFLICT (channel_id, kind) DO UPDATE SET secret_sealed = EXCLUDED.secret_sealed,"
        " fingerprint = EXCLUDED.fingerprint, state = EXCLUDED.state, checked_at = NULL,"
        " updated_at = EXCLUDED.updated_at",
    )
    await tx.execute(
        "UPDATE channels SET state = 'ready', state_reason = '', updated_at = $1"
        " WHERE id = $2 AND state = 'suspended' AND state_reason LIKE $3",
        now, channel_id, f"{AUTH_REFUSED}%",
    )  # fmt: skip
    tx.emit(StoresChanged())
    return True


async def set_credential(db: Database, channel_id: int, kind: str, secret: str, now: datetime) -> bool:
    async with db.transaction() as tx:
        return await put(tx, channel_id, kind, secret, now)


async def reveal(db: Database, channel_id: int, kind: str) -> str | None:
    """The secret for the connector that uses it; None when there is none. Raises CipherError for a foreign seal."""
    sealed = await db.fetch_value(
        "SELECT secret_sealed FROM marketplace_credentials WHERE channel_id = $1 AND kind = $2", channel_id, kind
    )
    return None if sealed is None else db.cipher.open(bytes(sealed), _owner(channel_id, kind)).decode()


async def mark(db: Database, channel_id: int, kind: str, state: str, now: datetime) -> None:
    """Note what the vendor said of it: `valid` or `refused`; writes only when that is news."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE marketplace_credentials SET state = $1, checked_at = $2"
            " WHERE channel_id = $3 AND kind = $4 AND (state <> $1 OR checked_at IS NULL)",
            state, now, channel_id, kind,
        )  # fmt: skip
