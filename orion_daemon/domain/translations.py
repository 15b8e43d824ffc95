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
    for language in (wanted, product_default, store_default):
        found = _in(language, wanted, own, inherited) if language else None
        if found is not None:
            return found
    for language in sorted({*own, *inherited}):
        found = _in(language, wanted, own, inherited)
        if found is not None:
            return found
    return None


def _in(
    language: str, wanted: str, own: Mapping[str, str | None], inherited: Mapping[str, str | None]
) -> ResolvedText | None:
    text = own.get(language)
    if text and not text.isspace():
        return ResolvedText(text, language, "override", language != wanted)
    text = inherited.get(language)
    if text and not text.isspace():
        return ResolvedText(text, language, "inherited", language != wanted)
    return None
