"""The demonstration: one account with 5,000 EUR and a dozen made-up games. Apart from it: the products of the
supplier's own sandbox.

Prices lie between 4 and 60 EUR. One game's keys come as pictures, one is a pre-order; two share a name, one has no
images, one no description, one a low stock.
"""

from datetime import timedelta

from orion_daemon.sandbox.codeswholesale import catalogue
from orion_daemon.sandbox.codeswholesale.answers import cents_of, text_of
from orion_daemon.sandbox.codeswholesale.catalogue import PriceSpec, ProductSpec
from orion_daemon.sandbox.codeswholesale.generated import ean_of
from orion_daemon.sandbox.codeswholesale.records import Account, Product, Texts
from orion_daemon.sandbox.codeswholesale.state import Store

DEMO_CLIENT_ID = "0d1f3a5b7c9e4f60a1b2c3d4e5f60718"
DEMO_CLIENT_SECRET = "$2a$10$sandbox.demo/secret"  # noqa: S105  (known to everybody, for the stand-in only)
DEMO_SIGNATURE = "b6f1c2d3-sandbox-demo-signature"
_BALANCE = 5_000_00
_SANDBOX_PRICE = 1_000_000_000  # above what any account of the supplier's sandbox holds

# name, platform, regions, price of a piece, stock
_GAMES = (
    ("Silent Harbour", "Steam", ["WORLDWIDE"], "24.90", 120),
    ("Silent Harbour", "GOG.com", ["EU"], "22.40", 35),
    ("Copper Meadow", "Steam", ["EU"], "8.60", 400),
    ("Lantern Rally II", "Xbox Live", ["WORLDWIDE"], "41.75", 18),
    ("Hollow Orbit", "Steam", ["EU", "PL"], "4.05", 900),
    ("Paper Kingdom Deluxe Edition", "PSN", ["EU"], "59.99", 6),
    ("Amber Frontier", "Uplay", ["WORLDWIDE"], "17.30", 64),
    ("Amber Frontier Season Pass", "Uplay", ["WORLDWIDE"], "12.15", 64),
    ("Distant Signal", "Official website", ["WORLDWIDE"], "9.99", 2),
    ("Velvet Garden", "None", ["WORLDWIDE"], "6.20", 250),
    ("Broken Tides", "Windows Store", ["EU"], "29.50", 40),
    ("Northern Lights Run", "Steam", ["WORLDWIDE"], "34.80", 75),
)
_PICTURES, _PREORDER, _WITHOUT_IMAGES, _WITHOUT_TEXTS = 9, 11, 7, 8
_SANDBOX = (
    ("ffe2274d-5469-4b0f-b57b-f8d21b09c24c", "TWTCO", "Test with text codes only", "text", "2.00"),
    ("6313677f-5219-47e4-a067-7401f55c5a3a", "TWICO", "Test with image codes only", "image", "2.00"),
    ("33e3e81d-2b78-475a-8886-9848116f5133", "TPP", "Test preorder product", "preorder", "2.00"),
    ("04aeaf1e-f7b5-4ba9-ba19-91003a04db0a", "TPWHP", "Test product with high price", "text", str(_SANDBOX_PRICE)),
)


def demo_world(store: Store) -> Account:
    """Fill an empty world. Nothing happens by itself but the release of the pre-order."""
    account = Account(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_SIGNATURE, name="Maison Exemplis", balance=_BALANCE)
    account.email = "buying@maison-exemplis.example"
    store.world.accounts[account.client_id] = account
    for number, (name, platform, regions, price, stock) in enumerate(_GAMES):
        spec = ProductSpec(name=name, platform=platform, regions=regions, quantity=stock)
        spec.prices = _prices(price, number)
        spec.images, spec.kinds = number != _WITHOUT_IMAGES, ["image" if number == _PICTURES else "text"]
        spec.released_at = store.now() + timedelta(days=30 if number == _PREORDER else -300 - number)
        spec.texts = None if number == _WITHOUT_TEXTS else _texts(name, number)
        product = catalogue.add(store, spec)
        product.created_at = product.updated_at = store.now() - timedelta(days=30)
    return account


def sandbox_products(store: Store) -> list[Product]:
    """The four that the supplier's own sandbox has for ever: text, picture, pre-order, and too dear. All show no stock
    and are sold all the same. Raises Refusal where they are there already."""
    made = []
    for product_id, identifier, name, kind, price in _SANDBOX:
        spec = ProductSpec(id=product_id, identifier=identifier, name=name, kinds=[kind], price=price)
        spec.quantity, spec.endless = 0, True
        if kind == "preorder":
            spec.released_at = store.now().replace(year=2055, month=1, day=1)
        made.append(catalogue.add(store, spec))
    return made


def facts() -> dict[str, str]:
    """What a client needs to buy as the demonstration's account."""
    return {"client_id": DEMO_CLIENT_ID, "client_secret": DEMO_CLIENT_SECRET, "signature": DEMO_SIGNATURE}


def _prices(price: str, number: int) -> list[PriceSpec]:
    cents = cents_of(price) or 0
    tiers = [
        PriceSpec(text_of(cents * 92 // 100), 100, (None, 0)[number % 2]),
        PriceSpec(price, 1, 9),
        PriceSpec(text_of(cents * 96 // 100), 10, 99),
    ]
    return tiers[number % 3 :] + tiers[: number % 3]


def _texts(name: str, number: int) -> Texts:
    sheets = {
        "english": f"<p>{name}: an evening you will remember.</p>",
        "german": f"<p>{name}: ein Abend, der in Erinnerung bleibt.</p>",
        "french": f"<p>{name} : une soirée dont on se souvient.</p>",
    }
    photos = [f"https://img.example.net/demo-{number}-1.jpg"]
    return Texts(
        title=name,
        category="Adventure, Puzzle" if number % 2 else "Strategy",
        developer="Example Works",
        pegi=("3", "7", "12")[number % 3],
        eans=[ean_of(7_000_000 + number)],
        titles=dict.fromkeys(sheets, name),
        sheets=sheets,
        photos=photos,
    )
