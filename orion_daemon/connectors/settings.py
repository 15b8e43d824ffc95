"""What can be set for any account at any vendor, beside its credentials; each vendor's own options extend it."""

import msgspec

from orion_daemon.domain.money import exponent


class ConnectorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`account` is the address text, `store_code:marketplace`. An empty endpoint is the vendor's own."""

    account: str = ""
    endpoint: str = ""
    allows_mutations: bool = False  # off: Orion only reads
    page_size: int = 50
    calls_per_second: float = 1.0
    currency: str = "EUR"  # where the vendor names none
    known_form: str = ""  # what the connector found out about its endpoint when it was last asked; "": nothing yet

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec turns into its own with the place."""
        if not 1 <= self.page_size <= 250:
            raise ValueError("page_size lies between 1 and 250")
        if not 0 < self.calls_per_second <= 100:
            raise ValueError("calls_per_second lies between 0 and 100")
        exponent(self.currency)
