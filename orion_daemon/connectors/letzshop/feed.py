"""A merchant's product feed for Letzshop: Google Shopping CSV or XML, or Google Ads CSV, as the platform takes it.

The columns and what becomes of each record: `connectors/feeds/products.py`; the way out: `publish.py`.
"""

from functools import partial

from orion_daemon.connectors.feeds import products

read_feed = partial(products.read_feed, vendor="letzshop")
