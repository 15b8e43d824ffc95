"""The whole configuration as one frozen value: comparable, hashable, without secrets.

`loader.load` makes it; only `app` and `cli` read it and hand each part the few values that it needs.
"""

from typing import Annotated

from orion_daemon.config.actors import Actors
from orion_daemon.config.daemon import Daemon
from orion_daemon.config.database import Database
from orion_daemon.config.gateway import Gateway
from orion_daemon.config.http import Http
from orion_daemon.config.imports import Imports
from orion_daemon.config.jobs import Jobs
from orion_daemon.config.mail import Mail
from orion_daemon.config.options import Option, Section
from orion_daemon.config.orders import Orders
from orion_daemon.config.sandbox import Sandbox
from orion_daemon.config.schedule import Schedule
from orion_daemon.config.security import Security
from orion_daemon.config.stores import Channel, Store


class Settings(Section, frozen=True):
    """Orion's configuration."""

    daemon: Daemon = Daemon()
    database: Database = Database()
    security: Security = Security()
    gateway: Gateway = Gateway()
    schedule: Schedule = Schedule()
    orders: Orders = Orders()
    imports: Annotated[Imports, Option("", key="import")] = Imports()
    jobs: Jobs = Jobs()
    actors: Actors = Actors()
    http: Http = Http()
    mail: Mail = Mail()
    sandbox: Sandbox = Sandbox()
    stores: Annotated[tuple[Store, ...], Option("", key="store")] = ()

    def store(self, code: str) -> Store | None:
        return next((store for store in self.stores if store.code == code), None)

    def channel(self, code: str, marketplace: str) -> Channel | None:
        store = self.store(code)
        channels = store.channels if store else ()
        return next((channel for channel in channels if channel.marketplace == marketplace), None)
