"""CodesWholesale as one account: Orion's questions, answered by its API v3.

The price list (`catalog`), purchases and what became of them (`orders`), balance and buyers (`account`), postbacks
(`hints`). Nothing is bought unless the account allows it.
"""

from collections.abc import Mapping
from datetime import datetime

from orion_daemon.connectors.base import Check
from orion_daemon.connectors.codeswholesale import doctor, hints, names
from orion_daemon.connectors.codeswholesale.account import CodesWholesaleAccount
from orion_daemon.connectors.codeswholesale.catalog import CodesWholesaleCatalog
from orion_daemon.connectors.codeswholesale.client import CodesWholesaleClient
from orion_daemon.connectors.codeswholesale.limits import limits_of
from orion_daemon.connectors.codeswholesale.orders import CodesWholesaleOrders
from orion_daemon.connectors.codeswholesale.settings import CodesWholesaleSettings
from orion_daemon.connectors.errors import MutationsForbidden
from orion_daemon.connectors.http import Http
from orion_daemon.connectors.supplier import BuyerFacts, OutgoingPurchase, ProductPage, Risk
from orion_daemon.domain.hints import Hint
from orion_daemon.domain.supply import Balance, Code, OrderEntry, PlacedOrder, SupplierProduct, SupplierTexts
from orion_daemon.runtime.clock import Clock
from orion_daemon.runtime.limiter import LimiterGroup

IN_FLIGHT = 8
"""Enough that pages of the price list on their way never hold up a purchase."""


class CodesWholesaleConnector:
    supplier = names.SUPPLIER

    def __init__(
        self,
        settings: CodesWholesaleSettings,
        secrets: Mapping[str, str],
        http: Http,
        limiter: LimiterGroup | None,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.known_form = ""
        limiter = limiter if limiter is not None else limits_of(settings, clock)
        account = http.account(self.supplier, settings.account or self.supplier, limiter, in_flight=IN_FLIGHT)
        self.client = CodesWholesaleClient(account, settings, secrets)
        self._signature = secrets.get("signature", "")
        self._catalog = CodesWholesaleCatalog(self.client)
        self._orders = CodesWholesaleOrders(self.client)
        self._account = CodesWholesaleAccount(self.client)

    @property
    def takes_hints(self) -> bool:
        return bool(self._signature)

    async def fetch_products(self, cursor: str | None, updated_since: datetime | None) -> ProductPage:
        return await self._catalog.page(cursor, updated_since)

    async def fetch_product(self, product_id: str) -> SupplierProduct | None:
        return await self._catalog.product(product_id)

    async def fetch_texts(self, product_id: str) -> SupplierTexts | None:
        return await self._catalog.texts(product_id)

    async def balance(self) -> Balance:
        return await self._account.balance()

    async def buy(self, purchase: OutgoingPurchase) -> PlacedOrder:
        if not self.settings.allows_mutations:
            raise MutationsForbidden(
                f"{self.settings.account or self.supplier}: Orion may not buy keys, because changes are not allowed for"
                " this account. Set allow_mutations = true once purchases are meant to be real."
            )
        return await self._orders.buy(purchase)

    async def find_orders(self, since: datetime, until: datetime) -> tuple[OrderEntry, ...]:
        return await self._orders.find_orders(since, until)

    async def fetch_order(self, supplier_order_id: str) -> PlacedOrder | None:
        return await self._orders.fetch_order(supplier_order_id)

    async def fetch_code(self, code_id: str) -> Code | None:
        return await self._orders.fetch_code(code_id)

    async def score_buyer(self, buyer: BuyerFacts) -> Risk:
        return await self._account.score_buyer(buyer)

    async def read_hint(self, body: bytes) -> Hint:
        return hints.read(body, self.settings.client_id, self._signature)

    async def check(self) -> tuple[Check, ...]:
        return await doctor.examine(self)

    async def close(self) -> None:
        """Nothing is held here: the HTTP session and the tokens belong to the process."""
