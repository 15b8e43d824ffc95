"""The rules of a product import: its states, and the guard that stops a broken feed before it empties a shop.

    pending → processing → downloading → parsing → upserting → completed | partially_completed
    each of these → failed; after reading → held; held → pending (confirmed) | failed (discarded, superseded)

A run that was killed goes on from whichever state it was in. The guard looks at figures only; it never fails a feed,
it holds it for a person, and says in a sentence what would happen. Rows: `db/models/imports.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class State(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    DOWNLOADING = "downloading"
    PARSING = "parsing"
    UPSERTING = "upserting"
    HELD = "held"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"


RUNNING = (State.PENDING, State.PROCESSING, State.DOWNLOADING, State.PARSING, State.UPSERTING)
"""In the order in which an import walks through them."""
ENDED = (State.COMPLETED, State.PARTIALLY_COMPLETED, State.FAILED)

MOVES: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.PROCESSING, State.FAILED}),
    # a run that was interrupted starts over from processing; a file kept from before needs no second download
    State.PROCESSING: frozenset({State.PROCESSING, State.DOWNLOADING, State.PARSING, State.UPSERTING, State.PENDING})
    | frozenset(ENDED),
    State.DOWNLOADING: frozenset({State.PROCESSING, State.PARSING, State.PENDING}) | frozenset(ENDED),
    State.PARSING: frozenset({State.PROCESSING, State.UPSERTING, State.PENDING, State.HELD}) | frozenset(ENDED),
    State.UPSERTING: frozenset({State.PROCESSING, State.PENDING, State.HELD}) | frozenset(ENDED),
    State.HELD: frozenset({State.PENDING, State.FAILED}),
    State.COMPLETED: frozenset(),
    State.PARTIALLY_COMPLETED: frozenset(),
    State.FAILED: frozenset(),
}


def may_move(state: State, to: State) -> bool:
    return to in MOVES[state]


def sources_of(to: State) -> tuple[str, ...]:
    """The states from which an import may come into this one."""
    return tuple([state.value for state in State if to in MOVES[state]])


def end_state(*, rejected: int) -> State:
    """How an import that ran to its end is called."""
    return State.PARTIALLY_COMPLETED if rejected else State.COMPLETED


PRICE_FACTOR = 8
"""A price that moves by this factor or more looks like a slipped decimal point."""


SMALL_SHARE = 0.5
HANDFUL = 3
"""Of a catalog under `min_rows` more than both may not go without a question, nor all that it has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares from 0 to 1. `min_rows`: a feed that held fewer records before is too small for these shares; of what
    may go from it at once says `SMALL_SHARE`. A `max_removed_share` of 1 lets anything go at any size."""

    max_removed_share: float = 0.3
    max_rejected_share: float = 0.5
    max_repriced_share: float = 0.2
    min_rows: int = 20
    max_problems: int = 1_000

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From settings; names that mean nothing here are passed over."""
        return cls(**{name: values[name] for name in cls.__slots__ if name in values})


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading a feed has shown. `broken` are codes and sentences why it cannot be whole."""

    known: int  # records of the feed when it was applied last
    records: int
    usable: int  # records that are products: accepted, unchanged
    rejected: int
    missing: int  # products that no feed of the catalog holds any more
    compared: int = 0  # products whose price was known before in the same currency
    repriced: int = 0  # of these, moved by PRICE_FACTOR or more
    broken: tuple[tuple[str, str], ...] = ()
    other_currency: int = 0  # products whose price was known before in another currency

    @property
    def is_whole(self) -> bool:
        """Whether anything may be concluded from what is missing in it."""
        return all(code in _WHOLE_BUT_ODD for code, _ in self.broken)


_WHOLE_BUT_ODD = frozenset({"no_records"})  # a header alone is a whole file: a shop that sells nothing


@dataclass(frozen=True, slots=True)
class Hold:
    """`code` is stable; `reason` says what was seen, what confirming would do."""

    code: str
    reason: str


def judge(facts: Facts, limits: Limits) -> Hold | None:
    """Why the feed should wait for a person; None when it may pass."""
    if facts.broken:
        code = facts.broken[0][0]
        seen = _sentence("; ".join([text for _, text in facts.broken]))
        if facts.usable == 0 and not facts.is_whole:
            then = "Nothing was changed. Confirming ends this import without a change."
        elif not facts.is_whole:
            then = f"Nothing was changed. Confirming imports the {facts.usable} usable records and removes nothing."
        else:
            then = f"Nothing was changed. Confirming makes {facts.missing} products unavailable."
        return Hold(code, f"{seen} {then}")
    if facts.known < max(limits.min_rows, 1):
        return _judge_small(facts, limits)
    if facts.records and facts.rejected > limits.max_rejected_share * facts.records:
        return Hold(
            "rejected_share",
            f"{facts.rejected} of {facts.records} records cannot be used ({_share(facts.rejected, facts.records)}, the"
            f" limit is {limits.max_rejected_share:.0%}). Nothing was changed. Confirming imports the usable ones and"
            " removes nothing.",
        )
    if facts.missing > limits.max_removed_share * facts.known:
        return Hold(
            "removed_share",
            f"{facts.missing} of the {facts.known} known products are no longer in the feed"
            f" ({_share(facts.missing, facts.known)}, the limit is {limits.max_removed_share:.0%}). Nothing was"
            " changed. Confirming makes them unavailable.",
        )
    if facts.compared >= max(limits.min_rows, 1) and facts.repriced > limits.max_repriced_share * facts.compared:
        return Hold(
            "prices_moved",
            f"{facts.repriced} of {facts.compared} prices moved by a factor of {PRICE_FACTOR} or more, as if a decimal"
            " point had slipped. Nothing was changed. Confirming takes the new prices.",
        )
    priced = facts.compared + facts.other_currency
    if facts.other_currency >= max(limits.min_rows, 1) and facts.other_currency > limits.max_repriced_share * priced:
        return Hold(
            "currency_changed",
            f"{facts.other_currency} of {priced} prices are in another currency than before. Nothing was changed."
            " Confirming takes the new prices and currencies.",
        )
    return None


def _judge_small(facts: Facts, limits: Limits) -> Hold | None:
    share = max(limits.max_removed_share, SMALL_SHARE)
    if not facts.missing or share >= 1 or not may_remove(facts, limits):
        return None
    if facts.missing >= facts.known:
        seen = f"The feed holds none of the products any more that it held before ({facts.known})."
    elif facts.missing > max(share * facts.known, HANDFUL):
        seen = (
            f"{facts.missing} of the {facts.known} known products are no longer in the feed"
            f" ({_share(facts.missing, facts.known)}, the limit for so small a catalog is {share:.0%})."
        )
    else:
        return None
    return Hold("removed_share", f"{seen} Nothing was changed. Confirming makes {facts.missing} unavailable.")


def may_remove(facts: Facts, limits: Limits) -> bool:
    """Whether products missing from the feed may go unavailable, once the import may pass at all."""
    return facts.is_whole and not (facts.records and facts.rejected > limits.max_rejected_share * facts.records)


def may_have_moved(facts: Facts, limits: Limits, changed: int) -> bool:
    """Whether so many changed records could be enough for a hold over prices, if all of them were moved: only then need
    they be compared with those before."""
    return facts.known >= max(limits.min_rows, 1) and changed > limits.max_repriced_share * (facts.usable - changed)


def is_repriced(before_minor: int, after_minor: int) -> bool:
    return after_minor >= PRICE_FACTOR * before_minor or before_minor >= PRICE_FACTOR * after_minor


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
