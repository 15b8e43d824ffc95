"""People of Luxembourg who do not exist: names, addresses and habits of leaving fields empty, drawn by seed."""

from dataclasses import dataclass
from random import Random

from orion_daemon.sandbox.letzshop.state import Address, Customer

_FIRST = ("Jeanne", "Marc", "Léa", "Tom", "Sophie", "Luc", "Nathalie", "Pit", "Mia", "Charel", "Anne", "Ben", "Maïté")
_FAMILIES = ("Weber", "Schmit", "Hoffmann", "Wagner", "Thill", "Kieffer", "Da Silva", "Müller-Weyland", "D'Angelo")
_STREETS = ("Rue du Moulin", "Rue de la Gare", "Grand-Rue", "Rue Jean Jaurès", "Am Duerf", "Rue des Prés", "Um Bierg")
_TOWNS = (
    ("1116", "Luxembourg"),
    ("4010", "Esch-sur-Alzette"),
    ("9000", "Ettelbruck"),
    ("9201", "Diekirch"),
    ("3440", "Dudelange"),
    ("6430", "Echternach"),
    ("5555", "Remich"),
    ("9711", "Clervaux"),
)


@dataclass(frozen=True)
class Person:
    locale: str
    customer: Customer
    ship: Address
    bill: Address | None


def invent(random: Random) -> Person:
    """A person; some give no phone, no company, no billing address, and some live across the border."""
    first, last = random.choice(_FIRST), random.choice(_FAMILIES)
    zip_code, town = random.choice(_TOWNS)
    country = "LU"
    if random.random() < 0.08:
        zip_code, town, country = random.choice((("54290", "Trier", "DE"), ("57100", "Thionville", "FR")))
    phone = f"+352 691 {random.randrange(1000000):06}" if random.random() < 0.8 else None
    ship = Address(
        first_name=first,
        last_name=last,
        company=random.choice(("Exemplis S.à r.l.", "Atelier Muster")) if random.random() < 0.1 else None,
        street_name=random.choice(_STREETS),
        street_number=random.choice(("7", "12", "3A", "48", "101")),
        city=town,
        zip_code=zip_code,
        phone=phone,
        country=country,
    )
    mail = f"{first}.{last}{random.randrange(1000)}@example.lu".lower().replace(" ", "").replace("'", "")
    locale = random.choices(("fr", "de", "en"), (55, 25, 20))[0]
    return Person(locale, Customer(mail, first, last, phone), ship, ship if random.random() < 0.6 else None)
