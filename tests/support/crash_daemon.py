"""`orion` itself, in a process that ends with SIGKILL at a chosen step of buying a key or of mailing it.

The program imports all of Orion once and then makes daemons of itself, each a fork that calls the product's own `main`:
imports are most of what a start costs. It reads one JSON line for each wish and answers with one:

    {"folder", "env", "arguments", "out", "err"} → {"pid"}
    {"ended": pid, "wait": bool} → {"code": null or number}

The product's code is left as it is: before `main` is called, the functions of that path are replaced by
themselves with a fuse around them (`crash_steps.py`), where the environment names a step. Daemons sweep for due jobs
five times a second, so that a test need not wait for the sweep. Who asks: `forks.py`.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any

import aiohttp
from aiosmtplib.protocol import SMTPProtocol

import orion_daemon
from orion_daemon.actors import roster
from orion_daemon.cli.main import main
from orion_daemon.connectors.codeswholesale.connector import CodesWholesaleConnector
from orion_daemon.db.database import Transaction
from orion_daemon.jobs import mailbox
from orion_daemon.notifications.send import Mailer
from orion_daemon.services import (
    deliveries,
    delivery_results,
    purchase_results,
    purchase_search,
    purchases,
    supplied,
    supply,
)
from tests.support.crash_steps import (
    KILL_AT,
    SENT,
    TEXT_ASKED,
    TEXT_SENT,
    Reach,
    armed,
    around_calls,
    around_commits,
    marking,
    within,
)

BUYING = frozenset({"BuyKeys", "SettlePurchase", "FetchCodes"})
MAILING = frozenset({"DeliverKeys"})
SERVICES: tuple[tuple[Any, str, str], ...] = (
    (purchases, "begin", "begin"),
    (purchases, "send", "send"),
    (purchases, "doubt", "doubt"),
    (purchases, "refuse", "refuse"),
    (purchases, "drop", "drop"),
    (purchase_results, "record", "record"),
    (purchase_results, "take_code", "take code"),
    (purchase_results, "note_missing", "note missing"),
    (purchase_search, "not_found", "not found"),
    (purchases, "refuse_for_balance", "refuse for balance"),
    (supplied, "buyer_of", "reveal for score"),
    (supply, "take_balance", "take balance"),
    (deliveries, "begin", "write mail"),
    (delivery_results, "sent", "mail taken"),
    (delivery_results, "postponed", "mail postponed"),
    (delivery_results, "failed", "mail failed"),
)
CALLS: tuple[tuple[Any, str, str], ...] = (
    (CodesWholesaleConnector, "fetch_product", "fetch product"),
    (CodesWholesaleConnector, "score_buyer", "score buyer"),
    (CodesWholesaleConnector, "buy", "buy"),
    (CodesWholesaleConnector, "balance", "read balance"),
    (CodesWholesaleConnector, "find_orders", "find orders"),
    (CodesWholesaleConnector, "fetch_order", "fetch order"),
    (CodesWholesaleConnector, "fetch_code", "fetch code"),
    (Mailer, "send", "hand over"),
)


def wire(reach: Reach) -> None:
    for module, name, part in SERVICES:
        setattr(module, name, within(getattr(module, name), part))
    for owner, name, part in CALLS:
        setattr(owner, name, around_calls(getattr(owner, name), part, reach))
    for kinds, claim, end in ((BUYING, "claim of jobs", "end of jobs"), (MAILING, "claim of mails", "end of mails")):
        mailbox.claim = marking(mailbox.claim, claim, _were_claimed(kinds))  # type: ignore[assignment]
        mailbox.settle_many = marking(mailbox.settle_many, end, _ended(kinds))  # type: ignore[assignment]
    Transaction.__aexit__ = around_commits(Transaction.__aexit__, reach)  # type: ignore[method-assign]
    aiohttp.ClientRequest.write_bytes = _written(aiohttp.ClientRequest.write_bytes, reach)  # type: ignore[method-assign]
    SMTPProtocol.write = _mailed(SMTPProtocol.write, reach)  # type: ignore[method-assign]


def _were_claimed(kinds: AbstractSet[str]) -> Callable[..., bool]:
    return lambda jobs, *_: any(job.kind in kinds for job in jobs)


def _ended(kinds: AbstractSet[str]) -> Callable[..., bool]:
    return lambda _lost, ends, *_: any(job.kind in kinds for job, _ in ends)


def _written(write: Any, reach: Reach) -> Any:
    """The kernel has the whole request, and sends it whatever becomes of the process."""

    async def wrapped(request: aiohttp.ClientRequest, *args: Any, **named: Any) -> None:
        await write(request, *args, **named)
        if request.method == "POST" and request.url.path.endswith("/orders"):
            reach("buy", SENT)

    return wrapped


def _mailed(write: Any, reach: Reach) -> Any:
    """The kernel has the whole text; whether the server reads it to its end is the server's affair."""

    def wrapped(protocol: SMTPProtocol, data: bytes) -> None:
        is_text = data.endswith(b"\r\n.\r\n")
        if is_text:
            reach("text of mail", TEXT_ASKED)
        write(protocol, data)
        if is_text:
            reach("text of mail", TEXT_SENT)

    return wrapped


def become_daemon(wish: dict[str, Any]) -> None:
    """In the child: what a shell would do before it starts `orion`, and then that."""
    os.chdir(wish["folder"])
    for number, file in ((0, os.devnull), (1, wish["out"]), (2, wish["err"])):
        opened = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(wish["env"])
    roster.SWEEP_EVERY = timedelta(seconds=0.2)
    if step := os.environ.get(KILL_AT, ""):
        wire(armed(step))
    main(wish["arguments"])


def serve() -> None:
    for line in iter(sys.stdin.readline, ""):
        wish = json.loads(line)
        if "ended" in wish:
            pid, status = os.waitpid(wish["ended"], 0 if wish["wait"] else os.WNOHANG)
            answer = {"code": os.waitstatus_to_exitcode(status) if pid else None}
        else:
            child = os.fork()
            if not child:
                become_daemon(wish)
            answer = {"pid": child}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def import_all() -> None:
    for found in pkgutil.walk_packages(orion_daemon.__path__, "orion_daemon."):
        if found.name.startswith(("orion_daemon.sandbox", "orion_daemon.migrations.orion")):
            continue
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    gc.freeze()


if __name__ == "__main__":
    import_all()
    serve()
