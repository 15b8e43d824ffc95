"""What came from outside must be fit for a log."""

from orion_daemon.connectors.redaction import address, clean


def test_a_key_that_the_vendor_echoes_is_taken_out() -> None:
    assert clean("Invalid token s3cr3t-key", ("s3cr3t-key", "")) == "Invalid token ***"


def test_people_are_taken_out() -> None:
    assert clean("no user jeanne.exemple@example.lu at +352 691 123 456") == "no user <e-mail> at <number>"


def test_a_message_is_one_short_line() -> None:
    text = clean("a\n  b\t" + "x" * 1000)
    assert text.startswith("a b xxx")
    assert len(text) == 300


def test_an_address_loses_user_query_and_fragment() -> None:
    assert address("https://ada:pw@shop.example.lu:8443/feed.csv?key=1#x") == "https://shop.example.lu:8443/feed.csv"
