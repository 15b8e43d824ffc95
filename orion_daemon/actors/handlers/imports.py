"""The catalog in: an account's ImportCatalog and ApplyImport jobs.

Both bring an import to its end through a worker process and adopt what is new where the channel says so. A job that
runs twice finds its import ended, or goes on where it stood. The way of an import: `actors/import_run.py`.
"""

from datetime import timedelta

from orion_daemon.actors import import_run
from orion_daemon.actors.account import Account
from orion_daemon.connectors.errors import Unreachable
from orion_daemon.jobs.kinds import KINDS, ImportArgs
from orion_daemon.jobs.leases import Lease
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Done, Outcome, Snooze
from orion_daemon.services import imports
from orion_daemon.services.import_progress import OUTCOMES

AWAY = timedelta(minutes=15)
"""Between two tries of a walk whose marketplace has been away for long; they cost nothing."""


async def import_catalog(account: Account, job: Job, args: ImportArgs, *, gives_up: bool = False) -> Outcome:
    """`gives_up`: somebody waits for the end; a server that is away, or an account whose login is refused, ends the
    import and does not put it off. An account that is asked too often is waited for."""
    kind = KINDS.find(job.kind)
    means = import_run.Means(
        account.db,
        account.clock,
        account.parts.imports,
        Lease(account.address, job.epoch, account.parts.process_id),
        account.http.download,
        account.parts.workers,
        account.connector.fetch_catalog,
    )
    is_last_try = gives_up or (kind is not None and job.attempts + 1 >= kind.max_attempts)
    try:
        outcome = await import_run.run(
            means, args.import_id, account.settings, is_last_try=is_last_try, is_watched=gives_up
        )
    except Unreachable as error:
        if not is_last_try or gives_up or not await imports.is_pending(account.db, args.import_id):
            raise
        return Snooze(account.clock.now() + AWAY, "unreachable", error.message)
    if isinstance(outcome, Done) and outcome.result is not None:
        account.parts.observe(
            "import_ended",
            store=account.store_code,
            marketplace=account.marketplace,
            import_id=args.import_id,
            **outcome.result,
        )
        for name in OUTCOMES[1:]:
            account.parts.observe(
                "import_rows",
                store=account.store_code,
                marketplace=account.marketplace,
                outcome=name,
                rows=outcome.result.get(name, 0),
            )
    return outcome


async def apply_import(account: Account, job: Job, args: ImportArgs) -> Outcome:
    return await import_catalog(account, job, args)
