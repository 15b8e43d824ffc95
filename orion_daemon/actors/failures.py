"""What an exception in a handler means: vendor errors by their family, refusals of services, the rest as a bug.

The runner asks here before it decides about a retry (`jobs/retry.py`).
"""

from datetime import timedelta

from orion_daemon.connectors.errors import VendorError
from orion_daemon.jobs import handling
from orion_daemon.jobs.outcomes import Failed
from orion_daemon.jobs.retry import Family
from orion_daemon.services.errors import ServiceError


def classify(error: Exception) -> Failed:
    if isinstance(error, VendorError):
        wish = None if error.retry_after is None else timedelta(seconds=error.retry_after)
        return Failed(Family(error.family), error.code, error.message, wish)
    if isinstance(error, ServiceError):
        return Failed(Family.REJECTED, error.code, error.message)
    return handling.classify(error)
