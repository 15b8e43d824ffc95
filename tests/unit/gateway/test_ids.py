"""Global ids: opaque, typed, and never believed."""

import base64

import pytest

from orion_daemon.graphql import ids
from orion_daemon.services.errors import NotFound


def test_an_id_leads_back_to_its_type_and_number() -> None:
    assert ids.global_id("Order", 12) == "T3JkZXI6MTI="
    assert ids.parse("T3JkZXI6MTI=") == ("Order", 12)
    assert ids.parse(ids.global_id("Job", 2**63 - 1)) == ("Job", 2**63 - 1)


@pytest.mark.parametrize(
    "plain", ["", "Order", "Order:", ":1", "Order:0", "Order:-1", "Order:1 ", "Order:1\n", "Order:01", "order:1",
              "Order:9223372036854775808", "Order:1:2", "Order:1; DROP TABLE orders", "Order:١"],
)  # fmt: skip
def test_what_orion_never_gave_out_is_no_id(plain: str) -> None:
    assert ids.parse(base64.b64encode(plain.encode()).decode()) is None


@pytest.mark.parametrize("text", ["", "%", "Order:12", "T3JkZXI6MTI", "T3JkZXI6MTI=\n", "\ud800", "é"])
def test_what_is_not_base64_is_no_id(text: str) -> None:
    assert ids.parse(text) is None


def test_an_id_of_another_type_names_nothing() -> None:
    with pytest.raises(NotFound) as refused:
        ids.number(ids.global_id("Order", 1), "Product", "productId")
    assert refused.value.field == "productId"
