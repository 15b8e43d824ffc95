"""What can be set for one seller's account at Amazon, and the addresses that follow from it.

An empty endpoint means Amazon's own: the regional host of the marketplace ids, which must lie in one region because a
refresh token is good for one. One of these hosts written out, or Amazon's sandbox before it, is the API's alone. Any
other endpoint stands for the API, for the login under `/auth/o2/token`, and for the consent page.
"""

from typing import Literal
from urllib.parse import urlsplit

from orion_daemon.connectors.amazon import names
from orion_daemon.connectors.settings import ConnectorSettings


class AmazonSettings(ConnectorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    client_id: str = ""
    seller_id: str = ""  # the merchant token
    marketplace_ids: tuple[str, ...] = ()  # the first one's prices count
    orders_api: Literal["2026-01-01", "v0"] = "2026-01-01"
    application_id: str = ""  # on the consent page
    locale: str = ""  # of texts; empty: the store of the channel that speaks `language`, else the first one's own
    language: str = ""  # the shop's default
    overlap_seconds: int = 300  # orders are asked for again so long before the last watermark
    page_size: int = 100
    calls_per_second: float = 20.0  # of all operations together; each has its own plan beside it

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.page_size > 100:
            raise ValueError("page_size lies between 1 and 100")
        if self.overlap_seconds < 0:
            raise ValueError("overlap_seconds must not be negative")
        if not self.is_amazons:
            return
        unknown = [name for name in self.marketplace_ids if name not in names.STORES]
        if unknown:
            raise ValueError(f"marketplace_ids: {unknown[0]!r} is the id of no store of Amazon that Orion knows")
        regions = {names.STORES[name].region for name in self.marketplace_ids}
        if len(regions) > 1:
            listed = ", ".join(f"{name} ({names.STORES[name].country})" for name in self.marketplace_ids)
            raise ValueError(
                f"marketplace_ids lie in several regions of Amazon: {listed}. One authorisation is good for one region,"
                " so make a channel for each"
            )
        region = names.region_of(self.endpoint)
        if region and regions and region not in regions:
            countries = ", ".join(names.STORES[name].country for name in self.marketplace_ids)
            raise ValueError(
                f"endpoint is Amazon's host {urlsplit(self.endpoint).hostname}, and marketplace_ids ({countries}) lie"
                f" in another region: leave endpoint out, or name {names.HOSTS[regions.pop()]}"
            )

    @property
    def is_amazons(self) -> bool:
        """Whether calls go to Amazon itself."""
        return not self.endpoint or bool(names.region_of(self.endpoint))

    @property
    def api(self) -> str:
        """Without a slash at the end; empty where neither endpoint nor stores are given."""
        if self.endpoint:
            return self.endpoint.rstrip("/")
        store = self.store
        return names.HOSTS[store.region] if store else ""

    @property
    def login(self) -> str:
        return names.LOGIN if self.is_amazons else f"{self.endpoint.rstrip('/')}{names.LOGIN_PATH}"

    @property
    def store(self) -> names.Store | None:
        """The first of the channel's stores."""
        return names.STORES.get(self.marketplace_ids[0]) if self.marketplace_ids else None

    @property
    def texts_from(self) -> tuple[str, str]:
        """(marketplace id, locale such as `de_DE`) of the texts that are read; the locale may be empty."""
        known = [(name, names.STORES[name]) for name in self.marketplace_ids if name in names.STORES]
        first = self.marketplace_ids[0] if self.marketplace_ids else ""
        wanted = self.locale.replace("-", "_")
        if wanted:
            spoken = [name for name, store in known if store.locale == wanted]
            return (spoken[0] if spoken else first), wanted
        for name, store in known:
            if self.language and store.language == self.language:
                return name, store.locale
        return first, known[0][1].locale if known else ""

    def currency_of(self, marketplace_id: str | None) -> str:
        store = names.STORES.get(marketplace_id or "")
        return store.currency if store else self.currency
