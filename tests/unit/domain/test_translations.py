"""The chain of fallbacks: wanted language, product's default, store's default, any; own words before inherited ones."""

from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.translations import ResolvedText, resolve

LANGUAGES = st.sampled_from(["fr", "de", "en", "lb"])
TEXTS = st.dictionaries(LANGUAGES, st.one_of(st.none(), st.just(" "), st.text("ab", min_size=1, max_size=3)))


def test_own_words_go_before_inherited_ones_of_the_same_language() -> None:
    found = resolve("fr", {"fr": "mien"}, {"fr": "leur"}, product_default=None, store_default="de")
    assert found == ResolvedText("mien", "fr", "override", is_fallback=False)


def test_inherited_words_of_the_wanted_language_go_before_own_ones_of_another() -> None:
    found = resolve("fr", {"de": "meins"}, {"fr": "leur"}, product_default=None, store_default="de")
    assert found == ResolvedText("leur", "fr", "inherited", is_fallback=False)


def test_the_products_default_goes_before_the_stores() -> None:
    found = resolve("fr", {}, {"de": "ihr", "en": "their"}, product_default="en", store_default="de")
    assert found == ResolvedText("their", "en", "inherited", is_fallback=True)


def test_blank_is_absent() -> None:
    assert resolve("fr", {"fr": "  "}, {"fr": ""}, product_default=None, store_default="fr") is None


@given(LANGUAGES, TEXTS, TEXTS, st.one_of(st.none(), LANGUAGES), LANGUAGES)
def test_there_is_a_text_whenever_any_language_has_one(wanted, own, inherited, product_default, store_default) -> None:
    found = resolve(wanted, own, inherited, product_default=product_default, store_default=store_default)
    written = {text for texts in (own, inherited) for text in texts.values() if text and text.strip()}
    assert (found is None) == (not written)
    if found is not None:
        assert found.text in written
        assert found.is_fallback == (found.language != wanted)
