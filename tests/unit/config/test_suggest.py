from orion_daemon.config import names
from orion_daemon.config.suggest import nearest


def test_the_nearest_word_is_found_whatever_its_case_and_hyphens():
    assert nearest("Log-Levl", ["log_level", "log_format"]) == "log_level"


def test_nothing_is_suggested_when_nothing_is_near():
    assert nearest("zzz", ["log_level", "log_format"]) == ""


def test_a_word_that_is_known_needs_no_suggestion():
    assert nearest("log_level", ["log_level"]) == ""


def test_the_codes_of_the_world_are_those_in_use():
    assert {"EUR", "CHF", "USD", "GBP"} < names.known("currency")
    assert not {"DEM", "LUF", "ESP"} & names.known("currency")
    assert {"lb", "fr", "de", "en", "pt"} < names.known("language")
    assert {"LU", "BE", "FR", "DE"} < names.known("country")
    assert not {"EU", "ZZ", "UK"} & names.known("country")
    assert "Europe/Luxembourg" in names.known("timezone")
