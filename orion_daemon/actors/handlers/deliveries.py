"""Sending keys to customers, and what they are told of keys that do not come: one message after the other, until
nothing of the order is ready or to be told any more.

    begin (committed) → render → compose → hand over → sent (committed)

A message that is begun stays asked until its fate is known, so a daemon that vanished between handing over and
recording, or a connection that broke after the text, leads to the same message again: same keys, same Message-ID. A
customer may get one mail twice; never other keys, and no key goes to two customers.

| The mail server | Then |
|---|---|
| is away, busy, or its answer was lost | the same message again, later |
| refuses the login or our address, or none is named in `[mail]` | messages wait, and people are told once |
| refuses the recipient or the message | the order asks for a person; the keys stay ready |

Deciding and writing: `services/deliveries.py`, `delivery_results.py`; who calls: `actors/notifier.py`.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from orion_daemon.actors.post import Sender
from orion_daemon.domain.deliveries import SHOWS_CODES
from orion_daemon.domain.events import AlertRaised
from orion_daemon.jobs.kinds import KINDS, OrderArgs
from orion_daemon.jobs.mailbox import Job
from orion_daemon.jobs.outcomes import Dead, Done, Failed, Outcome, Snooze
from orion_daemon.jobs.retry import Family, decide
from orion_daemon.notifications.errors import AuthRefused, Doubtful, MailError, Rejected
from orion_daemon.notifications.message import Letter, compose, mailbox, message_id_of
from orion_daemon.notifications.render import render
from orion_daemon.notifications.send import MailOptions, Receipt
from orion_daemon.services import deliveries, delivery_results
from orion_daemon.services.deliveries import KeyMessage

if TYPE_CHECKING:
    from orion_daemon.actors.notifier import Outbox

log = logging.getLogger("orion.actors")

NOT_CONFIGURED, REFUSED = "mail_not_configured", "mail_refused"
WAITS_FOR_SERVER = (NOT_CONFIGURED, REFUSED)
WAIT = timedelta(minutes=15)  # another server, or a start of the daemon, wakes sooner
MOST_MESSAGES = 20  # in one run
_WAITING = "SELECT 1 AS one FROM jobs WHERE owner = $1 AND state = 'waiting' AND error_code = $2 LIMIT 1"


async def deliver(outbox: "Outbox", job: Job, args: OrderArgs) -> Outcome:
    """Send what is ready of the order. Ends as done when nothing can be sent any more, whatever the reason."""
    started, ended = outbox.clock.monotonic(), "failed"
    try:
        outcome = await _deliver(outbox, job, args.order_id)
        ended = type(outcome).__name__.lower()
        return outcome
    finally:
        seconds = outbox.clock.monotonic() - started
        outbox.parts.observe("delivery", kind=job.kind, outcome=ended, seconds=seconds, store=outbox.store_code)


async def _deliver(outbox: "Outbox", job: Job, order_id: int) -> Outcome:
    post = outbox.parts.post
    options, sender = post.options, post.sender
    if options is None or sender is None:
        return await _wait(outbox, job, NOT_CONFIGURED, "No mail server is named: set host and more in [mail].")
    try:
        mailbox(options.from_address, "sender")
        if options.reply_to:
            mailbox(options.reply_to, "reply-to")
    except Rejected as error:  # it would be refused for every message
        return await _wait(outbox, job, REFUSED, error.message)
    messages = 0
    for _ in range(MOST_MESSAGES):
        message = await deliveries.begin(
            outbox.db, order_id, outbox.clock.now(), message_id=f"orion-{order_id}-{uuid4().hex}"
        )
        if message is None:
            break
        stopped = await _send(outbox, job, message, options, sender)
        if stopped is not None:
            return stopped
        messages += 1
    return Done({"messages": messages})


async def _send(
    outbox: "Outbox", job: Job, message: KeyMessage, options: MailOptions, sender: Sender
) -> Outcome | None:
    """One message; None: it was taken."""
    try:
        receipt = await sender.send(_letter(message, options))
    except MailError as error:
        return await _not_taken(outbox, job, message, error)
    await _taken(outbox, message, receipt)
    return None


def _letter(message: KeyMessage, options: MailOptions) -> Letter:
    """The message as it goes over the wire. Raises Rejected."""
    mail = replace(message.mail, contact=options.reply_to)
    rendered = render(message.kind, mail, overrides=message.templates)
    if rendered.problem:
        log.warning("delivery %d: %s", message.delivery_id, rendered.problem, extra={"action": "template.not_used"})
    return compose(
        rendered,
        to=message.to,
        to_name=mail.customer_name,
        sender=options.from_address,
        sender_name=options.from_name or mail.store_name,
        reply_to=options.reply_to,
        message_id=message_id_of(message.message_id, options.from_address),
        at=message.at,
        attachments=message.attachments,
    )


async def _taken(outbox: "Outbox", message: KeyMessage, receipt: Receipt) -> None:
    units = await delivery_results.sent(outbox.db, message.delivery_id, receipt.words, outbox.clock.now())
    if message.kind in SHOWS_CODES:
        log.info(
            "delivery %d of %s was taken: %d keys",
            message.delivery_id,
            outbox.store_code,
            units,
            extra={"action": "keys.delivered", "actor": outbox.address, "store": outbox.store_code},
        )
    else:
        log.info(
            "delivery %d of %s was taken: %s",
            message.delivery_id,
            outbox.store_code,
            message.kind.value,
            extra={"action": "notice.sent", "actor": outbox.address, "store": outbox.store_code},
        )


async def _not_taken(outbox: "Outbox", job: Job, message: KeyMessage, error: MailError) -> Outcome:
    now = outbox.clock.now()
    was_seen = message.was_seen or isinstance(error, Doubtful)
    wish = None if error.retry_after is None else timedelta(seconds=error.retry_after)
    failure = Failed(Family(error.family), error.code, error.message, wish)
    log.warning(
        "delivery %d of %s was not taken: %s/%s, %s",
        message.delivery_id,
        outbox.store_code,
        error.family,
        error.code,
        error.message,
        extra={"action": "delivery.failed", "actor": outbox.address, "job": job.id, "code": error.code},
    )
    if isinstance(error, Rejected) or _is_last(job, failure, outbox):
        await delivery_results.failed(outbox.db, message.delivery_id, error.code, error.message, now, was_seen=was_seen)
        return Dead(error.family, error.code, error.message)
    await delivery_results.postponed(outbox.db, message.delivery_id, error.code, error.message, now, was_seen=was_seen)
    if isinstance(error, AuthRefused):
        return await _wait(outbox, job, REFUSED, error.message)
    return failure


def _is_last(job: Job, failure: Failed, outbox: "Outbox") -> bool:
    """Whether this failure ends the job, so that nothing would say what became of the message."""
    kind = KINDS.find(job.kind)
    assert kind is not None  # noqa: S101  # it has a handler
    decision = decide(
        failure, attempts=job.attempts, max_attempts=kind.max_attempts, is_repeatable=kind.is_repeatable,
        longest_delay=kind.longest_delay, give_up_at=job.give_up_at, now=outbox.clock.now(), dice=1.0,
    )  # fmt: skip
    return isinstance(decision, Dead)


async def _wait(outbox: "Outbox", job: Job, code: str, message: str) -> Snooze:
    """Nothing can be sent until a person mends it: say so once, and keep the job."""
    is_known = job.error_code == code or await outbox.db.fetch_value(_WAITING, outbox.address, code)
    if not is_known:
        async with outbox.db.transaction() as tx:
            tx.emit(AlertRaised(outbox.store_id, None, code, message))
        log.warning("%s: %s", outbox.address, message, extra={"action": "mail.waits", "actor": outbox.address})
    return Snooze(outbox.clock.now() + WAIT, code, message)
