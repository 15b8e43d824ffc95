"""The codes of the world that an option may name: currencies, languages, countries, time zones.

The lists come from babel and the time zone database, so they are complete and need no upkeep here; each is read once
and only when an option asks. Only currencies that are legal tender somewhere today are known.
"""

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any, Literal

Kind = Literal["currency", "language", "country", "timezone"]

_FORMS = {
    "currency": "an ISO 4217 code of a currency in use",
    "language": "a two-letter ISO 639-1 code",
    "country": "a two-letter ISO 3166 code",
    "timezone": "a name of the IANA time zone database, like Europe/Luxembourg",
}
_NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def form(kind: Kind) -> str:
    """What such a code is, to end a sentence with."""
    return _FORMS[kind]


@cache
def known(kind: Kind) -> frozenset[str]:
    if kind == "timezone":
        from zoneinfo import available_timezones

        return frozenset(available_timezones())
    from babel.core import Locale, get_global

    if kind == "currency":
        tenders: Iterable[tuple[Any, ...]] = chain.from_iterable(get_global("territory_currencies").values())
        return frozenset(code for code, _start, end, tender in tenders if tender and end is None)
    english = Locale("en")
    if kind == "language":
        return frozenset(code for code in map(str, english.languages) if len(code) == 2)
    return frozenset(code for code in map(str, english.territories) if len(code) == 2) - _NOT_COUNTRIES
