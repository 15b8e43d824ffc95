"""Records that a channel sent and that could not be taken in: kept until they can be read, or a person says enough.

One row a record, however often it is seen. `identity` is what a record is known by: `id:` and the channel's own id, or
`hash:` and the hash of its payload where it names none. The payload is sealed, since nobody knows what stands in what
cannot be read; it goes when the record was imported after all, for the order has it then. Writer:
`services/record_problems.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import SealedField, UTCDatetimeField
from orion_daemon.db.models.stores import Channel, Store


class RecordProblem(Model):
    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("orion.Store", on_delete=fields.RESTRICT)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.RESTRICT)
    kind = fields.CharField(32)  # what it would have become here: order
    identity = fields.CharField(300)
    record_id = fields.CharField(255, null=True)  # the channel's own id, where one could be read
    code = fields.CharField(64)
    message = fields.TextField()
    payload_sealed = SealedField(null=True)  # the latest; NULL where nothing came, and once imported
    payload_hash = fields.BigIntField(null=True)
    first_seen_at = UTCDatetimeField()
    last_seen_at = UTCDatetimeField()
    times_seen = fields.IntField()
    resolved_at = UTCDatetimeField(null=True)
    resolution = fields.CharField(16, null=True)  # imported | dismissed

    class Meta:
        table = "record_problems"
        unique_together = (("channel", "kind", "identity"),)


CHECKS = {
    "record_problems": {
        "record_problems_resolution": "resolution IN ('imported', 'dismissed')",
        "record_problems_resolved": "(resolved_at IS NULL) = (resolution IS NULL)",
        "record_problems_seen": "times_seen > 0",
    },
}
INDEXES = [
    "CREATE INDEX record_problems_store ON record_problems (store_id, id)",
    "CREATE INDEX record_problems_open ON record_problems (store_id, id) WHERE resolved_at IS NULL",
]
