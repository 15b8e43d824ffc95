"""Whether what is sealed in the database can be opened with the keys at hand: asked at every start.

With another key nothing would fail at once: new values would be sealed with it, beside old ones that nobody can read.
Key and seal: `db/cipher.py`.
"""

from orion_daemon.db.cipher import KeyMissing
from orion_daemon.db.database import Database
from orion_daemon.db.errors import BadStatement

_SEALED = (
    ("marketplace_credentials", "secret_sealed"),
    ("customers", "personal_sealed"),
    ("orders", "personal_sealed"),
    ("order_payloads", "payload_sealed"),
    ("keys", "secret_sealed"),
)


async def check_keys(db: Database) -> None:
    """Look at the oldest and the newest sealed value of each kind. Raises KeyMissing with what to do."""
    for table, column in _SEALED:
        for order in ("ASC", "DESC"):
            sealed = await db.fetch_value(
                f"SELECT substr({column}, 1, 5) AS seal FROM {table} WHERE {column} IS NOT NULL"
                f" ORDER BY id {order} LIMIT 1"
            )
            if sealed is not None and not db.cipher.knows(bytes(sealed)):
                raise KeyMissing(
                    f"the data in {db.target} were sealed with another secret key ({bytes(sealed)[1:].hex()}, the"
                    f" configured one is {db.cipher.key_id}). Nothing was changed. Put that key into ORION_SECRET_KEYS"
                    " or the secret keys file; to go over to a new key, put the new one before it."
                )


async def key_in_use(db: Database) -> str | None:
    """The id of a key that has sealed something here; None where nothing is sealed. The schema may be an older one."""
    for table, column in _SEALED:
        try:
            sealed = await db.fetch_value(
                f"SELECT substr({column}, 1, 5) AS seal FROM {table} WHERE {column} IS NOT NULL LIMIT 1"
            )
        except BadStatement:  # this schema does not have it yet
            continue
        if sealed is not None:
            return bytes(sealed)[1:].hex()
    return None
