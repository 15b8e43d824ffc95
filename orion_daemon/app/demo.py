"""`orion run --demo`: the daemon beside the sandbox marketplaces, with a token and something to paste.

The data lies in `var/` like any other; each start makes a fresh token of the name `demo` and revokes the ones before.
The sandbox is told where Orion publishes its feeds, as a merchant would tell it to Letzshop in its back office, and
asked for the key by which eBay wants some calls signed, as `orion credentials connect` would. The made-up games of the
sandbox's supplier are taken into the shop with a markup, as a merchant would in the catalog.
"""

import asyncio
import secrets
import sys
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files

import aiohttp
import orjson

from orion_daemon.app import lifecycle
from orion_daemon.app.lifecycle import Running
from orion_daemon.config.loader import Loaded
from orion_daemon.domain.markups import Markup
from orion_daemon.observability.logs import get_logger
from orion_daemon.services import access, credentials, markups, products, schedule, stores
from orion_daemon.services.reading import Where

log = get_logger("demo")

NAME = "demo"
STORE = "demo"
VENDOR = "demo"
SUPPLIER = "codeswholesale"
_GAME = """
SELECT p.sku, t.title FROM products p JOIN product_markups m ON m.product_id = p.id AND m.state = 'priced'
JOIN marketplace_products mp ON mp.id = p.marketplace_product_id AND mp.availability = 'in_stock'
JOIN catalogs c ON c.id = mp.catalog_id AND c.channel_id = $1
JOIN marketplace_product_translations t ON t.marketplace_product_id = mp.id ORDER BY p.price_minor, p.id LIMIT 1
"""
MARKUP = Markup("EUR", "percent", 2_500, "99", vat_hundredths=1_700, min_margin_minor=50)


async def run_demo(loaded: Loaded, env: Mapping[str, str]) -> int:
    """Run until a stop signal; the exit code."""
    preparing: list[asyncio.Task[None]] = []

    def announce(running: Running) -> None:
        preparing.append(asyncio.create_task(_prepare(running)))
        preparing[-1].add_done_callback(_ended)

    try:
        return await lifecycle.run(loaded, env, announce=announce, path=None)
    finally:
        for task in preparing:
            task.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("demo.not_prepared", reason=repr(error))


async def _prepare(running: Running) -> None:
    daemon = running.daemon
    token = f"orion_{secrets.token_urlsafe(32)}"
    now = daemon.clock.now()
    old = await daemon.db.fetch("SELECT id FROM api_tokens WHERE name = $1 AND revoked_at IS NULL", NAME)
    for row in old:
        await access.revoke_token(daemon.db, row["id"], now, "demo")
    await access.create_token(
        daemon.db, token=token, name=NAME, role="operator", store_id=None, now=now,
        expires_at=now + timedelta(days=1), actor="demo",
    )  # fmt: skip
    _say(running, "demo.txt", token=token, data_dir=str(daemon.settings.daemon.data_dir))
    if running.sandbox_url is not None:
        async with aiohttp.ClientSession() as session:
            await _enter_feeds(running, session, running.sandbox_url)
            await _take_signing_key(running, session, running.sandbox_url)
        await _sell_keys(running)


def _say(running: Running, name: str, **places: str) -> None:
    """Print a text of the package with its places filled in."""
    text = (files("orion_daemon.app") / name).read_text()
    for place, value in {"url": running.url, "sandbox": running.sandbox_url or "", **places}.items():
        text = text.replace(f"<<{place}>>", value)
    sys.stdout.write(text)
    sys.stdout.flush()


async def _enter_feeds(running: Running, session: aiohttp.ClientSession, sandbox: str) -> None:
    """The feeds' addresses at the sandbox's Letzshop, one a language."""
    store = running.daemon.settings.store(STORE)
    for language in store.all_languages if store else ():
        feed = {
            "vendor": VENDOR,
            "language": language,
            "url": f"{running.url}/feeds/{STORE}/letzshop/{language}.csv",
            "every": 60,
        }
        async with session.post(f"{sandbox}/control/letzshop/feeds", json=feed) as answer:
            if answer.status >= 400:
                log.warning("demo.feed_not_entered", language=language, status=answer.status)


async def _take_signing_key(running: Running, session: aiohttp.ClientSession, sandbox: str) -> None:
    db, now = running.daemon.db, running.daemon.clock.now()
    channel = await stores.channel_of(db, STORE, "ebay")
    if await credentials.reveal(db, channel["id"], "signing_key") is not None:
        return
    async with session.post(f"{sandbox}/control/ebay/signing-keys", json={}) as answer:
        if answer.status >= 400:
            log.warning("demo.no_signing_key", status=answer.status)
            return
        made = await answer.json()
    key = orjson.dumps({"jwe": made["jwe"], "private_key": made["private"]}).decode()
    await credentials.set_credential(db, channel["id"], "signing_key", key, now)


async def _sell_keys(running: Running) -> None:
    """Take the supplier's games into the shop once they were read, each at its cost and a quarter, with VAT."""
    daemon = running.daemon
    db, clock = daemon.db, daemon.clock
    channel = await stores.channel_of(db, STORE, SUPPLIER)
    await schedule.run_now(db, STORE, SUPPLIER, schedule.CATALOG_SYNC, clock.now())
    read = "SELECT catalog_full_at FROM supplier_accounts WHERE channel_id = $1"
    while await db.fetch_value(read, channel["id"]) is None:
        await clock.sleep(0.5)
    wanted = Where().add("channels.id = {}", channel["id"])
    adopted = await products.adopt(
        db, channel["store_id"], wanted, after_id=0, limit=500, stock_from_catalog=False, now=clock.now()
    )
    for product_id in adopted.product_ids:
        await markups.set_markup(db, product_id, MARKUP, actor="demo", now=clock.now())
    game = await db.fetch_one(_GAME, channel["id"])
    if game is not None:
        _say(running, "demo_keys.txt", sku=game["sku"], title=game["title"])
