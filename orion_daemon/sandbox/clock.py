"""The world's time: real time plus an offset, or standing still.

Whatever happens by itself (buyers, staff, feed readings) is due at a time of this clock. `control` moves it, so that
weeks pass in a test without waiting. Times are aware UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any


def real_time() -> datetime:
    return datetime.now(UTC)


class WorldClock:
    def __init__(self, base: Callable[[], datetime] = real_time) -> None:
        self._base = base
        self._offset = timedelta()
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        return self._stands_at or self._base() + self._offset

    def set(self, now: datetime, *, frozen: bool | None = None) -> None:
        """Make it `now`; `frozen` None leaves the clock standing or going as it was."""
        if frozen if frozen is not None else self.frozen:
            self._stands_at = now
        else:
            self._stands_at = None
            self._offset = now - self._base()

    def dump(self) -> dict[str, Any]:
        stands_at = self._stands_at.isoformat() if self._stands_at else None
        return {"offset": self._offset.total_seconds(), "stands_at": stands_at}

    def load(self, saved: dict[str, Any]) -> None:
        self._offset = timedelta(seconds=saved["offset"])
        self._stands_at = datetime.fromisoformat(saved["stands_at"]) if saved["stands_at"] else None

    @property
    def frozen(self) -> bool:
        return self._stands_at is not None
