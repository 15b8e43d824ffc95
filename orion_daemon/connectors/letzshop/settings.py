"""What can be set for one Letzshop account. The platform publishes neither a page size nor a rate, nor a currency."""

from orion_daemon.connectors.settings import ConnectorSettings


class LetzshopSettings(ConnectorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    wire_form: str = "auto"  # shipments | orders | auto: ask the endpoint's schema
    vendor: str = ""  # the store's slug or id at the platform; needed where one key covers several shops
    overlap_seconds: int = 300  # the order form is asked again for changes so long before the last known one
    max_batch: int = 100  # levels in one call of the order form

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.wire_form not in ("shipments", "orders", "auto"):
            raise ValueError(f"wire_form {self.wire_form!r} is none of shipments, orders, auto")
        if self.overlap_seconds < 0 or self.max_batch < 1:
            raise ValueError("overlap_seconds must not be negative, max_batch is at least 1")
