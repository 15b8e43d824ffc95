"""Secrets of a channel by kind, what is said of them, and the warnings before they end."""

from datetime import timedelta

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.events import AlertRaised
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import credentials
from tests.support.listing import open_listing
from tests.support.stores import NOW

DAY = timedelta(days=1)


async def states(database: Database) -> dict[str, str]:
    return {
        row["kind"]: row["state"] for row in await database.fetch("SELECT kind, state FROM marketplace_credentials")
    }


async def test_each_kind_is_sealed_and_opened_by_itself(database: Database) -> None:
    channel_id = (await open_listing(database)).channel_id
    for kind in ("client_secret", "refresh_token"):
        assert await credentials.set_credential(database, channel_id, kind, f"the {kind}", NOW)
        assert not await credentials.set_credential(database, channel_id, kind, f"the {kind}", NOW)
    assert await credentials.reveal_all(database, channel_id) == {
        "client_secret": "the client_secret", "refresh_token": "the refresh_token"
    }  # fmt: skip


async def test_a_refusal_marks_the_kind_that_it_is_about(database: Database) -> None:
    channel_id = (await open_listing(database)).channel_id
    for kind in ("client_secret", "refresh_token"):
        await credentials.set_credential(database, channel_id, kind, "x", NOW)
    await credentials.mark(database, channel_id, "valid", NOW)
    await credentials.mark(database, channel_id, "refused", NOW, kind="refresh_token")
    assert await states(database) == {"client_secret": "valid", "refresh_token": "refused"}


@pytest.mark.parametrize(
    ("seen_with_days_left", "warned"),
    [
        ((31, 30, 8, 7, 2, 1, 0.5, -0.1, -5), [0, 1, 0, 1, 0, 1, 0, 1, 0]),
        ((29, 3, 2.5, -1), [1, 1, 0, 1]),
        ((0.2, -0.2), [1, 1]),
    ],
)
async def test_people_are_warned_thirty_seven_and_one_day_ahead_and_once_each(
    database: Database, seen_with_days_left: tuple[float, ...], warned: list[int]
) -> None:
    channel_id = (await open_listing(database)).channel_id
    end = NOW + 180 * DAY
    await credentials.set_credential(database, channel_id, "client_secret", "x", NOW, expires_at=end)
    assert [await credentials.warn_of_ends(database, end - DAY * left) for left in seen_with_days_left] == warned


async def test_the_warning_says_what_ends_and_when_and_a_new_secret_begins_anew(database: Database) -> None:
    channel_id = (await open_listing(database)).channel_id
    await credentials.set_credential(database, channel_id, "client_secret", "old", NOW, expires_at=NOW + 6 * DAY)
    assert isinstance(database.bus, Bus)
    async with database.bus.subscribe(AlertRaised) as events:
        assert await credentials.warn_of_ends(database, NOW) == 1
        alert = await anext(aiter(events))
    assert isinstance(alert, AlertRaised)
    assert alert.code == "credential_ends"
    assert "The client_secret of demo:letzshop ends at 2026-" in alert.message
    await credentials.set_credential(database, channel_id, "client_secret", "new", NOW, expires_at=NOW + 180 * DAY)
    assert await credentials.warn_of_ends(database, NOW + DAY) == 0
    assert await credentials.warn_of_ends(database, NOW + 151 * DAY) == 1


async def test_the_same_secret_with_another_end_is_warned_of_anew(database: Database) -> None:
    channel_id = (await open_listing(database)).channel_id
    await credentials.set_credential(database, channel_id, "refresh_token", "x", NOW, expires_at=NOW + DAY)
    assert await credentials.warn_of_ends(database, NOW) == 1
    assert not await credentials.set_credential(
        database, channel_id, "refresh_token", "x", NOW, expires_at=NOW + 365 * DAY
    )
    assert await credentials.warn_of_ends(database, NOW) == 0
