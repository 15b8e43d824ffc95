"""Jobs, imports, the schedule and work asked for, through the gateway."""

from pathlib import Path

from orion_daemon.db.database import Database
from orion_daemon.services import schedule, stores
from orion_daemon.services.stores import ChannelDeclaration
from tests.support.catalog_walks import Asked, registered
from tests.support.gateway import serving
from tests.support.orders import open_shop
from tests.support.stores import NOW

ACCOUNT = {"store": "demo", "marketplace": "letzshop"}


async def test_work_is_asked_for_once_while_it_is_open(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        ids = set()
        for mutation, kind in (
            ("pollOrders", "PollOrders"), ("pollOrders", "PollOrders"), ("reconcileOrders", "ReconcileOrders"),
            ("syncInventory", "PushInventory"), ("publishFeed", "PublishFeed"),
        ):  # fmt: skip
            done = await gateway.change(mutation, "job { id kind state owner priority }", ACCOUNT)
            assert (done["job"]["kind"], done["job"]["owner"]) == (kind, "demo:letzshop")
            ids.add(done["job"]["id"])
        assert len(ids) == 4
        fields = "run { id state since channel { marketplace } } job { kind subject }"
        wanted = ACCOUNT | {"since": "2026-01-01T00:00:00Z"}
        done = await gateway.change("importOrderHistory", fields, wanted)
        assert (done["run"]["state"], done["run"]["since"]) == ("RUNNING", "2026-01-01T00:00:00Z")
        assert done["job"]["subject"] == done["run"]["id"]
        again = await gateway.change("importOrderHistory", fields, ACCOUNT)
        assert again["run"]["id"] == done["run"]["id"]
        nowhere = await gateway.change("pollOrders", "job { id }", ACCOUNT | {"marketplace": "ebay"})
        assert nowhere["userErrors"][0] == {
            "code": "NOT_FOUND", "field": "marketplace", "message": "There is no channel 'ebay' in store 'demo'.",
        }  # fmt: skip
        ours = await gateway.change("pollOrders", "job { id }", ACCOUNT | {"marketplace": "storefront"})
        assert ours["userErrors"][0]["code"] == "UNSUPPORTED"


async def test_an_account_that_is_off_or_suspended_is_asked_nothing(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        for change in ("state = 'suspended', state_reason = 'The key was refused.'", "is_active = FALSE"):
            async with database.transaction() as tx:
                await tx.execute(f"UPDATE channels SET {change} WHERE marketplace = 'letzshop'")
            refused = await gateway.change("pollOrders", "job { id }", ACCOUNT)
            assert refused["userErrors"][0]["code"] == "STATUS_FORBIDS"


async def test_dead_letters_are_sent_again_and_waiting_jobs_withdrawn(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        job = (await gateway.change("pollOrders", "job { id }", ACCOUNT))["job"]["id"]
        gone = await gateway.change("cancelJobs", "jobs { id state }", {"jobIds": [job]}, role="operator")
        assert gone["jobs"] == [{"id": job, "state": "CANCELLED"}]
        assert (await gateway.change("cancelJobs", "jobs { id }", {"jobIds": [job]}))["jobs"] == []
        async with database.transaction() as tx:
            await tx.execute("UPDATE jobs SET state = 'dead', error_code = 'gone', error_message = 'it is gone'")
            row = await tx.fetch_one("SELECT id FROM jobs")
            assert row is not None
            columns = ("job_id", "run", "outcome", "error_family", "error_code", "error_message", "ended_at")
            failures = [(row["id"], n, "retry", "unreachable", "gone", f"try {n}", NOW) for n in range(1, 61)]
            await tx.insert("job_attempts", columns, failures)
        query = '{ jobs(states: [DEAD], store: "demo") { edges { node { errorCode failures { run } } } totalCount } }'
        dead = (await gateway.query(query))["jobs"]
        assert dead["totalCount"] == 1
        runs = [failure["run"] for failure in dead["edges"][0]["node"]["failures"]]
        assert (len(runs), runs[0], runs[-1]) == (50, 11, 60)
        back = await gateway.change("retryJobs", "jobs { id state }", {"jobIds": [job]}, role="operator")
        assert back["jobs"] == [{"id": job, "state": "WAITING"}]
        for wrong in ([], ["bm9uc2Vuc2U="], [job] * 501):
            refused = await gateway.change("retryJobs", "jobs { id }", {"jobIds": wrong})
            assert refused["userErrors"][0]["field"] == "jobIds"


IMPORT = "importJob { id state source language isDryRun channel { marketplace } }"
FEED = ACCOUNT | {"language": "fr"}


async def test_imports_are_asked_for_by_address_and_by_content(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        wanted = FEED | {"url": "https://feeds.example.lu/fr.csv", "isDryRun": True}
        done = await gateway.change("importProducts", IMPORT, wanted, role="operator")
        assert (done["importJob"]["state"], done["importJob"]["isDryRun"]) == ("PENDING", True)
        busy = await gateway.change("importProducts", IMPORT, wanted)
        assert busy["userErrors"][0]["code"] == "IMPORT_RUNNING"
        content = "sku;titre\nA;Été\n"
        sent = await gateway.change("importProducts", IMPORT, FEED | {"language": "de", "content": content})
        assert Path(sent["importJob"]["source"]).read_text() == content
        assert Path(sent["importJob"]["source"]).stat().st_mode & 0o077 == 0
        for wrong, field in (
            ({}, "url"), ({"url": "https://x.example", "content": "a"}, "url"), ({"url": "/etc/passwd"}, "url"),
            ({"url": "https://me:secret@x.example/f"}, "source"), ({"path": "https://x.example"}, "path"),
            ({"url": "https://x.example", "language": "!"}, "language"),
            ({"url": "https://x.example", "store": "no"}, "store"),
        ):  # fmt: skip
            refused = await gateway.change("importProducts", IMPORT, FEED | {"language": "lb"} | wrong)
            assert refused["userErrors"][0]["field"] == field, wrong


async def test_an_account_that_tells_its_products_is_asked_where_nothing_is_given(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_shop(database, {})
    channel = ChannelDeclaration("amazon", settings={"locale": "de-DE"})
    await stores.put_channel(database, shop.store_id, channel, NOW)
    asked = ACCOUNT | {"marketplace": "amazon"}
    with registered(Asked()):
        async with serving(database, tmp_path) as gateway:
            refused = await gateway.change("importProducts", IMPORT, asked | {"language": "fr"}, role="operator")
            assert (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"]) == (
                "INVALID_VALUE",
                "language",
            )
            done = await gateway.change("importProducts", IMPORT, asked | {"isDryRun": True}, role="operator")
            found = done["importJob"]
            assert [found[name] for name in ("state", "source", "language", "isDryRun")] == [
                "PENDING",
                "api",
                "de",
                True,
            ]
            busy = await gateway.change("importProducts", IMPORT, asked)
            assert busy["userErrors"][0]["code"] == "IMPORT_RUNNING"
            feed = await gateway.change("importProducts", IMPORT, asked | {"url": "https://x.example/f"})
            assert feed["importJob"]["language"] == "en"  # the store's
            nowhere = await gateway.change("importProducts", IMPORT, asked | {"store": "no"})
            assert nowhere["userErrors"][0]["field"] == "store"


async def test_a_path_is_a_file_of_the_inbox_and_needs_an_admin(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        inbox = gateway.feeds.parent / "inbox"
        inbox.mkdir()
        (inbox / "fr.csv").write_text("id;title\n")
        (inbox.parent / "secret.key").write_text("the key of everything")
        (inbox / "link.csv").symlink_to(inbox.parent / "secret.key")
        refused = await gateway.change("importProducts", IMPORT, FEED | {"path": "fr.csv"}, role="operator")
        assert refused["userErrors"][0]["code"] == "FORBIDDEN"
        for outside in ("/etc/passwd", "../secret.key", str(inbox.parent / "secret.key"), "link.csv", "", ".", "a\0b"):
            refused = await gateway.change("importProducts", IMPORT, FEED | {"path": outside})
            assert refused["userErrors"][0]["field"] == "path", outside
            assert str(inbox) in refused["userErrors"][0]["message"]
        done = await gateway.change("importProducts", IMPORT, FEED | {"path": "fr.csv"})
        assert done["importJob"]["source"] == str((inbox / "fr.csv").resolve())


async def test_an_operator_does_not_reach_the_inside_of_the_network_with_an_address(
    database: Database, tmp_path: Path
) -> None:
    await open_shop(database, {})
    async with database.transaction() as tx:
        await tx.execute("UPDATE channels SET endpoint = 'https://letzshop.example/graphql'")
    async with serving(database, tmp_path) as gateway:
        for url in ("http://127.0.0.1:8080/metrics", "http://localhost/x", "https://[::1]/x", "https://10.0.0.7/x"):
            refused = await gateway.change("importProducts", IMPORT, FEED | {"url": url}, role="operator")
            assert (refused["userErrors"][0]["code"], refused["userErrors"][0]["field"]) == ("FORBIDDEN", "url"), url
        async with database.transaction() as tx:
            await tx.execute("UPDATE channels SET endpoint = 'http://127.0.0.1:8090/letzshop/graphql'")
        wanted = FEED | {"url": "http://127.0.0.1:9999/fr.csv"}
        done = await gateway.change("importProducts", IMPORT, wanted, role="operator")
        assert done["importJob"]["state"] == "PENDING"


async def test_a_channel_made_through_the_api_names_no_path_for_its_feeds(database: Database, tmp_path: Path) -> None:
    await open_shop(database, {})
    async with database.transaction() as tx:
        await tx.execute("UPDATE stores SET managed_by = 'api'")
        await tx.execute("UPDATE channels SET managed_by = 'api'")
    async with serving(database, tmp_path) as gateway:
        for feed in ({"language": "fr", "path": "/etc/passwd"}, {"language": "fr", "url": "file:///etc/passwd"}, "fr"):
            refused = await gateway.change("putChannel", "channel { id }", ACCOUNT | {"settings": {"feeds": [feed]}})
            assert refused["userErrors"][0]["field"] == "settings", feed
        wanted = ACCOUNT | {"settings": {"feeds": [{"language": "fr", "url": "https://x.example/f", "complete": True}]}}
        assert (await gateway.change("putChannel", "channel { id }", wanted))["channel"]


async def test_a_held_import_is_confirmed_or_discarded_and_a_dry_run_applied(
    database: Database, tmp_path: Path
) -> None:
    await open_shop(database, {})
    async with serving(database, tmp_path) as gateway:
        made = {}
        for language in ("fr", "de", "lb"):
            wanted = FEED | {"language": language, "url": "https://x.example/f", "isDryRun": language == "lb"}
            made[language] = {"importId": (await gateway.change("importProducts", IMPORT, wanted))["importJob"]["id"]}
        early = await gateway.change("confirmImport", IMPORT, made["fr"])
        assert early["userErrors"][0]["code"] == "IMPORT_NOT_HELD"
        async with database.transaction() as tx:
            await tx.execute(
                "UPDATE import_jobs SET state = 'held', held_code = 'shrunken', held_reason = 'half is missing'"
                " WHERE language IN ('fr', 'de')"
            )
            await tx.execute("UPDATE import_jobs SET state = 'completed', finished_at = $1 WHERE language = 'lb'", NOW)
            row = await tx.fetch_one("SELECT id FROM import_jobs WHERE language = 'lb'")
            assert row is not None
            await tx.insert(
                "import_changes",
                ("import_job_id", "marketplace_product_id", "change", "before_json", "after_json"),
                [(row["id"], f"mp-{n}", "updated", {"price_minor": 1}, {"price_minor": 2}) for n in range(3)],
            )
            await tx.insert(
                "import_problems",
                ("import_job_id", "line", "field", "reason", "message", "value", "severity"),
                [(row["id"], n, "gtin", "gtin_invalid", "no", "x", "warning") for n in range(3)],
            )
        query = """{ importJobs(states: [HELD]) { totalCount } importJobs2: importJobs(language: "lb") { edges { node {
            problems(first: 2, severities: [WARNING]) { totalCount edges { node { line field reason severity } } }
            changes { edges { node { change before after } } } } } } }"""
        found = await gateway.query(query)
        assert found["importJobs"]["totalCount"] == 2
        [edge] = found["importJobs2"]["edges"]
        assert (edge["node"]["problems"]["totalCount"], len(edge["node"]["problems"]["edges"])) == (3, 2)
        assert edge["node"]["changes"]["edges"][0]["node"] == {
            "change": "UPDATED", "before": {"price_minor": 1}, "after": {"price_minor": 2},
        }  # fmt: skip
        assert (await gateway.change("confirmImport", IMPORT, made["fr"]))["importJob"]["state"] == "PENDING"
        assert (await gateway.change("discardImport", IMPORT, made["de"]))["importJob"]["state"] == "FAILED"
        applied = await gateway.change("applyImport", IMPORT, made["lb"])
        assert applied["importJob"]["id"] != made["lb"]["importId"]
        assert applied["importJob"]["isDryRun"] is False
        outcome = "importJob { state errorCode decidedBy }"
        for _ in range(2):
            ended = await gateway.change("cancelImport", outcome, made["fr"], role="operator")
            assert ended["importJob"] == {"state": "FAILED", "errorCode": "cancelled", "decidedBy": "operator of all"}
        refused = await gateway.change("cancelImport", outcome, made["lb"])
        assert refused["userErrors"][0]["code"] == "IMPORT_ENDED"


async def test_the_schedule_is_shown(database: Database, tmp_path: Path) -> None:
    declared = [schedule.ScheduleDeclaration("order_import_letzshop", "300s", "UTC", is_enabled=True)]
    await schedule.apply_declared(database, declared, NOW)
    async with serving(database, tmp_path) as gateway:
        found = await gateway.query(
            "{ scheduledJobs { edges { node { name marketplace schedule isEnabled managedBy store { code } } } } }"
        )
    assert found["scheduledJobs"]["edges"][0]["node"] == {
        "name": "order_import_letzshop", "marketplace": "letzshop", "schedule": "300s", "isEnabled": True,
        "managedBy": "FILE", "store": None,
    }  # fmt: skip
