"""What scripts rely on: each verb as a real process, its exit code, one JSON document on standard output, words for
people on standard error."""

import asyncio
import json

import pytest

from orion_daemon.db.cipher import generate_key
from orion_daemon.migrations import runner
from tests.support.processes import Home, Processes
from tests.support.scene import ARTICLES, OFF, feed

STORE = """
[[store]]
code = "ada"
name = "Ada's Shop"
currency = "EUR"
default_language = "fr"

[[store.channel]]
marketplace = "letzshop"
endpoint = "http://127.0.0.1:9/letzshop/graphql"
api_key_env = "ADA_KEY"

[[store.channel]]
marketplace = "storefront"
"""


@pytest.fixture
def home(processes: Processes) -> Home:
    home = processes.home(ADA_KEY="key-of-ada")
    home.configure(OFF + STORE)
    return home


async def test_a_fresh_home_can_be_checked_and_migrated_and_given_a_token(home: Home) -> None:
    checked = await home.orion("check", "--json")
    assert (checked.code, checked.json["ok"]) == (0, True), checked
    assert not (home.folder / "var").exists()
    migrated = await home.orion("migrate", "--json")
    assert (migrated.code, migrated.json["applied"]) == (0, runner.known()), migrated
    again = await home.orion("migrate", "--pending", "--json")
    assert (again.code, again.json, again.err) == (0, {"pending": []}, "")
    token = await home.orion("tokens", "create", "--role", "operator", "--json")
    assert (token.code, list(token.json), token.err) == (0, ["token"], "")
    assert len(token.json["token"]) > 32
    [row] = (await home.orion("tokens", "list", "--json")).json["tokens"]
    assert (row["role"], token.json["token"].startswith(row["prefix"])) == ("operator", True)
    assert token.json["token"] not in json.dumps(row)
    revoked = await home.orion("tokens", "revoke", str(row["id"]), "--json")
    assert (revoked.code, revoked.json) == (0, {"revoked": row["id"]})


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("stores", "list"), "channels"),
        (("credentials", "list"), "credentials"),
        (("tokens", "list"), "tokens"),
        (("jobs", "list", "--state", "dead"), "jobs"),
        (("imports", "list", "--state", "held"), "imports"),
        (("keys", "list", "--state", "bad"), "keys"),
        (("keys", "units"), "units"),
    ],
)
async def test_a_list_of_nothing_is_a_document_too(home: Home, arguments: tuple[str, ...], key: str) -> None:
    home.configure("")
    ran = await home.orion(*arguments, "--json")
    assert (ran.code, ran.json) == (0, {key: []}), ran


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("nonsense",), 64, "there is no verb 'nonsense'"),
        (("tokn", "create"), 64, "did you mean 'tokens'?"),
        (("sync", "ada"), 64, "MARKETPLACE"),
        (("tokens", "create", "--role", "king"), 64, "'king'"),
        (("jobs", "retry", "one"), 64, "'one'"),
        (("sync", "eve", "letzshop"), 1, "'eve'"),
        (("tokens", "revoke", "99"), 1, "no such token"),
        (("credentials", "set", "eve", "letzshop"), 1, "'eve'"),
        (("stores", "resume", "eve", "letzshop"), 1, "'eve'"),
        (("credentials", "set", "ada", "amazn"), 1, "there is no marketplace or supplier 'amazn'"),
        (("credentials", "set", "ada", "ebay"), 64, "name one with --kind"),
        (("credentials", "set", "ada", "ebay", "--kind", "api_key"), 64, "ebay has the kinds client_secret"),
        (("credentials", "connect", "ada", "letzshop"), 64, "letzshop has no consent page"),
        (("channels", "migrate", "ada", "letzshop", "1"), 1, "nothing is to be migrated"),
        (("keys", "reveal", "1"), 64, "--reason"),
        (("keys", "reveal", "1", "--reason", " "), 1, "Say why"),
        (("keys", "pool", "eve"), 1, "'eve'"),
        (("channels", "subscribe", "ada", "letzshop"), 1, "it sends no notifications"),
    ],
)
async def test_a_mistake_is_one_sentence_and_its_exit_code(
    home: Home, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = await home.orion(*arguments, stdin="secret")
    assert (ran.code, ran.out) == (code, ""), ran
    assert sentence in ran.err
    assert "Traceback" not in ran.err


async def test_every_mistake_of_a_file_is_told_at_once_with_its_place(home: Home) -> None:
    home.configure(STORE.replace('currency = "EUR"', 'currency = "EURO"').replace("api_key_env", "api_kee_env"))
    for verb in ("check", "run", "migrate", "tokens", "jobs"):
        more = {"tokens": ("list",), "jobs": ("list",)}.get(verb, ())
        ran = await home.orion(verb, *more)
        assert ran.code == 78, ran
        told = ran.out + ran.err
        assert "orion.toml:9:12: store[0].currency must be an ISO 4217 code" in told
        assert 'did you mean "EUR"?' in told
        assert "orion.toml:15:1: unknown option api_kee_env" in told
        assert "Traceback" not in told
    ran = await home.orion("check", "--json")
    assert (ran.code, ran.json["ok"]) == (78, False)
    assert {problem["path"].rpartition(".")[2] for problem in ran.json["problems"]} >= {"currency", "api_kee_env"}
    assert all(
        set(problem) >= {"file", "line", "column", "path", "message", "suggestion"} for problem in ran.json["problems"]
    )


async def test_an_option_that_the_marketplace_refuses_is_found_by_check(home: Home) -> None:
    stores = 'marketplace_ids = ["A1PA6795UKMFR9", "ATVPDKIKX0DER"]'
    home.configure(f'{STORE}[[store.channel]]\nmarketplace = "amazon"\nclient_id = "c"\nseller_id = "S"\n{stores}\n')
    ran = await home.orion("check", "--json")
    assert (ran.code, ran.json["ok"]) == (78, False)
    [problem] = [one for one in ran.json["problems"] if one["severity"] == "error"]
    assert problem["path"] == "store[0].channel[2].marketplace_ids"
    assert "several regions" in problem["message"]


async def test_a_missing_secret_is_found_by_check_before_anything_runs(home: Home) -> None:
    del home.env["ADA_KEY"]
    ran = await home.orion("check", "--json")
    assert ran.code == 78
    [problem] = [one for one in ran.json["problems"] if one["severity"] == "error"]
    assert "ADA_KEY" in problem["message"]
    assert problem["line"] > 0
    assert (await home.orion("check", "--level", "fields", "--json")).code == 0


async def test_two_migrations_at_once_apply_each_step_once(home: Home) -> None:
    first, second = await asyncio.gather(home.orion("migrate", "--json"), home.orion("migrate", "--json"))
    assert (first.code, second.code) == (0, 0), (first, second)
    assert sorted([first.json["applied"], second.json["applied"]]) == [[], runner.known()]
    assert (await home.orion("migrate", "--pending", "--json")).json == {"pending": []}


async def test_the_contracts_are_printed_to_standard_output(home: Home) -> None:
    sdl = await home.orion("schema", "print")
    assert sdl.code == 0, sdl.err
    assert "type Query {" in sdl.out
    schema = await home.orion("schema", "config")
    assert (schema.code, schema.json["title"]) == (0, "orion.toml")
    toml = await home.orion("schema", "config", "--toml")
    assert "[gateway]" in toml.out


@pytest.mark.parametrize("keys", ["AAAA", "not base64!", ""])
async def test_a_secret_key_that_is_none_is_bad_configuration(home: Home, keys: str) -> None:
    ran = await home.orion("tokens", "list", env={"ORION_SECRET_KEYS": keys})
    if keys:
        assert (ran.code, ran.out) == (78, ""), ran
        assert "secret key 1" in ran.err
        assert keys not in ran.err
    else:  # none at all: one is made, and said so
        assert ran.code == 0
        assert "a new encryption key was made" in ran.err


async def test_data_sealed_with_another_key_stop_daemon_and_verbs_with_what_to_do(home: Home) -> None:
    daemon = await home.start()
    assert await daemon.stop() == 0
    other = generate_key()
    for arguments in (("run",), ("stores", "list", "--json"), ("credentials", "set", "ada", "letzshop")):
        ran = await home.orion(*arguments, stdin="new", env={"ORION_SECRET_KEYS": other})
        assert (ran.code, ran.out) == (78, ""), ran
        assert "sealed with another secret key" in ran.err
        assert other not in ran.err
        assert "Traceback" not in ran.err
    [row] = (await home.orion("credentials", "list", "--json")).json["credentials"]
    assert row["store"] == "ada"


def files_of(home: Home) -> list[str]:
    """Without the companions of an SQLite file, which come and go as it is read."""
    names = (path.name for path in (home.folder / "var").iterdir())
    return sorted(name for name in names if not name.endswith(("-wal", "-shm")))


async def test_a_lost_key_file_stops_daemon_and_verbs_and_nothing_new_is_written(home: Home) -> None:
    lost = {"ORION_SECRET_KEYS": ""}
    assert (await home.orion("stores", "list", "--json")).code == 0  # seals what the file names, with the key at hand
    before = files_of(home)
    for arguments in (("run",), ("tokens", "list", "--json")):
        ran = await home.orion(*arguments, env=lost)
        assert (ran.code, ran.out) == (78, ""), ran
        assert "no secret key was found, neither in ORION_SECRET_KEYS nor in " in ran.err
        assert "secret.key from its copy" in ran.err
        assert "Traceback" not in ran.err
    assert files_of(home) == before


async def test_a_feed_is_imported_by_command_and_its_exit_code_says_how_it_ended(home: Home) -> None:
    (home.folder / "good.csv").write_text(feed(), "utf-8")
    (home.folder / "partly.csv").write_text(feed() + "BAD\tWithout a price\n", "utf-8")
    (home.folder / "none.csv").write_text("<html><body>not a feed</body></html>", "utf-8")
    daemon = await home.start()
    try:
        ran = await home.orion("import", "ada", "letzshop", "good.csv", "--dry-run", "--json")
        assert (ran.code, ran.json["state"], ran.json["created"]) == (0, "completed", len(ARTICLES)), ran
        ran = await home.orion("import", "ada", "letzshop", "good.csv", "--json")
    finally:
        assert await daemon.stop() == 0
    summary = ran.json
    assert (ran.code, summary["state"]) == (0, "completed"), ran
    counts = {name: summary[name] for name in ("rows", "created", "updated", "unchanged", "rejected", "skipped")}
    assert counts == {"rows": 5, "created": 5, "updated": 0, "unchanged": 0, "rejected": 0, "skipped": 0}
    assert summary["detected"] == {"format": "csv", "encoding": "utf-8", "delimiter": "\t"}
    assert summary["problems"] == [{"line": 1, "field": "price", "reason": "currency_assumed"}]

    ran = await home.orion("import", "ada", "letzshop", "partly.csv", "--json")  # the daemon does not run now
    assert (ran.code, ran.json["state"]) == (3, "partially_completed"), ran
    assert (ran.json["unchanged"], ran.json["rejected"]) == (5, 1)
    [problem] = [one for one in ran.json["problems"] if one["line"] > 1]
    assert (problem["line"], set(problem)) == (7, {"line", "field", "reason"})

    ran = await home.orion("import", "ada", "letzshop", "partly.csv", "--dry-run")
    assert ran.code == 3, ran
    assert "line 7: the record has 2 values" in ran.out
    assert "nothing was changed" in ran.out
    (home.folder / "empty.csv").write_text("", "utf-8")
    ran = await home.orion("import", "ada", "letzshop", "empty.csv")
    assert ran.code == 1
    assert "Held: The file is empty. Nothing was changed." in ran.out

    ran = await home.orion("import", "ada", "letzshop", "none.csv", "--json")
    assert (ran.code, ran.json["state"]) == (1, "failed"), ran
    ran = await home.orion("import", "ada", "letzshop", "missing.csv", "--json")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    ran = await home.orion("import", "eve", "letzshop", "good.csv", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "'eve'" in ran.err
    ran = await home.orion("import", "ada", "letzshop", "good.csv", "--language", "dr", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "'dr' is no language of store 'ada'" in ran.err
    for source, said in (("", "SOURCE is empty"), ("ftp://x.example/f.csv", "cannot be fetched from ftp://")):
        ran = await home.orion("import", "ada", "letzshop", source, "--json")
        assert (ran.code, ran.out) == (64, "")
        assert said in ran.err


async def test_what_the_file_declares_is_known_to_every_verb_before_the_first_start(home: Home) -> None:
    listed = (await home.orion("stores", "list", "--json")).json["channels"]
    assert [(one["store"], one["marketplace"]) for one in listed] == [("ada", "letzshop"), ("ada", "storefront")]
    [credential] = (await home.orion("credentials", "list", "--json")).json["credentials"]
    assert (credential["store"], credential["state"]) == ("ada", "unchecked")


async def test_work_is_asked_for_listed_withdrawn_and_sent_again(home: Home) -> None:
    asked = await home.orion("sync", "ada", "letzshop", "orders", "--json")
    assert (asked.code, asked.json) == (0, {"jobs": 1}), asked
    again = await home.orion("sync", "ada", "letzshop", "orders", "--json")
    assert again.json == {"jobs": 1}  # the same one
    [job] = (await home.orion("jobs", "list", "--state", "waiting", "--json")).json["jobs"]
    assert (job["kind"], job["owner"], job["state"]) == ("PollOrders", "ada:letzshop", "waiting")
    withdrawn = await home.orion("jobs", "cancel", str(job["id"]), "--json")
    assert (withdrawn.code, withdrawn.json) == (0, {"changed": [job["id"]], "left": []})
    left = await home.orion("jobs", "retry", str(job["id"]), "--json")
    assert left.json == {"changed": [], "left": [job["id"]]}
    [listed] = (await home.orion("jobs", "list", "--owner", "ada:letzshop", "--json")).json["jobs"]
    assert (listed["state"], listed["id"]) == ("cancelled", job["id"])
    resumed = await home.orion("stores", "resume", "ada", "letzshop", "--json")
    assert resumed.json == {"resumed": False}
    empty = await home.orion("credentials", "set", "ada", "letzshop", stdin="\n")
    assert (empty.code, empty.out) == (64, "")
