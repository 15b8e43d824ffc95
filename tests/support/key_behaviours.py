"""What suppliers, mail servers and people do in the cases of `key_crashes.py`, each way under its name.

A `Behaviour` is what is told to the stand-ins before the daemon starts. What has to happen in the middle is its `then`:
it is called again and again while daemons live and die, looks at what holds at that moment, and does its part once it
is time for that.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from orion_daemon.db.database import Database
from orion_daemon.jobs import mailbox
from orion_daemon.jobs.kinds import WATCH_BALANCE, Nothing
from orion_daemon.services import key_replacements, key_resends
from tests.support.key_process import BALANCE
from tests.support.processes import SandboxProcess

HISTORY_LATE = 30
PERSON = "ann"
_PAUSED = """
SELECT c.id, c.store_id FROM channels c JOIN supplier_accounts a ON a.channel_id = c.id WHERE a.buying_state = 'paused'
"""
FOR_EVER = "2099-01-01T00:00:00Z"  # no release that comes by itself


class World(Protocol):
    """What `then` may look at and turn. `products` are the supplier's that are sold in this case."""

    sandbox: SandboxProcess
    db: Database

    @property
    def products(self) -> Collection[str]: ...


async def assign_one_by_one(world: World) -> None:
    """Each time the daemon has looked in vain the supplier has one code more; the one before is with the customer."""
    if await _looks_in_vain(world) and not await world.db.fetch_value("SELECT 1 FROM key_units WHERE state = 'ready'"):
        for code in (await _awaited(world))[:1]:
            await world.sandbox.control("codeswholesale/preorders/assign", {"code": code})


async def take_one_back(world: World) -> None:
    """The supplier cancels the first piece and has the code of the others; a day passes over what it knows no more."""
    if await _looks_in_vain(world):
        for place, code in enumerate(await _awaited(world)):
            await world.sandbox.control(f"codeswholesale/preorders/{'assign' if place else 'cancel'}", {"code": code})
    async with world.db.transaction() as tx:
        await tx.execute(
            "UPDATE keys SET note = $1 WHERE state = 'awaited' AND note LIKE 'missing since %'",
            f"missing since {(datetime.now(UTC) - timedelta(days=2)).isoformat()}",
        )


async def _looks_in_vain(world: World) -> bool:
    """Whether the daemon waits for codes, having asked after what there was."""
    waiting = "SELECT 1 FROM jobs WHERE state = 'waiting' AND error_code = 'code_awaited' AND run_at > $1"
    return bool(await world.db.fetch_value(waiting, datetime.now(UTC)))


async def _awaited(world: World) -> list[str]:
    codes = await world.sandbox.control("codeswholesale/preorders")
    return [code["id"] for code in codes if code["product"] in world.products]


async def pay_up(world: World) -> None:
    """A person who hears that buying is paused pays, and the schedule's next tick has the balance looked at."""
    if channel := await world.db.fetch_one(_PAUSED):
        await world.sandbox.control("codeswholesale/accounts", {"balance": BALANCE}, method="PATCH")
        async with world.db.transaction() as tx:
            await mailbox.put(
                tx, WATCH_BALANCE, Nothing(), owner="ada:codeswholesale", now=datetime.now(UTC),
                store_id=channel["store_id"], channel_id=channel["id"],
            )  # fmt: skip


async def release(world: World) -> None:
    """A person has looked at the buyer."""
    if held := await world.db.fetch("SELECT id FROM key_units WHERE hold_code = 'risk_score'"):
        ids = [unit["id"] for unit in held]
        await key_replacements.release(world.db, ids, actor=PERSON, now=datetime.now(UTC))


async def correct_address(world: World) -> None:
    """A person sends the keys again, to where the customer can be reached."""
    failed = "SELECT id, channel_order_id FROM orders WHERE attention LIKE '%delivery_failed%'"
    again = "SELECT 1 FROM key_deliveries WHERE order_id = $1 AND asked_by <> ''"
    for order in await world.db.fetch(failed):
        if not await world.db.fetch_value(again, order["id"]):
            await key_resends.resend(
                world.db, order["id"], PERSON, datetime.now(UTC), message_id=f"again-{order['id']}",
                to=f"{order['channel_order_id']}@example.com",
            )  # fmt: skip


class Behaviour(NamedTuple):
    """What the supplier does: `faults` as the stand-in takes them, `settings` of it, `product` facts, what the account
    may spend, how it scores buyers, and what the product costs once it was read. `lines`: pieces by line of each of so
    many `orders`. `mail`: how the mail server misbehaves; None: the daemon has none. `rules`: lines of the supplier in
    orion.toml. `taken_back`: pieces that nobody gets."""

    faults: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, Any] = {}
    product: Mapping[str, Any] = {}
    balance: str = BALANCE
    score: str = "0.50"
    price: str = ""
    lines: tuple[int, ...] = (2,)
    orders: int = 1
    mail: Mapping[str, Any] | None = None
    rules: str = ""
    then: Callable[[World], Awaitable[None]] | None = None
    taken_back: int = 0

    @property
    def is_mail_lost(self) -> bool:
        """Whether the mail server takes a message and does not say so, once."""
        return self.mail is not None and bool(self.mail.get("drop")) and bool(self.mail.get("keeps_dropped", True))


def _lost(kind: str, when: str, operation: str = "createOrder", **more: Any) -> tuple[Mapping[str, Any], ...]:
    return ({"kind": kind, "operation": operation, "when": when, "count": 1, **more},)


_PREORDER: Mapping[str, Any] = {"kinds": ["preorder"], "released_at": FOR_EVER, "quantity": 0}
BEHAVIOURS: Mapping[str, Behaviour] = {
    "normal": Behaviour(),
    "two lines": Behaviour(lines=(2, 1)),
    "lost, made": Behaviour(_lost("drop", "after")),
    "lost, not made": Behaviour(_lost("drop", "before")),
    "500, made": Behaviour(_lost("status", "after", status=500)),
    "500, not made": Behaviour(_lost("status", "before", status=500)),
    "shown late": Behaviour(_lost("drop", "after"), {"history_seconds": HISTORY_LATE}),
    "fewer codes": Behaviour(_lost("partial", "after", left=1)),
    "no codes": Behaviour(_lost("partial", "after")),
    "pictures": Behaviour(settings={"pictures": "never"}, product={"kinds": ["image"]}),
    "price moves": Behaviour(price="9.20"),
    "rate limited": Behaviour(_lost("status", "before", status=429, count=3)),
    "pre-order": Behaviour(product=_PREORDER, mail={}, rules="allow_preorders = true", then=assign_one_by_one),
    "pre-order lost, made": Behaviour(
        _lost("drop", "after"), product=_PREORDER, mail={}, rules="allow_preorders = true", then=assign_one_by_one
    ),
    "pre-order taken back": Behaviour(
        product=_PREORDER, rules="allow_preorders = true", then=take_one_back, taken_back=1
    ),
    "scored, answer lost": Behaviour(_lost("drop", "after", "checkSecurity", count=3), rules='risk_limit = "1.5"'),
    "scored too high": Behaviour(score="9.00", rules='risk_limit = "1.5"', then=release),
    "no balance": Behaviour(balance="20.00", lines=(2, 1), then=pay_up),
    "mailed": Behaviour(settings={"pictures": "inline"}, product={"kinds": ["text", "image"]}, orders=2, mail={}),
    "mail lost, taken": Behaviour(mail={"drop": "after_data", "drops": 1}),
    "mail lost, not taken": Behaviour(mail={"drop": "after_data", "drops": 1, "keeps_dropped": False}),
    "mail put off": Behaviour(mail={"defer": 1}),
    "mail refused": Behaviour(mail={"refuse": ["*@example.lu"]}, then=correct_address),
}
