"""The texts that Orion brings along: one file a kind and language in `templates/`, found from an installed wheel too.

The first line of a file is `Subject: …`, the rest behind a blank line is the text. HTML is made of the text
(`markup.py`), so that a sentence stands in one place. What a template may use is said in `contents.py`.
"""

from functools import cache
from importlib.resources import files

from orion_daemon.domain.deliveries import DEFAULT_LANGUAGE, KeyMailTemplate, MailKind

LANGUAGES = ("en", "fr", "de", "lb")
_SUBJECT = "Subject: "


@cache
def built_in(kind: MailKind, language: str) -> KeyMailTemplate:
    """The built-in words, a good start for a store's own; English where the language has none."""
    language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    source = (files("orion_daemon.notifications") / "templates" / language / f"{kind}.txt").read_text("utf-8")
    subject, _, text = source.partition("\n")
    return KeyMailTemplate(kind, language, subject.removeprefix(_SUBJECT), text.lstrip("\n"))


@cache
def frame(name: str) -> str:
    """A template around the words, the same in all languages: `layout` or `articles`, in HTML."""
    return (files("orion_daemon.notifications") / "templates" / f"{name}.html").read_text("utf-8")
