"""The daemon killed at random moments of its work, by a marketplace that drops, refuses and repeats: nothing is lost,
nothing is done twice. The moments follow from a fixed seed, printed with a failure; what the machine does in between
does not, so a failure may need several runs to show again.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from random import Random

import pytest

from tests.support.processes import Processes
from tests.support.scene import ARTICLES, OFF, feed, open_scene
from tests.support.shift import FAULTS, FIRST_STOCK, Shift

SEED = 20261123
PATIENT = OFF + '[http]\nbreaker_failures = 1000\nbreaker_pause = "1s"\n'
SHORT_LEASE = '[jobs]\nlease_ttl = "5s"\n[database]\nbusy_timeout = "2s"\n'
CLERKS = 3


@pytest.mark.parametrize(
    ("database_kind", "form", "kills"),
    [
        ("sqlite", "live", 8),
        pytest.param("sqlite", "live", 50, marks=pytest.mark.long),
        pytest.param("sqlite", "seed", 50, marks=pytest.mark.long),
        pytest.param("postgres", "live", 12, marks=pytest.mark.long),
    ],
    indirect=["database_kind"],
)
async def test_kills_at_random_moments_lose_and_double_nothing(
    processes: Processes, environment: dict[str, str], form: str, kills: int
) -> None:
    print(f"seed {SEED}")
    settings = PATIENT + SHORT_LEASE if environment else PATIENT
    scene = await open_scene(processes, form=form, settings=settings, env=environment)
    stock = {sku: article._replace(quantity=FIRST_STOCK) for sku, article in ARTICLES.items()}
    await scene.sandbox.file("ada-fr.csv", feed(stock))
    await scene.import_catalog()
    await scene.sandbox.control(
        "faults", [{"count": None, "seed": SEED + number, **fault} for number, fault in enumerate(FAULTS)]
    )
    shift = Shift(scene, Random(SEED), answers_units=form == "live")
    hurry = asyncio.create_task(shift.hurry())
    try:
        async with asyncio.TaskGroup() as group:
            # on PostgreSQL a killed process keeps its accounts until its lease is over
            group.create_task(shift.be_killed(kills, longest=20.0 if environment else 3.0))
            for clerk in range(CLERKS):
                group.create_task(work(shift, clerk))
        await shift.settle()
    finally:
        hurry.cancel()
        with suppress(asyncio.CancelledError):
            await hurry
    assert shift.kills == kills
    await shift.judge()


async def work(shift: Shift, clerk: int) -> None:
    """Serve one order after the other until the killing is over."""
    number = 0
    while not shift.is_over:
        number += 1
        await shift.serve()
        others: list[Awaitable[None]] = []
        if number % 3 == 0:
            others.append(shift.count_anew(number * CLERKS + clerk))
        if number % 4 == 0:
            others.append(shift.read_feed_again())
        for other in others:
            await other
