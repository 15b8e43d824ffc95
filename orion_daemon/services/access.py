"""API tokens and the audit trail.

A token is random, so its plain SHA-256 is enough to recognise it and worth nothing to a thief of the database; the
token itself is shown once, when it is made. Roles: `viewer` reads, `operator` acts on orders, stock and jobs,
`admin` changes stores, credentials and tokens. A token may be bound to one store.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orion_daemon.db.database import Database
from orion_daemon.db.tx import Tx
from orion_daemon.services.errors import Code, Conflict, Invalid, NotFound

ROLES = ("viewer", "operator", "admin")
_SEEN_EVERY = timedelta(minutes=5)  # last_used_at is a hint for clean-up, not a log: no write per request


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the token's name for the records, its role, and the one store it may see (None: all)."""

    token_id: int
    name: str
    role: str
    store_id: int | None

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)

    def sees(self, store_id: int | None) -> bool:
        return self.store_id is None or self.store_id == store_id


async def create_token(
    db: Database,
    *,
    token: str,
    name: str,
    role: str,
    store_id: int | None,
    now: datetime,
    expires_at: datetime | None = None,
    actor: str,
) -> int:
    """Keep the hash of a fresh random `token` (at least 32 characters, made by the caller); returns its id."""
    if role not in ROLES:
        raise Invalid(Code.INVALID_VALUE, f"There is no role {role!r}; take one of {', '.join(ROLES)}.", "role")
    if len(token) < 32:
        raise Invalid(Code.INVALID_VALUE, "A token needs at least 32 characters.", "token")
    async with db.transaction() as tx:
        if await tx.fetch_one("SELECT id FROM api_tokens WHERE token_hash = $1", _hash(token)):
            raise Conflict(Code.ALREADY_EXISTS, "That very token exists already.", "token")
        [row] = await tx.insert(
            "api_tokens",
            ("name", "role", "store_id", "prefix", "token_hash", "created_at", "expires_at"),
            [(name, role, store_id, token[:10], _hash(token), now, expires_at)],
            suffix="RETURNING id",
        )
        await audit(tx, actor, "token.create", f"token:{row['id']}", {"name": name, "role": role}, store_id, now)
        return int(row["id"])


async def find_caller(db: Database, token: str, now: datetime) -> Caller | None:
    """Whose token it is; None for one that is unknown, revoked or expired. Notes the use at most every 5 minutes."""
    row = await db.fetch_one("SELECT * FROM api_tokens WHERE token_hash = $1", _hash(token))
    if row is None or row["revoked_at"] is not None or (row["expires_at"] is not None and row["expires_at"] <= now):
        return None
    if row["last_used_at"] is None or now - row["last_used_at"] > _SEEN_EVERY:
        async with db.transaction() as tx:
            await tx.execute("UPDATE api_tokens SET last_used_at = $1 WHERE id = $2", now, row["id"])
    return Caller(row["id"], row["name"], row["role"], row["store_id"])


async def revoke_token(db: Database, token_id: int, now: datetime, actor: str) -> None:
    """Make a token worthless from now on. Revoking twice is fine. Raises NotFound."""
    async with db.transaction() as tx:
        row = await tx.fetch_one("SELECT * FROM api_tokens WHERE id = $1", token_id)
        if row is None:
            raise NotFound("such token", "id")
        if row["revoked_at"] is None:
            await tx.execute("UPDATE api_tokens SET revoked_at = $1 WHERE id = $2", now, token_id)
            await audit(tx, actor, "token.revoke", f"token:{token_id}", {"name": row["name"]}, row["store_id"], now)


async def audit(
    tx: Tx, actor: str, action: str, subject: str, detail: Mapping[str, Any], store_id: int | None, now: datetime
) -> None:
    """Write who did what to what, in the transaction that does it; `detail` holds no personal data."""
    await tx.insert(
        "audit_entries",
        ("store_id", "actor", "action", "subject", "detail_json", "created_at"),
        [(store_id, actor, action, subject, dict(detail), now)],
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
