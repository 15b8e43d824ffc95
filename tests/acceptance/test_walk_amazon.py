"""Amazon from the outside: everything through the API of a real daemon, judged by the sandbox's shelves and ledger."""

from typing import Any

from tests.support.channels_scene import Account, earlier, open_channels
from tests.support.processes import Processes, until


async def test_the_walk(processes: Processes) -> None:
    channels = await open_channels(processes)
    amazon, ebay, api = channels.amazon, channels.ebay, channels.api
    await channels.import_catalog()
    assert await amazon.levels() == {"MUG": (20, 0), "BOWL": (10, 0), "VASE": (5, 0), "CARD": (200, 0), "LAMP": (0, 0)}
    assert (await amazon.status())["offers"] == {"different": 0, "sent": 0, "synced": 5, "failed": 0}

    # orders come in, hold stock, and every channel is told
    first, second = await amazon.place(MUG=3, BOWL=2), await amazon.place(MUG=1)
    await amazon.arrive(first, second)
    levels = await amazon.levels()
    assert (levels["MUG"], levels["BOWL"]) == ((20, 4), (10, 2))
    await channels.settle()
    for account in (amazon, ebay):
        shelf = await account.pieces()
        assert (shelf["MUG"], shelf["BOWL"]) == (16, 8), account.marketplace

    # one order is cancelled, which Amazon takes its time for; parcels do not wait for it
    other = await amazon.order(second)
    await api.change("cancelOrder", "order { status }", orderId=other["id"])

    # two parcels, the second one asked for twice with one reference
    order = await amazon.order(first)
    assert order["status"] == "CONFIRMED"
    [mug] = [item["id"] for item in order["items"] if item["sku"] == "MUG"]
    parcel = {"orderId": order["id"], "carrier": "DHL", "trackingNumber": "JD1", "reference": "P-1"}
    await api.change("shipOrder", "order { status }", lines=[{"orderItemId": mug, "quantity": 2}], **parcel)
    await amazon.told(first)
    assert (await amazon.sandbox.control(f"amazon/orders/{first}"))["status"] == "PARTIALLY_SHIPPED"
    parcel |= {"carrier": "Kurier", "trackingNumber": "JD2", "reference": "P-2"}
    for _ in range(2):
        await api.change("shipOrder", "order { status }", **parcel)
    order = await amazon.told(first)
    assert (order["status"], len(order["shipments"])) == ("SHIPPED", 2)
    sent = await amazon.sandbox.ledger("shipment_confirmed")
    assert [
        (one["reference"], one["carrier"], one["tracking"], sorted(one["lines"].values()), one["edit"]) for one in sent
    ] == [("1", "DHL", "JD1", [2], False), ("2", "Kurier", "JD2", [1, 2], False)]
    assert (await amazon.sandbox.control(f"amazon/orders/{first}"))["status"] == "SHIPPED"

    # what comes into the house and what it costs is told, and held there
    await channels.restock("LAMP", 7)
    await channels.reprice("LAMP", "79.50")
    await channels.settle()
    for account, price in ((amazon, "79.5"), (ebay, "79.50")):
        assert (await account.shelf())["LAMP"] == (7, price)
        offer = await account.offer("LAMP")
        held = offer["confirmedQuantity"], offer["confirmedPrice"]["amount"]
        assert (offer["state"], held) == ("SYNCED", (7, "79.50")), account.marketplace

    # the cancelled order's piece is for sale again
    [cancelled] = await amazon.sandbox.ledger("order_cancelled")
    assert (cancelled["order"], cancelled["by"], cancelled["reason"]) == (second, "merchant", "GeneralAdjustment")
    assert (await amazon.order(second))["syncStatus"] == "SYNCED"
    for account in (amazon, ebay):
        assert (await account.pieces())["MUG"] == 17, account.marketplace
    code, said = await amazon.doctor()
    assert (code, said["stores"]) == (0, "The seller takes part in every store of the channel.")
    await channels.judge()


async def test_what_buyers_want_and_what_nobody_knows(processes: Processes) -> None:
    channels = await open_channels(processes)
    amazon, api = channels.amazon, channels.api
    await channels.import_catalog()
    asked, refunded = await amazon.place(VASE=1), await amazon.place(CARD=2)
    strange = await amazon.place(NOBODYS=1)
    await amazon.arrive(asked, refunded, strange)

    # a buyer who asks to cancel: the order is not sent, and cancelling answers
    await amazon.happens("cancel/request", order=asked, reason="Bought it elsewhere")
    await amazon.poll()
    order = await amazon.order(asked)
    assert [notice["code"] for notice in order["attention"]] == ["cancellation_requested"]
    parcel = {"orderId": order["id"], "carrier": "DHL", "trackingNumber": "JD9"}
    refused = await api.attempt("shipOrder", "userErrors { code message }", **parcel)
    assert [error["code"] for error in refused["userErrors"]] == ["CANCELLATION_REQUESTED"]
    await api.change("cancelOrder", "order { status }", orderId=order["id"])

    # a parcel that Amazon does not take is corrected; money that went back is seen
    order = await amazon.order(refunded)
    async with earlier(amazon.sandbox):
        await api.change("shipOrder", "order { status }", orderId=order["id"], carrier="DHL")
        sent = await refused_parcel(amazon)
        assert "correctShipment" in sent["syncError"]
        number = {"shipmentId": sent["id"], "carrier": "DHL", "trackingNumber": "JD3"}
        await api.change("correctShipment", "order { syncStatus }", **number)
        await amazon.told(refunded)
    await amazon.happens("refund", order=refunded, amount="2.20")
    await amazon.ask("reconcileOrders")
    await amazon.becomes(refunded, "PARTIALLY_REFUNDED")
    assert await amazon.refunded(refunded) == "2.20"

    # what nobody knows waits for a person, and says what it is
    assert await amazon.unmatched() == [(strange, "NOBODYS")]
    order = await amazon.order(strange)
    assert [notice["code"] for notice in order["attention"]] == ["unmatched"]

    await amazon.told(asked)
    [cancelled] = await amazon.sandbox.ledger("order_cancelled")
    assert (cancelled["order"], cancelled["reason"]) == (asked, "BuyerCanceled")
    [sent] = await amazon.sandbox.ledger("shipment_confirmed")
    assert (sent["order"], sent["tracking"]) == (refunded, "JD3")
    await channels.settle()
    await channels.judge()


async def refused_parcel(amazon: Account) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        text = '{ shipments(store: "ada", syncStatuses: [FAILED]) { edges { node { id syncError } } } }'
        edges = (await amazon.api.query(text))["shipments"]["edges"]
        return dict(edges[0]["node"]) if edges else None

    return await until("a parcel is refused", look)
