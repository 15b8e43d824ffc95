"""The nearest known word to one that nobody knows: the "did you mean" of every message."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` most probably stands for, or "". Case, hyphens and underscores do not count."""
    plain = {_plain(name): name for name in known}
    matches = get_close_matches(_plain(word), plain, n=1, cutoff=0.6)
    return plain[matches[0]] if matches and plain[matches[0]] != word else ""


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
