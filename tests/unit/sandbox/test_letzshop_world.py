"""Orders, units, parcels and returns in the world itself: the derivation rule, finality, both forms in step."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.ledger import Ledger
from orion_daemon.sandbox.letzshop import fulfillment
from orion_daemon.sandbox.letzshop.demo import demo_world
from orion_daemon.sandbox.letzshop.feed_rows import valid_gtin
from orion_daemon.sandbox.letzshop.orders import LineSpec, OrderSpec, Refusal, place
from orion_daemon.sandbox.letzshop.state import Shop, Unknown, Vendor, World, dump, load

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def shop():
    clock = WorldClock()
    clock.set(NOON, frozen=True)
    shop = Shop(World(seed=1), clock, Ledger(clock))
    for slug in ("ada", "bob"):
        shop.world.vendors[f"v-{slug}"] = Vendor(f"v-{slug}", slug, slug)
    return shop


def order_of(shop, *quantities, **facts):
    lines = [LineSpec(q, id=f"L{i}", sku=f"S{i}", price="10.00") for i, q in enumerate(quantities)]
    return place(shop, OrderSpec(lines, vendor="ada", **facts))


def units_of(shop, order):
    return [unit.id for s in order.shipments for unit in shop.world.shipments[s].units]


def answer(shop, *answers):
    return fulfillment.answer_units(shop, list(answers), {"v-ada"}, "api")


@pytest.mark.parametrize(
    ("said", "state", "status"),
    [
        ([], "unconfirmed", "PENDING"),
        ([True], "confirmed", "PROCESSING"),
        ([False], "unconfirmed", "PENDING"),
        ([False, True], "confirmed", "PROCESSING"),
        ([False, False], "declined", "CANCELLED"),
        ([True, True], "confirmed", "PROCESSING"),
    ],
)
def test_a_shipments_state_follows_from_its_units_and_the_order_from_its_shipments(shop, said, state, status):
    order = order_of(shop, 2)
    answer(shop, *zip(units_of(shop, order), said, strict=False))
    assert shop.world.shipments[order.shipments[0]].state == state
    assert order.status == status


def test_an_answer_is_final_repeating_is_harmless_contradicting_is_refused(shop):
    unit = units_of(shop, order_of(shop, 1))[0]
    for said, problems in ((True, []), (True, []), (False, ["already_answered"])):
        held, found = answer(shop, (unit, said))
        assert [problem.code for problem in found] == problems
        assert held[0][0].state == "confirmed_available"
    assert [e["outcome"] for e in shop.ledger.read(["unit_answered"])] == ["taken", "repeat", "refused"]


def test_with_the_switch_a_repeated_answer_is_an_error_though_it_is_the_same(shop):
    shop.world.switches.repeat_answer = "error"
    unit = units_of(shop, order_of(shop, 1))[0]
    answer(shop, (unit, True))
    held, problems = answer(shop, (unit, True))
    assert problems[0].code == "already_answered"
    assert held[0][0].state == "confirmed_available"


def test_units_of_another_vendor_and_doubled_units_are_named(shop):
    other = place(shop, OrderSpec([LineSpec(1, sku="S")], vendor="bob"))
    own = units_of(shop, order_of(shop, 1))[0]
    _, problems = answer(shop, (units_of(shop, other)[0], True), (own, True), (own, False))
    assert [problem.code for problem in problems] == ["not_found", "duplicate"]


def test_an_order_with_lines_of_two_vendors_becomes_two_shipments(shop):
    lines = [LineSpec(1, sku="A"), LineSpec(2, sku="B", vendor="bob")]
    order = place(shop, OrderSpec(lines, vendor="ada"))
    shipments = [shop.world.shipments[s] for s in order.shipments]
    assert [(s.vendor, len(s.units)) for s in shipments] == [("v-ada", 1), ("v-bob", 2)]


def test_tracking_needs_a_confirmed_shipment_and_makes_the_order_shipped(shop):
    order = order_of(shop, 2)
    shipment = order.shipments[0]
    _, problems = fulfillment.set_tracking(shop, shipment, "T1", None, {"v-ada"}, "api")
    assert problems[0].code == "invalid_state"
    answer(shop, *((unit, index == 0) for index, unit in enumerate(units_of(shop, order))))
    for _ in range(2):
        fulfillment.set_tracking(shop, shipment, "T1", "greco", {"v-ada"}, "api")
    assert (order.status, order.lines[0].shipped, order.lines[0].cancelled) == ("SHIPPED", 1, 1)
    assert [entry["repeat"] for entry in shop.ledger.read(["parcel_set"])] == [False, True]


def fulfil(shop, order, status, items=(), code=None):
    return fulfillment.update_fulfillment(shop, order, status, list(items), (code, None), {"v-ada"}, "api")


def test_parcels_of_the_seed_form_add_up_and_the_same_number_is_the_same_parcel(shop):
    order = order_of(shop, 5)
    fulfil(shop, order, "SHIPPED", [("L0", 2)], "P1")
    assert (order.status, order.lines[0].shipped) == ("PROCESSING", 2)
    fulfil(shop, order, "SHIPPED", [("L0", 2)], "P1")
    assert order.lines[0].shipped == 2
    outcomes, problems = fulfil(shop, order, "SHIPPED", [("L0", 4)], "P2")
    assert [p.code for p in problems] == ["quantity_exceeded"]
    assert outcomes[0].accepted is False
    fulfil(shop, order, "SHIPPED", [("L0", 3)], "P2")
    assert (order.status, order.lines[0].shipped) == ("SHIPPED", 5)
    assert {unit.state for unit in shop.world.shipments[order.shipments[0]].units} == {"confirmed_available"}


def test_some_pieces_sent_and_the_rest_cancelled_is_shipped(shop):
    order = order_of(shop, 3)
    fulfil(shop, order, "SHIPPED", [("L0", 1)], "P1")
    fulfil(shop, order, "CANCELLED")
    assert (order.status, order.lines[0].cancelled) == ("SHIPPED", 2)


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (["PAID", "PROCESSING", "SHIPPED", "DELIVERED"], None),
        (["PAID", "PAID"], None),
        (["CANCELLED", "CANCELLED"], None),
        (["PROCESSING", "PAID"], "PAID"),
        (["SHIPPED", "CANCELLED"], "CANCELLED"),
        (["CANCELLED", "SHIPPED"], "SHIPPED"),
        (["PAID", "DELIVERED"], "DELIVERED"),
    ],
)
def test_statuses_of_the_seed_form_only_move_forward(shop, path, refused):
    order = order_of(shop, 1)
    seen = []
    for status in path:
        _, problems = fulfil(shop, order, status)
        seen += [status] if problems else []
    assert seen == ([refused] if refused else [])


def test_pieces_come_back_only_after_they_were_sent(shop):
    order = order_of(shop, 2)
    units = units_of(shop, order)
    with pytest.raises(Refusal):
        fulfillment.take_back(shop, order, units[:1], {}, "buyer")
    answer(shop, *((unit, True) for unit in units))
    assert fulfillment.take_back(shop, order, units[:1], {}, "buyer") == units[:1]
    states = [unit.state for unit in shop.world.shipments[order.shipments[0]].units]
    assert states == ["returned", "confirmed_available"]
    assert shop.world.shipments[order.shipments[0]].state == "confirmed"


def test_a_return_in_the_seed_form_is_a_credit_order_of_its_own(shop):
    shop.world.vendors["v-ada"].form = "seed"
    order = order_of(shop, 3, number="536365")
    fulfil(shop, order, "SHIPPED")
    fulfillment.take_back(shop, order, [], {"L0": 2}, "buyer")
    credit = shop.world.order("C536365")
    assert (credit.status, credit.lines[0].quantity, credit.totals.total) == ("CANCELLED", -2, "-20.00")


def test_a_verbatim_document_is_kept_as_given(shop):
    lines = [
        LineSpec(-74215, sku="23166", price="1.040", title=""),
        LineSpec(80995, price="-11062.06", total_price="x"),
    ]
    order = place(shop, OrderSpec(lines, vendor="ada", id="C541433", status="WEIRD", verbatim=True))
    assert (order.number, order.status, order.customer, order.ship, order.shipments) == (
        "C541433",
        "WEIRD",
        None,
        None,
        [],
    )
    assert [(x.quantity, x.unit_price, x.title) for x in order.lines] == [
        (-74215, "1.040", ""),
        (80995, "-11062.06", None),
    ]
    assert [x.total_price for x in order.lines] == ["-77183.60", "x"]


def test_an_id_is_used_once_unless_replaced(shop):
    order_of(shop, 1, id="A1")
    with pytest.raises(Refusal):
        order_of(shop, 1, id="A1")
    order_of(shop, 2, id="A1", replace=True)
    assert len(shop.world.unit_homes) == 2


def test_an_unknown_vendor_is_named_with_those_there_are(shop):
    with pytest.raises(Unknown, match="ada"):
        place(shop, OrderSpec([LineSpec(1)], vendor="eve"))


def test_ids_are_opaque_mixed_case_and_may_differ_by_case_only(shop):
    shop.world.switches.case_twins = True
    ids = [shop.world.opaque() for _ in range(40)]
    assert len(set(ids)) == 40
    assert len({one.lower() for one in ids}) < 30


def test_totals_add_up_and_a_change_moves_updated_at(shop):
    order = order_of(shop, 2, 1, shipping="4.90")
    assert Decimal(order.totals.total) == Decimal("34.90")
    before = order.updated_at
    fulfil(shop, order, "PAID")
    assert order.updated_at > before


def test_the_world_survives_being_written_and_read(shop):
    demo_world(shop)
    order_of_demo = next(iter(shop.world.orders.values()))
    again = load(dump(shop.world))
    assert again == shop.world
    assert again.orders[order_of_demo.id].lines == order_of_demo.lines


def test_the_demo_catalogue_is_believable(shop):
    demo_world(shop)
    products = list(shop.world.products.values())
    assert 38 <= len(products) <= 45
    coded = [product.gtin for product in products if product.gtin]
    assert len(set(coded)) == len(coded) < len(products)
    assert all(valid_gtin(gtin) for gtin in coded)
    assert all(p.names.en and p.names.fr and p.names.de for p in products)


def test_the_same_seed_makes_the_same_demo(shop):
    def made(seed):
        clock = WorldClock()
        clock.set(NOON, frozen=True)
        other = Shop(World(seed=seed), clock, Ledger(clock))
        demo_world(other)
        return dump(other.world)

    assert made(7) == made(7)
    assert made(7) != made(8)
