"""Every call that the connector makes, and every answer that it takes, against eBay's own contracts.

A relay stands between the connector and the stand-in and keeps what goes through. The Post-Order API and the token
endpoint have no contract; what is sent there is held against eBay's pages.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from orion_daemon.connectors.base import NotificationAddress, OutgoingLevel, OutgoingParcel, OutgoingRefund
from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.ebay.connector import EbayConnector
from orion_daemon.connectors.errors import VendorError
from orion_daemon.domain.refunds import RefundReason
from orion_daemon.sandbox.ebay.signatures import event_header
from tests.support.contracts import specs_folder
from tests.support.contracts_openapi import HttpExchange, OpenApiContracts
from tests.support.ebay_account import SECRETS, ebay_connector, signing_key, walk
from tests.support.ebay_sandbox import Ebay, ebay_account, receiving
from tests.support.letzshop_sandbox import NOON

OPERATIONS = [found for found in vars(names).values() if isinstance(found, names.Operation)]
WITHOUT_CONTRACT = {"createCancellation", "approveCancellation"}
_PREFIX = "/ebay"


@pytest.fixture(scope="module")
def contracts() -> OpenApiContracts:
    return OpenApiContracts(specs_folder("ebay"))


@dataclass
class Relay:
    """`url` is where the stand-in is to be asked through it; authority and path stay as they were signed."""

    target: str
    session: aiohttp.ClientSession
    url: str = ""
    exchanges: list[HttpExchange] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name != "Content-Length"}
        async with self.session.request(
            request.method, self.target + request.raw_path, data=body or None, headers=headers, allow_redirects=False
        ) as answer:
            said = await answer.read()
        if "json" in request.content_type or not body:
            self.exchanges.append(
                HttpExchange(
                    request.method,
                    request.path.removeprefix(_PREFIX),
                    dict(request.query),
                    dict(request.headers),
                    json.loads(body) if body else None,
                    answer.status,
                    dict(answer.headers),
                    json.loads(said) if said and "json" in answer.content_type else None,
                )
            )
        else:
            self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        kept = {name: answer.headers[name] for name in ("Content-Type", "Location", "Date") if name in answer.headers}
        return web.Response(status=answer.status, body=said, headers=kept)

    def judged(self) -> list[HttpExchange]:
        return [one for one in self.exchanges if not one.path.startswith("/post-order/")]


@asynccontextmanager
async def relayed() -> AsyncIterator[tuple[Ebay, Relay]]:
    """A stand-in whose address is the relay's from now on, for the connector and the test alike."""
    async with ebay_account() as ebay:
        relay = Relay(ebay.sandbox.url, ebay.sandbox.session)
        app = web.Application()
        app.router.add_route("*", f"{_PREFIX}/{{tail:.*}}", relay.pass_on)
        server = TestServer(app)
        await server.start_server()
        relay.url = str(server.make_url("")).rstrip("/")
        try:
            yield ebay, relay
        finally:
            await server.close()


@asynccontextmanager
async def connected(ebay: Ebay, relay: Relay, **how: Any) -> AsyncIterator[EbayConnector]:
    await ebay.use_key()
    direct, ebay.sandbox.url = ebay.sandbox.url, relay.url
    try:
        async with ebay_connector(ebay, secrets={**SECRETS, "signing_key": signing_key(ebay)}, **how) as connector:
            ebay.sandbox.url = direct  # commands go to the stand-in itself
            yield connector
    finally:
        ebay.sandbox.url = direct


async def work(ebay: Ebay, connector: EbayConnector) -> None:
    """Everything that the connector can do, once."""
    await ebay.list_item("MUG", 10, available=10, ean="4000000000013", brand="Exemplis")
    await ebay.list_item("CUP", 5, "3.50")
    outside = await ebay.control("listings", {"sku": "OLD", "outside": True, "quantity": 2})
    lines = [{"sku": "MUG", "quantity": 2, "discount": "1.00", "shipping": "4.90", "purchase_site": "EBAY_IT"}]
    placed = await ebay.place(*lines, tax_id={"taxpayerId": "X1", "taxIdentifierType": "VATIN", "issuingCountry": "IT"})
    asked, plain = await ebay.place({"sku": "MUG"}), await ebay.place({"sku": "CUP"}, converted_from="GBP")
    await ebay.control("cancel/request", {"order": asked["id"]})
    await ebay.sandbox.advance(300)
    line = placed["lines"][0]["id"]
    parcel = OutgoingParcel("r", placed["id"], "DHL", "A1", NOON, ((line, 1),), is_final=False)
    await connector.send_parcel(parcel)
    await connector.send_parcel(OutgoingParcel("r2", placed["id"], "", "", NOON, ((line, 1),), is_final=True))
    await ebay.sandbox.advance(300)
    for scope in ("new", "open", "history"):
        await walk(connector, scope, since=NOON - timedelta(days=9))  # type: ignore[arg-type]
    await connector.refund(OutgoingRefund("r", placed["id"], 500, "EUR", RefundReason.RETURNED, note="Sorry"))
    await ebay.sandbox.advance(300)
    refunded = await connector.fetch_order(placed["id"])
    assert refunded is not None
    assert [(one.state, one.amount_minor) for one in refunded.refunds] == [("paid", 500)]
    await connector.push_levels([OutgoingLevel("MUG", 3, 1499, "EUR"), OutgoingLevel("CUP", 0, None, "EUR")])
    await connector.read_levels(["MUG", "CUP"])
    page = await connector.fetch_catalog(None)
    while page.next_cursor is not None:
        page = await connector.fetch_catalog(page.next_cursor)
    assert [one.sku for one in page.outside] == ["OLD"]
    await connector.migrate_listings([outside["listing"], "1"])
    async with receiving() as receiver:
        for email in ("ops@example.lu", "other@example.lu"):
            address = NotificationAddress(receiver.url, receiver.token, email)
            await connector.subscribe(address, ["ORDER_CONFIRMATION", "MARKETPLACE_ACCOUNT_DELETION"])
            world = ebay.sandbox.sandbox.ebay.shop.world
            for found in (*world.subscriptions.values(), *world.destinations.values()):
                found.enabled = False
        await connector.subscribe(address, ())
    for order in (asked, plain):
        await connector.send_status(order["id"], "cancelled")
    await connector.check()
    await connector.notifications.verify(b"{}", event_header(ebay.sandbox.sandbox.ebay.shop.world.seed, b"{}"))


async def test_every_call_and_its_answer_keep_to_the_contract(contracts: OpenApiContracts) -> None:
    async with relayed() as (ebay, relay), connected(ebay, relay) as connector:
        await work(ebay, connector)
        await connector.client.call(names.CREATE_KEY, dict[str, Any], body={"signingKeyCipher": "ED25519"})
        assert [problem for exchange in relay.judged() for problem in contracts.problems(exchange)] == []
        driven = {
            found.name
            for exchange in relay.judged()
            if exchange.status < 300 and (found := contracts.find(exchange.method, exchange.path)) is not None
        }
        assert driven == {operation.name for operation in OPERATIONS} - WITHOUT_CONTRACT


def test_names_paths_hosts_and_scopes_are_those_of_the_contracts(contracts: OpenApiContracts) -> None:
    for operation in OPERATIONS:
        if operation.name in WITHOUT_CONTRACT:
            continue
        path = operation.at(order="1", key="1", cancel="1", task="1", destination="1", topic="1", subscription="1")
        described = contracts.find(operation.method, path)
        assert described is not None, operation.name
        assert described.name == operation.name
        server = contracts.contracts[described.contract]._document["servers"][0]["url"]
        assert server.startswith(f"https://{'apiz' if operation.host == 'money' else 'api'}.ebay.com"), operation.name
        scopes = {scope for way in described.document.get("security", []) for found in way.values() for scope in found}
        assert not scopes or scopes & set(names.SCOPES), operation.name


async def test_what_has_no_contract_keeps_to_ebay_s_pages() -> None:
    async with relayed() as (ebay, relay), connected(ebay, relay) as connector:
        await work(ebay, connector)
        create, approve = None, None
        for one in relay.exchanges:
            if one.path == "/post-order/v2/cancellation":
                create = one
            elif one.path.endswith("/approve"):
                approve = one
        assert create is not None
        assert set(create.request) == {"legacyOrderId", "cancelReason", "buyerPaid", "buyerPaidDate"}
        assert set(create.request["buyerPaidDate"]) == {"value"}
        assert approve is not None
        assert approve.request is None
        for exchange in (create, approve):
            assert exchange.status == 200
            assert exchange.headers["Authorization"].startswith("IAF ")
            assert exchange.headers["X-EBAY-C-MARKETPLACE-ID"] == "EBAY_DE"
            assert {"x-ebay-signature-key", "Signature-Input", "Signature"} <= set(exchange.headers)
            assert ("Content-Digest" in exchange.headers) == (exchange.request is not None)
        kinds = {form["grant_type"]: set(form) for form in relay.forms}
        assert kinds == {
            "refresh_token": {"grant_type", "refresh_token", "scope"},
            "client_credentials": {"grant_type", "scope"},
        }


async def test_refusals_keep_to_the_contract_and_are_understood(contracts: OpenApiContracts) -> None:
    async with relayed() as (ebay, relay), connected(ebay, relay) as connector:
        placed = await ebay.place()
        line = placed["lines"][0]["id"]
        refused: list[tuple[str, str]] = []
        for parcel_lines in (((line, 1),), (("1", 1),)):
            for order in (placed["id"], "11-99999-99999"):
                try:
                    await connector.send_parcel(
                        OutgoingParcel("r", order, "DHL", "A1", NOON, parcel_lines, is_final=True)
                    )
                except VendorError as error:
                    refused.append((error.family, error.code))
        assert await connector.fetch_order("11-99999-99999") is None
        with pytest.raises(VendorError) as caught:
            await connector.refund(OutgoingRefund("r", placed["id"], 99_999, "EUR", RefundReason.OTHER))
        assert (caught.value.family, caught.value.code) == ("rejected", "ebay_34915")
        await connector.read_levels(["NONE"])
        assert {family for family, _ in refused} == {"rejected"}
        exchanges = [exchange for exchange in relay.judged() if exchange.status >= 400]
        assert len(exchanges) >= 4
        assert [problem for exchange in exchanges for problem in contracts.problems(exchange)] == []
