from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from orion_daemon.config.cadence import Cadence
from orion_daemon.config.loader import demo, load, read_text, settle
from orion_daemon.config.problems import ConfigurationError
from orion_daemon.config.settings import Settings

STORE = 'code = "lux"\nname = "Lux"\ncurrency = "EUR"\ndefault_language = "fr"\n'
CHANNEL = '[[store.channel]]\nmarketplace = "letzshop"\n'


def problems(text, env=None):
    try:
        read_text(text, env or {}, base=Path("/base"))
    except ConfigurationError as error:
        return [str(problem) for problem in error.problems]
    return []


BAD = [
    ("[gateway]\nprt = 1", '2:1: unknown option prt in gateway; did you mean "port"?'),
    ("[gatway]\nport = 1", '1:2: unknown section gatway in the file; did you mean "gateway"?'),
    ("gateway = 5", "1:1: gateway is a table: write [gateway]"),
    (
        '[gateway]\nport = "8080"',
        '2:8: gateway.port must be a whole number between 0 and 65535, not "8080"; did you mean 8080?',
    ),
    ("[gateway]\n  port = 99999", "2:10: gateway.port must be between 0 and 65535, not 99999"),
    ("[gateway]\nport = true", "2:8: gateway.port must be a whole number between 0 and 65535, not true"),
    ("[gateway]\nport = 80.5", "2:8: gateway.port must be a whole number between 0 and 65535, not 80.5"),
    (
        '[gateway]\nintrospection = "true"',
        '2:17: gateway.introspection must be true or false, not "true"; did you mean true?',
    ),
    ("[gateway]\nhost = 127", '2:8: gateway.host must be text in quotes, not 127; did you mean "127"?'),
    (
        "[gateway]\nmax_body = 1048576",
        (
            '2:12: gateway.max_body must be written with its unit in quotes, like "10 MiB", not 1048576; '
            'did you mean "1048576 B"?'
        ),
    ),
    (
        '[gateway]\nmax_body = "2 mb"',
        (
            "2:12: gateway.max_body must be a size, a number with its unit (B, KB, MB, GB, KiB, MiB, GiB), "
            'not "2 mb"; did you mean "2 MB"?'
        ),
    ),
    ('[gateway]\nmax_body = "1 GiB"', '2:12: gateway.max_body must be between 1 KiB and 64 MiB, not "1 GiB"'),
    (
        '[gateway]\nallowed_origins = "https://a.lu"',
        '2:19: gateway.allowed_origins must be a list in square brackets, not "https://a.lu"; did you mean ["https://a.lu"]?',
    ),
    (
        '[gateway]\nallowed_origins = ["https://a.lu", "b.lu"]',
        '2:36: gateway.allowed_origins must be a list, each part an origin like https://shop.example.lu, not "b.lu"',
    ),
    (
        '[daemon]\nshutdown_timeout = "25sec"',
        (
            "2:20: daemon.shutdown_timeout must be a duration, numbers with their units (ms, s, m, h, d, w), "
            'not "25sec"; did you mean "25s"?'
        ),
    ),
    (
        "[jobs]\nlease_ttl = 15",
        '2:13: jobs.lease_ttl must be written with its unit in quotes, like "5m", not 15; did you mean "15s"?',
    ),
    (
        '[daemon]\nlog_level = "warn"',
        '2:13: daemon.log_level must be one of debug, info, warning, error, not "warn"; did you mean "warning"?',
    ),
    (
        '[schedule]\norder_import_letzshop = "*/5 * * *"',
        (
            '2:25: schedule.order_import_letzshop must be a duration like "5m", a cron line like "30 3 * * *", or "off"'
            ', not "*/5 * * *"'
        ),
    ),
    (
        '[schedule]\nmaintenance = "0 0 31 2 *"',
        '2:15: schedule.maintenance must be a cron line that comes true (bad day-of-month), not "0 0 31 2 *"',
    ),
    (
        '[schedule]\ntimezone = "Europe/Luxemburg"',
        (
            "2:12: schedule.timezone must be a name of the IANA time zone database, like Europe/Luxembourg, "
            'not "Europe/Luxemburg"; did you mean "Europe/Luxembourg"?'
        ),
    ),
    (
        "[import]\nmax_removed_share = 0.3",
        '2:21: import.max_removed_share must be written with its unit in quotes, like "30 %", not 0.3',
    ),
    (
        '[import]\nmax_removed_share = "130 %"',
        '2:21: import.max_removed_share must be between 0 % and 100 %, not "130 %"',
    ),
    (
        '[database]\nurl = "mysql://root:s3cret@db/x"',
        "2:7: database.url must be sqlite:///FILE or postgres://USER@HOST:PORT/NAME",
    ),
    ("[database]\npool_min = 20", "2:12: database.pool_min is greater than database.pool_max (10)"),
    ('[jobs]\nlease_ttl = "8s"', "2:13: twice database.busy_timeout is greater than jobs.lease_ttl (8s)"),
    ("[sandbox]\nenabled = true\nport = 8080", "3:8: gateway and sandbox cannot both listen on port 8080"),
    (
        "[sandbox]\nenabled = true\nmail_port = 8090",
        "3:13: sandbox and the sandbox's mail server cannot both listen on port 8090",
    ),
    (
        '[mail]\nhost = "smtp.example.lu"',
        "2:8: a mail server needs from_address, the address that messages come from",
    ),
    (
        '[mail]\nhost = "smtp.example.lu"\nfrom_address = "a@b.lu"\nsecurity = "plain"',
        "4:12: keys would travel to another machine in the clear: use starttls or tls (or allow_plain)",
    ),
    (
        '[mail]\nhost = "localhost"\nfrom_address = "a@b.lu"\nusername = "me"',
        "4:12: a login needs a password: name it by password_env or one of the others",
    ),
    (
        '[mail]\npassword_env = "A"\npassword_file = "b"',
        "3:1: the password is named twice, by password_env and password_file; keep one",
    ),
    (
        '[mail]\nfrom_address = "My Shop <a@b.lu>"',
        '2:16: mail.from_address must be an e-mail address alone, like orders@shop.example.lu, not "My Shop <a@b.lu>"',
    ),
    ('[mail]\ntimeout = "5s"', "2:11: mail.connect_timeout is greater than mail.timeout (5s)"),
    ("store = 1", "1:1: store is a list of tables: write [[store]]"),
    (
        '[[store]]\nname = "A"\ncurrency = "EUR"\ndefault_language = "fr"',
        "1:1: store[0].code is missing (its name for machines, in URLs and commands; never changes)",
    ),
    (
        "[[store]]\n" + STORE.replace('"lux"', '"Lux Shop"'),
        (
            "2:8: store[0].code must be lower-case letters, digits, - and _, at most 63, beginning with a letter or "
            'digit, not "Lux Shop"'
        ),
    ),
    (
        "[[store]]\n" + STORE.replace("EUR", "EURO"),
        '4:12: store[0].currency must be an ISO 4217 code of a currency in use, not "EURO"; did you mean "EUR"?',
    ),
    (
        "[[store]]\n" + STORE.replace("EUR", "DEM"),
        '4:12: store[0].currency must be an ISO 4217 code of a currency in use, not "DEM"',
    ),
    (
        "[[store]]\n" + STORE.replace('"fr"', '"xx"'),
        '5:20: store[0].default_language must be a two-letter ISO 639-1 code, not "xx"',
    ),
    (
        "[[store]]\n" + STORE + 'country = "UK"',
        '6:11: store[0].country must be a two-letter ISO 3166 code, not "UK"',
    ),
    (
        "[[store]]\n" + STORE + 'languages = ["de", "en"]',
        '5:20: default_language "fr" is not among the store\'s languages',
    ),
    (
        "[[store]]\n" + STORE + 'languages = ["fr", "fr"]',
        '6:20: store[0].languages must be a list without repetition, "fr" stands twice',
    ),
    ("[[store]]\n" + STORE + "[[store]]\n" + STORE, '7:8: "lux" is the code of the store in line 2 already'),
    (
        "[[store]]\n" + STORE + '[[store.channel]]\nmarketplace = "letshop"',
        (
            '7:15: store[0].channel[0].marketplace must be one of letzshop, amazon, ebay, storefront, not "letshop"; '
            'did you mean "letzshop"?'
        ),
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + CHANNEL,
        "9:15: the store has a letzshop channel in line 7 already",
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + "[store.channel.feed]\nx = 1",
        "8:16: store[0].channel[0].feed is a list of tables: write [[store.channel.feed]]",
    ),
    (
        "[[store]]\n" + STORE + '[[store.channel]]\nmarketplace = "storefront"\nallow_mutations = true',
        "8:1: allow_mutations means nothing for the store's own storefront",
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + 'api_key_env = "A"\napi_key_file = "b"',
        "9:1: the key is named twice, by api_key_env and api_key_file; keep one",
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + '[[store.channel.feed]]\nlanguage = "fr"',
        "8:1: a feed names either url or path, this one none",
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + '[[store.channel.feed]]\nlanguage = "fr"\nurl = "https://a.lu/f"\npath = "f"',
        "8:1: a feed names either url or path, this one both",
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + '[[store.channel.feed]]\nlanguage = "de"\npath = "f"',
        '9:12: the store does not sell in "de"; add it to languages',
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + 2 * '[[store.channel.feed]]\nlanguage = "fr"\npath = "f"\n',
        '12:12: the channel has a feed in "fr" in line 9 already',
    ),
    (
        "[[store]]\n" + STORE + CHANNEL + 'endpoint = "letzshop.lu"',
        '8:12: store[0].channel[0].endpoint must be an http(s) URL, not "letzshop.lu"',
    ),
    ("[gateway]\nhost = localhost", '2:8: this is not TOML: Invalid value; did you mean host = "localhost"?'),
    ("[gateway\nport = 1", "1:9: this is not TOML: Expected ']' at the end of a table declaration"),
    ("[gateway]\nport = 1\nport = 2", "3:9: this is not TOML: the same name is set above already"),
    ("[gateway]\nhost = ", "2:8: this is not TOML: Invalid value"),
]


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[expected[:60] for _, expected in BAD])
def test_a_mistake_is_told_with_its_place_and_what_was_meant(text, expected):
    assert problems(text) == [f"orion.toml:{expected}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    texts = [
        "[gateway]\nprt = 1\nport = -1",
        "[jobs]\nlease_ttl = 30",
        "[[store]]\n" + STORE.replace("EUR", "E"),
        "[[store]]",
    ]
    found = problems("\n".join(texts))
    assert [line.split(":")[1] for line in found] == ["2", "3", "5", "9", "12", "12", "12", "12"]


def test_a_key_written_into_the_file_is_refused_and_never_repeated():
    [found] = problems("[[store]]\n" + STORE + CHANNEL + 'api_key = "sk-very-secret"')
    assert found.startswith("orion.toml:8:1: the key itself never stands in this file")
    assert "api_key_env" in found
    assert "sk-very-secret" not in found


def test_a_database_url_with_a_mistake_does_not_show_its_password():
    assert "s3cret" not in "".join(problems('[database]\nurl = "pg://root:s3cret@db/x"'))
    [found] = problems("", {"ORION_DATABASE_URL": "pg://root:s3cret@db/x"})
    assert found == "ORION_DATABASE_URL: must be sqlite:///FILE or postgres://USER@HOST:PORT/NAME"


@hypothesis(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_either_settings_or_problems(text):
    for problem in problems(text):
        assert problem.startswith("orion.toml:")


@hypothesis(deadline=None)
@given(
    st.sampled_from(
        ["gateway.port", "jobs.lease_ttl", "import.max_removed_share", "schedule.maintenance", "store", "gateway"]
    ),
    st.sampled_from(
        ["1", '"x"', "true", "[]", "{}", "1.5", "[[1]]", "[{}]", '["a", 1]', "2026-01-01", '""', "nan", "[{code = 1}]"]
    ),
)
def test_a_value_of_any_wrong_kind_is_a_problem_of_that_option(option, value):
    for problem in problems(f"{option} = {value}"):
        assert problem.startswith("orion.toml:1:")


def test_no_file_and_an_empty_file_mean_the_defaults(tmp_path):
    (tmp_path / "orion.toml").write_text("")
    assert load(tmp_path / "orion.toml", {}) == settle(Settings(), tmp_path)


def test_values_are_read_in_their_units():
    settings = read_text(
        '[schedule]\norder_import_letzshop = "90s"\nmaintenance = "off"\n[gateway]\nmax_body = "2 MiB"\n'
        '[import]\nmax_removed_share = "12.5 %"\n[http]\ntries = 2',
        {},
        base=Path("/base"),
    ).settings
    assert settings.schedule.order_import_letzshop == Cadence(every=timedelta(seconds=90))
    assert settings.schedule.maintenance == Cadence()
    assert settings.gateway.max_body == 2 * 1024 * 1024
    assert settings.imports.max_removed_share == 0.125


def test_relative_paths_start_from_the_folder_of_the_file():
    text = '[daemon]\ndata_dir = "data"\n[[store]]\n' + STORE + CHANNEL + 'api_key_file = "keys/a"\n'
    settings = read_text(text, {}, base=Path("/etc/orion")).settings
    assert settings.daemon.data_dir == Path("/etc/orion/data")
    assert settings.security.secret_keys_file == Path("/etc/orion/data/secret.key")
    assert settings.database.url == "sqlite:////etc/orion/data/orion.sqlite3"
    assert settings.stores[0].channels[0].api_key_file == Path("/etc/orion/keys/a")
    assert settle(settings, Path("/elsewhere")) == settings


def test_the_environment_names_the_file_and_the_database(tmp_path):
    (tmp_path / "other.toml").write_text("[gateway]\nport = 1234\n")
    env = {"ORION_CONFIG": str(tmp_path / "other.toml"), "ORION_DATABASE_URL": "postgres://orion@db:5432/orion"}
    settings = load(None, env)
    assert settings.gateway.port == 1234
    assert settings.database.url == "postgres://orion@db:5432/orion"


def test_a_credential_wins_over_the_environment_for_the_database(tmp_path):
    (tmp_path / "ORION_DATABASE_URL").write_text("postgres://credential@db/orion\n")
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path), "ORION_DATABASE_URL": "postgres://environment@db/orion"}
    assert read_text("", env, base=tmp_path).settings.database.url == "postgres://credential@db/orion"


def test_a_named_file_that_is_missing_is_a_problem_not_the_defaults(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: no such file"):
        load(tmp_path / "nothing.toml", {})


def test_a_file_in_another_encoding_is_refused_at_the_first_foreign_byte(tmp_path):
    (tmp_path / "orion.toml").write_bytes("[gateway]\nhost = 'é'".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"orion\.toml:2:9: the file is not UTF-8 here"):
        load(tmp_path / "orion.toml", {})


def test_a_file_of_windows_reads_like_any_other(tmp_path):
    (tmp_path / "orion.toml").write_bytes(b"\xef\xbb\xbf[gateway]\r\nport = 1234\r\n")
    assert load(tmp_path / "orion.toml", {}).gateway.port == 1234


def test_the_demo_is_one_store_on_the_sandbox_beside_the_daemon(tmp_path):
    settings = demo({}, base=tmp_path).settings
    channel = settings.channel("demo", "letzshop")
    sandbox = f"http://{settings.sandbox.host}:{settings.sandbox.port}/letzshop/"
    assert settings.sandbox.enabled
    assert settings.daemon.data_dir == tmp_path / "var"
    assert channel.allow_mutations
    assert [url.startswith(sandbox) for url in (channel.endpoint, *(feed.url for feed in channel.feeds))] == [True] * 4
    assert tuple(feed.language for feed in channel.feeds) == settings.store("demo").all_languages
    assert settings.channel("demo", "storefront") is not None


def test_settings_find_stores_and_channels_by_their_natural_keys():
    settings = read_text("[[store]]\n" + STORE + CHANNEL, {}, base=Path("/base")).settings
    assert settings.store("lux").all_languages == ("fr",)
    assert settings.channel("lux", "letzshop").marketplace == "letzshop"
    assert settings.store("none") is None
    assert settings.channel("none", "letzshop") is None
