"""By what rules an account at a supplier buys, for whoever makes one through the API: names, units and bounds.

They stand in the channel's settings beside the connector's own options, as the file's do (`[[store.supplier]]`):
amounts in minor units of the supplier's currency, times in seconds. Reader: `purchase_guards.py`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orion_daemon.connectors.registry import BadSettings, Supplier

_Amount = Annotated[int, Meta(ge=0, le=10**12)]  # 0: no limit


class BuyingOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    allow_preorders: bool = False
    ignore_stock: bool = False
    min_margin_minor: _Amount = 0
    most_units: Annotated[int, Meta(ge=0, le=10_000)] = 10
    first_order_minor: _Amount = 0
    cost_max_age_seconds: Annotated[int, Meta(ge=60, le=7 * 86_400)] = 86_400
    visible_within_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 900
    may_buy_again: bool = False
    risk_hundredths: _Amount = 0
    low_balance_minor: _Amount = 0


_OF_THE_ROW = {"account", "endpoint", "allows_mutations", "known_form", "currency"}
"""What the channel's row or the supplier says; never an option."""


def check(supplier: Supplier, settings: Mapping[str, Any]) -> None:
    """Raises BadSettings for an option that is none of the supplier's and no rule of buying, or cannot be."""
    rules = set(BuyingOptions.__struct_fields__)
    own = set(supplier.settings.__struct_fields__) - _OF_THE_ROW
    unknown = sorted(set(settings) - rules - own)
    if unknown:
        known = ", ".join(sorted(own | rules))
        raise BadSettings(f"{supplier.name} has no option {unknown[0][:40]!r}; its options are {known}")
    supplier.settings_of({name: value for name, value in settings.items() if name in own})
    try:
        msgspec.convert({name: value for name, value in settings.items() if name in rules}, BuyingOptions)
    except msgspec.ValidationError as error:
        raise BadSettings(f"{supplier.name}: {error}") from error
