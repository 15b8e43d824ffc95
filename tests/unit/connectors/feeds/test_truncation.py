import pytest

from orion_daemon.connectors.feeds.truncation import MESSAGES, Signs, judge


def test_a_file_without_signs_is_complete() -> None:
    assert judge(Signs(), records=3, usable=3, size=10, announced_size=10).is_complete


@pytest.mark.parametrize(
    ("signs", "records", "usable", "announced", "reason"),
    [
        (Signs(is_empty=True), 0, 0, None, "empty"),
        (Signs(), 0, 0, None, "no_records"),
        (Signs(), 5, 0, None, "nothing_usable"),
        (Signs(has_unclosed_quote=True, has_short_end=True), 5, 4, None, "unclosed_quote"),
        (Signs(has_short_end=True), 5, 4, None, "last_record_short"),
        (Signs(is_xml_open=True), 5, 4, None, "xml_not_closed"),
        (Signs(is_compressed_cut=True), 5, 4, None, "compressed_cut"),
        (Signs(), 5, 5, 11, "size_differs"),
    ],
)
def test_each_sign_has_its_reason(signs: Signs, records: int, usable: int, announced: int | None, reason: str) -> None:
    verdict = judge(signs, records=records, usable=usable, size=10, announced_size=announced)
    assert (verdict.reasons, verdict.is_complete, verdict.messages) == ((reason,), False, (MESSAGES[reason],))
