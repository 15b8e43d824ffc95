"""eBay's events: the challenge, subscriptions, deliveries with a true signature, retries, broken ones."""

import base64
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.ebay_sandbox import CLIENT, SELLER, ebay_account, receiving

NOTIFY = "/commerce/notification/v1"
PAYLOAD = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}


@pytest.fixture
async def ebay():
    async with ebay_account() as account:
        await account.list_item("MUG", quantity=50)
        yield account


@pytest.fixture
async def receiver():
    async with receiving() as found:
        yield found


async def destination(ebay, receiver, **more):
    config = {"endpoint": receiver.url, "verificationToken": receiver.token}
    body = {"name": "hook", "status": "ENABLED", "deliveryConfig": config, **more}
    return await ebay.post(f"{NOTIFY}/destination", body, token=ebay.application)


async def subscribe(ebay, receiver, topic, token=None):
    """Config, destination and subscription; the application's token unless the topic is the seller's."""
    await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ops@example.lu"}, token=ebay.application)
    made = await destination(ebay, receiver)
    assert made.status == 201, made.body
    target = made.headers["Location"].rpartition("/")[2]
    body = {"topicId": topic, "status": "ENABLED", "destinationId": target, "payload": PAYLOAD}
    return await ebay.post(f"{NOTIFY}/subscription", body, token=token or ebay.application)


async def verified(ebay, headers, body):
    """The event, if its signature is that of the key eBay names. Raises InvalidSignature, KeyError for no such key."""
    said = json.loads(base64.b64decode(headers["X-EBAY-SIGNATURE"]))
    answer = await ebay.get(f"{NOTIFY}/public_key/{said['kid']}", token=ebay.application)
    text = answer.body["key"]
    assert (answer.body["algorithm"].lower(), answer.body["digest"]) == (said["alg"], said["digest"])
    der = base64.b64decode(text.removeprefix("-----BEGIN PUBLIC KEY-----").removesuffix("-----END PUBLIC KEY-----"))
    key = serialization.load_der_public_key(der)
    digest = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}[said["digest"]]  # noqa: S303  (as eBay signs)
    key.verify(base64.b64decode(said["signature"]), body, ec.ECDSA(digest))
    return json.loads(body)


async def test_a_destination_is_made_only_of_one_that_answers_the_challenge(ebay, receiver):
    assert (await destination(ebay, receiver)).errors == [195003]
    await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ops@example.lu"}, token=ebay.application)
    assert (await destination(ebay, receiver, name="")).errors == [195016]
    assert (await destination(ebay, receiver, status="ON")).errors == [195018]
    config = {"endpoint": receiver.url, "verificationToken": "short"}
    assert (await destination(ebay, receiver, deliveryConfig=config)).errors == [195019]
    config["verificationToken"] = "x" * 40
    wrong = await destination(ebay, receiver, deliveryConfig=config)
    assert (wrong.status, wrong.errors) == (409, [195020])
    assert (await destination(ebay, receiver)).status == 201
    assert (await destination(ebay, receiver)).errors == [195021]
    assert [entry["passed"] for entry in await ebay.sandbox.ledger("challenge_sent")] == [False, True]
    await ebay.control("settings", {"local_endpoints": False}, method="PATCH")
    assert (await destination(ebay, receiver)).errors == [195017]


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
async def test_an_account_deletion_reaches_the_application_signed(ebay, receiver, digest):
    await ebay.control("settings", {"event_digest": digest}, method="PATCH")
    assert (await subscribe(ebay, receiver, "MARKETPLACE_ACCOUNT_DELETION")).status == 201
    order = await ebay.place()
    told = await ebay.control("accounts/delete", {"buyer": order["buyer"]})
    await ebay.sandbox.advance(0)
    event = await verified(ebay, *receiver.got[0])
    assert event["metadata"] == {"topic": "MARKETPLACE_ACCOUNT_DELETION", "schemaVersion": "1.0", "deprecated": False}
    assert event["notification"]["notificationId"] == told["notifications"][0]
    assert event["notification"]["data"]["username"] == order["buyer"]
    assert set(event["notification"]["data"]) == {"username", "userId", "eiasToken"}
    sent = (await ebay.sandbox.ledger("webhook_sent"))[0]
    assert (sent["status"], sent["attempt"], sent["endpoint"]) == (204, 1, receiver.url)


async def test_an_order_is_confirmed_line_by_line_to_its_sellers_subscription(ebay, receiver):
    assert (await subscribe(ebay, receiver, "ORDER_CONFIRMATION")).errors == [195011]
    made = await ebay.get(f"{NOTIFY}/destination", token=ebay.application)
    target = made.body["destinations"][0]["destinationId"]
    body = {"topicId": "ORDER_CONFIRMATION", "status": "ENABLED", "destinationId": target, "payload": PAYLOAD}
    assert (await ebay.post(f"{NOTIFY}/subscription", body)).status == 201
    assert (await ebay.post(f"{NOTIFY}/subscription", body)).errors == [195012]
    order = await ebay.place({"sku": "MUG"}, {"sku": "X", "listing": "1"})
    await ebay.place(paid=False)
    await ebay.sandbox.advance(0)
    events = [await verified(ebay, *got) for got in receiver.got]
    assert [event["notification"]["data"]["orderId"] for event in events] == [order["id"]] * 2
    assert len({event["notification"]["notificationId"] for event in events}) == 2


async def test_a_revocation_is_announced(ebay, receiver):
    await subscribe(ebay, receiver, "AUTHORIZATION_REVOCATION")
    await ebay.control("revoke", {})
    await ebay.sandbox.advance(0)
    event = await verified(ebay, *receiver.got[0])
    assert event["notification"]["data"]["username"] == SELLER


async def test_an_unanswered_event_is_sent_three_times_with_the_same_id(ebay, receiver):
    await subscribe(ebay, receiver, "MARKETPLACE_ACCOUNT_DELETION")
    receiver.status = 500
    order = await ebay.place()
    await ebay.control("accounts/delete", {"buyer": order["buyer"]})
    await ebay.sandbox.advance(600)
    events = [json.loads(body)["notification"] for _, body in receiver.got]
    assert [event["publishAttemptCount"] for event in events] == [1, 2, 3]
    assert len({event["notificationId"] for event in events}) == 1
    assert [entry["status"] for entry in await ebay.sandbox.ledger("webhook_sent")] == [500] * 3


@pytest.mark.parametrize(
    ("tamper", "error"), [("signature", InvalidSignature), ("body", InvalidSignature), ("kid", KeyError)]
)
async def test_broken_events_do_not_pass_the_check(ebay, receiver, tamper, error):
    await subscribe(ebay, receiver, "MARKETPLACE_ACCOUNT_DELETION")
    said = {"topic": "MARKETPLACE_ACCOUNT_DELETION", "data": {"username": "x"}, "tamper": tamper}
    await ebay.control("notifications", said)
    await ebay.sandbox.advance(0)
    with pytest.raises(error):
        await verified(ebay, *receiver.got[0])


async def test_an_event_may_come_several_times(ebay, receiver):
    await subscribe(ebay, receiver, "MARKETPLACE_ACCOUNT_DELETION")
    said = {"topic": "MARKETPLACE_ACCOUNT_DELETION", "data": {"username": "x"}, "times": 3}
    await ebay.control("notifications", said)
    await ebay.sandbox.advance(0)
    assert len({json.loads(body)["notification"]["notificationId"] for _, body in receiver.got}) == 1
    assert len(receiver.got) == 3


async def test_a_disabled_subscription_hears_nothing_and_its_destination_stays(ebay, receiver):
    made = await subscribe(ebay, receiver, "MARKETPLACE_ACCOUNT_DELETION")
    where = made.headers["Location"].split("/ebay")[1]
    await ebay.post(f"{where}/disable", token=ebay.application)
    order = await ebay.place()
    assert (await ebay.control("accounts/delete", {"buyer": order["buyer"]}))["notifications"] == []
    target = (await ebay.get(where, token=ebay.application)).body["destinationId"]
    kept = await ebay.call("DELETE", f"{NOTIFY}/destination/{target}", token=ebay.application)
    assert (kept.status, kept.errors) == (409, [195024])
    await ebay.call("DELETE", where, token=ebay.application)
    assert (await ebay.call("DELETE", f"{NOTIFY}/destination/{target}", token=ebay.application)).status == 204
    assert CLIENT in (await ebay.sandbox.control("state"))["ebay"]["applications"]
