"""Which addresses lead inside."""

import pytest

from orion_daemon.services.import_sources import leads_inside


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "http://127.8.9.1:80/x", "http://localhost:8090/x", "http://shop.localhost/x",
        "https://[::1]/x", "https://[::ffff:127.0.0.1]/x", "https://10.1.2.3/x", "https://192.168.0.9/x",
        "http://169.254.169.254/latest/meta-data", "https://0.0.0.0/x", "https://[fe80::1]/x", "https://[fd00::1]/x",
        "http://127.1/x", "http://2130706433/x", "http://0x7f.1/x", "https://LOCALHOST./x", "https:///x", "https://[/x",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_of_private_networks_lead_inside(url: str) -> None:
    assert leads_inside(url)


@pytest.mark.parametrize(
    "url", ["https://letzshop.lu/graphql", "https://shop.example.lu:8443/fr.csv", "https://93.184.216.34/x"]
)
def test_others_do_not(url: str) -> None:
    assert not leads_inside(url)
