"""What no single option can know: rules between options, stores and channels.

Runs after `walker` over the typed sections; a value that is already noted as bad is not judged a second time. Every
finding goes to the same list of problems. Nothing here touches the disk or the network, that is `check`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from orion_daemon.config.hosts import is_loopback
from orion_daemon.config.literals import show
from orion_daemon.config.mail import PASSWORD
from orion_daemon.config.options import fields_of
from orion_daemon.config.problems import Path
from orion_daemon.config.settings import Settings
from orion_daemon.config.stores import SECRET_KINDS, SECRET_PLACES, Channel, Store
from orion_daemon.config.suggest import nearest
from orion_daemon.config.suppliers import SUPPLIER_SECRET_KINDS, Supplier
from orion_daemon.config.units import format_duration
from orion_daemon.config.walker import Walker

_PLATFORMS = frozenset({"letzshop", "amazon", "ebay"})
_OAUTH = frozenset({"amazon", "ebay"})
_SECRETS_OF = {"api_key": frozenset({"letzshop"}), "client_secret": _OAUTH, "refresh_token": _OAUTH}
MEANT_FOR: dict[str, frozenset[str]] = {  # options of a channel that mean nothing elsewhere
    **dict.fromkeys(("endpoint", "allow_mutations", "calls_per_second"), _PLATFORMS),
    **dict.fromkeys(("wire_form", "vendor", "feed"), frozenset({"letzshop"})),
    **dict.fromkeys(("client_id", "locale"), _OAUTH),
    **dict.fromkeys(("seller_id", "marketplace_ids", "orders_api", "application_id"), frozenset({"amazon"})),
    **dict.fromkeys(("site", "ru_name"), frozenset({"ebay"})),
    **{f"{kind}_{place}": whose for kind, whose in _SECRETS_OF.items() for place in SECRET_PLACES},
}
_NEEDED = {"amazon": ("client_id", "seller_id", "marketplace_ids"), "ebay": ("client_id",)}
_DEFAULTS = {field.key: field.default for field in fields_of(Channel)}


def apply(settings: Settings, walker: Walker) -> None:
    """Notes every broken rule on the walker."""
    _lengths(settings, walker)
    _ports(settings, walker)
    _mail(settings, walker)
    seen: dict[str, int] = {}
    for number, store in enumerate(settings.stores):
        path: Path = ("store", number)
        code = (*path, "code")
        if store.code and store.code in seen:
            walker.note(code, f"{show(store.code)} is the code of the store in line {seen[store.code]} already")
        elif store.code:
            seen[store.code] = walker.line(code)
        _languages(store, path, walker)
        _channels(store, path, walker)
        _suppliers(store, path, walker)


def _pairs(settings: Settings) -> Iterator[tuple[Path, Any, Path, Any]]:
    """Options of which the first must not be greater than the second."""
    database, jobs, http, mail = settings.database, settings.jobs, settings.http, settings.mail
    yield ("database", "pool_min"), database.pool_min, ("database", "pool_max"), database.pool_max
    yield ("database", "busy_timeout"), database.busy_timeout * 2, ("jobs", "lease_ttl"), jobs.lease_ttl
    yield ("http", "connect_timeout"), http.connect_timeout, ("http", "call_timeout"), http.call_timeout
    yield ("mail", "connect_timeout"), mail.connect_timeout, ("mail", "timeout"), mail.timeout
    yield ("http", "connections_per_host"), http.connections_per_host, ("http", "connections"), http.connections


def _lengths(settings: Settings, walker: Walker) -> None:
    for small, less, large, more in _pairs(settings):
        if less > more and not walker.is_bad(small) and not walker.is_bad(large):
            at = small if walker.given(small) else large
            bound = format_duration(more) if isinstance(more, timedelta) else more
            what = f"twice {'.'.join(map(str, small))}" if small[-1] == "busy_timeout" else ".".join(map(str, small))
            walker.note(at, f"{what} is greater than {'.'.join(map(str, large))} ({bound})")


def _ports(settings: Settings, walker: Walker) -> None:
    if not settings.sandbox.enabled:
        return
    seen: dict[int, str] = {}
    listeners: tuple[tuple[Path, str, int], ...] = (
        (("gateway", "port"), "gateway", settings.gateway.port),
        (("sandbox", "port"), "sandbox", settings.sandbox.port),
        (("sandbox", "mail_port"), "the sandbox's mail server", settings.sandbox.mail_port),
    )
    for at, who, port in listeners:
        if port and port in seen:
            where = at if walker.given(at) else next(one for one, name, _ in listeners if name == seen[port])
            walker.note(where, f"{seen[port]} and {who} cannot both listen on port {port}")
        seen.setdefault(port, who)


def _mail(settings: Settings, walker: Walker) -> None:
    mail = settings.mail
    named = [key for place in SECRET_PLACES if getattr(mail, key := f"{PASSWORD}_{place}")]
    for key in named[1:]:
        walker.note(("mail", key), f"the password is named twice, by {named[0]} and {key}; keep one", at_key=True)
    if not mail.host:
        return
    if not mail.from_address and not walker.is_bad(("mail", "from_address")):
        walker.note(("mail", "host"), "a mail server needs from_address, the address that messages come from")
    if mail.username and not named:
        walker.note(("mail", "username"), "a login needs a password: name it by password_env or one of the others")
    if mail.security == "plain" and not mail.allow_plain and not is_loopback(mail.host):
        message = "keys would travel to another machine in the clear: use starttls or tls (or allow_plain)"
        walker.note(("mail", "security"), message)


def _languages(store: Store, path: Path, walker: Walker) -> None:
    default = (*path, "default_language")
    if (
        not store.languages
        or not store.default_language
        or walker.is_bad((*path, "languages"))
        or walker.is_bad(default)
    ):
        return
    if store.default_language not in store.languages:
        walker.note(default, f"default_language {show(store.default_language)} is not among the store's languages")


def _channels(store: Store, path: Path, walker: Walker) -> None:
    seen: dict[str, int] = {}
    for number, channel in enumerate(store.channels):
        here: Path = (*path, "channel", number)
        marketplace = (*here, "marketplace")
        if walker.is_bad(marketplace):
            pass
        elif channel.marketplace in seen:
            line = seen[channel.marketplace]
            walker.note(marketplace, f"the store has a {channel.marketplace} channel in line {line} already")
        else:
            seen[channel.marketplace] = walker.line(marketplace)
        if not walker.is_bad(marketplace):
            _meanings(channel, here, walker)
        _named_once(channel, SECRET_KINDS, here, walker)
        _feeds(store, channel, here, walker)


def _suppliers(store: Store, path: Path, walker: Walker) -> None:
    seen: dict[str, int] = {}
    for number, supplier in enumerate(store.suppliers):
        here: Path = (*path, "supplier", number)
        name = (*here, "name")
        if walker.is_bad(name):
            continue
        if supplier.name in seen:
            walker.note(name, f"the store has a supplier {supplier.name} in line {seen[supplier.name]} already")
        else:
            seen[supplier.name] = walker.line(name)
        _named_once(supplier, SUPPLIER_SECRET_KINDS, here, walker)


def _named_once(section: Channel | Supplier, kinds: tuple[str, ...], here: Path, walker: Walker) -> None:
    for kind in kinds:
        named = [key for place in SECRET_PLACES if getattr(section, key := f"{kind}_{place}")]
        for key in named[1:]:
            walker.note((*here, key), f"the key is named twice, by {named[0]} and {key}; keep one", at_key=True)


def _meanings(channel: Channel, path: Path, walker: Walker) -> None:
    for key, marketplaces in MEANT_FOR.items():
        if channel.marketplace in marketplaces or getattr(channel, "feeds" if key == "feed" else key) == _DEFAULTS[key]:
            continue
        whose = "the store's own storefront" if channel.marketplace == "storefront" else channel.marketplace
        walker.note((*path, key), f"{key} means nothing for {whose}", at_key=True)
    for key in _NEEDED.get(channel.marketplace, ()):
        if channel.enabled and not getattr(channel, key) and not walker.is_bad((*path, key)):
            walker.note((*path, "marketplace"), f"a channel of {channel.marketplace} needs {key}")


def _feeds(store: Store, channel: Channel, path: Path, walker: Walker) -> None:
    seen: dict[str, int] = {}
    for number, feed in enumerate(channel.feeds):
        here: Path = (*path, "feed", number)
        language = (*here, "language")
        both = bool(feed.url and feed.path)
        bad = walker.is_bad((*here, "url")) or walker.is_bad((*here, "path"))
        if bool(feed.url) == bool(feed.path) and not bad:
            walker.note(here, f"a feed names either url or path, this one {'both' if both else 'none'}", at_key=True)
        if not feed.language or walker.is_bad(language):
            continue
        if feed.language in seen:
            walker.note(
                language, f"the channel has a feed in {show(feed.language)} in line {seen[feed.language]} already"
            )
        elif feed.language not in store.all_languages and not walker.is_bad((*path[:2], "languages")):
            suggestion = nearest(feed.language, store.all_languages)
            hint = f'"{suggestion}"' if suggestion else ""
            walker.note(language, f"the store does not sell in {show(feed.language)}; add it to languages", hint)
        seen.setdefault(feed.language, walker.line(language))
