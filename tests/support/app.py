"""The application's way from a channel's row to a connector, with what a test has."""

from orion_daemon.app.connect import Connecting
from orion_daemon.config.orders import Orders
from orion_daemon.connectors.http import Http
from orion_daemon.db.database import Database
from orion_daemon.runtime.clock import Clock


def connecting_to(http: Http, db: Database | None = None, clock: Clock | None = None, **orders: object) -> Connecting:
    """`orders` are options of [orders]."""
    return Connecting(http, clock or http.clock, Orders(**orders), db)  # type: ignore[arg-type]  # checked there
