"""What is remembered of each call to a vendor: enough to count and to complain, never bodies or people.

`http.py` makes one `RequestRecord` an attempt and hands it to the observer that the application chose; metrics and
logs are made of it there. `correlation` is set by whoever works on a command, so that its calls can be found.
"""

from collections.abc import Callable
from contextvars import ContextVar

import msgspec

correlation: ContextVar[str] = ContextVar("correlation", default="")


class RequestRecord(msgspec.Struct, frozen=True):
    marketplace: str
    account: str  # store_code:marketplace
    operation: str
    outcome: str  # ok, not_modified, cancelled, bug, or an error's family
    code: str  # of the error; empty when ok
    status: int | None  # HTTP; None when there was no answer
    seconds: float  # of this attempt, without waiting for limits
    attempt: int  # from 1
    received: int  # bytes of the answer's body
    correlation_id: str


Observer = Callable[[RequestRecord], None]
