"""The account: what it may spend, and the risk check of a buyer.

A purchase takes the balance first and the credit for the rest. Every change is in the ledger with its cause; what a
risk check was told of a person is not.
"""

from typing import Any

from msgspec import Raw

from orion_daemon.sandbox.codeswholesale.answers import BAD_FILTER, SupplierError, money, text_of
from orion_daemon.sandbox.codeswholesale.records import Account
from orion_daemon.sandbox.codeswholesale.state import Store


def usable(account: Account) -> int:
    return account.balance + account.credit


def spend(store: Store, account: Account, cents: int, order_id: str) -> None:
    """The caller has made sure that there is enough."""
    from_balance = max(0, min(account.balance, cents))
    account.balance -= from_balance
    account.credit -= cents - from_balance
    _changed(store, account, "order", -cents, order=order_id)


def refund(store: Store, account: Account, cents: int, order_id: str) -> None:
    account.balance += cents
    _changed(store, account, "refund", cents, order=order_id)


def set_funds(store: Store, account: Account, balance: int | None, credit: int | None) -> None:
    before = usable(account)
    account.balance = account.balance if balance is None else balance
    account.credit = account.credit if credit is None else credit
    _changed(store, account, "command", usable(account) - before)


def document(account: Account, base: str) -> dict[str, Any]:
    return {
        "fullName": account.name,
        "email": account.email,
        "currentBalance": money(account.balance),
        "currentCredit": money(account.credit),
        "totalToUse": money(usable(account)),
        "links": [{"rel": "self", "href": f"{base}/v3/accounts/current"}],
    }


def check_risk(store: Store, body: Any) -> dict[str, Any]:
    """`POST /v3/security`. Raises SupplierError 400 without the address of the buyer's mail and machine."""
    said = body if isinstance(body, dict) else {}
    for name in ("customerEmail", "customerIpAddress"):
        if not said.get(name):
            raise SupplierError(400, BAD_FILTER, f"{name} is required")
    risk = store.world.risk
    store.record("risk_checked", score=risk.score, fields=sorted(said))
    return {
        "riskScore": Raw(risk.score.encode()),
        "domainBlacklisted": risk.domain_blacklisted,
        "ipBlacklisted": risk.ip_blacklisted,
        "ipTor": risk.ip_tor,
        "subDomain": risk.sub_domain,
    }


def _changed(store: Store, account: Account, by: str, change: int, **about: str) -> None:
    left = {"balance": text_of(account.balance), "credit": text_of(account.credit)}
    store.record("balance_changed", client=account.client_id, by=by, change=text_of(change), **left, **about)
