"""The operations that this Amazon has, each with its contract, path, function and the roles that it asks for."""

from orion_daemon.sandbox.amazon import (
    catalog,
    feeds,
    finances,
    listings,
    order_documents,
    orders_v0,
    patches,
    reports,
    sellers,
    shipments,
    tokens,
)
from orion_daemon.sandbox.amazon.endpoint import Operation, Run

_ORDERS, _V0, _LISTINGS = "orders_2026-01-01", "ordersV0", "listingsItems_2021-08-01"
_FEEDS, _REPORTS = "feeds_2021-06-30", "reports_2021-06-30"


def _old(name: str, tail: str, run: Run, *, restricted: bool = False) -> Operation:
    return Operation(_V0, name, "GET", f"/orders/v0/orders{tail}", run, restricted=restricted)


OPERATIONS = (
    Operation(_ORDERS, "searchOrders", "GET", "/orders/2026-01-01/orders", order_documents.search_orders),
    Operation(_ORDERS, "getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", order_documents.get_order),
    _old("getOrders", "", orders_v0.get_orders),
    _old("getOrder", "/{orderId}", orders_v0.get_order),
    _old("getOrderItems", "/{orderId}/orderItems", orders_v0.get_order_items),
    _old("getOrderAddress", "/{orderId}/address", orders_v0.get_order_address, restricted=True),
    _old("getOrderBuyerInfo", "/{orderId}/buyerInfo", orders_v0.get_order_buyer_info, restricted=True),
    Operation(
        _V0,
        "confirmShipment",
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        shipments.confirm_shipment,
        (tokens.ORDERS,),
        204,
    ),
    Operation(
        "tokens_2021-03-01",
        "createRestrictedDataToken",
        "POST",
        "/tokens/2021-03-01/restrictedDataToken",
        tokens.create_restricted_data_token,
    ),
    Operation(
        _LISTINGS,
        "searchListingsItems",
        "GET",
        "/listings/2021-08-01/items/{sellerId}",
        listings.search_listings_items,
        (tokens.LISTING,),
    ),
    Operation(
        _LISTINGS,
        "getListingsItem",
        "GET",
        "/listings/2021-08-01/items/{sellerId}/{sku}",
        listings.get_listings_item,
        (tokens.LISTING,),
    ),
    Operation(
        _LISTINGS,
        "patchListingsItem",
        "PATCH",
        "/listings/2021-08-01/items/{sellerId}/{sku}",
        patches.patch_listings_item,
        (tokens.LISTING,),
    ),
    Operation(
        _FEEDS,
        "createFeedDocument",
        "POST",
        "/feeds/2021-06-30/documents",
        feeds.create_feed_document,
        status=201,
    ),
    Operation(_FEEDS, "createFeed", "POST", "/feeds/2021-06-30/feeds", feeds.create_feed, status=202),
    Operation(_FEEDS, "getFeed", "GET", "/feeds/2021-06-30/feeds/{feedId}", feeds.get_feed),
    Operation(_FEEDS, "cancelFeed", "DELETE", "/feeds/2021-06-30/feeds/{feedId}", feeds.cancel_feed),
    Operation(
        _FEEDS, "getFeedDocument", "GET", "/feeds/2021-06-30/documents/{feedDocumentId}", feeds.get_feed_document
    ),
    Operation(_REPORTS, "createReport", "POST", "/reports/2021-06-30/reports", reports.create_report, status=202),
    Operation(_REPORTS, "getReport", "GET", "/reports/2021-06-30/reports/{reportId}", reports.get_report),
    Operation(
        _REPORTS,
        "getReportDocument",
        "GET",
        "/reports/2021-06-30/documents/{reportDocumentId}",
        reports.get_report_document,
    ),
    Operation(
        "catalogItems_2022-04-01",
        "searchCatalogItems",
        "GET",
        "/catalog/2022-04-01/items",
        catalog.search_catalog_items,
        (tokens.LISTING,),
    ),
    Operation(
        "finances_2024-06-19",
        "listTransactions",
        "GET",
        "/finances/2024-06-19/transactions",
        finances.list_transactions,
        (tokens.FINANCE,),
    ),
    Operation(
        "sellers",
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        sellers.get_marketplace_participations,
    ),
)
