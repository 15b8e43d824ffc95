"""What a store's and a channel's values may be, for whoever makes them through the API.

The file's own values are checked by its reader with the same meaning; these checks name the input at fault instead of
a line. A channel's options are checked by its connector.
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orion_daemon.connectors.registry import MARKETPLACES, BadSettings
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.import_sources import check_feeds
from orion_daemon.services.stores import STOREFRONT, ChannelDeclaration

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def check_store(values: Mapping[str, Any]) -> None:
    """Values by column of `stores` (`code` and `languages_json` too); raises Invalid for the first that cannot be."""
    for column, value in values.items():
        problem = _problem(column, value)
        if problem:
            raise Invalid(Code.INVALID_VALUE, problem, _FIELDS.get(column, column))


_FIELDS = {"default_language": "defaultLanguage", "languages_json": "languages"}


def _problem(column: str, value: Any) -> str:
    match column:
        case "code" if not _CODE.fullmatch(value):
            return "A code has 1 to 63 small letters, digits, - and _, and begins with a letter or digit."
        case "name" if not 0 < len(value.strip()) <= 200:
            return "A name has 1 to 200 characters."
        case "currency" if value not in EXPONENTS:
            return f"{value[:8]!r} is not a currency code of ISO 4217."
        case "country" if not _COUNTRY.fullmatch(value):
            return "A country is a code of two capital letters (ISO 3166)."
        case "default_language" if not _LANGUAGE.fullmatch(value):
            return "A language is a code of two small letters (ISO 639-1)."
        case "languages_json" if not value or not all(_LANGUAGE.fullmatch(one) for one in value):
            return "Languages are codes of two small letters (ISO 639-1); name at least one."
        case "timezone":
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                return "A time zone is a name of the IANA database, like Europe/Luxembourg."
    return ""


def check_channel(channel: ChannelDeclaration) -> None:
    """Raises Invalid for an unknown marketplace, an impossible option, address or stock figure."""
    if channel.marketplace != STOREFRONT and channel.marketplace not in MARKETPLACES:
        known = ", ".join(sorted((*MARKETPLACES, STOREFRONT)))
        raise Invalid(Code.INVALID_VALUE, f"The marketplaces are {known}.", "marketplace")
    if channel.endpoint and not _URL.fullmatch(channel.endpoint):
        raise Invalid(Code.INVALID_VALUE, "An endpoint is an http(s) URL without login and query.", "endpoint")
    if channel.safety_stock < 0 or channel.out_of_stock_threshold < 0:
        raise Invalid(Code.INVALID_VALUE, "A stock figure cannot be negative.", "safetyStock")
    check_feeds(channel.settings)
    if channel.marketplace != STOREFRONT:
        entry = MARKETPLACES[channel.marketplace]
        own = {key: value for key, value in channel.settings.items() if key in entry.settings.__struct_fields__}
        try:
            entry.settings_of(own)
        except BadSettings as error:
            raise Invalid(Code.INVALID_VALUE, f"{error}.", "settings") from None


def check_credential(kind: str, secret: str) -> None:
    if not _KIND.fullmatch(kind):
        raise Invalid(Code.INVALID_VALUE, "A kind is a name such as api_key.", "kind")
    if not secret.strip():
        raise Invalid(Code.REQUIRED, "A secret cannot be empty.", "secret")
