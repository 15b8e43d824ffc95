"""Takes secrets and personal data out of whatever is about to be logged, shown or kept as a trace.

Three nets, each enough on its own: names of fields that hold such data, shapes of text (mail address, bearer token,
URL with password, licence key), and exact values that were `learn`ed when a secret was read. It rather takes too much:
a wrong "[redacted]" costs a look into the database, a leaked key costs trust. Input is never changed, output is new.
"""

import re
from collections.abc import Mapping, MutableMapping
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

REDACTED = "[redacted]"
_DEPTH = 8
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9_-]*:[a-z]+")
_SENSITIVE = re.compile(
    r"""(?:^|_)(?:
        authorization | auth | cookie | tokens? | secrets? | passw(?:or)?d | passphrase | credentials? | apikey | keys?
        | iban | bic | e?mails? | phone | telephone | mobile | fax | street(?:name|number)? | zip(?:code)? | postcode
        | (?:first|last|full|given|family|customer|buyer|recipient|contact)_?name | surname | recipient
        | birth_?(?:day|date) | postal_code | address_line | house_number
    )(?:_|$)""",
    re.VERBOSE,
)
_PERSON = re.compile(r"(?:^|_)(?:customer|buyer|person|address(?:es)?)$")
_HARMLESS = re.compile(
    r"(?:unique|job|natural|primary|foreign|entity|sort|group)_key|(?:key|token|credential|e?mail)s?_(?:ids?|count)"
    r"|max_tokens"
)

_NAMES = (
    r"(?:[a-z0-9]{1,30}[_-]){0,4}(?:authorization|api[_-]?key|secret[_-]?keys?|secret|token|password|passwd|cookie)"
)
_PERSONAL = r"(?:(?:first|last|full|given|family)_?name|phone|e?mail|street(?:_?name|_?number)?|zip_?code|postal_?code)"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer)\s+[A-Za-z0-9+/=._~-]+"), rf"\1 {REDACTED}"),
    (re.compile(r"\b((?i:basic))\s+(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/=]{6,}"), rf"\1 {REDACTED}"),
    (re.compile(r"(?<=://)[^/@\s?#]+:[^/\s?#]*@"), f"{REDACTED}@"),
    (re.compile(r"(/hooks/[^/\s]+/)[^/\s?#\"']+"), rf"\1{REDACTED}"),
    (
        re.compile(
            rf"(?i)\b({_NAMES})(\\?[\"']?\s*[:=]\s*)"
            r"([\[({][^\])}]*[\])}]|"
            r"\\\"[^\"]*\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?!\[redacted\]|(?:bearer|basic) )[^\s\"',;&}\])]+)"
        ),
        rf"\1\2{REDACTED}",
    ),
    (
        re.compile(rf"(?i)([\"']{_PERSONAL}[\"']\s*:\s*)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"),
        rf'\1"{REDACTED}"',
    ),
    (re.compile(r"\bgAAAAA[\w-]{20,}={0,2}"), REDACTED),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"), REDACTED),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), REDACTED),
    (re.compile(r"(?<![\w.])\+\d(?:[ ()/.-]{0,2}\d){6,14}\b"), REDACTED),
    (re.compile(r"\b(?=[0-9-]*[A-Z])[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,}\b"), REDACTED),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), REDACTED),
)
_HINT = re.compile(r"(?i)[@+:=-]|bearer|basic|/hooks/|gAAAAA|eyJ|[A-Z]{2}\d{2}")


class Redactor:
    """One per process, shared by logs and traces; `learn` each secret at the moment it is read."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, *secrets: str) -> None:
        """From now on these values never pass, wherever they stand. Values under six characters are not kept."""
        fresh = {secret for secret in secrets if len(secret) >= 6} - self._known
        if fresh:
            self._known |= fresh
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(REDACTED, text)
        if _HINT.search(text):
            for pattern, replacement in _SHAPES:
                text = pattern.sub(replacement, text)
        return text

    def redact(self, value: Any, *, name: str = "", depth: int = 0) -> Any:
        """A copy of plain containers, text and numbers; anything else becomes redacted text."""
        if name and is_sensitive(name, value):
            return REDACTED
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth >= _DEPTH:
            return "[too deep]"
        if isinstance(value, Mapping):
            return {
                self.text(str(key)): self.redact(item, name=str(key), depth=depth + 1) for key, item in value.items()
            }
        if isinstance(value, list | tuple | AbstractSet):
            return [self.redact(item, depth=depth + 1) for item in value]
        if isinstance(value, msgspec.Struct):
            return self.redact(msgspec.structs.asdict(value), depth=depth)
        if isinstance(value, BaseException):
            plain = all(isinstance(part, str | int | float | None) for part in value.args)
            said = str(value) if plain else ", ".join(str(self.redact(part, depth=depth + 1)) for part in value.args)
            return self.text(f"{type(value).__name__}: {said}")
        if isinstance(value, bytes | bytearray | memoryview):
            return f"[{len(value)} bytes]"
        return self.text(str(value))

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The same, as a structlog processor."""
        return {key: self.redact(value, name=key) for key, value in event.items()}


def is_sensitive(name: str, value: Any = None) -> bool:
    """Whether a field of this name (snake_case, camelCase or a header) holds a secret or personal data.

    `address` is also the name of an actor's account, so "store:marketplace" passes there.
    """
    words = re.sub(r"[-. ]+", "_", _CAMEL.sub("_", name)).lower()
    if _HARMLESS.fullmatch(words) or isinstance(value, bool):
        return False
    if _PERSON.search(words):
        return not (isinstance(value, str) and _ACCOUNT.fullmatch(value))
    return bool(_SENSITIVE.search(words))


DEFAULT = Redactor()


def redact(value: Any, *, name: str = "") -> Any:
    """`value` without secrets and personal data, by the process's own redactor."""
    return DEFAULT.redact(value, name=name)
