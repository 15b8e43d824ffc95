from datetime import UTC, datetime

import msgspec
import pytest

from orion_daemon.jobs import kinds
from orion_daemon.jobs.kinds import KINDS, JobKind, Kinds, Nothing

MARKETPLACE = {
    "PollOrders": "polling",
    "ImportOrderHistory": "polling",
    "ReconcileOrders": "polling",
    "ImportCatalog": "bulk",
    "ApplyImport": "bulk",
    "AnswerUnits": "urgent",
    "SendShipment": "urgent",
    "SendStatus": "urgent",
    "SendRefund": "urgent",
    "HandleNotification": "urgent",
    "PushInventory": "syncing",
    "SettleOffers": "syncing",
    "HearLevels": "syncing",
    "PublishFeed": "syncing",
    "ReadBackOffers": "syncing",
}
SUPPLIER = {
    "BuyKeys": "purchase",
    "SettlePurchase": "purchase",
    "FetchCodes": "purchase",
    "SyncSupplierCatalog": "catalog",
    "FetchTexts": "catalog",
    "WatchBalance": "catalog",
    "RefreshSupplierProduct": "catalog",
}


def test_the_kinds_of_accounts_have_their_lanes() -> None:
    found = {kind.name: kind.lane for kind in KINDS if kind.lane != "housekeeping"}
    assert found == MARKETPLACE | SUPPLIER | {"DeliverKeys": "mail"}


def test_the_housekeeper_has_its_own() -> None:
    assert set(KINDS.names(["housekeeping"])) == {
        "RetryFailed", "SweepSales", "SyncPrices", "SweepPurchases", "WatchCredentials", "DeleteFinishedJobs"
    }  # fmt: skip


def test_a_kind_that_is_not_known_is_not_an_error() -> None:
    assert KINDS.find("FromANewerVersion") is None


def test_two_kinds_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="two job kinds are called A"):
        Kinds((JobKind("A", "x", Nothing), JobKind("A", "y", Nothing)))


@pytest.mark.parametrize(
    ("kind", "args", "key", "entity"),
    [
        (kinds.POLL_ORDERS, kinds.Nothing(), "", None),
        (kinds.IMPORT_CATALOG, kinds.ImportArgs(7), "7", None),
        (kinds.ANSWER_UNITS, kinds.OrderArgs(5), "5", "order:5"),
        (kinds.SEND_STATUS, kinds.StatusArgs(5, "shipped"), "5:shipped", "order:5"),
        (kinds.SEND_SHIPMENT, kinds.ShipmentArgs(9), "9", None),
        (kinds.SEND_REFUND, kinds.RefundArgs(8), "8", None),
        (kinds.HANDLE_NOTIFICATION, kinds.NotificationArgs(4), "4", None),
        (kinds.SYNC_SUPPLIER_CATALOG, kinds.WalkArgs(is_full=True), "full", "catalog"),
        (kinds.SYNC_SUPPLIER_CATALOG, kinds.WalkArgs(is_full=False), "delta", "catalog"),
        (kinds.REFRESH_SUPPLIER_PRODUCT, kinds.SupplierProductArgs("p"), "p", None),
        (kinds.IMPORT_ORDER_HISTORY, kinds.HistoryArgs(3), "3", None),
        (kinds.HEAR_LEVELS, kinds.ToldArgs("feed-1", datetime(2026, 11, 28, tzinfo=UTC)), "feed-1", None),
    ],
)
def test_keys_and_entities_come_from_the_arguments(
    kind: JobKind[msgspec.Struct], args: msgspec.Struct, key: str, entity: str | None
) -> None:
    assert kind.unique is not None
    assert kind.unique(args) == key
    assert (kind.entity(args) if kind.entity else None) == entity


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_arguments_survive_the_table(kind: JobKind[msgspec.Struct]) -> None:
    samples = {int: 4, str: "x", bool: True, datetime: datetime(2026, 11, 28, 9, 0, 0, 123456, UTC)}
    args = kind.args(**{name: samples[t] for name, t in kind.args.__annotations__.items()})
    assert kind.decode(msgspec.json.encode(args)) == args


def test_arguments_of_another_shape_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        kinds.IMPORT_CATALOG.decode('{"import_id": "x"}')


def test_levels_are_pushed_again_when_they_change_during_a_push() -> None:
    assert {kind.name for kind in KINDS if kind.follows} == {
        "SettleOffers",
        "PushInventory",
        "PublishFeed",
        "AnswerUnits",
        "SendShipment",
        "BuyKeys",
        "SettlePurchase",
        "FetchCodes",
        "DeliverKeys",
        "FetchTexts",
        "RefreshSupplierProduct",
    }


def test_polls_outlive_an_outage_of_days() -> None:
    assert kinds.POLL_ORDERS.longest_delay.total_seconds() == 300
    assert kinds.POLL_ORDERS.max_attempts * 240 > kinds.POLL_ORDERS.give_up_after.total_seconds()


def test_only_refunds_may_not_be_sent_twice() -> None:
    assert [kind.name for kind in KINDS if not kind.is_repeatable] == ["SendRefund"]
