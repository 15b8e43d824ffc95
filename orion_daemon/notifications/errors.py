"""Everything that sending a message can raise, in families by what to do next. Senders raise nothing else.

    MailError
    ├── Unreachable          later: nothing was delivered
    ├── RateLimited          later, without costing an attempt
    ├── AuthRefused          no message can go out until a person mends the settings
    ├── Rejected             dead letter: this message will never be taken
    │   └── TemplateRefused      a template cannot be used; `line` is where
    └── Doubtful             it may have been delivered: ask a person, or send again knowing that it may come twice

Each has a stable `code` for programs and a sentence for an operator. Messages name no recipient, no key and no
password; a server's words pass through `classify.clean` first. `family` is the word by which jobs decide about a
retry, the same as of `connectors/errors.py`, which this layer may not see.
"""

from typing import ClassVar


class MailError(Exception):
    """`retry_after`: seconds, where something is known about when to try again."""

    family: ClassVar[str]
    default_code: ClassVar[str]

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.retry_after = retry_after


class Unreachable(MailError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "unreachable"


class RateLimited(MailError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "rate_limited"


class AuthRefused(MailError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "auth_refused"


class Rejected(MailError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "rejected"


class TemplateRefused(Rejected):
    """`line` counts from 1 within the part; 0 means the part as a whole."""

    default_code = "template_refused"

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Doubtful(MailError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "doubtful"
