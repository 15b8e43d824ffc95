"""Why an order asks for a person: stable codes in one column, a sentence for each in another.

`orders.attention` holds the codes separated by spaces, `orders.attention_reason` one `code: sentence` a line. Notices
that come from a document (`FROM_DOCUMENT`, and every code a connector invents) are said anew whenever the document
changes; the others stay until what they tell of is settled, or a person takes them away.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum

Notice = tuple[str, str]
"""(code, sentence)"""

LONGEST = 200  # of the column of codes
_LONGEST_CODE = 40
_LONGEST_SENTENCE = 500


class Attention(StrEnum):
    UNKNOWN_STATUS = "unknown_status"
    TOTAL_DIFFERS = "total_differs"
    CREDIT_DOCUMENT = "credit_document"  # takes pieces back; recorded, without any effect on stock
    PRICE_NOT_POSITIVE = "price_not_positive"
    DUPLICATE_LINE = "duplicate_line"
    NO_LINES = "no_lines"
    STATUS_CONFLICT = "status_conflict"
    LINE_MISSING = "line_missing"
    QUANTITY_CHANGED = "quantity_changed"
    COUNT_SHRANK = "count_shrank"
    UNMATCHED = "unmatched"
    SHORT = "short"
    STOCK_DIFFERS = "stock_differs"  # more left the house than was there by our books
    CANCELLED_HERE_ONLY = "cancelled_here_only"  # the channel offers no way to be told
    ANSWER_REFUSED = "answer_refused"
    SENDING_FAILED = "sending_failed"
    REFUND_FAILED = "refund_failed"  # of a refund that the store asked for; also where nobody knows what became of it
    CANCELLATION_REQUESTED = (
        "cancellation_requested"  # by the buyer, at the channel; nothing is sent until it is decided
    )
    KEYS_HELD = "keys_held"  # a rule or the last source said no; a person releases, replaces or pays back
    KEYS_UNKNOWN = "keys_unknown"  # nobody can tell yet whether keys were bought
    PAY_BACK = "pay_back"  # keys cannot be delivered, and the channel pays nothing back by itself
    NO_ADDRESS = "no_address"  # keys are ready, and no e-mail address is known
    DELIVERY_FAILED = "delivery_failed"  # the mail with keys was refused for good; they stay ready
    ANSWERED_BEFORE = "answered_before"  # at the channel, before Orion watched it; settled by saying what became of it


LASTING = frozenset(
    {
        Attention.STATUS_CONFLICT,
        Attention.LINE_MISSING,
        Attention.QUANTITY_CHANGED,
        Attention.COUNT_SHRANK,
        Attention.UNMATCHED,
        Attention.SHORT,
        Attention.STOCK_DIFFERS,
        Attention.CANCELLED_HERE_ONLY,
        Attention.ANSWER_REFUSED,
        Attention.SENDING_FAILED,
        Attention.REFUND_FAILED,
        Attention.KEYS_HELD,
        Attention.KEYS_UNKNOWN,
        Attention.PAY_BACK,
        Attention.NO_ADDRESS,
        Attention.DELIVERY_FAILED,
        Attention.ANSWERED_BEFORE,
    }
)


def render(notices: Iterable[Notice]) -> tuple[str, str]:
    """The two columns. A notice said twice stands once; codes beyond the column's length are left to the sentences."""
    notices = list(dict.fromkeys((_code(code), " ".join(text.split())[:_LONGEST_SENTENCE]) for code, text in notices))
    codes = ""
    for code in dict.fromkeys(code for code, _ in notices):
        longer = f"{codes} {code}" if codes else code
        if len(longer) <= LONGEST:
            codes = longer
    return codes, "\n".join(f"{code}: {text}" for code, text in notices)


def parse(reason: str) -> list[Notice]:
    notices = []
    for line in reason.splitlines():
        code, _, text = line.partition(": ")
        notices.append((code, text))
    return notices


def merge(reason: str, fresh: Iterable[Notice]) -> tuple[str, str]:
    """After a new document: lasting notices stay, those of the old document go, the fresh ones come."""
    return render([*(notice for notice in parse(reason) if notice[0] in LASTING), *fresh])


def add(reason: str, fresh: Iterable[Notice]) -> tuple[str, str]:
    return render([*parse(reason), *fresh])


def without(reason: str, goes: Callable[[Notice], bool]) -> tuple[str, str]:
    return render(notice for notice in parse(reason) if not goes(notice))


def _code(code: str) -> str:
    return "_".join(code.split())[:_LONGEST_CODE] or "unnamed"
