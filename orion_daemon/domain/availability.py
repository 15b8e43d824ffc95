"""What a product feed says about having a product: pieces and availability, as they are at the moment of writing.

Stock that Orion counts decides alone. A product that is sold without stock is described by its catalog: the merchant's
own word and figure. Pre-order is only said of something that may be sold. Where a zero must not be told, the product
has no place in the file. Formula: `inventory.py`; reader of the rows: `services/publication.py`.
"""

from dataclasses import dataclass

from orion_daemon.domain.inventory import StockPolicy, quantity_to_send

UNCOUNTED = 100
"""Pieces a feed offers of a product of which nobody has counted any: made or fetched on demand, it does not run out."""
_NOT_THERE = frozenset({"out_of_stock", "backorder"})
_SELLABLE = frozenset({"in_stock", "preorder"})


@dataclass(frozen=True, slots=True)
class CatalogWord:
    """What the catalog says of a product; `availability` is one of Orion's four, another text as it came, or None."""

    availability: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    quantity: int
    availability: str  # in_stock | out_of_stock | preorder, or a text of the catalog that nobody knows


def standing(
    policy: StockPolicy,
    *,
    is_for_sale: bool,
    on_hand: int | None,
    reserved: int,
    own_safety_stock: int | None,
    catalog: CatalogWord,
) -> Standing | None:
    """None: a zero that the channel must not be told. `on_hand` is None for a product that is sold without stock."""
    quantity: int | None
    if not is_for_sale or (on_hand is None and catalog.availability in _NOT_THERE):
        quantity = 0 if policy.sync_zero_stock else None
    elif on_hand is not None:
        quantity = quantity_to_send(on_hand, reserved, policy, own_safety_stock)
    elif catalog.quantity is not None:
        quantity = quantity_to_send(catalog.quantity, 0, policy, own_safety_stock)
    else:
        quantity = UNCOUNTED
    if quantity is None:
        return None
    if quantity == 0:
        return Standing(0, "out_of_stock")
    if catalog.availability == "preorder":
        return Standing(quantity, "preorder")
    if on_hand is None and catalog.availability is not None and catalog.availability not in _SELLABLE:
        return Standing(quantity, catalog.availability)
    return Standing(quantity, "in_stock")
