"""Refusals of the services, by what the caller can do about them.

    ServiceError
        NotFound    it is not there (or not yours to see): name another
        Invalid     the input cannot be right: correct the named field
        Conflict    the state does not allow it now: look again, then decide
        Refused     a rule of the store or of the house forbids it: change the rule or leave it

Every refusal carries a code of `Code` that clients may rely on and a sentence for a person. Nothing was changed when
one is raised: each service is one transaction.
"""

from enum import StrEnum


class Code(StrEnum):
    """Every public refusal code; never renamed, only added to."""

    NOT_FOUND = "not_found"
    REQUIRED = "required"
    INVALID_VALUE = "invalid_value"
    ALREADY_EXISTS = "already_exists"
    MANAGED_BY_FILE = "managed_by_file"
    STATUS_FORBIDS = "status_forbids"
    CANCELLATION_REQUESTED = "cancellation_requested"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NOT_ENOUGH_STOCK = "not_enough_stock"
    NOT_TRACKED = "not_tracked"
    UNMATCHED_LINE = "unmatched_line"
    MUTATIONS_FORBIDDEN = "mutations_forbidden"
    UNSUPPORTED = "unsupported"
    CURRENCY_DIFFERS = "currency_differs"
    PRICE_PAUSED = "price_paused"
    PRICE_BY_MARKUP = "price_by_markup"
    IMPORT_NOT_HELD = "import_not_held"
    IMPORT_RUNNING = "import_running"
    IMPORT_ENDED = "import_ended"
    IN_USE = "in_use"
    FORBIDDEN = "forbidden"


class ServiceError(Exception):
    """`field` names the input at fault in the caller's own spelling, where one input is."""

    def __init__(self, code: Code, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class NotFound(ServiceError):  # noqa: N818 - families are named by what happened, as in the connectors
    def __init__(self, what: str, field: str | None = None) -> None:
        super().__init__(Code.NOT_FOUND, f"There is no {what}.", field)


class Invalid(ServiceError):  # noqa: N818
    pass


class Conflict(ServiceError):  # noqa: N818
    pass


class Refused(ServiceError):  # noqa: N818
    pass
