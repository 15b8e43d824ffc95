"""`orion check`: three levels, each presuming the one before.

`fields`: the file itself (`loader`). `references`: what it names outside itself, secrets, files, addresses.
`environment`: the machine, folder, disk, ports, clock, and whatever the caller adds (the database). Errors of the
second level concern one account each and stop only that one, or only the feed they stand at, which then fails by
itself; warnings never stop anything.
"""

import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from orion_daemon.config.hosts import is_loopback, is_safe
from orion_daemon.config.loader import Loaded, read
from orion_daemon.config.mail import PASSWORD
from orion_daemon.config.problems import ConfigurationError, Level, Problem, Severity, dotted, in_order
from orion_daemon.config.problems import Path as KeyPath
from orion_daemon.config.secrets import SECRET_KEYS, SecretMissingError, Secrets, kinds_of
from orion_daemon.config.stores import SECRET_PLACES, Channel, Store
from orion_daemon.config.suppliers import Supplier

MEBIBYTE = 1 << 20
DISK_ERROR, DISK_WARNING = 64 * MEBIBYTE, 1024 * MEBIBYTE
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
Probe = Callable[[Loaded], Sequence[Problem]]


def check(
    path: Path | None,
    env: Mapping[str, str],
    *,
    now: datetime,
    upto: Level = "environment",
    base: Path | None = None,
    probes: Sequence[Probe] = (),
) -> list[Problem]:
    """All problems up to a level, in the order of the file; a refused file is not looked at any further."""
    try:
        loaded = read(path, env, base=base)
    except ConfigurationError as error:
        return list(error.problems)
    found = list(loaded.warnings)
    if upto != "fields":
        found += references(loaded, env)
    if upto == "environment":
        found += environment(loaded, now)
        for probe in probes:
            found += probe(loaded)
    return in_order(found)


def problem_at(
    loaded: Loaded, path: KeyPath, message: str, level: Level, severity: Severity = "error", account: str = ""
) -> Problem:
    """A problem at the value of an option, for probes too."""
    line, column = loaded.positions.value(path)
    return Problem(loaded.file, line, column, dotted(path), message, level=level, severity=severity, account=account)


def references(loaded: Loaded, env: Mapping[str, str]) -> list[Problem]:
    return list(_references(loaded, Secrets(env)))


def _references(loaded: Loaded, secrets: Secrets) -> Iterator[Problem]:
    settings = loaded.settings
    try:
        if not secrets.secret_keys(settings) and settings.stores:
            message = f"no key for encryption yet; `orion run` makes one, or set {SECRET_KEYS}"
            yield problem_at(loaded, ("security", "secret_keys_file"), message, "references", "warning")
    except SecretMissingError as error:
        yield problem_at(loaded, ("security", "secret_keys_file"), str(error), "references")
    yield from _database(loaded)
    if settings.http.ca_file and not settings.http.ca_file.is_file():
        yield problem_at(loaded, ("http", "ca_file"), f"there is no file {settings.http.ca_file}", "references")
    if not is_loopback(settings.gateway.host) and not settings.gateway.public_url.startswith("https://"):
        message = "other machines can reach the gateway without TLS; put a proxy in front and name it in public_url"
        yield problem_at(loaded, ("gateway", "host"), message, "references", "warning")
    yield from _mail(loaded, secrets)
    for number, store in enumerate(settings.stores):
        for index, channel in enumerate(store.channels):
            if channel.enabled and channel.marketplace != "storefront":
                yield from _channel(loaded, secrets, store, channel, ("store", number, "channel", index))
        for index, supplier in enumerate(store.suppliers):
            if supplier.enabled:
                account = f"{store.code}:{supplier.name}"
                yield from _account(loaded, secrets, account, supplier, ("store", number, "supplier", index))


def _database(loaded: Loaded) -> Iterator[Problem]:
    url = loaded.settings.database.url
    path: KeyPath = ("database", "url")
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        meant = Path("/") / file.relative_to(loaded.base) if file.is_relative_to(loaded.base) else file
        inside = file.is_relative_to(loaded.settings.daemon.data_dir)
        if not inside and not file.parent.exists() and meant != file and len(meant.parts) > 2 and meant.parent.exists():
            message = f"{file.parent} does not exist; three slashes begin a relative path, four an absolute one"
            yield problem_at(loaded, path, message, "references")
    elif urlsplit(url).password and path in loaded.positions:
        message = "the password stands in the file; move the URL to ORION_DATABASE_URL or a credential of that name"
        yield problem_at(loaded, path, message, "references", "warning")


def _mail(loaded: Loaded, secrets: Secrets) -> Iterator[Problem]:
    mail = loaded.settings.mail
    if mail.ca_file and not mail.ca_file.is_file():
        yield problem_at(loaded, ("mail", "ca_file"), f"there is no file {mail.ca_file}", "references")
    named = next((key for key in _places(PASSWORD) if getattr(mail, key)), "")
    if not named:
        return
    try:
        secrets.of_mail(mail)
    except SecretMissingError as error:
        message = f"the password of the mail server is missing: {error}"
        yield problem_at(loaded, ("mail", named), message, "references")
    if mail.password_file and _is_open(mail.password_file):
        message = f"{mail.password_file} can be read by others; chmod 600 it"
        yield problem_at(loaded, ("mail", "password_file"), message, "references", "warning")


def _account(
    loaded: Loaded, secrets: Secrets, account: str, section: Channel | Supplier, path: KeyPath
) -> Iterator[Problem]:
    """What a channel and a supplier have in common: secrets and an address."""

    def found(key: str, message: str, severity: Severity = "error") -> Problem:
        return problem_at(loaded, (*path, key), message, "references", severity, account)

    kinds = kinds_of(section)
    named = {kind: key for kind in kinds for key in _places(kind) if getattr(section, key)}
    for kind, key in named.items():
        try:
            secrets.of_kind(section, kind)
        except SecretMissingError as error:
            yield found(key, f"the {kind.replace('_', ' ')} of {account} is missing: {error}")
    if not named:
        if isinstance(section, Supplier):
            message = f"{account} names no secret; buying needs one here or by `orion credentials set`"
            yield found("name", message, "warning")
        else:
            way = "set" if section.marketplace == "letzshop" else "connect"
            message = f"{account} names no key; orders need one here or by `orion credentials {way}`"
            yield found("marketplace", message, "warning")
    for kind in kinds:
        file = getattr(section, f"{kind}_file")
        if file and _is_open(file):
            yield found(f"{kind}_file", f"{file} can be read by others; chmod 600 it", "warning")
    if section.endpoint and not is_safe(section.endpoint):
        yield found("endpoint", "the key would travel unencrypted: use https (plain http is for this machine only)")


def _channel(loaded: Loaded, secrets: Secrets, store: Store, channel: Channel, path: KeyPath) -> Iterator[Problem]:
    account = f"{store.code}:{channel.marketplace}"
    yield from _account(loaded, secrets, account, channel, path)
    for number, feed in enumerate(channel.feeds):
        if feed.path and not feed.path.is_file():
            message = f"there is no file {feed.path}"
            yield problem_at(loaded, (*path, "feed", number, "path"), message, "references")
        if feed.url and not is_safe(feed.url):
            message = (
                f"Orion fetches no feed of {account} over plain http from another machine, where anyone on the way "
                "could change prices; use https"
            )
            yield problem_at(loaded, (*path, "feed", number, "url"), message, "references")


def _places(kind: str) -> tuple[str, ...]:
    return tuple(f"{kind}_{place}" for place in SECRET_PLACES)


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


def environment(loaded: Loaded, now: datetime) -> list[Problem]:
    return list(_environment(loaded, now))


def _environment(loaded: Loaded, now: datetime) -> Iterator[Problem]:
    data_dir = loaded.settings.daemon.data_dir
    path: KeyPath = ("daemon", "data_dir")
    existing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        yield problem_at(loaded, path, f"cannot write to {existing}", "environment")
    else:
        free = shutil.disk_usage(existing).free
        if free < DISK_WARNING:
            message = f"only {free // MEBIBYTE} MiB are free at {existing}"
            yield problem_at(loaded, path, message, "environment", "error" if free < DISK_ERROR else "warning")
        newest = max((entry.stat().st_mtime for entry in existing.iterdir()), default=0.0)
        ahead = datetime.fromtimestamp(newest, UTC) - now
        if now < BUILT or ahead > timedelta(hours=1):
            yield problem_at(loaded, path, f"the clock says {now:%Y-%m-%d %H:%M} UTC, which is past", "environment")
    ports = [("gateway", "port")]
    if loaded.settings.sandbox.enabled:
        ports += [("sandbox", "port"), ("sandbox", "mail_port")]
    for name, key in ports:
        section = getattr(loaded.settings, name)
        port = getattr(section, key)
        reason = _port_taken(section.host, port)
        if reason:
            message = f"cannot listen on {section.host}:{port}: {reason} (a running Orion?)"
            yield problem_at(loaded, (name, key), message, "environment", "warning")


def _port_taken(host: str, port: int) -> str:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""
