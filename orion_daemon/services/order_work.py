"""One stored order under an operator's hand: locked, changed, and written with all that follows, in one transaction.

    work = await OrderWork.open(tx, order_id, actor=…, now=…)     row, lines and channel, the row locked
    … change work.lines, work.move(status), work.tell(kind, args), work.notice(…)
    await work.finish()          stock, rows, history, jobs for the channel, events

What is to be told to the channel becomes jobs of the entity `order:<id>`, so they go in the order in which they were
caused; `sync_status` is pending until they have ended (`order_results.py`). The storefront is told nothing: it is us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import msgspec

from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.fulfillment import Pieces
from orion_daemon.domain.inventory import Book
from orion_daemon.domain.orders import HOLDING, Cause, OrderStatus, may_move, pieces_to_hold
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import JobKind
from orion_daemon.services import key_units, order_rows, short_lines
from orion_daemon.services.errors import Code, Conflict, NotFound, Refused
from orion_daemon.services.order_writing import stored_line
from orion_daemon.services.stock_book import open_book, write_book

_ORDER = """
SELECT o.id, o.store_id, o.channel_id, o.marketplace, o.channel_order_id, o.order_number, o.status, o.attention,
       o.attention_reason, o.sync_status, o.sync_error
FROM orders o WHERE o.id = $1 FOR UPDATE
"""
_CHANNEL = """
SELECT s.code, c.allows_mutations FROM channels c JOIN stores s ON s.id = c.store_id WHERE c.id = $1
"""
_UPDATE_ITEMS = """
UPDATE order_items SET confirmed = $2, cancelled = $3, shipped = $4, stock_state = $5, units_json = $6, earlier = $7
WHERE id = $1
"""
_UPDATE_ORDER = """
UPDATE orders SET status = $2, attention = $3, attention_reason = $4, sync_status = $5, sync_error = $6, updated_at = $7
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class OrderState:
    """What a caller may want to know after a change; the rest is in the row."""

    order_id: int
    status: str
    sync_status: str
    attention: str


@dataclass(slots=True)
class Line:
    row: Mapping[str, Any]
    pieces: Pieces

    @property
    def id(self) -> int:
        return int(self.row["id"])


class OrderWork:
    def __init__(self, tx: Tx, row: Row, lines: list[Line], channel: Row, actor: str, now: datetime) -> None:
        self.tx, self.row, self.lines, self.actor, self.now = tx, row, lines, actor, now
        self.status = OrderStatus(row["status"])
        self.is_storefront: bool = row["marketplace"] == "storefront"
        self.names_units = any(line.pieces.units for line in lines)
        self.owner = f"{channel['code']}:{row['marketplace']}"
        self.sync_status: str = row["sync_status"]
        self.sync_error: str = row["sync_error"]
        self._allows_mutations: bool = channel["allows_mutations"]
        self._reason: str = row["attention_reason"]
        self._moves: list[tuple[OrderStatus, OrderStatus, Cause, str]] = []
        self._jobs: list[mailbox.Put] = []
        self._what = "content"

    @classmethod
    async def open(cls, tx: Tx, order_id: int, *, actor: str, now: datetime) -> Self:
        """Raises NotFound."""
        row = await tx.fetch_one(_ORDER, order_id)
        if row is None:
            raise NotFound("order with this id", "orderId")
        channel = await tx.fetch_one(_CHANNEL, row["channel_id"])
        assert channel is not None  # noqa: S101  # a foreign key holds it
        lines = []
        for item in await tx.fetch(order_rows.SELECT_ITEMS, (order_id,)):
            known = stored_line(item)
            lines.append(
                Line(
                    item,
                    Pieces(known.quantity, known.confirmed, known.cancelled, known.shipped, known.units, known.earlier),
                )
            )
        return cls(tx, row, lines, channel, actor, now)

    @property
    def may_tell(self) -> bool:
        """Whether the channel may be told of anything; see `tell`."""
        return self._allows_mutations

    @property
    def order_id(self) -> int:
        return int(self.row["id"])

    def line(self, item_id: int, field: str = "lines") -> Line:
        """Raises NotFound for a line of another order too."""
        found = next((line for line in self.lines if line.id == item_id), None)
        if found is None:
            raise NotFound(f"line {item_id} in this order", field)
        return found

    def move(self, to: OrderStatus, cause: Cause = Cause.OPERATOR, note: str = "") -> None:
        """Raises Conflict where the table of moves has no such arrow."""
        if not may_move(cause, self.status, to):
            raise Conflict(
                Code.STATUS_FORBIDS,
                f"Order {self.row['order_number']} is {self.status.value} and cannot become {to.value}.",
                "orderId",
            )
        self._moves.append((self.status, to, cause, note))
        self.status = to
        self._what = "status"

    def tell(self, kind: JobKind[Any], args: msgspec.Struct, *, entity: str = "") -> None:
        """Put a job for the channel. Raises Refused where the channel may only be read. `entity`: with what it goes in
        order, unless with all that is told of the order."""
        if not self._allows_mutations:
            raise Refused(
                Code.MUTATIONS_FORBIDDEN,
                f"{self.owner} may only be read: Orion would have to tell it of this change. Allow mutations for the"
                " channel first (allow_mutations in orion.toml, or the channel's switch).",
                "orderId",
            )
        self._jobs.append(
            mailbox.Put(
                kind,
                args,
                self.owner,
                self.row["store_id"],
                self.row["channel_id"],
                entity=entity or f"order:{self.order_id}",
            )
        )
        self.sync_status, self.sync_error = "pending", ""

    async def tell_again(self, kind: JobKind[Any], args: msgspec.Struct) -> None:
        """As `tell`, for what was not told before: a dead letter about the same is sent again instead of a new job."""
        self.tell(kind, args)
        if await mailbox.revive_same(self.tx, kind, args, owner=self.owner, now=self.now):
            self._jobs.pop()

    def keep_for_sending(self) -> None:
        """Whoever works on an order says that its goods are still here: pieces from before are held like any other."""
        for line in self.lines:
            line.pieces.earlier = 0

    def notice(self, *notices: Notice) -> None:
        self._reason = attention.add(self._reason, notices)[1]

    def forget(self, *codes: str) -> None:
        self._reason = attention.without(self._reason, lambda notice: notice[0] in codes)[1]

    async def finish(self, what: str | None = None, *, strict: bool = False) -> OrderState:
        """Write everything. `strict`: raise Refused when pieces leave that the books do not know."""
        if what is not None:
            self._what = what
        book = await self._settle_stock(strict=strict)
        codes, reason = attention.render(attention.parse(self._reason))
        await self.tx.execute(
            _UPDATE_ORDER, self.order_id, self.status, codes, reason, self.sync_status, self.sync_error, self.now
        )
        if self._moves:
            history = [
                order_rows.history_row(self.order_id, before, after, cause, self.actor, self.now, note)
                for before, after, cause, note in self._moves
            ]
            await self.tx.insert("order_status_history", order_rows.HISTORY_COLUMNS, history)
        if book is not None:
            freed = book.freed()
            await short_lines.fill(self.tx, book, freed, now=self.now)
            await write_book(self.tx, book, store_id=self.row["store_id"], actor=self.actor, now=self.now)
            if freed and codes:  # what one line gave back, another line of the order may have taken
                codes = await self.tx.fetch_value("SELECT attention FROM orders WHERE id = $1", self.order_id)
        if self._jobs:
            await mailbox.put_many(self.tx, self._jobs, now=self.now)
        await key_units.owe(self.tx, [self.order_id], self.now)
        self.tx.emit(
            OrderChanged(self.row["store_id"], self.order_id, self.row["marketplace"], self.status, self._what)
        )
        return OrderState(self.order_id, self.status.value, self.sync_status, codes)

    async def _settle_stock(self, *, strict: bool) -> Book | None:
        """Settle the lines and write them; the book is written once the order's own row is."""
        products = {line.row["product_id"] for line in self.lines if line.row["product_id"] is not None}
        changed = [line for line in self.lines if self._moves or _is_changed(line)]
        if not changed:
            return None
        book = await open_book(self.tx, products, [line.id for line in self.lines])
        changes, missing = [], 0
        states = {line.id: line.row["stock_state"] for line in self.lines}
        for line in changed:
            row, pieces, state = line.row, line.pieces, line.row["stock_state"]
            pieces.earlier = min(pieces.earlier, pieces.left) if self.status in HOLDING else 0
            if row["product_id"] is not None:
                need = pieces_to_hold(self.status, pieces.quantity, pieces.cancelled, pieces.shipped, pieces.earlier)
                deduct = max(0, pieces.shipped - row["shipped"])
                settled = book.settle(line.id, row["product_id"], need, deduct=deduct, state=state)
                state = settled.state
                if settled.missing and strict:
                    raise Refused(
                        Code.NOT_ENOUGH_STOCK,
                        f"{settled.missing} pieces of {row['line_key']} are not in stock. Count the stock anew if"
                        " they are there after all.",
                        "lines",
                    )
                missing += settled.missing
            states[line.id] = state
            units = [list(unit) for unit in pieces.units] or None
            changes.append((line.id, pieces.confirmed, pieces.cancelled, pieces.shipped, state, units, pieces.earlier))
        await self.tx.execute_many(_UPDATE_ITEMS, changes)
        if missing:
            self.notice((Attention.STOCK_DIFFERS, f"{missing} pieces left the house that the stock did not show"))
        if not any(line.pieces.earlier for line in self.lines):
            self.forget(Attention.ANSWERED_BEFORE)
        self.forget(Attention.SHORT)
        shorts = sum(1 for state in states.values() if state == "short")
        if shorts:
            self.notice(short_lines.short_notice(shorts))
        return book


def _is_changed(line: Line) -> bool:
    old = stored_line(line.row)
    new = line.pieces
    return (new.confirmed, new.cancelled, new.shipped, new.units, new.earlier) != (
        old.confirmed,
        old.cancelled,
        old.shipped,
        old.units,
        old.earlier,
    )
