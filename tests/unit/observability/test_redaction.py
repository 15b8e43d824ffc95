import json
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from orion_daemon.observability.redaction import REDACTED, Redactor, is_sensitive, redact

SENSITIVE = [
    "authorization",
    "Authorization",
    "token",
    "access_token",
    "api_key",
    "apiKey",
    "secret",
    "client_secret",
    "clientSecret",
    "password",
    "key",
    "licence_key",
    "keys",
    "email",
    "customer_email",
    "phone",
    "phoneNumber",
    "street",
    "streetName",
    "street_number",
    "zipCode",
    "postal_code",
    "first_name",
    "firstName",
    "lastName",
    "full_name",
    "customerName",
    "recipient",
    "Set-Cookie",
    "X-Api-Key",
    "shipAddress",
    "bill_address",
    "customer",
    "credentials",
    "iban",
    "birth_date",
]
HARMLESS = [
    "store",
    "marketplace",
    "job",
    "action",
    "status",
    "name",
    "title",
    "sku",
    "gtin",
    "unique_key",
    "key_id",
    "token_count",
    "order_number",
    "row_count",
    "monkey",
    "keyboard",
    "authority",
    "tokenizer",
    "streetwise",
    "customer_id",
    "customer_count",
    "operation",
    "url",
    "line",
]


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_field_is_known_by_its_name_in_any_spelling(name):
    assert is_sensitive(name)
    assert redact({name: "x"}) == {name: REDACTED}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_field_that_only_sounds_alike_passes(name):
    assert redact({name: "x"}) == {name: "x"}


def test_the_address_of_an_account_passes_and_that_of_a_person_does_not():
    assert redact({"address": "lux:letzshop"}) == {"address": "lux:letzshop"}
    assert redact({"address": "7, rue du Moulin"}) == {"address": REDACTED}
    assert redact({"address": {"city": "Ettelbruck"}}) == {"address": REDACTED}


@pytest.mark.parametrize(
    ("text", "leak"),
    [
        ("sent Authorization: Bearer sk_live.abc-123 to the vendor", "sk_live"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("GET https://me:hunter22@shop.lu/feed failed", "hunter22"),
        ("GET https://shop.lu/feed?lang=fr&access_token=abc123&x=1", "abc123"),
        ("POST /hooks/ebay/9f8e7d6c5b failed", "9f8e7d6c5b"),
        ('body was {"api_key": "ab\\"cd", "n": 1}', "cd"),
        ("body was {'password': 'two words', 'n': 1}", "two words"),
        ('body was {\\"token\\": \\"abc123\\"}', "abc123"),
        ('body was {"firstName": "Jeanne", "n": 1}', "Jeanne"),
        ("ValueError({'token': ['abc123', {'x': 'abc123'}]})", "abc123"),
        ("password=hunter22; next", "hunter22"),
        ("ORION_SECRET_KEYS=abc123", "abc123"),
        ("mail to jeanne.exemple+x@mail.example.lu bounced", "jeanne"),
        ("call +352 621 123 456 back", "621"),
        ("call +352-621-123456", "621"),
        ("key 7XK2P-9QWE4-ZT55M sent", "9QWE4"),
        ("stored gAAAAABkZzY0c2VjcmV0X3Rva2VuX2hlcmU=", "gAAAAAB"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIi"),
        ("account LU28 0019 4006 4475 0000", "4475"),
    ],
)
def test_text_is_searched_for_the_shapes_of_secrets_and_personal_data(text, leak):
    assert leak in text
    assert leak not in redact(text)
    assert REDACTED in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "order R200000042 of lux:letzshop moved from pending to confirmed",
        "sku MUG-BLU-XL, gtin 4000000000013, 2026-02-03T09:14:22+01:00",
        "0198c2f4-8a3e-7c11-9d7e-3f1b2a4c5d6e took 12.5 ms",
        "basic settings are used",
        "GET https://shop.lu/feeds/fr.csv?lang=fr answered 304",
        "line 7: price 12,90 EUR is not a number",
    ],
)
def test_ordinary_text_stays_as_it_is(text):
    assert redact(text) == text


NAMES = st.sampled_from(SENSITIVE)
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False)
SECRET = st.text("abcdefghXYZ0123456789", min_size=10, max_size=20).map(lambda text: f"S{text}Z")


def nested(leaf):
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            | st.tuples(inner, PLAIN)
            | st.builds(lambda value: ValueError("failed", value), inner)
        ),
        max_leaves=6,
    )


@hypothesis(deadline=None)
@given(st.data(), SECRET)
def test_a_secret_under_a_telling_name_never_passes_however_deep(data, secret):
    planted = st.dictionaries(NAMES, st.just(secret) | st.just([secret, {"x": secret}]), min_size=1, max_size=2)
    value = data.draw(nested(planted | PLAIN).filter(lambda value: not isinstance(value, Exception)))
    assert secret not in json.dumps(redact({"event": value, "more": {"token": secret}}), default=str)


@hypothesis(deadline=None)
@given(st.data(), SECRET)
def test_a_learned_secret_never_passes_wherever_it_stands(data, secret):
    redactor = Redactor()
    redactor.learn(secret)
    text = st.builds("{}{}{}".format, st.text(max_size=5), st.just(secret), st.text(max_size=5))
    value = data.draw(nested(text | st.dictionaries(text, PLAIN, max_size=2)))
    assert secret not in json.dumps(redactor.redact(value), default=str)


@hypothesis(deadline=None)
@given(
    SECRET,
    st.sampled_from(["token={}", "Bearer {}", '"password": "{}"', "https://u:{}@h/", "?api_key={}&a=1", "secret: {}"]),
)
def test_a_secret_in_a_telling_place_never_passes_in_text(secret, form):
    assert secret not in redact(f"before {form.format(secret)} after")


@hypothesis(deadline=None)
@given(nested(PLAIN))
def test_redacting_changes_nothing_twice_and_never_the_original(value):
    before = repr(value)
    once = redact(value)
    assert redact(once) == once
    assert repr(value) == before


def test_short_words_are_not_learned_because_they_would_blacken_everything():
    redactor = Redactor()
    redactor.learn("abc", "")
    assert redactor.text("abcdef") == "abcdef"


def test_longer_secrets_go_before_their_own_beginnings():
    redactor = Redactor()
    redactor.learn("secret", "secret-longer")
    assert redactor.text("a secret-longer") == f"a {REDACTED}"


def test_records_and_unknown_objects_are_taken_apart_or_told_as_text():
    class Line(msgspec.Struct):
        sku: str
        email: str

    class Odd:
        def __str__(self):
            return "odd jeanne@example.lu"

    assert redact(Line("A", "x@y.lu")) == {"sku": "A", "email": REDACTED}
    assert redact([Odd(), b"abc", ValueError("token=abc")]) == [
        f"odd {REDACTED}",
        "[3 bytes]",
        f"ValueError: token={REDACTED}",
    ]


def test_a_structure_that_holds_itself_ends():
    value = {"a": 1}
    value["self"] = value
    assert "[too deep]" in str(redact(value))


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "a-" * 25_000, "a@" * 25_000, "A1B2-" * 10_000, "token" * 10_000, '"' * 50_000]
)
def test_long_hostile_text_takes_no_more_than_a_moment(text):
    start = time.perf_counter()
    redact(text)
    assert time.perf_counter() - start < 2
