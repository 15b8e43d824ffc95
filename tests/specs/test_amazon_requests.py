"""Every operation of the Amazon connector against the stand-in, each exchange held against Amazon's own contracts."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.amazon.connector import AmazonConnector
from orion_daemon.connectors.amazon.limits import limits
from orion_daemon.connectors.amazon.settings import AmazonSettings
from orion_daemon.connectors.base import OutgoingLevel, OutgoingParcel
from orion_daemon.connectors.errors import Rejected
from orion_daemon.connectors.http import AccountHttp, Answer, Http, HttpOptions, Request
from orion_daemon.runtime.limiter import LimiterGroup
from tests.support.amazon_account import SECRETS, Account, amazon_seller, walk
from tests.support.amazon_sandbox import CLIENT_ID, DE, FR, SELLER
from tests.support.contracts import Contracts, Exchange, specs_folder

T = TypeVar("T")
OPERATIONS = [one for one in vars(names).values() if isinstance(one, names.Operation)]


class RecordingAccount(AccountHttp):
    """Keeps what went over the wire to the API; logins and files behind pre-signed addresses have no contract."""

    exchanges: list[Exchange]

    async def call(self, request: Request, decode: Callable[[Answer], T]) -> T:
        def kept(answer: Answer) -> T:
            parts = urlsplit(request.url)
            path = parts.path.removeprefix("/amazon")
            if not path.startswith(("/auth/", "/documents/")):
                body = None if request.body is None else json.loads(request.body)
                said = json.loads(answer.body) if answer.body else None
                query = dict(parse_qsl(parts.query))
                self.exchanges.append(Exchange(request.method, path, query, body, answer.status, said))
            return decode(answer)

        return await super().call(request, kept)


class RecordingHttp(Http):
    def __init__(self, account: Account) -> None:
        super().__init__(account.clock, HttpOptions(first_pause=0.0), jitter=lambda wait: wait)
        self.exchanges: list[Exchange] = []

    def account(
        self, marketplace: str, account: str, limiter: LimiterGroup | None = None, *, in_flight: int | None = None
    ) -> AccountHttp:
        made = RecordingAccount(self, marketplace, account, limiter, in_flight)
        made.exchanges = self.exchanges
        return made


@asynccontextmanager
async def recorded(account: Account, **options: Any) -> AsyncIterator[tuple[AmazonConnector, list[Exchange]]]:
    http = RecordingHttp(account)
    said: dict[str, Any] = {
        "account": "ada:amazon",
        "endpoint": account.amazon.url,
        "allows_mutations": True,
        "client_id": CLIENT_ID,
        "seller_id": SELLER,
        "marketplace_ids": (DE, FR),
        **options,
    }
    settings = AmazonSettings(**said)
    try:
        yield (
            AmazonConnector(settings, SECRETS, http, limits(settings, account.clock), account.clock),
            http.exchanges,
        )
    finally:
        await http.close()


async def everything(account: Account, connector: AmazonConnector) -> None:
    """Each thing that a connector can be asked, once."""
    shipped = await account.place({"sku": "MUG-1", "quantity": 2, "promotion": "1.00", "tax": "2.00"}, shipping="3.00")
    cancelled = await account.place({"sku": "CUP 2/B", "quantity": 1})
    await account.place({"sku": "FBA-3"}, fba=True)
    await account.place(pending=True)
    first = await walk(account, connector, "new")
    order = first.orders[shipped]
    lines = tuple((line.line_key, line.quantity) for line in order.lines)
    sent_at = datetime(2026, 3, 2, 11, tzinfo=UTC)
    for number, carrier in ((1, "DHL"), (2, "POST Luxembourg")):
        pieces = ((lines[0][0], 1),)
        await connector.send_parcel(OutgoingParcel("r", shipped, carrier, f"T{number}", sent_at, pieces, False, number))
    await connector.send_status(cancelled, "cancelled")
    await connector.push_levels([OutgoingLevel("CUP 2/B", 3, 999, "EUR"), OutgoingLevel("FBA-3", 3, None, "EUR")])
    specs = [{"sku": f"THING-{n}", "price": "10.00", "quantity": 1} for n in range(301)]
    await account.amazon.control("listings", {"listings": specs})
    pushed = await connector.push_levels([OutgoingLevel(f"THING-{n}", n, 1000, "EUR") for n in range(301)])
    for _ in range(3):  # it begins, ends, and is applied
        await account.pass_time(120)
    assert (await connector.levels_told(pushed[0].told_by)).refused_all is None
    await connector.read_levels(["MUG-1", "CUP 2/B", "NOT-THERE", "A,B"])
    await connector.fetch_catalog(None)
    await account.amazon.control("refund", {"order": shipped, "amount": "1.00"})
    await account.pass_time(86400)
    since = account.clock.now() - timedelta(days=3)
    assert (await walk(account, connector, "refunds", None, since)).orders
    await walk(account, connector, "open")
    await walk(account, connector, "history", None, since)
    await walk(account, connector, "new", first.watermark)
    assert await connector.fetch_order("000-0000000-0000000") is None
    with pytest.raises(Rejected):
        await connector.send_status("000-0000000-0000000", "cancelled")
    assert [check for check in await connector.check() if not check.ok] == []


@pytest.mark.parametrize("api", ["2026-01-01", "v0"])
async def test_what_the_connector_sends_and_is_told_keeps_to_the_contracts(api: str) -> None:
    contracts = Contracts(specs_folder("amazon") / "models")
    async with amazon_seller() as account, recorded(account, orders_api=api) as (connector, exchanges):
        await everything(account, connector)
    assert [problem for exchange in exchanges for problem in contracts.problems(exchange)] == []
    asked = [contracts.find(one.method, one.path) for one in exchanges]
    seen = {(one.contract, one.name) for one in asked if one is not None}
    other = "ordersV0" if api == "2026-01-01" else "orders_2026-01-01"
    expected = set()
    for operation in OPERATIONS:
        described = contracts.find(operation.method, operation.path)
        assert described is not None
        if described.contract != other or operation is names.CONFIRM_SHIPMENT:
            expected.add((described.contract, described.name))
    if api == "2026-01-01":
        expected.discard(("tokens_2021-03-01", "createRestrictedDataToken"))
    assert seen == expected
