"""People who do not exist, with the relay addresses that Amazon gives instead of their own; drawn by seed."""

from random import Random

from orion_daemon.sandbox.amazon.places import place
from orion_daemon.sandbox.amazon.records import Person

_FIRST = ("Erika", "Jean", "Léa", "Max", "Sofie", "Lukas", "Claire", "Pit", "Mia", "Anton", "Nora", "Maïté")
_LAST = ("Beispiel", "Exemple", "Mustermann", "Dupré", "Van der Probe", "Weber", "O'Dummy", "Müller-Fiktiv")
_TOWNS = {
    "DE": (("54290", "Trier"), ("50667", "Köln"), ("10115", "Berlin")),
    "FR": (("57000", "Metz"), ("54000", "Nancy"), ("75011", "Paris")),
    "LU": (("L-1116", "Luxembourg"), ("L-4010", "Esch-sur-Alzette")),
}
_STREETS = ("Lindenweg", "Rue des Prés", "Hauptstraße", "Grand-Rue", "Am Duerf")


def invent(random: Random, marketplace_id: str) -> Person:
    """A buyer in the store; one in ten lives in Luxembourg, one in twenty orders for a company."""
    store = place(marketplace_id)
    country = "LU" if random.random() < 0.1 else store.country
    code, town = random.choice(_TOWNS.get(country, _TOWNS["LU"]))
    relay = "".join(random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(14))
    return Person(
        name=f"{random.choice(_FIRST)} {random.choice(_LAST)}",
        email=f"{relay}@marketplace.{store.domain.removeprefix('www.')}",
        address_line1=f"{random.choice(_STREETS)} {random.randint(1, 120)}",
        city=town,
        postal_code=code,
        country_code=country if country in _TOWNS else store.country,
        phone=f"+352 691 {random.randrange(1000000):06}" if random.random() < 0.7 else None,
        company="Atelier Muster" if random.random() < 0.05 else None,
    )
