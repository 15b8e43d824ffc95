"""Which kind of job is done by which handler.

Every run leaves a count, and a failing channel shows its last failure until something works again. What a channel does
not permit for want of a role waits by itself, and a person is told once; where the poll of orders is what is not
permitted, the account has nothing to go on with and is suspended as for a refused credential.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from orion_daemon.actors.account import Account, OpenAccount, SupplierAccount
from orion_daemon.actors.failures import classify
from orion_daemon.actors.handlers import (
    fulfillment,
    imports,
    inventory,
    keys,
    level_tasks,
    notifications,
    orders,
    refunds,
    supply,
)
from orion_daemon.connectors.errors import AuthRefused, NotPermitted, RateLimited, VendorError
from orion_daemon.domain.events import AlertRaised
from orion_daemon.jobs.handling import Handler
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import JobFailure, Outcome, Snooze
from orion_daemon.services import credentials, monitoring

log = logging.getLogger("orion.actors")

AccountHandler = Callable[[Account, Job, Any], Awaitable[Outcome]]
SupplierHandler = Callable[[SupplierAccount, Job, Any], Awaitable[Outcome]]

HANDLERS: dict[str, AccountHandler] = {
    "PollOrders": orders.poll,
    "ImportOrderHistory": orders.import_history,
    "ReconcileOrders": orders.reconcile,
    "AnswerUnits": fulfillment.answer_units,
    "SendShipment": fulfillment.send_shipment,
    "SendStatus": fulfillment.send_status,
    "SendRefund": refunds.send_refund,
    "HandleNotification": notifications.handle,
    "PushInventory": inventory.push,
    "PublishFeed": inventory.publish_feed,
    "ReadBackOffers": inventory.read_back,
    "SettleOffers": inventory.settle,
    "HearLevels": level_tasks.hear,
    "ImportCatalog": imports.import_catalog,
    "ApplyImport": imports.apply_import,
}

SUPPLIER_HANDLERS: dict[str, SupplierHandler] = {
    "BuyKeys": keys.buy,
    "SettlePurchase": keys.settle,
    "FetchCodes": keys.fetch_codes,
    "SyncSupplierCatalog": supply.sync_catalog,
    "FetchTexts": supply.fetch_texts,
    "WatchBalance": supply.watch_balance,
    "RefreshSupplierProduct": supply.refresh_product,
}

PROVES_CREDENTIAL = frozenset(  # they read with it
    {"PollOrders", "ReconcileOrders", "ImportOrderHistory", "SyncSupplierCatalog", "WatchBalance"}
)
PROVES_NOTHING = frozenset({"HandleNotification"})  # anybody can send one; a forged one must not hide a failure
ESSENTIAL = frozenset({"PollOrders"})
IN_REST = frozenset({"HandleNotification"})  # an account that is switched off or suspended has people in its orders


def handlers_of(account: Account | SupplierAccount) -> dict[str, Handler]:
    """The handlers of one open account, by kind of job. One that is switched off or suspended does only what must be
    done all the same."""
    if isinstance(account, SupplierAccount):
        return {kind: partial(_watched, account, handler) for kind, handler in SUPPLIER_HANDLERS.items()}
    kinds = IN_REST if account.is_resting or account.is_stopped else HANDLERS.keys()
    return {kind: partial(_watched, account, HANDLERS[kind]) for kind in kinds}


async def _watched(
    account: OpenAccount[Any], handler: Callable[..., Awaitable[Outcome]], job: Job, args: Any
) -> Outcome:
    """Count the run, and show a failing channel as failing until something works again."""
    started = account.clock.monotonic()
    ended = "failed"
    try:
        outcome = await handler(account, job, args)
        ended = type(outcome).__name__.lower()
        account.not_permitted.discard(job.kind)
        if job.kind not in PROVES_NOTHING:
            await monitoring.note_success(account.db, account.channel_id)
        if job.kind in PROVES_CREDENTIAL and not account.is_proven:
            account.is_proven = True
            await credentials.mark(account.db, account.channel_id, "valid", account.clock.now())
        return outcome
    except VendorError as error:
        await monitoring.note_failure(
            account.db, account.channel_id, f"{job.kind}: {error.message}", account.clock.now()
        )
        said = f"{job.kind} of {account.address}: {error.family}/{error.code}, {error.message}"
        facts = {"actor": account.address, "job": job.id, "code": error.code}
        if isinstance(error, RateLimited):
            ended = Snooze.__name__.lower()  # as the runner decides of it (`jobs/retry.py`): nothing failed
            log.info("%s", said, extra={"action": "channel.waits", **facts})
        else:
            log.warning("%s", said, extra={"action": "channel.failed", **facts})
        if isinstance(error, NotPermitted):
            if job.kind in ESSENTIAL:
                error = AuthRefused(error.message, code=error.code)
            else:
                await _tell(account, job, error)
        raise JobFailure(classify(error)) from error  # a known family: the runner decides, nobody needs the stack
    finally:
        account.parts.observe(
            "job",
            kind=job.kind,
            outcome=ended,
            seconds=account.clock.monotonic() - started,
            store=account.store_code,
            marketplace=account.marketplace,
        )


async def _tell(account: OpenAccount[Any], job: Job, error: NotPermitted) -> None:
    """Once for each kind of work, until it works again or the account is opened anew."""
    if job.error_code == error.family or job.kind in account.not_permitted:
        return
    account.not_permitted.add(job.kind)
    async with account.db.transaction() as tx:
        sentence = f"{job.kind} waits, other work goes on: {error.message}"
        tx.emit(AlertRaised(account.store_id, account.channel_id, error.code, sentence))
