"""Quotas as the supplier's support tells them: so many calls in so many seconds, then 429 until the window ends.

The token endpoint counts by address, the others by account. `World.limits` overrides a limit by its operation's name;
operations nobody has told a limit of have none until a command sets one.
"""

import math

from orion_daemon.sandbox.codeswholesale.answers import SupplierError
from orion_daemon.sandbox.codeswholesale.records import Limit, Window
from orion_daemon.sandbox.codeswholesale.state import Store

LIMITS = {"getToken": Limit(50, 300), "getProducts": Limit(400, 600), "getProduct": Limit(600, 300)}


def limit_of(store: Store, operation: str) -> Limit | None:
    return store.world.limits.get(operation, LIMITS.get(operation))


def consume(store: Store, operation: str, caller: str) -> None:
    """Count one call. Raises SupplierError 429 above the limit, with `Retry-After` where the setting says so."""
    limit = limit_of(store, operation)
    if limit is None:
        return
    name, now = f"{operation}|{caller}", store.now()
    window = store.world.windows.get(name)
    if window is None or (now - window.started_at).total_seconds() >= limit.seconds:
        window = store.world.windows[name] = Window(now)
    if window.calls >= limit.calls:
        store.record("quota_exceeded", operation=operation, caller=caller)
        left = max(1, math.ceil(limit.seconds - (now - window.started_at).total_seconds()))
        headers = {"Retry-After": str(left)} if store.world.settings.tells_retry_after else {}
        raise SupplierError(429, None, "Too many requests", headers)
    window.calls += 1
