"""`orion credentials`: what a channel logs in with.

A secret is read from a prompt or from standard input, never from an argument: those are seen by every user. `connect`
leads through a marketplace's consent page and keeps what it gives; `set` takes what a person has already; `hook` shows
the address at which an account at a supplier takes hints, which is a secret of Orion's own making.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table


@click.group("credentials")
def command() -> None:
    """Set, connect and list what channels log in with; what a vendor gave is never shown."""


@command.command("set")
@click.argument("store")
@click.argument("marketplace")
@click.option("--kind", help="api_key, client_secret, refresh_token …; may be left out where there is one kind only.")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the marketplace ends it; otherwise as long from today as it lets such a secret live.",
)
@json_option
@click.pass_obj
def put(
    path: Path | None, store: str, marketplace: str, kind: str | None, expires: datetime | None, as_json: bool
) -> None:
    """Store a secret, sealed; it is read from a prompt, or from standard input when that is no terminal."""
    kind = _kind_of(marketplace, kind)
    secret = click.prompt(kind, hide_input=True) if sys.stdin.isatty() else sys.stdin.read().strip()
    if not secret:
        raise click.UsageError("there was no secret on standard input")

    async def work() -> bool:
        from orion_daemon.services import credentials, stores

        async with session.database(session.load(path)) as db:
            channel = await stores.channel_of(db, store, marketplace)
            ends, now = None if expires is None else expires.replace(tzinfo=UTC), session.now_source()()
            return await credentials.set_credential(db, channel["id"], kind, secret, now, expires_at=ends)

    changed = session.run(work())
    if as_json:
        print_json({"changed": changed})
    else:
        click.echo(
            f"the {kind} of {store}:{marketplace} is stored" if changed else "that very secret was there already"
        )


def _kind_of(marketplace: str, kind: str | None) -> str:
    """A kind that means something there: a secret under another name would never be used."""
    from orion_daemon.services.store_rules import kinds_of

    known = kinds_of(marketplace)
    if kind is None and len(known) == 1:
        return known[0]
    if kind not in known:
        raise click.UsageError(f"{marketplace} has the kinds {', '.join(known)}; name one with --kind")
    return kind


@command.command("connect")
@click.argument("store")
@click.argument("marketplace")
@json_option
@click.pass_obj
def connect(path: Path | None, store: str, marketplace: str, as_json: bool) -> None:
    """Let Orion into an account: open the printed page, agree, and paste the address that the browser ends at.

    The application's client secret has to be there before (`orion credentials set … --kind client_secret`, or named in
    orion.toml). What the marketplace gives is stored sealed, with the day on which it ends.
    """
    stored = session.run(_connect(path, store, marketplace))
    if as_json:
        print_json({"stored": stored})
        return
    for one in stored:
        until = f", until {one['expires_at']:%Y-%m-%d}" if one["expires_at"] else ""
        click.echo(f"the {one['kind']} of {store}:{marketplace} is stored{until}")
    click.echo(f"next: orion doctor {store} {marketplace}")


async def _connect(path: Path | None, store: str, marketplace: str) -> list[dict[str, Any]]:
    import asyncio
    from secrets import token_urlsafe

    from orion_daemon.app.connect import http_options, settings_of
    from orion_daemon.connectors import registry
    from orion_daemon.connectors.http import Http
    from orion_daemon.runtime.clock import SystemClock
    from orion_daemon.services import credentials, stores

    loaded, clock = session.load(path), SystemClock()
    entry = registry.vendor(marketplace)
    if entry.consent is None:
        raise click.UsageError(f"{marketplace} has no consent page; store its key with `orion credentials set`")
    async with session.database(loaded) as db:
        channel = await stores.channel_of(db, store, marketplace)
        secrets = await credentials.reveal_all(db, channel["id"])
        if not secrets.get("client_secret"):
            raise click.ClickException(
                f"the client secret of {store}:{marketplace} is not there yet: `orion credentials set {store}"
                f" {marketplace} --kind client_secret`"
            )
        http = Http(clock, http_options(loaded.settings.http))
        try:
            settings = settings_of(channel, loaded.settings.orders)
            consent, state = entry.consent(settings, secrets, http), token_urlsafe(16)
            click.echo(f"Open this page, sign in as the seller and agree:\n\n    {consent.url(state)}\n", err=True)
            click.echo("Then paste the whole address that the browser was sent to:", err=True)
            answer = (await asyncio.to_thread(sys.stdin.readline)).strip()
            if not answer:
                raise click.UsageError("there was no address on standard input")
            connected = await consent.redeem(answer, state)
        finally:
            await http.close()
        now, stored = clock.now(), list[dict[str, Any]]()
        for kind, secret in connected.secrets.items():
            lifetime: timedelta | None = connected.lifetimes.get(kind)
            ends = now + lifetime if lifetime is not None else None
            await credentials.set_credential(db, channel["id"], kind, secret, now, expires_at=ends)
            stored.append({"kind": kind, "expires_at": ends})
        return stored


@command.command("hook")
@click.argument("store")
@click.argument("supplier")
@click.option("--rotate", is_flag=True, help="Make another address; the old one is worth nothing from then on.")
@json_option
@click.pass_obj
def hook(path: Path | None, store: str, supplier: str, rotate: bool, as_json: bool) -> None:
    """Show the address to enter at a supplier for what it sends by itself; it is made when it is first asked for.

    Keep it to yourself: it is half of what a message is believed by. The other half is the account's signature
    (`orion credentials set … --kind signature`).
    """
    url, is_new = session.run(_hook(path, store, supplier, rotate))
    if not url.startswith("https://"):
        click.echo(
            "orion: a supplier reaches this address only by https through a proxy; name that in [gateway] public_url",
            err=True,
        )
    if as_json:
        print_json({"url": url, "made": is_new})
    else:
        click.echo(url)


async def _hook(path: Path | None, store: str, supplier: str, rotate: bool) -> tuple[str, bool]:
    from secrets import token_urlsafe

    from orion_daemon.connectors import registry
    from orion_daemon.domain.hints import path_of
    from orion_daemon.services import hints, stores

    loaded = session.load(path)
    async with session.database(loaded) as db:
        channel = await stores.channel_of(db, store, supplier)
        secret, is_new = await hints.address_secret(
            db, channel, lambda: token_urlsafe(32), rotates=rotate, actor=session.actor(), now=session.now_source()()
        )
    gateway = loaded.settings.gateway
    base = gateway.public_url.rstrip("/") or f"http://{gateway.host}:{gateway.port}"
    return base + path_of(registry.supplier(supplier).name, secret), is_new


@command.command("list")
@json_option
@click.pass_obj
def show(path: Path | None, as_json: bool) -> None:
    """List credentials with their state and a fingerprint that tells two apart."""

    async def rows() -> list[dict[str, object]]:
        async with session.database(session.load(path)) as db:
            return list(
                await db.fetch(
                    "SELECT s.code AS store, c.marketplace, m.kind, m.state, m.fingerprint, m.checked_at, m.expires_at"
                    " FROM marketplace_credentials m JOIN channels c ON c.id = m.channel_id"
                    " JOIN stores s ON s.id = c.store_id ORDER BY s.code, c.marketplace, m.kind"
                )
            )

    found = session.run(rows())
    if as_json:
        print_json({"credentials": found})
        return
    columns = {"store": "STORE", "marketplace": "MARKETPLACE", "kind": "KIND", "state": "STATE",
               "fingerprint": "FINGERPRINT", "checked_at": "CHECKED", "expires_at": "ENDS"}  # fmt: skip
    print_table(columns, found, empty="no credentials are stored")
