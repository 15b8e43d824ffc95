"""What a commit tells the other daemons on the same PostgreSQL: its events as text, and as events again.

A transaction's notices are sent by the message that commits it, and PostgreSQL delivers them at the commit or never.
PostgreSQL takes fewer than 8000 bytes a notice, so many events are several; of a kind with very many only the fact is
told that there were some, and whoever listens to it looks again. Notices name their sender, since PostgreSQL tells
everybody. Versions may differ: an event that is unknown here is passed over, one of another shape is "some of its
kind". Sent by `db/asyncpg.py`, heard by `db/peers.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

import msgspec

from orion_daemon.domain import events
from orion_daemon.domain.events import JobsPut

CHANNEL = "orion"
LARGEST = 7_900  # bytes of a notice; PostgreSQL refuses 8000
MOST_OF_A_KIND = 500  # in one transaction
_ROOM = LARGEST - 400  # for rows: the rest is for the sender and the names of kinds

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in events.ALL}
_BY_NAME = {kind.__name__: kind for kind in events.ALL}
_encoder = msgspec.json.Encoder()


@dataclass(slots=True)
class Sender:
    """Who commits. `wakes`: it has actors and wakes the owners of the jobs that it puts; a command does not.

    `is_alone`: nobody else listens at present, so nothing has to be told (`db/peers.py` sees to it).
    """

    process_id: str
    wakes: bool
    is_alone: bool = False


class Notice(msgspec.Struct, frozen=True, array_like=True):
    """`rows` are events as [kind, values…]; `missed` names kinds of which there were too many to tell."""

    process_id: str
    wakes: bool
    rows: list[Annotated[list[Any], msgspec.Meta(min_length=1)]]
    missed: list[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A notice as it is understood here."""

    events: list[Any]
    missed: list[type]


def statements(sender: Sender, told: Sequence[object]) -> str:
    """NOTIFY for these events, to be sent in front of COMMIT; empty when there is nothing to tell.

    Of equal events the last one stands for all.
    """
    if sender.is_alone or not told:
        return ""
    counts: dict[type, int] = {}
    rows: list[tuple[type, bytes]] = []
    for event in reversed(dict.fromkeys(reversed(told))):
        kind = type(event)
        if kind not in _FIELDS:
            continue  # nothing that anybody elsewhere waits for
        of_kind = counts[kind] = counts.get(kind, 0) + 1
        if of_kind <= MOST_OF_A_KIND:
            rows.append((kind, _text([kind.__name__, *(getattr(event, name) for name in _FIELDS[kind])])))
    many = [kind for kind, count in counts.items() if count > MOST_OF_A_KIND]
    head = f"NOTIFY {CHANNEL}, $orion${beginning(sender)}"
    return "".join(f"{head}{rest.decode()}]$orion$;" for rest in _parts(rows, many))


def greeting(sender: Sender) -> str:
    """NOTIFY that says no more than that this sender is there."""
    return f"NOTIFY {CHANNEL}, $orion${beginning(sender)}[],[]]$orion$"


def beginning(sender: Sender) -> str:
    """How each notice of this sender begins."""
    return f"[{_text(sender.process_id).decode()},{str(sender.wakes).lower()},"


def _text(value: Any) -> bytes:
    """JSON without a dollar sign, which would end the quotation."""
    return _encoder.encode(value).replace(b"$", b"\\u0024")


def _parts(rows: list[tuple[type, bytes]], many: list[type]) -> Iterator[bytes]:
    """Rows and the names of missed kinds, in parts that are each short enough for a notice."""
    missed = {kind.__name__: None for kind in many}
    part: list[bytes] = []
    used = 0
    for kind, row in rows:
        if kind in many:
            continue
        if len(row) > _ROOM:  # one event that fits no notice: that there was one must do
            missed[kind.__name__] = None
            continue
        if used + len(row) + 1 > _ROOM:
            yield b"[%b],[]" % b",".join(part)
            part, used = [], 0
        part.append(row)
        used += len(row) + 1
    if part or missed:
        yield b"[%b],%b" % (b",".join(part), _text(list(missed)))


def read(payload: str) -> Notice | None:
    """None for what is no notice of ours."""
    try:
        return msgspec.json.decode(payload, type=Notice)
    except msgspec.MsgspecError:
        return None


def understand(notice: Notice) -> Heard:
    """The events that this version knows, in the order in which they were told."""
    found: list[Any] = []
    missed = [_BY_NAME[name] for name in notice.missed if name in _BY_NAME]
    for name, *values in notice.rows:
        kind = _BY_NAME.get(str(name))
        if kind is None:
            continue
        try:
            event: Any = msgspec.convert(dict(zip(_FIELDS[kind], values, strict=False)), kind)
        except msgspec.ValidationError:
            missed.append(kind)
            continue
        found.append(replace(event, is_seen_to=notice.wakes) if isinstance(event, JobsPut) else event)
    return Heard(found, missed)
