"""eBay's tokens over real HTTP: codes, refreshing, scopes, ends of consents, quotas of a Pacific day."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.ebay_sandbox import BULK, CLIENT, HISTORY, ORDERS, RU_NAME, SCOPE, SELLER, ebay_account

USER = "/commerce/identity/v1/user/"
SEVERAL = f"{SCOPE}/sell.fulfillment {SCOPE}/commerce.identity.readonly"


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        yield account


async def consent(ebay, **query):
    asked = {"client_id": CLIENT, "redirect_uri": RU_NAME, "response_type": "code", "scope": SEVERAL, "state": "s 1"}
    url = f"{ebay.sandbox.url}/ebay/oauth2/authorize"
    async with ebay.sandbox.session.get(url, params={**asked, **query}, allow_redirects=False) as response:
        place = response.headers.get("Location", "")
        return response.status, {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}


async def test_a_consent_gives_a_code_that_works_once_and_tokens_of_its_scopes(ebay):
    status, said = await consent(ebay)
    assert (status, said["state"], said["expires_in"]) == (302, "s 1", "299")
    form = {"code": said["code"], "redirect_uri": RU_NAME}
    got = (await ebay.token("authorization_code", **form)).body
    assert (got["expires_in"], got["refresh_token_expires_in"], got["token_type"]) == (
        7200,
        47304000,
        "User Access Token",
    )
    assert (await ebay.get(USER, token=got["access_token"])).body["username"] == SELLER
    assert (await ebay.post(BULK, {"requests": []}, token=got["access_token"])).errors == [1100]
    again = await ebay.token("authorization_code", **form)
    assert (again.status, again.body["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("form", "seconds", "error"),
    [({"redirect_uri": "https://example.lu"}, 0, "invalid_grant"), ({"redirect_uri": RU_NAME}, 300, "invalid_grant")],
)
async def test_a_code_needs_the_ru_name_and_five_minutes_at_most(ebay, form, seconds, error):
    _, said = await consent(ebay)
    await ebay.sandbox.advance(seconds)
    assert (await ebay.token("authorization_code", code=said["code"], **form)).body["error"] == error


async def test_the_consent_page_knows_its_applications_and_scopes(ebay):
    assert (await consent(ebay, redirect_uri="https://example.lu"))[0] == 400
    assert (await consent(ebay, scope="everything"))[1] == {"error": "invalid_scope", "state": "s 1"}


async def test_a_refresh_gives_a_token_for_two_hours_and_no_new_refresh_token(ebay):
    got = (await ebay.token()).body
    assert set(got) == {"access_token", "expires_in", "token_type"}
    await ebay.sandbox.advance(7199)
    assert (await ebay.get(USER, token=got["access_token"])).status == 200
    await ebay.sandbox.advance(1)
    answer = await ebay.get(USER, token=got["access_token"])
    assert (answer.status, answer.errors) == (401, [1001])


async def test_a_refresh_may_narrow_the_scopes_and_never_widen_them(ebay):
    await ebay.control("grants", {"refresh_token": "few", "scopes": SEVERAL.split()})
    narrow = await ebay.token(refresh_token="few", scope=f"{SCOPE}/commerce.identity.readonly")
    assert (await ebay.get(ORDERS, {"filter": HISTORY}, token=narrow.body["access_token"])).errors == [1100]
    wider = await ebay.token(refresh_token="few", scope=f"{SCOPE}/sell.inventory")
    assert (wider.status, wider.body["error"]) == (400, "invalid_scope")


async def test_a_consent_ends_by_revocation_and_by_time(ebay):
    await ebay.control("revoke", {})
    assert (await ebay.token()).body["error"] == "invalid_grant"
    assert (await ebay.get(USER)).status == 401
    await ebay.control("grants", {"refresh_token": "late"})
    await ebay.sandbox.advance(47304000)
    assert (await ebay.token(refresh_token="late")).body["error"] == "invalid_grant"
    refused = await ebay.sandbox.ledger("token_refused")
    assert [entry["error"] for entry in refused] == ["invalid_grant"] * 2


async def test_tokens_that_expire_early_are_helped_by_a_refresh(ebay):
    await ebay.control("tokens/expire", {})
    assert (await ebay.get(USER)).status == 401
    assert (await ebay.get(USER, token=(await ebay.token()).body["access_token"])).status == 200


async def test_a_wrong_secret_and_an_unknown_grant_are_refused(ebay):
    wrong = await ebay.token(secret="guessed")
    assert (wrong.status, wrong.body["error"]) == (401, "invalid_client")
    assert (await ebay.token("password")).body["error"] == "unsupported_grant_type"


async def test_an_application_token_sees_no_sellers_data(ebay):
    assert (await ebay.get(USER, token=ebay.application)).errors == [1100]
    asked = {"client": CLIENT, "scope": f"{SCOPE}/sell.inventory"}
    assert (await ebay.token("client_credentials", scope=asked["scope"])).body["error"] == "invalid_scope"


async def test_no_token_and_the_wrong_scheme_are_401(ebay):
    for how in ({"scheme": "IAF"}, {"headers": {"Authorization": ""}}):
        answer = await ebay.get(USER, **how)
        assert (answer.status, answer.errors) == (401, [1002])


async def test_the_daily_quota_runs_out_and_comes_back_at_pacific_midnight(ebay):
    await ebay.control("quotas", {"sell.fulfillment": 3}, method="PATCH")
    assert [(await ebay.orders()).status for _ in range(4)] == [200, 200, 200, 429]
    rate = await limit(ebay, "fulfillment")
    assert (rate["limit"], rate["count"], rate["remaining"]) == (3, 3, 0)
    assert (rate["reset"], rate["timeWindow"]) == ("2026-03-03T08:00:00.000Z", 86400)
    await ebay.sandbox.advance(20 * 3600)
    await ebay.log_in()
    assert (await ebay.orders()).status == 200
    assert (await limit(ebay, "fulfillment"))["remaining"] == 2
    assert len(await ebay.sandbox.ledger("quota_exceeded")) == 1


async def test_quotas_are_shared_by_all_sellers_of_an_application(ebay):
    await ebay.control("sellers", {"username": "bob_shop"})
    await ebay.control("grants", {"seller": "bob_shop", "refresh_token": "bob"})
    bob = (await ebay.token(refresh_token="bob")).body["access_token"]
    await ebay.control("quotas", {"sell.inventory": 2}, method="PATCH")
    path = "/sell/inventory/v1/inventory_item"
    assert [(await ebay.get(path, token=token)).status for token in (bob, ebay.user, bob)] == [200, 200, 429]
    own = await ebay.get("/developer/analytics/v1_beta/user_rate_limit/", {"api_name": "inventory"})
    assert own.body["rateLimits"][0]["resources"][0]["rates"][0]["count"] == 1


async def test_the_token_endpoint_has_quotas_of_its_own(ebay):
    await ebay.control("quotas", {"refresh_token": 2}, method="PATCH")
    assert [(await ebay.token()).status for _ in range(2)] == [200, 429]
    assert (await ebay.token("client_credentials")).status == 200


async def limit(ebay, api):
    answer = await ebay.get("/developer/analytics/v1_beta/rate_limit", {"api_name": api}, token=ebay.application)
    return answer.body["rateLimits"][0]["resources"][0]["rates"][0]
