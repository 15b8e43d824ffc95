"""Writing orders inside a transaction: the one road by which an order gets in, from a marketplace or our storefront.

    known rows (locked) → decide → match lines → settle stock → customers → new rows in bulk → changed rows → lines
    that waited for what came free → keys that are owed → events

All statements are for the whole batch; a page of a hundred new orders costs about fifteen. Locks are taken in one
order everywhere: orders, stock levels, customers, offers, jobs. Batches and their transaction: `order_import.py` and
`storefront.py`; rows: `order_rows.py`; rules: `domain/orders.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orion_daemon.db.tx import Tx
from orion_daemon.domain import attention
from orion_daemon.domain.attention import Attention, Notice
from orion_daemon.domain.events import OrderChanged
from orion_daemon.domain.incoming import IncomingCustomer, IncomingOrder
from orion_daemon.domain.inventory import Book
from orion_daemon.domain.matching import Match
from orion_daemon.domain.order_lines import LineDecision, StoredLine
from orion_daemon.domain.order_totals import lines_minor
from orion_daemon.domain.orders import HOLDING, Decision, Kind, OrderStatus, StoredOrder, decide, pieces_to_hold
from orion_daemon.services import customers, key_units, order_rows, product_matching, short_lines
from orion_daemon.services.customers import Kept
from orion_daemon.services.product_matching import LineName
from orion_daemon.services.stock_book import open_book, write_book

UNDER_WAY = frozenset({"pending", "sent", "failed"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where orders come from, who is said to have written them, and since when the channel is watched."""

    store_id: int
    channel_id: int
    marketplace: str
    cause: str = "channel"
    actor: str = ""
    watched_since: datetime | None = None


@dataclass(slots=True)
class Written:
    """Ids by what happened. `attention`: orders that ask for a person; `short`: pieces of those lines are missing."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    attention: list[int] = field(default_factory=list)
    short: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """An order on its way into the database; `items` are its stored lines by key."""

    incoming: IncomingOrder
    content_hash: int
    decision: Decision
    known: Mapping[str, Any] | None
    items: Mapping[str, Mapping[str, Any]]
    notices: list[Notice]
    new_lines: list[tuple[int, LineDecision, Match]] = field(default_factory=list)  # (name in the book, line, match)
    states: dict[int, str] = field(default_factory=dict)  # stock state by name in the book
    shorts: int = 0
    unmatched: int = 0
    customer: Kept | None = None

    @property
    def erasure_due_at(self) -> datetime | None:
        return None if self.known is None else self.known["erasure_due_at"]

    @property
    def is_erased(self) -> bool:
        """Neither the order nor its customer takes in people any more, but for the address of goods to be sent."""
        return self.known is not None and (self.known["erased_at"] or self.known["erasure_due_at"]) is not None

    def is_covered(self) -> bool:
        """The order is not erased, but was placed before its customer was."""
        placed_at = self.incoming.placed_at
        if self.known is not None and self.known["placed_at"] is not None:
            placed_at = self.known["placed_at"]
        return not self.is_erased and self.customer is not None and self.customer.covers(placed_at)


async def write_orders(
    tx: Tx, source: Source, orders: Sequence[tuple[IncomingOrder, int]], *, now: datetime
) -> Written:
    """`orders` are (order, content hash), no id twice. Raises what the database says of an impossible row."""
    written = Written()
    drafts = await _draft(tx, source, orders, written)
    if not drafts:
        return written
    await _match(tx, source, drafts)
    book = await open_book(
        tx,
        {match.product_id for draft in drafts for _, _, match in draft.new_lines if match.product_id is not None}
        | {item["product_id"] for draft in drafts for item in draft.items.values() if item["product_id"] is not None},
        [item["id"] for draft in drafts for item in draft.items.values()],
    )
    for draft in drafts:
        _settle(book, draft)
    await _keep_customers(tx, source, drafts, now)
    ids = await _insert(tx, source, [draft for draft in drafts if draft.known is None], written, now)
    for draft in drafts:
        if draft.known is not None:
            ids |= await _update(tx, source, draft, written, now)
    await short_lines.fill(tx, book, book.freed(), now=now)
    await write_book(
        tx, book, store_id=source.store_id, actor=source.actor or source.marketplace, now=now, item_ids=ids
    )
    await key_units.owe(tx, [*written.created, *written.updated], now)
    await key_units.resume(
        tx, [draft.known["id"] for draft in drafts if draft.known and _was_stopped(draft.known)], now
    )
    return written


def _was_stopped(known: Mapping[str, Any]) -> bool:
    """Whether keys waited for what the new document may have settled."""
    return bool({Attention.NO_ADDRESS, Attention.CANCELLATION_REQUESTED} & set(known["attention"].split()))


async def _draft(tx: Tx, source: Source, orders: Sequence[tuple[IncomingOrder, int]], written: Written) -> list[Draft]:
    rows = await tx.fetch(
        order_rows.SELECT_KNOWN, source.channel_id, tuple([order.channel_order_id for order, _ in orders])
    )
    known = {row["channel_order_id"]: row for row in rows}
    items: dict[int, dict[str, Mapping[str, Any]]] = {row["id"]: {} for row in rows}
    for item in await tx.fetch(order_rows.SELECT_ITEMS, tuple(items)) if items else ():
        items[item["order_id"]][item["line_key"]] = item
    drafts = []
    for order, content_hash in orders:
        row = known.get(order.channel_order_id)
        if row is None:
            decision = decide(None, order, watched_since=source.watched_since)
            drafts.append(Draft(order, content_hash, decision, None, {}, list(decision.notices)))
            continue
        if row["content_hash"] == content_hash:
            written.unchanged += 1
            continue
        mine = items[row["id"]]
        decision = decide(
            StoredOrder(
                OrderStatus(row["status"]),
                [stored_line(item) for item in mine.values()],
                row["channel_updated_at"],
                is_answering=row["sync_status"] in UNDER_WAY,
            ),
            order,
        )
        if decision.kind is Kind.IGNORED:
            written.unchanged += 1
            continue
        drafts.append(Draft(order, content_hash, decision, row, mine, list(decision.notices)))
    return drafts


def stored_line(item: Mapping[str, Any]) -> StoredLine:
    return StoredLine(
        item["line_key"], item["quantity"], item["confirmed"], item["cancelled"], item["shipped"], item["returned"],
        tuple([(unit[0], unit[1], unit[2] if len(unit) > 2 else "") for unit in item["units_json"] or ()]),
        item["earlier"],
    )  # fmt: skip


async def _match(tx: Tx, source: Source, drafts: Sequence[Draft]) -> None:
    """Names new lines by negative numbers until they have a row."""
    wanted: list[tuple[Draft, LineDecision, LineName]] = []
    for draft in drafts:
        for line in draft.decision.lines:
            if line.stored is None and line.incoming is not None:
                told = line.incoming
                wanted.append((draft, line, LineName(told.sku, told.gtin, told.title)))
    if not wanted:
        return
    matches = await product_matching.match(
        tx,
        store_id=source.store_id,
        channel_id=source.channel_id,
        marketplace=source.marketplace,
        names=[name for _, _, name in wanted],
    )
    for number, (draft, line, name) in enumerate(wanted, start=1):
        match = matches[name]
        draft.new_lines.append((-number, line, match))
        if match.state == "unmatched":
            draft.unmatched += 1
            draft.notices.append((Attention.UNMATCHED, f"line {line.line_key[:80]}: {match.reason}"))


def _settle(book: Book, draft: Draft) -> None:
    status = draft.decision.status
    missing = 0
    for name, line, match in draft.new_lines:
        state = "none"
        if match.product_id is not None:
            need = pieces_to_hold(status, line.quantity, line.cancelled, line.shipped, line.earlier)
            if need:
                state = book.settle(name, match.product_id, need).state
        draft.states[name] = state
        draft.shorts += state == "short"
    if draft.items:
        for line in draft.decision.lines:
            if line.stored is None:
                continue
            item = draft.items[line.line_key]
            state = item["stock_state"]
            if item["product_id"] is not None:
                need = pieces_to_hold(status, line.quantity, line.cancelled, line.shipped, line.earlier)
                left = max(0, line.shipped - item["shipped"] - line.unbooked)
                settled = book.settle(item["id"], item["product_id"], need, deduct=left, state=state)
                state, missing = settled.state, missing + settled.missing
            draft.states[item["id"]] = state
            draft.shorts += state == "short"
            draft.unmatched += item["match_state"] == "unmatched"
    if draft.shorts:
        draft.notices.append(short_lines.short_notice(draft.shorts))
    if missing:
        draft.notices.append((Attention.STOCK_DIFFERS, f"{missing} pieces left the house that the stock did not show"))


async def _keep_customers(tx: Tx, source: Source, drafts: Sequence[Draft], now: datetime) -> None:
    """Sets `customer` of the drafts. A person is kept as the latest order says."""
    found: dict[bytes, list[Draft]] = {}
    for draft in drafts:
        index = None if draft.is_erased else customers.identity(tx.cipher, draft.incoming.customer)
        if index is not None:
            found.setdefault(index, []).append(draft)
    people: dict[bytes, tuple[IncomingCustomer, datetime | None]] = {}
    for index, theirs in found.items():
        latest = max(theirs, key=_placed).incoming
        assert latest.customer is not None  # noqa: S101  # it has an identity
        people[index] = (latest.customer, latest.placed_at)
    if not people:
        return
    kept = await customers.keep(tx, store_id=source.store_id, marketplace=source.marketplace, customers=people, now=now)
    for index, theirs in found.items():
        for draft in theirs:
            draft.customer = kept[index]


def _placed(draft: Draft) -> float:
    placed_at = draft.incoming.placed_at
    return placed_at.timestamp() if placed_at is not None else 0.0


def _people(tx: Tx, source: Source, draft: Draft, now: datetime) -> tuple[bytes | None, bytes | None, datetime | None]:
    """What an order may hold of people and of its document, both sealed, and since when its erasure is due.

    An order placed before its customer was erased brings nobody back: it comes in as due, and so does one that was
    known without its customer. While its goods are to be sent, a due order takes in where they go, and nothing else.
    """
    cipher, channel_id, known, order = tx.cipher, source.channel_id, draft.known, draft.incoming
    before = None if known is None else known["personal_sealed"]
    due_at = now if draft.is_covered() else draft.erasure_due_at
    if known is not None and known["erased_at"] is not None:
        return None, None, None
    if due_at is None:
        payload = order_rows.sealed_payload(cipher, channel_id, order)
        return order_rows.sealed_personal(cipher, channel_id, order, before), payload, None
    if draft.decision.status not in HOLDING:
        return None, None, due_at
    parcel = replace(order, customer=None, billing_address=None)
    keeps_mail = draft.erasure_due_at is not None  # the erasure left it there where keys are owed, and else took it
    before = order_rows.address_alone(cipher, before, channel_id, order.channel_order_id, keeps_mail=keeps_mail)
    return order_rows.sealed_personal(cipher, channel_id, parcel, before), None, due_at


async def _insert(
    tx: Tx,
    source: Source,
    drafts: Sequence[Draft],
    written: Written,
    now: datetime,
) -> dict[int, int]:
    """Returns the ids of the new lines by their names in the book."""
    if not drafts:
        return {}
    channel_id = source.channel_id
    rows, marked, sealed = [], [], []
    for draft in drafts:
        order, decision = draft.incoming, draft.decision
        codes, reason = attention.render(draft.notices) if draft.notices else ("", "")
        marked.append(bool(codes))
        personal, payload, due_at = _people(tx, source, draft, now)
        sealed.append(payload)
        rows.append(
            (
                source.store_id, channel_id, source.marketplace, order.channel_order_id, order.order_number[:255],
                decision.status, order.channel_status[:100], order.currency, lines_minor(decision.lines),
                order.subtotal_minor, order.shipping_minor, order.tax_minor, order.discount_minor, order.total_minor,
                order.refunded_minor, draft.customer.id if draft.customer else None, personal,
                order_rows.clipped(order.locale, 8), draft.content_hash, codes, reason, "synced", "", order.placed_at,
                order.channel_updated_at, now, now, due_at,
            )
        )  # fmt: skip
    found = await tx.insert("orders", order_rows.ORDER_COLUMNS, rows, suffix="RETURNING id")
    item_rows, names, payloads, history = [], [], [], []
    for draft, row, is_marked, payload in zip(drafts, found, marked, sealed, strict=True):
        order_id, decision = row["id"], draft.decision
        for name, line, match in draft.new_lines:
            names.append(name)
            item_rows.append(order_rows.item_row(order_id, line, match, draft.states[name]))
        payloads.append((order_id, payload, now))
        history.append(
            order_rows.history_row(
                order_id, None, decision.status, source.cause, source.actor or source.marketplace, now
            )
        )
        written.created.append(order_id)
        if is_marked:
            written.attention.append(order_id)
        if draft.shorts:
            written.short.append(order_id)
        tx.emit(OrderChanged(source.store_id, order_id, source.marketplace, decision.status, "created"))
    items = await tx.insert("order_items", order_rows.ITEM_COLUMNS, item_rows, suffix="RETURNING id")
    await tx.insert("order_payloads", order_rows.PAYLOAD_COLUMNS, payloads)
    await tx.insert("order_status_history", order_rows.HISTORY_COLUMNS, history)
    return {name: row["id"] for name, row in zip(names, items, strict=True)}


async def _update(tx: Tx, source: Source, draft: Draft, written: Written, now: datetime) -> dict[int, int]:
    assert draft.known is not None  # noqa: S101  # the caller asked
    row, order, decision = draft.known, draft.incoming, draft.decision
    order_id, customer_id = row["id"], draft.customer.id if draft.customer else None
    personal, payload, due_at = _people(tx, source, draft, now)
    if not draft.is_erased:
        await tx.insert(
            "order_payloads", order_rows.PAYLOAD_COLUMNS, [(order_id, payload, now)], suffix=order_rows.UPSERT_PAYLOAD
        )
    codes, reason = attention.merge(row["attention_reason"], draft.notices)
    settled: dict[str, bool] = {
        Attention.SHORT: not draft.shorts,
        Attention.UNMATCHED: not draft.unmatched,
        Attention.ANSWERED_BEFORE: not any(line.earlier for line in decision.lines),
    }
    codes, reason = attention.without(reason, lambda notice: settled.get(notice[0], False))
    fresh_lines = [line for _, line, _ in draft.new_lines]
    await tx.execute(
        order_rows.UPDATE_ORDER,
        order_id, decision.status, order.channel_status[:100], row["lines_minor"] + lines_minor(fresh_lines),
        order.subtotal_minor, order.shipping_minor, order.tax_minor, order.discount_minor, order.total_minor,
        customer_id, personal, order_rows.clipped(order.locale, 8), draft.content_hash, codes, reason,
        order.placed_at, order.channel_updated_at, now, order.refunded_minor, due_at,
    )  # fmt: skip
    changes = []
    for line in decision.lines:
        if line.stored is not None:
            item = draft.items[line.line_key]
            changes.append(order_rows.item_change(item["id"], line, draft.states[item["id"]]))
    if changes:
        await tx.execute_many(order_rows.UPDATE_ITEM, changes)
    ids: dict[int, int] = {}
    if draft.new_lines:
        rows = [order_rows.item_row(order_id, line, match, draft.states[name]) for name, line, match in draft.new_lines]
        found = await tx.insert("order_items", order_rows.ITEM_COLUMNS, rows, suffix="RETURNING id")
        ids = {name: one["id"] for (name, _, _), one in zip(draft.new_lines, found, strict=True)}
    if decision.kind is Kind.MOVED:
        actor = source.actor or source.marketplace
        await tx.insert(
            "order_status_history",
            order_rows.HISTORY_COLUMNS,
            [order_rows.history_row(order_id, row["status"], decision.status, source.cause, actor, now)],
        )
    written.updated.append(order_id)
    if codes:
        written.attention.append(order_id)
    if draft.shorts:
        written.short.append(order_id)
    what = "status" if decision.kind is Kind.MOVED else "attention" if codes != row["attention"] else "content"
    tx.emit(OrderChanged(source.store_id, order_id, source.marketplace, decision.status, what))
    return ids
