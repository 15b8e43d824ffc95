"""The durable mailbox: job rows, what went wrong with them, who owns which account, and limiters' memory.

A job is a command that must end as done, refused, cancelled or dead (with its reason); its life is drawn in
`jobs/states.py` and every statement that moves it stands in `jobs/mailbox.py`. A lease says which process may act for
an account; each take-over raises its epoch, and a job remembers the epoch under which it runs.

Keys: stores and channels are referenced with SET NULL, because the history of what was done for a store outlives it
(`owner` still tells whose it was), while processes are not referenced at all: their rows are pruned.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.stores import Channel, Store


class Job(Model):
    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(64)  # a name of jobs/kinds.py; may be unknown to an older version
    lane = fields.CharField(32)
    owner = fields.CharField(128)  # address of the account, such as demo:letzshop
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "orion.Store", null=True, on_delete=fields.SET_NULL
    )
    channel: fields.ForeignKeyNullableRelation[Channel] = fields.ForeignKeyField(
        "orion.Channel", null=True, on_delete=fields.SET_NULL
    )
    args_json: fields.Field[dict[str, object]] = JsonField()
    unique_key = fields.CharField(255, null=True)  # at most one open job carries it
    entity = fields.CharField(128, null=True)  # jobs of one owner and entity run one by one, in order of id
    priority = fields.SmallIntField(default=50)  # lower goes first
    state = fields.CharField(16, default="waiting")
    puts = fields.IntField(default=1)  # times it was asked for while open
    is_put_again = fields.BooleanField(default=False)  # put once more while executing: a follower is due at its end
    attempts = fields.IntField(default=0)  # failures that counted, since it was put or sent again by a person
    crashes = fields.IntField(default=0)  # times its process vanished while it ran
    runs = fields.IntField(default=0)  # times it was claimed; names the run that may settle it
    run_at = UTCDatetimeField()  # not claimed before
    give_up_at = UTCDatetimeField()  # goes to the dead letters when it still waits then
    lease_epoch = fields.BigIntField(null=True)  # of the lease under which it executes
    process_id = fields.CharField(64, null=True)  # where it executes or last executed
    error_family = fields.CharField(16, default="")  # the last failure; empty when it never failed
    error_code = fields.CharField(64, default="")
    error_message = fields.TextField(default="")  # redacted, written for an operator
    result_json: fields.Field[dict[str, object]] = JsonField(null=True)
    created_at = UTCDatetimeField()
    claimed_at = UTCDatetimeField(null=True)
    finished_at = UTCDatetimeField(null=True)

    class Meta:
        table = "jobs"


class JobAttempt(Model):
    """One row each time something went wrong with a job: the reasons behind its last error, oldest first."""

    id = fields.BigIntField(primary_key=True)
    job: fields.ForeignKeyRelation[Job] = fields.ForeignKeyField("orion.Job", on_delete=fields.CASCADE)
    run = fields.IntField()
    outcome = fields.CharField(16)
    error_family = fields.CharField(16)
    error_code = fields.CharField(64)
    error_message = fields.TextField()
    ended_at = UTCDatetimeField()

    class Meta:
        table = "job_attempts"


class Process(Model):
    id = fields.CharField(64, primary_key=True)
    label = fields.CharField(200)  # host and pid, for people
    started_at = UTCDatetimeField()
    heartbeat_at = UTCDatetimeField()
    expires_at = UTCDatetimeField()  # every lease of the process is valid until then

    class Meta:
        table = "processes"


class Lease(Model):
    owner = fields.CharField(128, primary_key=True)
    process_id = fields.CharField(64, null=True)  # nobody's when empty
    epoch = fields.BigIntField()  # grows with each holder, never falls
    acquired_at = UTCDatetimeField()

    class Meta:
        table = "leases"


class RateLimitState(Model):
    id = fields.BigIntField(primary_key=True)
    owner = fields.CharField(128)
    operation = fields.CharField(64)
    state_json: fields.Field[dict[str, object]] = JsonField()  # the limiter's own snapshot
    updated_at = UTCDatetimeField()

    class Meta:
        table = "rate_limit_states"
        unique_together = (("owner", "operation"),)


CHECKS = {
    "jobs": {
        "jobs_state": "state IN ('waiting', 'executing', 'done', 'refused', 'dead', 'cancelled')",
        "jobs_executing_has_lease": "state <> 'executing' OR lease_epoch IS NOT NULL",
        "jobs_finished_at": "(finished_at IS NOT NULL) = (state IN ('done', 'refused', 'dead', 'cancelled'))",
        "jobs_dead_has_reason": "state NOT IN ('dead', 'refused') OR error_code <> ''",
        "jobs_counters": "attempts >= 0 AND crashes >= 0 AND runs >= 0",
    },
    "job_attempts": {"job_attempts_outcome": "outcome IN ('retry', 'snooze', 'refused', 'dead', 'cancelled', 'crash')"},
    "leases": {"leases_epoch": "epoch > 0"},
}
INDEXES = [
    (
        "CREATE UNIQUE INDEX jobs_unique_open ON jobs (unique_key)"
        " WHERE unique_key IS NOT NULL AND state IN ('waiting', 'executing')"
    ),
    "CREATE INDEX jobs_claim ON jobs (owner, lane, priority, id, run_at) WHERE state = 'waiting'",
    "CREATE INDEX jobs_executing ON jobs (owner, id) WHERE state = 'executing'",
    (
        "CREATE INDEX jobs_entity_open ON jobs (owner, entity, id)"
        " WHERE entity IS NOT NULL AND state IN ('waiting', 'executing')"
    ),
    "CREATE INDEX jobs_store ON jobs (store_id, id)",
    "CREATE INDEX jobs_letters ON jobs (state, id) WHERE state IN ('dead', 'refused')",
    "CREATE INDEX job_attempts_job ON job_attempts (job_id, id)",
    "CREATE INDEX leases_process ON leases (process_id)",
]
