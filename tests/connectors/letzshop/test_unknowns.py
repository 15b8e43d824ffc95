"""What is guessed of Letzshop: names, forms and habits that may be otherwise, in both wire forms."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from orion_daemon.connectors.errors import SchemaDrift
from orion_daemon.domain.money import to_minor
from tests.support.connector_subjects import FIRST_PRICE, walk
from tests.support.subject_letzshop import LetzshopSubject as Subject
from tests.support.subject_letzshop import letzshop_orders, letzshop_shipments

PRICE = to_minor(FIRST_PRICE, "EUR")


@pytest.fixture(params=[letzshop_orders, letzshop_shipments], ids=["orders", "shipments"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with request.param() as found:
        yield found


async def test_of_a_partial_answer_what_is_whole_is_taken_and_the_rest_comes_next_time(subject: Subject) -> None:
    placed = {await subject.place() for _ in range(3)}
    await subject.sandbox.fault("partial", subject.reads)
    async with subject.make() as connector:
        orders, pages = await walk(connector, "new")
        assert len(orders) == 2
        assert [problem.code for problem in pages[0].problems] == ["missing_node"]
        again, _ = await walk(connector, "new", pages[-1].watermark)
    assert set(orders) | set(again) == placed


@pytest.mark.parametrize(
    "switches", [{"money": "number"}, {"country_name": "text"}, {"listing": "shuffled"}, {"cursors": "stable"}]
)
async def test_what_nobody_knows_of_the_platform_makes_no_difference(
    subject: Subject, switches: dict[str, Any]
) -> None:
    placed = {await subject.place(3, 1) for _ in range(3)}
    await subject.sandbox.control("letzshop/switches", switches, method="PATCH")
    async with subject.make(page_size=2) as connector:
        orders, pages = await walk(connector, "new")
    assert set(orders) == placed
    assert not [problem for page in pages for problem in page.problems]
    assert {line.unit_price_minor for order in orders.values() for line in order.lines} == {PRICE}


async def test_a_changed_schema_is_an_alarm(subject: Subject) -> None:
    await subject.place()
    await subject.sandbox.control("letzshop/switches", subject.drift, method="PATCH")
    async with subject.make() as connector:
        with pytest.raises(SchemaDrift):
            await walk(connector, "new")
        assert "schema names" in {check.name for check in await connector.check() if not check.ok}
