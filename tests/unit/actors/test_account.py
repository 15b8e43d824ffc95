import pytest

from orion_daemon.actors.account import rows_at_once


@pytest.mark.parametrize(("chosen", "on_postgres"), [(10, 40), (500, 2_000), (2_500, 10_000), (9_000, 10_000)])
def test_postgresql_writes_more_rows_at_once_within_the_bound_of_the_setting(chosen: int, on_postgres: int) -> None:
    assert rows_at_once(chosen, "sqlite") == chosen
    assert rows_at_once(chosen, "postgres") == on_postgres
