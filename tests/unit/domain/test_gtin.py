import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain import gtin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4000000000013", "4000000000013"),
        ("000906064380", "000906064380"),
        (" 4 006381 333931 ", "4006381333931"),
        ("96385074", "96385074"),
        ("10614141000415", "10614141000415"),
        ("0-306-40615-2", "9780306406157"),
        ("080442957X", "9780804429573"),
        ('="000906064380"', "000906064380"),
        ("'000906064380", "000906064380"),
        ("\ufeff4006381333931\u200b", "4006381333931"),
    ],
)
def test_a_valid_number_comes_back_as_digits_with_its_leading_zeros(text: str, expected: str) -> None:
    assert gtin.normalise(text) == expected


@pytest.mark.parametrize("text", ["", " ", "n/a", "None", "0", "-", "does not apply"])
def test_words_for_nothing_give_nothing(text: str) -> None:
    assert gtin.normalise(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.00E+12", "gtin_scientific"),
        ("4,00638E+12", "gtin_scientific"),
        ("4e12", "gtin_scientific"),
        ("4000000000013.0", "gtin_decimal"),
        ("906064380", "gtin_length"),
        ("90606438012", "gtin_length"),
        ("4006381333932", "gtin_check_digit"),
        ("4006381300000", "gtin_check_digit"),
        ("0000000000000", "gtin_placeholder"),
        ("0306406153", "gtin_length"),
        ("EAN 4006381333931", "gtin_characters"),
        ("4006381333931, 4000000000013", "gtin_several"),
        ("4006381333931,4000000000013", "gtin_several"),
        ("4006381333931 / 4000000000013", "gtin_several"),
        ("٤٠٠٠٠٠٠٠٠٠٠١٣", "gtin_characters"),
    ],
)
def test_a_ruined_or_wrong_number_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(gtin.GtinError) as caught:
        gtin.normalise(text)
    assert caught.value.code == code


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda size: st.text("0123456789", min_size=size, max_size=size)))
def test_any_body_with_its_check_digit_is_valid_and_every_single_wrong_digit_is_noticed(body: str) -> None:
    digits = body + gtin.check_digit(body)
    assert gtin.is_valid(digits) == bool(body.strip("0"))
    for place, digit in enumerate(digits):
        other = str((int(digit) + 1) % 10)
        assert not gtin.is_valid(digits[:place] + other + digits[place + 1 :])


def test_one_article_compares_equal_in_every_length() -> None:
    assert gtin.comparable("000906064380") == gtin.comparable("0000906064380") == "00000906064380"


SOME = ["4006381333931", "4000000000013", "96385074", "10614141000415", "4006381333932", "0" * 13, "", "40063813339٣1"]


@given(st.lists(st.sampled_from(SOME), max_size=4))
def test_numbers_are_valid_together_when_each_is_and_they_are_of_one_length(numbers: list[str]) -> None:
    each = bool(numbers) and all(gtin.is_valid(number) for number in numbers)
    assert gtin.are_valid(numbers) is (each and len({*map(len, numbers)}) == 1)
