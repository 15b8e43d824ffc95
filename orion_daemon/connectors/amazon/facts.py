"""What a change has to know of an order before it is made: where it was placed, who sends it, what was done already.

Read from either orders API just before a parcel is told (`shipments.py`) or an order is cancelled (`cancellation.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orion_daemon.connectors.amazon import mapping, mapping_v0, schemas, schemas_v0


@dataclass(frozen=True, slots=True)
class Parcel:
    """As Amazon shows it; pieces by order item."""

    tracking_number: str
    pieces: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """`items`: ids of order items; `wished`: the buyer asks to cancel; `parcels` by reference, where the API tells."""

    marketplace_id: str
    status: str | None
    by_amazon: bool
    items: tuple[str, ...]
    wished: bool = False
    parcels: Mapping[str, Parcel] = field(default_factory=dict)


def of(document: schemas.Order) -> Facts:
    fulfillment = document.fulfillment
    parcels = {
        package.package_reference_id: Parcel(
            package.tracking_number or "", {item.order_item_id: item.quantity for item in package.package_items or ()}
        )
        for package in document.packages or ()
    }
    return Facts(
        document.sales_channel.marketplace_id or "",
        mapping.STATUS.get(fulfillment.fulfillment_status) if fulfillment else None,
        bool(fulfillment and fulfillment.fulfilled_by == mapping.AMAZON),
        tuple(item.order_item_id for item in document.order_items),
        any(item.cancellation and item.cancellation.cancellation_request for item in document.order_items),
        parcels,
    )


def of_v0(document: schemas_v0.Order, items: Sequence[schemas_v0.Item]) -> Facts:
    wishes = [item.buyer_requested_cancel for item in items]
    return Facts(
        document.marketplace_id or "",
        mapping.STATUS.get(mapping_v0.STATUS.get(document.order_status, "")),
        document.fulfillment_channel == mapping_v0.BY_AMAZON,
        tuple(item.order_item_id for item in items if item.quantity_ordered > 0),
        any(wish is not None and str(wish.is_buyer_requested_cancel).lower() == "true" for wish in wishes),
    )
