"""The daemon killed at each step of buying and mailing keys, whatever supplier and mail server make of it: the
supplier's ledger says what was paid for, and that is what is owed, once (G1); the mail server's box says what customers
have: each key of theirs, and a message that came twice is one message (ADR 19).

A case is a step, and what the others do meanwhile. The daemon is killed there, started anew and left until nothing is
in motion. `PATHS` says how often each step is reached by one that lives; a step that is not reached fails. Steps:
`tests/support/crash_steps.py`; behaviours: `key_behaviours.py` beside it; a case from its order on: `key_crashes.py`.
"""

from collections.abc import Mapping, Sequence
from traceback import format_exception

import pytest

from tests.support.crash_steps import STEPS
from tests.support.databases import Templates
from tests.support.key_behaviours import BEHAVIOURS
from tests.support.key_crashes import Case, open_ground
from tests.support.processes import Processes

SAMPLE, STRIDE, AT_ONCE = 20, 7, 5
CALL = {"fetch product": 1, "begin": 1, "send": 1, "buy": 1}
NEW = dict.fromkeys(CALL, 2)
FOUND = {"find orders": 1, "fetch order": 1, "record": 1}
LOST = {"claim of jobs": 2, "doubt": 1, "end of jobs": 2}
NEVER_SHOWN = {"find orders": 2, "not found": 2, "record": 1}
LETTER = dict.fromkeys(("claim of mails", "write mail", "hand over", "text of mail", "mail taken", "end of mails"), 1)
TWO_LETTERS = dict.fromkeys(LETTER, 2)
AGAIN = {**TWO_LETTERS, "mail taken": 1, "mail postponed": 1}
NO_TEXT = {**TWO_LETTERS, "text of mail": 1, "mail taken": 1}  # the first time it did not come to that
PATHS: Mapping[str, Mapping[str, int]] = {
    "normal": {"claim of jobs": 1, **CALL, "record": 1, "end of jobs": 1},
    "two lines": {**NEW, "record": 2},
    "lost, made": {**LOST, **CALL, **FOUND},
    "lost, not made": {**LOST, **NEW, **NEVER_SHOWN},
    "500, made": {"buy": 1, "doubt": 1, **FOUND},
    "500, not made": {"buy": 2, "doubt": 1, **NEVER_SHOWN},
    "shown late": {**LOST, **CALL, **FOUND, "find orders": 2, "not found": 1},
    "fewer codes": {"claim of jobs": 2, **CALL, "fetch order": 1, "record": 2, "end of jobs": 2},
    "no codes": {**LOST, "buy": 1, **FOUND},
    "pictures": {"claim of jobs": 2, **CALL, "record": 1, "fetch code": 2, "take code": 2, "end of jobs": 2},
    "price moves": {"claim of jobs": 1, **NEW, "refuse": 1, "record": 1, "end of jobs": 1},
    "rate limited": {"claim of jobs": 2, **NEW, "drop": 1, "record": 1, "end of jobs": 2},
    "pre-order": {
        "claim of jobs": 4, "buy": 1, "record": 1, "fetch code": 5, "take code": 2, "note missing": 2, "end of jobs": 4,
        **TWO_LETTERS,
    },
    "pre-order lost, made": {"buy": 1, "doubt": 1, **FOUND, "fetch code": 3, "take code": 2, "note missing": 2},
    "pre-order taken back": {
        "claim of jobs": 4, "fetch code": 5, "take code": 1, "fetch order": 2, "note missing": 3, "end of jobs": 4,
    },
    "scored, answer lost": {
        "claim of jobs": 2, **CALL, "fetch product": 2, "reveal for score": 2, "score buyer": 2, "record": 1,
        "end of jobs": 2,
    },
    "scored too high": {
        "claim of jobs": 2, **CALL, "fetch product": 2, "reveal for score": 2, "score buyer": 2, "begin": 2,
        "record": 1, "end of jobs": 2,
    },
    "no balance": {
        "claim of jobs": 2, "fetch product": 4, "begin": 4, "send": 3, "buy": 3, "refuse for balance": 1,
        "read balance": 1, "take balance": 1, "record": 2, "end of jobs": 2,
    },
    "mailed": {**LETTER, "write mail": 3, "hand over": 2, "text of mail": 2, "mail taken": 2},
    "mail lost, taken": AGAIN,
    "mail lost, not taken": AGAIN,
    "mail put off": {**NO_TEXT, "mail postponed": 1},
    "mail refused": {**NO_TEXT, "mail failed": 1},
}  # fmt: skip
CASES = [
    Case(behaviour, part, moment, time)
    for behaviour, path in PATHS.items()
    for part, moment in STEPS.values()
    for time in range(1, path.get(part, 0) + 1)
]


def sample() -> list[Case]:
    """One of each behaviour, as far as they go, each at another place of its path."""
    chosen = []
    for number in range(SAMPLE):
        behaviour = list(PATHS)[number * len(PATHS) // SAMPLE]
        own = [case for case in CASES if case.behaviour == behaviour]
        chosen.append(own[number * STRIDE % SAMPLE * len(own) // SAMPLE])
    return chosen


OTHERS = [case for case in CASES if case not in sample()]


def parts(cases: Sequence[Case]) -> list[Sequence[Case]]:
    return [cases[start : start + AT_ONCE] for start in range(0, len(cases), AT_ONCE)]


def test_the_cases_are_many_and_the_sample_knows_most_behaviours() -> None:
    assert len(CASES) == len(set(CASES)) >= 500
    assert set(PATHS) == set(BEHAVIOURS)
    assert len({case.behaviour for case in sample()}) == SAMPLE
    assert {(case.part, case.moment) for case in CASES} == set(STEPS.values())


async def run(processes: Processes, templates: Templates, cases: Sequence[Case]) -> None:
    failed = []
    async with open_ground(processes, templates.sqlite_file()) as ground:
        for case in cases:
            try:
                await ground.run(case)
            except AssertionError as error:
                failed.append(f"{case}\n{''.join(format_exception(error))}")
    assert not failed, "\n\n".join(failed)


@pytest.mark.parametrize("cases", parts(sample()), ids=lambda cases: str(cases[0]))
async def test_a_kill_neither_buys_twice_nor_loses_a_key(
    processes: Processes, templates: Templates, cases: Sequence[Case]
) -> None:
    await run(processes, templates, cases)


@pytest.mark.long
@pytest.mark.parametrize("cases", parts(OTHERS), ids=lambda cases: str(cases[0]))
async def test_a_kill_at_any_other_step_does_neither(
    processes: Processes, templates: Templates, cases: Sequence[Case]
) -> None:
    await run(processes, templates, cases)
