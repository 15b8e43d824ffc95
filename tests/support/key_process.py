"""The store whose real daemon buys keys at a stand-in in a process of its own, and the judgement of what came of it.

`judge` compares the supplier's ledger with the database; what customers were sent: `key_letters.py`. What waits for its
time gets it at once: `hurry` moves due times up, `end_waiting` lets the time be over by which the supplier's history
must have shown a purchase.
"""

from base64 import b64decode
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from orion_daemon.app.declared import apply_file
from orion_daemon.config import loader
from orion_daemon.db.database import Database
from orion_daemon.domain.incoming import Address, IncomingCustomer
from orion_daemon.services import key_pool
from orion_daemon.services.storefront import NewLine, NewOrder, place_order
from tests.support.codeswholesale_sandbox import CLIENT, SECRET
from tests.support.processes import Home, Processes, SandboxProcess
from tests.support.scene import OFF

VISIBLE_WITHIN = timedelta(minutes=1)
BUYING = ("BuyKeys", "SettlePurchase", "FetchCodes")
MAILING = ("DeliverKeys",)
SETTINGS = f"""{OFF}
codeswholesale_catalog_sync = "off"
supplier_balance = "off"
product_price_sync = "off"
[http]
breaker_failures = 1000
breaker_pause = "1s"
"""
BALANCE = "100000.00"
_AT_REST = frozenset({"ready", "delivered"})
_OPEN = {"intended", "sent", "unknown"}
_NOT_TAKEN = {401, 429}  # the supplier's word that a call took no effect, after which it may be made again


async def end_waiting(db: Database, purchase_ids: Sequence[int]) -> None:
    """The time is over by which the history must show these."""
    if purchase_ids:
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE key_purchases SET sent_at = $2 WHERE id = ANY($1::bigint[]) AND sent_at > $2"
                " AND state IN ('sent', 'unknown')",
                tuple(purchase_ids), datetime.now(UTC) - VISIBLE_WITHIN,
            )  # fmt: skip


async def hurry(db: Database, kinds: Sequence[str] = BUYING) -> bool:
    """Let jobs of these kinds that wait be due now, but for those that look for what was given up. True: none is
    left."""
    now = datetime.now(UTC)
    abandoned = {row["id"] for row in await db.fetch("SELECT id FROM key_purchases WHERE state = 'abandoned'")}
    jobs = await db.fetch(
        "SELECT id, kind, state, run_at, args_json FROM jobs WHERE state IN ('waiting', 'executing')"
        " AND kind = ANY($1::text[])", tuple(kinds)
    )  # fmt: skip
    left = [job for job in jobs if not (job["kind"] == "SettlePurchase" and _purchase_of(job) in abandoned)]
    early = tuple(job["id"] for job in left if job["state"] == "waiting" and job["run_at"] > now)
    if early:
        async with db.transaction() as tx:
            await tx.execute(
                "UPDATE jobs SET run_at = $2 WHERE id = ANY($1::bigint[]) AND state = 'waiting' AND run_at > $2",
                early, now,
            )  # fmt: skip
    return not left


def _purchase_of(job: Mapping[str, Any]) -> int:
    args = job["args_json"]
    found: int = (orjson.loads(args) if isinstance(args, str) else args)["purchase_id"]
    return found


async def at_rest(db: Database, *, is_mailed: bool = False) -> bool:
    """Nothing is open: each piece has its key (`is_mailed`: and the customer has it), or will never get it."""
    wanted = {"delivered"} if is_mailed else _AT_REST
    units = await db.fetch("SELECT state FROM key_units WHERE hold_code <> 'preorder_cancelled'")
    purchases = await db.fetch("SELECT state FROM key_purchases")
    return {row["state"] for row in units} <= wanted and not {row["state"] for row in purchases} & _OPEN


# -- the shop ----------------------------------------------------------------------------------------------------------


def configuration(sandbox_url: str, settings: str = "", supplier: str = "") -> str:
    """`settings` are sections beside the store, `supplier` are lines of its supplier."""
    return f"""{SETTINGS}{settings}
[[store]]
code = "ada"
name = "Shop ada"
currency = "EUR"
default_language = "fr"
[[store.supplier]]
name = "codeswholesale"
client_id = "{CLIENT}"
client_secret_env = "CWS_SECRET"
endpoint = "{sandbox_url}/codeswholesale"
allow_mutations = true
calls_per_second = 50.0
visible_within = "{int(VISIBLE_WITHIN.total_seconds())}s"
after_unknown = "buy_again"
{supplier}
[[store.channel]]
marketplace = "storefront"
"""


async def declare(home: Home) -> None:
    """The store of the file, in the home's database, without a daemon."""
    env = home.environment()
    loaded = loader.read(home.folder / "orion.toml", env)
    async with home.database() as db:
        await apply_file(db, loaded, env, datetime.now(UTC))


async def open_supplier(processes: Processes) -> SandboxProcess:
    sandbox = await processes.sandbox()
    account = {"client_id": CLIENT, "client_secret": SECRET, "balance": BALANCE}
    await sandbox.control("codeswholesale/accounts", account)
    return sandbox


async def sell(db: Database, sku: str, supplier_product_id: str) -> None:
    """A digital product whose keys come from the supplier."""
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        channel = await tx.fetch_one("SELECT id, store_id FROM channels WHERE is_supplier")
        assert channel is not None
        columns = (
            "store_id", "sku", "is_active", "product_type", "price_minor", "currency", "created_at", "updated_at",
        )  # fmt: skip
        row = (channel["store_id"], sku, True, "digital", 1290, "EUR", now, now)
        [product] = await tx.insert("products", columns, [row], suffix="RETURNING id")
        await tx.insert(
            "product_sources", ("product_id", "position", "channel_id", "supplier_product_id", "created_at"),
            [(product["id"], 0, channel["id"], supplier_product_id, now)],
        )  # fmt: skip


async def order(db: Database, key: str, pieces: Mapping[str, int]) -> int:
    """A paid order of the storefront, of pieces by SKU."""
    new = NewOrder(
        lines=[NewLine(sku, quantity) for sku, quantity in pieces.items()],
        customer=IncomingCustomer(email=f"{key}@example.lu", first_name="Jeanne", ip_address="203.0.113.7"),
        billing_address=Address(first_name="Jeanne", country="LU"),
        is_confirmed=True,
    )
    store_id = await db.fetch_value("SELECT id FROM stores")
    placed = await place_order(
        db, store_id, new, idempotency_key=key, actor="shop", now=datetime.now(UTC), allow_short=True
    )
    return placed.order_id


# -- what must have come of it -----------------------------------------------------------------------------------------


async def judge(
    db: Database, sandbox: SandboxProcess, owed: Mapping[str, int], *, since: str = "0", taken_back: int = 0
) -> None:
    """`owed`: pieces by the supplier's product. Every piece was bought once and has its key, but for so many that the
    supplier took back, which a person sees; every key that was paid for is here; no reference was used by two calls
    that may have taken effect."""
    made = await sandbox.ledger("order_created", since=since)
    asked = await sandbox.ledger("request", since=since, operation="createOrder")
    purchases = {row["reference"]: row for row in await db.fetch("SELECT * FROM key_purchases")}
    units = await db.fetch("SELECT * FROM key_units")
    keys = {row["id"]: row for row in await db.fetch("SELECT * FROM keys")}

    ended = Counter("held: " + unit["hold_code"] if unit["hold_code"] else unit["state"] in _AT_REST for unit in units)
    gone = Counter({"held: preorder_cancelled": taken_back})
    assert ended == Counter({True: sum(owed.values()) - taken_back}) + gone, units
    assert {row["state"] for row in purchases.values()}.isdisjoint(_OPEN), purchases

    used = Counter(call["sent"]["orderId"] for call in asked if call["status"] not in _NOT_TAKEN)
    assert set(used.values()) <= {1}, used
    assert set(used) <= set(purchases)

    bought = Counter[str]()
    by_reference = Counter[str]()
    for entry in made:
        by_reference[entry["reference"]] += 1
        purchase = purchases[entry["reference"]]
        assert (purchase["state"], purchase["supplier_order_id"]) == ("bought", entry["order"]), purchase
        assert entry["units"] == purchase["quantity"]
        for line in entry["lines"]:
            bought[line["product"]] += line["quantity"]
    assert set(by_reference.values()) <= {1}, by_reference
    assert {name for name, row in purchases.items() if row["state"] == "bought"} == set(by_reference)
    assert bought == Counter(owed)

    sold = {code["code"]: code["digest"] for entry in made for line in entry["lines"] for code in line["codes"]}
    sold |= {entry["code"]: entry["digest"] for entry in await sandbox.ledger("code_assigned", since=since)}
    lost = [entry["code"] for entry in await sandbox.ledger("preorder_cancelled", since=since)]
    assert sorted(key["code_id"] for key in keys.values() if key["state"] == "bad") == sorted(lost), keys
    have = {key["code_id"]: digest_of(db, key) for key in keys.values() if key["state"] != "bad"}
    assert have == {code: digest for code, digest in sold.items() if code not in lost}
    assert len(have) + len(lost) == len(keys)
    bound = [unit for unit in units if unit["key_id"] is not None]
    assert len({unit["key_id"] for unit in bound}) == len(bound) == len(units) - taken_back
    for unit in bound:
        key = keys[unit["key_id"]]
        assert (key["unit_id"], key["state"]) in {(unit["id"], "claimed"), (unit["id"], "delivered")}, key
    spare = [key["state"] for key in keys.values() if key["id"] not in {unit["key_id"] for unit in bound}]
    assert set(spare) <= {"free", "bad"}, spare


def digest_of(db: Database, key: Mapping[str, Any]) -> str:
    """Of a stored code, as the supplier's ledger writes it."""
    code = key_pool.open_key(db.cipher, key["id"], key["secret_sealed"])
    assert code is not None, key
    return sha256(b64decode(code) if key["kind"] == "image" else code.encode()).hexdigest()
