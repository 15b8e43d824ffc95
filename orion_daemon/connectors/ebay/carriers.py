"""From what people and shops call a carrier to eBay's code for it (Trading API, ShippingCarrierCodeType).

Unknown ones go out as `Other`: eBay takes the number all the same, and the buyer sees no link.
"""

import re
import unicodedata

OTHER = "Other"
_CODES = {
    "DHL": "dhl, dhl paket, dhl parcel, dhl de, dhl ecommerce",
    "DHLEXPRESS": "dhl express, dhlexpress",
    "DHLGlobalMail": "dhl global mail, dhlglobalmail",
    "DeutschePost": "deutsche post, post de, dp, brief",
    "DPD": "dpd, dpd group, dynamic parcel distribution",
    "GLS": "gls, general logistics systems",
    "Hermes": "hermes, evri, hermes germany, myhermes",
    "UPS": "ups, united parcel service",
    "FedEx": "fedex, federal express",
    "TNT": "tnt, tnt express",
    "USPS": "usps, us postal service",
    "Colissimo": "colissimo",
    "Chronopost": "chronopost",
    "LAPOSTE": "la poste, laposte, la poste france",
    "MondialRelay": "mondial relay, mondialrelay, mr",
    "BPost": "bpost, post be, belgian post, bpack",
    "PostNL": "postnl, post nl",
    "OsterreichischePostAG": "osterreichische post, post at, austrian post, oesterreichische post",
    "SwissPost": "swiss post, die post, post ch, schweizerische post",
    "PosteItaliane": "poste italiane, poste it",
    "SDA": "sda",
    "Bartolini": "brt, bartolini",
    "Correos": "correos",
    "Seur": "seur",
    "MRW": "mrw",
    "Nacex": "nacex",
    "RoyalMail": "royal mail",
    "Parcelforce": "parcelforce",
    "Yodel": "yodel",
    "AnPost": "an post",
    "PocztaPolska": "poczta polska",
}
_BY_NAME = {name.strip().replace(" ", ""): code for code, names in _CODES.items() for name in names.split(",")}
_BY_NAME |= {code.lower(): code for code in _CODES}


def code_of(carrier: str) -> str:
    """`"DHL Paket"`, `dhl` and `DHL` are `DHL`; anything unknown is `Other`, also nothing at all."""
    return _BY_NAME.get(_plain(carrier), OTHER)


def tracking_of(number: str) -> str:
    """Letters and digits only: eBay takes neither blanks nor hyphens. Empty where nothing is left."""
    return re.sub(r"[^A-Za-z0-9]", "", number)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", folded)
