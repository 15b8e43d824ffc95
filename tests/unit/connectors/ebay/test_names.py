"""Hosts by endpoint, paths, the language of texts by site, and settings that cannot be."""

import pytest

from orion_daemon.connectors import registry
from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.registry import BadSettings
from orion_daemon.runtime.clock import ManualClock

EBAY = registry.MARKETPLACES["ebay"]


@pytest.mark.parametrize("endpoint", ["", "https://api.ebay.com", "https://api.ebay.com/"])
def test_ebay_has_three_hosts(endpoint: str) -> None:
    hosts = names.hosts(endpoint)
    assert (hosts.api, hosts.money, hosts.consent) == (
        "https://api.ebay.com",
        "https://apiz.ebay.com",
        "https://auth.ebay.com",
    )
    assert hosts.token == "https://api.ebay.com/identity/v1/oauth2/token"


def test_so_has_its_sandbox_and_any_other_address_stands_for_all() -> None:
    assert names.hosts("https://api.sandbox.ebay.com").money == "https://apiz.sandbox.ebay.com"
    assert names.hosts("https://api.sandbox.ebay.com").consent == "https://auth.sandbox.ebay.com"
    ours = names.hosts("http://127.0.0.1:8090/ebay/")
    assert {ours.api, ours.money, ours.consent} == {"http://127.0.0.1:8090/ebay"}


def test_what_stands_in_a_path_cannot_leave_it() -> None:
    assert names.GET_ORDER.at(order="a/b?c") == "/sell/fulfillment/v1/order/a%2Fb%3Fc"


def test_every_operation_counts_against_a_quota_and_only_cancelling_and_money_are_signed() -> None:
    operations = [found for found in vars(names).values() if isinstance(found, names.Operation)]
    assert {operation.quota for operation in operations} <= set(names.DAILY)
    assert {operation.name for operation in operations if operation.signed} == {
        "createCancellation",
        "approveCancellation",
        "getTransactions",
        "issueRefund",
    }
    limits = EBAY.limits(EbaySettings(), ManualClock())
    assert all(limits.spacing(api) is not None for api in names.DAILY)


@pytest.mark.parametrize(
    ("site", "language", "locale", "texts"),
    [
        ("EBAY_DE", "fr", "", "de-DE"),
        ("EBAY_BE", "fr", "", "fr-BE"),
        ("EBAY_BE", "de", "", "nl-BE"),
        ("EBAY_BE", "fr", "nl-BE", "nl-BE"),
        ("EBAY_GB", "", "", "en-GB"),
    ],
)
def test_the_language_of_texts_is_one_that_the_site_has(site: str, language: str, locale: str, texts: str) -> None:
    assert EbaySettings(site=site, language=language, locale=locale).texts == texts


@pytest.mark.parametrize("options", [{"site": "EBAY_LU"}, {"overlap_seconds": -1}, {"page_size": 0}, {"colour": "red"}])
def test_impossible_settings_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadSettings):
        EBAY.settings_of(options)


def test_accounts_of_one_application_are_counted_together() -> None:
    one, other = EbaySettings(account="a:ebay", client_id="app"), EbaySettings(account="b:ebay", client_id="app")
    secrets = {"client_secret": "s", "refresh_token": "r"}
    assert EBAY.counted_as(one, secrets) == EBAY.counted_as(other, {**secrets, "refresh_token": "q"})
    assert EBAY.counted_as(one, secrets) != EBAY.counted_as(EbaySettings(account="c:ebay", client_id="app2"), secrets)
