import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orion_daemon.cli.run import DEMO_SECRETS
from orion_daemon.config.check import check, problem_at, references
from orion_daemon.config.hosts import is_safe
from orion_daemon.config.loader import read_text
from orion_daemon.config.problems import errors

ROOT = Path(__file__).parents[3]
STORE = '[[store]]\ncode = "lux"\nname = "N"\ncurrency = "EUR"\ndefault_language = "fr"\n'
CHANNEL = '[[store.channel]]\nmarketplace = "letzshop"\n'
KEYED = STORE + CHANNEL + 'api_key_env = "KEY"\n'
FREE = "[gateway]\nport = 0\n"


def now():
    return datetime.now(UTC)


@pytest.fixture
def checked(tmp_path):
    def run(text, env=None, **options):
        (tmp_path / "orion.toml").write_text(text)
        options.setdefault("upto", "references")
        found = check(
            tmp_path / "orion.toml", {"ORION_SECRET_KEYS": "k"} if env is None else env, **{"now": now(), **options}
        )
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in found]

    return run


def test_the_shipped_file_passes_all_levels_but_for_ports_in_use(tmp_path):
    found = check(ROOT / "orion.toml", {}, now=now(), base=tmp_path)
    assert errors(found) == []
    assert all(problem.path.endswith("port") for problem in found)


def test_the_demo_needs_only_the_secrets_that_the_demo_run_brings(tmp_path):
    demo = ROOT / "orion_daemon/config/demo.toml"
    problems = errors(check(demo, {}, now=now(), base=tmp_path))
    assert {(one.account, one.level) for one in problems} == {
        (f"demo:{marketplace}", "references") for marketplace in ("letzshop", "amazon", "ebay", "codeswholesale")
    }
    said = " ".join(one.message for one in problems)
    assert len(problems) == len(DEMO_SECRETS)
    assert all(name in said for name in DEMO_SECRETS)
    assert errors(check(demo, DEMO_SECRETS, now=now(), base=tmp_path)) == []


def test_a_file_with_mistakes_is_not_looked_at_any_further(checked):
    assert checked("[gateway]\nport = -1\n[http]\nca_file = 'missing'", upto="environment") == [
        "orion.toml:2:8: gateway.port must be between 0 and 65535, not -1"
    ]


def test_references_are_not_looked_at_when_only_fields_are_asked_for(checked):
    assert checked(KEYED, upto="fields") == []


def test_a_missing_key_stands_at_the_line_that_names_it(checked):
    assert checked(KEYED) == [
        (
            "orion.toml:8:15: the api key of lux:letzshop is missing: "
            "the variable KEY is not set, nor a credential of that name"
        )
    ]


def test_a_channel_without_any_key_is_a_warning_since_one_may_be_stored(checked):
    [found] = checked(STORE + CHANNEL)
    assert found.startswith("orion.toml:7:15: warning: lux:letzshop names no key")


def test_a_disabled_channel_needs_nothing(checked):
    assert checked(KEYED + "enabled = false\n") == []


@pytest.mark.parametrize("url", ["http://letzshop.lu/graphql", "http://10.0.0.5/graphql"])
def test_a_key_never_travels_over_plain_http_to_another_machine(checked, url):
    [found] = checked(KEYED + f'endpoint = "{url}"\n', {"KEY": "k", "ORION_SECRET_KEYS": "k"})
    assert found.startswith("orion.toml:9:12: the key would travel unencrypted")


@pytest.mark.parametrize(
    "url", ["https://letzshop.lu/graphql", "http://127.0.0.1:8090/x", "http://localhost/x", "http://[::1]:1/x"]
)
def test_https_and_this_machine_are_safe(url):
    assert is_safe(url)


def test_a_feed_must_exist_and_is_never_fetched_over_plain_http(checked):
    feeds = '[[store.channel.feed]]\nlanguage = "fr"\npath = "none.csv"\n'
    first = checked(KEYED + feeds, {"KEY": "k", "ORION_SECRET_KEYS": "k"})
    assert [line.partition(": there is no file")[0] for line in first] == ["orion.toml:11:8"]
    second = checked(
        KEYED + feeds.replace('path = "none.csv"', 'url = "http://a.lu/f"'), {"KEY": "k", "ORION_SECRET_KEYS": "k"}
    )
    assert second == [
        (
            "orion.toml:11:7: Orion fetches no feed of lux:letzshop over plain http from another machine, "
            "where anyone on the way could change prices; use https"
        )
    ]


def test_a_feed_that_cannot_be_read_does_not_stop_the_orders_of_its_account(tmp_path):
    for source in ('path = "none.csv"', 'url = "http://a.lu/f"'):
        feed = f'[[store.channel.feed]]\nlanguage = "fr"\n{source}\n'
        [found] = references(read_text(KEYED + feed, {}, base=tmp_path), {"KEY": "k", "ORION_SECRET_KEYS": "k"})
        assert (found.severity, found.account) == ("error", "")


def test_a_key_file_open_to_others_is_a_warning(checked, tmp_path):
    (tmp_path / "key").write_text("k")
    (tmp_path / "key").chmod(0o644)
    [found] = checked(STORE + CHANNEL + 'api_key_file = "key"\n')
    assert "warning" in found
    assert "chmod 600" in found
    (tmp_path / "key").chmod(0o600)
    assert checked(STORE + CHANNEL + 'api_key_file = "key"\n') == []


def test_stores_without_a_key_for_encryption_are_a_warning(checked):
    assert "warning: no key for encryption yet" in checked(STORE, {})[0]
    assert checked("", {}) == []


def test_a_password_in_the_file_is_a_warning_that_does_not_repeat_it(checked):
    [found] = checked('[database]\nurl = "postgres://orion:s3cret@db/orion"\n')
    assert found.startswith("orion.toml:2:7: warning: the password stands in the file")
    assert "s3cret" not in found


def test_three_slashes_before_an_absolute_path_are_explained(checked, tmp_path):
    [found] = checked(f'[database]\nurl = "sqlite:///{str(tmp_path)[1:]}/o.sqlite3"\n')
    assert "three slashes begin a relative path, four an absolute one" in found
    assert checked(f'[database]\nurl = "sqlite:///{tmp_path}/o.sqlite3"\n') == []


def test_an_open_gateway_without_tls_is_a_warning(checked):
    [found] = checked('[gateway]\nhost = "0.0.0.0"\n')
    assert "without TLS" in found
    assert checked('[gateway]\nhost = "0.0.0.0"\npublic_url = "https://orion.lu"\n') == []


def test_a_port_that_is_taken_is_a_warning(checked):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        [found] = checked(f"[gateway]\nport = {port}\n", upto="environment")
    assert found.startswith("orion.toml:2:8: warning: cannot listen on 127.0.0.1:")


def test_a_data_folder_that_cannot_be_made_is_an_error(checked, tmp_path):
    (tmp_path / "file").write_text("")
    [found] = checked(FREE + '[daemon]\ndata_dir = "file/var"\n', upto="environment")
    assert found.startswith("orion.toml:4:12: cannot write to")


def test_a_clock_that_runs_behind_the_data_is_an_error(checked):
    [found] = checked(FREE, upto="environment", now=now() - timedelta(days=2))
    assert "the clock says" in found
    [found] = checked(FREE, upto="environment", now=datetime(1970, 1, 1, tzinfo=UTC))
    assert "1970-01-01" in found


def test_the_caller_adds_its_own_looks_at_the_environment(checked):
    def database(loaded):
        return [problem_at(loaded, ("gateway", "port"), "does not answer", "environment")]

    assert checked(FREE, upto="environment", probes=[database]) == ["orion.toml:2:8: does not answer"]


MAIL = '[mail]\nhost = "smtp.example.lu"\nfrom_address = "a@b.lu"\nusername = "me"\n'


def test_what_mail_refers_to_is_looked_for(checked, tmp_path):
    assert checked(MAIL + 'password_env = "PASSWORD"\nca_file = "ca.pem"\n') == [
        (
            "orion.toml:5:16: the password of the mail server is missing: "
            "the variable PASSWORD is not set, nor a credential of that name"
        ),
        f"orion.toml:6:11: there is no file {tmp_path}/ca.pem",
    ]
    (tmp_path / "password").write_text("secret")
    (tmp_path / "password").chmod(0o644)
    assert checked(MAIL + 'password_file = "password"\n') == [
        f"orion.toml:5:17: warning: {tmp_path}/password can be read by others; chmod 600 it"
    ]
    (tmp_path / "password").chmod(0o600)
    assert checked(MAIL + 'password_file = "password"\n') == []


def test_a_password_in_the_file_is_told_where_it_belongs(checked):
    [problem] = checked(MAIL + 'password = "secret"\npassword_env = "PASSWORD"\n', upto="fields")
    assert "never stands in this file" in problem
    assert "secret" not in problem.replace("systemd credential", "")
