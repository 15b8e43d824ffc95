"""Everything that can go wrong on the way, on command or at random by seed.

A rule names an operation (or `*`, `query`, `mutation`), a kind, how often (`count`, after `skip` passed by) and how
likely (`probability`, drawn from the rule's own seeded generator). The first rule that fires wins. `when` says whether
the operation takes effect first: a dropped connection *after* a mutation is the case that makes clients honest.
`respond` turns a fault of the transport into an answer; the kinds in SHAPES are for the vendor to build into its data.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any, Literal

from aiohttp import web

When = Literal["before", "after"]

# kind -> does the operation take effect before the fault shows (the default; a rule's `when` overrides it)
TRANSPORT: dict[str, When] = {
    "rate_limited": "before",
    "status": "before",
    "expired_key": "before",
    "forbidden": "before",
    "errors": "before",
    "drop": "before",
    "html": "before",
    "slow": "after",
    "truncated": "after",
    "huge": "after",
}
SHAPES = frozenset({"partial", "repeat_page", "pages_out_of_order", "repeat_order"})
KINDS = frozenset(TRANSPORT) | SHAPES
_STATUS = {"rate_limited": 429, "expired_key": 401, "forbidden": 403}


class BadRuleError(ValueError):
    """A rule that names an unknown kind or an impossible value; the text says which are known."""


@dataclass
class Fault:
    """One rule as given; `params` are the kind's own.

    They are: status, retry_after (seconds), retry_after_form (`date`), delay (seconds), size (bytes), message, code.
    """

    id: str
    kind: str
    marketplace: str = "*"
    operation: str = "*"
    key: str | None = None
    probability: float = 1.0
    count: int | None = None
    skip: int = 0
    seed: int = 0
    when: When = "before"
    params: dict[str, Any] = field(default_factory=dict)
    fired: int = 0

    def __post_init__(self) -> None:
        self._random = Random(f"{self.seed}:{self.id}")

    def fires(self, marketplace: str, labels: Iterable[str], key: str | None) -> bool:
        if self.marketplace not in ("*", marketplace) or self.operation not in ("*", *labels):
            return False
        if (self.key is not None and self.key != key) or (self.count is not None and self.fired >= self.count):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._made = 0

    def add(self, spec: dict[str, Any]) -> Fault:
        """Take a rule from its JSON form. Fields that are not the rule's own become `params`. Raises BadRuleError."""
        kind = spec.get("kind")
        if kind not in KINDS:
            raise BadRuleError(f"unknown fault kind {kind!r}; known are {', '.join(sorted(KINDS))}")
        own = set(Fault.__dataclass_fields__) - {"params", "fired"}
        self._made += 1
        given = {name: value for name, value in spec.items() if name in own}
        params = {**spec.get("params", {}), **{k: v for k, v in spec.items() if k not in own and k != "params"}}
        try:
            rule = Fault(**{"id": f"fault-{self._made}", "when": TRANSPORT.get(kind, "after"), **given}, params=params)
            usable = 0 <= float(rule.probability) <= 1 and rule.skip >= 0 and rule.when in ("before", "after")
        except TypeError as error:
            raise BadRuleError(f"a value of the rule has the wrong type: {error}") from error
        if not usable:
            raise BadRuleError("probability lies between 0 and 1, skip is not negative, when is before or after")
        self.rules = [known for known in self.rules if known.id != rule.id] + [rule]
        return rule

    def clear(self, rule_id: str | None = None) -> int:
        kept = [rule for rule in self.rules if rule_id is not None and rule.id != rule_id]
        cleared = len(self.rules) - len(kept)
        self.rules = kept
        return cleared

    def draw(self, marketplace: str, labels: Iterable[str], key: str | None) -> Fault | None:
        names = tuple(labels)
        return next((rule for rule in self.rules if rule.fires(marketplace, names, key)), None)

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _retry_after(fault: Fault, now: datetime) -> dict[str, str]:
    seconds = fault.params.get("retry_after", 5 if fault.kind == "rate_limited" else None)
    if seconds is None:
        return {}
    if fault.params.get("retry_after_form") == "date":
        return {"Retry-After": format_datetime(now + timedelta(seconds=float(seconds)), usegmt=True)}
    return {"Retry-After": str(seconds)}


async def _half(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: max(1, len(body) // 2)])
    _drop(request)
    return response


async def _huge(request: web.Request, body: bytes, size: int) -> web.StreamResponse:
    """The true answer behind `size` bytes of white space: whoever reads it all gets the answer, at that price."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    block = b" " * 65536
    try:
        for start in range(0, size, len(block)):
            await response.write(block[: min(len(block), size - start)])
        await response.write(body)
        await response.write_eof()
    except ConnectionError:
        _drop(request)  # the client had enough, as it should
    return response


async def respond(request: web.Request, fault: Fault, body: bytes, now: datetime) -> web.StreamResponse | None:
    """The broken answer in place of `body`, or None when the fault leaves the answer alone (slow, shapes)."""
    params = fault.params
    match fault.kind:
        case "rate_limited" | "status" | "expired_key" | "forbidden":
            status = int(params.get("status", _STATUS.get(fault.kind, 503)))
            text = str(params.get("message", "")) or web.Response(status=status).reason
            return web.Response(status=status, text=text, headers=_retry_after(fault, now))
        case "errors":
            error: dict[str, Any] = {"message": params.get("message", "Something went wrong")}
            if code := params.get("code"):
                error["extensions"] = {"code": code}
            return web.json_response({"errors": [error]})
        case "drop":
            _drop(request)
            return web.Response()
        case "html":
            page = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"
            return web.Response(status=int(params.get("status", 200)), text=page, content_type="text/html")
        case "truncated":
            return await _half(request, body)
        case "huge":
            return await _huge(request, body, int(params.get("size", 64 * 1024 * 1024)))
        case _:
            return None
