"""What a store's and a channel's values may be, for whoever makes them through the API.

The file's own values are checked by its reader with the same meaning; these checks name the input at fault instead of
a line. A channel's options are checked by its connector.
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orion_daemon.connectors import registry
from orion_daemon.connectors.registry import MARKETPLACES, SUPPLIERS, BadSettings
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.domain.notifications import NOTIFICATION_TOKEN
from orion_daemon.services import buying_rules
from orion_daemon.services.errors import Code, Invalid
from orion_daemon.services.import_sources import check_feeds
from orion_daemon.services.stores import STOREFRONT, ChannelDeclaration

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2}")
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
    """Raises Invalid for an unknown marketplace or supplier, an impossible option, address or stock figure.
    `is_supplier` is to be as `is_supplier` below says."""
    if channel.endpoint and not _URL.fullmatch(channel.endpoint):
        raise Invalid(Code.INVALID_VALUE, "An endpoint is an http(s) URL without login and query.", "endpoint")
    if channel.safety_stock < 0 or channel.out_of_stock_threshold < 0:
        raise Invalid(Code.INVALID_VALUE, "A stock figure cannot be negative.", "safetyStock")
    if channel.is_supplier:
        _check_supplier(channel)
        return
    check_feeds(channel.settings)
    if channel.marketplace != STOREFRONT:
        entry = MARKETPLACES[channel.marketplace]
        own = {key: value for key, value in channel.settings.items() if key in entry.settings.__struct_fields__}
        try:
            entry.settings_of(own)
        except BadSettings as error:
            raise Invalid(Code.INVALID_VALUE, f"{error}.", "settings") from None


def _check_supplier(channel: ChannelDeclaration) -> None:
    if channel.safety_stock or channel.out_of_stock_threshold or not channel.sync_zero_stock:
        raise Invalid(Code.INVALID_VALUE, "A supplier is told no stock: it has no stock figures.", "safetyStock")
    try:
        buying_rules.check(registry.supplier(channel.marketplace), channel.settings)
    except BadSettings as error:
        raise Invalid(Code.INVALID_VALUE, f"{error}.", "settings") from None


def is_supplier(marketplace: str) -> bool:
    """Whether an account of that name is at a supplier of keys. Raises Invalid for a name that nobody has."""
    if marketplace == STOREFRONT:
        return False
    try:
        return registry.account_kind(marketplace) == "supplier"
    except registry.UnknownVendor:
        suppliers = ", ".join(f"{one} and {one}-<suffix>" for one in sorted(SUPPLIERS))
        known = ", ".join(sorted((*MARKETPLACES, STOREFRONT)))
        text = f"The marketplaces are {known}; the suppliers {suppliers}."
        raise Invalid(Code.INVALID_VALUE, text, "marketplace") from None


def kinds_of(marketplace: str) -> list[str]:
    """The kinds of credential that an account of that name can be given. Raises UnknownVendor."""
    entry = registry.vendor(marketplace)
    return [*entry.secrets, *([NOTIFICATION_TOKEN] if entry.webhook is not None else [])]


def check_credential(marketplace: str, kind: str, secret: str) -> None:
    """Raises Invalid for a kind that would never be used there, and for an empty secret."""
    try:
        known = [] if marketplace == STOREFRONT else kinds_of(marketplace)
    except registry.UnknownVendor:  # of a newer version
        known = []
    if kind not in known:
        said = f"has the kinds {', '.join(known)}" if known else "takes no credentials"
        raise Invalid(Code.INVALID_VALUE, f"{marketplace} {said}.", "kind")
    if not secret.strip():
        raise Invalid(Code.REQUIRED, "A secret cannot be empty.", "secret")
