"""Asking for product imports, deciding about those that wait for a person, cancelling those that nobody wants.

Content sent along becomes a file of the uploads folder first, so that the import is as durable as any other. What may
be read by address and path: `services/import_sources.py`; asking the account itself: `services/import_walks.py`.
"""

import asyncio
import hashlib
import os
from pathlib import Path

import strawberry

from orion_daemon.graphql.context import GatewayContext
from orion_daemon.graphql.imports import ImportJob
from orion_daemon.graphql.payloads import Payload, channel_target, mutates, target
from orion_daemon.graphql.rows import build
from orion_daemon.services import import_sources, import_walks, imports, listings, stores
from orion_daemon.services.errors import Code, Invalid, Refused


@strawberry.input(
    description="One of `url`, `path` and `content`; or none of them, where the marketplace tells products by API: then"
    " the account itself is asked for its products."
)
class ImportProductsInput:
    store: str
    marketplace: str
    language: str | None = strawberry.field(
        default=None,
        description="Of titles and descriptions; the store's default language unless given. Products that the account"
        " is asked for are in the language of its channel, so nothing is given then.",
    )
    url: str | None = None
    path: str | None = strawberry.field(
        default=None, description="A file in the folder `inbox` beside the daemon's data. Needs the role admin."
    )
    content: str | None = strawberry.field(default=None, description="The feed itself; large ones are better fetched.")
    is_complete: bool = strawberry.field(default=True, description="What it lacks is not for sale any more.")
    is_dry_run: bool = strawberry.field(default=False, description="Store the difference instead of writing it.")


@strawberry.input
class ImportInput:
    import_id: strawberry.ID


@strawberry.type
class ImportPayload(Payload):
    import_job: ImportJob | None = None


@mutates("operator")
async def import_products(ctx: GatewayContext, wanted: ImportProductsInput) -> ImportPayload:
    """Put an import; watch it by importProgress."""
    channel = await channel_target(ctx, wanted.store, wanted.marketplace)
    given = sum(one is not None for one in (wanted.url, wanted.path, wanted.content))
    if not given and import_walks.reads_catalog(wanted.marketplace):
        return await _payload(ctx, await _ask_account(ctx, wanted))
    if given != 1:
        raise Invalid(Code.REQUIRED, "Give exactly one of url, path and content.", "url")
    source = wanted.url or ""
    if wanted.url is not None:
        may_reach_inside = ctx.scope is None and ctx.caller.may("admin")
        import_sources.check_address(wanted.url, channel["endpoint"], may_reach_inside=may_reach_inside)
    if wanted.path is not None:
        if not ctx.caller.may("admin"):
            raise Refused(Code.FORBIDDEN, "A path of the daemon's machine needs a token of the role admin.", "path")
        source = await asyncio.to_thread(import_sources.inbox_file, ctx.parts.inbox, wanted.path)
    if wanted.content is not None:
        source = str(await asyncio.to_thread(_keep, ctx.parts.uploads, wanted.content.encode()))
    found = await stores.channel_of(ctx.db, wanted.store, wanted.marketplace)
    number = await imports.request_import(
        ctx.db,
        found,
        language=found["store_language"] if wanted.language is None else wanted.language,
        source=source,
        is_complete=wanted.is_complete,
        is_dry_run=wanted.is_dry_run,
        actor=ctx.actor,
        now=ctx.now,
    )
    return await _payload(ctx, number)


@mutates("operator")
async def confirm_import(ctx: GatewayContext, wanted: ImportInput) -> ImportPayload:
    """Let a held import pass; it goes on with the very file that was judged."""
    number = await _number(ctx, wanted)
    await imports.confirm(ctx.db, number, ctx.actor, ctx.now)
    return await _payload(ctx, number)


@mutates("operator")
async def discard_import(ctx: GatewayContext, wanted: ImportInput) -> ImportPayload:
    """Drop a held import; nothing of it was written."""
    number = await _number(ctx, wanted)
    await imports.discard(ctx.db, number, ctx.actor, ctx.now)
    return await _payload(ctx, number)


@mutates("operator")
async def cancel_import(ctx: GatewayContext, wanted: ImportInput) -> ImportPayload:
    """End an import that waits, runs or is held: what it has written stays, the rest does not come. Cancelling twice is
    fine; one that has ended otherwise is refused."""
    number = await _number(ctx, wanted)
    await imports.cancel(ctx.db, number, ctx.actor, ctx.now)
    return await _payload(ctx, number)


@mutates("operator")
async def apply_import(ctx: GatewayContext, wanted: ImportInput) -> ImportPayload:
    """Apply exactly what a dry run has stored, as an import of its own. Products that moved since are left alone."""
    return await _payload(ctx, await imports.apply(ctx.db, await _number(ctx, wanted), ctx.actor, ctx.now))


async def _ask_account(ctx: GatewayContext, wanted: ImportProductsInput) -> int:
    if wanted.language is not None:
        raise Invalid(
            Code.INVALID_VALUE,
            "Products that an account is asked for are in the language of its channel; leave `language` out.",
            "language",
        )
    return await import_walks.request_walk(
        ctx.db,
        await stores.channel_of(ctx.db, wanted.store, wanted.marketplace),
        is_complete=wanted.is_complete,
        is_dry_run=wanted.is_dry_run,
        actor=ctx.actor,
        now=ctx.now,
    )


async def _number(ctx: GatewayContext, wanted: ImportInput) -> int:
    return int((await target(ctx, listings.IMPORT_JOBS, "ImportJob", wanted.import_id, "importId"))["id"])


async def _payload(ctx: GatewayContext, number: int) -> ImportPayload:
    [row] = await listings.find(ctx.db, listings.IMPORT_JOBS, [number], ctx.scope)
    return ImportPayload(import_job=build(ImportJob, row))


def _keep(folder: Path, content: bytes) -> Path:
    """Named by its content, so that the same upload is the same file; readable by the daemon alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"upload-{hashlib.sha256(content).hexdigest()[:32]}"
    scratch = path.with_suffix(f".{os.getpid()}.part")
    scratch.write_bytes(content)
    scratch.chmod(0o600)
    scratch.replace(path)
    return path.resolve()


MUTATIONS = [import_products, confirm_import, discard_import, cancel_import, apply_import]
