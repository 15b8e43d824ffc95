"""A circuit breaker: after so many failures in a row nobody calls for a while, then one call tries.

    closed ── n failures in a row ──▶ open ── pause over ──▶ half open (one probe)
       ▲                               ▲                        │
       └──────── probe answered ───────┼────────────────────────┤
                                       └──────── probe failed ──┘

A failure is a call that got no answer or a broken server's. Any other answer, a refusal too, shows that the server
lives. The pause doubles with each failed probe, up to sixteen times its length.
"""

from orion_daemon.runtime.clock import Clock

_LONGEST = 16


class CircuitBreaker:
    __slots__ = ("_clock", "_limit", "_open_until", "_opened", "_pause", "_probing", "failures", "last")

    def __init__(self, clock: Clock, *, failures: int, pause: float) -> None:
        self._clock = clock
        self._limit = failures
        self._pause = pause
        self._opened = 0  # times in a row
        self._open_until: float | None = None
        self._probing = False
        self.failures = 0
        self.last = ""  # code of the last failure

    def enter(self) -> float:
        """0 when the call may be made (then `succeed`, `fail` or `leave` is owed), else the seconds to wait."""
        if self._open_until is None:
            return 0.0
        left = self._open_until - self._clock.monotonic()
        if left > 0:
            return left
        if self._probing:
            return self._pause
        self._probing = True
        return 0.0

    def succeed(self) -> None:
        self.failures = self._opened = 0
        self._open_until = None
        self._probing = False

    def fail(self, code: str = "") -> None:
        self.failures += 1
        self.last = code
        if self._probing or (self._open_until is None and self.failures >= self._limit):
            self._open_until = self._clock.monotonic() + self._pause * min(2**self._opened, _LONGEST)
            self._opened = min(self._opened + 1, 10)
        self._probing = False

    def leave(self) -> None:
        """The call ended without a verdict (it was cancelled)."""
        self._probing = False

    @property
    def state(self) -> str:
        if self._open_until is None:
            return "closed"
        return "open" if self._open_until > self._clock.monotonic() else "half_open"
