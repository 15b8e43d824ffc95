"""`orion` itself, in a process that ends with SIGKILL at a chosen step of buying a key.

    KILL_AT_STEP=7:2 python tests/support/crash_daemon.py --config orion.toml run

The product's code is left as it is: before its `main` is called, the functions of the purchase path are replaced by
themselves with a fuse around them (`crash_steps.py`). Without a step nothing is wrapped. Both sweep for due jobs five
times a second, so that a test need not wait for the sweep.
"""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from orion_daemon.actors import roster
from orion_daemon.cli.main import main
from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.db.database import Transaction
from orion_daemon.jobs import mailbox
from orion_daemon.services import purchase_results, purchase_search, purchases
from tests.support.crash_steps import KILL_AT, SENT, Reach, armed, around_calls, around_commits, marking, within

BUYING = frozenset({"BuyKeys", "SettlePurchase", "FetchCodes"})
SERVICES: tuple[tuple[Any, str, str], ...] = (
    (purchases, "begin", "begin"),
    (purchases, "send", "send"),
    (purchases, "doubt", "doubt"),
    (purchases, "refuse", "refuse"),
    (purchases, "drop", "drop"),
    (purchase_results, "record", "record"),
    (purchase_results, "take_code", "take code"),
    (purchase_search, "not_found", "not found"),
)
CALLS = (
    ("fetch_product", "fetch product"), ("buy", "buy"), ("find_orders", "find orders"), ("fetch_order", "fetch order"),
    ("fetch_code", "fetch code"),
)  # fmt: skip


def wire(reach: Reach) -> None:
    for module, name, part in SERVICES:
        setattr(module, name, within(getattr(module, name), part))
    for name, part in CALLS:
        setattr(CodesWholesaleConnector, name, around_calls(getattr(CodesWholesaleConnector, name), part, reach))
    mailbox.claim = marking(mailbox.claim, "claim of jobs", _were_claimed)  # type: ignore[assignment]
    mailbox.settle_many = marking(mailbox.settle_many, "end of jobs", _ended)  # type: ignore[assignment]
    Transaction.__aexit__ = around_commits(Transaction.__aexit__, reach)  # type: ignore[method-assign]
    aiohttp.ClientRequest.write_bytes = _written(aiohttp.ClientRequest.write_bytes, reach)  # type: ignore[method-assign]


def _were_claimed(jobs: Sequence[Any], *_: Any) -> bool:
    return any(job.kind in BUYING for job in jobs)


def _ended(_lost: Any, ends: Sequence[tuple[Any, Any]], *_: Any) -> bool:
    return any(job.kind in BUYING for job, _ in ends)


def _written(write: Any, reach: Reach) -> Any:
    """The kernel has the whole request, and sends it whatever becomes of the process."""

    async def wrapped(request: aiohttp.ClientRequest, *args: Any, **named: Any) -> None:
        await write(request, *args, **named)
        if request.method == "POST" and request.url.path.endswith("/orders"):
            reach("buy", SENT)

    return wrapped


if __name__ == "__main__":
    roster.SWEEP_EVERY = timedelta(seconds=0.2)
    step = os.environ.get(KILL_AT, "")
    if step:
        wire(armed(step))
    main()
