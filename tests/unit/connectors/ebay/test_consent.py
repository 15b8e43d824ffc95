"""The consent page's address, and the code in whatever a person pastes."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay.connector import consent_of
from orion_daemon.connectors.ebay.consent import code_of
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import Rejected
from tests.support.vendor_server import http_client

CODE = "v^1.1#i^1#f^0#r^1#I^3#p^3#t^Ul41XzEw+/=="


async def test_the_page_asks_for_the_scopes_with_the_runame_in_place_of_an_address() -> None:
    async with http_client() as http:
        consent = consent_of(EbaySettings(client_id="App-1", ru_name="Ada-App"), {}, http)
        url = urlsplit(consent.url("state-1"))
        assert (url.netloc, url.path) == ("auth.ebay.com", "/oauth2/authorize")
        assert {name: values[0] for name, values in parse_qs(url.query).items()} == {
            "client_id": "App-1",
            "redirect_uri": "Ada-App",
            "response_type": "code",
            "scope": " ".join(names.SCOPES),
            "prompt": "login",
            "state": "state-1",
        }


@pytest.mark.parametrize("missing", ["client_id", "ru_name"])
async def test_an_application_that_is_not_named_is_told(missing: str) -> None:
    facts = {"client_id": "App-1", "ru_name": "Ada-App", missing: ""}
    async with http_client() as http:
        with pytest.raises(Rejected, match=missing):
            consent_of(EbaySettings(**facts), {}, http).url("s")


@pytest.mark.parametrize(
    "answer",
    [
        CODE,
        f"  {CODE}\n",
        quote(CODE, safe=""),
        f"https://shop.example/accepted?state=s&code={quote(CODE, safe='')}&expires_in=299",
        f"state=s&code={quote(CODE, safe='')}",
    ],
)
def test_the_code_is_found_and_decoded(answer: str) -> None:
    assert code_of(answer, "s") == CODE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "no_code"),
        ("https://shop.example/accepted?state=s", "no_code"),
        ("https://shop.example/accepted?state=other&code=x", "other_state"),
        ("https://shop.example/accepted?state=s&error=access_denied", "consent_declined"),
    ],
)
def test_an_answer_without_a_code_is_refused(answer: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        code_of(answer, "s")
    assert refused.value.code == code
