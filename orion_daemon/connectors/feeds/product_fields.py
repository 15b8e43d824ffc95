"""The columns of a product feed one by one: availability in any spelling, quantities, tax, links, yes and no.

Each function returns the value and, when there is something that nobody can use, a `FieldProblem`; the value is then
None. Spellings cover English, German and French. Rows are put together in `products.py`.
"""

import re
from datetime import tzinfo

from orion_daemon.domain.products import MAX_KEY, FieldProblem, excerpt
from orion_daemon.domain.sales import ALWAYS, SaleDates, SaleDatesError, parse_sale_dates
from orion_daemon.domain.text import clean_line

_SPELLINGS = {
    "in_stock": "in_stock instock available yes true 1 ja oui auf_lager lieferbar sofort_lieferbar vorratig vorrätig"
    " vorraetig verfugbar verfügbar en_stock disponible limitedavailability limited_availability onlineonly"
    " available_for_order limited low_stock",
    "out_of_stock": "out_of_stock outofstock unavailable not_available no false 0 nein non nicht_auf_lager"
    " nicht_lieferbar nicht_vorratig nicht_vorrätig nicht_verfugbar nicht_verfügbar ausverkauft rupture_de_stock"
    " derzeit_nicht_verfugbar derzeit_nicht_verfügbar rupture"
    " en_rupture_de_stock en_rupture epuise épuisé indisponible hors_stock soldout sold_out discontinued",
    "preorder": "preorder pre_order presale vorbestellung vorbestellbar precommande précommande en_precommande"
    " en_précommande",
    "backorder": "backorder back_order backordered on_backorder onbackorder nachbestellt nachlieferbar"
    " en_reapprovisionnement en_réapprovisionnement",
}
_AVAILABILITY = {word: name for name, words in _SPELLINGS.items() for word in words.split()}
_YES = frozenset({"1", "y", "yes", "true", "t", "on", "ja", "j", "wahr", "oui", "vrai", "o"})
_SCHEMA = re.compile(r"https?://schema\.org/", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_\-]+")
_QUANTITY = re.compile(r"([+-]?)(\d{1,3}(?:[ '\u00a0\u202f]\d{3})+|\d+)(?:[.,]0+)?\Z", re.ASCII)
_MAYBE_THOUSANDS = re.compile(r"\+?[1-9]\d{0,2}[.,]000\Z", re.ASCII)
_TAX = re.compile(r"(\d{1,3})(?:[.,](\d{1,4}))?\s*%?\Z", re.ASCII)
_NEXT_LINK = re.compile(r"[\s,;|]+(?=(?:https?:)?//)")
_NO_DATES = frozenset({"-", "n/a", "null", "none", "nan"})
_WEB = ("https://", "http://")
_MAX_QUANTITY = 2**31 - 1


def availability(text: str) -> tuple[str | None, FieldProblem | None]:
    """One of Orion's four, or the vendor's own text with a problem: unknown is kept and shown, never a default."""
    value = text.strip()
    if not value:
        return None, None
    found = _AVAILABILITY.get(_SEPARATORS.sub("_", _SCHEMA.sub("", value).lower().rstrip(".!")))
    if found is not None:
        return found, None
    raw = clean_line(value)[:64]
    return raw, FieldProblem("availability", "availability_unknown", "not a known availability; kept as it is", raw)


def quantity(text: str) -> tuple[int | None, FieldProblem | None]:
    value = text.strip()
    if not value:
        return None, None
    match = _QUANTITY.match(value)
    if match is None:
        problem = FieldProblem("quantity", "quantity_unreadable", "not a whole number of pieces", excerpt(value))
        return None, problem
    number = int("".join([char for char in match[2] if char.isdigit()]))
    if match[1] == "-" and number:
        return 0, FieldProblem(
            "quantity", "quantity_negative", "the stock is below zero; taken for none", excerpt(value)
        )
    if number > _MAX_QUANTITY:
        return None, FieldProblem("quantity", "quantity_absurd", "more pieces than anybody has", excerpt(value))
    if _MAYBE_THOUSANDS.match(value):
        text = "taken for a decimal mark before zeros; it may be a thousands mark"
        return number, FieldProblem("quantity", "quantity_ambiguous", text, excerpt(value))
    return number, None


def tax_rate(text: str) -> tuple[str | None, FieldProblem | None]:
    """Percent as the shortest decimal text: `17`, `17.00 %` → `"17"`; `5,5` → `"5.5"`."""
    value = text.strip()
    if not value:
        return None, None
    match = _TAX.match(value)
    whole, fraction = (str(int(match[1])), (match[2] or "").rstrip("0")) if match else ("", "")
    if match is None or int(whole) > 100 or (whole == "0" and fraction):
        return None, FieldProblem("tax_rate", "tax_rate_unreadable", "not a tax rate in percent", excerpt(value))
    return f"{whole}.{fraction}" if fraction else whole, None


def sale_dates(zone: tzinfo, text: str) -> tuple[SaleDates, FieldProblem | None]:
    """When a sale price holds. With a problem nobody knows, and the sale price is of no use."""
    value = clean_line(text)
    if value.lower() in _NO_DATES:
        return ALWAYS, None
    try:
        return parse_sale_dates(value, zone), None
    except SaleDatesError as error:
        message = f"{error.message}; the sale price is left out"
        return ALWAYS, FieldProblem("sale_price_effective_date", error.code, message, excerpt(value))


def link(field: str, text: str) -> tuple[str | None, FieldProblem | None]:
    """An absolute http(s) address; `//host/path` is read as https, `&amp;` as what it stands for."""
    value = text.strip()
    if value.startswith(_WEB) and len(value) > 8 and value.isprintable() and "&amp;" not in value:
        return value, None
    if not value:
        return None, None
    if "&amp;" in value:
        value = value.replace("&amp;", "&")
    if value.startswith("//"):
        value = "https:" + value
    if value[:8].lower().startswith(_WEB) and value.isprintable() and value[-3:] != "://":
        return value, None
    return None, FieldProblem(field, "link_unusable", "not a complete http(s) address", excerpt(value))


def links(field: str, text: str) -> tuple[tuple[str, ...], FieldProblem | None]:
    """Addresses parted by commas (which may also stand inside of one), spaces or bars, or a JSON list of them.

    Repeats are left out.
    """
    if not text or text.isspace():
        return (), None
    if text.lstrip().startswith("["):
        text = text.strip().strip("[]").replace('"', " ").replace("\\/", "/")
    found: dict[str, None] = {}
    problem = None
    for part in _NEXT_LINK.split(text.strip().strip(",;|")):
        value, trouble = link(field, part)
        problem = problem or trouble
        if value is not None:
            found[value] = None
    return tuple(found), problem


def key(field: str, text: str) -> tuple[str | None, FieldProblem | None]:
    """A short text by which things are found or grouped (brand, part number, group)."""
    value = clean_line(text)
    if not value:
        return None, None
    if len(value) > MAX_KEY:
        return None, FieldProblem(field, "too_long", f"longer than {MAX_KEY} characters", excerpt(value))
    return value, None


def condition(text: str) -> tuple[str | None, FieldProblem | None]:
    value, problem = key("condition", text.lower())
    if value is not None and len(value) > 64:
        return None, FieldProblem("condition", "too_long", "longer than 64 characters", excerpt(value))
    return value, problem


def is_yes(text: str) -> bool:
    return text.strip().lower() in _YES
