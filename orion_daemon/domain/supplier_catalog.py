"""What a supplier's product becomes in its account's catalog, and how much of a catalog may vanish at once.

A catalog keeps texts: tiers, regions and the day of release stand among a product's attributes, and whoever buys or
prices reads them back by the functions here (`tiers_of(attributes_of(product))` are the product's tiers). Values of
`supply.py` in, nothing stored. Writer: `services/supply_pages.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from orion_daemon.domain.supply import PriceTier, SupplierProduct
from orion_daemon.domain.text import clean_line

OF_TEXTS = ("category", "developer", "pegi")
"""Attributes that come with a product's texts; a page of the price list says nothing of them."""
MOST_PIECES = 2**31 - 1


def attributes_of(product: SupplierProduct) -> dict[str, str]:
    """What has no column of its own, by name; empty ones are left out."""
    found = {
        "name": clean_line(product.name),
        "identifier": clean_line(product.identifier),
        "platform": clean_line(product.platform),
        "regions": _joined(product.regions),
        "region_description": clean_line(product.region_description),
        "languages": _joined(product.languages),
        "badges": _joined(product.badges),
        "released_at": product.released_at.isoformat() if product.released_at is not None else "",
        "tiers": " ".join([_tier_text(tier) for tier in _sorted(product.tiers)]),
    }
    return {name: text for name, text in found.items() if text}


def tiers_of(attributes: Mapping[str, str] | None) -> tuple[PriceTier, ...]:
    """By quantity; none where nothing is known of prices. Raises ValueError for a text that `attributes_of` did not
    write."""
    tiers = []
    for text in (attributes or {}).get("tiers", "").split():
        pieces, _, price = text.partition(":")
        since, _, until = pieces.partition("-")
        tiers.append(PriceTier(int(since), int(until) if until else None, int(price)))
    return tuple(tiers)


def regions_of(attributes: Mapping[str, str] | None) -> tuple[str, ...]:
    return _parted((attributes or {}).get("regions", ""))


def languages_of(attributes: Mapping[str, str] | None) -> tuple[str, ...]:
    return _parted((attributes or {}).get("languages", ""))


def released_at_of(attributes: Mapping[str, str] | None) -> datetime | None:
    text = (attributes or {}).get("released_at")
    return datetime.fromisoformat(text) if text else None


def is_preorder(released_at: datetime | None, now: datetime) -> bool:
    return released_at is not None and released_at > now


@dataclass(frozen=True, slots=True)
class Stock:
    """`quantity` None: nobody counts the pieces."""

    availability: str
    quantity: int | None


def stock_of(product: SupplierProduct, now: datetime, *, allows_preorders: bool) -> Stock:
    """A pre-order is to be had where the store allows them, also while the supplier shows no piece of it; elsewhere it
    cannot be bought and is out of stock."""
    pieces = min(max(product.quantity, 0), MOST_PIECES)
    if is_preorder(product.released_at, now):
        return Stock("preorder", pieces or None) if allows_preorders else Stock("out_of_stock", 0)
    return Stock("in_stock" if pieces else "out_of_stock", pieces)


@dataclass(frozen=True, slots=True)
class Guard:
    """How much of a catalog a walk may find gone: at most this share, or fewer products than `least`, whatever their
    share."""

    max_removed_share: float = 0.3
    least: int = 50

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """From a channel's settings."""
        share = settings.get("max_removed_share")
        return cls() if share is None else cls(float(share))

    def holds_back(self, known: int, missing: int) -> bool:
        """`known`: products that the list showed before; a list that shows none of them is held back at any size."""
        if not missing:
            return False
        return missing >= known or (missing >= self.least and missing > self.max_removed_share * known)


def _sorted(tiers: Iterable[PriceTier]) -> list[PriceTier]:
    return sorted(tiers, key=lambda tier: (tier.since, tier.until is None, tier.until or 0, tier.unit_minor))


def _tier_text(tier: PriceTier) -> str:
    return f"{tier.since}-{'' if tier.until is None else tier.until}:{tier.unit_minor}"


def _joined(words: Iterable[str]) -> str:
    return ", ".join([word for word in (clean_line(word.replace(",", " ")) for word in words) if word])


def _parted(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
