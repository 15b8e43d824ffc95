from pathlib import Path

from orion_daemon.config.loader import read_text
from orion_daemon.config.render import masked, render

ROOT = Path(__file__).parents[3]
BASE = Path("/base")


def test_what_is_shown_reads_back_to_the_same_settings():
    text = (ROOT / "orion_daemon/config/demo.toml").read_text()
    settings = read_text(text, {}, base=BASE).settings
    assert read_text(render(settings), {}, base=BASE).settings == settings


def test_passwords_and_tokens_in_addresses_are_masked():
    text = """
    [database]
    url = "postgres://orion:s3cret@db:5432/orion"
    [[store]]
    code = "a"
    name = "A"
    currency = "EUR"
    default_language = "fr"
    [[store.channel]]
    marketplace = "letzshop"
    [[store.channel.feed]]
    language = "fr"
    url = "https://me:pass@shop.lu/feed.csv?token=t0ken&lang=fr"
    """
    shown = render(read_text(text, {}, base=BASE).settings)
    assert 'url = "postgres://orion:***@db:5432/orion"' in shown
    assert 'url = "https://me:***@shop.lu/feed.csv?token=***&lang=***"' in shown
    assert not {"s3cret", "pass@", "t0ken"} & set(shown.replace('"', " ").split())


def test_an_address_without_secrets_is_shown_as_it_is():
    assert masked("https://letzshop.lu/graphql") == "https://letzshop.lu/graphql"
    assert masked("sqlite:////var/lib/orion.sqlite3") == "sqlite:////var/lib/orion.sqlite3"
