"""What the account can spend, and what the supplier thinks of a buyer.

The risk check sends a person's e-mail and address on the internet to the supplier: whoever calls it has the store's
leave. Neither shows in an error.
"""

from orion_daemon.connectors.codeswholesale import mapping, names, schemas
from orion_daemon.connectors.codeswholesale.client import CodesWholesaleClient
from orion_daemon.connectors.errors import Malformed
from orion_daemon.connectors.supplier import BuyerFacts, Risk
from orion_daemon.domain.supply import Balance


class CodesWholesaleAccount:
    def __init__(self, client: CodesWholesaleClient) -> None:
        self._client = client

    async def balance(self) -> Balance:
        document = (await self._client.call(names.GET_ACCOUNT, schemas.Account)).result
        try:
            return mapping.balance(document)
        except mapping.UnusableDocument as error:
            raise Malformed(f"{names.SUPPLIER}, account: {error}.", code="unusable") from error

    async def score_buyer(self, buyer: BuyerFacts) -> Risk:
        body = schemas.Buyer(buyer.email, buyer.ip_address, buyer.user_agent)
        hide = (buyer.email, buyer.ip_address, buyer.user_agent)
        document = (await self._client.call(names.CHECK_BUYER, schemas.BuyerRisk, body=body, hide=hide)).result
        try:
            return Risk(mapping.score(document), mapping.flags(document))
        except mapping.UnusableDocument as error:
            raise Malformed(f"{names.SUPPLIER}, check of a buyer: {error}.", code="unusable") from error
