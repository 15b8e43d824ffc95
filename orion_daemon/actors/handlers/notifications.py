"""What a marketplace sent by itself: checked, and turned into work.

An erasure is done here and now. All else is a hint: orders are polled and offers read back by the jobs that do so
anyway, and an order that was named is imported at once. A forged one is refused and costs a look. Each effect may be
repeated, so a run that was interrupted begins again; a notification of an id that was done does nothing. Rows:
`services/notifications.py`; who stored them: `graphql/webhooks.py`.

An account that is switched off or suspended does erasures only: eBay tells its public keys to the application, so a
consent that has ended keeps nobody in the data. Where the key cannot be asked for either, people are told until when
that has to be mended.
"""

from orion_daemon.actors.account import Account
from orion_daemon.actors.handlers import orders
from orion_daemon.connectors.base import Notification
from orion_daemon.connectors.errors import AuthRefused, Malformed, NotPermitted, RateLimited, Rejected, Unreachable
from orion_daemon.db.errors import ConstraintViolated
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import ASKED, POLL_ORDERS, READ_BACK_OFFERS, JobKind, Nothing, NotificationArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Outcome
from orion_daemon.services import erasure, notifications

_WORK: dict[str, JobKind[Nothing]] = {"order": POLL_ORDERS, "offer": READ_BACK_OFFERS}


async def handle(account: Account, job: Job, args: NotificationArgs) -> Outcome:
    """Look at what came and do it. Raises what asking for the vendor's key or for an order raises."""
    received = await notifications.load(account.db, args.notification_id)
    if received is None or received.state != "received":
        return Cancelled("the notification was dealt with or removed")
    try:
        told = await account.connector.read_notification(received.body, received.signature)
    except Rejected as error:
        await notifications.refuse(account.db, account.channel_id, received.id, error.code, account.clock.now())
        return Done({"refused": error.code})
    except AuthRefused:
        await notifications.hold(account.db, account.channel_id, received.id)
        raise
    if await notifications.done_before(account.db, account.channel_id, told.id):
        return await _finish(account, received.id, told, "repeated", is_repetition=True)
    result = await _take_effect(account, told)
    try:
        return await _finish(account, received.id, told, result)
    except ConstraintViolated:  # the same one, sent twice and done side by side
        return await _finish(account, received.id, told, "repeated", is_repetition=True)


async def _take_effect(account: Account, told: Notification) -> str:
    """What came of it, in words without people."""
    if told.kind == "erasure":
        done = await erasure.erase_by_channel_names(
            account.db,
            account.channel_id,
            told.people,
            actor=account.marketplace,
            now=account.clock.now(),
            cause=f"notification {told.id[:100]}",
        )
        return f"erased: {done.customers} customers, {done.orders} orders; {done.waiting} orders wait for their goods"
    if account.is_resting:
        return "switched off: nothing is looked at"
    if account.is_stopped:
        return "suspended: polled once the account works again" if told.kind in _WORK else "nothing to do"
    if told.kind == "order" and told.channel_order_id:
        try:
            page = await orders.import_one(account, told.channel_order_id)
        except (
            Malformed,
            NotPermitted,
            Rejected,
            RateLimited,
            Unreachable,
        ) as error:  # the poll reads it, and keeps what is odd
            return f"polled; the order itself: {error.code}"
        return f"polled; orders: {len(page.created)} new, {len(page.updated)} changed"
    return {"order": "polled", "offer": "read back"}.get(told.kind, "nothing to do")


async def _finish(
    account: Account, notification_id: int, told: Notification, result: str, *, is_repetition: bool = False
) -> Done:
    """The row, and the job that does what it hints at, in one transaction."""
    now, kind = account.clock.now(), None if account.is_resting else _WORK.get(told.kind)
    async with account.db.transaction() as tx:
        if kind is not None and not is_repetition:
            await mailbox.put(
                tx, kind, Nothing(), owner=account.address, store_id=account.store_id, channel_id=account.channel_id,
                priority=ASKED, now=now,
            )  # fmt: skip
        channels_id = None if is_repetition else told.id
        await notifications.finish(
            tx, notification_id, channels_id=channels_id, topic=told.topic, kind=told.kind, result=result, now=now
        )
    return Done({"kind": told.kind, "topic": told.topic[:100], "result": result})
