"""`orion run --demo`: the daemon beside the sandbox marketplace, with a token and something to paste.

The data lies in `var/` like any other; each start makes a fresh token of the name `demo` and revokes the ones before.
The sandbox is told where Orion publishes its feeds, as a merchant would tell it to Letzshop in its back office.
"""

import asyncio
import secrets
import sys
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
import click

from orion_daemon.app import lifecycle
from orion_daemon.app.lifecycle import Running
from orion_daemon.config.loader import Loaded
from orion_daemon.observability.logs import get_logger
from orion_daemon.services import access

log = get_logger("demo")

NAME = "demo"
STORE = "demo"
VENDOR = "demo"

_ORDERS = (
    'subscription { orderEvents(store: \\"demo\\") { what order { orderNumber status total { amount currency } } } }'
)
_TEXT = """
Orion is running, with a sandbox Letzshop beside it. Everything lies in {data_dir}; Ctrl-C stops both.

  GraphQL        {url}/graphql      (HTTP, and graphql-transport-ws for subscriptions)
  Health         {url}/readyz   {url}/health/marketplace-integrations
  Metrics        {url}/metrics
  Feeds          {url}/feeds/demo/letzshop/fr.csv
  What happened  {sandbox}/control/ledger   (the sandbox's own book: orders placed, answers, parcels, feeds read)

A token for the role operator, made for this run:

  export ORION_TOKEN={token}

Watch orders arrive (the first within seconds):

  curl -N {url}/graphql -H "Authorization: Bearer $ORION_TOKEN" -H 'Content-Type: application/json' \\
    -H 'Accept: text/event-stream' -d '{{"query": "{subscription}"}}'

Ask for the newest orders:

  curl -s {url}/graphql -H "Authorization: Bearer $ORION_TOKEN" -H 'Content-Type: application/json' -d \\
    '{{"query": "{{ orders(store: \\"demo\\", first: 5) {{ edges {{ node {{ id orderNumber status items {{ id title quantity }} }} }} }} }}"}}'

Confirm and ship one, with an id from above, then look for its parcel in the sandbox's ledger:

  curl -s {url}/graphql -H "Authorization: Bearer $ORION_TOKEN" -H 'Content-Type: application/json' -d \\
    '{{"query": "mutation {{ confirmOrderItems(input: {{orderId: \\"ID\\"}}) {{ order {{ status }} userErrors {{ message }} }} shipOrder(input: {{orderId: \\"ID\\", carrier: \\"POST\\", trackingNumber: \\"LU123\\"}}) {{ shipment {{ id }} userErrors {{ message }} }} }}"}}'
  curl -s '{sandbox}/control/ledger?kind=parcel_set'
"""


async def run_demo(loaded: Loaded, env: Mapping[str, str]) -> int:
    """Run until a stop signal; the exit code."""
    preparing: list[asyncio.Task[None]] = []

    def announce(running: Running) -> None:
        preparing.append(asyncio.create_task(_prepare(running)))

    try:
        return await lifecycle.run(loaded, env, announce=announce, path=None)
    finally:
        for task in preparing:
            task.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)


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
    text = _TEXT.format(
        url=running.url,
        sandbox=running.sandbox_url,
        token=token,
        data_dir=daemon.settings.daemon.data_dir,
        subscription=_ORDERS,
    )
    click.echo(text, file=sys.stdout)
    sys.stdout.flush()
    await _tell_the_marketplace(running)


async def _tell_the_marketplace(running: Running) -> None:
    """Enter the feeds' addresses at the sandbox, one a language."""
    if running.sandbox_url is None:
        return
    store = running.daemon.settings.store(STORE)
    languages = store.all_languages if store else ()
    async with aiohttp.ClientSession() as session:
        for language in languages:
            feed = {
                "vendor": VENDOR,
                "language": language,
                "url": f"{running.url}/feeds/{STORE}/letzshop/{language}.csv",
                "every": 60,
            }
            async with session.post(f"{running.sandbox_url}/control/letzshop/feeds", json=feed) as answer:
                if answer.status >= 400:
                    log.warning("demo.feed_not_entered", language=language, status=answer.status)
