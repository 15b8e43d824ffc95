"""A supplier's account in an operator's hands: declared in orion.toml, stopped for a wrong secret, mended, heard."""

from typing import Any

from tests.support.processes import Api, Home, Processes, SandboxProcess, until
from tests.support.scene import OFF

CLIENT, SECRET, SIGNATURE = "ada-client", "$2a$10$ada.secret/", "ada-signature"
ADDRESS = ("ada", "codeswholesale")
SETTINGS = """{public}
{off}
codeswholesale_catalog_sync = "off"
supplier_balance = "off"
[[store]]
code = "ada"
name = "Ada"
currency = "EUR"
default_language = "de"
[[store.channel]]
marketplace = "storefront"
[[store.supplier]]
name = "codeswholesale"
endpoint = "{sandbox}/codeswholesale"
client_id = "{client}"
allow_mutations = true
calls_per_second = 50.0
"""
ORDER = """mutation($sku: String!, $key: String!) { placeOrder(input: {
  store: "ada", idempotencyKey: $key, isConfirmed: true, allowShort: true,
  lines: [{ sku: $sku, quantity: 2, unitPrice: { amount: "12.90", currency: "EUR" } }],
  customer: { email: "jeanne@example.lu" }, billingAddress: { country: "LU" } }) { userErrors { message } } }"""
STATUS = 'query { channel(store: "ada", marketplace: "codeswholesale") { isSupplier state stateReason } }'


async def open_supplier(processes: Processes, *arguments: str) -> tuple[SandboxProcess, str]:
    """The account with 100.00 EUR at the stand-in's process, and a product on its shelf."""
    sandbox = await processes.sandbox(*arguments)
    account = {"client_id": CLIENT, "client_secret": SECRET, "signature": SIGNATURE, "balance": "100.00"}
    await sandbox.control("codeswholesale/accounts", account)
    product = await sandbox.control(
        "codeswholesale/products", {"name": "Example Quest", "price": "9.10", "quantity": 100}
    )
    return sandbox, str(product["id"])


async def sell(home: Home, product: str) -> None:
    """A product of the store's own that is bought at the account."""
    async with home.database() as database, database.transaction() as tx:
        channel = await tx.fetch_one("SELECT id, store_id, created_at FROM channels WHERE is_supplier")
        assert channel is not None
        columns = (
            "store_id",
            "sku",
            "is_active",
            "product_type",
            "price_minor",
            "currency",
            "created_at",
            "updated_at",
        )
        now = channel["created_at"]
        [row] = await tx.insert(
            "products", columns, [(channel["store_id"], "QUEST", True, "digital", 1290, "EUR", now, now)],
            suffix="RETURNING id",
        )  # fmt: skip
        await tx.insert(
            "product_sources", ("product_id", "position", "channel_id", "supplier_product_id", "created_at"),
            [(row["id"], 0, channel["id"], product, now)],
        )  # fmt: skip


async def account(api: Api, state: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await api.query(STATUS))["channel"]
        return found if found["state"] == state else None

    return await until(f"the account is {state}", look)


async def put_secret(home: Home, kind: str, secret: str) -> None:
    ran = await home.orion("credentials", "set", *ADDRESS, "--kind", kind, "--json", stdin=secret)
    assert (ran.code, ran.json) == (0, {"changed": True}), ran


async def jobs(home: Home, kind: str) -> list[dict[str, Any]]:
    found = (await home.orion("jobs", "list", "--owner", ":".join(ADDRESS), "--json")).json["jobs"]
    return [job for job in found if job["kind"] == kind]


async def units(home: Home, state: str, count: int) -> None:
    async def look() -> bool:
        async with home.database() as database:
            rows = await database.fetch("SELECT state FROM key_units")
            return [row["state"] for row in rows].count(state) == count

    await until(f"{count} units are {state}", look)


async def test_a_wrong_secret_stops_the_account_and_the_right_one_lets_it_buy(
    processes: Processes, environment: dict[str, str]
) -> None:
    sandbox, product = await open_supplier(processes)
    home = processes.home(**environment)
    home.configure(SETTINGS.format(public=f'public_url = "{home.url}"', off=OFF, sandbox=sandbox.url, client=CLIENT))
    daemon = await home.start()
    api = await home.api()
    await put_secret(home, "client_secret", "wrong")
    await sell(home, product)
    placed = await api.query(ORDER, sku="QUEST", key="order-1")
    assert placed["placeOrder"]["userErrors"] == []

    # said: in the account's state, in the lists, by the doctor
    found = await account(api, "SUSPENDED")
    assert found["isSupplier"]
    assert found["stateReason"].startswith("credential refused: ")
    assert "client_secret of ada:codeswholesale" in found["stateReason"]
    [row] = [one for one in (await home.orion("stores", "list", "--json")).json["channels"] if one["is_supplier"]]
    assert (row["state"], row["buying"], row["balance"]) == ("suspended", "open", None)
    assert row["trouble"] == found["stateReason"]
    [row] = (await home.orion("credentials", "list", "--json")).json["credentials"]
    assert (row["kind"], row["state"]) == ("client_secret", "refused")
    doctor = await home.orion("doctor", *ADDRESS, "--json")
    bad = {check["name"] for check in doctor.json["checks"] if not check["ok"]}
    assert (doctor.code, bad) == (1, {"account", "access token"})
    assert await sandbox.ledger("order_created", vendor="codeswholesale") == []

    # the right secret: it goes on by itself, and buys each piece once
    await put_secret(home, "client_secret", SECRET)
    await account(api, "READY")
    await units(home, "ready", 2)
    bought = await sandbox.ledger("order_created", vendor="codeswholesale")
    assert [entry["units"] for entry in bought] == [2]
    doctor = await home.orion("doctor", *ADDRESS, "--json")
    assert (doctor.code, doctor.json["ok"]) == (0, True), doctor

    # what is asked of it by command
    for what in ("catalog", "balance"):
        ran = await home.orion("sync", *ADDRESS, what, "--json")
        assert (ran.code, ran.json) == (0, {"jobs": 1}), ran

    async def balance() -> str | None:
        rows = (await home.orion("stores", "list", "--json")).json["channels"]
        return next(one["balance"] for one in rows if one["is_supplier"])

    assert await until("the balance is known", balance) == "81.80 EUR"

    # postbacks: to the address of the command, signed
    shown = await home.orion("credentials", "hook", *ADDRESS, "--json")
    assert (shown.code, shown.json["made"]) == (0, True), shown
    url = shown.json["url"]
    assert url.startswith(f"{home.url}/hooks/codeswholesale/")
    assert "only by https" in shown.err
    assert await send(sandbox, url, product) == [403]  # no signature is stored
    await put_secret(home, "signature", SIGNATURE)
    assert await send(sandbox, url, product, times=3) == [200, 200, 200]
    assert await send(sandbox, url, product, hash="test") == [403]
    assert await send(sandbox, url + "x", product) == [404]

    async def refreshed() -> bool:
        return [job["state"] for job in await jobs(home, "RefreshSupplierProduct")] not in ([], ["waiting"])

    await until("the product was looked at", refreshed)
    anew = await home.orion("credentials", "hook", *ADDRESS, "--rotate", "--json")
    assert anew.json["url"] != url
    assert (await home.orion("credentials", "hook", *ADDRESS)).out.strip() == anew.json["url"]
    assert await send(sandbox, url, product) == [404]
    assert await send(sandbox, anew.json["url"], product) == [200]

    log = "\n".join(daemon.running.lines())
    secrets = (SECRET, SIGNATURE, url.rpartition("/")[2], anew.json["url"].rpartition("/")[2])
    assert not [secret for secret in secrets if secret in log]


async def send(sandbox: SandboxProcess, url: str, product: str, **how: Any) -> list[int]:
    said = {"type": "STOCK", "url": url, "products": [product], **how}
    [attempts] = await sandbox.control("codeswholesale/postbacks", said)
    return [one["status"] for one in attempts]


async def test_mistakes_about_a_supplier_are_one_sentence(processes: Processes) -> None:
    home = processes.home()
    home.configure(SETTINGS.format(public="", off=OFF, sandbox="http://127.0.0.1:9", client=CLIENT))
    for arguments, code, sentence in (
        (("credentials", "set", *ADDRESS, "--kind", "api_key"), 64, "has the kinds client_secret, signature"),
        (("credentials", "set", *ADDRESS), 64, "name one with --kind"),
        (("credentials", "connect", *ADDRESS), 64, "codeswholesale has no consent page"),
        (("credentials", "hook", "ada", "storefront"), 1, "ada:storefront is no supplier"),
        (("credentials", "hook", "ada", "codeswholesale-backup"), 1, "'codeswholesale-backup'"),
        (("sync", "ada", "storefront", "balance"), 1, "The storefront has no marketplace"),
        (("sync", *ADDRESS), 1, "Ask for its catalog or its balance"),
        (("channels", "migrate", *ADDRESS, "1"), 1, "there is no marketplace 'codeswholesale'"),
        (("import", *ADDRESS, "feed.csv"), 1, "is a supplier"),
    ):
        (home.folder / "feed.csv").write_text("id\ttitle\nA\tB\n")
        ran = await home.orion(*arguments, stdin="secret")
        assert (ran.code, ran.out) == (code, ""), ran
        assert sentence in ran.err, ran
        assert "Traceback" not in ran.err
