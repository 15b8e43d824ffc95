"""What marketplaces sent by themselves: stored before anybody looks at it, so that it is answered at once and not lost.

Until the marketplace's signature was checked nothing in a row is believed; the channel's own id, topic and kind are
known from then on. The body may name people: it is sealed, and goes as soon as the row is done or refused. Writer:
`services/notifications.py`; the work: `actors/handlers/notifications.py`.
"""

from tortoise import fields
from tortoise.models import Model

from orion_daemon.db.fields import SealedField, UTCDatetimeField
from orion_daemon.db.models.stores import Channel


class Notification(Model):
    id = fields.BigIntField(primary_key=True)
    channel: fields.ForeignKeyRelation[Channel] = fields.ForeignKeyField("orion.Channel", on_delete=fields.CASCADE)
    state = fields.CharField(16)  # received | done | refused
    body_sealed = SealedField(null=True)  # NULL once done or refused
    signature = fields.TextField()  # the header as it came; empty once done or refused
    notification_id = fields.CharField(255, null=True)  # the channel's own, once verified; a repetition has none
    topic = fields.CharField(100, default="")  # in the channel's words, once verified
    kind = fields.CharField(16, null=True)  # erasure | order | offer | other, once verified
    result = fields.CharField(200, default="")  # what came of it, in counts and codes; never personal data
    received_at = UTCDatetimeField()
    finished_at = UTCDatetimeField(null=True)

    class Meta:
        table = "notifications"


CHECKS = {
    "notifications": {
        "notifications_state": "state IN ('received', 'done', 'refused')",
        "notifications_kind": "kind IN ('erasure', 'order', 'offer', 'other')",
        "notifications_finished": "(state = 'received') = (finished_at IS NULL)",
        "notifications_body": "state = 'received' OR body_sealed IS NULL",
    },
}
INDEXES = [
    (
        "CREATE UNIQUE INDEX notifications_once ON notifications (channel_id, notification_id)"
        " WHERE notification_id IS NOT NULL"
    ),
    "CREATE INDEX notifications_waiting ON notifications (channel_id, id) WHERE state = 'received'",
    "CREATE INDEX notifications_refused ON notifications (channel_id, id) WHERE state = 'refused'",
    "CREATE INDEX notifications_finished ON notifications (finished_at) WHERE finished_at IS NOT NULL",
]
