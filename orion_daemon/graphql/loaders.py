"""Rows that several fields of one operation ask for, fetched together: one statement a kind and level of the query.

Nothing is remembered from one batch to the next: a mutation's payload, or a later event of a subscription, must show
the rows as they are then.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from strawberry.dataloader import DataLoader

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.services import (
    jobs,
    key_listings,
    listings,
    personal,
    price_explanations,
    products,
    reading,
    translations,
)
from orion_daemon.services.listings import Listing
from orion_daemon.services.price_explanations import Explanation
from orion_daemon.services.translations import ProductTexts

Fetch = Callable[[Sequence[int]], Awaitable[list[Row]]]
ById = DataLoader[int, Row | None]
Grouped = DataLoader[int, list[Row]]
Subject = tuple[str, int]


class Loaders:
    def __init__(self, db: Database, actor: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._db = db
        self._actor = actor
        self._now = now

        def rows(listing: Listing) -> ById:
            return by_id(partial(listings.find, db, listing))

        def children(listing: Listing, key: str) -> Grouped:
            return grouped(lambda ids: reading.by_ids(db, listing.table, listing.selected, ids, key), key)

        def plain(table: str, key: str) -> Grouped:
            return grouped(lambda ids: reading.by_ids(db, table, f"{table}.*", ids, key), key)

        self.stores = rows(listings.STORES)
        self.channels = rows(listings.CHANNELS)
        self.marketplace_products = rows(listings.MARKETPLACE_PRODUCTS)
        self.products = by_id(partial(products.effective, db))
        self.own_products = rows(listings.PRODUCTS)
        self.orders = rows(listings.ORDERS)
        self.order_items = rows(listings.ORDER_ITEMS)
        self.customers = rows(listings.CUSTOMERS)
        self.import_jobs = rows(listings.IMPORT_JOBS)
        self.jobs = rows(listings.JOBS)
        self.inventory = rows(listings.INVENTORY)
        self.channels_of_store = children(listings.CHANNELS, "store_id")
        self.channels_of_catalogs = grouped(partial(listings.channels_of_catalogs, db), "catalog_id")
        self.credentials_of_channel = plain("marketplace_credentials", "channel_id")
        self.stock_rules_of_channel = plain("inventory_sync_configs", "channel_id")
        self.translations_of_marketplace_product = plain("marketplace_product_translations", "marketplace_product_id")
        self.translations_of_product = plain("product_translations", "product_id")
        self.offers_of_product = children(listings.OFFERS, "product_id")
        self.levels_of_product = children(listings.INVENTORY, "product_id")
        self.items_of_order = children(listings.ORDER_ITEMS, "order_id")
        self.history_of_order = plain("order_status_history", "order_id")
        self.shipments_of_order = children(listings.SHIPMENTS, "order_id")
        self.refunds_of_order = children(listings.REFUNDS, "order_id")
        self.keys = rows(key_listings.KEYS)
        self.key_units = rows(key_listings.KEY_UNITS)
        self.key_purchases = rows(key_listings.KEY_PURCHASES)
        self.supplier_accounts = rows(key_listings.SUPPLIER_ACCOUNTS)
        self.missing_products = by_id(partial(key_listings.missing_of_accounts, db))
        self.key_units_of_item = children(key_listings.KEY_UNITS, "order_item_id")
        self.key_units_of_order = grouped(partial(key_listings.units_of_orders, db), "order_id")
        self.key_sources_of_product = grouped(partial(key_listings.sources_of_products, db), "product_id")
        self.key_pools = by_id(partial(key_listings.pools_of_products, db))
        self.key_deliveries_of_order = children(key_listings.KEY_DELIVERIES, "order_id")
        self.markups: DataLoader[int, Explanation | None] = DataLoader(self._markups, cache=False)
        self.items_of_shipment = plain("shipment_items", "shipment_id")
        self.attempts_of_job = grouped(partial(jobs.attempts, db), "job_id")
        self.texts: DataLoader[tuple[int, str, str], ProductTexts | None] = DataLoader(self._texts, cache=False)
        self.people: DataLoader[Subject, object] = DataLoader(self._reveal, cache=False)

    async def _texts(self, wanted: list[tuple[int, str, str]]) -> list[ProductTexts | None]:
        """Keys are (product id, language, the store's default language)."""
        rows = {row["id"]: row for row in await products.effective(self._db, sorted({key[0] for key in wanted}))}
        found: dict[tuple[int, str, str], ProductTexts] = {}
        for language, main in sorted({key[1:] for key in wanted}):
            mine = [rows[key[0]] for key in dict.fromkeys(wanted) if key[1:] == (language, main) and key[0] in rows]
            for number, one in (await translations.texts(self._db, mine, language, main)).items():
                found[number, language, main] = one
        return [found.get(key) for key in wanted]

    async def _markups(self, ids: list[int]) -> list[Explanation | None]:
        found = await price_explanations.explain_many(self._db, sorted(set(ids)))
        return [found.get(number) for number in ids]

    async def _reveal(self, subjects: list[Subject]) -> list[object]:
        wanted: dict[str, set[int]] = {"customer": set(), "order": set(), "record_problem": set()}
        for noun, number in subjects:
            wanted[noun].add(number)
        found = await personal.reveal(
            self._db,
            customer_ids=sorted(wanted["customer"]),
            order_ids=sorted(wanted["order"]),
            record_ids=sorted(wanted["record_problem"]),
            actor=self._actor(),
            now=self._now(),
        )
        known: dict[str, dict[int, object]] = {
            "customer": {**found.customers},
            "order": {**found.orders},
            "record_problem": {**found.records},
        }
        return [known[noun].get(number) for noun, number in subjects]


def by_id(fetch: Fetch) -> ById:
    async def load(ids: list[int]) -> list[Row | None]:
        rows = {row["id"]: row for row in await fetch(sorted(set(ids)))}
        return [rows.get(number) for number in ids]

    return DataLoader(load, cache=False)


def grouped(fetch: Fetch, key: str) -> Grouped:
    async def load(ids: list[int]) -> list[list[Row]]:
        rows: dict[int, list[Row]] = defaultdict(list)
        for row in await fetch(sorted(set(ids))):
            rows[row[key]].append(row)
        return [rows[number] for number in ids]

    return DataLoader(load, cache=False)
