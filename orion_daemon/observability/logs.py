"""One JSON object a line on standard error, or coloured text for a terminal.

Each line has `time`, `level`, `action` (a stable dotted word that operators search for, never a sentence), `component`
and what was bound: store, marketplace, job. Free text goes to `message`. Lines of the standard library's logging come
the same way: our own rooms that use it name their action in `extra`, those of libraries have the action `library`.
docs/operating.md lists the actions. Everything passes `redaction`; queries and their values, which database drivers log
at DEBUG, never get out whatever the level.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Literal, TextIO

import orjson
import structlog

from orion_daemon.observability.redaction import DEFAULT, Redactor

Event = MutableMapping[str, Any]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
TALKATIVE = ("tortoise", "tortoise.db_client", "aiosqlite", "asyncpg", "aerich")
REPEATS_US = ("asyncpg.pool",)  # says with a stack, every second, what the daemon says once
FIELDS = ("actor", "job", "code")  # what a line may carry besides its action in `extra`
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class LibraryHandler(logging.Handler):
    """Carries lines of the standard library's logging over to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.INFO and record.name.split(".")[0] in TALKATIVE:
            return
        try:
            line: dict[str, Any] = {"component": record.name, "message": record.getMessage()}
            if record.exc_info and record.exc_info[0]:
                line["exc_info"] = record.exc_info
            line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
            action = getattr(record, "action", "library")
            structlog.get_logger().log(max(record.levelno, logging.DEBUG), action, **line)
        except Exception:
            self.handleError(record)


def configure(
    level: str = "info",
    form: Literal["json", "console"] = "json",
    *,
    stream: TextIO | None = None,
    redactor: Redactor = DEFAULT,
) -> None:
    """Sets up structlog and the standard library's logging; may be called again, for a reload. Level by name."""
    out = stream or sys.stderr
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        cut_short,
        structlog.processors.format_exc_info,
        name_action,
        redactor,
    ]
    if form == "json":
        processors.append(structlog.processors.JSONRenderer(serializer=_dumps))
    else:
        processors.append(
            structlog.dev.ConsoleRenderer(
                colors=out.isatty(), event_key="action", timestamp_key="time", pad_event_to=28
            )
        )
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, LibraryHandler)]:
        root.removeHandler(handler)
    root.addHandler(LibraryHandler())
    root.setLevel(LEVELS[level])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(LEVELS[level], logging.INFO))
    for name in ("aiohttp.access", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPEATS_US:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


def cut_short(_logger: Any, _method: str, event: Event) -> Event:
    """An error may ask for less than its whole chain: `is_outage` for its sentence alone, `hides_cause` for a stack
    that ends with it, because what it was made from quotes stored values."""
    error = event.get("exc_info")
    if not isinstance(error, BaseException):
        error = error[1] if isinstance(error, tuple) else sys.exc_info()[1] if error else None
    told = []
    while error is not None:
        told.append(error)
        if getattr(error, "is_outage", False):
            del event["exc_info"]
            event["error"] = f"{type(error).__name__}: {error}"
            break
        if getattr(error, "hides_cause", False):
            del event["exc_info"]
            event["exception"] = "".join(
                line for one in reversed(told) for line in traceback.format_exception(one, chain=False)
            ).rstrip()
            break
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return event


def name_action(_logger: Any, _method: str, event: Event) -> Event:
    """The event becomes `action` when it is a stable word; a sentence becomes `message` of the action `note`."""
    said = event.pop("event", "")
    if "action" in event:
        event.setdefault("message", said)
    elif isinstance(said, str) and _ACTION.fullmatch(said):
        event["action"] = said
    else:
        event["action"] = "note"
        event.setdefault("message", str(said))
    return event


def get_logger(name: str) -> Any:
    """A logger whose lines carry `component=name`: `log.info("job.claimed", job=7)`."""
    return structlog.get_logger(component=name)


def bound(**context: str | int) -> AbstractContextManager[Any]:
    """For a `with` block: adds fields (store, marketplace, job) to each line of this task and of those it starts."""
    return structlog.contextvars.bound_contextvars(**context)


def _dumps(event: Event, **_: Any) -> str:
    first = {key: event[key] for key in ("time", "level", "action") if key in event}
    return orjson.dumps({**first, **event}, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
