"""Which marketplaces and suppliers there are, by which names, and how their options are checked."""

import pytest

from orion_daemon.connectors.http import Http
from orion_daemon.connectors.letzshop.settings import LetzshopSettings
from orion_daemon.connectors.registry import (
    MARKETPLACES,
    SUPPLIERS,
    BadSettings,
    UnknownMarketplace,
    UnknownSupplier,
    UnknownVendor,
    account_kind,
    marketplace,
    supplier,
    vendor,
)
from orion_daemon.runtime.clock import ManualClock


def test_every_marketplace_makes_a_connector_of_its_name() -> None:
    clock = ManualClock()
    for name, entry in MARKETPLACES.items():
        connector = entry.connect(entry.settings_of({}), {}, Http(clock), clock)
        assert connector.marketplace == name


def test_every_supplier_makes_a_connector_of_its_name() -> None:
    clock = ManualClock()
    for name, entry in SUPPLIERS.items():
        connector = entry.connect(entry.settings_of({}), {}, Http(clock), clock)
        assert connector.supplier == name


@pytest.mark.parametrize("name", ["codeswholesale", "codeswholesale-backup", "codeswholesale-eu-2"])
def test_a_supplier_is_found_by_the_name_of_each_of_its_accounts(name: str) -> None:
    assert supplier(name) is vendor(name) is SUPPLIERS["codeswholesale"]
    assert account_kind(name) == "supplier"


@pytest.mark.parametrize(
    "name", ["codeswholesale-", "codeswholesale--a", "codeswholesalebackup", "CODESWHOLESALE", "ebay-2", "bazaar", ""]
)
def test_other_names_are_nobodys(name: str) -> None:
    with pytest.raises(UnknownSupplier, match="codeswholesale-<suffix>"):
        supplier(name)
    with pytest.raises(UnknownVendor, match="letzshop"):
        vendor(name)
    with pytest.raises(UnknownVendor, match="codeswholesale"):
        account_kind(name)


def test_a_marketplace_is_a_vendor_and_no_supplier() -> None:
    assert vendor("ebay") is marketplace("ebay")
    assert account_kind("ebay") == "marketplace"
    with pytest.raises(UnknownSupplier):
        supplier("ebay")


def test_accounts_of_one_client_are_counted_together() -> None:
    entry = supplier("codeswholesale-backup")
    one, two = (entry.settings_of({"client_id": "c", "account": account}) for account in ("a:x", "b:x"))
    assert entry.counted_as(one, {}) == entry.counted_as(two, {}) == ("c",)


def test_nothing_may_be_changed_unless_it_is_said() -> None:
    assert marketplace("letzshop").settings_of({}).allows_mutations is False


def test_options_are_completed_and_checked() -> None:
    found = marketplace("letzshop").settings_of({"vendor": "ada", "page_size": 20})
    assert isinstance(found, LetzshopSettings)
    assert (found.vendor, found.page_size, found.wire_form) == ("ada", 20, "auto")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"pagesize": 5}, "pagesize"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"calls_per_second": 0}, "calls_per_second"),
        ({"wire_form": "carrier pigeon"}, "wire_form"),
        ({"currency": "EURO"}, "currency"),
        ({"max_batch": 0}, "max_batch"),
    ],
)
def test_an_impossible_option_is_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        marketplace("letzshop").settings_of(options)


def test_an_unknown_marketplace_names_the_known_ones() -> None:
    with pytest.raises(UnknownMarketplace, match="letzshop"):
        marketplace("bazaar")


async def test_the_limit_of_an_account_follows_its_settings() -> None:
    clock = ManualClock()
    entry = marketplace("letzshop")
    limiter = entry.limits(entry.settings_of({"calls_per_second": 0.5}), clock)
    await limiter.acquire("shipments")
    assert limiter.delay("shipments") == pytest.approx(2)
