"""Stock and prices out: pushed in calls or published as a feed, and read back where the channel can be asked.

A push sends what differs, most urgent first, one vendor-sized batch after the other, and records each batch before
the next: an error leaves the rest different, and the retry goes on from there. Quantities are computed when a batch is
made, so a change during a long push goes out with it (G4). States say what is known: accepted is "sent", named back is
"synced", refused is "failed" with the channel's reason (G7), and shown apart where the channel just does not sell it.
Feeds: `feeds.py`; rows: `services/offers.py`.

Where many levels go as one task (`Capabilities.calls_up_to`), it is only handed over: what became of it is heard by
jobs of its own (`level_tasks.py`), and what may be sold out goes by calls beside it.

A channel that holds fewer than it was told has sold some as a rule, and their order comes minutes later. Sending the
level again would offer these pieces twice, so that waits until orders have been asked for (`_may_have_sold`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orion_daemon.actors.account import Account
from orion_daemon.actors.handlers import feeds
from orion_daemon.connectors.base import Capabilities, LevelResult, OutgoingLevel
from orion_daemon.connectors.errors import MutationsForbidden, VendorError
from orion_daemon.jobs.kinds import PUSH_INVENTORY, SETTLE_OFFERS, Nothing
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Cancelled, Done, Outcome, Refused, Snooze
from orion_daemon.services import level_tasks, offers, sync_runs
from orion_daemon.services.offers import LevelToSend, Pace, Sent
from orion_daemon.services.sync_runs import Drifted, LevelToRead, RunCounts

FIRST_LOOK = timedelta(seconds=45)
NEXT_LOOK = timedelta(minutes=1)
ORDERS_COME = timedelta(minutes=10)
"""After what was sold on a channel its order is surely shown there."""
ORDERS_COME_AT_LATEST = timedelta(days=1)
"""So long fewer pieces are taken for sold where orders cannot be asked for; longer, nothing more is sold there."""
URGENT_SHARE = 0.3
"""Of the time in which a level settles, after which one that may be sold out is sent all the same."""
VENDORS_DAY = ZoneInfo("America/Los_Angeles")
"""eBay's calendar, the only one that counts revisions."""


async def push(account: Account, job: Job, args: Nothing) -> Outcome:
    """Bring the channel to the levels of this moment, in whatever way it takes them."""
    capabilities = await account.capabilities()
    if capabilities.stock == "feed":
        until = await sync_runs.feed_rests_until(account.db, account.channel_id, account.clock.now())
        if until is not None:
            return Snooze(until, offers.FEED_RESTS, "the last run was long; changes are gathered for the next")
        return await feeds.publish(account, job)
    if capabilities.stock == "none":
        return Refused("unsupported", f"{account.marketplace} takes no stock from outside.")
    started, counts = account.clock.now(), RunCounts()
    if capabilities.gathers_for is not None:
        until = await sync_runs.gathers_until(account.db, account.channel_id, capabilities.gathers_for, started)
        if until is not None:
            return Snooze(until, offers.FEED_RESTS, "changes are gathered; the marketplace counts how many there are")
    async with account.db.transaction() as tx:
        await offers.mark_refused_different(tx, account.channel_id, started)
    try:
        await _push_all(account, capabilities, counts)
    except MutationsForbidden as error:
        return Refused(error.code, error.message)
    except VendorError as error:
        await _end(account, "push", counts, started, error.message)
        raise
    await _end(account, "push", counts, started)
    account.parts.observe("inventory_synced", store=account.store_code, marketplace=account.marketplace)
    return Done({"offers": counts.offers, "sent": counts.sent, "confirmed": counts.confirmed, "failed": counts.failed})


async def publish_feed(account: Account, job: Job, args: Nothing) -> Outcome:
    """Write the channel's feed files anew. Where levels go by calls the files are for whoever asked, and say nothing
    about what the channel knows."""
    capabilities = await account.capabilities()
    return await feeds.publish(account, job, carries_levels=capabilities.stock == "feed")


async def _push_all(account: Account, capabilities: Capabilities, counts: RunCounts) -> None:
    last: list[tuple[int, int]] = []
    while True:
        now = account.clock.now()
        tasks = await level_tasks.under_way(account.db, account.channel_id, now)
        pace = _pace(capabilities, now, tasks)
        levels = await offers.levels_to_send(
            account.db, account.channel_id, limit=max(1, capabilities.max_batch), now=now, pace=pace
        )
        levels = _now_of(levels, capabilities.calls_up_to, is_busy=bool(tasks))
        batch = [(level.offer_id, level.version) for level in levels]
        if not levels:
            return
        if batch == last:
            raise RuntimeError(f"the levels of {account.address} stay different after they were sent")
        last = batch
        failure: VendorError | None = None
        try:
            results = await _send(account, capabilities, levels)
        except VendorError as error:
            failure, results = error, _before(error, levels)
        await _record(account, capabilities, pace, results, counts)
        if failure is not None:
            raise failure


def _now_of(levels: list[LevelToSend], calls_up_to: int | None, *, is_busy: bool) -> list[LevelToSend]:
    """What goes now, where many levels go as one task. What may be sold out is said by itself and does not wait for the
    task's end; as long as one is under way (`is_busy`), no other is begun, and the rest waits for its end."""
    if calls_up_to is None or len(levels) <= calls_up_to:
        return levels
    urgent = [level for level in levels if level.is_urgent]
    if is_busy:
        return urgent[:calls_up_to]
    return urgent if 0 < len(urgent) <= calls_up_to else levels


def _settled_before(capabilities: Capabilities, now: datetime, tasks: Sequence[datetime]) -> datetime | None:
    """What was accepted later may still be on its way: within the time that levels settle in, and with `tasks` that the
    channel still works on."""
    if capabilities.settles_in is None:
        return None
    return min([now - capabilities.settles_in, *(since - timedelta.resolution for since in tasks)])


def _pace(capabilities: Capabilities, now: datetime, tasks: Sequence[datetime]) -> Pace:
    settles = capabilities.settles_in
    return Pace(
        _settled_before(capabilities, now, tasks),
        None if settles is None else now - settles * URGENT_SHARE,
        f"{now.astimezone(VENDORS_DAY):%Y-%m-%d}",
        capabilities.revisions_a_day,
    )


def _before(error: VendorError, levels: Sequence[LevelToSend]) -> list[Sent]:
    """What became of the levels before the one at which a push stopped; nothing is said of the others."""
    answers = {one.sku: one for one in error.results if isinstance(one, LevelResult)}
    said = {level.sku: OutgoingLevel(level.sku, level.quantity, level.price_minor, level.currency) for level in levels}
    return [_sent(level, said[level.sku], answers[level.sku]) for level in levels if level.sku in answers]


async def _record(
    account: Account, capabilities: Capabilities, pace: Pace, results: Sequence[Sent], counts: RunCounts
) -> None:
    now = account.clock.now()
    taken = [result for result in results if result.state != "refused"]
    accepted = [result for result in taken if result.state == "accepted"]
    async with account.db.transaction() as tx:
        failed = await offers.record(tx, results, now=now)
        if pace.revisions is not None:
            await offers.count_revisions(tx, taken, pace.day)
        for name in sorted({result.told_by for result in accepted if result.told_by}):
            await level_tasks.begin(tx, account.channel_id, name, now)
        if capabilities.reads_offers and accepted:
            await sync_runs.put_again(tx, account.channel_id, SETTLE_OFFERS, now + FIRST_LOOK, now)
    counts.offers += len(results)
    counts.sent += len(accepted)
    counts.confirmed += len(taken) - len(accepted)
    counts.failed += failed


async def _send(account: Account, capabilities: Capabilities, levels: Sequence[LevelToSend]) -> list[Sent]:
    """One call. A SKU that stands twice in a batch is sent once, and its offers share the answer."""
    outgoing: dict[str, OutgoingLevel] = {}
    for level in levels:
        price = level.price_minor if capabilities.prices == "call" else None
        if level.quantity is not None or price is not None:
            outgoing.setdefault(
                level.sku, OutgoingLevel(level.sku, level.quantity, price, level.currency, level.offer_id)
            )
    answers: dict[str, LevelResult] = {}
    if outgoing:
        answers = {one.sku: one for one in await account.connector.push_levels(tuple(outgoing.values()))}
    return [_sent(level, outgoing.get(level.sku), answers.get(level.sku)) for level in levels]


def _sent(level: LevelToSend, said: OutgoingLevel | None, answer: LevelResult | None) -> Sent:
    """What the answer proves. Nothing said of a SKU proves nothing: it was sent."""
    if said is None:
        return Sent(level.offer_id, level.version, "accepted")
    if answer is None:
        return Sent(level.offer_id, level.version, "accepted", said.quantity, said.price_minor)
    if answer.state == "refused":
        return Sent(level.offer_id, level.version, "refused", error=answer.error)
    named = said.quantity is None or answer.quantity == said.quantity
    state = "confirmed" if answer.state == "confirmed" and named else "accepted"
    return Sent(
        level.offer_id, level.version, state, said.quantity, said.price_minor, listing=answer.listing,
        told_by=answer.told_by,
    )  # fmt: skip


async def _end(account: Account, kind: str, counts: RunCounts, started: datetime, error: str = "") -> None:
    await sync_runs.record_run(
        account.db,
        account.channel_id,
        kind,
        counts,
        started_at=started,
        now=account.clock.now(),
        error=error,
    )


@dataclass(slots=True)
class _Finding:
    """`untold`: levels of which fewer are left there than was said, until their orders had time to come."""

    results: list[Sent]
    drifted: list[Drifted]
    untold: int = 0


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a channel was looked at, and what of it counts then. `settled_before`: what was accepted later may still be
    on its way (None: nothing is); `orders_asked_at`: until then its orders are known."""

    now: datetime
    settled_before: datetime | None
    orders_asked_at: datetime | None
    tasks: tuple[datetime, ...] = ()  # what was sent at these times is being worked off: nobody looks at it yet

    @classmethod
    async def of(cls, account: Account, capabilities: Capabilities) -> "_Moment":
        now = account.clock.now()
        tasks = await level_tasks.under_way(account.db, account.channel_id, now)
        asked_at = await sync_runs.orders_asked_at(account.db, account.channel_id)
        return cls(now, _settled_before(capabilities, now, tasks), asked_at, tuple(tasks))


async def settle(account: Account, job: Job, args: Nothing) -> Outcome:
    """Look whether what was accepted holds by now. What does is confirmed, and its offer may be sent the next change;
    what does not after its time is different again. As long as something is on its way, another look follows."""
    capabilities = await account.capabilities()
    if not capabilities.reads_offers:
        return Cancelled(f"offers at {account.marketplace} cannot be read back")
    moment = await _Moment.of(account, capabilities)
    settled_before = moment.settled_before or moment.now
    after, confirmed, drifted, waiting, untold = 0, 0, 0, 0, 0
    while levels := await sync_runs.levels_in_flight(
        account.db, account.channel_id, settled_before=settled_before, after=after, limit=max(1, capabilities.max_batch)
    ):
        after = levels[-1].offer_id
        known = len(levels)
        levels = [level for level in levels if level.sent_at not in moment.tasks]
        waiting += known - len(levels)
        if not levels:
            continue
        answers = {one.sku: one for one in await account.connector.read_levels([one.sku for one in levels])}
        found = _compare(levels, answers, moment)
        drifted += await sync_runs.record_read(
            account.db, account.channel_id, found.results, found.drifted, account.clock.now()
        )
        confirmed += len(found.results)
        told = {one.offer_id for one in found.results} | {one.offer_id for one in found.drifted}
        waiting += sum(level.offer_id not in told and _is_on_its_way(level, settled_before) for level in levels)
        untold += found.untold
    now = account.clock.now()
    async with account.db.transaction() as tx:
        if waiting or untold:
            again = now + (NEXT_LOOK if waiting else ORDERS_COME)
            await sync_runs.put_again(tx, account.channel_id, SETTLE_OFFERS, again, now)
        if confirmed and capabilities.settles_in is not None:  # what changed meanwhile may go now
            await sync_runs.put_again(tx, account.channel_id, PUSH_INVENTORY, now, now)
    return Done({"confirmed": confirmed, "different": drifted, "on_their_way": waiting})


async def read_back(account: Account, job: Job, args: Nothing) -> Outcome:
    """Ask the channel what it holds: equal is confirmed, otherwise is different again and will be pushed."""
    capabilities = await account.capabilities()
    if not capabilities.reads_offers:
        return Cancelled(f"offers at {account.marketplace} cannot be read back")
    started, counts, drifted, after, untold = account.clock.now(), RunCounts(), 0, 0, 0
    moment = await _Moment.of(account, capabilities)
    try:
        while levels := await sync_runs.levels_to_read(
            account.db, account.channel_id, after=after, limit=max(1, capabilities.max_batch)
        ):
            answers = {one.sku: one for one in await account.connector.read_levels([one.sku for one in levels])}
            found = _compare(levels, answers, moment)
            drifted += await sync_runs.record_read(
                account.db, account.channel_id, found.results, found.drifted, account.clock.now()
            )
            after = levels[-1].offer_id
            counts.offers += len(levels)
            counts.confirmed += sum(one.state == "confirmed" for one in found.results)
            counts.failed += sum(one.state == "refused" for one in found.results)  # what is gone, too
            untold += found.untold
    except VendorError as error:
        await _end(account, "read_back", counts, started, error.message)
        raise
    await _end(account, "read_back", counts, started)
    if untold:
        now = account.clock.now()
        async with account.db.transaction() as tx:
            await sync_runs.put_again(tx, account.channel_id, SETTLE_OFFERS, now + ORDERS_COME, now)
    return Done({"offers": counts.offers, "confirmed": counts.confirmed, "different": drifted, "failed": counts.failed})


def _is_on_its_way(level: LevelToRead, settled_before: datetime | None) -> bool:
    return settled_before is not None and level.sent_at is not None and level.sent_at > settled_before


def _has_sold_of_it(level: LevelToRead, answer: LevelResult) -> bool:
    """Whether the channel holds fewer than it was told because it sold some since: more than it held before, so that
    it cannot be the old level."""
    return _is_fewer(level, answer) and level.before is not None and (answer.quantity or 0) > level.before


def _is_fewer(level: LevelToRead, answer: LevelResult) -> bool:
    """Fewer pieces, and nothing else is different."""
    if level.quantity is None or answer.quantity is None or not answer.quantity < level.quantity:
        return False
    return level.price_minor is None or answer.price_minor in (None, level.price_minor)


def _may_have_sold(level: LevelToRead, answer: LevelResult, moment: _Moment) -> bool:
    """Whether fewer are there because of orders that are not known here yet. What the channel still holds as it did
    before it was told anything was ignored; what is fewer for the first time may be sold; and as long as orders were
    not asked for since, it stays so."""
    if not _is_fewer(level, answer):
        return False
    if answer.quantity != level.before:
        return True
    if level.heard_at is None or not _is_heard_of(level):
        return False
    sure = level.heard_at + ORDERS_COME
    if moment.now < sure:
        return True
    is_known = moment.orders_asked_at is None or moment.orders_asked_at >= sure
    return not is_known and moment.now < level.heard_at + ORDERS_COME_AT_LATEST


def _compare(levels: Sequence[LevelToRead], answers: dict[str, LevelResult], moment: _Moment) -> _Finding:
    """What the channel does not name at all is neither proven nor wrong, and stays sent; so does what may still be on
    its way, or was sold there."""
    found = _Finding([], [])
    for level in levels:
        answer = answers.get(level.sku)
        if answer is None or answer.state == "refused":
            error = answer.error if answer is not None else None
            sentence = "The channel does not know this SKU; list it there, or switch the offer off."
            reason = error or ("not_on_channel", sentence)
            found.results.append(Sent(level.offer_id, level.sent_version, "refused", error=reason))
            continue
        pairs = [(level.quantity, answer.quantity), (level.price_minor, answer.price_minor)]
        told = [(ours, theirs) for ours, theirs in pairs if ours is not None]
        if any(theirs is not None and theirs != ours for ours, theirs in told):
            if _is_on_its_way(level, moment.settled_before):
                has_sold = _has_sold_of_it(level, answer)
            else:
                has_sold = _may_have_sold(level, answer, moment)
                found.untold += has_sold
                if not has_sold:
                    more = (answer.quantity or 0) > (level.quantity or 0)
                    found.drifted.append(Drifted(level.offer_id, level.version, more))
            if has_sold and answer.quantity != level.before:
                found.results.append(
                    Sent(level.offer_id, level.sent_version, "applied", answer.quantity, answer.price_minor)
                )
        elif told and all(theirs is not None for _, theirs in told):
            found.results.append(
                Sent(level.offer_id, level.sent_version, "confirmed", level.quantity, level.price_minor)
            )
    return found


def _is_heard_of(level: LevelToRead) -> bool:
    """Whether the channel was asked since it was told."""
    return level.heard_at is not None and (level.sent_at is None or level.heard_at >= level.sent_at)
