"""The daemon killed at each step of buying a key, whatever the supplier makes of the purchase: the supplier's ledger
says what was paid for, and that is what is owed, once (G1).

A case is a step, and what the supplier does at the purchase. It is killed there, started anew and left until nothing
is in motion. `PATHS` says how often each step is reached by a daemon that lives; a step that is not reached fails.
Steps: `tests/support/crash_steps.py`; behaviours and judgement: `tests/support/key_crashes.py`.
"""

from collections.abc import Mapping, Sequence
from traceback import format_exception

import pytest

from tests.support.crash_steps import STEPS
from tests.support.databases import Templates
from tests.support.key_crashes import BEHAVIOURS, Case, open_ground
from tests.support.processes import Processes

SAMPLE, AT_ONCE = 20, 5
CALL = {"fetch product": 1, "begin": 1, "send": 1, "buy": 1}
NEW = dict.fromkeys(CALL, 2)
FOUND = {"find orders": 1, "fetch order": 1, "record": 1}
LOST = {"claim of jobs": 2, "doubt": 1, "end of jobs": 2}
NEVER_SHOWN = {"find orders": 2, "not found": 2, "record": 1}
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
}
CASES = [
    Case(behaviour, part, moment, time)
    for behaviour, path in PATHS.items()
    for part, moment in STEPS.values()
    for time in range(1, path.get(part, 0) + 1)
]


def sample() -> list[Case]:
    """One of every behaviour, each at another place of its path, and the rest spread over all."""
    chosen = []
    for number, behaviour in enumerate(PATHS):
        own = [case for case in CASES if case.behaviour == behaviour]
        chosen.append(own[number * len(own) // len(PATHS)])
    rest = [case for case in CASES if case not in chosen]
    left = SAMPLE - len(chosen)
    return chosen + [rest[place * len(rest) // left] for place in range(left)]


OTHERS = [case for case in CASES if case not in sample()]


def parts(cases: Sequence[Case]) -> list[Sequence[Case]]:
    return [cases[start : start + AT_ONCE] for start in range(0, len(cases), AT_ONCE)]


def test_the_cases_are_many_and_the_sample_knows_every_behaviour() -> None:
    assert len(CASES) == len(set(CASES)) >= 200
    assert {case.behaviour for case in sample()} == set(BEHAVIOURS)
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
@pytest.mark.parametrize(
    "cases", parts([case for case in CASES if case not in sample()]), ids=lambda cases: str(cases[0])
)
async def test_a_kill_at_any_other_step_does_neither(
    processes: Processes, templates: Templates, cases: Sequence[Case]
) -> None:
    await run(processes, templates, cases)
