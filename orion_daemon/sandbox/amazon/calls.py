"""What an operation is given and what it may say: the call, its refusals, and the reading of query parameters.

An operation is a function of a `Call` that returns the body of a success or raises `Refused`; `endpoint` does the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orion_daemon.sandbox.amazon.money import moment
from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import AccessToken, Application, Grant, Seller
from orion_daemon.sandbox.amazon.state import Market, World


class Refused(Exception):  # noqa: N818  (it is an answer, not a mishap)
    """An answer in Amazon's error form."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details

    def body(self) -> dict[str, Any]:
        return {"errors": [{"code": self.code, "message": self.message, "details": self.details}]}


@dataclass
class Call:
    """One authorised request; `base` is the stand-in's own URL up to `/amazon`, `shape` the fault of the answer."""

    market: Market
    operation: str
    seller: Seller
    application: Application
    grant: Grant
    token: AccessToken
    method: str
    path: str
    parts: dict[str, str]
    query: dict[str, str]
    body: Any
    base: str
    shape: str | None = None

    @property
    def world(self) -> World:
        return self.market.world

    @property
    def roles(self) -> set[str]:
        return set(self.grant.roles)

    def invalid(self, message: str, details: str = "") -> Refused:
        return Refused(400, "InvalidInput", message, details)

    def csv(self, name: str, allowed: frozenset[str] | None = None, most: int | None = None) -> list[str]:
        """A comma list. Raises Refused for a value outside `allowed` and for more than `most` values."""
        values = [value for value in self.query.get(name, "").split(",") if value]
        if allowed is not None and (wrong := [value for value in values if value not in allowed]):
            raise self.invalid(f"Invalid value for {name}.", f"{wrong[0]} is not one of {', '.join(sorted(allowed))}.")
        if most is not None and len(values) > most:
            raise self.invalid(f"{name} holds more than {most} values.")
        return values

    def time(self, name: str) -> datetime | None:
        text = self.query.get(name)
        if not text:
            return None
        found = moment(text)
        if found is None:
            raise self.invalid(f"Invalid value for {name}.", "Date must be in ISO 8601 format.")
        return found

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            raise self.invalid(f"Invalid value for {name}.", f"It must be between {least} and {most}.")
        return int(text)

    def marketplaces(self, name: str = "marketplaceIds", *, needed: bool = False, most: int = 50) -> list[str]:
        """The stores that are asked for; all of the seller's when none is. Raises Refused for a foreign one."""
        asked = self.csv(name, most=most)
        if needed and not asked:
            raise self.invalid(f"Missing required parameter {name}.")
        self.participates(asked)
        return asked or self.seller.marketplaces

    def participates(self, asked: list[str]) -> None:
        if wrong := [name for name in asked if name not in self.seller.marketplaces]:
            details = f"The seller does not take part in {wrong[0]} ({place(wrong[0]).country})."
            raise Refused(403, "AccessDenied", "Access to requested resource is denied.", details)

    def own(self, seller_id: str) -> None:
        """Raises Refused when the path names another seller than the token."""
        if seller_id != self.seller.id:
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")
