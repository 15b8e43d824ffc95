"""What a supplier sends by itself to an address of ours: a hint to look, never a fact.

The address is a secret of the account's own (`HOOK_SECRET`), and the message bears the account's signature. The
gateway, which knows no supplier, is handed a reader for each (`ReadHint`) by the app. What a hint sets off:
`services/hints.py`; route: `graphql/hints.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

HOOK_SECRET = "hook_secret"  # noqa: S105  # the name of a kind of credential, not a secret
"""The credential that is the last part of an account's address. Orion makes it; the supplier never judges it."""


@dataclass(frozen=True, slots=True)
class Hint:
    """`kind` says where to look: at these products, at this order (empty: at all that are awaited), or nowhere."""

    kind: Literal["product", "order", "other"]
    product_ids: tuple[str, ...] = ()
    supplier_order_id: str = ""


class HintRefused(Exception):  # noqa: N818  (says what is so)
    """It is not the supplier's; or (`is_signed`) it is, and names nothing to look at. Holds no part of the message."""

    def __init__(self, code: str, sentence: str, *, is_signed: bool) -> None:
        super().__init__(sentence)
        self.code = code
        self.is_signed = is_signed


ReadHint = Callable[[bytes, Mapping[str, Any], Mapping[str, str]], Hint]
"""From a body, the account's settings and its secrets by kind. Calls nobody. Raises HintRefused."""


def path_of(supplier: str, secret: str) -> str:
    """Where an account takes hints, below the gateway's public address."""
    return f"/hooks/{supplier}/{secret}"
