"""Stock: what may be published, and the arithmetic of holding, releasing and deducting pieces.

A `Book` is the open page of the ledger: the levels of some products (locked by its opener) and the reservations of
some order lines. `settle` brings one line to what it needs; what is held already is not held again, so that settling
twice changes nothing and every held piece ends exactly once, deducted or released. Nothing here touches a database:
`services/inventory.py` loads a book and writes its changes in one transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass


def publishable(on_hand: int, reserved: int, *, safety_stock: int, threshold: int) -> int:
    """Pieces that a channel may offer: what is free beyond the buffer, and nothing at or under the threshold."""
    free = max(0, on_hand - reserved - safety_stock)
    return 0 if free <= threshold else free


@dataclass(frozen=True, slots=True)
class StockPolicy:
    """A channel's figures; a product's own safety stock goes before the channel's."""

    safety_stock: int = 0
    threshold: int = 0
    sync_zero_stock: bool = True


def quantity_to_send(on_hand: int, reserved: int, policy: StockPolicy, own_safety_stock: int | None) -> int | None:
    """None: a zero that the channel must not be told; the offer is paused there instead."""
    buffer = policy.safety_stock if own_safety_stock is None else own_safety_stock
    quantity = publishable(on_hand, reserved, safety_stock=buffer, threshold=policy.threshold)
    return None if quantity == 0 and not policy.sync_zero_stock else quantity


@dataclass(slots=True)
class Level:
    """One product at one location."""

    id: int
    product_id: int
    location: str
    on_hand: int
    reserved: int
    on_hand_before: int = 0
    reserved_before: int = 0

    def __post_init__(self) -> None:
        self.on_hand_before, self.reserved_before = self.on_hand, self.reserved

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


@dataclass(slots=True)
class Held:
    """A reservation; `id` is None while it is not stored yet."""

    line: int
    level: Level
    quantity: int
    deducted: int = 0
    released: int = 0
    id: int | None = None
    is_changed: bool = False

    @property
    def open(self) -> int:
        return self.quantity - self.deducted - self.released


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of the ledger; `line` is None where no order line caused it."""

    level: Level
    on_hand_delta: int
    reserved_delta: int
    cause: str  # reserve | release | deduct | adjust | return
    line: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """`state` as in `order_items.stock_state`; `missing` pieces left the house that the books do not know."""

    state: str
    missing: int = 0


class Book:
    """Lines are named by their row's id, or by a negative number while they have no row yet."""

    def __init__(self, levels: Iterable[Level]) -> None:
        self.levels: dict[int, list[Level]] = {}
        for level in levels:
            self.levels.setdefault(level.product_id, []).append(level)
        self.held: dict[int, list[Held]] = {}
        self.movements: list[Movement] = []

    def remember(self, held: Held) -> None:
        self.held.setdefault(held.line, []).append(held)

    def find(self, product_id: int, location: str) -> Level | None:
        return next((level for level in self.levels.get(product_id, ()) if level.location == location), None)

    def is_tracked(self, product_id: int | None) -> bool:
        """A product without any level is made or fetched on demand: it is sold without stock."""
        return product_id is not None and product_id in self.levels

    def settle(self, line: int, product_id: int, need: int, *, deduct: int = 0, state: str = "none") -> Settled:
        """Deduct `deduct` pieces, then hold exactly `need`. `state` is the line's stored one.

        A line is held completely or not at all ("short"), at one location where one suffices. Pieces to deduct come
        out of what is held, then out of what is free; what is found nowhere is `missing`.
        """
        levels = self.levels.get(product_id)
        if levels is None:
            return Settled("none", 0)
        held = self.held.get(line, [])
        missing = self._deduct(line, levels, held, deduct) if deduct else 0
        open_pieces = sum([one.open for one in held]) if held else 0
        if open_pieces > need:
            self._release(line, held, open_pieces - need)
        elif open_pieces < need:
            return Settled("reserved" if self._hold(line, levels, need - open_pieces) else "short", missing)
        if need:
            return Settled("reserved", missing)
        if deduct > missing or any(one.deducted for one in held):
            return Settled("deducted", missing)
        if state in ("reserved", "short"):
            return Settled("released", missing)
        return Settled(state, missing)

    def adjust(self, level: Level, delta: int, cause: str, line: int | None = None) -> None:
        level.on_hand += delta
        self.movements.append(Movement(level, delta, 0, cause, line))

    def changed_levels(self) -> list[Level]:
        """In the order of their ids, which is the order of locks."""
        changed = [
            level
            for levels in self.levels.values()
            for level in levels
            if level.on_hand != level.on_hand_before or level.reserved != level.reserved_before
        ]
        changed.sort(key=lambda level: level.id)
        return changed

    def freed(self) -> list[int]:
        """Products of which more is free than before: lines that wait for pieces may be filled."""
        return sorted(
            product_id
            for product_id, levels in self.levels.items()
            if any(level.free > level.on_hand_before - level.reserved_before for level in levels)
        )

    def _hold(self, line: int, levels: list[Level], pieces: int) -> bool:
        level = levels[0]
        if level.free < pieces:
            free = sum([max(0, one.free) for one in levels])
            if free < pieces:
                return False
            level = next((one for one in levels if one.free >= pieces), level)
        if level.free >= pieces:
            self._hold_at(line, level, pieces)
            return True
        for one in levels:
            part = min(pieces, max(0, one.free))
            if part:
                self._hold_at(line, one, part)
                pieces -= part
        return True

    def _hold_at(self, line: int, level: Level, pieces: int) -> None:
        level.reserved += pieces
        self.movements.append(Movement(level, 0, pieces, "reserve", line))
        held = self.held.setdefault(line, [])
        for one in held:
            if one.level is level:
                one.quantity += pieces
                one.is_changed = True
                return
        held.append(Held(line, level, pieces, is_changed=True))

    def _release(self, line: int, held: list[Held], pieces: int) -> None:
        for one in held:
            part = min(pieces, one.open)
            if part:
                one.released += part
                one.is_changed = True
                one.level.reserved -= part
                self.movements.append(Movement(one.level, 0, -part, "release", line))
                pieces -= part

    def _deduct(self, line: int, levels: list[Level], held: list[Held], pieces: int) -> int:
        missing = 0
        for one in held:
            part = min(pieces, one.open)
            if part:
                there = min(part, max(0, one.level.on_hand))
                one.deducted += part
                one.is_changed = True
                one.level.reserved -= part
                one.level.on_hand -= there
                self.movements.append(Movement(one.level, -there, -part, "deduct", line))
                pieces -= part
                missing += part - there
        for level in levels:
            part = min(pieces, max(0, level.free))
            if part:
                level.on_hand -= part
                self.movements.append(Movement(level, -part, 0, "deduct", line))
                pieces -= part
        return missing + pieces
