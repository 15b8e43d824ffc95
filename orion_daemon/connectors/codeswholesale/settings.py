"""What can be set for one account at CodesWholesale: who logs in, the version of its API, patience with a purchase."""

import re

from orion_daemon.connectors.codeswholesale import names
from orion_daemon.connectors.settings import ConnectorSettings

LEAST_PATIENCE = 30.0
"""Seconds; an answer that is given up earlier leaves a purchase in doubt for nothing."""
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class CodesWholesaleSettings(ConnectorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The live system and the supplier's sandbox (https://sandbox.codeswholesale.com) have a `client_id` each. The
    `currency` of others is not looked at: everything is in EUR."""

    client_id: str = ""
    version: str = names.VERSION  # the prefix of every path but the token's
    purchase_timeout: float = 60.0  # seconds that a purchase may take, at least LEAST_PATIENCE
    calls_per_second: float = 5.0  # of all kinds together; each kind has its own limit beside it

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _VERSION.fullmatch(self.version):
            raise ValueError("version is the prefix of the paths, such as v3")
        if not LEAST_PATIENCE <= self.purchase_timeout <= 600:
            raise ValueError(f"purchase_timeout lies between {LEAST_PATIENCE:g} and 600 seconds")

    @property
    def address(self) -> str:
        return (self.endpoint or names.ENDPOINT).rstrip("/")

    @property
    def api(self) -> str:
        return f"{self.address}/{self.version}"
