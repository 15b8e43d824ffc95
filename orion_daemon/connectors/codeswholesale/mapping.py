"""CodesWholesale's documents in Orion's words.

**Prices** come in no order; an open end is null or 0; everything is in EUR. A price that is no amount makes its product
unusable, since the rest of the list would show another than it is. **Codes** hang under products, one a piece; their
kind stands in `codeType` or, as older clients were told, in `status`. **Times** without an offset are taken for UTC.
A missing `quantity` is 0: the figure is a hint, and nothing is sold by one that is not there.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from orion_daemon.connectors.codeswholesale import names, schemas
from orion_daemon.connectors.codeswholesale.territories import language_of
from orion_daemon.domain import gtin
from orion_daemon.domain.money import round_half_up, to_minor
from orion_daemon.domain.supply import (
    Balance,
    Code,
    OrderEntry,
    PlacedLine,
    PlacedOrder,
    PriceTier,
    SupplierProduct,
    SupplierText,
    SupplierTexts,
)
from orion_daemon.domain.text import clean_line, clean_text

_LONGEST_AMOUNT = 12  # digits before the point, and as many zeros after it
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_TERRITORY = 40


class UnusableDocument(ValueError):  # noqa: N818  (says what it is)
    """A value makes the whole document unusable; the text names the field."""


# -- products ---------------------------------------------------------------------------------------------------------


def product(document: schemas.Product) -> SupplierProduct:
    """Raises `UnusableDocument`."""
    if not document.product_id.strip():
        raise UnusableDocument("productId is empty")
    platform = clean_line(document.platform or "")
    return SupplierProduct(
        product_id=document.product_id.strip(),
        name=clean_line(document.name or ""),
        currency=names.CURRENCY,
        tiers=tuple(_tier(price) for price in document.prices or ()),
        quantity=max(0, document.quantity or 0),
        identifier=clean_line(document.identifier or ""),
        platform="" if platform.lower() == names.NO_PLATFORM else platform,
        regions=_words(document.regions),
        languages=_words(document.languages),
        badges=_words(document.badges),
        region_description=clean_line(document.region_description or ""),
        released_at=_released(document.release_date),
        images=_images(document.images or []),
    )


def _tier(price: schemas.Price) -> PriceTier:
    unit = minor(price.value)
    if unit is None or unit < 0:
        raise UnusableDocument("a value of prices is not an amount")
    since, until = price.since or 1, price.until or None
    if since < 0 or (until is not None and until < since):
        raise UnusableDocument("a range of prices ends before it begins")
    return PriceTier(since, until, unit)


def _words(listed: schemas.Words) -> tuple[str, ...]:
    said = (one if isinstance(one, str) else one.name or "" for one in listed or ())
    return tuple(dict.fromkeys(word for text in said if (word := clean_line(text))))


def _released(said: str | int | None) -> datetime | None:
    found = moment(said)
    if found is None and said not in (None, ""):
        raise UnusableDocument("releaseDate is not a time")
    return found


def _images(listed: list[schemas.Image]) -> tuple[str, ...]:
    ranks = {size: rank for rank, size in enumerate(names.IMAGE_SIZES)}
    by_size = sorted(listed, key=lambda one: ranks.get((one.format or "").upper(), len(ranks)))
    return _links([one.image for one in by_size])


def _links(listed: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link for link in listed if link and link.lower().startswith(("http://", "https://"))))


# -- texts ------------------------------------------------------------------------------------------------------------


class _Said(NamedTuple):
    """A title or a description; `is_variant` of its language."""

    language: str
    is_variant: bool
    text: str


def texts(document: schemas.Description, product_id: str) -> SupplierTexts:
    unknown: set[str] = set()
    titles = _by_language(
        [(one.territory, clean_line(one.title or "")) for one in document.localized_titles or ()], unknown
    )
    sheets = _by_language(
        [(one.territory, clean_text(one.description or "")) for one in document.fact_sheets or ()], unknown
    )
    category = document.category or ""
    return SupplierTexts(
        product_id=product_id,
        texts=tuple(
            SupplierText(language, titles.get(language), sheets.get(language))
            for language in sorted(titles.keys() | sheets.keys())
        ),
        eans=_eans(document.eans),
        images=_links([one.url for one in document.photos or ()]),
        category=clean_line(category if isinstance(category, str) else ", ".join(category)),
        developer=clean_line(document.developer_name or ""),
        pegi=clean_line(str(document.pegirating if document.pegirating is not None else "")),
        unknown_territories=tuple(sorted(unknown)),
    )


def _by_language(said: list[tuple[str | None, str]], unknown: set[str]) -> dict[str, str]:
    """The first text of each language; a variant's only where the language itself has none."""
    found: list[_Said] = []
    for territory, text in said:
        if not text:
            continue
        known = language_of(territory or "")
        if known is None:
            unknown.add(clean_line(territory or "")[:_LONGEST_TERRITORY])
        else:
            found.append(_Said(*known, text))
    chosen: dict[str, str] = {}
    for one in sorted(found, key=lambda one: one.is_variant):
        chosen.setdefault(one.language, one.text)
    return chosen


def _eans(listed: str | list[str | int] | None) -> tuple[str, ...]:
    """Those whose check digit holds, as GTINs; the others are nobody's number."""
    found: dict[str, None] = {}
    for one in re.split(r"[,;\s]+", listed) if isinstance(listed, str) else listed or ():
        try:
            number = gtin.normalise(str(one))
        except gtin.GtinError:
            continue
        if number is not None:
            found[number] = None
    return tuple(found)


# -- orders -----------------------------------------------------------------------------------------------------------


def order(document: schemas.Order) -> PlacedOrder:
    """Raises `UnusableDocument` where it has no id of the supplier's."""
    if not document.order_id:
        raise UnusableDocument("an order without orderId")
    return PlacedOrder(
        supplier_order_id=document.order_id,
        reference=document.client_order_id or "",
        status=clean_line(document.status or ""),
        lines=tuple(_line(line) for line in document.products or ()),
        created_at=moment(document.created_on),
        total_minor=minor(document.total_price),
    )


def entry(document: schemas.Order) -> OrderEntry:
    """Raises `UnusableDocument`: an entry that cannot be told might be the one that is looked for."""
    if not document.order_id:
        raise UnusableDocument("an order without orderId")
    return OrderEntry(
        supplier_order_id=document.order_id,
        reference=document.client_order_id or "",
        status=clean_line(document.status or ""),
        created_at=moment(document.created_on),
        total_minor=minor(document.total_price),
    )


def _line(document: schemas.Line) -> PlacedLine:
    return PlacedLine(
        product_id=document.product_id or "",
        unit_minor=minor(document.unit_price),
        codes=tuple(code(one) for one in document.codes or ()),
    )


def code(document: schemas.Code) -> Code:
    raw = document.code_type or document.status or ""
    return Code(
        code_id=document.code_id or "",
        kind=names.code_kind(raw),
        secret=(document.code or "").strip() or None,
        filename=_filename(document.filename or document.file_name or ""),
        raw_kind=clean_line(raw)[:_LONGEST_NAME],
    )


def _filename(said: str) -> str:
    """Only its last part, of letters that are harmless in a path, a header and a mail."""
    last = re.split(r"[/\\]", said)[-1]
    return _UNSAFE.sub("_", last).lstrip("._-")[-_LONGEST_NAME:]


# -- account ----------------------------------------------------------------------------------------------------------


def balance(document: schemas.Account) -> Balance:
    """Raises `UnusableDocument` where it does not say what can be spent."""
    own, credit = minor(document.current_balance), minor(document.current_credit) or 0
    usable = minor(document.total_to_use)
    if own is None:
        raise UnusableDocument("currentBalance is not an amount")
    return Balance(names.CURRENCY, own, credit, own + credit if usable is None else usable)


def score(document: schemas.BuyerRisk) -> int:
    """In hundredths. Raises `UnusableDocument`."""
    said = document.risk_score
    if said is None or not _is_sensible(said):
        raise UnusableDocument("riskScore is not a number")
    return round_half_up(said * 100)


def flags(document: schemas.BuyerRisk) -> tuple[str, ...]:
    return tuple(
        name for name in ("domain_blacklisted", "ip_blacklisted", "ip_tor", "sub_domain") if getattr(document, name)
    )


# -- values -----------------------------------------------------------------------------------------------------------


def minor(value: Decimal | None) -> int | None:
    """In cents; None where there is none, or no amount that anybody pays."""
    if value is None or not _is_sensible(value):
        return None
    return to_minor(value, names.CURRENCY)


def _is_sensible(value: Decimal) -> bool:
    return value.is_finite() and -_LONGEST_AMOUNT <= value.adjusted() < _LONGEST_AMOUNT


def moment(said: str | int | None) -> datetime | None:
    """A time with or without offset, or milliseconds since 1970; None for anything else."""
    try:
        found = (
            datetime.fromtimestamp(said / 1000, UTC) if isinstance(said, int) else datetime.fromisoformat(said or "")
        )
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
