"""One stock on three marketplaces: more buyers than pieces, all at once, and no channel sells what is gone."""

import asyncio
from collections import Counter

from tests.support.channels_scene import open_channels
from tests.support.processes import Processes

BUYERS, PIECES = 30, 20


async def test_thirty_buyers_of_twenty_pieces(processes: Processes) -> None:
    channels = await open_channels(processes, letzshop=True)
    await channels.import_catalog()
    assert [(await account.pieces())["MUG"] for account in channels.accounts] == [PIECES] * 3

    buyers = [account for account in channels.accounts for _ in range(BUYERS // 3)]
    bought = [await account.place(MUG=1) for account in buyers]  # one clock for all of them: see `earlier`
    await asyncio.gather(*(account.ask("pollOrders") for account in channels.accounts))
    await channels.settle()

    text = "{ orders(first: 200) { edges { node { channelOrderId attention { code } items { stockState } } } } }"
    orders = [edge["node"] for edge in (await channels.api.query(text))["orders"]["edges"]]
    assert sorted(order["channelOrderId"] for order in orders) == sorted(bought)
    states = Counter(item["stockState"] for order in orders for item in order["items"])
    assert states == {"RESERVED": PIECES, "SHORT": BUYERS - PIECES}
    for order in orders:
        short = {item["stockState"] for item in order["items"]} == {"SHORT"}
        assert ("short" in {notice["code"] for notice in order["attention"]}) == short
    assert (await channels.scene.levels())["MUG"] == (PIECES, PIECES)
    for account in channels.accounts:
        assert (await account.pieces())["MUG"] == 0, account.marketplace
        assert (await account.offer("MUG"))["state"] == "SYNCED", account.marketplace
        assert (await account.pieces())["BOWL"] == 10, account.marketplace

    # what comes into the house is for those who wait, and only the rest is for sale
    await channels.restock("MUG", PIECES + 12)
    await channels.settle()
    assert (await channels.scene.levels())["MUG"] == (PIECES + 12, BUYERS)
    assert [(await account.pieces())["MUG"] for account in channels.accounts] == [2] * 3
    await channels.judge()
