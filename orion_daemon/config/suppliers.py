"""`[[store.supplier]]`: where a store buys licence keys, and by what rules it buys.

A supplier is an account like a channel: a row beside the store's channels, with credentials, limits and an actor of
its own. Buying costs money, so every rule here has a careful default. Amounts are decimal text in the supplier's
currency. What the rules mean when a key is owed: `domain/keys.py`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from orion_daemon.config.options import Option, Section

SUPPLIER_SECRET_KINDS = ("client_secret", "signature")
_NAME = r"codeswholesale(-[a-z0-9]{1,16})?"
_AMOUNT = r"\d{1,9}(\.\d{1,2})?"
_ENVIRONMENT_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_HTTP_URL = r"https?://[^\s/?#]+\S*"
_NO_LITERAL_KEY = (
    "the secret itself never stands in this file: put it into a systemd credential, an environment variable or a file"
    " of mode 600, and name that with client_secret_credential, client_secret_env or client_secret_file"
)


def _amount(text: str, example: str) -> Option:
    return Option(text, pattern=_AMOUNT, pattern_means="an amount such as 150.00", live=True, example=f'"{example}"')


def _in_variable(what: str) -> Option:
    return Option(
        f"Environment variable that holds the {what}.",
        pattern=_ENVIRONMENT_NAME,
        pattern_means="the name of a variable",
        live=True,
        example=f'"ORION_MYSTORE_{what.upper().replace(" ", "_")}"',
    )


def _in_credential(what: str) -> Option:
    return Option(
        f"systemd credential that holds the {what}.",
        pattern=r"[^/\s]+",
        pattern_means="a name without slash",
        live=True,
        example=f'"mystore-{what.replace(" ", "-")}"',
    )


def _in_file(what: str) -> Option:
    return Option(
        f"Or the file that holds the {what}, readable by Orion's user only.",
        live=True,
        example=f'"/etc/orion/mystore-{what.replace(" ", "-")}"',
    )


class Supplier(Section, frozen=True):
    """An account of the store at a supplier of licence keys."""

    name: Annotated[
        str,
        Option(
            "The account's name: codeswholesale, or codeswholesale-backup for a second one.",
            pattern=_NAME,
            pattern_means="codeswholesale, or codeswholesale- with a few small letters and digits behind",
            live=True,
            example='"codeswholesale"',
        ),
    ]
    client_id: Annotated[
        str,
        Option(
            "Identifier of the API client at the supplier.",
            pattern=r"\S+",
            pattern_means="one word",
            live=True,
            example='"0123456789abcdef"',
        ),
    ]
    enabled: Annotated[bool, Option("Whether Orion works with this account; its rows stay either way.", live=True)] = (
        True
    )
    endpoint: Annotated[
        str,
        Option(
            "Address of the API; empty means the supplier's own. Its sandbox is https://sandbox.codeswholesale.com.",
            pattern=_HTTP_URL,
            pattern_means="an http(s) URL",
            live=True,
            example='"https://sandbox.codeswholesale.com"',
        ),
    ] = ""
    allow_mutations: Annotated[
        bool, Option("Whether Orion may buy. Off until you are sure: a key that is bought is paid.", live=True)
    ] = False
    client_secret_credential: Annotated[str, _in_credential("client secret")] = ""
    client_secret_env: Annotated[str, _in_variable("client secret")] = ""
    client_secret_file: Annotated[Path | None, _in_file("client secret")] = None
    signature_credential: Annotated[str, _in_credential("signature of postbacks")] = ""
    signature_env: Annotated[str, _in_variable("signature of postbacks")] = ""
    signature_file: Annotated[Path | None, _in_file("signature of postbacks")] = None
    calls_per_second: Annotated[
        float,
        Option(
            "Highest rate of calls whose limit the supplier does not publish; its published limits hold in any case.",
            least=0.1,
            most=50.0,
            live=True,
        ),
    ] = 1.0
    allow_preorders: Annotated[bool, Option("Whether keys may be bought that come only at release.", live=True)] = False
    ignore_stock: Annotated[
        bool,
        Option(
            "Whether to try where the supplier shows no stock. For its sandbox, whose products all show none.",
            live=True,
        ),
    ] = False
    min_margin: Annotated[
        str,
        _amount(
            "What must be left of a piece's price, without VAT, after its cost; less is held for a person.", "0.50"
        ),
    ] = "0"
    most_units: Annotated[
        int,
        Option("Pieces of one order line that are bought without a person; 0: any.", least=0, most=10_000, live=True),
    ] = 10
    first_order_limit: Annotated[
        str,
        _amount("Total above which a customer's first order waits for a person; 0: never.", "150.00"),
    ] = "0"
    cost_max_age: Annotated[
        timedelta,
        Option(
            "How old the supplier's price may be when a key is bought.",
            least=timedelta(minutes=1),
            most=timedelta(days=7),
            live=True,
        ),
    ] = timedelta(hours=24)
    visible_within: Annotated[
        timedelta,
        Option(
            "After a lost answer: by then the supplier's history must show the order, if there is one.",
            least=timedelta(seconds=1),
            most=timedelta(hours=24),
            live=True,
        ),
    ] = timedelta(minutes=15)
    after_unknown: Annotated[
        Literal["ask", "buy_again"],
        Option(
            "What happens when the history did not show it by then: a person is asked, or a new attempt is made.",
            live=True,
        ),
    ] = "ask"
    risk_limit: Annotated[
        str,
        _amount(
            "Risk score above which an order waits for a person; 0: nobody is scored. Scoring sends the buyer's e-mail "
            "and IP address to the supplier.",
            "1.5",
        ),
    ] = "0"
    low_balance: Annotated[str, _amount("An alert is raised below so much; 0: never.", "100.00")] = "0"

    @staticmethod
    def explain() -> dict[str, str]:
        """Keys that do not exist for a reason worth telling."""
        return dict.fromkeys(("client_secret", "signature", "secret", "password", "token", "api_key"), _NO_LITERAL_KEY)
