"""Where secrets come from: systemd credentials win over the environment, which wins over files.

Settings only ever name a secret; this is the one place that reads it, and the value goes to its user without being
kept. A credential with the same name as a variable wins over the variable, so a unit file can replace any of them.
"""

from collections.abc import Mapping
from pathlib import Path

from orion_daemon.config.mail import PASSWORD, Mail
from orion_daemon.config.settings import Settings
from orion_daemon.config.stores import SECRET_KINDS, SECRET_PLACES, Channel
from orion_daemon.config.suppliers import SUPPLIER_SECRET_KINDS, Supplier

SECRET_KEYS = "ORION_SECRET_KEYS"  # noqa: S105 -- the name of a variable


def kinds_of(account: Channel | Supplier) -> tuple[str, ...]:
    """The kinds of credentials that the file may name for it."""
    return SUPPLIER_SECRET_KINDS if isinstance(account, Supplier) else SECRET_KINDS


class SecretMissingError(LookupError):
    """A secret is named and cannot be read; the text says where it was looked for, never what it is."""


class Secrets:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        folder = env.get("CREDENTIALS_DIRECTORY")
        self._credentials = Path(folder) if folder else None

    def named(self, name: str) -> str:
        """The credential of that name, else the variable, else ""."""
        return self._credential(name) or self._env.get(name, "").strip()

    def _credential(self, name: str) -> str:
        path = self._credentials / name if self._credentials else None
        return _content(path) if path and path.is_file() else ""

    def of_channel(self, channel: Channel | Supplier) -> dict[str, str]:
        """What the account logs in with, by kind; without the kinds that it does not name. Raises
        `SecretMissingError`."""
        return {kind: value for kind in kinds_of(channel) if (value := self.of_kind(channel, kind))}

    def of_kind(self, channel: Channel | Supplier, kind: str) -> str:
        """ "" when the channel names none. Raises `SecretMissingError`."""
        return self._found(channel, kind)

    def of_mail(self, mail: Mail) -> str:
        """The mail server's password; "" when none is named. Raises `SecretMissingError`."""
        return self._found(mail, PASSWORD)

    def _found(self, section: Channel | Supplier | Mail, kind: str) -> str:
        in_credential, in_variable, in_file = (getattr(section, f"{kind}_{place}") for place in SECRET_PLACES)
        if in_credential:
            value = self._credential(in_credential)
            if not value:
                folder = self._credentials or "no CREDENTIALS_DIRECTORY is set; LoadCredential= in the unit does that"
                raise SecretMissingError(f"no credential {in_credential} ({folder})")
            return value
        if in_variable:
            value = self.named(in_variable)
            if not value:
                raise SecretMissingError(f"the variable {in_variable} is not set, nor a credential of that name")
            return value
        if in_file:
            value = _content(in_file)
            if not value:
                raise SecretMissingError(f"{in_file} is empty")
            return value
        return ""

    def secret_keys(self, settings: Settings) -> tuple[str, ...]:
        """The keys for encryption at rest, the encrypting one first; () when there are none yet.

        Raises `SecretMissingError` when the file is there and cannot be read.
        """
        text = self.named(SECRET_KEYS)
        if not text and settings.security.secret_keys_file.exists():
            text = _content(settings.security.secret_keys_file)
        lines = (part.partition("#")[0].strip() for part in text.replace(",", "\n").splitlines())
        return tuple(line for line in lines if line)


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SecretMissingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SecretMissingError(f"{path} is not text") from error
