"""Who may call the sandbox Amazon and how often: Login with Amazon, consent, roles, usage plans, faults on the way."""

from typing import Any

import aiohttp
import pytest

from tests.support.amazon_sandbox import (
    CLIENT_SECRET,
    DE,
    FR,
    REFRESH_TOKEN,
    SELLER,
    AmazonHandle,
    amazon_account,
    quantity,
)

SEARCH = "/orders/2026-01-01/orders"
AFTER = {"lastUpdatedAfter": "2026-03-01T00:00:00Z"}
STORES = "/sellers/v1/marketplaceParticipations"


async def status_of(amazon: AmazonHandle, path: str = STORES, **query: str) -> int:
    return (await amazon.call("GET", path, query)).status


async def test_a_refresh_gives_a_token_for_an_hour() -> None:
    async with amazon_account() as amazon:
        said = (await amazon.login()).body
        assert said["token_type"] == "bearer"
        assert (said["expires_in"], said["refresh_token"]) == (3600, REFRESH_TOKEN)
        await amazon.advance(3599)
        assert await status_of(amazon) == 200
        await amazon.advance(1)
        expired = await amazon.call("GET", STORES)
        assert (expired.status, expired.code) == (403, "Unauthorized")
        assert "expired" in expired.body["errors"][0]["details"]
        await amazon.login()
        assert await status_of(amazon) == 200


@pytest.mark.parametrize(
    ("form", "error", "status"),
    [
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_id": "wrong"}, "invalid_client", 401),
        ({"grant_type": "refresh_token", "refresh_token": "wrong"}, "invalid_grant", 400),
        ({"grant_type": "refresh_token"}, "invalid_request", 400),
        ({"grant_type": "authorization_code", "code": "wrong"}, "invalid_grant", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"grant_type": "client_credentials", "scope": "everything"}, "invalid_scope", 400),
    ],
)
async def test_login_is_refused_in_the_words_of_oauth(form: dict[str, str], error: str, status: int) -> None:
    async with amazon_account() as amazon:
        answer = await amazon.login(**form)
        assert (answer.status, answer.body["error"]) == (status, error)
        assert answer.body["error_description"]


async def test_a_revoked_grant_ends_refreshing_and_calling() -> None:
    async with amazon_account() as amazon:
        await amazon.control("grants/revoke", {})
        assert await status_of(amazon) == 403
        assert (await amazon.login()).body["error"] == "invalid_grant"


async def test_a_token_expired_by_command_is_only_that_token() -> None:
    async with amazon_account() as amazon:
        assert (await amazon.control("tokens/expire", {}))["expired"] == 1
        assert await status_of(amazon) == 403
        await amazon.login()
        assert await status_of(amazon) == 200


async def test_a_secret_ends_after_180_days_and_a_rotated_one_after_seven() -> None:
    async with amazon_account() as amazon:
        fresh = (await amazon.control("secrets/rotate", {}))["client_secret"]
        await amazon.advance(6 * 86400)
        assert (await amazon.login()).status == 200
        await amazon.advance(86400)
        assert (await amazon.login()).body["error"] == "invalid_client"
        assert (await amazon.login(client_secret=fresh)).status == 200
        await amazon.advance(173 * 86400)
        assert (await amazon.login(client_secret=fresh)).body["error"] == "invalid_client"


async def test_an_authorisation_ends_after_365_days() -> None:
    async with amazon_account() as amazon:
        await amazon.control("secrets/rotate", {"client_secret": "later"})
        await amazon.control("dates", {"client_id": "client-of-ada", "ends_at": "2028-01-01T00:00:00Z"})
        await amazon.advance(365 * 86400 - 1)
        assert (await amazon.login(client_secret="later")).status == 200
        await amazon.advance(1)
        assert (await amazon.login(client_secret="later")).body["error"] == "invalid_grant"


async def test_a_seller_consents_and_the_code_is_good_once() -> None:
    async with amazon_account() as amazon:
        url = f"{amazon.url}/apps/authorize/consent"
        said = {"application_id": "app-1", "state": "abc"}
        async with amazon.sandbox.session.get(url, params=said) as response:
            agreed = await response.json()
        assert (agreed["state"], agreed["selling_partner_id"]) == ("abc", SELLER)
        form = {"grant_type": "authorization_code", "code": agreed["spapi_oauth_code"]}
        first = await amazon.login(**form)
        assert first.body["refresh_token"] != REFRESH_TOKEN
        assert await status_of(amazon) == 200
        assert (await amazon.login(**form)).body["error"] == "invalid_grant"
        target = {**said, "redirect_uri": "http://localhost/back?x=1"}
        async with amazon.sandbox.session.get(url, params=target, allow_redirects=False) as response:
            assert response.status == 302
            assert response.headers["Location"].startswith("http://localhost/back?x=1&spapi_oauth_code=")


async def test_tokens_and_secrets_stay_out_of_the_ledger() -> None:
    async with amazon_account() as amazon:
        await amazon.control("secrets/rotate", {})
        await amazon.call("GET", STORES)
        written = str(await amazon.sandbox.ledger())
        assert not [secret for secret in (CLIENT_SECRET, REFRESH_TOKEN, amazon.token) if secret in written]
        [refreshed] = await amazon.ledger("token_refreshed")
        assert refreshed["seller"] == SELLER


async def test_roles_and_denials_are_refused_with_403() -> None:
    async with amazon_account() as amazon:
        await amazon.control("applications", {"roles": ["inventory-and-order-tracking"]}, method="PATCH")
        assert await status_of(amazon, "/finances/2024-06-19/transactions", postedAfter="2026-03-01T00:00:00Z") == 403
        assert await status_of(amazon, SEARCH, **AFTER) == 200
        await amazon.control("applications", {"roles": ["direct-to-consumer-shipping"]}, method="PATCH")
        assert await status_of(amazon, SEARCH, **AFTER) == 403
        await amazon.control("applications", {"roles": ["product-listing"]}, method="PATCH")
        await amazon.control("sellers", {"denied": ["searchOrders"]}, method="PATCH")
        assert await status_of(amazon, SEARCH, **AFTER) == 403
        old = {"MarketplaceIds": DE, "LastUpdatedAfter": "2026-03-01T00:00:00Z"}
        assert await status_of(amazon, "/orders/v0/orders", **old) == 200


async def test_stores_of_the_seller() -> None:
    async with amazon_account() as amazon:
        found = (await amazon.get(STORES))["payload"]
        assert [entry["marketplace"]["id"] for entry in found] == [DE, FR]
        assert found[0]["marketplace"]["defaultCurrencyCode"] == "EUR"


async def test_the_bucket_runs_out_and_refills_at_the_published_rate() -> None:
    async with amazon_account() as amazon:
        statuses = [await status_of(amazon, SEARCH, **AFTER) for _ in range(22)]
        assert statuses == [200] * 20 + [429] * 2
        refused = amazon.answers[-1]
        assert refused.code == "QuotaExceeded"
        assert "Retry-After" not in refused.headers
        assert "x-amzn-RateLimit-Limit" not in refused.headers
        await amazon.advance(178)
        assert await status_of(amazon, SEARCH, **AFTER) == 429
        await amazon.advance(1)
        assert [await status_of(amazon, SEARCH, **AFTER) for _ in range(2)] == [200, 429]
        assert await status_of(amazon) == 200


async def test_the_true_plan_may_differ_from_the_published_one() -> None:
    async with amazon_account() as amazon:
        said = {"operation": "searchOrders", "rate": 0.001, "burst": 1, "shown": 0.5}
        assert await amazon.control("quotas", said, method="PATCH") == ["orders_2026-01-01.searchOrders"]
        assert [await status_of(amazon, SEARCH, **AFTER) for _ in range(2)] == [200, 429]
        assert amazon.answers[0].headers["x-amzn-RateLimit-Limit"] == "0.5"
        await amazon.advance(999)
        assert await status_of(amazon, SEARCH, **AFTER) == 429
        await amazon.control("quotas", {"operation": "searchOrders", "level": 1}, method="PATCH")
        assert await status_of(amazon, SEARCH, **AFTER) == 200
        await amazon.control("quotas", method="DELETE")
        left = (await amazon.control("quotas"))["orders_2026-01-01.searchOrders"]
        assert (left["rate"], left["burst"], left["left"]) == (0.0056, 20, {})


async def test_a_bad_request_costs_quota_and_a_refused_one_does_not() -> None:
    async with amazon_account() as amazon:
        await amazon.control("quotas", {"operation": "searchOrders", "burst": 1}, method="PATCH")
        assert (await amazon.call("GET", SEARCH, AFTER, token="wrong")).status == 403
        assert await status_of(amazon, SEARCH) == 400
        assert await status_of(amazon, SEARCH, **AFTER) == 429


@pytest.mark.parametrize(
    ("kind", "params", "status", "code"),
    [
        ("rate_limited", {}, 429, "QuotaExceeded"),
        ("status", {"status": 500}, 500, "InternalFailure"),
        ("status", {}, 503, "ServiceUnavailable"),
        ("expired_key", {}, 403, "Unauthorized"),
        ("errors", {"code": "Surprise", "status": 400}, 400, "Surprise"),
    ],
)
async def test_faults_before_speak_amazons_words(kind: str, params: dict[str, Any], status: int, code: str) -> None:
    async with amazon_account() as amazon:
        await amazon.sandbox.fault(kind, "searchOrders", **params)
        answer = await amazon.call("GET", SEARCH, AFTER)
        assert (answer.status, answer.code) == (status, code)
        assert await status_of(amazon, SEARCH, **AFTER) == 200


async def test_a_patch_that_is_dropped_after_it_took_effect_is_in_the_ledger() -> None:
    async with amazon_account() as amazon:
        await amazon.sandbox.fault("drop", "patchListingsItem", when="after")
        with pytest.raises(aiohttp.ClientError):
            await amazon.patch("MUG-1", quantity(3))
        [entry] = await amazon.ledger("request", operation="patchListingsItem")
        assert (entry["executed"], entry["outcome"], entry["seller"]) == (True, "fault:drop", SELLER)
        await amazon.advance(60)
        assert (await amazon.control("listings?sku=MUG-1"))[0]["quantity"] == 3


async def test_a_patch_that_is_dropped_before_has_no_effect() -> None:
    async with amazon_account() as amazon:
        await amazon.sandbox.fault("drop", "write", when="before")
        with pytest.raises(aiohttp.ClientError):
            await amazon.patch("MUG-1", quantity(3))
        await amazon.advance(60)
        assert await amazon.ledger("patch_accepted") == []


async def test_slow_answers_are_true_and_late() -> None:
    async with amazon_account() as amazon:
        await amazon.sandbox.fault("slow", "searchOrders", delay=30)
        assert await status_of(amazon, SEARCH, **AFTER) == 200
        assert amazon.sandbox.slept == [30.0]


async def test_login_has_faults_too() -> None:
    async with amazon_account() as amazon:
        await amazon.sandbox.fault("status", "token", status=503)
        async with amazon.sandbox.session.post(f"{amazon.url}/auth/o2/token", data={"grant_type": "x"}) as response:
            assert response.status == 503
        assert (await amazon.login()).status == 200
