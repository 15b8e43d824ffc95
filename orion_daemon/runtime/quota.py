"""The arithmetic of rate limits: pure, without waiting. `limiter.py` makes callers wait by it.

A `Bucket` remembers one number, the moment up to which the quota is spent (the generic cell rate algorithm), so its
state is two timestamps however large the quota is. Two shapes of vendor limit are told apart:

- `Quota(rate, burst)`: the vendor runs a bucket itself. In any window of T seconds at most `burst + rate * T` pass.
- `Quota.window(count, seconds)`: the vendor counts. In any window of that length at most `count` pass; a small burst
  after rest is paid for by a slightly lower steady rate (at least 0.95 of the count under load).

A quota without burst is spaced evenly. Fast ones may make up for timers that fire late, by at most 2 % of a period.
"""

from dataclasses import dataclass
from math import floor, inf
from typing import Self

__all__ = ["Bucket", "Quota"]

_ROUNDING = 1 + 1e-9  # keeps binary fractions of a second from adding up to one grant too many
_CATCH_UP = 0.02
_EXACT = 1e-6  # of a grant: what binary fractions may lack of a whole one


@dataclass(frozen=True, slots=True)
class Quota:
    rate: float  # grants per second in the long run
    burst: int = 1  # grants at once after rest
    period: float = 1.0  # seconds; the shortest window by which the vendor counts

    def __post_init__(self) -> None:
        if not 0 < self.rate < inf or self.burst < 1 or not 0 < self.period < inf:
            raise ValueError(f"a quota needs a positive rate and period and a burst of at least 1: {self}")

    @classmethod
    def window(cls, count: int, seconds: float, burst: int | None = None) -> Self:
        """At most `count` in any window of `seconds`. The burst is a 25th of the count unless given."""
        if count < 1:
            raise ValueError(f"a quota of {count} lets nothing through: pause the account instead")
        burst = 1 + count // 25 if burst is None else burst
        if not 1 <= burst <= count:
            raise ValueError(f"a burst of {burst} does not fit into {count} per {seconds:g} s")
        return cls(rate=(count - burst + 1) / seconds, burst=burst, period=seconds)

    @property
    def tolerance(self) -> int:
        """Grants that may come ahead of an even spacing."""
        if self.burst > 1:
            return self.burst - 1
        return floor(self.rate * self.period * _CATCH_UP + 1e-9)


class Bucket:
    """Times are the clock's monotonic seconds."""

    __slots__ = ("_ahead", "_interval", "blocked", "quota", "spent")

    def __init__(self, quota: Quota) -> None:
        self.spent = -inf  # the moment up to which the quota is spent
        self.blocked = -inf  # no grant before, by the vendor's word
        self._set(quota)

    def _set(self, quota: Quota) -> None:
        self.quota = quota
        self._interval = _ROUNDING / quota.rate
        self._ahead = quota.tolerance * self._interval

    @property
    def ready(self) -> float:
        """The moment from which one more may pass."""
        return max(self.spent - self._ahead, self.blocked)

    def left(self, now: float) -> int:
        """Grants that may pass at once."""
        if self.ready > now:
            return 0
        if self.spent <= now:
            return self.quota.tolerance + 1
        return floor((now - self.ready) / self._interval + _EXACT) + 1

    def take(self, now: float) -> None:
        self.spent = max(now, self.spent) + self._interval

    def refund(self) -> None:
        """Give back a grant that was not used."""
        self.spent -= self._interval

    def block(self, until: float) -> None:
        """Nothing before `until`, and no burst then: the vendor's own count is at its end."""
        if until > self.blocked:
            self.blocked = until
            self.spent = max(self.spent, until + self._ahead)

    def resize(self, rate: float, now: float, burst: int | None = None) -> None:
        """Another rate, and where given another burst, from now on; what is spent stays spent, counted in grants."""
        owed = max(0.0, self.spent - now) / self._interval
        self._set(Quota(rate, self.quota.burst if burst is None else burst, self.quota.period))
        if self.spent > now:
            self.spent = now + owed * self._interval

    def restore(self, spent: float, blocked: float, now: float) -> None:
        """Take over what an earlier process spent, never less than what is spent already.

        A saved moment further ahead than a full bucket can reach comes from a wrong clock or a larger quota, and
        counts as a full bucket.
        """
        self.blocked = max(self.blocked, blocked)
        limit = max(now, self.blocked) + self._ahead + self._interval
        self.spent = max(self.spent, min(spent, limit))
