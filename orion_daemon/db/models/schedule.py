"""The schedule's truth: APScheduler only keeps timers, these rows say what runs, when it ran and when it runs next.

Sweeps that follow the clock keep here how far they came.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import UTCDatetimeField
from orion_daemon.db.models.stores import Store


class Sweep(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(64, unique=True)  # of a sweep for what the clock alone has changed
    swept_at = UTCDatetimeField()  # everything up to here has been looked at

    class Meta:
        table = "sweeps"


class ScheduledJob(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(100)  # order_import_letzshop …; design, section 8
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "orion.Store", null=True, on_delete=fields.CASCADE
    )  # NULL: for every store that has the marketplace
    marketplace = fields.CharField(32, null=True)
    schedule = fields.CharField(100)  # a duration ("5m") or five cron fields
    timezone = fields.CharField(64, default="UTC")
    is_enabled = fields.BooleanField(default=True)
    managed_by = fields.CharField(8, default="file")
    last_run_at = UTCDatetimeField(null=True)
    next_run_at = UTCDatetimeField(null=True)
    last_error = fields.TextField(default="")
    created_at = UTCDatetimeField()
    updated_at = UTCDatetimeField()

    class Meta:
        table = "scheduled_jobs"


CHECKS = {"scheduled_jobs": {"scheduled_jobs_managed_by": "managed_by IN ('file', 'api')"}}
INDEXES = [
    "CREATE UNIQUE INDEX scheduled_jobs_everywhere ON scheduled_jobs (name) WHERE store_id IS NULL",
    "CREATE UNIQUE INDEX scheduled_jobs_store ON scheduled_jobs (name, store_id) WHERE store_id IS NOT NULL",
]
