"""The gateway in the daemon: its parts from the settings, its health checks, and the port it listens on."""

import os
from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web

from orion_daemon.app.container import Daemon
from orion_daemon.app.hints import readers
from orion_daemon.connectors.registry import MARKETPLACES
from orion_daemon.graphql.server import GatewayParts, Limits, create_app


def add_checks(daemon: Daemon) -> None:
    """Live: the process turns. Ready: the database answers and the schedule runs; looked at when somebody asks."""
    daemon.health.add("liveness", "process", lambda: "")
    daemon.health.add("readiness", "database", lambda: daemon.database_trouble)
    daemon.health.add(
        "readiness", "schedule", lambda: "" if daemon.scheduler.running else "the schedule is not running"
    )


async def serve_gateway(daemon: Daemon, stack: AsyncExitStack) -> str:
    """Listen, and stop with the stack; returns the URL. Raises OSError where the port is taken."""
    settings = daemon.settings.gateway
    add_checks(daemon)
    app = create_app(
        GatewayParts(
            db=daemon.db,
            bus=daemon.bus,
            clock=daemon.clock,
            liveness=daemon.health.liveness,
            readiness=daemon.health.readiness,
            metrics=partial(daemon.monitor.metrics, daemon.system),
            integrations=daemon.monitor.integrations,
            feeds_folder=daemon.feeds_folder,
            uploads_folder=daemon.parts.imports.uploads,
            limits=Limits(
                max_body=settings.max_body,
                max_depth=settings.max_depth,
                max_aliases=settings.max_aliases,
                max_tokens=settings.max_tokens,
                max_page_size=settings.max_page_size,
                max_subscriptions=settings.max_subscriptions,
                request_timeout=settings.request_timeout,
                introspection=settings.introspection,
            ),
            allowed_origins=tuple(settings.allowed_origins),
            webhooks={entry.name: entry.webhook for entry in MARKETPLACES.values() if entry.webhook is not None},
            hints=readers(),
            public_url=settings.public_url,
            token_lifetime=daemon.settings.security.token_lifetime,
        )
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    port = await listen(runner, settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{port}"


async def listen(runner: web.AppRunner, host: str, port: int) -> int:
    """The port, also where 0 asked for a free one. Raises OSError with a sentence where it is taken."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise OSError(
            f"cannot listen on {host}:{port}: {reason}. Stop what listens there (another Orion?), or set another port:"
            " [gateway] port in orion.toml"
        ) from error
    found: int = runner.addresses[0][1]
    return found
