"""Access to the stand-in: tokens shared and dying, quotas, balance, buyers, the doctor."""

import asyncio

import pytest

from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.connectors.errors import AuthRefused, RateLimited
from orion_daemon.connectors.supplier import BuyerFacts, Risk
from orion_daemon.domain.supply import Balance
from tests.support.codeswholesale_account import SECRETS, codeswholesale_connector, purchase
from tests.support.codeswholesale_sandbox import CodesWholesaleHandle, codeswholesale_account
from tests.support.ebay_account import SharedClock
from tests.support.vendor_server import http_client


async def tokens(supplier: CodesWholesaleHandle) -> int:
    return len(await supplier.ledger("token_issued"))


# -- tokens -----------------------------------------------------------------------------------------------------------


async def test_connectors_of_one_process_share_their_token_and_ask_once() -> None:
    async with codeswholesale_account() as supplier, http_client() as http:
        before = await tokens(supplier)
        for _ in range(3):
            async with codeswholesale_connector(supplier, client=http) as connector:
                await asyncio.gather(connector.balance(), connector.fetch_product("p"), connector.fetch_code("c"))
        assert await tokens(supplier) - before == 1


@pytest.mark.parametrize("form", ["plain", "wide"])
async def test_both_shapes_of_a_token_are_taken(form: str) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("settings", {"oauth_form": form}, method="PATCH")
        assert (await connector.balance()).usable_minor == 10000


async def test_a_token_with_seconds_left_is_waited_for_and_asked_for_once_more() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("tokens/life", {"seconds": 42})
        before, began = await tokens(supplier), connector.clock.now()
        await connector.balance()
        assert await tokens(supplier) - before == 2
        assert 42 < (connector.clock.now() - began).total_seconds() < 45
        await supplier.sandbox.advance(3600 - 70)
        await connector.balance()
        assert await tokens(supplier) - before == 2
        assert [one for one in await supplier.ledger("request") if one["status"] == 401] == []


async def test_a_token_that_died_early_costs_one_more_call_for_a_purchase_too() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await connector.balance()
        for number in range(2):
            await supplier.control("tokens/kill", {})
            order = await connector.buy(purchase(product, reference=f"orion-{number}"))
            assert order.reference == f"orion-{number}"
        made = await supplier.ledger("order_created")
        assert [one["reference"] for one in made] == ["orion-0", "orion-1"]


async def test_credentials_of_the_other_system_are_refused_with_what_to_do() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("settings", {"environment": "live"}, method="PATCH")
        with pytest.raises(AuthRefused, match="sandbox and live") as caught:
            await connector.balance()
        assert caught.value.code == "unauthorized"


async def test_a_wrong_secret_shows_nowhere() -> None:
    wrong = {**SECRETS, "client_secret": "$2a$10$wrong"}
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier, secrets=wrong) as connector:
        with pytest.raises(AuthRefused, match="client_secret") as caught:
            await connector.balance()
        assert "$2a$10" not in f"{caught.value!r}"


# -- quotas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tells", [True, False])
async def test_too_many_calls_are_a_time_to_wait_and_no_purchase(tells: bool) -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        product = await supplier.add()
        await supplier.control("settings", {"tells_retry_after": tells}, method="PATCH")
        await supplier.control("quotas", {"createOrder": {"calls": 1, "seconds": 600}}, method="PATCH")
        await connector.buy(purchase(product, reference="orion-1"))
        with pytest.raises(RateLimited) as caught:
            await connector.buy(purchase(product, reference="orion-2"))
        if tells:
            assert 590 < (caught.value.retry_after or 0) <= 600
        assert (await supplier.bought(reference="orion-2"))["orders"] == 0
        assert (await supplier.bought(reference="orion-1"))["orders"] == 1


async def test_a_purchase_goes_before_reads_that_came_earlier() -> None:
    async with (
        codeswholesale_account() as supplier,
        codeswholesale_connector(supplier, calls_per_second=1.0) as connector,
    ):
        assert isinstance(connector.clock, SharedClock)
        product = await supplier.add()
        await connector.balance()
        reads = [asyncio.create_task(connector.fetch_products(None, None)) for _ in range(4)]
        await asyncio.sleep(0)
        await connector.buy(purchase(product))
        await asyncio.gather(*reads)
        seen = [one["operation"] for one in await supplier.ledger("request")]
        assert seen.index("createOrder") < [at for at, name in enumerate(seen) if name == "getProducts"][1]


# -- account ----------------------------------------------------------------------------------------------------------


async def test_balance_and_credit() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("accounts", {"balance": "12.34", "credit": "50.00"}, method="PATCH")
        assert await connector.balance() == Balance("EUR", 1234, 5000, 6234)


async def test_a_buyer_is_scored_in_hundredths() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.control("risk", {"score": "1.75", "ip_tor": True})
        found = await connector.score_buyer(BuyerFacts("ada@example.com", "203.0.113.7"))
        assert found == Risk(175, ("ip_tor",))


# -- doctor -----------------------------------------------------------------------------------------------------------

STEPS = ["endpoint", "credential", "access token", "balance", "price list", "clock", "postbacks", "changes"]


async def findings(connector: CodesWholesaleConnector) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.detail) for check in await connector.check()}


async def test_the_doctor_finds_a_healthy_account_and_buys_nothing() -> None:
    async with codeswholesale_account() as supplier, codeswholesale_connector(supplier) as connector:
        await supplier.add()
        found = await findings(connector)
        assert list(found) == STEPS
        healthy = {name for name, (ok, _) in found.items() if ok}
        assert healthy | {"clock"} == set(STEPS)  # the stand-in's answers bear real time
        assert "100.00 EUR" in found["balance"][1]
        assert "1 products" in found["price list"][1]
        assert await supplier.ledger("order_created") == []


async def test_the_doctor_says_in_plain_words_that_nothing_is_bought() -> None:
    secrets = {"client_secret": SECRETS["client_secret"]}
    async with (
        codeswholesale_account() as supplier,
        codeswholesale_connector(supplier, secrets=secrets, allows_mutations=False) as connector,
    ):
        found = await findings(connector)
        assert "buys NO keys" in found["changes"][1]
        assert "allow_mutations" in found["changes"][1]
        assert "refused" in found["postbacks"][1]


async def test_the_doctor_stops_where_the_rest_depends_on_it() -> None:
    async with codeswholesale_account() as supplier:
        async with codeswholesale_connector(supplier, secrets={}) as connector:
            found = await findings(connector)
            assert (list(found), found["credential"][0]) == (STEPS[:2], False)
            assert "client_secret" in found["credential"][1]
        async with codeswholesale_connector(supplier, secrets={"client_secret": "wrong"}) as connector:
            found = await findings(connector)
            assert (list(found), found["access token"][0]) == ([*STEPS[:3], *STEPS[-2:]], False)
        async with codeswholesale_connector(supplier, endpoint="http://supplier.example") as connector:
            assert (await findings(connector))["endpoint"][0] is False


async def test_the_doctor_tells_an_empty_balance_and_a_price_list_that_fails() -> None:
    async with (
        codeswholesale_account() as supplier,
        codeswholesale_connector(supplier, http={"tries": 1}) as connector,
    ):
        await supplier.control("accounts", {"balance": "0"}, method="PATCH")
        await supplier.fault("status", "getProducts", status=503)
        found = await findings(connector)
        assert found["balance"] == (False, "0.00 EUR can be spent: nothing can be bought before a top-up.")
        assert found["price list"][0] is False
