"""Exchange rates: what a unit of one currency is worth in another, as a person or a source said and when.

A rate goes one way, as it was said; none is made out of another. A new one makes the prices anew that need it, in the
same transaction. What they are for: `markups.py`.
"""

from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.domain.markups import parse_rate, write_rate
from orion_daemon.domain.money import EXPONENTS
from orion_daemon.services import access
from orion_daemon.services.errors import Code, Conflict, Invalid
from orion_daemon.services.markups import Repriced, reprice

_KNOWN = """
ON CONFLICT (base, quote) DO UPDATE SET rate_millionths = EXCLUDED.rate_millionths, source = EXCLUDED.source,
  read_at = EXCLUDED.read_at WHERE exchange_rates.read_at <= EXCLUDED.read_at RETURNING id
"""
MOST_SOURCE = 200


async def known(db: Database) -> list[Row]:
    """All rates, by their currencies."""
    return await db.fetch("SELECT * FROM exchange_rates ORDER BY base, quote")


async def set_rate(
    db: Database,
    base: str,
    quote: str,
    rate: str,
    *,
    actor: str,
    now: datetime,
    source: str = "",
    read_at: datetime | None = None,
) -> Repriced:
    """One unit of `base` is worth `rate` units of `quote`: a plain decimal with up to six digits behind its point, as
    the source said at `read_at` (None: now). Idempotent.

    Raises Invalid for what cannot be a rate, and Conflict where one that was read later is known.
    """
    at = now if read_at is None else read_at
    for code, field in ((base, "base"), (quote, "quote")):
        if code not in EXPONENTS:
            raise Invalid(Code.INVALID_VALUE, f"{code[:8]!r} is not a currency code of ISO 4217.", field)
    if base == quote:
        raise Invalid(Code.INVALID_VALUE, "A currency is worth itself; a rate is between two.", "quote")
    try:
        millionths = parse_rate(rate)
    except ValueError as error:
        raise Invalid(Code.INVALID_VALUE, str(error), "rate") from None
    if len(source) > MOST_SOURCE or not source.isprintable():
        raise Invalid(Code.INVALID_VALUE, f"A source has up to {MOST_SOURCE} printable characters.", "source")
    if at > now:
        raise Invalid(Code.INVALID_VALUE, "A rate cannot have been read in the future.", "readAt")
    async with db.transaction() as tx:
        stored = await tx.insert(
            "exchange_rates",
            ("base", "quote", "rate_millionths", "source", "read_at"),
            [(base, quote, millionths, source, at)],
            suffix=_KNOWN,
        )
        if not stored:
            raise Conflict(Code.ALREADY_EXISTS, f"A later rate of {base} in {quote} is known.", "readAt")
        detail = {"rate": write_rate(millionths), "source": source, "read_at": at.isoformat()}
        await access.audit(tx, actor, "exchange_rate.set", f"{base}/{quote}", detail, None, now)
        rows = await tx.fetch("SELECT product_id FROM product_markups WHERE currency = $1", quote)
        return await reprice(tx, [row["product_id"] for row in rows], now)
