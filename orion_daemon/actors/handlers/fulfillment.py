"""Telling the channel: units answered, parcels, a new status. Each is safe to repeat, and asks before it repeats.

What is to be said is read when it is sent, so the newest wish counts. Effect and end of the job are written in one
transaction. Where an attempt was the last one, or the channel refuses, the order says so in the same transaction as
the dead letter: `sync_status` is never better than the facts.
"""

from collections.abc import Awaitable, Callable

from orion_daemon.actors.account import Account
from orion_daemon.actors.failures import final
from orion_daemon.connectors.base import OutgoingParcel, UnitAnswer
from orion_daemon.db.tx import Tx
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ANSWER_UNITS, OrderArgs, ShipmentArgs, StatusArgs
from orion_daemon.jobs.leases import LeaseLost
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Ending, Outcome, Settled
from orion_daemon.services import fulfillment, order_results


async def answer_units(account: Account, job: Job, args: OrderArgs) -> Outcome:
    """Confirm and decline the units that have our answer and not yet the channel's; also those that get it meanwhile,
    or a parcel asked for after them would go first."""

    async def work() -> Outcome:
        said: set[tuple[str, bool]] = set()
        while True:
            wanted = await order_results.answers_to_send(account.db, args.order_id)
            fresh = [answer for answer in wanted.answers if answer not in said]
            results = await account.connector.answer_units(
                wanted.channel_order_id, [UnitAnswer(unit, available) for unit, available in fresh]
            ) if fresh else ()  # fmt: skip
            said.update(fresh)
            if await order_results.record_answers(
                account.db, args.order_id, results, now=account.clock.now(), settle=ending(account, job, Done()),
                said_before=said,
            ):  # fmt: skip
                return Settled()

    return await _telling(account, job, args.order_id, None, work)


async def send_shipment(account: Account, job: Job, args: ShipmentArgs) -> Outcome:
    """Tell the channel of a parcel, with our reference that is the same at every try."""
    parcel = await fulfillment.parcel_to_send(account.db, args.shipment_id)

    async def work() -> Outcome:
        await account.connector.send_parcel(
            OutgoingParcel(
                reference=parcel.reference,
                channel_order_id=parcel.channel_order_id,
                carrier=parcel.carrier,
                tracking_number=parcel.tracking_number,
                shipped_at=parcel.shipped_at,
                lines=parcel.lines,
                is_final=parcel.is_final,
                number=parcel.number,
            )
        )
        await order_results.record_parcel(
            account.db, parcel.shipment_id, now=account.clock.now(), settle=ending(account, job, Done())
        )
        return Settled()

    return await _telling(account, job, parcel.order_id, parcel.shipment_id, work)


async def send_status(account: Account, job: Job, args: StatusArgs) -> Outcome:
    """Tell the channel the status that an operator gave an order, unless the order has left it meanwhile: then a later
    message tells the newer one, or the channel itself said it."""

    async def work() -> Outcome:
        name, status = await order_results.status_to_send(account.db, args.order_id)
        end: Ending = Done()
        told = (await account.capabilities()).statuses
        if told is not None and args.status not in told:
            end = Done({"told": False, "reason": f"{account.marketplace} hears of parcels, not of {args.status}"})
        elif status == args.status:
            await account.connector.send_status(name, args.status)
        else:
            end = Cancelled(f"the order is {status} meanwhile")
        await order_results.record_status(
            account.db, args.order_id, now=account.clock.now(), settle=ending(account, job, end)
        )
        return Settled()

    return await _telling(account, job, args.order_id, None, work)


async def _telling(
    account: Account, job: Job, order_id: int, shipment_id: int | None, work: Callable[[], Awaitable[Outcome]]
) -> Outcome:
    try:
        return await work()
    except LeaseLost:
        raise
    except Exception as error:
        now = account.clock.now()
        decision = final(error, job, now)
        if decision is None:
            raise
        await order_results.record_failure(
            account.db, order_id, decision.code, decision.message, now=now, shipment_id=shipment_id,
            what="answer" if job.kind == ANSWER_UNITS.name else "status",
            settle=ending(account, job, decision),
        )  # fmt: skip
        return Settled()


def ending(account: Account, job: Job, end: Ending) -> Callable[[Tx], Awaitable[None]]:
    """Writes the job's end in the transaction of its effect; without the lease the whole transaction fails (G6)."""

    async def settle(tx: Tx) -> None:
        if account.lease is None:
            raise LeaseLost(account.address)
        await mailbox.settle(tx, job, end, account.lease, account.clock.now())

    return settle
