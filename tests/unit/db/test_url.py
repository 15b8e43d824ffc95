"""Database URLs as operators write them."""

from pathlib import Path

import pytest

from orion_daemon.db.errors import BadDatabaseUrl
from orion_daemon.db.url import parse


def test_three_slashes_are_relative_and_four_absolute() -> None:
    assert parse("sqlite:///var/orion.db").file == Path("var/orion.db")
    assert parse("sqlite:////var/lib/orion/orion.db").file == Path("/var/lib/orion/orion.db")


def test_a_postgres_url_is_taken_apart_and_its_password_decoded() -> None:
    target = parse("postgres://orion:p%40ss@db.example:6432/shop?sslmode=require")
    assert target.server() == {
        "host": "db.example",
        "port": 6432,
        "user": "orion",
        "password": "p@ss",
        "database": "shop",
        "ssl": "require",
    }


def test_a_socket_folder_is_given_as_host() -> None:
    target = parse("postgresql://postgres:@/postgres?host=/run/sockets")
    assert (target.host, target.port, target.password) == ("/run/sockets", 5432, None)


def test_the_password_is_shown_nowhere() -> None:
    target = parse("postgres://orion:hidden@db/shop")
    assert "hidden" not in f"{target} {target!r}"
    assert str(target) == "postgres://orion@db:5432/shop"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("orion.db", "no scheme"),
        ("mysql://x/y", "'mysql' is unknown"),
        ("sqlite://orion.db", "needs a file"),
        ("sqlite://:memory:", "needs a file"),
        ("sqlite:///x.db?mode=ro", "no options"),
        ("postgres://u:secret@h:port/x", "cannot be read"),
        ("postgres://u:secret@h", "names no database"),
        ("postgres://u:secret@h/x?timeout=3", "unknown option 'timeout'"),
        ("postgres://u:secret@h/x?sslmode=maybe", "'maybe' is unknown"),
    ],
)
def test_a_url_that_cannot_work_is_refused_with_its_reason(url: str, said: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=said) as caught:
        parse(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_server_has_no_file() -> None:
    with pytest.raises(BadDatabaseUrl):
        _ = parse("postgres://u@h/x").file
