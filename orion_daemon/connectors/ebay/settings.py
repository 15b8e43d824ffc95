"""What can be set for one eBay account: the application, the site, the language of its texts."""

from orion_daemon.connectors.ebay import names
from orion_daemon.connectors.settings import ConnectorSettings

LEAST_OVERLAP = 120
"""Seconds; what eBay itself advises for polls, since a change may show up late in the list."""


class EbaySettings(ConnectorSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`locale` such as `de-DE` names the language of texts; empty: the site's that is nearest to `language`."""

    client_id: str = ""
    ru_name: str = ""  # stands in place of a redirect address; needed for `orion credentials connect` only
    site: str = "EBAY_DE"
    locale: str = ""
    language: str = ""  # of the store
    overlap_seconds: int = LEAST_OVERLAP  # a poll looks back so far behind the last one, at least LEAST_OVERLAP
    page_size: int = names.MOST_ORDERS
    calls_per_second: float = 10.0  # of all stores of the application; eBay itself counts by day

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.site not in names.SITES:
            raise ValueError(f"site {self.site!r} is none of {', '.join(names.SITES)}")
        if self.overlap_seconds < 0:
            raise ValueError("overlap_seconds must not be negative")

    @property
    def texts(self) -> str:
        """The locale for `Accept-Language`; eBay refuses one that the site does not have."""
        if self.locale:
            return self.locale
        offered = names.SITES[self.site].locales
        return next((locale for locale in offered if locale[:2] == self.language[:2]), offered[0])
