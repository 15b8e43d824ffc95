from pathlib import Path

from orion_daemon.config.changes import Change, diff
from orion_daemon.config.loader import read_text

STORE = '[[store]]\ncode = "{}"\nname = "N"\ncurrency = "EUR"\ndefault_language = "fr"\n'
CHANNEL = '[[store.channel]]\nmarketplace = "letzshop"\n'


def settings(text):
    return read_text(text, {}, base=Path("/base")).settings


def changes(old, new):
    return diff(settings(old), settings(new))


def test_equal_settings_do_not_differ_and_hash_alike():
    text = STORE.format("a") + CHANNEL
    assert changes(text, text) == []
    assert hash(settings(text)) == hash(settings(text))


def test_an_option_knows_whether_a_reload_takes_it_up():
    assert changes("", '[gateway]\nport = 1\n[daemon]\nlog_level = "debug"') == [
        Change("daemon.log_level", "changed", live=True),
        Change("gateway.port", "changed", live=False),
    ]


def test_stores_and_channels_are_matched_by_their_natural_keys():
    old = STORE.format("a") + CHANNEL + STORE.format("b")
    new = STORE.format("b") + STORE.format("a") + CHANNEL + "enabled = false\n"
    assert changes(old, new) == [Change("store.a.channel.letzshop.enabled", "changed", live=True)]


def test_stores_and_channels_come_and_go_without_a_restart():
    assert changes(STORE.format("a"), STORE.format("b")) == [
        Change("store.a", "removed", live=True),
        Change("store.b", "added", live=True),
    ]
    assert changes(STORE.format("a"), STORE.format("a") + CHANNEL) == [
        Change("store.a.channel.letzshop", "added", live=True)
    ]


def test_a_changed_feed_is_one_live_change():
    feed = '[[store.channel.feed]]\nlanguage = "fr"\npath = "f"\n'
    assert changes(STORE.format("a") + CHANNEL, STORE.format("a") + CHANNEL + feed) == [
        Change("store.a.channel.letzshop.feed", "changed", live=True)
    ]
