"""The tables, one file a noun. `MODULES` is what the ORM and the migrations read.

Each module may hold `CHECKS` (table -> constraint name -> SQL) and `INDEXES` (raw CREATE INDEX statements valid on
both databases): the ORM can express neither, so the migration carries them, and a test proves that a fresh schema
equals a migrated one. Conventions: `_at` aware UTC, `_minor` integer minor units beside a `currency`, `_sealed`
encrypted, `_json` JSON text. Next: `db/database.py`.
"""

MODULES = [
    "orion_daemon.db.models.stores",
    "orion_daemon.db.models.catalog",
    "orion_daemon.db.models.imports",
    "orion_daemon.db.models.products",
    "orion_daemon.db.models.inventory",
    "orion_daemon.db.models.customers",
    "orion_daemon.db.models.orders",
    "orion_daemon.db.models.shipments",
    "orion_daemon.db.models.refunds",
    "orion_daemon.db.models.keys",
    "orion_daemon.db.models.markups",
    "orion_daemon.db.models.record_problems",
    "orion_daemon.db.models.notifications",
    "orion_daemon.db.models.offers",
    "orion_daemon.db.models.jobs",
    "orion_daemon.db.models.schedule",
    "orion_daemon.db.models.access",
]
