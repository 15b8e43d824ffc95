"""Accounts at two marketplaces side by side: what stops one leaves the other at work, and a person reads why."""

from tests.support import amazon_sandbox
from tests.support.channels_scene import open_channels
from tests.support.processes import Processes

CONNECT = "orion credentials connect"


async def test_a_revoked_account_stops_alone_and_works_again_with_a_new_credential(processes: Processes) -> None:
    channels = await open_channels(processes)
    amazon, ebay = channels.amazon, channels.ebay
    await channels.import_catalog()
    for account, other in ((amazon, ebay), (ebay, amazon)):
        name = account.marketplace
        await account.sandbox.control({"amazon": "amazon/grants/revoke", "ebay": "ebay/revoke"}[name], {})
        await account.ask("pollOrders")
        reason = await account.suspended()
        assert reason.startswith("credential refused: ")
        assert CONNECT in reason

        # the other one goes on, also with what both are to hear
        bought = await other.place(MUG=1)
        await other.arrive(bought)
        late = await account.place(BOWL=1)
        # waiting: the poll, and the level that the order changed
        assert (await account.status())["jobs"] == {"waiting": 2, "dead": 0}
        if account is amazon:
            code, said = await account.doctor()
            bad = {step for step, detail in said.items() if detail.startswith("BAD")}
            assert (code, bad) == (1, {"account", "login"})
            assert all(CONNECT in said[step] for step in bad)

        # what had to wait is done once the seller has agreed anew
        token = f"v^1.1#anew-{name}"
        await account.sandbox.control(f"{name}/grants", {"refresh_token": token})
        await account.store_secret("refresh_token", token)
        await account.becomes(late, "CONFIRMED")
        await channels.settle()
        assert (await account.status())["state"] == "READY"
        for one in channels.accounts:
            assert (await one.offer("MUG"))["state"] == "SYNCED"
        assert (await amazon.pieces())["MUG"] == (await ebay.pieces())["MUG"]
    secrets = (amazon_sandbox.REFRESH_TOKEN, amazon_sandbox.CLIENT_SECRET, "#anew-")
    log = "\n".join(channels.scene.daemon.running.lines())
    assert not [secret for secret in secrets if secret in log]
    assert "[redacted]" not in log
    await channels.judge()


async def test_what_is_missing_is_said_in_plain_words(processes: Processes) -> None:
    channels = await open_channels(processes, signs=False)
    amazon, ebay, api = channels.amazon, channels.ebay, channels.api
    await channels.import_catalog()
    code, said = await ebay.doctor()
    assert code == 0
    assert "No signing key is stored" in said["signed calls"]

    # without a key eBay lets nobody cancel; the order says so until there is one
    name = await ebay.place(VASE=1)
    await ebay.arrive(name)
    order = await ebay.order(name)
    await api.change("cancelOrder", "order { status }", orderId=order["id"])
    await ebay.quiet()
    order = await ebay.order(name)
    assert (order["syncStatus"], await ebay.sandbox.ledger("order_cancelled")) == ("FAILED", [])
    assert "no signing key is stored" in order["syncError"]
    assert CONNECT in order["syncError"]
    await channels.store_signing_key()
    dead = await api.query("{ jobs(states: [DEAD]) { edges { node { id kind } } } }")
    [job] = [edge["node"] for edge in dead["jobs"]["edges"]]
    await api.change("retryJobs", "jobs { id }", jobIds=[job["id"]])
    await ebay.told(name)
    assert [entry["order"] for entry in await ebay.sandbox.ledger("order_cancelled")] == [name]

    # a role that the application lacks is named, and what needs none goes on
    roles = {"client_id": amazon_sandbox.CLIENT_ID, "roles": ["product-listing", "inventory-and-order-tracking"]}
    await amazon.sandbox.control("amazon/applications", roles, method="PATCH")
    code, said = await amazon.doctor()
    assert code == 1
    assert {step for step, detail in said.items() if detail.startswith("BAD")} == {"read refunds"}
    assert '"Finance and Accounting"' in said["read refunds"]
    nameless = await amazon.place(MUG=1)
    await amazon.arrive(nameless)
    await amazon.ask("reconcileOrders")
    await channels.settle()
    await channels.judge()
