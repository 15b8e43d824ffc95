"""Who the seller is and where: `getMarketplaceParticipations`, and making sellers and applications by command."""

from typing import Any

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Application, Grant, Seller
from orion_daemon.sandbox.amazon.state import Market
from orion_daemon.sandbox.amazon.tokens import ROLES, grant, new_secret


def get_marketplace_participations(call: Call) -> dict[str, Any]:
    """`GET /sellers/v1/marketplaceParticipations`: the stores of the seller, in the order of the account."""
    return {"payload": [_participation(call.seller, name) for name in call.seller.marketplaces]}


def add_application(
    market: Market,
    client_id: str | None = None,
    client_secret: str | None = None,
    application_id: str | None = None,
    roles: list[str] | None = None,
) -> Application:
    """An application with a fresh secret; all roles unless some are named."""
    world = market.world
    made = Application(
        id=application_id or f"amzn1.sp.solution.{world.uuid()}",
        client_id=client_id or f"amzn1.application-oa2-client.{world.opaque(24).lower()}",
        secrets=[new_secret(market, client_secret)],
        roles=list(ROLES) if roles is None else roles,
    )
    world.applications[made.client_id] = made
    return made


def add_seller(
    market: Market, application: Application | None, seller: Seller, refresh_token: str | None = None
) -> Grant | None:
    """A seller, authorised for the application if one is given."""
    market.world.sellers[seller.id] = seller
    return grant(market, application, seller, refresh_token) if application else None


def _participation(seller: Seller, marketplace_id: str) -> dict[str, Any]:
    store = place(marketplace_id)
    return {
        "marketplace": {
            "id": store.id,
            "name": store.name,
            "countryCode": store.country,
            "defaultCurrencyCode": store.currency,
            "defaultLanguageCode": store.language,
            "domainName": store.domain,
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": seller.name,
    }
