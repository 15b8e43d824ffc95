"""The few words inside the block of articles, and dates and amounts as people of a language write them.

A language that Orion brings no texts in gets English words, and its own form of dates where Babel knows it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

from orion_daemon.domain.deliveries import DEFAULT_LANGUAGE
from orion_daemon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Phrases:
    pending_one: str
    pending_many: str
    expected: str
    attached: str

    def pending(self, count: int) -> str:
        return self.pending_one if count == 1 else self.pending_many.format(count=count)


_PHRASES = {
    "en": Phrases(
        pending_one="The key is still to come.",
        pending_many="{count} keys are still to come.",
        expected="Expected on: {date}",
        attached="The key is in the attached file {name}",
    ),
    "fr": Phrases(
        pending_one="La clé n’est pas encore disponible.",
        pending_many="{count} clés ne sont pas encore disponibles.",
        expected="Date prévue\N{NO-BREAK SPACE}: {date}",
        attached="La clé se trouve dans le fichier joint {name}",
    ),
    "de": Phrases(
        pending_one="Der Schlüssel kommt noch.",
        pending_many="{count} Schlüssel kommen noch.",
        expected="Voraussichtlich am: {date}",
        attached="Der Schlüssel steht in der angehängten Datei {name}",
    ),
    "lb": Phrases(
        pending_one="De Schlëssel kënnt nach.",
        pending_many="{count} Schlëssele kommen nach.",
        expected="Viraussiichtlechen Datum: {date}",
        attached="De Schlëssel steet am ugehaangene Fichier {name}",
    ),
}


def phrases_of(language: str) -> Phrases:
    return _PHRASES.get(language, _PHRASES[DEFAULT_LANGUAGE])


def written_date(day: date, language: str) -> str:
    """The day with the month's name: `24 December 2026`, `24. Dezember 2026`."""
    return str(format_date(day, "long", locale=_locale(language)))


def written_money(money: Money, language: str) -> str:
    return str(format_currency(Decimal(money.amount), money.currency, locale=_locale(language)))


def _locale(language: str) -> Locale:
    # English of Luxembourg's readers writes the day first.
    try:
        return Locale.parse("en_GB" if language == DEFAULT_LANGUAGE else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
