"""The price list: what is on the shelf, in which order, at which price, and what becomes of a change.

A product is looked up by `find`; whoever changes one takes it by `own`, which lifts a generated product out of its run.
`walks` reads the list page by page. Hidden products keep their place and come back to it.
"""

from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from orion_daemon.sandbox.codeswholesale import generated
from orion_daemon.sandbox.codeswholesale.answers import cents_of, text_of
from orion_daemon.sandbox.codeswholesale.records import Product, Span, Texts, Tier
from orion_daemon.sandbox.codeswholesale.state import Refusal, Store, Unknown


class PriceSpec(Struct, forbid_unknown_fields=True):
    """`to` left out is `null`, 0 is `0`: both are an open end."""

    value: str | int | float
    since: int = field(default=1, name="from")
    to: int | None = None


class ProductSpec(Struct, forbid_unknown_fields=True):
    """A product as a command names it; `price` is short for one tier without an end. `place` is that in the list."""

    name: str | UnsetType = UNSET
    price: str | int | float | UnsetType = UNSET
    prices: list[PriceSpec] | UnsetType = UNSET
    id: str | UnsetType = UNSET
    identifier: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    real: int | UnsetType | None = UNSET
    endless: bool | UnsetType = UNSET
    regions: list[str] | UnsetType = UNSET
    region_description: str | UnsetType | None = UNSET
    languages: list[str] | UnsetType = UNSET
    badges: list[str] | UnsetType = UNSET
    released_at: datetime | UnsetType | None = UNSET
    images: bool | UnsetType = UNSET
    kinds: list[str] | UnsetType = UNSET
    texts: Texts | UnsetType | None = UNSET
    filename: str | UnsetType | None = UNSET
    assigned_after: float | UnsetType | None = UNSET
    place: int | UnsetType = UNSET


_PLAIN = (
    *("name", "identifier", "platform", "quantity", "real", "endless", "regions", "region_description", "languages"),
    *("badges", "released_at", "kinds", "texts", "filename", "assigned_after"),
)


def add(store: Store, spec: ProductSpec) -> Product:
    """Put a product on the shelf, at its end unless a place is named. Raises Refusal."""
    world, now = store.world, store.now()
    name = spec.name if spec.name is not UNSET else f"Example Quest {len(world.products) + 1}"
    product_id = spec.id if spec.id is not UNSET else world.uuid("product")
    if find(store, product_id) is not None:
        raise Refusal(f"there is a product {product_id} already")
    initials = "".join(word[0] for word in name.split()).upper()
    product = Product(product_id, initials, name, "Steam", [Tier(999)], now, now, quantity=10)
    product.regions, product.languages = ["WORLDWIDE"], ["Multilanguage"]
    _take(product, spec)
    world.products[product_id] = product
    place = spec.place if spec.place is not UNSET else None
    _put(store, product_id, place)
    store.record("product_added", product=product_id, name=name)
    return product


def change(store: Store, product_id: str, spec: ProductSpec) -> Product:
    """Change what the spec names, and nothing else. Raises Unknown, Refusal."""
    product = own(store, product_id)
    _take(product, spec)
    product.updated_at = store.now()
    if spec.place is not UNSET:
        move(store, product_id, spec.place)
    store.record("product_changed", product=product_id, **told(product))
    return product


def find(store: Store, product_id: str) -> Product | None:
    """Hidden ones too; a generated product nobody has changed is drawn anew."""
    known = store.world.products.get(product_id)
    if known is not None:
        return known
    place = generated.place_of(store.world, product_id)
    return generated.product_at(store.world, *place) if place else None


def for_sale(store: Store, product_id: str) -> Product | None:
    product = find(store, product_id)
    return None if product is None or product.hidden else product


def own(store: Store, product_id: str) -> Product:
    """The product to be changed. Raises Unknown."""
    world = store.world
    if product_id in world.products:
        return world.products[product_id]
    place = generated.place_of(world, product_id)
    if place is None:
        raise Unknown(f"no product {product_id!r}")
    batch, index = place
    product = world.products[product_id] = generated.product_at(world, batch, index)
    for position, entry in enumerate(world.shelf):
        if isinstance(entry, Span) and entry.batch == batch and entry.start <= index < entry.start + entry.count:
            end = entry.start + entry.count
            runs = Span(batch, entry.start, index - entry.start), Span(batch, index + 1, end - index - 1)
            before, after = ([run] if run.count else [] for run in runs)
            world.shelf[position : position + 1] = [*before, product_id, *after]
            break
    return product


def hide(store: Store, product_id: str, *, hidden: bool = True) -> Product:
    product = own(store, product_id)
    product.hidden, product.updated_at = hidden, store.now()
    store.record("product_hidden" if hidden else "product_shown", product=product_id)
    return product


def remove(store: Store, product_id: str) -> None:
    """Raises Unknown."""
    own(store, product_id)
    store.world.shelf.remove(product_id)
    del store.world.products[product_id]
    if product_id.startswith("67656e65-"):
        store.world.removed.append(product_id)
    store.record("product_removed", product=product_id)


def move(store: Store, product_id: str, place: int) -> None:
    """To another place among the entries of the list: 0 is the first, -1 the last. Raises Unknown."""
    own(store, product_id)
    store.world.shelf.remove(product_id)
    _put(store, product_id, None if place == -1 else place)
    store.record("product_moved", product=product_id, place=place)


def set_price(store: Store, product: Product, cents: int) -> None:
    """The price of a single piece from now on; the other tiers stay."""
    tier = charged(product, 1, "quantity")
    was = tier.cents
    tier.cents, product.updated_at, product.moves_to = cents, store.now(), None
    store.record("price_changed", product=product.id, was=text_of(was), now=text_of(cents))


def set_stock(store: Store, product: Product, quantity: int | None, real: int | UnsetType | None) -> None:
    """`quantity` is shown from now on; `real` is what there is (None: what is shown)."""
    product.quantity = product.quantity if quantity is None else quantity
    product.real = real if real is not UNSET else product.real if quantity is None else None
    if store.world.settings.stock_is_an_update:
        product.updated_at = store.now()
    store.record("stock_changed", product=product.id, shown=product.quantity, real=in_stock(product))


def in_stock(product: Product) -> int:
    return product.quantity if product.real is None else product.real


def take_out(store: Store, product: Product, pieces: int) -> None:
    """So many were sold: what is there and what is shown shrink."""
    if product.real is not None:
        product.real = max(0, product.real - pieces)
    product.quantity = max(0, product.quantity - pieces)
    if store.world.settings.stock_is_an_update:
        product.updated_at = store.now()


def charged(product: Product, quantity: int, rule: str) -> Tier:
    """The tier whose price is charged: that of the quantity, of a single piece, or the lowest."""
    if rule == "lowest":
        return min(product.tiers, key=lambda tier: tier.cents)
    holding = [tier for tier in product.tiers if tier.holds(1 if rule == "single" else quantity)]
    return min(holding or product.tiers, key=lambda tier: tier.cents)


def told(product: Product) -> dict[str, Any]:
    """How a command sees a product."""
    tiers = [{"value": text_of(tier.cents), "from": tier.since, "to": tier.until} for tier in product.tiers]
    facts = {"name": product.name, "prices": tiers, "quantity": product.quantity, "real": in_stock(product)}
    return {**facts, "kinds": product.kinds, "hidden": product.hidden}


def _put(store: Store, product_id: str, place: int | None) -> None:
    shelf = store.world.shelf
    shelf.insert(len(shelf) if place is None else place, product_id)


def _take(product: Product, spec: ProductSpec) -> None:
    for name in _PLAIN:
        value = getattr(spec, name)
        if value is not UNSET:
            setattr(product, name, value)
    if not product.kinds:
        raise Refusal("a product has at least one kind of code")
    if spec.prices is not UNSET:
        product.tiers = [Tier(_cents(price.value), price.since, price.to) for price in spec.prices]
    elif spec.price is not UNSET:
        product.tiers = [Tier(_cents(spec.price))]
    if not product.tiers:
        raise Refusal("a product has at least one price")
    if spec.images is not UNSET:
        product.images = generated.images_of(product.id) if spec.images else None


def _cents(value: str | float) -> int:
    cents = cents_of(value)
    if cents is None or cents < 0:
        raise Refusal(f"{value!r} is not an amount with at most two decimals")
    return cents
