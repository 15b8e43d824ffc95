"""eBay from the outside: everything through the API of a real daemon, judged by the sandbox's shelves and ledger."""

from tests.support.channels_scene import earlier, open_channels
from tests.support.processes import Processes


async def test_the_walk(processes: Processes) -> None:
    channels = await open_channels(processes)
    amazon, ebay, api = channels.amazon, channels.ebay, channels.api
    await channels.import_catalog()
    assert (await ebay.status())["offers"] == {"different": 0, "sent": 0, "synced": 5, "failed": 0}

    # eBay's own offers are read too, and are the same products
    await api.change("importProducts", "importJob { id }", **ebay.account)
    await ebay.quiet()
    text = '{ marketplaceProducts(store: "ada", marketplace: "ebay") { totalCount } products { totalCount } }'
    assert await api.query(text) == {"marketplaceProducts": {"totalCount": 5}, "products": {"totalCount": 5}}

    # orders come in, hold stock, and every channel is told
    first, second = await ebay.place(MUG=3, BOWL=2), await ebay.place(MUG=1)
    await ebay.arrive(first, second)
    levels = await ebay.levels()
    assert (levels["MUG"], levels["BOWL"]) == ((20, 4), (10, 2))
    await channels.settle()
    for account in (amazon, ebay):
        shelf = await account.pieces()
        assert (shelf["MUG"], shelf["BOWL"]) == (16, 8), account.marketplace

    # two parcels, the second one asked for twice with one reference
    order = await ebay.order(first)
    assert order["status"] == "CONFIRMED"
    [mug] = [item["id"] for item in order["items"] if item["sku"] == "MUG"]
    parcel = {"orderId": order["id"], "carrier": "DHL", "trackingNumber": "JD-1", "reference": "P-1"}
    await api.change("shipOrder", "order { status }", lines=[{"orderItemId": mug, "quantity": 2}], **parcel)
    await ebay.told(first)
    parcel |= {"trackingNumber": "JD-2", "reference": "P-2"}
    for _ in range(2):
        await api.change("shipOrder", "order { status }", **parcel)
    order = await ebay.told(first)
    assert (order["status"], len(order["shipments"])) == ("SHIPPED", 2)
    sent = await ebay.sandbox.ledger("shipping_fulfillment")
    assert [(one["number"], one["carrier"], sorted(one["items"].values())) for one in sent] == [
        ("JD1", "DHL", [2]),
        ("JD2", "DHL", [1, 2]),
    ]
    assert not any(one["repeated"] or one["over"] for one in sent)

    # the other order is cancelled by a signed call, and its piece is for sale again
    other = await ebay.order(second)
    await api.change("cancelOrder", "order { status }", orderId=other["id"])
    await ebay.told(second)
    [cancelled] = await ebay.sandbox.ledger("order_cancelled")
    assert (cancelled["order"], cancelled["initiator"], cancelled["by"]) == (second, "SELLER", "api")

    # what comes into the house and what it costs is told, and held there
    await channels.restock("LAMP", 7)
    await channels.reprice("LAMP", "79.50")
    await channels.settle()
    for account, price in ((amazon, "79.5"), (ebay, "79.50")):
        shown = await account.shelf()
        assert (shown["LAMP"], shown["MUG"][0]) == ((7, price), 17)
        offer = await account.offer("LAMP")
        held = offer["confirmedQuantity"], offer["confirmedPrice"]["amount"]
        assert (offer["state"], held) == ("SYNCED", (7, "79.50")), account.marketplace
    code, said = await ebay.doctor()
    assert (code, said["signed calls"]) == (0, "eBay takes our signature.")
    await channels.judge()


async def test_what_buyers_want_and_what_nobody_knows(processes: Processes) -> None:
    channels = await open_channels(processes)
    ebay, api = channels.ebay, channels.api
    await channels.import_catalog()
    asked, refunded = await ebay.place(VASE=1), await ebay.place(CARD=2)
    strange = await ebay.place(NOBODYS=1)
    await ebay.arrive(asked, refunded, strange)

    # a buyer who asks to cancel: the order is not sent, and cancelling agrees
    await ebay.happens("cancel/request", order=asked)
    await ebay.poll()
    order = await ebay.order(asked)
    assert [notice["code"] for notice in order["attention"]] == ["cancellation_requested"]
    parcel = {"orderId": order["id"], "carrier": "DHL", "trackingNumber": "JD9"}
    refused = await api.attempt("shipOrder", "userErrors { code message }", **parcel)
    assert [error["code"] for error in refused["userErrors"]] == ["CANCELLATION_REQUESTED"]
    await api.change("cancelOrder", "order { status }", orderId=order["id"])
    await ebay.told(asked)
    [cancelled] = await ebay.sandbox.ledger("order_cancelled")
    assert (cancelled["order"], cancelled["initiator"], cancelled["by"]) == (asked, "BUYER", "api")

    # money that went back is seen
    order = await ebay.order(refunded)
    async with earlier(ebay.sandbox):
        await api.change("shipOrder", "order { status }", **{**parcel, "orderId": order["id"]})
        await ebay.told(refunded)
    await ebay.happens("refund", order=refunded, amount="2.20")
    await ebay.poll()
    await ebay.becomes(refunded, "PARTIALLY_REFUNDED")
    assert await ebay.refunded(refunded) == "2.20"

    # what nobody knows waits for a person, and says what it is
    assert await ebay.unmatched() == [(strange, "NOBODYS")]
    order = await ebay.order(strange)
    assert [notice["code"] for notice in order["attention"]] == ["unmatched"]
    assert {entry["order"] for entry in await ebay.sandbox.ledger("shipping_fulfillment")} == {refunded}
    await channels.settle()
    await channels.judge()
