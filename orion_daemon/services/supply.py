"""A supplier's account as a row: what is known of it, what it may spend, and whether it buys.

The row stands beside the account's channel and is made when it is first needed. Buying is paused where the supplier
said that the balance is too low, until a balance is seen that suffices, or by a rule or a person, until a person lets
it go on; purchases wait meanwhile and lose nothing. Its catalog: `supply_walks.py`, `supply_pages.py`,
`supply_texts.py`; who reads the balance: `actors/handlers/supply.py`.
"""

from datetime import datetime

from orion_daemon.db.database import Database
from orion_daemon.db.sql import Row
from orion_daemon.db.tx import Tx
from orion_daemon.domain.events import AlertRaised, SyncStatusChanged
from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.supply import Balance
from orion_daemon.jobs import mailbox
from orion_daemon.services import access
from orion_daemon.services.errors import NotFound
from orion_daemon.services.stores import address

BUYING_PAUSED = "buying_paused"
"""Why a purchase waits: jobs snooze for this reason, and are woken when buying goes on."""
_ACCOUNT = """
SELECT a.*, c.store_id, c.marketplace, c.settings_json, s.code AS store_code, s.default_language AS store_language
FROM supplier_accounts a JOIN channels c ON c.id = a.channel_id JOIN stores s ON s.id = c.store_id
WHERE a.channel_id = $1 FOR UPDATE OF a
"""


async def account_of(source: Database | Tx, channel_id: int, now: datetime) -> Row:
    """The account's row, made where there is none, with `store_id`, `marketplace`, `settings_json`, `store_code` and
    `store_language` beside it. In a transaction it is locked to its end. Raises NotFound for an unknown channel."""
    if isinstance(source, Database):
        async with source.transaction() as tx:
            return await account_of(tx, channel_id, now)
    row = await source.fetch_one(_ACCOUNT, channel_id)
    if row is None:
        if await source.fetch_value("SELECT id FROM channels WHERE id = $1", channel_id) is None:
            raise NotFound("such supplier account", "channelId")
        await source.insert(
            "supplier_accounts",
            ("channel_id", "buying_state", "updated_at"),
            [(channel_id, "open", now)],
            suffix="ON CONFLICT (channel_id) DO NOTHING",
        )
        row = await source.fetch_one(_ACCOUNT, channel_id)
    assert row is not None  # noqa: S101 - it was there, or was inserted in this transaction
    return row


def owner_of(account: Row) -> str:
    """The account's address, by which its jobs are owned."""
    return address(account["store_code"], account["marketplace"])


async def take_balance(db: Database, channel_id: int, balance: Balance, now: datetime) -> bool:
    """Keep what the account may spend; True when buying goes on with it.

    Raises an alert once when it falls under the channel's `low_balance_minor`, and lets buying go on that was paused
    for want of a balance which is there now.
    """
    async with db.transaction() as tx:
        account = await account_of(tx, channel_id, now)
        await tx.execute(
            "UPDATE supplier_accounts SET currency = $2, balance_minor = $3, credit_minor = $4, usable_minor = $5,"
            " balance_at = $6, updated_at = $6 WHERE id = $1",
            account["id"], balance.currency, balance.balance_minor, balance.credit_minor, balance.usable_minor, now,
        )  # fmt: skip
        low = (account["settings_json"] or {}).get("low_balance_minor")
        before = account["usable_minor"]
        if low is not None and balance.usable_minor < low and (before is None or before >= low):
            text = (
                f"{owner_of(account)} may spend {to_decimal(balance.usable_minor, balance.currency)} {balance.currency}"
                f" more, which is under {to_decimal(low, balance.currency)}: top the balance up at the supplier."
            )
            tx.emit(AlertRaised(account["store_id"], channel_id, "low_balance", text))
        needs = account["needs_minor"]
        goes_on = account["buying_state"] == "paused" and needs is not None and balance.usable_minor >= needs
        if goes_on:
            await _open(tx, account, now)
        elif before != balance.usable_minor:
            tx.emit(SyncStatusChanged(account["store_id"], channel_id))
        return goes_on


async def pause_buying(tx: Tx, channel_id: int, reason: str, needs_minor: int | None, now: datetime) -> bool:
    """Buy nothing more through this account; False when it was paused already. `reason` is a sentence for a person.

    With `needs_minor` buying goes on by itself once so much may be spent; where several purchases want a balance the
    smallest counts, so that what can be bought is. Without it only a person lets it go on. An alert is raised once.
    """
    account = await account_of(tx, channel_id, now)
    reason = reason[:500]
    if account["buying_state"] == "paused":
        waits_for = account["needs_minor"]
        if waits_for is not None:
            lowest = None if needs_minor is None else min(waits_for, needs_minor)
            why = reason if needs_minor is None else account["paused_reason"]
            await tx.execute(
                "UPDATE supplier_accounts SET needs_minor = $2, paused_reason = $3, updated_at = $4 WHERE id = $1",
                account["id"], lowest, why, now,
            )  # fmt: skip
        return False
    await tx.execute(
        "UPDATE supplier_accounts SET buying_state = 'paused', paused_reason = $2, needs_minor = $3, paused_at = $4,"
        " updated_at = $4 WHERE id = $1",
        account["id"], reason, needs_minor, now,
    )  # fmt: skip
    text = f"{owner_of(account)} buys nothing for now: {reason}"
    tx.emit(AlertRaised(account["store_id"], channel_id, "buying_paused", text))
    tx.emit(SyncStatusChanged(account["store_id"], channel_id))
    return True


async def resume_buying(db: Database, channel_id: int, actor: str, now: datetime) -> bool:
    """A person lets a paused account buy again; False when it was not paused. Raises NotFound."""
    async with db.transaction() as tx:
        account = await account_of(tx, channel_id, now)
        if account["buying_state"] != "paused":
            return False
        await _open(tx, account, now)
        detail = {"reason": account["paused_reason"]}
        await access.audit(tx, actor, "supplier.resume", f"channel:{channel_id}", detail, account["store_id"], now)
        return True


async def _open(tx: Tx, account: Row, now: datetime) -> None:
    """Let the account buy, and what waits for that be tried at once."""
    await tx.execute(
        "UPDATE supplier_accounts SET buying_state = 'open', paused_reason = '', paused_at = NULL, needs_minor = NULL,"
        " updated_at = $2 WHERE id = $1",
        account["id"], now,
    )  # fmt: skip
    tx.emit(SyncStatusChanged(account["store_id"], account["channel_id"]))
    await mailbox.wake(tx, owner_of(account), reason=BUYING_PAUSED, now=now)
