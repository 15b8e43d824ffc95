"""Tokens, refusals and trouble of the line: what is renewed, what stops the account, what passes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.connector import AmazonConnector
from orion_daemon.connectors.amazon.consent import AmazonConsent
from orion_daemon.connectors.amazon.schemas import TransactionsFound
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.errors import (
    AuthRefused,
    NotPermitted,
    RateLimited,
    Rejected,
    SchemaDrift,
    Unreachable,
    VendorError,
)
from orion_daemon.connectors.record import RequestRecord
from tests.support.amazon_account import SECRETS, Account, amazon_seller, walk
from tests.support.amazon_sandbox import CLIENT_ID, CLIENT_SECRET, DE, REFRESH_TOKEN, SELLER
from tests.support.vendor_server import answers, http_client, vendor_server


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with amazon_seller() as found:
        yield found


async def refreshes(account: Account) -> int:
    return len(await account.requests("token")) - 1  # the first is the fixture's own


async def test_one_token_serves_an_hour_of_calls_and_is_renewed_early(account: Account) -> None:
    async with account.connect() as connector:
        await connector.fetch_order("a")
        await account.pass_time(3000)
        await connector.fetch_order("b")
        assert await refreshes(account) == 1
        await account.pass_time(400)
        await connector.fetch_order("c")
    assert await refreshes(account) == 2
    assert {entry["status"] for entry in await account.requests("getOrder")} == {404}


async def test_many_calls_at_once_share_one_refresh(account: Account) -> None:
    async with account.connect() as connector:
        await asyncio.gather(*(connector.fetch_order(str(n)) for n in range(10)))
    assert await refreshes(account) == 1


async def test_a_token_that_ended_early_is_renewed_once_and_the_call_repeated(account: Account) -> None:
    name = await account.place()
    async with account.connect() as connector:
        await connector.fetch_order(name)
        await account.amazon.control("tokens/expire", {})
        assert await connector.fetch_order(name) is not None
    assert await refreshes(account) == 2


async def test_a_revoked_authorisation_stops_and_says_what_to_do(account: Account) -> None:
    async with account.connect() as connector:
        await connector.fetch_order("a")
        await account.amazon.control("grants/revoke", {})
        with pytest.raises(AuthRefused) as caught:
            await connector.fetch_order("a")
    assert caught.value.code == "invalid_grant"
    assert "orion credentials connect" in caught.value.message
    assert REFRESH_TOKEN not in caught.value.message


async def test_a_rotated_secret_stops_after_its_last_week(account: Account) -> None:
    made = await account.amazon.control("secrets/rotate", {})
    await account.pass_time(8 * 86400)
    async with account.connect() as connector:
        with pytest.raises(AuthRefused) as caught:
            await connector.fetch_order("a")
    assert caught.value.code == "invalid_client"
    async with account.connect(secrets={**SECRETS, "client_secret": made["client_secret"]}) as connector:
        assert await connector.fetch_order("a") is None


@pytest.mark.parametrize("missing", ["client_secret", "refresh_token"])
async def test_a_missing_secret_is_said_before_anybody_is_asked(account: Account, missing: str) -> None:
    async with account.connect(secrets={**SECRETS, missing: ""}) as connector:
        with pytest.raises(AuthRefused) as caught:
            await connector.fetch_order("a")
    assert caught.value.code == "no_credential"
    assert await refreshes(account) == 0


async def test_a_missing_role_is_named_and_costs_one_refresh_a_token(account: Account) -> None:
    await account.amazon.control("applications", {"roles": ["product-listing"]}, method="PATCH")
    async with account.connect() as connector:
        for _ in range(3):
            with pytest.raises(NotPermitted) as caught:
                await connector.client.call(names.LIST_TRANSACTIONS, TransactionsFound)
    assert "Finance and Accounting" in caught.value.message
    assert await refreshes(account) == 2


@pytest.mark.parametrize(
    ("fault", "family"),
    [
        ({"kind": "rate_limited"}, RateLimited),
        ({"kind": "status", "status": 500}, Unreachable),
        ({"kind": "status", "status": 503}, Unreachable),
        ({"kind": "drop"}, Unreachable),
        ({"kind": "html"}, Unreachable),
        ({"kind": "truncated"}, Unreachable),
        ({"kind": "forbidden"}, NotPermitted),
        ({"kind": "huge", "size": 4 * 1024 * 1024}, VendorError),
    ],
)
async def test_trouble_falls_into_its_family_and_passes(
    account: Account, fault: dict[str, Any], family: type[VendorError]
) -> None:
    name = await account.place()
    async with account.connect(http={"max_response": 1024 * 1024, "patience": 1.0}) as connector:
        await account.fault(operation="searchOrders", count=None, **fault)
        with pytest.raises(family) as caught:
            await connector.fetch_orders("new", None, None)
        for secret in (CLIENT_SECRET, REFRESH_TOKEN, "Atza|"):
            assert secret not in str(caught.value)
        await account.no_faults()
        assert name in (await walk(account, connector, "new")).orders


@pytest.mark.parametrize("kind", ["drop", "html", "truncated", "errors"])
async def test_trouble_that_passes_by_itself_is_not_noticed(account: Account, kind: str) -> None:
    name = await account.place()
    async with account.connect() as connector:
        await account.fault(kind, "searchOrders")
        await account.fault("drop", "token")
        assert name in (await walk(account, connector, "new")).orders


async def test_an_answer_that_breaks_the_contract_is_an_alarm() -> None:
    async with vendor_server() as vendor, http_client() as http:
        vendor.will(
            answers({"access_token": "Atza|x", "expires_in": 3600}),
            answers({"orderList": []}),
        )
        settings = AmazonSettings(
            endpoint=vendor.url, client_id="c", seller_id="s", marketplace_ids=(DE,), account="ada:amazon"
        )
        connector = AmazonConnector(settings, SECRETS, http, None, http.clock)
        with pytest.raises(SchemaDrift):
            await connector.fetch_orders("new", None, None)
        headers = vendor.seen[1].headers
    assert headers["x-amz-access-token"] == "Atza|x"
    assert "Authorization" not in headers
    assert headers["User-Agent"]


async def test_refusals_carry_amazons_words_and_the_request_id(account: Account) -> None:
    records: list[RequestRecord] = []
    async with account.connect(records=records, marketplace_ids=("ATVPDKIKX0DER",)) as connector:
        with pytest.raises(AuthRefused) as caught:
            await connector.fetch_orders("new", None, None)
    assert "AccessDenied" in caught.value.message
    assert "(request " in caught.value.message
    assert [record.operation for record in records] == ["getToken", "searchOrders", "getToken", "searchOrders"]


# -- consent ----------------------------------------------------------------------------------------------------------


def consent_of(account: Account, http: Any, **options: Any) -> AmazonConsent:
    settings = AmazonSettings(
        **{
            "endpoint": account.amazon.url,
            "client_id": CLIENT_ID,
            "seller_id": SELLER,
            "marketplace_ids": (DE,),
            "application_id": "app-1",
            **options,
        }
    )
    return AmazonConsent(settings, {"client_secret": CLIENT_SECRET}, http)


async def test_a_consent_gives_a_refresh_token_that_works(account: Account) -> None:
    async with http_client(clock=account.clock) as http:
        consent = consent_of(account, http)
        page = consent.url("state-1")
        async with account.amazon.sandbox.session.get(
            page + "&redirect_uri=https://orion.example/done", allow_redirects=False
        ) as response:
            answer = response.headers["Location"]
        connected = await consent.redeem(answer, "state-1")
    assert connected.lifetimes["refresh_token"] is not None
    assert connected.lifetimes["refresh_token"].days == 365
    async with account.connect(secrets={**SECRETS, **connected.secrets}) as connector:
        assert await connector.fetch_order("a") is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "no_code"),
        ("https://orion.example/done?state=state-1", "no_code"),
        ("https://orion.example/done?state=other&spapi_oauth_code=x", "wrong_state"),
        (f"https://orion.example/done?state=state-1&spapi_oauth_code=x&selling_partner_id=A{SELLER}", "wrong_seller"),
    ],
)
async def test_an_answer_that_is_none_is_refused_before_amazon_is_asked(
    account: Account, answer: str, code: str
) -> None:
    async with http_client() as http:
        with pytest.raises(Rejected) as caught:
            await consent_of(account, http).redeem(answer, "state-1")
    assert caught.value.code == code
    assert await refreshes(account) == 0


async def test_a_code_that_is_spent_is_refused(account: Account) -> None:
    async with http_client() as http:
        with pytest.raises(AuthRefused) as caught:
            await consent_of(account, http).redeem("RHspent", "state-1")
    assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize(
    ("marketplace", "host"),
    [("A1PA6795UKMFR9", "sellercentral-europe.amazon.com"), ("ATVPDKIKX0DER", "sellercentral.amazon.com")],
)
async def test_the_page_is_that_of_the_stores_own_seller_central(marketplace: str, host: str) -> None:
    async with http_client() as http:
        settings = AmazonSettings(marketplace_ids=(marketplace,), application_id="amzn1.sp.solution.x")
        page = urlsplit(AmazonConsent(settings, {}, http).url("s"))
        assert (page.hostname, page.path) == (host, "/apps/authorize/consent")
        assert "application_id=amzn1.sp.solution.x" in page.query
        with pytest.raises(Rejected):
            AmazonConsent(AmazonSettings(marketplace_ids=(marketplace,)), {}, http).url("s")
