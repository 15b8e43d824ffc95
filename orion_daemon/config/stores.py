"""`[[store]]`, its channels and their feeds: the part of orion.toml that operators edit most.

Stores declared here are kept equal to rows at start and at reload, and marked as managed by the file; stores made
through the API live beside them. `code` is the natural key of a store, `marketplace` that of a channel in its store.
What a vendor is logged in to with is only ever named (`api_key_env` and friends), `secrets` finds it.
"""

from pathlib import Path
from typing import Annotated, Literal

from orion_daemon.config.options import Option, Section
from orion_daemon.config.suppliers import Supplier

Marketplace = Literal["letzshop", "amazon", "ebay", "storefront"]
CODE = r"[a-z0-9][a-z0-9_-]{0,62}"
ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
HTTP_URL = r"https?://[^\s/?#]+\S*"

SECRET_KINDS = ("api_key", "client_secret", "refresh_token")
"""Kinds of credentials that a file may name, each by `<kind>_credential`, `<kind>_env` or `<kind>_file`."""
SECRET_PLACES = ("credential", "env", "file")

_NO_LITERAL_KEY = (
    "the key itself never stands in this file: put it into a systemd credential, an environment variable or a file of "
    "mode 600, and name that with api_key_credential, api_key_env or api_key_file (Amazon and eBay: client_secret_… and"
    " refresh_token_…)"
)


def _in_credential(what: str) -> Option:
    return Option(
        f"systemd credential that holds the {what}.",
        pattern=r"[^/\s]+",
        pattern_means="a name without slash",
        live=True,
        example=f'"mystore-{what.replace(" ", "-")}"',
    )


def _in_variable(what: str) -> Option:
    return Option(
        "Or the environment variable.",
        pattern=ENVIRONMENT_NAME,
        pattern_means="the name of a variable",
        live=True,
        example=f'"ORION_MYSTORE_{what.upper().replace(" ", "_")}"',
    )


def _in_file(what: str) -> Option:
    return Option(
        "Or the file, readable by Orion's user only.",
        live=True,
        example=f'"/etc/orion/mystore-{what.replace(" ", "-")}"',
    )


class Feed(Section, frozen=True):
    """A product feed of the channel in one language: exactly one of `url` and `path`."""

    language: Annotated[
        str, Option("Language of titles and descriptions.", known="language", live=True, example='"fr"')
    ]
    url: Annotated[
        str,
        Option(
            "Where to fetch it.",
            pattern=HTTP_URL,
            pattern_means="an http(s) URL",
            live=True,
            example='"https://shop.example.lu/feeds/letzshop-fr.csv"',
        ),
    ] = ""
    path: Annotated[Path | None, Option("Or the file to read.", live=True, example='"feeds/letzshop-fr.csv"')] = None
    complete: Annotated[
        bool,
        Option("Whether the feed holds all products, so that one missing from it is no longer available.", live=True),
    ] = True


class Channel(Section, frozen=True):
    """One account of the store at a marketplace, or its own storefront."""

    marketplace: Annotated[Marketplace, Option("Which platform.", live=True, example='"letzshop"')]
    enabled: Annotated[bool, Option("Whether Orion works for this channel; its rows stay either way.", live=True)] = (
        True
    )
    endpoint: Annotated[
        str,
        Option(
            "Address of the API; empty means the marketplace's own. Plain http is for this machine only.",
            pattern=HTTP_URL,
            pattern_means="an http(s) URL",
            live=True,
            example='"https://letzshop.lu/graphql"',
        ),
    ] = ""
    wire_form: Annotated[
        Literal["auto", "shipments", "orders"],
        Option("Which of the two order APIs the endpoint speaks; auto asks its schema.", live=True),
    ] = "auto"
    allow_mutations: Annotated[
        bool,
        Option(
            "Whether Orion may change anything at the marketplace: answer orders, set tracking, send stock. "
            "Off until you are sure, since Letzshop has no test system and a confirmed order is real.",
            live=True,
        ),
    ] = False
    api_key_credential: Annotated[str, _in_credential("API key")] = ""
    api_key_env: Annotated[str, _in_variable("API key")] = ""
    api_key_file: Annotated[Path | None, _in_file("API key")] = None
    client_id: Annotated[
        str,
        Option(
            "Amazon and eBay: identifier of the application that was registered there.",
            live=True,
            example='"amzn1.application-oa2-client.0123456789"',
        ),
    ] = ""
    client_secret_credential: Annotated[str, _in_credential("client secret")] = ""
    client_secret_env: Annotated[str, _in_variable("client secret")] = ""
    client_secret_file: Annotated[Path | None, _in_file("client secret")] = None
    refresh_token_credential: Annotated[str, _in_credential("refresh token")] = ""
    refresh_token_env: Annotated[str, _in_variable("refresh token")] = ""
    refresh_token_file: Annotated[Path | None, _in_file("refresh token")] = None
    seller_id: Annotated[
        str, Option("Amazon: the seller's merchant token.", live=True, example='"A1EXAMPLE0SELLER"')
    ] = ""
    marketplace_ids: Annotated[
        tuple[str, ...],
        Option(
            "Amazon: the stores to work for, all of one region; the first one's language and prices count.",
            live=True,
            example='["A1PA6795UKMFR9", "A13V1IB3VIYZZH"]',
        ),
    ] = ()
    orders_api: Annotated[
        Literal["2026-01-01", "v0"],
        Option(
            "Amazon: which API orders are read by; v0 is for sellers whom Amazon refuses the new one, and ends on "
            "27 March 2027.",
            live=True,
        ),
    ] = "2026-01-01"
    application_id: Annotated[
        str,
        Option(
            "Amazon: identifier on the consent page, where `orion credentials connect` is used.",
            live=True,
            example='"amzn1.sp.solution.0123456789"',
        ),
    ] = ""
    site: Annotated[
        Literal[
            "EBAY_DE",
            "EBAY_FR",
            "EBAY_BE",
            "EBAY_NL",
            "EBAY_AT",
            "EBAY_IT",
            "EBAY_ES",
            "EBAY_GB",
            "EBAY_IE",
            "EBAY_PL",
            "EBAY_US",
        ],
        Option("Site of eBay that the store lists on; there is none of Luxembourg.", live=True),
    ] = "EBAY_DE"
    ru_name: Annotated[
        str,
        Option(
            "RuName of the application at eBay, which stands in place of a redirect address.",
            live=True,
            example='"My_Store-MyStore-Orion-abcde"',
        ),
    ] = ""
    locale: Annotated[
        str,
        Option(
            "Amazon and eBay: language and country of the texts that are read; empty means the store's default "
            "language.",
            pattern=r"[a-z]{2}-[A-Z]{2}",
            pattern_means="a language and a country like de-DE",
            live=True,
            example='"de-DE"',
        ),
    ] = ""
    vendor: Annotated[
        str,
        Option(
            "The store's slug at the marketplace; needed where one key covers several shops.",
            live=True,
            example='"my-store"',
        ),
    ] = ""
    page_size: Annotated[
        int, Option("Entries asked for in one call; 0 takes page_size of [orders].", least=0, most=250, live=True)
    ] = 0
    calls_per_second: Annotated[
        float,
        Option(
            "Highest rate of all calls together; 0 takes what the marketplace is used to. Letzshop publishes no limit, "
            "one a second is polite; the published limits of Amazon and eBay hold in any case.",
            least=0.0,
            most=100.0,
            live=True,
        ),
    ] = 0.0
    adopt: Annotated[
        Literal["none", "all"],
        Option(
            "Whether the store takes every product of the feeds into its own catalog, or waits for a choice.", live=True
        ),
    ] = "none"
    stock_from_catalog: Annotated[
        bool,
        Option(
            "Whether the quantity in the feed becomes the first stock of a newly adopted product. Afterwards the "
            "stock is Orion's own.",
            live=True,
        ),
    ] = False
    prefer_price: Annotated[
        Literal["sale", "regular"],
        Option(
            "Which price the channel is told of a product that has both: sale tells the price and its sale price, "
            "regular tells of no sale.",
            live=True,
        ),
    ] = "sale"
    confirm: Annotated[
        Literal["manual", "auto_if_in_stock"],
        Option("Who answers a new order: a person, or Orion when every piece is reserved.", live=True),
    ] = "manual"
    safety_stock: Annotated[
        int,
        Option(
            "Pieces held back from this channel, against selling the last one twice.",
            least=0,
            most=1_000_000,
            live=True,
        ),
    ] = 0
    out_of_stock_threshold: Annotated[
        int, Option("At or under so many publishable pieces the channel is told 0.", least=0, most=1_000_000, live=True)
    ] = 0
    sync_zero_stock: Annotated[
        bool, Option("Whether 0 is sent; otherwise the offer is paused and nothing is sent.", live=True)
    ] = True
    feeds: Annotated[tuple[Feed, ...], Option("", key="feed")] = ()

    @staticmethod
    def explain() -> dict[str, str]:
        """Keys that do not exist for a reason worth telling."""
        return dict.fromkeys(
            ("api_key", "key", "token", "password", "secret", "client_secret", "refresh_token"), _NO_LITERAL_KEY
        )


class Store(Section, frozen=True):
    """A merchant's shop."""

    code: Annotated[
        str,
        Option(
            "Its name for machines, in URLs and commands; never changes.",
            pattern=CODE,
            pattern_means="lower-case letters, digits, - and _, at most 63, beginning with a letter or digit",
            live=True,
            example='"mystore"',
        ),
    ]
    name: Annotated[
        str,
        Option(
            "Its name for people.",
            pattern=r"[\s\S]*\S[\s\S]*",
            pattern_means="text that is not empty",
            live=True,
            example='"My Store"',
        ),
    ]
    currency: Annotated[str, Option("Currency of its prices and orders.", known="currency", live=True, example='"EUR"')]
    default_language: Annotated[
        str, Option("Language of texts where nothing else is asked for.", known="language", live=True, example='"fr"')
    ]
    languages: Annotated[
        tuple[str, ...],
        Option(
            "All languages it sells in; empty means the default language only.",
            known="language",
            live=True,
            example='["fr", "de", "en"]',
        ),
    ] = ()
    country: Annotated[str, Option("Where it sells from: tax and address rules.", known="country", live=True)] = "LU"
    timezone: Annotated[
        str,
        Option(
            "Zone in which people of the store read times, and of times without an offset in its feeds.",
            known="timezone",
            live=True,
        ),
    ] = "Europe/Luxembourg"
    channels: Annotated[tuple[Channel, ...], Option("", key="channel")] = ()
    suppliers: Annotated[tuple[Supplier, ...], Option("", key="supplier")] = ()

    @property
    def all_languages(self) -> tuple[str, ...]:
        return self.languages or (self.default_language,)
