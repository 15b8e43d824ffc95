"""When a number is an alarm: the one table that health documents, alert rules and the documentation share."""

from typing import NamedTuple


class Threshold(NamedTuple):
    """`failing` is the level at which degraded becomes failing; a share is from 0 to 1, a lag in seconds."""

    metric: str
    degraded: float
    failing: float
    above: bool
    meaning: str

    def passed(self, value: float, level: float) -> bool:
        return value > level if self.above else value < level


ORDER_IMPORT_LAG = Threshold(
    "orion_order_import_lag_seconds", 15 * 60, 60 * 60, above=True, meaning="no completed order poll for"
)
INVENTORY_SYNC_LAG = Threshold(
    "orion_inventory_sync_lag_seconds", 30 * 60, 2 * 60 * 60, above=True, meaning="no completed stock sync for"
)
FULFILLMENT_QUEUE = Threshold(
    "orion_fulfillment_sync_queue_depth", 100, 1000, above=True, meaning="answers and shipments waiting to be sent"
)
SYNC_ERRORS = Threshold("orion_sync_error_rate", 0.05, 0.5, above=True, meaning="share of failed syncs")
DIGITAL_FULFILLMENT = Threshold(
    "orion_digital_fulfillment_success_rate", 0.95, 0.5, above=False, meaning="share of delivered keys"
)
ALL = (ORDER_IMPORT_LAG, INVENTORY_SYNC_LAG, FULFILLMENT_QUEUE, SYNC_ERRORS, DIGITAL_FULFILLMENT)
