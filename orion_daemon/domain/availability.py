"""What a channel is told about having a product: pieces and availability, as they are at the moment of telling.

Stock that Orion counts decides alone. A product that is sold without stock is described by its catalog: the merchant's
own word and figure; where the catalog has no figure either, no figure is told, for none would be true. Pre-order is
only said of something that may be sold. Where a zero must not be told, the product has no place on the channel.
Formula: `inventory.py`; users, which tell the same: `services/publication.py` (feeds), `services/offers.py` (calls).
"""

from dataclasses import dataclass

from orion_daemon.domain.inventory import StockPolicy, quantity_to_send

_NOT_THERE = frozenset({"out_of_stock", "backorder"})
_SELLABLE = frozenset({"in_stock", "preorder"})


@dataclass(frozen=True, slots=True)
class CatalogWord:
    """What the catalog says of a product; `availability` is one of Orion's four, another text as it came, or None."""

    availability: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`quantity` None: nobody counts the pieces; the product is made or fetched on demand and does not run out."""

    quantity: int | None
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
    counted = catalog.quantity if on_hand is None else on_hand
    quantity: int | None = None
    if not is_for_sale or (on_hand is None and catalog.availability in _NOT_THERE):
        quantity = 0
    elif counted is not None:
        held = 0 if on_hand is None else reserved
        quantity = quantity_to_send(counted, held, policy, own_safety_stock) or 0
    if quantity == 0:
        return Standing(0, "out_of_stock") if policy.sync_zero_stock else None
    if catalog.availability == "preorder":
        return Standing(quantity, "preorder")
    if on_hand is None and catalog.availability is not None and catalog.availability not in _SELLABLE:
        return Standing(quantity, catalog.availability)
    return Standing(quantity, "in_stock")
