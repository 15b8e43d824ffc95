"""How often a job of the schedule runs: every so long, by a cron line, or never.

Cron lines have five fields and are read by cronsim in the time zone of `[schedule]`; the scheduler in actors reads the
same `Cadence` values and knows no other form.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from orion_daemon.config.units import UnitError, format_duration, parse_duration

OFF = "off"
_SHORTEST = timedelta(seconds=1)


class Cadence(msgspec.Struct, frozen=True):
    """Exactly one of `every` and `cron` is set, or none of them: the job is off."""

    every: timedelta | None = None
    cron: str = ""

    @property
    def on(self) -> bool:
        return self.every is not None or bool(self.cron)

    def __str__(self) -> str:
        return format_duration(self.every) if self.every is not None else self.cron or OFF


def parse_cadence(text: str) -> Cadence:
    """Raises `UnitError` when the text is neither a duration of at least a second, nor cron, nor "off"."""
    if text == OFF:
        return Cadence()
    if len(text.split()) != 5:
        try:
            every = parse_duration(text)
        except UnitError as error:
            message = 'a duration like "5m", a cron line like "30 3 * * *", or "off"'
            raise UnitError(message, error.suggestion) from error
        if every < _SHORTEST:
            raise UnitError("a duration of at least 1s")
        return Cadence(every=every)
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(text, datetime(2000, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        raise UnitError(f"a cron line that comes true ({str(error).lower() or 'no such date'})") from error
    return Cadence(cron=text)
