"""CodesWholesale's tokens and quotas over real HTTP: one token for an hour, early death, the other environment, 429."""

from decimal import Decimal

import pytest

from tests.support.codeswholesale_sandbox import CLIENT, SECRET, codeswholesale_account


@pytest.fixture
async def shop():
    async with codeswholesale_account() as account:
        yield account


async def test_the_same_token_comes_again_with_the_seconds_that_are_left(shop):
    first = (await shop.log_in()).body
    assert (first["token_type"], first["expires_in"]) == ("bearer", 3600)
    await shop.sandbox.advance(1546)
    again = (await shop.log_in()).body
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 2054)
    await shop.sandbox.advance(2054)
    assert (await shop.get("accounts/current")).status == 401
    fresh = (await shop.log_in()).body
    assert fresh["access_token"] != first["access_token"]
    assert fresh["expires_in"] == 3600
    issued = await shop.ledger("token_issued")
    assert [(entry["seconds"], entry["again"]) for entry in issued[1:]] == [(3600, True), (2054, True), (3600, False)]


async def test_credentials_also_work_in_the_query_and_as_basic(shop):
    url = f"{shop.sandbox.url}/codeswholesale/oauth/token"
    query = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
    async with shop.sandbox.session.post(url, params=query) as response:
        assert (await response.json())["access_token"] == shop.token
    basic = {"Authorization": "Basic YWRhLWNsaWVudDokMmEkMTAkYWRhLnNlY3JldC8="}
    async with shop.sandbox.session.post(url, data={"grant_type": "client_credentials"}, headers=basic) as response:
        assert (await response.json())["access_token"] == shop.token


async def test_the_other_form_of_the_answer(shop):
    await shop.control("settings", {"oauth_form": "wide"}, method="PATCH")
    said = (await shop.log_in()).body
    assert (said["value"], said["tokenType"], said["expiresIn"], said["expired"]) == (shop.token, "bearer", 3600, False)
    assert said["expiration"] == "2026-03-02T13:00:00.000Z"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "unauthorized"),
        ({"client_secret": "wrong"}, 401, "unauthorized"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_refusals_of_the_token_endpoint(shop, form, status, error):
    answer = await shop.log_in(**form)
    assert (answer.status, answer.body["error"]) == (status, error)
    assert answer.body["error_description"]
    assert [entry["error"] for entry in await shop.ledger("token_refused")] == [error]


async def test_credentials_of_the_other_environment_are_unknown(shop):
    await shop.control("accounts", {"environment": "live"}, method="PATCH")
    answer = await shop.log_in()
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")
    assert CLIENT in answer.body["error_description"]
    await shop.control("settings", {"environment": "live"}, method="PATCH")
    assert (await shop.log_in()).status == 200


async def test_a_token_can_die_early_and_asking_gives_another(shop):
    dead = shop.token
    assert (await shop.get("accounts/current")).status == 200
    assert (await shop.control("tokens/kill", {}))["killed"]
    answer = await shop.get("accounts/current")
    assert (answer.status, answer.body["error"]) == (401, "invalid_token")
    await shop.log_in()
    assert shop.token != dead
    assert (await shop.get("accounts/current")).status == 200
    assert len(await shop.ledger("token_killed")) == 1


async def test_a_token_can_have_four_seconds_to_live(shop):
    await shop.control("tokens/life", {"seconds": 4})
    assert (await shop.log_in()).body["expires_in"] == 4
    await shop.sandbox.advance(4)
    assert (await shop.get("accounts/current")).status == 401


async def test_a_call_without_a_token_is_refused(shop):
    answer = await shop.call("GET", "accounts/current", headers={"Authorization": ""})
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")


async def test_the_token_endpoint_counts_fifty_in_five_minutes(shop):
    for _ in range(49):
        assert (await shop.log_in()).status == 200
    answer = await shop.log_in()
    assert (answer.status, answer.body["status"]) == (429, 429)
    assert "Retry-After" not in answer.headers
    await shop.sandbox.advance(300)
    assert (await shop.log_in()).status == 200


async def test_quotas_of_calls_run_out_and_say_when_to_come_back_if_told_to(shop):
    assert (await shop.control("quotas"))["getProducts"] == {"calls": 400, "seconds": 600.0}
    assert (await shop.control("quotas"))["getProduct"] == {"calls": 600, "seconds": 300.0}
    assert (await shop.control("quotas"))["createOrder"] is None
    await shop.control("settings", {"tells_retry_after": True}, method="PATCH")
    await shop.control("quotas", {"getAccount": {"calls": 2, "seconds": 10}}, method="PATCH")
    assert [(await shop.get("accounts/current")).status for _ in range(2)] == [200, 200]
    await shop.sandbox.advance(3)
    answer = await shop.get("accounts/current")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert [entry["operation"] for entry in await shop.ledger("quota_exceeded")] == ["getAccount"]
    await shop.sandbox.advance(7)
    assert (await shop.get("accounts/current")).status == 200
    await shop.control("quotas", {"getProducts": {"calls": 1, "seconds": 60}}, method="PATCH")
    assert [(await shop.get("products")).status for _ in range(2)] == [200, 429]
    await shop.control("quotas", {"getProducts": None}, method="PATCH")
    assert (await shop.get("products")).status == 200


async def test_the_account_says_what_it_may_spend_with_two_decimals(shop):
    await shop.control("accounts", {"balance": "80.5", "credit": 20}, method="PATCH")
    answer = await shop.get("accounts/current")
    assert '"currentBalance":80.50,"currentCredit":20.00,"totalToUse":100.50' in answer.text
    assert answer.body["email"] == "buying@example.com"
    changed = await shop.ledger("balance_changed")
    assert [(entry["by"], entry["change"], entry["balance"]) for entry in changed] == [("command", "0.50", "80.50")]


async def test_two_accounts_have_their_own_money_and_see_their_own_orders(shop):
    product = await shop.add()
    order = (await shop.buy(product)).body["orderId"]
    await shop.control("accounts", {"client_id": "ben", "client_secret": "ben-secret", "balance": "7.00"})
    await shop.log_in(client_id="ben", client_secret="ben-secret")
    assert await shop.balance() == Decimal("7.00")
    assert (await shop.get(f"orders/{order}")).status == 404
    assert (await shop.get("orders")).body["items"] == []
    assert (await shop.buy(product)).code == 10002


async def test_the_risk_check_answers_what_it_was_told_and_remembers_nobody(shop):
    buyer = {"customerEmail": "ada@example.lu", "customerIpAddress": "192.0.2.7"}
    assert (await shop.post("security", buyer)).body["riskScore"] == Decimal("0.50")
    await shop.control("risk", {"score": "1.75", "ip_tor": True})
    answer = (await shop.post("security", buyer)).body
    assert (answer["riskScore"], answer["ipTor"], answer["domainBlacklisted"]) == (Decimal("1.75"), True, False)
    assert (await shop.post("security", {"customerEmail": "ada@example.lu"})).status == 400
    text = str(await shop.sandbox.ledger())
    assert "ada@example.lu" not in text
    assert "192.0.2.7" not in text


async def test_no_token_and_no_secret_stands_in_the_ledger(shop):
    await shop.get("accounts/current")
    await shop.log_in(client_secret="wrong-secret")
    text = str(await shop.sandbox.ledger())
    for secret in (shop.token, SECRET, "wrong-secret"):
        assert secret not in text


async def test_a_command_that_cannot_be_followed_says_why(shop):
    assert "no product" in (await shop.control("price", {"product": "x", "price": "1"}, status=404))["error"]
    assert "needs 'product'" in (await shop.control("price", {}, status=400))["error"]
    assert "two decimals" in (await shop.control("accounts", {"balance": "1.005"}, method="PATCH", status=409))["error"]
    assert "no order" in (await shop.control("orders/none", status=404))["error"]
    await shop.control("settings", {"weather": "fine"}, method="PATCH", status=400)
    await shop.control("quotas", {"sellEverything": None}, method="PATCH", status=404)
    await shop.control("accounts", {"client_id": CLIENT}, status=409)
    await shop.control("accounts", {"client_id": "other"}, method="PATCH", status=409)
    await shop.control("products", {"name": "X", "colour": "red"}, status=400)
    await shop.control("products", {"name": "X", "kinds": []}, status=409)
    await shop.control("products", {"name": "X", "price": "1.005"}, status=409)
    await shop.control("preorders/assign", {}, status=409)
    await shop.control("postbacks", {"type": "PRODUCT_UPDATED"}, status=409)
