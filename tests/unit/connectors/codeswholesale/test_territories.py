"""Free words to languages."""

import pytest

from orion_daemon.connectors.codeswholesale.territories import language_of


@pytest.mark.parametrize(
    ("word", "language", "is_variant"),
    [
        ("german", "de", False),
        ("Germany", "de", False),
        ("ENGLAND", "en", False),
        ("koreana", "ko", False),
        ("schinese", "zh", False),
        ("Simplified Chinese ", "zh", False),
        ("tchinese", "zh", True),
        ("traditional_chinese", "zh", True),
        ("portugues", "pt", False),
        ("brazilian", "pt", True),
        ("Portuguese-Brazil", "pt", True),
        ("portuguese (brazil)", "pt", True),
        ("Spanish Mexico", "es", True),
        ("mexico", "es", True),
        ("french canada", "fr", True),
        ("netherlands", "nl", False),
        ("ukrainian", "uk", False),
    ],
)
def test_a_word_stands_for_a_language(word: str, language: str, is_variant: bool) -> None:
    assert language_of(word) == (language, is_variant)


@pytest.mark.parametrize("word", ["", "  ", "worldwide", "switzerland", "French Canadian and English", "uk", "klingon"])
def test_what_says_no_language_is_not_guessed(word: str) -> None:
    assert language_of(word) is None
