"""The keys that seal values at rest: found by `config.secrets`, made at the first start where there are none.

A generated key goes into a file only its owner can read. Losing it makes sealed data unreadable for ever, so the first
start says where it is.
"""

import os
from collections.abc import Mapping

from orion_daemon.config.secrets import Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.db.cipher import Cipher, generate_key, parse_keys


def open_cipher(settings: Settings, env: Mapping[str, str]) -> tuple[Cipher, bool]:
    """The cipher, and whether its key was made just now. Raises CipherError or SecretMissingError for bad
    keys, OSError where none can be written."""
    keys = Secrets(env).secret_keys(settings)
    if keys:
        return Cipher(parse_keys("\n".join(keys))), False
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
