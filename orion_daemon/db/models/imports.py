"""Product imports: a row a run, its problems, the fingerprints of feed rows, and the stored difference of a dry run.

`feed_rows` remembers, for each feed (catalog × language), the hash of the raw record that last produced a product:
an unchanged record is recognised without being parsed. States: `domain/imports.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import JsonField, UTCDatetimeField
from orion_daemon.db.models.catalog import Catalog, MarketplaceProduct
from orion_daemon.db.models.stores import Channel, Store


class Feed(Model):
    id = fields.BigIntField(primary_key=True)
    catalog: fields.ForeignKeyRelation[Catalog] = fields.ForeignKeyField("orion.Catalog", on_delete=fields.CASCADE)
    language = fields.CharField(8)
    name = fields.CharField(100, default="")  # tells several feeds of one language apart
    source = fields.TextField(default="")  # URL or path of the last import; empty for uploads
    etag = fields.TextField(default="")
    last_modified = fields.TextField(default="")
    file_hash = fields.CharField(64, default="")  # of the last file that was applied completely
    reader_version = fields.IntField(default=0)  # a new mapping makes old fingerprints worthless
    record_count = fields.IntField(default=0)
    imported_at = UTCDatetimeField(null=True)

    class Meta:
        table = "feeds"
        unique_together = (("catalog", "language", "name"),)


class FeedRow(Model):
    id = fields.BigIntField(primary_key=True)
    feed: fields.ForeignKeyRelation[Feed] = fields.ForeignKeyField("orion.Feed", on_delete=fields.CASCADE)
    marketplace_product: fields.ForeignKeyRelation[MarketplaceProduct] = fields.ForeignKeyField(
        "orion.MarketplaceProduct", on_delete=fields.CASCADE
    )
    row_hash = fields.BigIntField()  # signed 64-bit hash of the raw record and the header
    content_hash = fields.BigIntField()  # signed 64-bit hash of the mapped values that this feed provides
    seen_import_id = fields.BigIntField()  # the last import that held this record

    class Meta:
        table = "feed_rows"
        unique_together = (("feed", "marketplace_product"),)


class ImportJob(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    language = fields.CharField(8)
    source = fields.TextField()  # URL or path; what a person may see, no credentials in it
    file_path = fields.TextField(default="")  # the downloaded or uploaded file while it is needed
    is_complete = fields.BooleanField(default=True)  # the feed claims to be the whole catalog
    is_dry_run = fields.BooleanField(default=False)
    is_confirmed = fields.BooleanField(default=False)  # a person let the mass-change guard's hold pass
    state = fields.CharField(24)
    held_reason = fields.TextField(default="")  # why the guard waits for a person; empty when it does not
    error_code = fields.CharField(64, default="")
    error_message = fields.TextField(default="")
    bytes_total = fields.BigIntField(null=True)
    bytes_done = fields.BigIntField(default=0)
    rows = fields.IntField(default=0)  # records met; the five outcomes below add up to it when finished
    created = fields.IntField(default=0)
    updated = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)
    rejected = fields.IntField(default=0)
    skipped = fields.IntField(default=0)
    disappeared = fields.IntField(default=0)  # products that went unavailable
    warnings = fields.IntField(default=0)
    detected_json: fields.Field[dict[str, object]] = JsonField(null=True)
    requested_by = fields.CharField(200, default="")
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
    "CREATE INDEX feed_rows_seen ON feed_rows (feed_id, seen_import_id)",
    "CREATE INDEX feed_rows_product ON feed_rows (marketplace_product_id)",
    "CREATE INDEX import_jobs_store ON import_jobs (store_id, id)",
    "CREATE INDEX import_problems_import ON import_problems (import_job_id, id)",
    "CREATE INDEX import_changes_import ON import_changes (import_job_id, id)",
]
