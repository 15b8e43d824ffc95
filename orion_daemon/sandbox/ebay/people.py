"""Buyers of eBay who do not exist: contacts across the countries that a Luxembourg shop sells to, drawn by seed."""

from random import Random

from msgspec import Struct

_FIRST = ("Erika", "Marc", "Léa", "Tom", "Sophie", "Jürgen", "Nathalie", "Sven", "Mia", "Carlos", "Anne", "Maïté")
_FAMILIES = ("Beispiel", "Muster", "Exemple", "Voorbeeld", "Da Silva", "Müller-Beispiel", "D'Exemple", "Ejemplo")
_PLACES = (
    ("LU", "12 rue Inventée", "1116", "Luxembourg"),
    ("LU", "3A Grand-Rue", "9710", "Clervaux"),
    ("DE", "Beispielweg 7", "54290", "Trier"),
    ("DE", "Musterallee 101", "10115", "Berlin"),
    ("FR", "48 rue de l'Exemple", "57100", "Thionville"),
    ("BE", "Voorbeeldstraat 5", "6700", "Arlon"),
    ("NL", "Voorbeeldlaan 9", "1012", "Amsterdam"),
)


class Contact(Struct, omit_defaults=True, rename="camel"):
    """A person or hub with an address, in the words of the API; what is None is not sent."""

    full_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    phone: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


def invent(random: Random) -> tuple[str, Contact]:
    """A user name and a contact; some give no phone, a few a company."""
    first, family = random.choice(_FIRST), random.choice(_FAMILIES)
    country, street, code, city = random.choice(_PLACES)
    number = random.randrange(100000)
    username = f"{first[:4].lower()}_{number:05}".encode("ascii", "ignore").decode()
    contact = Contact(
        full_name=f"{first} {family}",
        company_name=random.choice(("Atelier Muster", "Exemplis S.à r.l.")) if random.random() < 0.1 else None,
        email=f"{random.randrange(16**10):010x}@members.example",
        phone=f"+352 691 {random.randrange(10**6):06}" if random.random() < 0.8 else None,
        address_line1=street,
        city=city,
        postal_code=code,
        country_code=country,
    )
    return username, contact
