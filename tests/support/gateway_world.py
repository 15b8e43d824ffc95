"""A store with a row in every list of the gateway, and documents that ask for everything the schema has."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import RecordProblem
from orion_daemon.domain.keys import KeyState
from orion_daemon.domain.supply import CodeKind
from orion_daemon.graphql.ids import global_id
from orion_daemon.graphql.schema import SCHEMA
from orion_daemon.services import account_work, imports, key_pool
from orion_daemon.services import orders as order_service
from orion_daemon.services.fulfillment import ship
from orion_daemon.services.key_pool import NewKey, Origin
from orion_daemon.services.stores import channel_of
from tests.support.keys import add_supplier
from tests.support.orders import Shop, home, line, open_shop, order, units
from tests.support.stores import NOW

QUERY = SCHEMA._schema.query_type  # strawberry keeps graphql-core's schema there
MUTATION = SCHEMA._schema.mutation_type
assert QUERY is not None
assert MUTATION is not None
MUTATIONS = sorted(MUTATION.fields)
LISTS = sorted(name for name, field in QUERY.fields.items() if get_named_type(field.type).name.endswith("Connection"))


async def open_world(db: Database, code: str = "demo") -> Shop:
    shop = await open_shop(db, {"A": 9, "B": None}, code=code)
    await shop.take(
        order("1", line("A", 2), shipping_address=home(), total_minor=2580),
        order("2", line("nowhere"), line("A", units=units("unconfirmed"))),
        problems=[RecordProblem("3", "unreadable", "expected a number", b"{}")],
    )
    first = await db.fetch_one("SELECT id FROM orders WHERE store_id = $1 ORDER BY id", shop.store_id)
    assert first is not None
    await order_service.confirm_units(db, first["id"], actor="x", now=NOW)
    await ship(db, first["id"], reference=f"{code}-parcel", actor="x", now=NOW, carrier="POST")
    await account_work.import_history(db, shop.channel_id, None, actor="x", now=NOW)
    channel = await channel_of(db, code, "letzshop")
    import_id = await imports.request_import(
        db, channel, language="fr", source="https://x.example/f", actor="x", now=NOW
    )
    async with db.transaction() as tx:
        await tx.execute("UPDATE import_jobs SET started_at = $1, rows = 3 WHERE id = $2", NOW, import_id)
        for table, values in _rows(shop, import_id).items():
            await tx.insert(table, list(values), [tuple(values.values())])
        await tx.insert(
            "refunds",
            ("order_id", "reference", "amount_minor", "currency", "reason", "state", "error", "channel_refund_id",
             "created_at", "sent_at", "settled_at", "updated_at"),
            [(first["id"], f"{code}-refund", 500, "EUR", "returned", "settled", "", "e1", NOW, NOW, NOW, NOW)],
        )  # fmt: skip
        catalog = await tx.fetch_one("SELECT id FROM catalogs WHERE channel_id = $1", shop.channel_id)
        assert catalog is not None
        [product] = await tx.insert(
            "marketplace_products",
            ("catalog_id", "marketplace_product_id", "product_type", "currency", "price_minor", "attributes_json",
             "additional_image_links_json", "is_available", "created_at", "updated_at"),
            [(catalog["id"], "mp-1", "physical", "EUR", 999, {"a": "b"}, ["https://x.example/i"], True, NOW, NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.insert(
            "marketplace_product_translations",
            ("marketplace_product_id", "language", "title", "updated_at"),
            [(product["id"], "fr", "Titre", NOW)],
        )
        await tx.execute(
            "UPDATE products SET marketplace_product_id = $1 WHERE id = $2", product["id"], shop.products["A"]
        )
    await _add_keys(shop, first["id"])
    if code == "demo":
        async with db.transaction() as tx:
            await tx.insert(
                "scheduled_jobs",
                ("name", "marketplace", "schedule", "timezone", "is_enabled", "managed_by", "last_error",
                 "created_at", "updated_at"),
                [("order_import_letzshop", "letzshop", "300s", "UTC", True, "file", "", NOW, NOW)],
            )  # fmt: skip
    return shop


async def _add_keys(shop: Shop, order_id: int) -> None:
    """A supplier, a purchase of one key there, and the unit that has it."""
    async with shop.db.transaction() as tx:
        supplier_id = await add_supplier(tx, shop.store_id)
        await tx.execute(
            "UPDATE supplier_accounts SET currency = 'EUR', balance_minor = 5000, credit_minor = 0,"
            " usable_minor = 5000, balance_at = $2, needs_minor = 1, paused_at = $2, catalog_full_at = $2,"
            " catalog_delta_at = $2, catalog_walk = 'full', catalog_walk_at = $2"
            " WHERE channel_id = $1",
            supplier_id, NOW,
        )  # fmt: skip
        item = await tx.fetch_one("SELECT id, product_id FROM order_items WHERE order_id = $1", order_id)
        assert item is not None
        await tx.execute("UPDATE products SET product_type = 'digital' WHERE id = $1", item["product_id"])
        await tx.insert(
            "product_sources",
            ("product_id", "position", "channel_id", "supplier_product_id", "low_water", "created_at"),
            [(item["product_id"], 0, None, "", 3, NOW), (item["product_id"], 1, supplier_id, "game-1", None, NOW)],
        )
        [purchase] = await tx.insert(
            "key_purchases",
            ("channel_id", "order_item_id", "reference", "supplier_product_id", "quantity", "expected_minor",
             "currency", "state", "supplier_order_id", "charged_minor", "intended_at", "sent_at", "settled_at",
             "updated_at"),
            [(supplier_id, item["id"], f"orion-{supplier_id}", "game-1", 1, 910, "EUR", "bought", "s1", 910, NOW, NOW,
              NOW, NOW)],
            suffix="RETURNING id",
        )  # fmt: skip
        [unit] = await tx.insert(
            "key_units",
            ("order_item_id", "number", "state", "purchase_id", "created_at", "delivered_at", "updated_at"),
            [(item["id"], 1, "owed", purchase["id"], NOW, NOW, NOW)],
            suffix="RETURNING id",
        )
        origin = Origin(shop.store_id, item["product_id"], purchase["id"], 910, "EUR")
        new = NewKey(CodeKind.TEXT, f"AAAA-{supplier_id}", code_id="c1", unit_id=unit["id"], state=KeyState.DELIVERED)
        [key_id] = await key_pool.store(tx, origin, [new], NOW)
        await tx.execute("UPDATE keys SET delivered_at = $2 WHERE id = $1", key_id, NOW)
        await tx.insert(
            "key_deliveries",
            ("order_id", "way", "kind", "state", "language", "message_id", "key_ids_json", "created_at", "sent_at",
             "updated_at"),
            [(order_id, "mail", "keys", "sent", "fr", f"orion-{key_id}", [key_id], NOW, NOW, NOW)],
        )  # fmt: skip
        await tx.insert(
            "mail_templates",
            ("store_id", "kind", "language", "part", "source", "updated_at"),
            [(shop.store_id, "keys", "fr", "subject", "Vos clés", NOW)],
        )
        await tx.insert(
            "product_markups",
            ("product_id", "kind", "value", "state", "paused_code", "currency", "priced_at", "updated_at"),
            [(item["product_id"], "percent", 2000, "paused", "cost_missing", "EUR", NOW, NOW)],
        )
        await tx.insert(
            "exchange_rates",
            ("base", "quote", "rate_millionths", "source", "read_at"),
            [("USD", "EUR", 920_000, "the bank", NOW)],
            suffix="ON CONFLICT DO NOTHING",
        )
        await tx.execute("UPDATE key_units SET state = 'delivered', key_id = $2 WHERE id = $1", unit["id"], key_id)


def _rows(shop: Shop, import_id: int) -> Mapping[str, Mapping[str, Any]]:
    return {
        "catalogs": {"channel_id": shop.channel_id, "marketplace": "letzshop", "created_at": NOW},
        "inventory_sync_configs": {
            "channel_id": shop.channel_id, "is_enabled": True, "safety_stock": 0, "out_of_stock_threshold": 0,
            "sync_zero_stock": True, "updated_at": NOW,
        },
        "marketplace_credentials": {
            "channel_id": shop.channel_id, "kind": "api_key", "secret_sealed": b"x", "fingerprint": "f",
            "state": "valid", "created_at": NOW, "updated_at": NOW,
        },
        "inventory_sync_logs": {
            "channel_id": shop.channel_id, "kind": "push", "state": "done", "offers": 1, "sent": 1, "confirmed": 1,
            "failed": 0, "paused": 0, "error": "", "started_at": NOW,
        },
        "feed_publications": {
            "channel_id": shop.channel_id, "language": "fr", "path": "x", "etag": '"1"', "rows": 1, "refused": 0,
            "bytes": 3_000_000_000, "published_at": NOW, "checked_at": NOW,
        },
        "import_problems": {
            "import_job_id": import_id, "line": 1, "field": "gtin", "reason": "gtin_invalid", "message": "m",
            "value": "v", "severity": "warning",
        },
        "import_changes": {
            "import_job_id": import_id, "marketplace_product_id": "mp-1", "change": "created", "after_json": {"a": 1},
        },
        "product_translations": {
            "product_id": shop.products["A"], "language": "fr", "title": "Article", "updated_at": NOW,
        },
        "api_tokens": {
            "store_id": shop.store_id, "name": "t", "role": "viewer", "prefix": "p",
            "token_hash": f"{shop.store_id}", "created_at": NOW,
        },
        "audit_entries": {
            "store_id": shop.store_id, "actor": "x", "action": "y", "subject": "z", "detail_json": {},
            "created_at": NOW,
        },
    }  # fmt: skip


ARGUMENTS = {"language": '"fr"', "store": '"demo"', "marketplace": '"letzshop"', "code": '"demo"', "sku": '"A"',
             "channelOrderId": '"1"', "marketplaceProductId": '"mp-1"', "reference": '"demo-parcel"',
             "kind": "KEYS"}  # fmt: skip


def everything(field_name: str, depth: int = 4) -> str:
    """A query of one root field with every leaf down to a depth, and `__typename` on every object."""
    assert QUERY is not None
    return f"{{ {_selected(field_name, QUERY.fields[field_name], depth)} }}"


def _selected(name: str, field: Any, depth: int) -> str:
    given = [f"{key}: {ARGUMENTS[key]}" for key, one in field.args.items() if is_required_argument(one)]
    head = name + (f"({', '.join(given)})" if given else "")
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return head
    assert isinstance(kind, GraphQLObjectType)
    inner = ["__typename"]
    for child_name, child in kind.fields.items():
        if is_leaf_type(get_named_type(child.type)) or depth > 1:
            inner.append(_selected(child_name, child, depth - 1))
    return f"{head} {{ {' '.join(inner)} }}"


SUBJECTS = {
    "orderId": "Order", "orderItemId": "OrderItem", "productId": "Product", "channelId": "Channel",
    "tokenId": "ApiToken", "importId": "ImportJob", "jobIds": "Job", "marketplaceProductIds": "MarketplaceProduct",
    "recordProblemId": "RecordProblem", "shipmentId": "Shipment", "customerId": "Customer", "keyId": "Key",
    "keyIds": "Key", "keyUnitIds": "KeyUnit", "keyPurchaseId": "KeyPurchase", "supplierAccountId": "SupplierAccount",
}  # fmt: skip


def smallest_input(mutation: str, ids: Mapping[str, int]) -> dict[str, Any]:
    """An input that the schema takes: every required field, and every id or store that can be named."""
    assert MUTATION is not None
    kind = get_named_type(MUTATION.fields[mutation].args["input"].type)
    assert isinstance(kind, GraphQLInputObjectType)
    return _input(kind, ids)


def _input(kind: GraphQLInputObjectType, ids: Mapping[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in kind.fields.items():
        if name in SUBJECTS and (name != "productId" or is_required_input_field(field)):
            one = global_id(SUBJECTS[name], ids.get(SUBJECTS[name], 1))
            found[name] = [one] if name.endswith("Ids") else one
        elif is_required_input_field(field):
            found[name] = _value(name, field.type, ids)
    return found


def _value(name: str, kind: Any, ids: Mapping[str, int]) -> Any:
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        value: Any = _input(named, ids)
    elif isinstance(named, GraphQLEnumType):
        value = next(iter(named.values))
    else:
        known = {"store": "demo", "marketplace": "letzshop", "currency": "EUR", "language": "fr", "country": "LU"}
        plain = {"Int": 1, "Boolean": True, "Decimal": "1.00", "DateTime": NOW.isoformat()}
        value = plain.get(named.name, known.get(name, "text"))
    inner = kind.of_type if is_non_null_type(kind) else kind
    return [value] if is_list_type(inner) else value


async def ids_of(db: Database, store_id: int) -> dict[str, int]:
    """One id of each type that belongs to the store."""
    tables = {"Order": "orders", "Product": "products", "Channel": "channels", "ApiToken": "api_tokens",
              "ImportJob": "import_jobs", "Job": "jobs", "RecordProblem": "record_problems",
              "Customer": "customers", "Key": "keys"}  # fmt: skip
    found = {}
    for name, table in tables.items():
        found[name] = await db.fetch_value(f"SELECT MIN(id) AS id FROM {table} WHERE store_id = $1", store_id)
    found["OrderItem"] = await db.fetch_value(
        "SELECT MIN(i.id) AS id FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.store_id = $1", store_id
    )
    found["Shipment"] = await db.fetch_value(
        "SELECT MIN(s.id) AS id FROM shipments s JOIN orders o ON o.id = s.order_id WHERE o.store_id = $1", store_id
    )
    for name, table in (("KeyUnit", "key_units"), ("KeyPurchase", "key_purchases")):
        found[name] = await db.fetch_value(
            f"SELECT MIN(k.id) AS id FROM {table} k JOIN order_items i ON i.id = k.order_item_id"
            " JOIN orders o ON o.id = i.order_id WHERE o.store_id = $1",
            store_id,
        )
    found["SupplierAccount"] = await db.fetch_value(
        "SELECT MIN(a.id) AS id FROM supplier_accounts a JOIN channels c ON c.id = a.channel_id WHERE c.store_id = $1",
        store_id,
    )
    found["MarketplaceProduct"] = await db.fetch_value(
        "SELECT MIN(p.marketplace_product_id) AS id FROM products p WHERE p.store_id = $1", store_id
    )
    return found
