"""Values with a form of their own on the wire: aware times, exact decimals, large whole numbers, money.

Nothing is guessed: a time without a zone and an amount written as a float are refused.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from orion_daemon.domain.money import UnknownCurrency, to_decimal, to_minor
from orion_daemon.services.errors import Code, Invalid

Decimal = NewType("Decimal", str)
BigInt = NewType("BigInt", int)
Json = NewType("Json", object)

_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,12})?\Z", re.ASCII)
_LARGEST = 2**53 - 1  # what every JSON reader takes exactly


def _write_time(value: datetime) -> str:
    if value.tzinfo is None:
        raise GraphQLError("a time without a zone was about to be shown")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_time(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise GraphQLError("DateTime is an ISO 8601 time with its zone, such as 2026-11-23T09:30:00Z")
    return found.astimezone(UTC)


def _read_decimal(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _DECIMAL.match(value):
        raise GraphQLError('Decimal is a string of digits with a point, such as "12.90"')
    return value


def _read_big(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        raise GraphQLError("BigInt is a whole number of up to 53 bits")
    return value


def _literal(read: Callable[[Any], Any]) -> Callable[..., Any]:
    def parse(node: ValueNode, _variables: object = None) -> Any:
        if isinstance(node, StringValueNode):
            return read(node.value)
        return read(int(node.value) if isinstance(node, IntValueNode) else None)

    return parse


def _scalar(
    name: str, text: str, write: Callable[[Any], Any], read: Callable[[Any], Any], literal: bool = True
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=text,
        serialize=write,
        parse_value=read,
        parse_literal=_literal(read) if literal else None,
    )


def _same(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar("DateTime", "ISO 8601 with its zone; Orion answers in UTC.", _write_time, _read_time),
    Decimal: _scalar("Decimal", 'An exact decimal number as a string, such as "12.90".', str, _read_decimal),
    BigInt: _scalar("BigInt", "A whole number of up to 53 bits.", int, _read_big),
    Json: _scalar("JSON", "Any JSON value.", _same, _same, literal=False),
}


@strawberry.type(description="An amount with its ISO 4217 currency; exactly as many digits as the currency has.")
class Money:
    amount: Decimal
    currency: str


@strawberry.input
class MoneyInput:
    amount: Decimal
    currency: str


def money(minor: int | None, currency: str | None) -> Money | None:
    if minor is None or currency is None:
        return None
    return Money(amount=Decimal(to_decimal(minor, currency)), currency=currency)


def minor_of(given: MoneyInput, field: str) -> int:
    """Minor units. Raises Invalid for an unknown currency and for more digits than it has."""
    try:
        minor = to_minor(given.amount, given.currency)
        exact = to_decimal(minor, given.currency)
    except UnknownCurrency as error:
        raise Invalid(Code.INVALID_VALUE, f"{error}.", f"{field}.currency") from None
    if _plain(exact) != _plain(given.amount):
        raise Invalid(Code.INVALID_VALUE, f"{given.currency} has not that many digits.", f"{field}.amount")
    return minor


def _plain(text: str) -> tuple[str, str]:
    whole, _, fraction = text.partition(".")
    return whole.lstrip("-").lstrip("0") or "0", fraction.rstrip("0")
