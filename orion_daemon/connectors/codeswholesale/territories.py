"""Which language the free words stand for that CodesWholesale calls territories.

One language has many: `german` and `germany`, Steam's `schinese` and `koreana`, `Portuguese-Brazil`. A word that is not
here gives None and is told (`SupplierTexts.unknown_territories`), never guessed: neither `worldwide` nor a country of
several languages says one. A variant (Mexico's Spanish) counts only where the language itself has no text.
"""

import re

_WORDS = {
    "ar": "arabic",
    "bg": "bulgarian bulgaria",
    "cs": "czech czechia czech-republic",
    "da": "danish denmark",
    "de": "german germany deutsch deutschland german-germany",
    "el": "greek greece",
    "en": "english england united-kingdom great-britain uk-english english-uk",
    "es": "spanish spain spanish-spain",
    "fi": "finnish finland",
    "fr": "french france french-france",
    "hu": "hungarian hungary",
    "id": "indonesian indonesia",
    "it": "italian italy",
    "ja": "japanese japan",
    "ko": "korean korea koreana south-korea",
    "lb": "luxembourgish",
    "nl": "dutch netherlands holland",
    "no": "norwegian norway",
    "pl": "polish poland",
    "pt": "portuguese portugal portugues portuguese-portugal",
    "ro": "romanian romania",
    "ru": "russian russia",
    "sk": "slovak slovakia",
    "sv": "swedish sweden",
    "th": "thai thailand",
    "tr": "turkish turkey",
    "uk": "ukrainian ukraine",
    "vi": "vietnamese vietnam",
    "zh": "schinese simplified-chinese chinese-simplified chinese china",
}
_VARIANTS = {
    "de": "austria german-austria",
    "en": "usa united-states american english-us us-english australia",
    "es": "mexico spanish-mexico latam latin-america spanish-latin-america argentina",
    "fr": "french-canada french-canadian",
    "pt": "brazilian brazil portuguese-brazil brazilian-portuguese",
    "zh": "tchinese traditional-chinese chinese-traditional taiwan",
}
_KNOWN = {
    word: (language, is_variant)
    for table, is_variant in ((_WORDS, False), (_VARIANTS, True))
    for language, words in table.items()
    for word in words.split()
}
_BETWEEN = re.compile(r"[\W_]+")


def language_of(territory: str) -> tuple[str, bool] | None:
    """The language's code, and whether the word means a variant of it. Capitals and what parts words do not count."""
    return _KNOWN.get("-".join(part for part in _BETWEEN.split(territory.lower()) if part))
