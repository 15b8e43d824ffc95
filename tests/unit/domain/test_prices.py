import pytest
from hypothesis import given
from hypothesis import strategies as st

from orion_daemon.domain.money import to_decimal
from orion_daemon.domain.prices import MAX_MINOR, PriceError, decimal_mark_of, parse_price


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("119.99", 11999, "EUR"),
        ("119,99 €", 11999, "EUR"),
        ("€119.99", 11999, "EUR"),
        ("119.99 EUR", 11999, "EUR"),
        ("119.99EUR", 11999, "EUR"),
        ("EUR 1.234,56", 123456, "EUR"),
        ("1 234,56", 123456, "EUR"),
        ("1\u202f234,56\u00a0€", 123456, "EUR"),
        ("1'234.50 CHF", 123450, "CHF"),
        ("CHF 1’234.50", 123450, "CHF"),
        ("Fr. 12.50", 1250, "CHF"),
        ("1,234,567.89", 123456789, "EUR"),
        ("1.234.567", 123456700, "EUR"),
        ("12,34,567.00 INR", 123456700, "INR"),
        ("¥1200", 1200, "JPY"),
        ("¥1,200", 1200, "JPY"),
        ("1.234 KWD", 1234, "KWD"),
        ("KD 12.500", 12500, "KWD"),
        ("22.0 USD", 2200, "USD"),
        ("US$ 22", 2200, "USD"),
        ("$22", 2200, "USD"),
        ("12€50", 1250, "EUR"),
        ("5,-", 500, "EUR"),
        ("CHF 5.–", 500, "CHF"),
        ("12.50 TTC", 1250, "EUR"),
        (".99", 99, "EUR"),
        ("0.999", 100, "EUR"),
        ("1234.565", 123457, "EUR"),
        ("１２．５０", 1250, "EUR"),
        ("zł 12,50", 1250, "PLN"),
        ("Rs.500", 50000, "INR"),
        ("&euro; 12,50", 1250, "EUR"),
        ("<b>12.50</b> &#8364;", 1250, "EUR"),
        ('="12.50"', 1250, "EUR"),
        ("'12.50", 1250, "EUR"),
    ],
)
def test_common_spellings_are_read(text: str, minor: int, currency: str) -> None:
    price = parse_price(text, default_currency="EUR")
    assert (price.minor, price.currency) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "price_missing"),
        ("  ", "price_missing"),
        ("abc", "price_unreadable"),
        ("ab 10 €", "price_unreadable"),
        ("10 HT", "price_unreadable"),
        ("12,50,3", "price_unreadable"),
        ("1.2.3,4,5", "price_unreadable"),
        ("10 EUR / 12 USD", "price_range"),
        ("10 - 20", "price_range"),
        ("1.5E+03", "price_scientific"),
        ("-5", "price_negative"),
        ("−5.00 EUR", "price_negative"),
        ("(5.00)", "price_negative"),
        ("0.00 EUR", "price_zero"),
        ("0.001", "price_zero"),
        ("99999999999999", "price_absurd"),
        ("12.50 XXX", "currency_unknown"),
        ("12 kr", "currency_ambiguous"),
        ("€ 5 USD", "price_unreadable"),
    ],
)
def test_what_is_no_price_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(PriceError) as caught:
        parse_price(text, default_currency="EUR")
    assert caught.value.code == code


def test_one_mark_before_three_digits_is_a_thousands_mark_and_says_so() -> None:
    price = parse_price("1.234 EUR", default_currency=None)
    assert (price.minor, price.notes) == (123400, ("price_ambiguous",))


@pytest.mark.parametrize(("mark", "minor"), [(".", 123), (",", 123400)])
def test_the_rest_of_the_feed_decides_what_one_mark_before_three_digits_is(mark: str, minor: int) -> None:
    assert parse_price("1.234 EUR", default_currency=None, decimal_mark=mark).minor == minor


def test_without_a_currency_anywhere_a_price_is_refused() -> None:
    with pytest.raises(PriceError) as caught:
        parse_price("12.50", default_currency=None)
    assert caught.value.code == "currency_missing"


def test_crowns_and_dollars_follow_the_channel() -> None:
    assert parse_price("12 kr", default_currency="SEK").currency == "SEK"
    assert parse_price("$12", default_currency="CAD").currency == "CAD"
    assert parse_price("¥12", default_currency="CNY").currency == "CNY"


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["12,50 €", "1.234"], ","),
        (["12.5", "1,234.00"], "."),
        (["1.234", "7"], None),
        (["1.5", "1,5"], None),
        (["1.234.567"], ","),
        ([], None),
    ],
)
def test_the_decimal_mark_of_a_feed_is_read_from_its_unambiguous_prices(texts: list[str], mark: str | None) -> None:
    assert decimal_mark_of(texts) == mark


@given(st.integers(1, MAX_MINOR), st.sampled_from(["EUR", "CHF", "JPY", "KWD"]), st.sampled_from(".,"), st.booleans())
def test_every_amount_reads_back_from_its_grouped_spelling(minor: int, code: str, mark: str, is_before: bool) -> None:
    whole, _, fraction = to_decimal(minor, code).partition(".")
    group = "," if mark == "." else "."
    number = f"{int(whole):,}".replace(",", group) + (mark + fraction if fraction else "")
    text = f"{code} {number}" if is_before else f"{number} {code}"
    if fraction or len(whole) <= 3:
        assert parse_price(text, default_currency=None).minor == minor


@given(st.text(max_size=40))
def test_any_text_is_a_price_within_bounds_or_a_stated_error(text: str) -> None:
    minor, code = 1, "price_"
    try:
        minor = parse_price(text, default_currency="EUR").minor
    except PriceError as error:
        code = error.code
    assert 0 < minor <= MAX_MINOR
    assert code.startswith(("price_", "currency_"))
