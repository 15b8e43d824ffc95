import tomllib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from orion_daemon.config.positions import Positions, line_column

TEXT = '''\
# a comment [with] = brackets
top = 1

[gateway]   # the gateway
port = 80 # "quoted" = 1
"quoted key" = "a # no comment"
deep.er = 'x = [1'

[[store]]
code = "a"
names = [
  "one", # first
  "two = [",
]
[[store.channel]]
marketplace = "letzshop"
[[store.channel]]
text = """
[not a header]
key = 1 \\"""
"""
[[store]]
channel = [{ a = 1, b = [{ c = "]" }] }, { a = 2 }]
[store.extra]
last = 2026-01-01T00:00:00Z
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), (2, 1), (2, 7)),
        (("gateway",), (4, 2), (4, 2)),
        (("gateway", "port"), (5, 1), (5, 8)),
        (("gateway", "quoted key"), (6, 1), (6, 16)),
        (("gateway", "deep", "er"), (7, 6), (7, 11)),
        (("store", 0, "code"), (10, 1), (10, 8)),
        (("store", 0, "names", 1), (13, 3), (13, 3)),
        (("store", 0, "channel", 0, "marketplace"), (16, 1), (16, 15)),
        (("store", 0, "channel", 1), (17, 1), (17, 1)),
        (("store", 0, "channel", 1, "text"), (18, 1), (18, 8)),
        (("store", 1), (22, 1), (22, 1)),
        (("store", 1, "channel", 0, "b", 0, "c"), (23, 28), (23, 32)),
        (("store", 1, "channel", 1, "a"), (23, 44), (23, 48)),
        (("store", 1, "extra", "last"), (25, 1), (25, 8)),
    ],
)
def test_every_key_and_value_has_its_place(path, key, value):
    tomllib.loads(TEXT)
    positions = Positions(TEXT)
    assert positions.key(path) == key
    assert positions.value(path) == value


def test_a_path_that_is_not_written_answers_for_the_table_around_it():
    positions = Positions(TEXT)
    assert positions.value(("store", 0, "name")) == (9, 1)
    assert positions.value(("nothing", "here")) == (1, 1)
    assert ("store", 0, "name") not in positions


def test_an_empty_text_has_one_place():
    assert Positions("").key(("a",)) == (1, 1)


VALUES = st.recursive(
    st.integers() | st.booleans() | st.text(st.characters(codec="ascii", exclude_characters="\r"), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=12,
)


def _toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in value) + '"'
    if isinstance(value, list):
        return "[ " + " , ".join(map(_toml, value)) + " ]"
    return "{" + ",".join(f" {key} = {_toml(item)} " for key, item in value.items()) + "}"


def _leaves(value, path=()):
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield path, value
    for key, item in parts:
        yield from _leaves(item, (*path, key))


@hypothesis(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), VALUES, min_size=1, max_size=4))
def test_the_place_of_any_value_in_any_document_holds_that_value(document):
    text = "".join(f"{key} = {_toml(value)}  # {key} = [\n" for key, value in document.items())
    assert tomllib.loads(text) == document
    positions = Positions(text)
    lines = text.split("\n")
    for path, value in _leaves(document):
        if path:
            line, column = positions.value(path)
            assert lines[line - 1][column - 1 :].startswith(_toml(value))


def test_lines_and_columns_count_from_one():
    assert [line_column("ab\ncd", offset) for offset in (0, 1, 3, 4)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
