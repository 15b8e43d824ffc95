"""What is spent of vendors' slow quotas, for the next process: a restart must not win a call that the vendor counts.

`owner` names what shares the quota, such as accounts that log in with one key; the state is the limiter's own snapshot.
Who saves and when: `app/connect.py`.
"""

from datetime import datetime
from typing import Any

from orion_daemon.db.database import Database

_SAVE = """
ON CONFLICT (owner, operation) DO UPDATE SET state_json = EXCLUDED.state_json, updated_at = EXCLUDED.updated_at
"""


async def load(db: Database, owner: str) -> dict[str, Any]:
    """The last snapshot; {} where there is none."""
    state = await db.fetch_value("SELECT state_json FROM rate_limit_states WHERE owner = $1", owner)
    return state if isinstance(state, dict) else {}


async def save(db: Database, owner: str, state: dict[str, Any], now: datetime) -> None:
    async with db.transaction() as tx:
        await tx.insert(
            "rate_limit_states", ("owner", "operation", "state_json", "updated_at"), [(owner, "", state, now)],
            suffix=_SAVE,
        )  # fmt: skip


async def forget(db: Database, before: datetime) -> int:
    """Delete snapshots that nobody has renewed since; returns how many."""
    async with db.transaction() as tx:
        return await tx.execute("DELETE FROM rate_limit_states WHERE updated_at < $1", before)
