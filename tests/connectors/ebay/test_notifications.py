"""Events as the stand-in signs and sends them: believed only when they are its own, and its keys asked for rarely."""

import asyncio
import base64
import json

import pytest

from orion_daemon.connectors.ebay.connector import client_of
from orion_daemon.connectors.ebay.notifications import AccountDeletion, Notifications, challenge_response, parse
from orion_daemon.connectors.ebay.settings import EbaySettings
from orion_daemon.connectors.errors import RateLimited, Rejected, Unreachable
from orion_daemon.runtime.clock import ManualClock
from tests.support.ebay_account import ebay_connector
from tests.support.ebay_sandbox import CLIENT, SECRET, Ebay, Receiver, ebay_account, receiving
from tests.support.vendor_server import http_client

NOTIFY = "/commerce/notification/v1"


async def subscribe(ebay: Ebay, receiver: Receiver, topic: str = "MARKETPLACE_ACCOUNT_DELETION") -> None:
    as_app = {"token": ebay.application}
    await ebay.call("PUT", f"{NOTIFY}/config", {"alertEmail": "ada@example.lu"}, **as_app)
    delivery = {"endpoint": receiver.url, "verificationToken": receiver.token}
    said = {"name": "orion", "status": "ENABLED", "deliveryConfig": delivery}
    made = await ebay.post(f"{NOTIFY}/destination", said, **as_app)
    destination = made.headers["Location"].rsplit("/", 1)[-1]
    payload = {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"}
    wanted = {"topicId": topic, "status": "ENABLED", "payload": payload, "destinationId": destination}
    assert (await ebay.post(f"{NOTIFY}/subscription", wanted, **as_app)).status == 201


async def event(ebay: Ebay, receiver: Receiver, **how: str) -> tuple[bytes, str]:
    """The body and the header of an event that was delivered."""
    data = {"username": "test_user", "userId": "u1", "eiasToken": "e1"}
    await ebay.control("notifications", {"topic": "MARKETPLACE_ACCOUNT_DELETION", "data": data, **how})
    await ebay.sandbox.advance(0)
    headers, body = receiver.got.pop()
    return body, {name.lower(): value for name, value in headers.items()}["x-ebay-signature"]


async def keys_asked(ebay: Ebay) -> int:
    return sum(one["operation"] == "getPublicKey" for one in await ebay.sandbox.ledger("request"))


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
async def test_a_true_event_is_believed_and_names_the_user(digest: str) -> None:
    async with ebay_account() as ebay, receiving() as receiver, ebay_connector(ebay) as connector:
        await ebay.control("settings", {"event_digest": digest}, method="PATCH")
        await subscribe(ebay, receiver)
        body, header = await event(ebay, receiver)
        await connector.notifications.verify(body, header)
        assert parse(body).data == AccountDeletion("test_user", "u1", "e1")


@pytest.mark.parametrize("tamper", ["signature", "kid", "body"])
async def test_a_forged_event_is_not(tamper: str) -> None:
    async with ebay_account() as ebay, receiving() as receiver, ebay_connector(ebay) as connector:
        await subscribe(ebay, receiver)
        body, header = await event(ebay, receiver, tamper=tamper)
        with pytest.raises(Rejected) as refused:
            await connector.notifications.verify(body, header)
        assert refused.value.code == "bad_signature"


def header_of(**facts: object) -> str:
    return base64.b64encode(json.dumps({"kid": "k", "signature": "AA==", **facts}).encode()).decode()


@pytest.mark.parametrize(
    "header",
    ["", "no base64!", base64.b64encode(b"no JSON").decode(), header_of(kid="../x"), header_of(alg="none"), "A" * 8192],
)
async def test_a_header_that_is_none_asks_ebay_nothing(header: str) -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        with pytest.raises(Rejected) as refused:
            await connector.notifications.verify(b"{}", header)
        assert refused.value.code == "bad_signature"
        assert await keys_asked(ebay) == 0


async def test_a_key_is_kept_for_an_hour() -> None:
    async with ebay_account() as ebay, receiving() as receiver, ebay_connector(ebay) as connector:
        await subscribe(ebay, receiver)
        for _ in range(3):
            await connector.notifications.verify(*await event(ebay, receiver))
        assert await keys_asked(ebay) == 1
        await ebay.sandbox.advance(3_601)
        await connector.notifications.verify(*await event(ebay, receiver))
        assert await keys_asked(ebay) == 2


async def test_strangers_cannot_use_up_the_quota() -> None:
    async with ebay_account() as ebay, ebay_connector(ebay) as connector:
        for number in range(20):
            for _ in range(2):
                with pytest.raises(Rejected):
                    await connector.notifications.verify(b"{}", header_of(kid=f"k{number}"))
        with pytest.raises(RateLimited):
            await connector.notifications.verify(b"{}", header_of(kid="one-more"))
        assert await keys_asked(ebay) == 20
        await ebay.sandbox.advance(3_601)
        with pytest.raises(Rejected):
            await connector.notifications.verify(b"{}", header_of(kid="one-more"))


async def test_while_a_key_cannot_be_asked_for_nothing_is_decided() -> None:
    async with ebay_account() as ebay, receiving() as receiver, ebay_connector(ebay) as connector:
        await subscribe(ebay, receiver)
        body, header = await event(ebay, receiver)
        await ebay.sandbox.fault("status", "getPublicKey", count=None, status=503)
        with pytest.raises(Unreachable):
            await connector.notifications.verify(body, header)
        await ebay.sandbox.control("faults", method="DELETE")
        await connector.notifications.verify(body, header)


async def test_an_application_alone_is_enough() -> None:
    async with ebay_account() as ebay, receiving() as receiver, http_client() as http:
        await subscribe(ebay, receiver)
        clock = ManualClock()
        settings = EbaySettings(client_id=CLIENT, endpoint=f"{ebay.sandbox.url}/ebay", calls_per_second=100.0)
        client = client_of(settings, {"client_secret": SECRET}, http, None, clock)
        found = Notifications(client, clock)
        await found.verify(*await event(ebay, receiver))


async def test_the_challenge_is_what_ebay_computes() -> None:
    async with ebay_account() as ebay, receiving() as receiver:
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        original = receiver.challenge

        async def challenge(request: object) -> object:
            code = request.query["challenge_code"]  # type: ignore[attr-defined]
            answered.set_result(challenge_response(code, receiver.token, receiver.url))
            return await original(request)  # type: ignore[arg-type]

        receiver.challenge = challenge  # type: ignore[assignment, method-assign]
        await subscribe(ebay, receiver)
        (sent,) = await ebay.sandbox.ledger("challenge_sent")
        assert sent["passed"]
