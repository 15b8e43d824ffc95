"""`[security]`: which file holds the keys for encryption at rest, and how long tokens live.

`secrets` finds the keys themselves; they are never part of the settings.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from orion_daemon.config.options import Option, Section


class Security(Section, frozen=True):
    """Secrets never stand in this file. A systemd credential wins over the environment, which wins over a file."""

    secret_keys_file: Annotated[
        Path,
        Option(
            "Keys that encrypt personal data and credentials at rest, one a line, the first encrypts, all decrypt. "
            "ORION_SECRET_KEYS (separated by commas) wins over it. Without them the data cannot be read: keep a copy.",
        ),
    ] = Path("{data_dir}/secret.key")
    token_lifetime: Annotated[
        timedelta,
        Option(
            "How long a new access token is valid unless its maker says otherwise.",
            least=timedelta(minutes=1),
        ),
    ] = timedelta(days=365)
