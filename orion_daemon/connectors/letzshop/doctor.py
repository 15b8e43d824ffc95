"""What is wrong between us and Letzshop, step by step, in words that tell an operator what to do.

Asked on command, never by itself. Only reads; each step says what it tried, and a failed one does not stop the others
unless they depend on it.
"""

from typing import TYPE_CHECKING

import msgspec

from orion_daemon.connectors.base import Check
from orion_daemon.connectors.errors import AuthRefused, VendorError
from orion_daemon.connectors.letzshop import names
from orion_daemon.connectors.letzshop.client import Reply
from orion_daemon.connectors.session import allowed

if TYPE_CHECKING:
    from orion_daemon.connectors.letzshop.connector import LetzshopConnector

LARGEST_SKEW = 120.0  # seconds
_MOST_NAMES = 12
_READS = {"shipments": "read shipments", "orders": "read orders"}


async def examine(connector: "LetzshopConnector") -> tuple[Check, ...]:
    checks = [_address(connector), _credential(connector)]
    if not all(check.ok for check in checks):
        return tuple(checks)
    try:
        form = await connector.form()
    except VendorError as error:
        return (*checks, Check("wire form", ok=False, detail=error.message))
    checks.append(Check("wire form", ok=True, detail=f"The endpoint speaks {form.name}."))
    checks += await _read_call(connector, form.name)
    checks.append(await _names(connector, form.name))
    checks.append(_changes(connector))
    return tuple(checks)


def _address(connector: "LetzshopConnector") -> Check:
    try:
        allowed(connector.endpoint)
    except VendorError as error:
        return Check("endpoint", ok=False, detail=error.message)
    return Check("endpoint", ok=True, detail=connector.endpoint)


def _credential(connector: "LetzshopConnector") -> Check:
    if connector.key:
        return Check("credential", ok=True, detail="An API key is stored.")
    return Check(
        "credential", ok=False, detail="No API key is stored. Letzshop gives one by mail (support@letzshop.lu)."
    )


async def _read_call(connector: "LetzshopConnector", form: str) -> list[Check]:
    try:
        reply = await connector.client.read("doctor", names.PROBES[form], None, msgspec.Raw)
    except AuthRefused as error:
        detail = f"{error.message} Order work needs at least the role of a shop manager."
        return [Check(_READS[form], ok=False, detail=detail)]
    except VendorError as error:
        return [Check(_READS[form], ok=False, detail=error.message)]
    return [Check(_READS[form], ok=True, detail="The key is accepted and may read them."), _clock(connector, reply)]


def _clock(connector: "LetzshopConnector", reply: "Reply[msgspec.Raw]") -> Check:
    if reply.date is None:
        return Check("clock", ok=True, detail="The server tells no time to compare with.")
    skew = (connector.clock.now() - reply.date).total_seconds()
    direction = "ahead of" if skew > 0 else "behind"
    if abs(skew) <= LARGEST_SKEW:
        return Check("clock", ok=True, detail=f"This machine is {abs(skew):.0f} s {direction} the server.")
    detail = f"This machine is {abs(skew):.0f} s {direction} the server. Keep its clock by NTP."
    return Check("clock", ok=False, detail=detail)


async def _names(connector: "LetzshopConnector", form: str) -> Check:
    """The guessed names of `names.py` against what the schema says of itself."""
    try:
        schema = await connector.schema_names()
    except VendorError as error:
        return Check("schema names", ok=False, detail=error.message)
    if schema is None:
        return Check(
            "schema names", ok=True, detail="The endpoint does not tell its schema, so they cannot be compared."
        )
    lacking = names.missing(form, schema)
    kind, field = names.VENDOR_FIELD.split(".")
    if form == "shipments" and connector.settings.vendor and field not in schema.get(kind, frozenset()):
        lacking.append(f"{names.VENDOR_FIELD} (shipments of other shops under this key cannot be told apart)")
    if not lacking:
        return Check("schema names", ok=True, detail="Every name that Orion uses exists.")
    shown = ", ".join(lacking[:_MOST_NAMES]) + (
        f" and {len(lacking) - _MOST_NAMES} more" if len(lacking) > _MOST_NAMES else ""
    )
    return Check(
        "schema names", ok=False, detail=f"Not in the endpoint's schema: {shown}. letzshop/names.py holds them."
    )


def _changes(connector: "LetzshopConnector") -> Check:
    if connector.settings.allows_mutations:
        return Check("changes", ok=True, detail="Orion may answer orders and send parcels: these are real.")
    return Check("changes", ok=True, detail="Orion only reads; set allow_mutations = true to let it answer orders.")
