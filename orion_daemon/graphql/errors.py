"""What clients hear when something goes wrong, and what the log hears.

Every top-level error carries `extensions.code`: UNAUTHENTICATED, FORBIDDEN, BAD_QUERY (it does not parse or fit the
schema), LIMIT_EXCEEDED, TIMEOUT, UNAVAILABLE (try again), the upper-case code of a refusal of the services, or
INTERNAL. An unexpected failure is hidden behind a correlation id that stands in the log beside it; values that
somebody sent are not repeated. Refusals of mutations are no errors: `payloads.py`.
"""

import re
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from orion_daemon.db.errors import StorageBusy, StorageError, StorageUnavailable
from orion_daemon.observability.logs import get_logger
from orion_daemon.services.errors import ServiceError

log = get_logger("gateway")

_VALUE = re.compile(r"((?:[Ff]ound|represent[^:]*): ).*", re.DOTALL)
_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)
_TOO_MANY = re.compile(r"contains more (?:than|that) \d+ tokens")


class Coded(GraphQLError):  # noqa: N818 - the code is what it is about
    """An error that a client may hear as it is."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message, extensions={"code": code, **more})


def unauthenticated() -> Coded:
    return Coded("UNAUTHENTICATED", "Send a valid token: Authorization: Bearer <token>. Make one: orion tokens create.")


def forbidden(role: str) -> Coded:
    return Coded("FORBIDDEN", f"This needs a token of the role {role}.", role=role)


def settle(error: GraphQLError, correlation_id: str, *, suggestions: bool) -> None:
    """Make an error fit to be shown, in place; doing it twice changes nothing. Unexpected ones are logged."""
    extensions = dict(error.extensions or {})
    if "code" in extensions:
        return
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, Coded):
        extensions |= cause.extensions or {}
    elif isinstance(cause, ServiceError):
        extensions |= {"code": cause.code.upper(), "field": cause.field}
        error.message = cause.message
    elif isinstance(cause, StorageBusy | StorageUnavailable):
        log.warning("gateway.storage", correlation_id=correlation_id, code=cause.code, exc_info=cause)
        extensions |= {"code": "UNAVAILABLE", "correlationId": correlation_id}
        error.message = "The database is busy or away. Nothing was changed; try again."
    elif cause is None or isinstance(cause, GraphQLError):
        syntax = isinstance(error, GraphQLSyntaxError)
        too_many = bool(_TOO_MANY.search(error.message))
        extensions["code"] = "LIMIT_EXCEEDED" if too_many else "BAD_QUERY"
        error.message = error.message if syntax else _VALUE.sub(r"\1[not repeated].", error.message)
        if not suggestions:
            error.message = _SUGGESTION.sub("", error.message)
    else:
        hidden = isinstance(cause, StorageError) and cause.hides_cause
        log.error(
            "gateway.failed",
            correlation_id=correlation_id,
            path=".".join(str(part) for part in error.path or ()),
            error=type(cause).__name__,
            exc_info=None if hidden else cause,
        )
        extensions |= {"code": "INTERNAL", "correlationId": correlation_id}
        error.message = f"Something went wrong inside Orion. The log tells more under {correlation_id}."
    error.extensions = extensions
