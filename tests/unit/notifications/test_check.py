"""Templates of stores: what is taken, and what is refused with its line."""

import time

import pytest

from orion_daemon.domain.deliveries import KeyMail, KeyMailTemplate, MailedCode, MailedItem, MailKind
from orion_daemon.notifications.bounds import LONGEST_OUTPUT, compile_own
from orion_daemon.notifications.check import Part, check_template
from orion_daemon.notifications.errors import TemplateRefused
from orion_daemon.notifications.render import render

NESTED = "{% for item in items %}{% for code in item.codes %}{{ code }}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("kind", "part", "source"),
    [
        (MailKind.KEYS, "subject", "{{ store_name }}: {{ order_number }}"),
        (MailKind.KEYS, "text", "Hi {{ customer_name|default('you') }}\n{{ articles }}"),
        (MailKind.KEYS, "text", NESTED),
        (
            MailKind.KEYS,
            "text",
            "{% for item in items %}{{ loop.index }}{{ item.title|upper }}{% endfor %}{{ articles }}",
        ),
        (
            MailKind.KEYS,
            "text",
            "{{ articles }}{% if count > 1 and not pending %}many{% elif count == 1 %}one{% endif %}",
        ),
        (MailKind.KEYS, "html", '<p>A <a href="https://shop.example">link</a><br></p>{{ articles }}'),
        (MailKind.KEYS, "html", NESTED),
        (MailKind.UNFULFILLABLE, "text", "Sorry."),
    ],
)
def test_what_a_letter_needs_is_taken(kind: MailKind, part: Part, source: str) -> None:
    check_template(kind, part, source)


@pytest.mark.parametrize(
    ("part", "source", "line", "told"),
    [
        ("text", "{{ articles }}\n{% if count %}", 2, "end"),
        ("text", "{{ articles }}\n\n{{ costumer_name }}", 3, "nothing is called costumer_name; there are articles,"),
        ("text", "{{ articles }}\n{{ items[0].titel }}", 2, "titel"),
        ("text", "{{ articles }}\n{{ order_number|frobnicate }}", 2, "frobnicate"),
        ("text", "Thank you!", 0, "put {{ articles }} where they belong"),
        ("text", "{% if customer_name %}{{ articles }}{% endif %}", 0, "does not show the codes"),
        ("text", "{% for item in items %}{{ item.codes[0] }}{% endfor %}", 0, "does not show the codes"),
        ("text", " \n ", 0, "empty"),
        ("text", "x" * 70_000 + "{{ articles }}", 0, "at most 65536"),
        ("subject", "x" * 501, 0, "at most 500"),
        ("subject", "{{ store_name }}" * 31, 0, "more than 200 characters"),
        ("subject", "Code {{ items[0].codes[0].text }}", 1, "nothing is called items"),
        ("html", "<p>{{ articles }}", 1, "<p> is never closed"),
        ("html", "{{ articles }}\n</div>", 2, "</div> closes nothing here"),
        ("html", "{{ articles }}<p><b></p></b>", 1, "</b> is expected"),
        ("html", "{{ articles }}\n<script>x</script>", 2, "<script> is not allowed"),
        ("html", "<html><body>{{ articles }}</body></html>", 1, "<html> is not allowed"),
        ("html", "<!DOCTYPE html>{{ articles }}", 1, "inside body"),
        ("html", '{{ articles }}<img src="https://shop.example/logo.png">', 1, "loads nothing"),
        ("html", '{{ articles }}<p onclick="x()">y</p>', 1, "runs nothing"),
        ("html", '{{ articles }}<p style="background: URL (x)">y</p>', 1, "may not load"),
        ("html", '{{ articles }}<a href="javascript:x()">y</a>', 1, "a link begins with"),
        ("html", '{{ articles }}<a href="{{ contact }}">y</a>', 1, "a link begins with"),
    ],
)
def test_a_mistake_is_told_with_its_line(part: Part, source: str, line: int, told: str) -> None:
    with pytest.raises(TemplateRefused) as caught:
        check_template(MailKind.KEYS, part, source)
    assert told in caught.value.message
    assert caught.value.line == line
    assert (caught.value.family, caught.value.code) == ("rejected", "template_refused")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ items.__class__ }}", "__class__"),
        ("{{ store_name.upper() }}", "a call is not allowed"),
        ("{{ range(10) }}", "a call is not allowed"),
        ("{{ self }}", "nothing is called self"),
        ("{% set x = 1 %}", "set is not allowed"),
        ("{% set x %}y{% endset %}", "set is not allowed"),
        ("{% macro x() %}{% endmacro %}", "macro is not allowed"),
        ("{% include 'x' %}", "include is not allowed"),
        ("{% extends 'x' %}", "extends is not allowed"),
        ("{% import 'x' as y %}", "import is not allowed"),
        ("{% block x %}{% endblock %}", "block is not allowed"),
        ("{{ 9 ** 999999999 }}", "arithmetic is not allowed"),
        ("{{ 'x' * 999999999 }}", "arithmetic is not allowed"),
        ("{{ -count }}", "arithmetic is not allowed"),
        ("{{ store_name[0:2] }}", "a slice is not allowed"),
        ("{{ store_name|center(99999999) }}", "center"),
        ("{{ store_name|replace('a', 'aaaa') }}", "replace"),
        ("{{ store_name|safe }}", "safe"),
        ("{{ items|map(attribute='title') }}", "map"),
        ("{% for x in 'abc' %}{% endfor %}", "a loop goes over items"),
        ("{% for x in store_name %}{% endfor %}", "a loop goes over items"),
        ("{% for x in items recursive %}{% endfor %}", "a loop goes over items"),
        ("{% for x in items %}" * 2 + "{% endfor %}" * 2, "a loop goes over items"),
        (
            "{% for x in items %}{% for x in x.codes %}{% for y in x.codes %}" + "{% endfor %}" * 3,
            "a loop goes over items",
        ),
        ("{% for x in items %}{% for y in items[0].codes %}{% endfor %}{% endfor %}", "a loop goes over items"),
        ("{% if 'a' in store_name %}{% endif %}", "in is not allowed"),
        ("{{ items|join }}", "join"),
        ("{{ count }}" * 3001, "more than 3000 parts"),
        ("{% for x in items %}{% endfor %}" * 21, "more than 20 loops"),
        ("{{ " + "(" * 400 + "1" + ")" * 400 + " }}", "nested too deeply"),
        ("{% if count %}" * 100 + "{% endif %}" * 100, "nested too deeply"),
        ("{% autoescape false %}{% endautoescape %}", "not allowed"),
    ],
)
def test_what_could_reach_out_or_never_end_is_refused(source: str, told: str) -> None:
    for part in ("text", "html"):
        with pytest.raises(TemplateRefused, match=told.replace("(", r"\(")):
            check_template(MailKind.KEYS, part, "{{ articles }}" + source)


def test_the_worst_template_that_is_allowed_ends_soon_in_a_large_order() -> None:
    test = "{% if code.text == code.text ~ order_number %}x{% endif %}"
    loop = "{% for item in items %}{% for code in item.codes %}" + test * 10 + "{% endfor %}{% endfor %}"
    source = "{{ articles }}" + loop * 10
    check_template(MailKind.KEYS, "text", source)
    mail = KeyMail("1", "Shop", "en", (MailedItem("A game", "", (MailedCode("AAAAA-BBBBB"),) * 500),))
    began = time.process_time()
    made = render(MailKind.KEYS, mail, overrides=[KeyMailTemplate(MailKind.KEYS, "en", text=source)])
    assert made.problem == ""
    assert time.process_time() - began < 5


def test_output_is_bounded_however_many_articles_there_are() -> None:
    source = "{% for item in items %}" + "x" * 60_000 + "{% endfor %}"
    compiled = compile_own(source, ("items",), escapes=False, longest=LONGEST_OUTPUT)
    with pytest.raises(TemplateRefused, match="more than 1048576 characters"):
        compiled.render({"items": range(100)})
    assert len(compiled.render({"items": range(10)})) == 600_000
