"""The life of a job, drawn once. The statements of `mailbox.py` and `maintenance.py` perform these moves, no others.

                    put                       revive (a person)
                     │        ┌───────────────────────────────────────────────┐
                     ▼        ▼                                               │
     cancel   ┌── waiting ◄───┬──────────────┐                                │
    ┌─────────┘    │  │  ▲    │ retry        │ snooze · release · rescue      │
    │       claim  │  │  └────┼──────────────┤ (cost no attempt)              │
    ▼              │  │       │ (costs one)  │                                │
 cancelled ◄─────┐ │  │ give_up              │                                │
    ▲            │ │  └───────┼──────────────┼───────────────────────────┐    │
    │ cancel     │ ▼          │              │              bury · poison ▼    │
    └──────────── executing ──┴──────────────┴────────────────────────► dead ─┘
                   │      │
           succeed ▼      ▼ refuse
                 done   refused

retry: it failed and is tried later. snooze: it must wait and did not fail (rate limit, account suspended).
release: the process stops and hands it back. rescue: the process vanished. poison: it vanished too often with this
very job. give_up: it waited past its limit, so that nothing waits for ever. Open are waiting and executing; of the
finished states only dead has a way back.
"""

from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    EXECUTING = "executing"
    DONE = "done"
    REFUSED = "refused"
    DEAD = "dead"
    CANCELLED = "cancelled"


OPEN = frozenset({State.WAITING, State.EXECUTING})
FINISHED = frozenset(State) - OPEN

MOVES: dict[tuple[State, str], State] = {
    (State.WAITING, "claim"): State.EXECUTING,
    (State.WAITING, "cancel"): State.CANCELLED,
    (State.WAITING, "give_up"): State.DEAD,
    (State.EXECUTING, "succeed"): State.DONE,
    (State.EXECUTING, "refuse"): State.REFUSED,
    (State.EXECUTING, "bury"): State.DEAD,
    (State.EXECUTING, "poison"): State.DEAD,
    (State.EXECUTING, "cancel"): State.CANCELLED,
    (State.EXECUTING, "retry"): State.WAITING,
    (State.EXECUTING, "snooze"): State.WAITING,
    (State.EXECUTING, "release"): State.WAITING,
    (State.EXECUTING, "rescue"): State.WAITING,
    (State.DEAD, "revive"): State.WAITING,
}


class ForbiddenMove(ValueError):  # noqa: N818  (it names what was asked for, like the other refusals of the house)
    """The state has no such way out; a fault of the program, never of an operator."""

    def __init__(self, state: State, move: str) -> None:
        ways = ", ".join(sorted(name for at, name in MOVES if at is state)) or "none, it is final"
        super().__init__(f"a job that is {state} cannot {move}; its ways out: {ways}")


def move(state: State, name: str) -> State:
    """The state that `name` leads to; raises ForbiddenMove when the drawing has no such arrow."""
    try:
        return MOVES[state, name]
    except KeyError:
        raise ForbiddenMove(state, name) from None
