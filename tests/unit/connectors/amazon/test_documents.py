"""What comes and goes as a file: reports, feeds and their results, refunds; and cursors as text."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from orion_daemon.connectors.amazon import cancellation, documents, history, levels_feed, refunds, reports, walk
from orion_daemon.connectors.amazon.schemas import FeedIssue, FeedSummary, ProcessingReport
from orion_daemon.connectors.amazon.times import text
from orion_daemon.connectors.base import OutgoingLevel
from orion_daemon.connectors.errors import Malformed
from orion_daemon.domain.incoming import IncomingOrder

# -- reports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "country", "title"),
    [("utf-8", "DE", "Käse"), ("utf-8-sig", "FR", "Œuf"), ("cp1252", "DE", "Käse"), ("cp932", "JP", "茶碗")],
)
def test_a_table_is_read_in_the_encoding_of_its_store(encoding: str, country: str, title: str) -> None:
    raw = f'Seller-SKU\titem-name\tprice\r\nA "1"\t{title}\t1.00\r\n\r\nB\tx\r\n'.encode(encoding)
    rows = reports.parse(raw, country)
    assert rows == [
        {"seller-sku": 'A "1"', "item-name": title, "price": "1.00"},
        {"seller-sku": "B", "item-name": "x", "price": ""},
    ]


@pytest.mark.parametrize("raw", [b"", b"no table here", b"<html></html>"])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        reports.parse(raw)


def test_orders_of_a_report_come_once_and_the_open_ones_first() -> None:
    statuses = {"1": "Shipped", "2": "Unshipped", "3": "Cancelled", "4": "Partially Shipped"}
    rows = [{"amazon-order-id": name, "order-status": status} for name, status in statuses.items() for _ in range(2)]
    assert history.order_ids(rows) == ["2", "4", "1", "3"]
    assert history.order_ids([]) == []
    with pytest.raises(Malformed):
        history.order_ids([{"name": "x", "order": "1"}])


def test_packed_documents_are_unpacked_whole_or_not_at_all() -> None:
    raw = gzip.compress(b"one") + gzip.compress(b"two")
    assert documents.unpacked(raw) == b"onetwo"
    for broken in (raw[:-5], b"plain"):
        with pytest.raises(Malformed):
            documents.unpacked(broken)


def test_a_document_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        documents.unpacked(gzip.compress(bytes(documents.LARGEST + 1), 9))
    assert caught.value.code == "too_large"


# -- feeds ------------------------------------------------------------------------------------------------------------

LEVELS = [(OutgoingLevel(f"SKU {n}", n, 1999, "EUR"), [{"op": "merge", "path": "/attributes/x"}]) for n in (1, 2, 3)]


def refused(report: ProcessingReport | None, *, is_done: bool = True) -> tuple[set[int], bool]:
    """Numbers of messages, and whether all were."""
    told = levels_feed.told_in(report, is_done=is_done)
    return set(told.refused), told.refused_all is not None


def test_what_the_report_names_is_refused_and_all_else_accepted() -> None:
    issues = [
        FeedIssue(1, "90220", "WARNING", "odd"),
        FeedIssue(2, "99022", "ERROR", "bad price"),
    ]
    report = ProcessingReport(issues, FeedSummary(2))
    assert refused(report) == ({2}, False)
    assert levels_feed.told_in(report, is_done=True).refused[2] == ("refused", "99022 bad price")


def test_messages_have_the_numbers_of_their_levels() -> None:
    numbered = [(replace(level, number=level.quantity or 0), made) for level, made in LEVELS]
    for wanted, numbers in ((LEVELS, [1, 2, 3]), (numbered[1:], [2, 3])):
        messages = msgspec.json.decode(levels_feed.document("SELLER", wanted))["messages"]
        assert [message["messageId"] for message in messages] == numbers


def test_a_feed_that_failed_as_a_whole_refuses_all() -> None:
    whole = ProcessingReport([FeedIssue(None, "4000001", "ERROR", "not a feed")])
    assert refused(whole) == (set(), True)
    assert refused(None, is_done=False) == (set(), True)
    assert refused(None) == (set(), False)
    assert refused(ProcessingReport([FeedIssue(None, "1", "ERROR", "note")], FeedSummary(3))) == (set(), False)


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(Malformed):
        levels_feed.read_report(b"<html>")


def test_a_cancellation_names_each_item_and_escapes_what_it_must() -> None:
    raw = cancellation.acknowledgement("S&1", "302-1", ("1", "2"), cancellation.BY_BUYER).decode()
    assert raw.count("<CancelReason>BuyerCanceled</CancelReason>") == 2
    assert "<MerchantIdentifier>S&amp;1</MerchantIdentifier>" in raw


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<MessagesWithError>0</MessagesWithError>", []),
        (
            "<Result><ResultCode>Error</ResultCode><ResultMessageCode>18028</ResultMessageCode></Result>",
            ["18028: "],
        ),
        ("<MessagesWithError>2</MessagesWithError>", ["2 messages were refused"]),
        ("<Result><ResultCode>Warning</ResultCode></Result>", []),
    ],
)
def test_errors_of_a_processing_report(body: str, found: list[str]) -> None:
    assert (
        cancellation.errors_in(f"<AmazonEnvelope><ProcessingReport>{body}</ProcessingReport></AmazonEnvelope>".encode())
        == found
    )


@pytest.mark.parametrize("raw", [b"not xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
def test_a_report_that_is_not_safe_to_read_is_not_read(raw: bytes) -> None:
    with pytest.raises(Malformed):
        cancellation.errors_in(raw)


# -- refunds ----------------------------------------------------------------------------------------------------------


def order(status: str | None = "shipped", total: int | None = 5000, currency: str = "EUR") -> IncomingOrder:
    return IncomingOrder(
        "302-1", "302-1", status, "SHIPPED", currency, (), None, total_minor=total, payload=b'{"orderId":"302-1"}'
    )


def refund(amount: Any, *, kind: str = "Refund", name: str = "R1", state: str = "RELEASED", **more: Any) -> msgspec.Raw:
    told = {
        "transactionType": kind,
        "transactionId": f"T-{name}-{state}",
        "transactionStatus": state,
        "description": "Refund Order" if kind == "Refund" else "Order Payment",
        "relatedIdentifiers": [
            {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": "302-1"},
            {"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": name},
        ],
        "totalAmount": {"currencyAmount": amount, "currencyCode": "EUR"},
        **more,
    }
    return msgspec.Raw(json.dumps(told).encode())


def fee(kind: str, amount: float) -> dict[str, Any]:
    return {"breakdownType": kind, "breakdownAmount": {"currencyAmount": amount, "currencyCode": "EUR"}}


@pytest.mark.parametrize(
    ("told", "status", "refunded"),
    [
        ([], "shipped", None),
        ([refund(-19.99)], "partially_refunded", 1999),
        ([refund(-20), refund(-30, name="R2")], "refunded", 5000),
        ([refund(-60)], "refunded", 6000),
        ([refund(50, kind="Shipment")], "shipped", None),
        ([refund(-42.5, breakdowns=[fee("Sales", -50), fee("Expenses", 7.5)])], "refunded", 5000),
        ([refund(-20, state="DEFERRED_RELEASED"), refund(-20, state="RELEASED")], "partially_refunded", 2000),
        ([refund(-20, state="DEFERRED_RELEASED")], "partially_refunded", 2000),
        ([refund(-20, state="DEFERRED")], "partially_refunded", 2000),
    ],
)
def test_refunds_are_summed_as_the_buyer_got_them(told: list[msgspec.Raw], status: str, refunded: int | None) -> None:
    found = refunds.with_refunds(order(), told)
    assert (found.status, found.refunded_minor) == (status, refunded)
    assert (found.payload == order().payload) == (refunded is None)
    assert b"302-1" in found.payload


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (order("cancelled"), "cancelled"),
        (order(None), "partially_refunded"),
        (order(total=None), "partially_refunded"),
        (order("cancelled", total=1000), "refunded"),
    ],
)
def test_a_refund_moves_only_what_it_proves(known: IncomingOrder, status: str) -> None:
    assert refunds.with_refunds(known, [refund(-10)]).status == status


def test_a_refund_in_another_currency_is_told_and_changes_nothing() -> None:
    found = refunds.with_refunds(order(currency="JPY"), [refund(-10)])
    assert (found.status, found.refunded_minor) == ("shipped", None)
    assert [code for code, _ in found.problems] == ["refund_unreadable"]


# -- cursors ----------------------------------------------------------------------------------------------------------


def test_cursors_survive_as_text_and_nonsense_begins_anew() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    whole = walk.Cursor("report", since=now, until=now + timedelta(days=1), report="7", at=40, failed=1)
    assert walk.place(str(whole)) == whole
    assert str(walk.Cursor()) == "{}"
    for nonsense in (None, "", "x", "[]", '{"state":"unconfirmed"}', '{"step":"leap"}', '{"at":"x"}'):
        assert walk.place(nonsense) == walk.Cursor()


def test_times_are_whole_seconds_in_utc() -> None:
    there = datetime(2026, 3, 2, 13, 0, 0, 999_999, tzinfo=UTC).astimezone()
    assert text(there) == "2026-03-02T13:00:00Z"
