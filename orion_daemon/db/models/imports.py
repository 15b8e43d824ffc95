"""Product imports: a row a run, its problems, what each feed held last, and the stored difference of a dry run.

A feed is one language of a catalog. `feed_fingerprints` remembers the hash of each record that last became a product:
an unchanged record is recognised without being parsed, and what is missing is known. States: `domain/imports.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.catalog import Catalog
from orion_daemon.db.models.stores import Channel, Store


class Feed(Model):
    id = fields.BigIntField(primary_key=True)
    catalog: fields.ForeignKeyRelation[Catalog] = fields.ForeignKeyField("orion.Catalog", on_delete=fields.CASCADE)
    language = fields.CharField(8)
    source = fields.TextField(default="")  # of the last import
    etag = fields.TextField(default="")
    last_modified = fields.TextField(default="")
    file_hash = fields.CharField(64, default="")  # of the last file that was applied
    context = fields.CharField(100, default="")  # what shapes products besides the file: reader's version, currency
    is_complete = fields.BooleanField(default=False)  # that file was taken for the whole catalog
    record_count = fields.IntField(default=0)
    import_id = fields.BigIntField(null=True)  # of the last import that was applied; its fingerprints are in force
    imported_at = UTCDatetimeField(null=True)

    class Meta:
        table = "feeds"
        unique_together = (("catalog", "language"),)


class FeedFingerprints(Model):
    id = fields.BigIntField(primary_key=True)
    feed: fields.ForeignKeyRelation[Feed] = fields.ForeignKeyField("orion.Feed", on_delete=fields.CASCADE)
    import_id = fields.BigIntField()  # in force when it is the feed's; else those of a dry run not yet applied
    records = fields.BinaryField()  # see domain/fingerprints.py

    class Meta:
        table = "feed_fingerprints"
        unique_together = (("feed", "import_id"),)


class ImportJob(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    language = fields.CharField(8)
    source = fields.TextField()  # URL or path; what a person may see, no credentials in it
    file_path = fields.TextField(default="")  # our own copy while it is needed
    file_hash = fields.CharField(64, default="")
    etag = fields.TextField(default="")
    last_modified = fields.TextField(default="")
    is_complete = fields.BooleanField(default=True)  # the feed claims to be the whole catalog
    is_dry_run = fields.BooleanField(default=False)
    is_confirmed = fields.BooleanField(default=False)  # a person let the mass-change guard's hold pass
    applies_id = fields.BigIntField(null=True)  # the dry run whose stored difference this import applies
    base_id = fields.BigIntField(null=True)  # the feed's import_id when this one began
    state = fields.CharField(24)
    held_code = fields.CharField(64, default="")
    held_reason = fields.TextField(default="")  # why the guard waits for a person; empty when it does not
    error_code = fields.CharField(64, default="")
    error_message = fields.TextField(default="")
    bytes_total = fields.BigIntField(null=True)
    bytes_done = fields.BigIntField(default=0)
    position = fields.BigIntField(default=0)  # what is committed: records of the file, or changes of a dry run
    chunk_rows = fields.IntField(default=0)  # chosen at the first start, kept so that a resumed run cuts the same
    rows = fields.IntField(default=0)  # records met; the five outcomes below add up to it when finished
    created = fields.IntField(default=0)
    updated = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)
    rejected = fields.IntField(default=0)
    skipped = fields.IntField(default=0)
    disappeared = fields.IntField(default=0)  # products that went unavailable
    warnings = fields.IntField(default=0)
    problems = fields.IntField(default=0)  # how many are listed; all are counted above
    detected_json: fields.Field[dict[str, object]] = JsonField(null=True)
    requested_by = fields.CharField(200, default="")
    decided_by = fields.CharField(200, default="")  # who confirmed or discarded it while it was held, or cancelled it
    created_at = UTCDatetimeField()
    started_at = UTCDatetimeField(null=True)
    finished_at = UTCDatetimeField(null=True)

    class Meta:
        table = "import_jobs"


class ImportProblem(Model):
    id = fields.BigIntField(primary_key=True)
    import_job: fields.ForeignKeyRelation[ImportJob] = fields.ForeignKeyField(
        "orion.ImportJob", on_delete=fields.CASCADE
    )
    line = fields.IntField()
    field = fields.CharField(100)
    reason = fields.CharField(64)  # stable code
    message = fields.TextField()
    value = fields.TextField(default="")  # excerpt
    severity = fields.CharField(8)  # rejected | skipped | warning

    class Meta:
        table = "import_problems"


class ImportChange(Model):
    """One product that a dry run would change. Values are those of the fields that differ, by column name."""

    id = fields.BigIntField(primary_key=True)
    import_job: fields.ForeignKeyRelation[ImportJob] = fields.ForeignKeyField(
        "orion.ImportJob", on_delete=fields.CASCADE
    )
    marketplace_product_id = fields.CharField(255)
    change = fields.CharField(16)  # created | updated | disappeared
    before_json: fields.Field[dict[str, object]] = JsonField(null=True)
    after_json: fields.Field[dict[str, object]] = JsonField(null=True)

    class Meta:
        table = "import_changes"


CHECKS = {
    "import_jobs": {
        "import_jobs_state": "state IN ('pending', 'processing', 'downloading', 'parsing', 'upserting', 'held',"
        " 'completed', 'partially_completed', 'failed')"
    },
    "import_problems": {"import_problems_severity": "severity IN ('rejected', 'skipped', 'warning')"},
    "import_changes": {"import_changes_change": "change IN ('created', 'updated', 'disappeared')"},
}
INDEXES = [
    "CREATE INDEX import_jobs_store ON import_jobs (store_id, id)",
    "CREATE INDEX import_jobs_channel ON import_jobs (channel_id, id)",
    "CREATE INDEX import_problems_import ON import_problems (import_job_id, id)",
    "CREATE INDEX import_changes_import ON import_changes (import_job_id, id)",
]
