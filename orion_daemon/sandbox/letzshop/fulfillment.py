"""What becomes of an order: units are answered, parcels set, statuses moved, lines cancelled, pieces come back.

The same rules serve the API and the staff who answer elsewhere (`by` says who it was), and both wire forms are kept in
step: a unit declined in one is a line cancelled in the other. Nothing is judged silently: each refusal is returned and
stands in the ledger. Answers are final; repeating one is harmless, contradicting one is refused.
"""

from dataclasses import dataclass

from orion_daemon.sandbox.letzshop.orders import LineSpec, OrderSpec, Refusal, place, touch
from orion_daemon.sandbox.letzshop.state import Line, Order, Parcel, Shipment, Shop, Unit

FLOW = ("PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED")
WANTED = {True: "confirmed_available", False: "confirmed_unavailable"}


@dataclass(frozen=True)
class Problem:
    id: str | None
    code: str
    message: str


@dataclass
class ItemOutcome:
    item_id: str
    quantity: int
    accepted: bool
    shipped_quantity: int
    cancelled_quantity: int


def answer_units(
    shop: Shop, answers: list[tuple[str, bool]], vendors: set[str], by: str
) -> tuple[list[tuple[Unit, Line]], list[Problem]]:
    """Answer each unit on its own; the units that now hold an answer, and what was wrong with the others."""
    world, held, problems, seen = shop.world, [], [], set()
    touched: dict[str, Shipment] = {}
    for unit_id, available in answers:
        shipment = world.shipments.get(world.unit_homes.get(unit_id, ""))
        if shipment is None or shipment.vendor not in vendors:
            problems.append(Problem(unit_id, "not_found", f"There is no inventory unit {unit_id}"))
            shop.ledger.record("unit_answered", unit=unit_id, available=available, by=by, outcome="unknown")
            continue
        unit = next(unit for unit in shipment.units if unit.id == unit_id)
        repeat = unit.state == WANTED[available]
        if unit_id in seen:
            outcome = "refused"
            problems.append(Problem(unit_id, "duplicate", "The unit is named twice in one call"))
        elif unit.state == "unconfirmed":
            outcome, unit.state = "taken", WANTED[available]
        elif repeat and world.switches.repeat_answer == "accept":
            outcome = "repeat"
        else:
            outcome = "repeat" if repeat else "refused"
            problems.append(Problem(unit_id, "already_answered", f"The unit is {unit.state} already"))
        if unit_id not in seen:
            held.append((unit, line_of(shop, shipment, unit)))
        seen.add(unit_id)
        touched[shipment.id] = shipment
        facts = {"shipment": shipment.id, "order": shipment.order, "state": unit.state}
        shop.ledger.record("unit_answered", unit=unit_id, available=available, by=by, outcome=outcome, **facts)
    for shipment in touched.values():
        settle(shop, shipment, by)
    return held, problems


def set_tracking(
    shop: Shop, shipment_id: str, code: str | None, provider: str | None, vendors: set[str], by: str
) -> tuple[Shipment | None, list[Problem]]:
    """Set what travels with a confirmed shipment, in place of what was set before."""
    shipment = shop.world.shipments.get(shipment_id)
    if shipment is None or shipment.vendor not in vendors:
        return None, [Problem(shipment_id, "not_found", f"There is no shipment {shipment_id}")]
    if shipment.state != "confirmed":
        return shipment, [Problem(shipment_id, "invalid_state", f"The shipment is {shipment.state}, not confirmed")]
    items: dict[str, int] = {}
    for unit in shipment.units:
        if unit.state == "confirmed_available":
            items[unit.line] = items.get(unit.line, 0) + 1
    parcel = Parcel(shipment.vendor, items, code, provider)
    order = shop.world.orders[shipment.order]
    repeat = shipment.tracking == parcel
    if not repeat:
        order.parcels = [known for known in order.parcels if known is not shipment.tracking]
        order.parcels.append(parcel)
        shipment.tracking = parcel
        _count(order)
        touch(shop, order)
    _note_parcel(shop, order, parcel, by, repeat=repeat, shipment=shipment.id)
    _follow(shop, order, by)
    return shipment, []


def update_fulfillment(
    shop: Shop,
    order: Order,
    status: str,
    wanted: list[tuple[str, int]],
    parcel: tuple[str | None, str | None],
    vendors: set[str],
    by: str,
) -> tuple[list[ItemOutcome], list[Problem]]:
    """Move an order of the seed form. `wanted` empty means all that is open; an item that cannot is named, the
    others go through. A tracking number known on this order is the same parcel again and replaces what it held."""
    own = [line for line in order.lines if line.vendor in vendors]
    if status not in ("SHIPPED", "CANCELLED"):
        problem = _may_move(order, status)
        if problem is None and status != order.status:
            _move(shop, order, status, by)
        return [], [problem] if problem else []
    known = next((p for p in order.parcels if parcel[0] and p.code == parcel[0]), None) if status == "SHIPPED" else None
    before = dict(known.items) if known else {}
    if not wanted:
        wanted = [(line.id, line.open + before.get(line.id, 0)) for line in own]
        wanted = [(line_id, quantity) for line_id, quantity in wanted if quantity]
    closed = order.status in ("CANCELLED", "DELIVERED") or (order.status == "SHIPPED" and status == "CANCELLED")
    if closed and order.status != status:
        return [], [Problem(order.id, "invalid_transition", f"An order that is {order.status} cannot become {status}")]
    if order.status == status == "CANCELLED":
        return [
            ItemOutcome(line_id, quantity, order.line(line_id) is not None, 0, 0) for line_id, quantity in wanted
        ], []
    good, outcomes, problems = _judge(own, wanted, before)
    if good and status == "SHIPPED":
        _send(shop, order, Parcel(own[0].vendor, good, *parcel), known, by)
    elif good:
        for line in own:
            line.cancelled += good.get(line.id, 0)
            _answer_pieces(shop, order, line, good.get(line.id, 0), available=False)
        shop.ledger.record("lines_cancelled", order=order.id, items=good, by=by)
        touch(shop, order)
    elif not wanted and not order.lines and status != order.status:
        _move(shop, order, status, by)
    _follow(shop, order, by, asked=status)
    for outcome in outcomes:
        found = order.line(outcome.item_id)
        if found is not None:
            outcome.shipped_quantity, outcome.cancelled_quantity = found.shipped, found.cancelled
    return outcomes, problems


def cancel(shop: Shop, order: Order, items: dict[str, int] | None, by: str) -> None:
    """The customer changes their mind: open pieces, or some of them, are taken off. Raises Refusal for more."""
    wanted = list((items or {}).items())
    everyone = set(shop.world.vendors)
    if order.verbatim and not items:
        for line in order.lines:
            line.cancelled += line.open
        _move(shop, order, "CANCELLED", by)
        return
    _, problems = update_fulfillment(shop, order, "CANCELLED", wanted, (None, None), everyone, by)
    if problems:
        raise Refusal(problems[0].message)


def take_back(shop: Shop, order: Order, units: list[str], items: dict[str, int], by: str) -> list[str]:
    """Pieces come back: units by id, or so many of a line. In the seed form a credit order with negative quantities
    appears (`C` + number, status CANCELLED). The ids of the units; Refusal when too little was sent out."""
    homes = [shop.world.shipments[shipment_id] for shipment_id in order.shipments]
    sent = {unit.id: unit for home in homes for unit in home.units if unit.state == "confirmed_available"}
    back = [sent[unit_id] for unit_id in units if unit_id in sent]
    if len(back) != len(units):
        raise Refusal("only units that are confirmed_available can come back")
    for line_id, quantity in items.items():
        found = [unit for unit in sent.values() if unit.line == line_id and unit not in back][:quantity]
        line = order.line(line_id)
        if line is None or len(found) < (0 if order.verbatim else quantity):
            raise Refusal(f"line {line_id!r} has no {quantity} pieces that could come back")
        back += found
    counted = dict(items)
    for unit in back[: len(units)]:
        counted[unit.line] = counted.get(unit.line, 0) + 1
    for unit in back:
        unit.state = "returned"
    for home in homes:
        settle(shop, home, by)
    touch(shop, order)
    credit = _credit(shop, order, counted, by) if order.verbatim or _seed_form(shop, order) else None
    facts = {"units": [unit.id for unit in back], "items": counted, "credit": credit}
    shop.ledger.record("units_returned", order=order.id, by=by, **facts)
    return [unit.id for unit in back]


def settle(shop: Shop, shipment: Shipment, by: str) -> None:
    """A shipment's state follows from its units; the order follows from its shipments."""
    states = {unit.state for unit in shipment.units}
    was = shipment.state
    if states & {"confirmed_available", "returned"}:
        shipment.state = "confirmed"
    elif states == {"confirmed_unavailable"}:
        shipment.state = "declined"
    order = shop.world.orders[shipment.order]
    if shipment.state != was:
        shop.ledger.record("status_changed", object="shipment", id=shipment.id, was=was, now=shipment.state, by=by)
        touch(shop, order)
    for line in order.lines:
        gone = sum(1 for unit in shipment.units if unit.line == line.id and unit.state == "confirmed_unavailable")
        if line.vendor == shipment.vendor:
            line.cancelled = gone
    _follow(shop, order, by)


def line_of(shop: Shop, shipment: Shipment, unit: Unit) -> Line:
    return next(line for line in shop.world.orders[shipment.order].lines if line.id == unit.line)


def _judge(
    own: list[Line], wanted: list[tuple[str, int]], before: dict[str, int]
) -> tuple[dict[str, int], list[ItemOutcome], list[Problem]]:
    good: dict[str, int] = {}
    outcomes, problems = [], []
    lines = {line.id: line for line in own}
    for line_id, quantity in wanted:
        line = lines.get(line_id)
        problem = None
        if line is None:
            problem = Problem(line_id, "not_found", f"The order has no item {line_id}")
        elif quantity <= 0:
            problem = Problem(line_id, "invalid_quantity", f"{quantity} is not a quantity")
        elif quantity + good.get(line_id, 0) > line.open + before.get(line_id, 0):
            problem = Problem(line_id, "quantity_exceeded", f"{line.open} of {line.quantity} are open")
        else:
            good[line_id] = good.get(line_id, 0) + quantity
        problems += [problem] if problem else []
        outcomes.append(ItemOutcome(line_id, quantity, problem is None, 0, 0))
    return good, outcomes, problems


def _send(shop: Shop, order: Order, parcel: Parcel, known: Parcel | None, by: str) -> None:
    repeat = known == parcel
    if not repeat:
        order.parcels = [p for p in order.parcels if p is not known] + [parcel]
        _count(order)
        for shipment_id in order.shipments:
            shipment = shop.world.shipments[shipment_id]
            if shipment.vendor == parcel.vendor:
                shipment.tracking = parcel
        for line in order.lines:
            _answer_pieces(shop, order, line, parcel.items.get(line.id, 0), available=True)
        touch(shop, order)
    _note_parcel(shop, order, parcel, by, repeat=repeat)


def _note_parcel(
    shop: Shop, order: Order, parcel: Parcel, by: str, *, repeat: bool, shipment: str | None = None
) -> None:
    facts = {"code": parcel.code, "provider": parcel.provider, "items": parcel.items}
    shop.ledger.record("parcel_set", order=order.id, shipment=shipment, repeat=repeat, by=by, **facts)


def _count(order: Order) -> None:
    for line in order.lines:
        line.shipped = sum(parcel.items.get(line.id, 0) for parcel in order.parcels)


def _answer_pieces(shop: Shop, order: Order, line: Line, pieces: int, *, available: bool) -> None:
    for shipment_id in order.shipments:
        shipment = shop.world.shipments[shipment_id]
        waiting = [u for u in shipment.units if u.line == line.id and u.state == "unconfirmed"]
        for unit in waiting[:pieces]:
            unit.state = WANTED[available]
        states = {unit.state for unit in shipment.units}
        shipment.state = "confirmed" if states & {"confirmed_available", "returned"} else shipment.state
        shipment.state = "declined" if states == {"confirmed_unavailable"} else shipment.state


def _may_move(order: Order, status: str) -> Problem | None:
    forward = order.status in FLOW and FLOW.index(status) >= FLOW.index(order.status)
    if order.status == status or (forward and (status != "DELIVERED" or order.status == "SHIPPED")):
        return None
    return Problem(order.id, "invalid_transition", f"An order that is {order.status} cannot become {status}")


def _move(shop: Shop, order: Order, status: str, by: str) -> None:
    was, order.status = order.status, status
    touch(shop, order)
    shop.ledger.record("status_changed", object="order", id=order.id, was=was, now=status, by=by)


def force_status(shop: Shop, order: Order, status: str, by: str) -> None:
    """Somebody sets any status, known or not, without asking for sense."""
    _move(shop, order, status, by)


def _follow(shop: Shop, order: Order, by: str, asked: str | None = None) -> None:
    """The order's status after its pieces: all cancelled, all sent, or in work; it never moves back from here."""
    open_pieces = sum(line.open for line in order.lines)
    shipped = sum(line.shipped for line in order.lines)
    cancelled = sum(line.cancelled for line in order.lines)
    if order.status in ("CANCELLED", "DELIVERED", "SHIPPED"):
        return
    if not open_pieces and cancelled and not shipped:
        _move(shop, order, "CANCELLED", by)
    elif not open_pieces and shipped:
        _move(shop, order, "SHIPPED", by)
    elif order.status in ("PENDING", "PAID") and asked != "CANCELLED":
        answered = any(shop.world.shipments[s].state == "confirmed" for s in order.shipments)
        if shipped or answered:
            _move(shop, order, "PROCESSING", by)


def _seed_form(shop: Shop, order: Order) -> bool:
    return any(shop.world.vendors[line.vendor].form == "seed" for line in order.lines)


def _credit(shop: Shop, order: Order, counted: dict[str, int], by: str) -> str:
    lines = []
    for line_id, quantity in counted.items():
        line = order.line(line_id)
        if line is not None:
            vendor = shop.world.vendors[line.vendor].slug
            spec = LineSpec(-quantity, sku=line.sku, title=line.title, gtin=line.gtin, price=line.unit_price)
            spec.vendor = vendor
            lines.append(spec)
    number = f"C{order.number}"
    serial = sum(1 for known in shop.world.orders.values() if known.number.startswith(number))
    name = number if not serial else f"{number}-{serial + 1}"
    credit = OrderSpec(lines, vendor=lines[0].vendor, id=name, number=name, status="CANCELLED", verbatim=True)
    credit.customer, credit.ship, credit.bill, credit.email = order.customer, order.ship, order.bill, order.email
    credit.currency = order.totals.currency or "EUR"
    return place(shop, credit, by).id
