"""Which product an order line means: by a remembered answer, by SKU, by the vendor's product id, by GTIN.

The first source that knows the line decides. Where it names several products nobody guesses: the line waits for a
person, whose answer is remembered under the line's keys. Bulk look-ups: `services/product_matching.py`; the queue of
waiting lines: `services/order_matching.py`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LENGTHS = (8, 12, 13, 14)
_LONGEST_TITLE = 280


def answer_keys(sku: str | None, gtin: str | None, title: str | None) -> tuple[str, ...]:
    """Under which an answer is looked up, the most telling first, and remembered (the first). Empty: nothing names
    the article, so its answer cannot be remembered. A title counts only where there is nothing better."""
    keys = []
    if sku:
        keys.append(f"sku:{sku}")
    if gtin:
        keys.append(f"gtin:{gtin}")
    if not keys and title and title.strip():
        text = title.strip()
        if len(text) > _LONGEST_TITLE:
            text = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=32).hexdigest()
        keys.append(f"title:{text}")
    return tuple(keys)


def gtin_forms(text: str | None) -> tuple[str, ...]:
    """All ways in which the same trade number may be stored: an EAN-13 that begins with a zero is also a UPC-12."""
    digits = (text or "").strip()
    if not digits.isascii() or not digits.isdigit():
        return ()
    bare = digits.lstrip("0")
    if not bare or len(bare) > 14:
        return ()
    return tuple(bare.zfill(length) for length in _LENGTHS if len(bare) <= length)


@dataclass(frozen=True, slots=True)
class Match:
    """`state` as in `order_items.match_state`; `reason` says why an unmatched line waits."""

    state: str
    product_id: int | None = None
    reason: str = ""


IGNORED = Match("ignored")


def choose(
    sku: str | None,
    gtin: str | None,
    title: str | None,
    *,
    answers: Mapping[str, int | None],
    by_sku: Mapping[str, int],
    by_vendor_id: Mapping[str, Sequence[int]],
    by_gtin: Mapping[str, Sequence[int]],
) -> Match:
    """`answers` map a key to a product, or to None where the store said that the article is not one of its own."""
    for key in answer_keys(sku, gtin, title):
        if key in answers:
            product_id = answers[key]
            return IGNORED if product_id is None else Match("matched", product_id)
    if sku and sku in by_sku:
        return Match("matched", by_sku[sku])
    if sku and sku in by_vendor_id:
        return _only(by_vendor_id[sku], f"the channel's product {sku[:80]}")
    found = {product_id for form in gtin_forms(gtin) for product_id in by_gtin.get(form, ())}
    if found:
        return _only(sorted(found), f"GTIN {gtin}")
    named = [text for text in (f"SKU {sku[:80]}" if sku else "", f"GTIN {gtin}" if gtin else "") if text]
    return Match("unmatched", None, f"no product of the store has {' or '.join(named) or 'anything to know it by'}")


def _only(found: Sequence[int], name: str) -> Match:
    if len(found) == 1:
        return Match("matched", found[0])
    return Match("unmatched", None, f"{name} fits {len(found)} products of the store")
