"""Both shapes of a token's answer, and the life that is left of it."""

from datetime import UTC, datetime

import msgspec
import pytest

from orion_daemon.connectors.codeswholesale.auth import grant_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "token", "left"),
    [
        ('{"access_token": "a", "token_type": "bearer", "expires_in": 1187}', "a", 1187),
        ('{"access_token": "a", "expires_in": 0}', "a", 0),
        ('{"value": "b", "tokenType": "bearer", "expiresIn": 12, "scope": ["administration"]}', "b", 12),
        ('{"value": "b", "expiration": "2026-03-02T12:10:00.000Z", "expired": false}', "b", 600),
        ('{"value": "b", "expiration": 1772453400000}', "b", 600),
        ('{"value": "b", "expiresIn": 900, "expired": true}', "b", 0),
        ('{"value": "b", "expiration": "2026-03-02T11:00:00+00:00"}', "b", 0),
    ],
)
def test_a_token_and_its_seconds(body: str, token: str, left: float) -> None:
    grant = grant_of(body.encode(), NOW)
    assert (grant.access_token, grant.expires_in) == (token, left)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"access_token": "", "expires_in": 5}',
        '{"access_token": "a"}',
        '{"value": "b", "expiration": "tomorrow"}',
        '{"value": "b", "expiration": "2026-03-02T12:10:00"}',
        '{"access_token": "a", "expires_in": "soon"}',
        "[]",
        '{"access_token": "a", ',
    ],
)
def test_what_is_no_token(body: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        grant_of(body.encode(), NOW)
