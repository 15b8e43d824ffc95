"""The keys that seal values at rest: found by `config.secrets`, made at the first start where there are none.

A generated key goes into a file only its owner can read. Losing it makes sealed data unreadable for ever, so the first
start says where it is, and a start that finds data without their key makes none: it would stand where the old one
belongs, and every later start would speak of a wrong key instead of a lost one.
"""

import os
from collections.abc import Mapping

from orion_daemon.app.database import options_of
from orion_daemon.config.secrets import SECRET_KEYS, Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher, KeyMissing, generate_key, parse_keys
from orion_daemon.db.database import Database
from orion_daemon.db.url import parse
from orion_daemon.migrations import runner
from orion_daemon.runtime.bus import Bus
from orion_daemon.services import sealing


async def open_cipher(settings: Settings, env: Mapping[str, str]) -> tuple[Cipher, bool]:
    """The cipher, and whether its key was made just now. Raises CipherError or SecretMissingError for bad or lost
    keys, OSError where none can be written, StorageError where the database cannot be asked."""
    keys = Secrets(env).secret_keys(settings)
    if keys:
        return Cipher(parse_keys("\n".join(keys))), False
    await refuse_where_lost(settings)
    path = settings.security.secret_keys_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:  # another process was first: take its key
        if not path.exists():
            raise OSError(f"{path.parent} is no folder; set [daemon] data_dir in orion.toml") from error
        return Cipher(parse_keys("\n".join(Secrets(env).secret_keys(settings)))), False
    except OSError as error:
        raise OSError(
            f"cannot write to {path.parent}: {error.strerror}. Let the user that Orion runs as write there, or set"
            " [daemon] data_dir in orion.toml"
        ) from error
    with os.fdopen(descriptor, "w") as file:
        text = generate_key()
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    return Cipher(parse_keys(text)), True


async def refuse_where_lost(settings: Settings) -> None:
    """Where no key is at hand: raises KeyMissing when the database holds what one has sealed. Changes nothing."""
    target = parse(settings.database.url)
    if (target.dialect == "sqlite" and not target.file.exists()) or not (await runner.state(target)).applied:
        return
    cipher = Cipher(parse_keys(generate_key()))  # opens nothing, and is forgotten
    db = await Database.open(target, bus=Bus(), cipher=cipher, options=options_of(settings))
    try:
        key_id = await sealing.key_in_use(db)
    finally:
        await db.close()
    if key_id is None:
        return
    path = settings.security.secret_keys_file
    raise KeyMissing(
        f"no secret key was found, neither in {SECRET_KEYS} nor in {path}, but {target} holds data that the key"
        f" {key_id} has sealed: credentials, customers and the documents of orders. Nothing was written and no new key"
        " was made."
        f" Restore {path} from its copy, or set {SECRET_KEYS} as it was (a shell does not have the daemon's systemd"
        " credentials). Without that key nobody can read these data again; another key does not replace it."
    )
