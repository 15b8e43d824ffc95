"""Paying buyers back, with money that must not go twice.

    the order, read anew and imported → begun, with what the channel shows (committed) → asked for → recorded

From the commit on it may have been paid: whoever runs next only looks for it, and so does this run after a lost answer.
It is looked for during `LOOK_FOR`, since a channel may be slow to show it; then it is a dead letter, and a person
decides. Where the channel surely paid nothing, the try is taken back and may begin anew.
"""

from datetime import timedelta

from orion_daemon.actors.account import Account
from orion_daemon.actors.failures import final
from orion_daemon.actors.handlers.fulfillment import ending
from orion_daemon.actors.handlers.orders import import_shown
from orion_daemon.connectors.base import OutgoingRefund
from orion_daemon.connectors.errors import Doubtful, VendorError
from orion_daemon.domain.refunds import RefundState
from orion_daemon.jobs.kinds import RefundArgs
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Refused, Settled, Snooze
from orion_daemon.services import refund_results, refunds
from orion_daemon.services.refunds import RefundToSend

LOOK_FOR = timedelta(minutes=15)
LOOK_EVERY = timedelta(minutes=1)


async def send_refund(account: Account, job: Job, args: RefundArgs) -> Outcome:
    """Ask the channel to pay, unless it has been asked. One that has failed is looked for and no more."""
    try:
        return await _send(account, job, args.refund_id)
    except LeaseLost:
        raise
    except Exception as error:
        now = account.clock.now()
        decision = final(error, job, now)
        if decision is None:
            raise
        await refund_results.record_failure(
            account.db, args.refund_id, decision.code, decision.message, now=now, settle=ending(account, job, decision)
        )
        return Settled()


async def _send(account: Account, job: Job, refund_id: int) -> Outcome:
    asked = await refunds.refund_to_send(account.db, refund_id)
    shown = await account.connector.fetch_order(asked.channel_order_id)
    await import_shown(account, shown)
    refund = await refunds.begin(account.db, refund_id, shown.refunds if shown else (), account.clock.now())
    if refund.state is RefundState.FAILED:
        return Refused("refund_failed", "It failed and is not sent again: ask for it anew with another reference.")
    name = ""
    if refund.state is RefundState.ASKED:
        try:
            name = await _pay(account, refund)
        except Doubtful as doubt:
            now = account.clock.now()
            if refund.tried_at is None or now - refund.tried_at >= LOOK_FOR:
                raise
            return Snooze(now + LOOK_EVERY, "doubtful", doubt.message)
    await refund_results.record(
        account.db, refund_id, name, now=account.clock.now(), settle=ending(account, job, Done({"refund": name}))
    )
    return Settled()


async def _pay(account: Account, refund: RefundToSend) -> str:
    """The channel's id of it."""
    try:
        result = await account.connector.refund(
            OutgoingRefund(
                reference=refund.reference,
                channel_order_id=refund.channel_order_id,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                reason=refund.reason,
                note=refund.note,
                known=refund.known,
                is_tried=refund.is_tried,
            )
        )
    except Doubtful:
        raise
    except VendorError:
        if not refund.is_tried:
            await refunds.take_back_try(account.db, refund.refund_id, account.clock.now())
        raise
    return result.refund_id
