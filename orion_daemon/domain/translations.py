"""Which text a product shows in a language, and where it came from.

The chain, first that has text wins: the wanted language, the product's default language, the store's default
language, any other (in alphabetical order, so that the answer is stable). Within a language the store's own words go
before the inherited ones. A text that is not in the wanted language says so, so that a report can list what is
missing and a frontend can mark it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Source = Literal["override", "inherited"]


@dataclass(frozen=True, slots=True)
class ResolvedText:
    text: str
    language: str
    source: Source
    is_fallback: bool  # not in the language that was asked for


def resolve(
    wanted: str,
    own: Mapping[str, str | None],
    inherited: Mapping[str, str | None],
    *,
    product_default: str | None,
    store_default: str,
) -> ResolvedText | None:
    """Choose a text; blank counts as absent. None when there is no text in any language."""
    for language in _chain(wanted, product_default, store_default, own, inherited):
        choices: tuple[tuple[Source, Mapping[str, str | None]], ...] = (("override", own), ("inherited", inherited))
        for source, texts in choices:
            text = texts.get(language)
            if text and not text.isspace():
                return ResolvedText(text, language, source, language != wanted)
    return None


def _chain(
    wanted: str,
    product_default: str | None,
    store_default: str,
    own: Mapping[str, str | None],
    inherited: Mapping[str, str | None],
) -> list[str]:
    first = [language for language in (wanted, product_default, store_default) if language]
    return list(dict.fromkeys([*first, *sorted({*own, *inherited})]))
