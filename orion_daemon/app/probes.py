"""What `orion check` asks of keys, database and mail server: would a start succeed, would a message go out?

Nothing is made, written, migrated or sent here.
"""

from collections.abc import Mapping

from orion_daemon.app import keys
from orion_daemon.app.database import open_database
from orion_daemon.app.mail import mail_options
from orion_daemon.config.secrets import SecretMissingError, Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher, CipherError, parse_keys
from orion_daemon.db.errors import StorageError
from orion_daemon.db.url import parse
from orion_daemon.migrations import runner
from orion_daemon.notifications.errors import MailError
from orion_daemon.notifications.send import Mailer
from orion_daemon.runtime.bus import Bus


def key_trouble(settings: Settings, env: Mapping[str, str]) -> str:
    """What is wrong with the keys that seal data; "" when nothing is, also where there are none yet."""
    try:
        at_hand = Secrets(env).secret_keys(settings)
        if at_hand:
            Cipher(parse_keys("\n".join(at_hand)))
        elif settings.security.secret_keys_file.exists():
            return f"{settings.security.secret_keys_file} is empty; put the key back, or remove the file for a new one"
    except (CipherError, SecretMissingError) as error:
        return str(error)
    return ""


async def database_trouble(settings: Settings, env: Mapping[str, str]) -> str:
    """Whether the database answers, is not newer than this program, and opens with these keys; "" when all is well."""
    try:
        target = parse(settings.database.url)
        if target.dialect == "sqlite" and not target.file.exists():
            return ""
        wish = settings.database.migrate_at_start
        if wish == "never" or (wish == "auto" and target.dialect != "sqlite"):
            await runner.check(target)
        at_hand = Secrets(env).secret_keys(settings)
        if not at_hand:
            await keys.refuse_where_lost(settings)
        elif not await runner.pending(target):
            db = await open_database(settings, Bus(), Cipher(parse_keys("\n".join(at_hand))))
            await db.close()
    except (StorageError, CipherError) as error:
        return str(error)
    return ""


async def mail_trouble(settings: Settings, env: Mapping[str, str]) -> str:
    """Whether the mail server answers and takes our login; "" when all is well, or none is named. Sends nothing."""
    try:
        options = mail_options(settings, env)
        if options is not None:
            await Mailer(options).probe()
    except (MailError, SecretMissingError) as error:
        return str(error)
    return ""
