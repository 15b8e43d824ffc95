"""Texts that came from outside, made fit for logs, errors and rows: one line, short, without secrets or people.

Exact secrets are replaced wherever they stand, because vendors echo keys in their refusals; e-mail addresses and
long digit groups (telephone numbers) go too. Addresses on the web keep scheme, host and path only.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

LONGEST = 300
_EMAIL = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+")
_PHONE = re.compile(r"\+\d[\d ()/.-]{5,}\d")


def clean(text: str, secrets: Iterable[str] = ()) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _PHONE.sub("<number>", _EMAIL.sub("<e-mail>", text))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def address(url: str) -> str:
    """Without user, query and fragment, where keys like to stand."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
