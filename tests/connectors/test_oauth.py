"""The token endpoint: what is asked, what is given, and whom a refusal wants."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from orion_daemon.connectors.errors import AuthRefused, RateLimited, Unreachable, VendorError
from orion_daemon.connectors.oauth import REFUSED, ask
from orion_daemon.connectors.tokens import Grant
from orion_daemon.observability.redaction import Redactor
from tests.support.vendor_server import answers, http_client, vendor_server

SECRETS = ("sesame", "Atzr|old")
FORM = {"grant_type": "refresh_token", "refresh_token": "Atzr|old", "client_secret": "sesame"}


async def asked(reply: Any, **options: Any) -> tuple[Grant, dict[str, list[str]]]:
    async with http_client(**options) as http, vendor_server() as vendor:
        vendor.will(*[reply] * 9)
        account = http.account("amazon", "a:amazon")
        grant = await ask(account, vendor.url, FORM, secrets=SECRETS)
        return grant, parse_qs(vendor.seen[0].body.decode())


async def test_a_grant_is_read_and_the_form_is_sent() -> None:
    reply = answers({"access_token": "Atza|new", "token_type": "bearer", "expires_in": 3600, "more": 1})
    grant, form = await asked(reply)
    assert (grant.access_token, grant.expires_in, grant.refresh_token) == ("Atza|new", 3600, "")
    assert form == {name: [value] for name, value in FORM.items()}


@pytest.mark.parametrize("code", sorted(REFUSED))
@pytest.mark.parametrize("status", [400, 401])
async def test_a_refusal_names_its_credential_and_no_secret(code: str, status: int) -> None:
    reply = answers({"error": code, "error_description": "the token Atzr|old or sesame is bad"}, status)
    with pytest.raises(AuthRefused) as caught:
        await asked(reply)
    assert caught.value.code == code
    assert "orion credentials" in caught.value.message
    assert not any(secret in caught.value.message for secret in SECRETS)
    assert Redactor().text(caught.value.message) == caught.value.message  # whole, where an operator reads it in the log


@pytest.mark.parametrize(
    ("reply", "family", "code"),
    [
        (answers("<html>", 400), Unreachable, "http_400"),
        (answers("<html>Blocked by policy</html>", 403), Unreachable, "http_403"),
        (answers({"message": "Forbidden"}, 401), Unreachable, "http_401"),
        (answers({"error": "<script>"}, 400), AuthRefused, "http_400"),
        (answers({"error": "busy"}, 503), Unreachable, "http_503"),
        (answers({"error": "slow"}, 429), RateLimited, "rate_limited"),
        (answers({"token": "x"}), VendorError, "not_a_token"),
        (answers("<html>"), Unreachable, "not_json"),
    ],
)
async def test_other_answers_have_their_families(reply: Any, family: type[VendorError], code: str) -> None:
    with pytest.raises(family) as caught:
        await asked(reply, patience=0.0)
    assert caught.value.code == code
