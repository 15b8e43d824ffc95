"""Amazon's stores that the stand-in knows, by marketplace id: what `getMarketplaceParticipations` says of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    id: str
    country: str
    currency: str
    language: str
    domain: str
    long_memory: bool = False

    @property
    def name(self) -> str:
        return self.domain.removeprefix("www.").capitalize()


PLACES = {
    place.id: place
    for place in (
        Place("A1PA6795UKMFR9", "DE", "EUR", "de_DE", "www.amazon.de"),
        Place("A13V1IB3VIYZZH", "FR", "EUR", "fr_FR", "www.amazon.fr"),
        Place("AMEN7PMS3EDWL", "BE", "EUR", "fr_BE", "www.amazon.com.be"),
        Place("A1805IZSGTT6HS", "NL", "EUR", "nl_NL", "www.amazon.nl"),
        Place("APJ6JRA9NG5V4", "IT", "EUR", "it_IT", "www.amazon.it"),
        Place("A1RKKUPIHCS9HS", "ES", "EUR", "es_ES", "www.amazon.es"),
        Place("A2NODRKZP88ZB9", "SE", "SEK", "sv_SE", "www.amazon.se"),
        Place("A1C3SOZRARQ6R3", "PL", "PLN", "pl_PL", "www.amazon.pl"),
        Place("A28R8C7NBKEWEA", "IE", "EUR", "en_IE", "www.amazon.ie"),
        Place("A1F83G8C2ARO7P", "GB", "GBP", "en_GB", "www.amazon.co.uk"),
        Place("ATVPDKIKX0DER", "US", "USD", "en_US", "www.amazon.com"),
        Place("A1VC38T7YXB528", "JP", "JPY", "ja_JP", "www.amazon.co.jp", long_memory=True),
        Place("A2VIGQ35RCS4UG", "AE", "AED", "en_AE", "www.amazon.ae"),
    )
}


def place(marketplace_id: str) -> Place:
    """An id that is not in the table becomes a place without a country of its own, priced in euros."""
    return PLACES.get(marketplace_id) or Place(marketplace_id, "LU", "EUR", "en_GB", "www.amazon.com")
