"""What CodesWholesale calls things: addresses, operations, codes of refusals, and the values that Orion understands.

Nothing else in this folder spells a path or a code. Certain, by its own SDK or recorded answers: paths, codes but
310003, kinds of codes, kinds of postbacks. Inferred, and therefore kept here in tables: by which words a refusal of the
expected price is known (its code is not), and that a reference which was used before may be refused.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from orion_daemon.connectors.supplier import LOW_BALANCE, LOW_STOCK, PRODUCT_GONE, REFUSED
from orion_daemon.domain.supply import CodeKind
from orion_daemon.runtime.limiter import Priority

SUPPLIER = "codeswholesale"
ENDPOINT = "https://api.codeswholesale.com"
TOKEN = "/oauth/token"  # noqa: S105  (a path; without the version)
VERSION = "v3"
CURRENCY = "EUR"
"""Of every amount: no document names one."""

# -- operations -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Operation:
    """One call, by its name in logs and quotas. `changes`: money is spent, and nobody can take it back."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    priority: int = Priority.NORMAL
    changes: bool = False

    def at(self, **parts: str) -> str:
        return self.path.format(**{name: quote(value, safe="") for name, value in parts.items()})


_KEYS_OWED = 20
"""Between a purchase and what is not waited for by a buyer."""

GET_PRODUCTS = Operation("getProducts", "GET", "/products", Priority.BULK)
GET_PRODUCT = Operation("getProduct", "GET", "/products/{product}", _KEYS_OWED)
GET_DESCRIPTION = Operation("getDescription", "GET", "/products/{product}/description", Priority.BULK)
CREATE_ORDER = Operation("createOrder", "POST", "/orders", Priority.URGENT, changes=True)
GET_ORDERS = Operation("getOrders", "GET", "/orders", _KEYS_OWED)
GET_ORDER = Operation("getOrder", "GET", "/orders/{order}", _KEYS_OWED)
GET_CODE = Operation("getCode", "GET", "/codes/{code}", _KEYS_OWED)
GET_ACCOUNT = Operation("getAccount", "GET", "/accounts/current")
CHECK_BUYER = Operation("checkBuyer", "POST", "/security")

# -- refusals ---------------------------------------------------------------------------------------------------------

UNKNOWN_PRODUCT, UNKNOWN_CODE = 20001, 50002
REFUSALS = {10002: LOW_BALANCE, 310003: LOW_STOCK, UNKNOWN_PRODUCT: PRODUCT_GONE, 40002: REFUSED}
"""Its code of a refused purchase to ours; one that is not here is PRICE_MOVED by its words, else REFUSED."""
_OF_PRICE = re.compile(r"\bprices?\b(?!\s+list)", re.IGNORECASE)
_OF_REFERENCE = re.compile(
    r"(?=.*\b(?:order|orders|orderId|clientOrderId|reference)\b)(?=.*\b(?:already|duplicated?)\b)",
    re.IGNORECASE | re.DOTALL,
)


def speaks_of_price(sentence: str) -> bool:
    return _OF_PRICE.search(sentence) is not None


def speaks_of_reference(sentence: str) -> bool:
    """That the order, or its reference, is there already."""
    return _OF_REFERENCE.match(sentence) is not None


# -- values -----------------------------------------------------------------------------------------------------------

_KINDS = {
    "codetext": CodeKind.TEXT,
    "textcode": CodeKind.TEXT,
    "codeimage": CodeKind.IMAGE,
    "imagecode": CodeKind.IMAGE,
    "codepreorder": CodeKind.PREORDER,
    "preorder": CodeKind.PREORDER,
    "preorderedcode": CodeKind.PREORDER,
}


def code_kind(word: str) -> CodeKind:
    """By a `codeType` (`CODE_TEXT`) or a `status` (`Text code`)."""
    return _KINDS.get(re.sub(r"[\W_]+", "", word).lower(), CodeKind.UNKNOWN)


NO_PLATFORM = "none"
IMAGE_SIZES = ("ORIGINAL", "LARGE", "BIG", "MEDIUM", "SMALL", "THUMBNAIL")
"""Largest first; certain are MEDIUM and SMALL. Others come last."""

STOCK, PREORDER = "STOCK", "PREORDER"
PRODUCT_POSTBACKS = frozenset({STOCK, "NEW_PRODUCT", "PRODUCT_UPDATED", "PRODUCT_HIDDEN", "NEW_FULL_PRODUCT"})
