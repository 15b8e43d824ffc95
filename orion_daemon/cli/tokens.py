"""`orion tokens`: who may use the API. A token is shown once, when it is made; only its hash is kept."""

import secrets
from datetime import timedelta
from pathlib import Path

import click

from orion_daemon.cli import session
from orion_daemon.cli.session import json_option, print_json, print_table


@click.group("tokens")
def command() -> None:
    """Make, list and revoke access tokens."""


@command.command("create")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), required=True)
@click.option("--name", default="", help="Whose it is, for the list.")
@click.option("--store", "store_code", default=None, help="Bind the token to one store.")
@click.option("--days", type=click.IntRange(min=1), default=None, help="Days until it expires.")
@json_option
@click.pass_obj
def create(path: Path | None, role: str, name: str, store_code: str | None, days: int | None, as_json: bool) -> None:
    """Make a token and print it; nobody can show it again."""
    token = f"orion_{secrets.token_urlsafe(32)}"
    session.run(_create(path, token, role, name or role, store_code, days))
    if as_json:
        print_json({"token": token})
    else:
        click.echo(token)


async def _create(
    path: Path | None, token: str, role: str, name: str, store_code: str | None, days: int | None
) -> None:
    from orion_daemon.services import access
    from orion_daemon.services.errors import NotFound

    loaded = session.load(path)
    now = session.now_source()()
    lifetime = timedelta(days=days) if days else loaded.settings.security.token_lifetime
    async with session.database(loaded) as db:
        store_id = None
        if store_code is not None:
            store_id = await db.fetch_value("SELECT id FROM stores WHERE code = $1", store_code)
            if store_id is None:
                raise NotFound(f"store {store_code!r}", "store")
        await access.create_token(
            db, token=token, name=name, role=role, store_id=store_id, now=now, expires_at=now + lifetime,
            actor=session.actor(),
        )  # fmt: skip


@command.command("list")
@json_option
@click.pass_obj
def show(path: Path | None, as_json: bool) -> None:
    """List tokens; never the tokens themselves."""

    async def rows() -> list[dict[str, object]]:
        async with session.database(session.load(path)) as db:
            return list(
                await db.fetch(
                    "SELECT t.id, t.name, t.role, s.code AS store, t.prefix, t.expires_at, t.last_used_at, t.revoked_at"
                    " FROM api_tokens t LEFT JOIN stores s ON s.id = t.store_id ORDER BY t.id"
                )
            )

    found = session.run(rows())
    if as_json:
        print_json({"tokens": found})
        return
    columns = {"id": "ID", "name": "NAME", "role": "ROLE", "store": "STORE", "prefix": "BEGINS WITH",
               "expires_at": "EXPIRES", "last_used_at": "LAST USED", "revoked_at": "REVOKED"}  # fmt: skip
    print_table(columns, found, empty="there are no tokens; make one with: orion tokens create --role operator")


@command.command("revoke")
@click.argument("token_id", type=int)
@json_option
@click.pass_obj
def revoke(path: Path | None, token_id: int, as_json: bool) -> None:
    """Make a token worthless from now on."""

    async def work() -> None:
        from orion_daemon.services import access

        async with session.database(session.load(path)) as db:
            await access.revoke_token(db, token_id, session.now_source()(), session.actor())

    session.run(work())
    if as_json:
        print_json({"revoked": token_id})
    else:
        click.echo(f"token {token_id} is revoked")
