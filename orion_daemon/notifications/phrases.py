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
    missing_one: str
    missing_many: str
    expected: str
    undated: str  # of a pre-order
    attached: str

    def pending(self, count: int) -> str:
        return self.pending_one if count == 1 else self.pending_many.format(count=count)

    def missing(self, count: int) -> str:
        return self.missing_one if count == 1 else self.missing_many.format(count=count)


_PHRASES = {
    "en": Phrases(
        pending_one="The key is still to come.",
        pending_many="{count} keys are still to come.",
        missing_one="One key is not coming.",
        missing_many="{count} keys are not coming.",
        expected="Expected on: {date}",
        undated="Pre-ordered; the day is not known yet.",
        attached="The key is in the attached file {name}",
    ),
    "fr": Phrases(
        pending_one="La clé n’est pas encore disponible.",
        pending_many="{count} clés ne sont pas encore disponibles.",
        missing_one="Une clé ne sera pas livrée.",
        missing_many="{count} clés ne seront pas livrées.",
        expected="Date prévue\N{NO-BREAK SPACE}: {date}",
        undated="Précommandé\N{NO-BREAK SPACE}; la date n’est pas encore connue.",
        attached="La clé se trouve dans le fichier joint {name}",
    ),
    "de": Phrases(
        pending_one="Der Schlüssel kommt noch.",
        pending_many="{count} Schlüssel kommen noch.",
        missing_one="Ein Schlüssel wird nicht geliefert.",
        missing_many="{count} Schlüssel werden nicht geliefert.",
        expected="Voraussichtlich am: {date}",
        undated="Vorbestellt; der Tag steht noch nicht fest.",
        attached="Der Schlüssel steht in der angehängten Datei {name}",
    ),
    "lb": Phrases(
        pending_one="De Schlëssel kënnt nach.",
        pending_many="{count} Schlëssele kommen nach.",
        missing_one="Ee Schlëssel gëtt net geliwwert.",
        missing_many="{count} Schlëssele ginn net geliwwert.",
        expected="Viraussiichtlechen Datum: {date}",
        undated="Virbestallt; den Dag steet nach net fest.",
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
