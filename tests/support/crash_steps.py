"""The steps of buying a key and of mailing it, numbered, and the fuse that ends the process at one of them.

A step is a moment beside a commit or a call. `around_commits` and `around_calls` wrap functions so that they pass their
moments on to a fuse; the fuse of `armed` kills its process with SIGKILL when a chosen step is reached for the chosen
time, so that nothing runs afterwards: no `finally`, no rollback, no goodbye. Program: `crash_daemon.py`; what is
expected of a daemon that was killed so: `key_crashes.py`.
"""

import functools
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

KILL_AT = "KILL_AT_STEP"
"""The environment variable that names the step: its number, and behind a colon for which time (1 unless said)."""

CALLS = (
    "fetch product", "score buyer", "buy", "read balance", "find orders", "fetch order", "fetch code", "hand over",
)  # fmt: skip
BEFORE_COMMIT, AFTER_COMMIT = "before its commit", "after its commit"
BEFORE_CALL, SENT, AFTER_CALL = "before the call", "the request is on its way", "after the answer"
TEXT_ASKED, TEXT_SENT = "the server waits for it", "it is on its way"

_PATH = (
    "claim of jobs", "fetch product", "reveal for score", "score buyer", "begin", "send", "buy", "record", "doubt",
    "refuse", "refuse for balance", "read balance", "take balance", "drop", "find orders", "fetch order", "not found",
    "fetch code", "take code", "note missing", "end of jobs", "claim of mails", "write mail", "hand over",
    "text of mail", "mail taken", "mail postponed", "mail failed", "end of mails",
)  # fmt: skip
_OTHERS = {"buy": (BEFORE_CALL, SENT, AFTER_CALL), "text of mail": (TEXT_ASKED, TEXT_SENT)}


def _moments(part: str) -> tuple[str, ...]:
    return _OTHERS.get(part) or ((BEFORE_CALL, AFTER_CALL) if part in CALLS else (BEFORE_COMMIT, AFTER_COMMIT))


STEPS: Mapping[int, tuple[str, str]] = dict(
    enumerate(((part, moment) for part in _PATH for moment in _moments(part)), 1)
)
NUMBERS: Mapping[tuple[str, str], int] = {step: number for number, step in STEPS.items()}

Reach = Callable[[str, str], None]
_part: ContextVar[str] = ContextVar("part of the path", default="")


def armed(chosen: str) -> Reach:
    """A fuse for `7` or `7:2`; without a choice one that never burns."""
    if not chosen:
        return lambda part, moment: None
    number, _, time = chosen.partition(":")
    step, left = STEPS[int(number)], Counter({STEPS[int(number)]: int(time or 1)})

    def reach(part: str, moment: str) -> None:
        if (part, moment) != step:
            return
        left[step] -= 1
        if left[step] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def around_calls(function: Callable[..., Any], part: str, reach: Reach) -> Callable[..., Any]:
    """A call of the supplier or of the mail server: the moment before it, and the one when its answer or its failure is
    known."""

    @functools.wraps(function)
    async def wrapped(*args: Any, **named: Any) -> Any:
        reach(part, BEFORE_CALL)
        try:
            return await function(*args, **named)
        finally:
            reach(part, AFTER_CALL)

    return wrapped


def within(function: Callable[..., Any], part: str) -> Callable[..., Any]:
    """While it runs, commits are those of `part`."""

    @functools.wraps(function)
    async def wrapped(*args: Any, **named: Any) -> Any:
        before = _part.set(part)
        try:
            return await function(*args, **named)
        finally:
            _part.reset(before)

    return wrapped


def marking(function: Callable[..., Any], part: str, concerns: Callable[..., bool]) -> Callable[..., Any]:
    """Its transaction's commit is one of `part`, once it did something that `concerns(result, *args)`; the transaction
    is its first argument."""

    @functools.wraps(function)
    async def wrapped(tx: Any, *args: Any, **named: Any) -> Any:
        result = await function(tx, *args, **named)
        if concerns(result, *args):
            tx.parts = {*getattr(tx, "parts", ()), part}
        return result

    return wrapped


def around_commits(leave: Callable[..., Any], reach: Reach) -> Callable[..., Any]:
    """For `Transaction.__aexit__`: the moments before and after the COMMIT itself."""

    @functools.wraps(leave)
    async def wrapped(transaction: Any, kind: Any, error: Any, trace: Any) -> Any:
        parts = sorted({_part.get(), *getattr(transaction._tx, "parts", ())} - {""}) if kind is None else []
        for part in parts:
            reach(part, BEFORE_COMMIT)
        result = await leave(transaction, kind, error, trace)
        for part in parts:
            reach(part, AFTER_COMMIT)
        return result

    return wrapped
