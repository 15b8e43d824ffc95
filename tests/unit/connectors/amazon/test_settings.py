"""Where a channel of Amazon's leads, in which language, at which pace."""

import pytest

from orion_daemon.connectors.amazon import carriers, limits
from orion_daemon.connectors.amazon.consent import AmazonConsent
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.registry import BadSettings, marketplace
from orion_daemon.runtime.clock import ManualClock
from tests.support.vendor_server import http_client

DE, FR, US, JP = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "ATVPDKIKX0DER", "A1VC38T7YXB528"


@pytest.mark.parametrize(
    ("ids", "host"),
    [
        ((DE, FR), "https://sellingpartnerapi-eu.amazon.com"),
        ((US,), "https://sellingpartnerapi-na.amazon.com"),
        ((JP,), "https://sellingpartnerapi-fe.amazon.com"),
        ((), ""),
    ],
)
def test_the_host_follows_from_the_stores(ids: tuple[str, ...], host: str) -> None:
    settings = AmazonSettings(marketplace_ids=ids)
    assert (settings.api, settings.login) == (host, "https://api.amazon.com/auth/o2/token")


@pytest.mark.parametrize("host", ["sellingpartnerapi-eu.amazon.com", "sandbox.sellingpartnerapi-eu.amazon.com"])
async def test_amazons_own_host_written_out_is_that_of_the_api_alone(host: str) -> None:
    settings = AmazonSettings(endpoint=f"https://{host}/", marketplace_ids=(DE, FR), application_id="app")
    assert (settings.api, settings.login) == (f"https://{host}", "https://api.amazon.com/auth/o2/token")
    async with http_client() as http:
        page = AmazonConsent(settings, {}, http).url("s")
    assert page.startswith("https://sellercentral-europe.amazon.com/apps/authorize/consent?")


def test_a_given_endpoint_stands_for_both_doors() -> None:
    settings = AmazonSettings(endpoint="http://127.0.0.1:8090/amazon/", marketplace_ids=(DE, US))
    assert settings.api == "http://127.0.0.1:8090/amazon"
    assert settings.login == "http://127.0.0.1:8090/amazon/auth/o2/token"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"marketplace_ids": [DE, US]}, "several regions.*DE.*US"),
        ({"marketplace_ids": ["A0"]}, "A0"),
        ({"endpoint": "https://sellingpartnerapi-na.amazon.com", "marketplace_ids": [DE]}, "endpoint.*-na.*DE"),
        ({"endpoint": "https://sellingpartnerapi-eu.amazon.com", "marketplace_ids": [DE, US]}, "several regions"),
        ({"orders_api": "v1"}, "orders_api"),
        ({"page_size": 101}, "page_size"),
        ({"overlap_seconds": -1}, "overlap_seconds"),
        ({"region": "eu"}, "region"),
    ],
)
def test_an_impossible_option_is_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        marketplace("amazon").settings_of(options)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, (DE, "de_DE")),
        ({"language": "fr"}, (FR, "fr_FR")),
        ({"language": "lb"}, (DE, "de_DE")),
        ({"locale": "fr-FR", "language": "de"}, (FR, "fr_FR")),
        ({"locale": "en-GB"}, (DE, "en_GB")),
    ],
)
def test_texts_come_from_the_store_that_speaks_the_language(options: dict[str, str], wanted: tuple[str, str]) -> None:
    assert AmazonSettings(marketplace_ids=(DE, FR), **options).texts_from == wanted


def test_the_account_is_counted_by_seller_and_application() -> None:
    entry = marketplace("amazon")
    settings = entry.settings_of({"seller_id": "S", "client_id": "C"})
    assert entry.counted_as(settings, {"refresh_token": "x"}) == ("S", "C")
    assert entry.page_size == 100
    assert {kind: life.days for kind, life in entry.lifetimes.items()} == {"client_secret": 180, "refresh_token": 365}


async def test_every_operation_has_its_own_bucket_that_an_answer_corrects() -> None:
    clock = ManualClock()
    group = limits.limits(AmazonSettings(), clock)
    for _ in range(20):
        await group.acquire("searchOrders")
        await clock.advance(0.06)
    assert group.delay("searchOrders") == pytest.approx(178.6, abs=2)
    assert group.delay("getOrder") == 0
    limits.learn(group, "searchOrders", "0.02")
    assert group.spacing("searchOrders") == pytest.approx(50)
    for nonsense in ("", "fast", "0", "-1", "inf", "nan", None):
        limits.learn(group, "searchOrders", nonsense)
    assert group.spacing("searchOrders") == pytest.approx(50)
    limits.learn(None, "searchOrders", "1")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DHL", ("DHL", "")),
        ("dhl-paket", ("DHL", "")),
        ("DHL Express", ("DHL Express", "")),
        ("Deutsche Post", ("Deutsche Post", "")),
        ("Colis Privé", ("Colis Prive", "")),
        ("  POST   Luxembourg ", ("Other", "POST Luxembourg")),
        ("", ("Other", "")),
    ],
)
def test_carriers_are_found_by_the_ways_people_write_them(written: str, code: tuple[str, str]) -> None:
    assert carriers.code_of(written) == code
