"""Everything a call to a vendor can raise, in families by what to do next. A connector raises nothing else.

    VendorError
    ├── Unreachable          later: nothing took effect, or only a read was tried
    ├── RateLimited          later, without costing an attempt
    ├── AuthRefused          stop this account, tell a person
    │   └── NotPermitted         stop this kind of work, tell a person; the credential itself was taken
    ├── Rejected             dead letter: the vendor understood and said no
    │   ├── MutationsForbidden   our own switch said no
    │   └── Unsupported          this marketplace cannot do it
    ├── Malformed            stop this record, keep it; a job asks twice more (`jobs/retry.py`)
    │   └── SchemaDrift          stop the account's reading and alarm: the vendor changed its names
    └── Doubtful             ask before anything else: it may have taken effect

Each has a stable `code` for programs and a sentence for an operator: what is wrong, where, what to do. Messages hold
neither credentials nor personal data; whoever raises one has passed vendor's text through `redaction.py`.
`family` is the word by which jobs decide about a retry.
"""

from typing import ClassVar


class VendorError(Exception):
    """`retry_after`: seconds, where the vendor or the circuit breaker named a time; None says nothing."""

    family: ClassVar[str]
    default_code: ClassVar[str]

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.retry_after = retry_after
        self.results: tuple[object, ...] = ()  # of a push that stopped in the middle: what became of those before


class Unreachable(VendorError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "unreachable"


class RateLimited(VendorError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "rate_limited"


class AuthRefused(VendorError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "auth_refused"


class NotPermitted(AuthRefused):
    """One operation was refused with a credential that is good: a role or a scope is missing."""

    family = default_code = "not_permitted"


class Rejected(VendorError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "rejected"


class MutationsForbidden(Rejected):
    default_code = "mutations_forbidden"


class Unsupported(Rejected):
    default_code = "unsupported"


class Malformed(VendorError):  # noqa: N818  (a family, named by what is so)
    """`payload`: the record that cannot be read, verbatim, where it is a single one; it is kept sealed, never shown."""

    family = default_code = "malformed"

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None, payload: bytes = b"") -> None:
        super().__init__(message, code=code, retry_after=retry_after)
        self.payload = payload


class SchemaDrift(Malformed):
    default_code = "schema_drift"


class Doubtful(VendorError):  # noqa: N818  (a family, named by what is so)
    family = default_code = "doubtful"
