"""Products by the ten thousand, drawn from a seed one at a time: a batch takes no memory until a product is changed.

All oddities of the real price list come up: tiers in any order, open ends written `null` and `0`, names shared by
different products, missing images, languages as codes and as words, the platform called `None`, no description.
An id holds its product's place in the batch, so that it is found without a table.
"""

from datetime import timedelta
from random import Random

from orion_daemon.sandbox.codeswholesale.records import Batch, Image, Product, Span, Texts, Tier
from orion_daemon.sandbox.codeswholesale.state import Store, World

PLATFORMS = (
    "Steam",
    "Origin",
    "Uplay",
    "Xbox Live",
    "PSN",
    "Battle.net",
    "Official website",
    "GOG.com",
    "Windows Store",
    "None",
)
REGIONS = ("WORLDWIDE", "EU", "ASIA", "PL", "ROW", "NORTH AMERICA")
LANGUAGES = ("Multilanguage", "en", "fr", "de", "pl", "es")
TERRITORIES = (
    "english",
    "german",
    "germany",
    "french",
    "Spanish Mexico",
    "mexico",
    "koreana",
    "schinese",
    "brazilian",
    "polish",
    "Elvish",
)
_FIRST = ("Silent", "Copper", "Hollow", "Northern", "Paper", "Distant", "Amber", "Broken", "Velvet", "Last")
_SECOND = ("Harbour", "Meadow", "Orbit", "Lantern", "Kingdom", "Rally", "Garden", "Signal", "Frontier", "Tides")
_THIRD = ("", "", " II", " Deluxe Edition", " Season Pass", " Remade")
_FACTOR, _SIZE = 0x5DEECE66D, 1 << 48  # odd, so multiplication modulo a power of two can be undone


def add(store: Store, count: int, age: timedelta) -> Batch:
    """Put so many products at the end of the price list, made and last changed `age` ago."""
    batch = Batch(len(store.world.batches), count, store.now() - age)
    store.world.batches.append(batch)
    if count:
        store.world.shelf.append(Span(batch.number, 0, count))
    store.record("products_generated", batch=batch.number, count=count)
    return batch


def id_of(batch: int, index: int) -> str:
    return f"67656e65-{batch:04x}-4000-8000-{index * _FACTOR % _SIZE:012x}"


def place_of(world: World, product_id: str) -> tuple[int, int] | None:
    """Batch and place of a generated product; None for any other id."""
    parts = product_id.split("-")
    if len(parts) != 5 or parts[0] != "67656e65" or product_id in world.removed:
        return None
    try:
        batch, index = int(parts[1], 16), int(parts[4], 16) * pow(_FACTOR, -1, _SIZE) % _SIZE
    except ValueError:
        return None
    known = batch < len(world.batches) and index < world.batches[batch].count
    return (batch, index) if known and id_of(batch, index) == product_id else None


def product_at(world: World, batch: int, index: int) -> Product:
    """The product as it was drawn, the same each time."""
    random = Random(f"{world.seed}:codeswholesale:{batch}:{index}")
    name = random.choice(_FIRST) + " " + random.choice(_SECOND) + random.choice(_THIRD)
    product_id, made_at = id_of(batch, index), world.batches[batch].made_at
    product = Product(
        id=product_id,
        identifier="".join(word[0] for word in name.split()).upper(),
        name=name,
        platform=random.choice(PLATFORMS),
        tiers=_tiers(random),
        created_at=made_at,
        updated_at=made_at,
        quantity=random.choice((0, 0, 1, 3, 17, 120, 900)),
        regions=random.sample(REGIONS, random.choice((1, 1, 2))),
        languages=random.sample(LANGUAGES, random.choice((1, 2, 3))),
        released_at=made_at.replace(microsecond=0) - timedelta(days=random.randint(30, 3000)),
    )
    if random.random() < 0.85:
        product.images = images_of(product_id)
    if random.random() < 0.7:
        product.texts = _texts(random, name)
    return product


def images_of(product_id: str) -> list[Image]:
    where = f"https://img.example.net/{product_id}"
    return [
        Image(f"{product_id}-{size[0].lower()}", size, f"{where}-{size.lower()}.jpg") for size in ("SMALL", "MEDIUM")
    ]


def ean_of(number: int) -> str:
    """A valid EAN-13 of the range that shops use among themselves."""
    digits = f"20{number % 10**10:010}"
    odd_even = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-odd_even % 10}"


def _tiers(random: Random) -> list[Tier]:
    single = random.randint(199, 5999)
    tiers = [
        Tier(single, 1, 9),
        Tier(single * 95 // 100, 10, 99),
        Tier(single * 89 // 100, 100, random.choice((None, 0))),
    ]
    if random.random() < 0.2:
        tiers = [Tier(single, 1, random.choice((None, 0)))]
    random.shuffle(tiers)
    return tiers


def _texts(random: Random, name: str) -> Texts:
    told = random.sample(TERRITORIES, random.randint(1, 4))
    return Texts(
        title=name,
        category=random.choice(("Action, Adventure", "Strategy", "Racing, Sports", "Puzzle")),
        developer=random.choice(("Example Works", "Sample Studio", "")),
        pegi=random.choice(("3", "7", "12", "16", "18")),
        eans=[ean_of(random.randrange(10**10))] if random.random() < 0.6 else [],
        titles=dict.fromkeys(told, name),
        sheets={territory: f"<p>{name}, told for {territory}.</p>" for territory in told},
    )
