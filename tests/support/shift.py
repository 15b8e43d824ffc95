"""A shift at the shop while its daemon is killed again and again: what people did, and what must have come of it.

Each order gets a plan when it is placed; the clerks carry it out through the API and repeat whatever was not answered.
A command counts as accepted once its answer came, or its effect is seen. `judge` compares the plans with the sandbox's
ledger and with Orion's own books.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from orion_daemon.services.inventory import verify_ledger
from tests.support.scene import ARTICLES, Scene

FIRST_STOCK = 1000
FAULTS: list[dict[str, Any]] = [
    {"kind": "drop", "operation": "mutation", "when": "after", "probability": 0.15},
    {"kind": "drop", "operation": "mutation", "when": "before", "probability": 0.05},
    {"kind": "truncated", "operation": "mutation", "probability": 0.05},
    {"kind": "status", "operation": "query", "probability": 0.08},
    {"kind": "truncated", "operation": "query", "probability": 0.05},
    {"kind": "rate_limited", "operation": "*", "probability": 0.04, "retry_after": 1},
    {"kind": "slow", "operation": "*", "probability": 0.1, "delay": 0.2},
]


@dataclass
class Plan:
    """What is to become of an order: pieces by SKU to confirm and to decline, or all of it is cancelled."""

    name: str
    pieces: dict[str, int]
    declined: dict[str, int]
    is_cancelled: bool

    @property
    def confirmed(self) -> dict[str, int]:
        if self.is_cancelled:
            return {}
        return {sku: left for sku, n in self.pieces.items() if (left := n - self.declined.get(sku, 0))}

    @property
    def reference(self) -> str:
        return f"P-{self.name}"

    @property
    def tracking(self) -> str:
        return f"LU-{self.name}"


@dataclass
class Shift:
    scene: Scene
    random: Random
    answers_units: bool  # the channel names single pieces, so that parts can be declined
    plans: list[Plan] = field(default_factory=list)
    adjusted: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    is_over: bool = False

    async def insist(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Repeat until somebody answers; the daemon may be dead at any moment."""
        async with asyncio.timeout(90):
            while True:
                with suppress(aiohttp.ClientError, ConnectionError):
                    return await call()
                await asyncio.sleep(0.05)

    async def tell(self, mutation: str, **wanted: Any) -> None:
        """A command; one that finds its effect there already was accepted before."""
        fields = "userErrors { code field message }"
        told = await self.insist(lambda: self.scene.api.attempt(mutation, fields, **wanted))
        known = {"STATUS_FORBIDS", "QUANTITY_TOO_LARGE", "IMPORT_RUNNING"}
        assert {error["code"] for error in told["userErrors"]} <= known, (mutation, wanted, told)

    # -- what people do ------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """One order from the buyer to the parcel."""
        random = self.random
        skus = random.sample(("MUG", "BOWL", "VASE", "CARD"), random.randint(1, 3))
        pieces = {sku: random.randint(1, 4) for sku in skus}
        is_cancelled = random.random() < 0.2
        declined = {}
        if self.answers_units and not is_cancelled:
            declined = {sku: random.randint(0, n) for sku, n in pieces.items() if random.random() < 0.4}
        plan = Plan(await self.scene.place(**pieces), pieces, {s: n for s, n in declined.items() if n}, is_cancelled)
        self.plans.append(plan)
        await self.insist(lambda: self.scene.ask("pollOrders"))
        order = await self.arrived(plan.name)
        items = {item["sku"]: item["id"] for item in order["items"]}
        if plan.is_cancelled:
            await self.tell("cancelOrder", orderId=order["id"])
            return
        for sku, count in plan.declined.items():
            await self._decline(order["id"], items[sku], count)
        if plan.confirmed:
            await self.tell("confirmOrderItems", orderId=order["id"])
            parcel = {"reference": plan.reference, "trackingNumber": plan.tracking, "carrier": "post"}
            await self.tell("shipOrder", orderId=order["id"], **parcel)

    async def _decline(self, order_id: str, item_id: str, count: int) -> None:
        """Not repeatable by itself: whether it was done is seen in the counts."""

        async def once() -> None:
            order = await self.scene.api.query(
                "query($id: ID!) { node(id: $id) { ... on OrderItem { cancelled } } }", id=item_id
            )
            if order["node"]["cancelled"] < count:
                lines = [{"orderItemId": item_id, "quantity": count}]
                fields = "userErrors { code message }"
                told = await self.scene.api.attempt("declineOrderItems", fields, orderId=order_id, lines=lines)
                assert not told["userErrors"], told

        await self.insist(once)

    async def arrived(self, name: str) -> dict[str, Any]:
        """The order, once Orion has it; as on a schedule, it is polled for again. Fails with what is to be done."""
        looks = 0
        try:
            async with asyncio.timeout(90):
                while True:
                    order = await self.insist(lambda: self.scene.order(name))
                    if order is not None:
                        found: dict[str, Any] = order
                        return found
                    looks += 1
                    if looks % 20 == 0:
                        await self.insist(lambda: self.scene.ask("pollOrders"))
                    await asyncio.sleep(0.1)
        except TimeoutError:
            async with self.scene.home.database() as database:
                work = await database.fetch("SELECT * FROM jobs WHERE state IN ('waiting', 'executing')")
                owners = await database.fetch("SELECT * FROM leases JOIN processes p ON p.id = process_id")
            raise AssertionError(f"order {name} did not arrive; to be done: {work}, by: {owners}") from None

    async def count_anew(self, number: int) -> None:
        """Somebody finds pieces on the shelf; the note tells whether it was written."""
        sku, pieces, note = self.random.choice(("MUG", "BOWL")), self.random.randint(1, 9), f"found-{number}"

        async def once() -> None:
            text = "{ inventoryMovements(causes: [ADJUST], first: 200) { edges { node { note } } } }"
            seen = (await self.scene.api.query(text))["inventoryMovements"]["edges"]
            if note not in {edge["node"]["note"] for edge in seen}:
                text = 'query($sku: String!) { product(store: "ada", sku: $sku) { id } }'
                product = (await self.scene.api.query(text, sku=sku))["product"]["id"]
                await self.scene.api.change(
                    "adjustStock", "level { onHand }", productId=product, delta=pieces, note=note
                )

        self.adjusted[sku] += pieces
        await self.insist(once)

    async def read_feed_again(self) -> None:
        url = f"{self.scene.sandbox.url}/letzshop/feeds/ada-fr.csv"
        await self.tell("importProducts", **self.scene.account, language="fr", url=url)

    # -- what happens to them ------------------------------------------------------------------------------------------

    async def be_killed(self, kills: int, longest: float) -> None:
        """Kill the daemon at random moments, also while it starts; in the end it runs."""
        for _ in range(kills):
            await asyncio.sleep(self.random.uniform(0.05, longest))
            self.scene.daemon.running.kill()
            self.kills += 1
            self.scene.daemon.running = self.scene.home.launch()
        self.is_over = True
        await self.scene.home.ready(self.scene.daemon.running)

    async def hurry(self) -> None:
        """Tries that failed are repeated at once, not after their pause."""
        while True:
            await asyncio.sleep(0.5)
            await self.scene.hurry()

    async def settle(self) -> None:
        """Everything asked for comes to its end once the marketplace is well again."""
        rules = await self.scene.sandbox.control("faults")
        fired = {f"{rule['kind']} {rule['when']} {rule['operation']}": rule["fired"] for rule in rules}
        print(f"{self.kills} kills, {len(self.plans)} orders; faults: {fired}")
        await self.scene.sandbox.control("faults", method="DELETE")
        for work in ("reconcileOrders", "pollOrders", "syncInventory"):
            await self.scene.ask(work)
        await self.scene.quiet(within=90)
        await self.scene.ask("syncInventory")  # for levels that moved while the last one was sent
        await self.scene.quiet()

    # -- what must have come of it -------------------------------------------------------------------------------------

    async def judge(self) -> None:
        assert len({plan.name for plan in self.plans}) == len(self.plans)
        async with self.scene.home.database() as database:
            rows = await database.fetch("SELECT id, channel_order_id, status, sync_status, sync_error FROM orders")
            lines = await database.fetch(
                "SELECT order_id, sku, quantity, confirmed, cancelled, shipped FROM order_items"
            )
            jobs = await database.fetch("SELECT kind, state, error_code, error_message FROM jobs WHERE state <> 'done'")
            parcels = await database.fetch("SELECT reference, sync_status FROM shipments")
            assert await verify_ledger(database) == []
        assert not jobs, jobs
        assert sorted(row["channel_order_id"] for row in rows) == sorted(plan.name for plan in self.plans)
        assert {(row["sync_status"], row["sync_error"]) for row in rows} == {("synced", "")}
        ids = {row["id"]: row["channel_order_id"] for row in rows}
        status = {row["channel_order_id"]: row["status"] for row in rows}
        counts = {
            (ids[line["order_id"]], line["sku"]): tuple(
                line[name] for name in ("quantity", "confirmed", "cancelled", "shipped")
            )
            for line in lines
        }
        assert len(counts) == len(lines)
        sent: Counter[str] = Counter()
        for plan in self.plans:
            for sku, quantity in plan.pieces.items():
                good = plan.confirmed.get(sku, 0)
                assert counts[plan.name, sku] == (quantity, good, quantity - good, good), plan
                sent[sku] += good
            assert status[plan.name] == ("shipped" if plan.confirmed else "cancelled"), plan
        shipped = sorted(plan.reference for plan in self.plans if plan.confirmed)
        assert sorted((row["reference"], row["sync_status"]) for row in parcels) == [(one, "synced") for one in shipped]
        levels = await self.scene.levels()
        for sku in ARTICLES:
            assert levels[sku] == (FIRST_STOCK + self.adjusted[sku] - sent[sku], 0), sku
        await self._judge_parcels()
        if self.answers_units:
            await self._judge_answers()

    async def _judge_parcels(self) -> None:
        """Each parcel set once; whatever was repeated said the same."""
        entries = await self.scene.sandbox.ledger("parcel_set")
        by_name: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            assert entry["by"] == "api"
            by_name.setdefault(entry["shipment"] or entry["order"], []).append(entry)
        assert by_name.keys() == {plan.name for plan in self.plans if plan.confirmed}
        for plan in self.plans:
            told = by_name.get(plan.name, [])
            assert [entry["repeat"] for entry in told] == [False, True, True, True, True, True][: len(told)], told
            assert {(entry["code"], entry["provider"]) for entry in told} <= {(plan.tracking, "post")}, told
            assert {sum(entry["items"].values()) for entry in told} <= {sum(plan.confirmed.values())}, told

    async def _judge_answers(self) -> None:
        """Every unit answered once, as wanted; a repetition said the same, and nothing was refused."""
        taken: dict[str, Counter[bool]] = {}
        answered: dict[str, bool] = {}
        for entry in await self.scene.sandbox.ledger("unit_answered"):
            assert entry["by"] == "api"
            if entry["outcome"] == "taken":
                assert entry["unit"] not in answered, entry
                answered[entry["unit"]] = entry["available"]
                taken.setdefault(entry["shipment"], Counter())[entry["available"]] += 1
            else:
                assert (entry["outcome"], answered[entry["unit"]]) == ("repeat", entry["available"]), entry
        for plan in self.plans:
            good = sum(plan.confirmed.values())
            bad = sum(plan.pieces.values()) - good
            assert (taken[plan.name][True], taken[plan.name][False]) == (good, bad), plan
