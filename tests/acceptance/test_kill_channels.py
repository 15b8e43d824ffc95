"""The daemon killed at chosen moments of its work for Amazon and eBay: in a poll of many pages, in a push, and
between a call and its record. After a new start the marketplaces' ledgers say what the database says, once.

The moment is made by the stand-in: it holds one answer back, and while it does the daemon dies.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from tests.support.channels_scene import PATIENT, Account, Channels, open_channels
from tests.support.processes import Processes, until
from tests.support.scene import ARTICLES

PAGE, ORDERS, STOCK = 10, 35, 5000
Judge = Callable[[], Awaitable[None]]


class Moment(NamedTuple):
    """At the call after `skip` others of the operation, before or after it took effect."""

    marketplace: str
    work: str
    operation: str
    when: str = "after"
    skip: int = 0


MOMENTS = (
    Moment("amazon", "poll", "searchOrders", skip=1),
    Moment("amazon", "push", "patchListingsItem", skip=2),
    Moment("amazon", "parcel", "confirmShipment"),
    Moment("ebay", "poll", "getOrders", skip=2),
    Moment("ebay", "parcel", "createShippingFulfillment"),
)
MORE = (
    Moment("amazon", "poll", "searchOrders", "before"),
    Moment("amazon", "poll", "searchOrders", skip=3),
    Moment("amazon", "push", "searchListingsItems", "before"),
    Moment("amazon", "push", "patchListingsItem", "before"),
    Moment("amazon", "push", "patchListingsItem", skip=4),
    Moment("amazon", "parcel", "getOrder"),
    Moment("amazon", "parcel", "confirmShipment", "before"),
    Moment("amazon", "cancel", "createFeedDocument"),
    Moment("amazon", "cancel", "createFeed"),
    Moment("amazon", "cancel", "getFeed"),
    Moment("ebay", "poll", "getOrders", "before"),
    Moment("ebay", "poll", "getOrders", skip=4),
    Moment("ebay", "push", "bulkUpdatePriceQuantity", "before"),
    Moment("ebay", "push", "bulkUpdatePriceQuantity"),
    Moment("ebay", "parcel", "getShippingFulfillments"),
    Moment("ebay", "cancel", "createCancellation"),
)


@pytest.mark.parametrize("moments", [MOMENTS, pytest.param(MOMENTS + MORE, marks=pytest.mark.long)], ids=["5", "all"])
async def test_a_kill_loses_and_doubles_nothing(processes: Processes, moments: tuple[Moment, ...]) -> None:
    stock = dict.fromkeys(ARTICLES, STOCK)
    channels = await open_channels(processes, stock=stock, settings=PATIENT, page_size=PAGE)
    await channels.import_catalog()
    works = {"poll": poll, "push": push, "parcel": parcel, "cancel": cancel}
    for number, moment in enumerate(moments):
        account = channels.amazon if moment.marketplace == "amazon" else channels.ebay
        begin, judge = await works[moment.work](channels, account, number)
        await hold(account, moment)
        await begin()
        await held(account, moment)
        await channels.scene.restart()
        await account.sandbox.control("faults", method="DELETE")
        await channels.settle()
        await judge()
        await judge_books(channels)
    await channels.judge()


async def hold(account: Account, moment: Moment) -> None:
    rule = {"kind": "slow", "delay": 3, "count": 1, "operation": moment.operation, "when": moment.when}
    await account.sandbox.control("faults", {**rule, "skip": moment.skip, "marketplace": moment.marketplace})


async def held(account: Account, moment: Moment) -> None:
    async def look() -> bool:
        [rule] = await account.sandbox.control("faults")
        return bool(rule["fired"])

    await until(f"the daemon waits in {moment}", look)


# -- the daemon's work: how it begins, and what must have come of it ---------------------------------------------------


async def poll(channels: Channels, account: Account, number: int) -> tuple[Judge, Judge]:
    bought = await account.place_many(ORDERS, CARD=1)
    text = "query($after: String) { orders(first: 200, after: $after) { edges { node { channelOrderId } } pageInfo {"

    async def judge() -> None:
        found, after, more = list[str](), None, True
        while more:
            page = (await channels.api.query(text + " hasNextPage endCursor } } }", after=after))["orders"]
            found += [edge["node"]["channelOrderId"] for edge in page["edges"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert len(found) == len(set(found))
        assert set(bought) <= set(found)

    return lambda: account.ask("pollOrders"), judge


async def push(channels: Channels, account: Account, number: int) -> tuple[Judge, Judge]:
    async def begin() -> None:
        for sku in ARTICLES:
            await channels.restock(sku, STOCK + number)

    async def judge() -> None:
        status = await account.status()
        assert status["offers"] == {"different": 0, "sent": 0, "synced": len(ARTICLES), "failed": 0}

    return begin, judge


async def parcel(channels: Channels, account: Account, number: int) -> tuple[Judge, Judge]:
    name = await account.place(MUG=2)
    await account.arrive(name)
    await channels.settle()
    order = await account.order(name)
    wanted = {"orderId": order["id"], "carrier": "DHL", "trackingNumber": f"JD{number}", "reference": f"P-{number}"}

    async def begin() -> None:
        await channels.api.change("shipOrder", "order { status }", **wanted)

    async def judge() -> None:
        told = await account.told(name)
        assert told["status"] == "SHIPPED"
        kind, number = {"amazon": ("shipment_confirmed", "tracking"), "ebay": ("shipping_fulfillment", "number")}[
            account.marketplace
        ]
        sent = await account.sandbox.ledger(kind, order=name)
        assert {entry[number] for entry in sent} == {wanted["trackingNumber"]}
        assert len([entry for entry in sent if not entry.get("same")]) == 1, sent

    return begin, judge


async def cancel(channels: Channels, account: Account, number: int) -> tuple[Judge, Judge]:
    name = await account.place(VASE=1)
    await account.arrive(name)
    await channels.settle()
    order = await account.order(name)

    async def begin() -> None:
        await channels.api.change("cancelOrder", "order { status }", orderId=order["id"])

    async def judge() -> None:
        assert (await account.told(name))["status"] == "CANCELLED"
        assert len(await account.sandbox.ledger("order_cancelled", order=name)) == 1

    return begin, judge


async def judge_books(channels: Channels) -> None:
    """Every shelf shows what is free here."""
    free = {sku: on_hand - reserved for sku, (on_hand, reserved) in (await channels.scene.levels()).items()}
    for account in channels.accounts:
        assert await account.pieces() == free, account.marketplace
