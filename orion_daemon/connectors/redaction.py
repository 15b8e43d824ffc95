"""Texts that came from outside, made fit for logs, errors and rows: one line, short, without secrets or people.

Exact secrets are replaced wherever they stand, because vendors echo keys in their refusals; e-mail addresses and
long digit groups (telephone numbers) go too. Values that a vendor quotes ("got invalid value {…}") may be names and
streets and are left out; names of fields and types stay. Addresses on the web keep scheme, host and path only.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

LONGEST = 300
_EMAIL = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+")
_PHONE = re.compile(r"\+\d[\d ()/.-]{5,}\d")

_OBJECT = re.compile(r"\{.*(?:\}|$)", re.DOTALL)
_LIST = re.compile(r"\[\s*[\"{'].*(?:\]|$)", re.DOTALL)
_AFTER = re.compile(r"""(?i)\b(value|found|got|represent[^"']{0,40})(:?\s+)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NAME = re.compile(r"[$@]?[A-Za-z_]\w*|…")


def clean(text: str, secrets: Iterable[str] = ()) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _OBJECT.sub("{…}", _LIST.sub("[…]", text))
    text = _AFTER.sub(r'\1\2"…"', text)
    text = _QUOTED.sub(lambda found: found[0] if _NAME.fullmatch(found[1]) else '"…"', text)
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
