"""Changes of listings: accepted at once, applied later, sometimes in another order, sometimes never.

`check` says what is wrong with a patch before it is taken (an HTTP 200 with INVALID), `accept` plans its application,
`apply` is the moment it becomes true. Two patches of one SKU in flight may overtake each other. `merge` keeps the
neighbours of what it names, `replace` drops them; another fulfilment channel becomes a second one. Feeds use the same
three steps, so that both ways of changing a listing have the same faults.
"""

import copy
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from orion_daemon.sandbox.amazon.calls import Call
from orion_daemon.sandbox.amazon.money import decimal
from orion_daemon.sandbox.amazon.places import PLACES
from orion_daemon.sandbox.amazon.records import Listing, Planned
from orion_daemon.sandbox.amazon.state import Market

Patch = dict[str, Any]
_OPS = frozenset({"add", "replace", "merge", "delete"})
# what tells the entries of an attribute apart; the rest of an entry is what `merge` changes
_SELECTORS = {
    "fulfillment_availability": ("fulfillment_channel_code",),
    "purchasable_offer": ("marketplace_id", "audience", "offer_type"),
}
_ANY_SELECTOR = ("marketplace_id", "language_tag", "audience")
_UNKNOWN = frozenset({"fake_attribute"})


def patch_listings_item(call: Call) -> dict[str, Any]:
    """`PATCH /listings/2021-08-01/items/{sellerId}/{sku}`. Raises Refused for what is no patch at all."""
    call.own(call.parts["sellerId"])
    marketplaces = call.marketplaces(needed=True)
    included = call.csv("includedData", frozenset({"identifiers", "issues"})) or ["issues"]
    mode = call.query.get("mode")
    if mode not in (None, "VALIDATION_PREVIEW"):
        raise call.invalid("Invalid value for mode.")
    body = call.body if isinstance(call.body, dict) else {}
    patches = body.get("patches")
    if not isinstance(body.get("productType"), str) or not isinstance(patches, list) or not patches:
        raise call.invalid("productType and patches are required.")
    for patch in patches:
        _readable(call, patch)
    sku = call.parts["sku"]
    listing = call.world.listing(call.seller.id, sku)
    issues = check(listing, patches, body["productType"])
    answer: dict[str, Any] = {"sku": sku, "status": "ACCEPTED", "submissionId": call.world.uuid().replace("-", "")}
    if listing is None or any(issue["severity"] == "ERROR" for issue in issues):
        answer["status"] = "INVALID"
        call.market.record("patch_refused", sku=sku, issues=[issue["code"] for issue in issues])
    elif mode == "VALIDATION_PREVIEW":
        answer["status"] = "VALID"
    else:
        accept(call.market, listing, patches, answer["submissionId"])
    if "issues" in included:
        answer["issues"] = issues
    if "identifiers" in included and listing is not None:
        answer["identifiers"] = [{"marketplaceId": store, "asin": listing.asin} for store in marketplaces]
    return answer


def check(listing: Listing | None, patches: list[Patch], product_type: str) -> list[dict[str, Any]]:
    """Amazon's issues with a change; none of severity ERROR means that it is taken."""
    if listing is None:
        return [_issue("8566", "SKU does not match any item in the catalog.", [], "INVALID_ATTRIBUTE")]
    issues = []
    if product_type not in ("PRODUCT", listing.product_type):
        issues.append(_issue("99041", f"The product type {product_type} is not valid.", [], "INVALID_ATTRIBUTE"))
    for patch in patches:
        name = attribute(patch)
        if name in _UNKNOWN:
            issues.append(_issue("90000900", "The attributes are invalid.", [name], "INVALID_ATTRIBUTE"))
        entries = [] if patch["op"] == "delete" else patch.get("value") or []
        problems = [problem for entry in entries if (problem := _problem(name, entry))]
        issues += [_issue(code, text, [name], category) for code, text, category in problems]
    return issues


def accept(market: Market, listing: Listing, patches: list[Patch], submission: str) -> None:
    """Take a change; it is applied after the delay, or before an earlier one that is still on its way."""
    world = market.world
    due = market.later(world.settings.patch_delay)
    waiting = [p for p in world.planned if p.what == "patch" and p.about["listing"] == _name(listing)]
    random = Random(f"{world.seed}:swap:{submission}")
    overtakes = bool(waiting) and random.random() < world.settings.swap_patches
    if overtakes:
        due = max(market.now(), min(p.due for p in waiting) - timedelta(microseconds=1))
    elif waiting:
        due = max(due, *(p.due for p in waiting))
    world.plan(due, "patch", listing=_name(listing), patches=patches, submission=submission)
    market.record(
        "patch_accepted",
        sku=listing.sku,
        seller=listing.seller,
        submission=submission,
        patches=patches,
        due=due.isoformat(),
        in_flight=len(waiting),
        overtakes=overtakes,
    )


def apply(market: Market, planned: Planned) -> None:
    """The moment a change becomes true, unless the listing ignores changes or is gone."""
    listing = market.world.listings.get(planned.about["listing"])
    submission = planned.about["submission"]
    if listing is None:
        market.record("patch_lost", listing=planned.about["listing"], submission=submission)
        return
    if listing.ignores:
        market.record("patch_ignored", sku=listing.sku, submission=submission)
        return
    for patch in planned.about["patches"]:
        change(listing.attributes, patch)
        listing.steered = listing.steered or attribute(patch) == "fulfillment_availability"
    listing.updated_at = market.now()
    prices = {
        offer.get("marketplace_id"): str(step.get("value_with_tax"))
        for offer in listing.attributes.get("purchasable_offer", [])
        for price in offer.get("our_price", [])
        for step in price.get("schedule", [])
    }
    market.record("patch_applied", sku=listing.sku, submission=submission, quantity=listing.quantity(), prices=prices)


def change(attributes: dict[str, Any], patch: Patch) -> None:
    """One operation on one top-level attribute."""
    name, value = attribute(patch), copy.deepcopy(patch.get("value") or [])
    held: list[dict[str, Any]] = attributes.get(name, [])
    match patch["op"]:
        case "delete":
            if not value:
                attributes.pop(name, None)
                return
            gone = [_selector(name, entry) for entry in value]
            attributes[name] = [entry for entry in held if _selector(name, entry) not in gone]
        case "replace":
            attributes[name] = _replaced(name, held, value)
        case _:
            for entry in value:
                same = next((known for known in held if _selector(name, known) == _selector(name, entry)), None)
                if same is None:
                    held.append(entry)
                elif patch["op"] == "merge":
                    same.update(entry)
                else:
                    held[held.index(same)] = entry
            attributes[name] = held


def attribute(patch: Patch) -> str:
    return str(patch["path"]).removeprefix("/attributes/")


def _replaced(name: str, held: list[dict[str, Any]], value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whole attribute anew, for the stores or channels that the value names; others stay."""
    if name == "fulfillment_availability":
        named = {entry.get("fulfillment_channel_code") for entry in value}
        return [entry for entry in held if entry.get("fulfillment_channel_code") not in named] + value
    stores = {entry.get("marketplace_id") for entry in value}
    return [entry for entry in held if entry.get("marketplace_id") not in stores] + value


def _selector(name: str, entry: dict[str, Any]) -> tuple[Any, ...]:
    defaults = {"audience": "ALL"}
    return tuple(entry.get(part, defaults.get(part)) for part in _SELECTORS.get(name, _ANY_SELECTOR))


def _readable(call: Call, patch: Any) -> None:
    if not isinstance(patch, dict) or patch.get("op") not in _OPS or not isinstance(patch.get("path"), str):
        raise call.invalid("Invalid patch.", "A patch needs an op of add, replace, merge, delete and a path.")
    name = attribute(patch)
    if not patch["path"].startswith("/attributes/") or not name or "/" in name:
        raise call.invalid("Invalid patch.", "Only top-level attributes can be patched.")
    value = patch.get("value")
    if value is None and patch["op"] == "delete":
        return
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise call.invalid("Invalid patch.", "value must be an array of objects.")


def _problem(name: str, entry: dict[str, Any]) -> tuple[str, str, str] | None:
    """Code, text and category of what is wrong with one entry, or None."""
    if name == "fulfillment_availability":
        quantity = entry.get("quantity")
        if not entry.get("fulfillment_channel_code"):
            return "90220", "'fulfillment_channel_code' is required but not supplied.", "MISSING_ATTRIBUTE"
        if quantity is not None and (not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0):
            return "99010", "The value for 'quantity' is not a whole number.", "INVALID_ATTRIBUTE"
    if name == "purchasable_offer":
        if entry.get("marketplace_id") not in PLACES or not entry.get("currency"):
            return "90220", "'marketplace_id' and 'currency' are required but not supplied.", "MISSING_ATTRIBUTE"
        steps = [step for price in entry.get("our_price", []) for step in price.get("schedule", [])]
        for step in steps:
            price = step.get("value_with_tax")
            found = None if isinstance(price, str | bool) else decimal(price)
            if found is None or found <= Decimal(0):
                return "99022", "The value for 'our_price' is not a positive number.", "INVALID_PRICE"
    return None


def _issue(code: str, message: str, names: list[str], category: str, severity: str = "ERROR") -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "severity": severity,
        "attributeNames": names,
        "categories": [category],
    }


def _name(listing: Listing) -> str:
    return f"{listing.seller}/{listing.sku}"
