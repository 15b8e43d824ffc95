"""How a marketplace sends notifications to an address of ours: what proves the address, and which header signs.

A marketplace that can do so has a `Webhook` in the connectors' registry; the gateway, which knows no vendor, is handed
them by the app.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

NOTIFICATION_TOKEN = "notification_token"  # noqa: S105  # the name of a kind of credential, not a secret
"""The credential by which a marketplace tells our address from others; whoever has one takes notifications."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """`challenge(code, token, address)` is the JSON document that proves an address to be ours; all three as they are
    written, since a hash is made of them. `signature_header`: where the signature of a notification stands."""

    signature_header: str
    challenge: Callable[[str, str, str], Mapping[str, str]]


def path_of(store_code: str, marketplace: str) -> str:
    """Where a channel takes notifications, below the gateway's public address."""
    return f"/webhooks/{store_code}/{marketplace}"
