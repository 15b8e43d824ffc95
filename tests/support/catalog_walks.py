"""An account that tells its products by API, page by page, as a test says; and a shop that asks it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from orion_daemon.connectors.base import Capabilities, CatalogPage, CatalogRow, MarketplaceConnector
from orion_daemon.connectors.registry import MARKETPLACES, ConnectorSettings, Marketplace
from orion_daemon.db.database import Database
from orion_daemon.runtime.clock import Clock
from orion_daemon.services import import_walks
from tests.support.imports import Importing, open_importing


class AskedSettings(ConnectorSettings, frozen=True, kw_only=True):
    locale: str = ""


@dataclass
class Asked:
    """An account's products. `faults` are raised by the calls of these numbers (from 1), instead of an answer."""

    records: Sequence[Mapping[str, str]] = ()
    page_size: int = 10
    language: str = "en"
    tells_total: bool = True
    faults: dict[int, BaseException] = field(default_factory=dict)
    cursors: list[str | None] = field(default_factory=list)
    marketplace: str = "amazon"
    known_form: str = ""

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            answers_units=False, sets_tracking=True, sets_status=False, stock="call", prices="call", reads_offers=True,
            max_batch=1, reads_catalog=True,
        )  # fmt: skip

    async def fetch_catalog(self, cursor: str | None) -> CatalogPage:
        self.cursors.append(cursor)
        fault = self.faults.get(len(self.cursors))
        if fault is not None:
            raise fault
        start = int(cursor or 0)
        end = start + self.page_size
        rows = [CatalogRow(start + place, cells) for place, cells in enumerate(self.records[start:end], 1)]
        total = len(self.records) if self.tells_total else None
        return CatalogPage(tuple(rows), str(end) if end < len(self.records) else None, self.language, total)

    async def close(self) -> None:
        """Nothing is held."""


def an_entry(account: Asked, **different: Any) -> Marketplace:
    """What the registry would say of a marketplace whose accounts can be asked."""

    def make(*_: Any) -> MarketplaceConnector:
        return cast("MarketplaceConnector", account)

    usual: dict[str, Any] = {"name": "amazon", "endpoint": "", "secrets": (), "settings": AskedSettings, "make": make}
    return Marketplace(**usual | {"reads_catalog": True} | different)


@contextmanager
def registered(account: Asked) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MARKETPLACES, account.marketplace, an_entry(account))
        yield


@dataclass
class Walking:
    """A shop with such an account."""

    shop: Importing
    account: Asked

    async def request(self, **options: Any) -> int:
        channel = await self.shop.channel()
        with registered(self.account):
            return await import_walks.request_walk(
                self.shop.db, channel, actor="test", now=self.shop.clock.now(), **options
            )

    async def take(self, **options: Any) -> dict[str, Any]:
        """Request, run, and the row as it is then."""
        import_id = await self.request(**options)
        await self.shop.run(import_id)
        return await self.shop.row(import_id)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.shop.options.folder.iterdir())


async def open_walking(
    db: Database, folder: Path, account: Asked, *, clock: Clock | None = None, database_url: str = "", **settings: Any
) -> Walking:
    shop = await open_importing(
        db, folder, database_url, clock=clock, marketplace=account.marketplace, chunk_rows=20, **settings
    )
    return Walking(replace(shop, catalog=account.fetch_catalog), account)
