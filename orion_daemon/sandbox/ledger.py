"""What truly happened, append-only: every request with its outcome, every order, answer, parcel, change and reading.

Entries are plain dicts with `seq` (1, 2, 3 ... without gaps), `at` (ISO 8601, UTC) and `kind`; the other fields belong
to the kind. Nothing is ever changed or removed, except by a reset of the whole sandbox.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from orion_daemon.sandbox.clock import WorldClock


class Ledger:
    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self.entries: list[dict[str, Any]] = []

    def record(self, kind: str, **facts: Any) -> dict[str, Any]:
        entry = {"seq": len(self.entries) + 1, "at": self._clock.now().isoformat(), "kind": kind, **facts}
        self.entries.append(entry)
        return entry

    def read(
        self,
        kinds: Iterable[str] = (),
        *,
        since: int | datetime = 0,
        limit: int | None = None,
        where: dict[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        """Entries after a sequence number, or at a time or later; `where` compares fields as text."""
        wanted = set(kinds)
        found = self.entries[since:] if isinstance(since, int) else self.entries
        picked = []
        for entry in found:
            if wanted and entry["kind"] not in wanted:
                continue
            if isinstance(since, datetime) and datetime.fromisoformat(entry["at"]) < since:
                continue
            if where and any(str(entry.get(name)) != value for name, value in where.items()):
                continue
            picked.append(entry)
            if limit is not None and len(picked) >= limit:
                break
        return picked
