"""`[schedule]`: one option per recurring job, named like its row in `scheduled_jobs`.

A value is a `Cadence`; `actors.scheduler` turns it into ticks.
"""

from datetime import timedelta
from typing import Annotated

from orion_daemon.config.cadence import Cadence
from orion_daemon.config.options import Option, Section


def _every(**length: int) -> Cadence:
    return Cadence(every=timedelta(**length))


class Schedule(Section, frozen=True):
    """When the recurring jobs run. Each value is a duration, a cron line of five fields in `timezone`, or "off".

    A tick only puts a job for each account; two ticks of the same job never run at once for one account.
    """

    timezone: Annotated[str, Option("Zone in which cron lines are read.", known="timezone", live=True)] = (
        "Europe/Luxembourg"
    )
    order_import_letzshop: Annotated[
        Cadence, Option("Ask Letzshop for new orders; buyers wait for an answer, so this is short.", live=True)
    ] = _every(minutes=5)
    order_reconcile_letzshop: Annotated[
        Cadence,
        Option(
            "Read answered orders again, for what staff did on the marketplace's own pages and for anything missed.",
            live=True,
        ),
    ] = _every(hours=1)
    product_import_letzshop: Annotated[
        Cadence,
        Option("Fetch the product feeds of each channel; an unchanged file costs one small request.", live=True),
    ] = _every(hours=6)
    inventory_sync_letzshop: Annotated[
        Cadence,
        Option("Publish stock again in full. Single changes go out at once, this is the safety net.", live=True),
    ] = _every(minutes=15)
    order_import_amazon: Annotated[
        Cadence,
        Option(
            "Ask Amazon for orders that changed. One call in three minutes is all that Amazon grants a seller.",
            live=True,
        ),
    ] = _every(minutes=5)
    order_reconcile_amazon: Annotated[
        Cadence,
        Option(
            "Read refunds, and open orders that Amazon has not spoken of again.",
            live=True,
        ),
    ] = _every(hours=6)
    product_import_amazon: Annotated[Cadence, Option("Read the listings of each Amazon account.", live=True)] = _every(
        hours=24
    )
    inventory_sync_amazon: Annotated[
        Cadence, Option("Send what Amazon should know and does not yet; single changes go out at once.", live=True)
    ] = _every(minutes=15)
    inventory_read_back_amazon: Annotated[
        Cadence,
        Option("Ask Amazon whether what it accepted was applied, which takes it some minutes.", live=True),
    ] = _every(minutes=10)
    order_import_ebay: Annotated[Cadence, Option("Ask eBay for orders that changed.", live=True)] = _every(minutes=5)
    order_reconcile_ebay: Annotated[
        Cadence,
        Option("Read every open order of eBay again, for what the windows of the poll may have missed.", live=True),
    ] = Cadence(cron="15 4 * * *")
    product_import_ebay: Annotated[Cadence, Option("Read the items and offers of each eBay account.", live=True)] = (
        _every(hours=24)
    )
    inventory_sync_ebay: Annotated[
        Cadence, Option("Send what eBay should know and does not yet; single changes go out at once.", live=True)
    ] = _every(minutes=15)
    inventory_read_back_ebay: Annotated[
        Cadence, Option("Ask eBay what its offers hold, for what was changed there.", live=True)
    ] = _every(hours=6)
    codeswholesale_catalog_sync: Annotated[
        Cadence,
        Option(
            "Read what changed in the price list of each CodesWholesale account, and once a day the whole list. A price"
            " that was not read for a day is not sold on.",
            live=True,
        ),
    ] = _every(hours=6)
    supplier_balance: Annotated[
        Cadence,
        Option(
            "Ask each supplier what may be spent; buying that waits for a balance goes on within this time.", live=True
        ),
    ] = _every(minutes=10)
    credential_watch: Annotated[Cadence, Option("Warn of credentials that end in 30, 7 or 1 days.", live=True)] = (
        _every(hours=12)
    )
    sale_sweep: Annotated[
        Cadence, Option("Tell channels of sales that began or ended; that is how late a price may turn.", live=True)
    ] = _every(minutes=5)
    product_price_sync: Annotated[
        Cadence,
        Option(
            "Make prices anew of what keys cost, and take offers back whose cost or exchange rate is too old.",
            live=True,
        ),
    ] = _every(minutes=10)
    purchase_sweep: Annotated[
        Cadence, Option("Look again for purchases of keys whose outcome nobody knows yet.", live=True)
    ] = _every(minutes=10)
    sync_retry_failed: Annotated[
        Cadence, Option("Find work that was put off or stranded and put it back in line.", live=True)
    ] = _every(minutes=10)
    maintenance: Annotated[
        Cadence, Option("Remove what is past its retention and check the sums of the stock ledger.", live=True)
    ] = Cadence(cron="30 3 * * *")
