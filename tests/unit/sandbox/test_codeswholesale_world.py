"""CodesWholesale's world without HTTP: exact amounts, ids of generated products, the shelf against a plain list, money
that adds up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from orion_daemon.sandbox.clock import WorldClock
from orion_daemon.sandbox.codeswholesale import account as funds
from orion_daemon.sandbox.codeswholesale import catalogue, codes, generated, orders, walks
from orion_daemon.sandbox.codeswholesale.answers import SupplierError, cents_of, document_of, moment_of, text_of
from orion_daemon.sandbox.codeswholesale.records import Account, Span, Tier
from orion_daemon.sandbox.codeswholesale.state import Store, Unknown, World, dump, load
from orion_daemon.sandbox.ledger import Ledger

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_store():
    clock = WorldClock()
    clock.set(NOON, frozen=True)
    store = Store(World(seed=1), clock, Ledger(clock))
    store.world.accounts["ada"] = Account("ada", "secret", "signature", balance=100_000)
    return store


@given(st.integers(-(10**12), 10**12))
def test_amounts_keep_every_cent(cents):
    assert cents_of(text_of(cents)) == cents
    assert cents_of(Decimal(text_of(cents))) == cents
    assert len(text_of(cents).rpartition(".")[2]) == 2


@pytest.mark.parametrize("value", [True, None, "much", "NaN", "1.005", Decimal("0.001"), [1]])
def test_what_is_no_amount_has_no_cents(value):
    assert cents_of(value) is None


def test_numbers_of_a_request_stay_exact():
    said = document_of(b'{"price": 9.10, "count": 3, "huge": 123456789012345678901, "none": NaN}')
    assert said == {"price": Decimal("9.10"), "count": 3, "huge": Decimal(123456789012345678901), "none": None}
    assert document_of(b"{") is None


def test_a_date_is_its_first_or_its_last_moment():
    assert moment_of("2026-02-03") == datetime(2026, 2, 3, tzinfo=UTC)
    assert moment_of("2026-02-03", end=True) > datetime(2026, 2, 3, 23, 59, 59, tzinfo=UTC)
    assert moment_of("2026-02-03T01:00:00 01:00") == datetime(2026, 2, 3, tzinfo=UTC)
    with pytest.raises(SupplierError):
        moment_of("03.02.2026")


@given(st.integers(0, 99), st.integers(0, 10**9))
def test_an_id_of_a_generated_product_leads_back_to_its_place(batch, index):
    world = World(batches=[generated.Batch(number, 10**9 + 1, NOON) for number in range(batch + 1)])
    assert generated.place_of(world, generated.id_of(batch, index)) == (batch, index)


@pytest.mark.parametrize("text", ["", "67656e65-zzzz-4000-8000-1", "67656e65-0001-4000-8000-000000000000", "a-b-c-d-e"])
def test_other_ids_lead_nowhere(text):
    store = make_store()
    generated.add(store, 3, timedelta())
    assert generated.place_of(store.world, text) is None
    with pytest.raises(Unknown):
        catalogue.own(store, text)


def test_an_ean_has_its_check_digit():
    for number in (0, 7, 9_999_999_999):
        digits = [int(digit) for digit in generated.ean_of(number)]
        assert len(digits) == 13
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


CHANGES = st.lists(st.tuples(st.sampled_from(["price", "hide", "remove", "move"]), st.integers(0, 30)), max_size=15)


@given(CHANGES, st.integers(1, 7))
def test_the_shelf_is_what_a_plain_list_would_be(changes, size):
    store = make_store()
    generated.add(store, 12, timedelta(days=1))
    catalogue.add(store, catalogue.ProductSpec())
    generated.add(store, 5, timedelta(days=2))
    model, hidden = walked(store, 100), set()
    for change, number in changes:
        product_id = model[number % len(model)]
        match change:
            case "price":
                catalogue.set_price(store, catalogue.own(store, product_id), 100 + number)
            case "hide":
                catalogue.hide(store, product_id)
                hidden.add(product_id)
            case "remove" if len(model) > 1:
                catalogue.remove(store, product_id)
                model.remove(product_id)
            case "move":
                catalogue.move(store, product_id, -1)
                model.remove(product_id)
                model.append(product_id)
    shown = [product_id for product_id in model if product_id not in hidden]
    assert walked(store, size) == shown
    assert walks.visible(store) == len(shown)
    store.world = load(dump(store.world))
    assert walked(store, size) == shown
    assert all(entry.count > 0 for entry in store.world.shelf if isinstance(entry, Span))


def walked(store, size):
    store.world.settings.page_size = size
    found, query = [], {}
    while True:
        products, rest = walks.page(store, query)
        found += [product.id for product in products]
        if not rest["continuationToken"]:
            return found
        query = rest


def test_the_tier_of_a_quantity_is_found_in_any_order():
    store = make_store()
    product = catalogue.add(store, catalogue.ProductSpec())
    tiers = [Tier(805, 100, None), Tier(910, 1, 9), Tier(860, 10, 99)]
    for seed in range(6):
        Random(seed).shuffle(tiers)
        product.tiers = tiers
        found = [catalogue.charged(product, quantity, "quantity").cents for quantity in (1, 9, 10, 99, 100, 5000)]
        assert found == [910, 910, 860, 860, 805, 805]
        assert catalogue.charged(product, 500, "single").cents == 910
        assert catalogue.charged(product, 1, "lowest").cents == 805


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=20), st.integers(0, 30_000))
def test_money_and_stock_add_up_whatever_is_ordered(wanted, credit):
    store = make_store()
    account = store.world.accounts["ada"]
    account.credit = credit
    ids = [catalogue.add(store, catalogue.ProductSpec(price=price, quantity=20)).id for price in (1, 25, 60, "333.33")]
    before, refused = funds.usable(account), set()
    for number, (place, quantity) in enumerate(wanted):
        line = {"productId": ids[place], "quantity": quantity}
        try:
            orders.create(store, account, {"orderId": f"r-{number}", "products": [line]})
        except SupplierError as error:
            refused.add(error.code)
    assert refused <= {10002, 310003}
    spent = cents_of(orders.bought(store)["spent"])
    assert before - funds.usable(account) == spent
    assert min(account.balance, account.credit) >= 0
    for product_id in ids:
        units = orders.bought(store, product=product_id)["units"]
        assert catalogue.find(store, product_id).quantity == 20 - units
    noted = [entry for entry in store.ledger.entries if entry["kind"] == "order_created"]
    assert sum(entry["units"] for entry in noted) == len(store.world.codes)
    values = [code.value for code in store.world.codes.values()]
    assert len(set(values)) == len(values)


def test_stock_as_shown_again_where_only_the_shown_one_is_set():
    store = make_store()
    product = catalogue.add(store, catalogue.ProductSpec(quantity=5, real=1))
    assert catalogue.in_stock(product) == 1
    catalogue.set_stock(store, product, 7, UNSET)
    assert catalogue.in_stock(product) == 7
    catalogue.set_stock(store, product, None, 0)
    assert (product.quantity, catalogue.in_stock(product)) == (7, 0)


def test_pictures_are_pngs_and_no_two_are_alike():
    first, second = codes.picture("AAAAA-BBBBB-CCCCC"), codes.picture("AAAAA-BBBBB-CCCCD")
    assert first[:8] == second[:8] == b"\x89PNG\r\n\x1a\n"
    assert first.endswith(b"IEND\xaeB`\x82")
    assert first != second
