"""What `orion.toml` declares, in the words of the services: stores with their channels, and the schedule."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from orion_daemon.app.connect import settings_of
from orion_daemon.config import check
from orion_daemon.config.cadence import Cadence
from orion_daemon.config.loader import Loaded
from orion_daemon.config.problems import Problem, errors
from orion_daemon.config.secrets import SecretMissingError, Secrets
from orion_daemon.config.settings import Settings
from orion_daemon.config.stores import SECRET_KINDS, Channel
from orion_daemon.config.suppliers import Supplier
from orion_daemon.connectors.registry import BadSettings
from orion_daemon.db.database import Database
from orion_daemon.domain.money import to_minor
from orion_daemon.observability.logs import get_logger
from orion_daemon.observability.redaction import DEFAULT as REDACTOR
from orion_daemon.services import schedule as schedule_service
from orion_daemon.services.schedule import ScheduleDeclaration
from orion_daemon.services.stores import Changes, ChannelDeclaration, StoreDeclaration, apply_declared

log = get_logger("app")

SUPPLIER_CURRENCY = "EUR"
"""CodesWholesale names no currency; everything there is in EUR."""
_OF_THE_STOCK = ("safety_stock", "out_of_stock_threshold", "sync_zero_stock")
_OPTION = re.compile(r"[a-z]+: (\w+)")  # what a refusal of a marketplace's options begins with
_OF_THE_ROW = ("marketplace", "enabled", "endpoint", "allow_mutations")


def stores(settings: Settings, secrets: Secrets, broken: Iterable[Problem] = ()) -> list[StoreDeclaration]:
    """A channel named by a problem in `broken` is declared switched off: a bad setting hurts only its own account."""
    stopped = {problem.account for problem in broken}
    return [
        StoreDeclaration(
            code=store.code,
            name=store.name,
            currency=store.currency,
            country=store.country,
            timezone=store.timezone,
            default_language=store.default_language,
            languages=store.all_languages,
            channels=tuple(
                _channel(settings, channel, secrets, f"{store.code}:{channel.marketplace}" in stopped)
                for channel in store.channels
            )
            + tuple(
                _supplier(supplier, secrets, f"{store.code}:{supplier.name}" in stopped) for supplier in store.suppliers
            ),
        )
        for store in settings.stores
    ]


def _channel(settings: Settings, channel: Channel, secrets: Secrets, stopped: bool) -> ChannelDeclaration:
    try:
        found = secrets.of_channel(channel)
    except SecretMissingError:
        found = {}
    options = msgspec.to_builtins(channel, enc_hook=str)
    kept = {
        name: value
        for name, value in options.items()
        if name not in {*_OF_THE_STOCK, *_OF_THE_ROW} and not name.startswith(SECRET_KINDS)
    }
    if channel.marketplace == "letzshop":
        kept["page_size"] = channel.page_size or settings.orders.page_size
    kept["overlap_seconds"] = int(settings.orders.poll_overlap.total_seconds())
    return ChannelDeclaration(
        marketplace=channel.marketplace,
        is_active=channel.enabled and not stopped,
        endpoint=channel.endpoint,
        allows_mutations=channel.allow_mutations,
        settings=kept,
        safety_stock=channel.safety_stock,
        out_of_stock_threshold=channel.out_of_stock_threshold,
        sync_zero_stock=channel.sync_zero_stock,
        secrets=found,
    )


def _supplier(supplier: Supplier, secrets: Secrets, stopped: bool) -> ChannelDeclaration:
    """Amounts become minor units of the supplier's currency, durations seconds."""
    try:
        found = secrets.of_channel(supplier)
    except SecretMissingError:
        found = {}
    return ChannelDeclaration(
        marketplace=supplier.name,
        is_active=supplier.enabled and not stopped,
        is_supplier=True,
        endpoint=supplier.endpoint,
        allows_mutations=supplier.allow_mutations,
        settings={
            "client_id": supplier.client_id,
            "calls_per_second": supplier.calls_per_second,
            "allow_preorders": supplier.allow_preorders,
            "ignore_stock": supplier.ignore_stock,
            "min_margin_minor": to_minor(supplier.min_margin, SUPPLIER_CURRENCY),
            "most_units": supplier.most_units,
            "first_order_minor": to_minor(supplier.first_order_limit, SUPPLIER_CURRENCY),
            "cost_max_age_seconds": int(supplier.cost_max_age.total_seconds()),
            "visible_within_seconds": int(supplier.visible_within.total_seconds()),
            "may_buy_again": supplier.after_unknown == "buy_again",
            "risk_hundredths": to_minor(supplier.risk_limit, SUPPLIER_CURRENCY),
            "low_balance_minor": to_minor(supplier.low_balance, SUPPLIER_CURRENCY),
        },
        secrets=found,
    )


def schedule(settings: Settings) -> list[ScheduleDeclaration]:
    """Every cadence of `[schedule]`; one that is "off" stays as a row that is not enabled."""
    declared = []
    for name in settings.schedule.__struct_fields__:
        cadence = getattr(settings.schedule, name)
        if isinstance(cadence, Cadence):
            text = f"{int(cadence.every.total_seconds())}s" if cadence.every is not None else cadence.cron
            declared.append(ScheduleDeclaration(name, text, settings.schedule.timezone, cadence.on))
    return declared


def impossible(loaded: Loaded) -> list[Problem]:
    """Options that are right by themselves and that the channel's marketplace refuses, such as stores of two regions.
    Each stops its own account."""
    return list(_impossible(loaded))


def _impossible(loaded: Loaded) -> Iterator[Problem]:
    settings = loaded.settings
    for number, (store, declared) in enumerate(zip(settings.stores, stores(settings, Secrets({})), strict=True)):
        places = [("channel", index) for index in range(len(store.channels))]
        places += [("supplier", index) for index in range(len(store.suppliers))]
        sections: tuple[Channel | Supplier, ...] = (*store.channels, *store.suppliers)
        for place, section, channel in zip(places, sections, declared.channels, strict=True):
            if not section.enabled or channel.marketplace == "storefront":
                continue
            row = {
                "marketplace": channel.marketplace,
                "endpoint": channel.endpoint,
                "allows_mutations": channel.allows_mutations,
                "settings_json": channel.settings,
                "known_form": "",
                "store_code": store.code,
                "store_currency": store.currency,
                "store_language": store.default_language,
            }
            try:
                settings_of(row, settings.orders)
            except BadSettings as error:
                named = _OPTION.match(str(error))
                first = "name" if isinstance(section, Supplier) else "marketplace"
                option = named[1] if named and hasattr(section, named[1]) else first
                account = f"{store.code}:{channel.marketplace}"
                path = ("store", number, *place, option)
                yield check.problem_at(loaded, path, str(error), "references", account=account)


async def apply_file(db: Database, loaded: Loaded, env: Mapping[str, str], now: datetime) -> Changes:
    """Make rows equal to the file: stores with their channels, and the schedule. Accounts with a bad reference or an
    impossible option are switched off and said so; the others work (G8)."""
    secrets = Secrets(env)
    for secret in secrets.secret_keys(loaded.settings):
        REDACTOR.learn(secret)
    broken = [problem for problem in errors([*check.references(loaded, env), *impossible(loaded)]) if problem.account]
    for problem in broken:
        log.error("config.account_stopped", account=problem.account, problem=str(problem))
    declarations = stores(loaded.settings, secrets, broken)
    for store in declarations:
        for channel in store.channels:
            for secret in channel.secrets.values():
                REDACTOR.learn(secret)
    changes = await apply_declared(db, declarations, now)
    await schedule_service.apply_declared(db, schedule(loaded.settings), now)
    if changes:
        log.info("config.applied", created=changes.created, updated=changes.updated, switched_off=changes.switched_off)
    return changes
