"""What a channel logs in with: sealed at rest, opened only for the connector that is about to use it (G10).

The fingerprint is a keyed index, so that two secrets can be told apart in a list without showing either. A new secret
is unchecked, and lets an account that was stopped for a refused one work again. Where the vendor ends a credential at
a known time, `expires_at` says when, and `warn_of_ends` tells people 30, 7 and 1 days before, once each.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from orion_daemon.db.cipher import Cipher
from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised, StoresChanged
from orion_daemon.domain.hints import HOOK_SECRET
from orion_daemon.domain.notifications import NOTIFICATION_TOKEN

AUTH_REFUSED = "credential refused"
NOT_JUDGED = (HOOK_SECRET, NOTIFICATION_TOKEN, "signature")
"""Kinds by which we know the vendor's messages; no call is made with them, so none proves or refuses them."""
WARNINGS = (1, 7, 30)
"""Days before the end."""
_ENDING = """
SELECT m.id, m.kind, m.expires_at, m.warned_days, c.id AS channel_id, c.store_id, c.marketplace, s.code
FROM marketplace_credentials m JOIN channels c ON c.id = m.channel_id JOIN stores s ON s.id = c.store_id
WHERE m.expires_at IS NOT NULL AND m.expires_at <= $1 AND c.is_active AND s.is_active ORDER BY m.id
"""


def _owner(channel_id: int, kind: str) -> str:
    return f"marketplace_credentials:{channel_id}:{kind}"


def _fingerprints(cipher: Cipher, channel_id: int, kind: str, secret: str) -> list[str]:
    """Under each key, the sealing one first."""
    return [index.hex()[:16] for index in cipher.indexes(f"{channel_id}:{kind}:{secret}")]


async def put(
    tx: Tx, channel_id: int, kind: str, secret: str, now: datetime, *, expires_at: datetime | None = None
) -> bool:
    """Store a secret; False when the same one is there already, of which at most the end is noted anew. Where no end
    is said, a new secret lives as long as its marketplace lets such a one live."""
    fingerprint = _fingerprints(tx.cipher, channel_id, kind, secret)[0]
    known = await tx.fetch_one(
        "SELECT fingerprint, expires_at FROM marketplace_credentials WHERE channel_id = $1 AND kind = $2",
        channel_id, kind,
    )  # fmt: skip
    if known is not None and known["fingerprint"] == fingerprint:
        if expires_at is not None and expires_at != known["expires_at"]:
            await tx.execute(
                "UPDATE marketplace_credentials SET expires_at = $1, warned_days = NULL, updated_at = $2"
                " WHERE channel_id = $3 AND kind = $4",
                expires_at, now, channel_id, kind,
            )  # fmt: skip
        return False
    if expires_at is None:
        expires_at = await _usual_end(tx, channel_id, kind, now)
    await tx.insert(
        "marketplace_credentials",
        ("channel_id", "kind", "secret_sealed", "fingerprint", "state", "expires_at", "created_at", "updated_at"),
        [
            (
                channel_id,
                kind,
                tx.cipher.seal(secret.encode(), _owner(channel_id, kind)),
                fingerprint,
                "unchecked",
                expires_at,
                now,
                now,
            )
        ],
        suffix="ON CONFLICT (channel_id, kind) DO UPDATE SET secret_sealed = EXCLUDED.secret_sealed,"
        " fingerprint = EXCLUDED.fingerprint, state = EXCLUDED.state, checked_at = NULL,"
        " expires_at = EXCLUDED.expires_at, warned_days = NULL, updated_at = EXCLUDED.updated_at",
    )
    if kind not in NOT_JUDGED:
        await tx.execute(
            "UPDATE channels SET state = 'ready', state_reason = '', updated_at = $1"
            " WHERE id = $2 AND state = 'suspended' AND state_reason LIKE $3",
            now, channel_id, f"{AUTH_REFUSED}%",
        )  # fmt: skip
    tx.emit(StoresChanged())
    return True


async def _usual_end(tx: Tx, channel_id: int, kind: str, now: datetime) -> datetime | None:
    from orion_daemon.connectors.registry import MARKETPLACES  # all connectors, for a moment that is rare

    marketplace = await tx.fetch_value("SELECT marketplace FROM channels WHERE id = $1", channel_id)
    entry = MARKETPLACES.get(str(marketplace))
    lifetime = entry.lifetimes.get(kind) if entry is not None else None
    return None if lifetime is None else now + lifetime


async def set_credential(
    db: Database, channel_id: int, kind: str, secret: str, now: datetime, *, expires_at: datetime | None = None
) -> bool:
    async with db.transaction() as tx:
        return await put(tx, channel_id, kind, secret, now, expires_at=expires_at)


async def reveal(source: Database | Tx, channel_id: int, kind: str) -> str | None:
    """The secret for the connector that uses it; None when there is none. Raises CipherError for a foreign seal."""
    return (await reveal_all(source, channel_id)).get(kind)


async def reveal_all(source: Database | Tx, channel_id: int) -> dict[str, str]:
    """Every secret of the channel by kind. Raises CipherError for a foreign seal."""
    rows = await source.fetch(
        "SELECT kind, secret_sealed FROM marketplace_credentials WHERE channel_id = $1", channel_id
    )
    return {
        row["kind"]: source.cipher.open(bytes(row["secret_sealed"]), _owner(channel_id, row["kind"])).decode()
        for row in rows
    }


async def recognises(db: Database, channel_id: int, kind: str, secret: str, fingerprint: str) -> bool:
    """Whether `secret` is the stored one of that fingerprint (empty: none is stored). The time it takes tells nothing
    of a wrong one: keyed hashes are compared before anything is opened. Raises CipherError for a foreign seal."""
    marks = _fingerprints(db.cipher, channel_id, kind, secret)
    if not [mark for mark in marks if compare_digest(mark, fingerprint)]:
        return False
    stored = await reveal(db, channel_id, kind)
    return stored is not None and compare_digest(stored.encode(), secret.encode())


async def mark(db: Database, channel_id: int, state: str, now: datetime, *, kind: str | None = None) -> None:
    """Note what the vendor said of one kind, or (None) of all that calls are made with: `valid` or `refused`; writes
    only what is news."""
    async with db.transaction() as tx:
        await tx.execute(
            "UPDATE marketplace_credentials SET state = $1, checked_at = $2 WHERE channel_id = $3"
            " AND (kind = $4 OR CAST($4 AS TEXT) IS NULL AND kind <> ALL($5::text[]))"
            " AND (state <> $1 OR checked_at IS NULL)",
            state, now, channel_id, kind, NOT_JUDGED,
        )  # fmt: skip


async def warn_of_ends(db: Database, now: datetime) -> int:
    """Raise an alert for each credential that ends within 30, 7 or 1 days and was not told of so near an end; how
    many were raised."""
    warned = 0
    async with db.transaction() as tx:
        for row in await tx.fetch(_ENDING, now + timedelta(days=max(WARNINGS))):
            left = row["expires_at"] - now
            step = 0 if left <= timedelta() else next(days for days in WARNINGS if left <= timedelta(days=days))
            if row["warned_days"] is not None and row["warned_days"] <= step:
                continue
            await tx.execute("UPDATE marketplace_credentials SET warned_days = $1 WHERE id = $2", step, row["id"])
            account = f"{row['code']}:{row['marketplace']}"
            when = f"{row['expires_at']:%Y-%m-%d %H:%M} UTC"
            text = (
                f"The {row['kind']} of {account} ended at {when}: calls fail until it is renewed."
                if not step
                else f"The {row['kind']} of {account} ends at {when}. Renew it in time: `orion credentials connect"
                f" {row['code']} {row['marketplace']}`, or `orion credentials set` for a rotated secret."
            )
            tx.emit(AlertRaised(row["store_id"], row["channel_id"], "credential_ends", text))
            warned += 1
    return warned
