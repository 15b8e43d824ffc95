"""The housekeeper on both databases: what is past its time goes, at the times the operator chose."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from orion_daemon.actors.housekeeper import Housekeeper
from orion_daemon.db.database import Database
from orion_daemon.jobs import leases, mailbox
from orion_daemon.jobs.dispatch import Dispatcher
from orion_daemon.jobs.kinds import DELETE_FINISHED_JOBS, RETRY_FAILED, Nothing
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import erasure
from orion_daemon.services.schedule import HOUSEKEEPER
from tests.support.listing import DEMO, open_desk, open_listing
from tests.support.orders import buyer, home, line, open_shop, order
from tests.support.stores import NOW


async def test_finished_jobs_stay_as_long_as_the_operator_says(database: Database, tmp_path: Path) -> None:
    desk = await open_desk(await open_listing(database), None, tmp_path)
    parts = replace(desk.account.parts, keep_done=timedelta(hours=1), keep_dead=timedelta(days=2))
    await leases.register(database, "p1", "here", NOW, ttl=timedelta(days=1), alone=True)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM jobs")
        for age, state in ((2, "done"), (0, "done"), (3, "dead"), (71, "dead")):
            number = await mailbox.put(tx, DELETE_FINISHED_JOBS, Nothing(), owner=f"{state}{age}", now=NOW)
            await tx.execute(
                "UPDATE jobs SET state = $2, finished_at = $3, created_at = $3, error_code = 'x' WHERE id = $1",
                number.job_id, state, NOW - timedelta(hours=age),
            )  # fmt: skip
        await mailbox.put(tx, DELETE_FINISHED_JOBS, Nothing(), owner=HOUSEKEEPER, now=NOW)
    dispatcher = Dispatcher(cast("Bus", database.bus), lambda *_: None)
    housekeeper = Housekeeper(HOUSEKEEPER, parts, dispatcher)
    await housekeeper.receive("main", "nudge")
    await housekeeper.on_passivate()
    left = await database.fetch("SELECT owner, state FROM jobs ORDER BY id")
    assert [(row["owner"], row["state"]) for row in left] == [
        ("done0", "done"),
        ("dead3", "dead"),
        (HOUSEKEEPER, "done"),
    ]


async def test_old_files_of_imports_go_with_the_daily_maintenance(database: Database, tmp_path: Path) -> None:
    desk = await open_desk(await open_listing(database), None, tmp_path)
    parts = replace(desk.account.parts, imports=replace(desk.account.parts.imports, keep_files=timedelta(days=2)))
    folder = parts.imports.folder
    folder.mkdir()
    for number, days in ((1, 1), (2, 3)):
        path = folder / f"import-{number}.feed"
        path.touch()
        then = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))
    await leases.register(database, "p1", "here", NOW, ttl=timedelta(days=1), alone=True)
    async with database.transaction() as tx:
        put = await mailbox.put(tx, DELETE_FINISHED_JOBS, Nothing(), owner=HOUSEKEEPER, now=NOW)
    housekeeper = Housekeeper(HOUSEKEEPER, parts, Dispatcher(cast("Bus", database.bus), lambda *_: None))
    await housekeeper.receive("main", "nudge")
    await housekeeper.on_passivate()
    result = await database.fetch_value("SELECT result_json FROM jobs WHERE id = $1", put.job_id)
    assert result["files_deleted"] == 1
    assert [path.name for path in folder.iterdir()] == ["import-1.feed"]


async def test_orders_that_have_left_lose_the_address_that_waited_for_them(database: Database, tmp_path: Path) -> None:
    shop = await open_shop(database, {"MUG": 5})
    people = {"customer": buyer("1"), "shipping_address": home()}
    await shop.take(order("1", line("MUG"), status="confirmed", **people))
    number = (await shop.order("1"))["customer_id"]
    await erasure.erase_customer(database, number, actor="ann", now=NOW)
    desk = await open_desk(
        await open_listing(database, store=replace(DEMO, code="other")), None, tmp_path, code="other"
    )
    await leases.register(database, "p1", "here", NOW, ttl=timedelta(days=1), alone=True)
    housekeeper = Housekeeper(HOUSEKEEPER, desk.account.parts, Dispatcher(cast("Bus", database.bus), lambda *_: None))
    for status, erased in (("processing", 0), ("shipped", 1)):
        await shop.take(order("1", line("MUG"), status=status, **people))
        async with database.transaction() as tx:
            put = await mailbox.put(tx, RETRY_FAILED, Nothing(), owner=HOUSEKEEPER, now=NOW)
        await housekeeper.receive("main", "nudge")
        job = await database.fetch_one("SELECT state, result_json FROM jobs WHERE id = $1", put.job_id)
        assert job is not None
        assert (job["state"], job["result_json"]["orders_erased"]) == ("done", erased)
    await housekeeper.on_passivate()
    assert (await shop.order("1"))["personal_sealed"] is None
