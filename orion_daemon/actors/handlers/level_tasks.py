"""Hearing what became of levels that went as one task: a look each half minute, and nothing waits in place for it.

Rows: `services/level_tasks.py`; who sent them: `inventory.py`.
"""

from datetime import timedelta

from orion_daemon.actors.account import Account
from orion_daemon.actors.handlers.fulfillment import ending
from orion_daemon.connectors.errors import RateLimited, Unsupported
from orion_daemon.jobs.kinds import ToldArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Outcome, Settled, Snooze
from orion_daemon.services import level_tasks

PENDING = "feed_pending"
_UNSAID = 30.0


async def hear(account: Account, job: Job, args: ToldArgs) -> Outcome:
    """Ask once. What was refused fails with its reason; what was dropped is different again."""
    try:
        told = await account.connector.levels_told(args.name)
    except RateLimited as error:
        if error.code != PENDING:
            raise
        wait = timedelta(seconds=error.retry_after or _UNSAID)
        return Snooze(account.clock.now() + wait, PENDING, error.message)
    except Unsupported as error:
        return Cancelled(error.message)
    now = account.clock.now()
    async with account.db.transaction() as tx:
        if told.is_dropped:
            done = Done({"dropped": await level_tasks.drop(tx, account.channel_id, args.sent_at, now)})
        else:
            refused = await level_tasks.end(tx, account.channel_id, args.sent_at, told.refused, told.refused_all, now)
            done = Done({"refused": refused})
        await ending(account, job, done)(tx)  # with it, or the push that this puts would still see a task under way
    return Settled()
