"""What happens by itself: pre-ordered pieces get their codes when they are due, with a postback where one is wanted."""

from aiohttp import ClientSession

from orion_daemon.sandbox.codeswholesale import postbacks, preorders
from orion_daemon.sandbox.codeswholesale.records import Code, Planned
from orion_daemon.sandbox.codeswholesale.state import Store


async def happen(store: Store, planned: Planned, session: ClientSession) -> None:
    """Let one planned thing happen; codes that were assigned or cancelled meanwhile stay as they are."""
    due = [store.world.codes[code_id] for code_id in planned.about["codes"]]
    due = [code for code in due if code.kind == "preorder" and not code.cancelled]
    for code in due:
        preorders.assign(store, code)
    if due and store.world.settings.announces:
        await tell(store, due, session)


async def tell(store: Store, codes: list[Code], session: ClientSession) -> None:
    """One PREORDER postback for each order among the codes, to the account that bought it."""
    for order_id in dict.fromkeys(code.order for code in codes):
        client = store.world.orders[order_id].client_id
        await postbacks.announce(store, "PREORDER", session, client=client, order=order_id)
