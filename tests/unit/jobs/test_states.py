from itertools import product

import pytest

from orion_daemon.jobs import outcomes, states
from orion_daemon.jobs.states import FINISHED, MOVES, OPEN, ForbiddenMove, State, move

NAMES = sorted({name for _, name in MOVES})


def test_every_state_can_be_reached_from_waiting() -> None:
    reached = {State.WAITING}
    while more := {to for (at, _), to in MOVES.items() if at in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_every_open_state_has_a_way_to_an_end() -> None:
    for state in OPEN:
        assert {to for (at, _), to in MOVES.items() if at is state} & FINISHED


@pytest.mark.parametrize(("state", "name"), sorted(product(State, NAMES)))
def test_a_move_either_stands_in_the_table_or_is_refused(state: State, name: str) -> None:
    if (state, name) in MOVES:
        assert move(state, name) is MOVES[state, name]
    else:
        with pytest.raises(ForbiddenMove, match=f"{state} cannot {name}"):
            move(state, name)


def test_the_refusal_names_the_ways_that_are_open() -> None:
    with pytest.raises(ForbiddenMove, match="cancel, claim, give_up"):
        move(State.WAITING, "succeed")
    with pytest.raises(ForbiddenMove, match="none, it is final"):
        move(State.DONE, "revive")


def test_of_the_finished_states_only_the_dead_letter_comes_back() -> None:
    assert {at for (at, _) in MOVES if at in FINISHED} == {State.DEAD}


def test_the_drawing_names_every_move_and_state() -> None:
    assert states.__doc__ is not None
    for name in [*NAMES, *State]:
        assert name in states.__doc__


def test_every_outcome_is_a_way_out_of_executing() -> None:
    assert outcomes.END_STATE[outcomes.Done] is State.DONE
    assert {kind.move for kind in outcomes.END_STATE} == {n for at, n in MOVES if at is State.EXECUTING} - {
        "rescue",
        "poison",
    }
