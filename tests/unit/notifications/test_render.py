"""The built-in mails in all languages, and what becomes of a store's own words."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import product

import pytest

from orion_daemon.domain.deliveries import SHOWS_CODES, KeyMail, KeyMailTemplate, MailedCode, MailedItem, MailKind
from orion_daemon.domain.money import Money
from orion_daemon.notifications.builtin import LANGUAGES, built_in
from orion_daemon.notifications.check import check_template, samples
from orion_daemon.notifications.errors import Rejected
from orion_daemon.notifications.phrases import phrases_of, written_date, written_money
from orion_daemon.notifications.render import render

CODE = "K7<X&-'9\"QQ-ZZ"
GAME = MailedItem("Hüttenbau & Söhne <2>", "Steam", (MailedCode(CODE),))
VOID = {"meta", "br"}


def mail(*items: MailedItem, language: str = "en", **facts: object) -> KeyMail:
    return KeyMail("R-17", "Maison Ex", language, items or (GAME,), **facts)  # type: ignore[arg-type]


class WellFormed(HTMLParser):
    """Fails at the first tag that does not close, and keeps what a reader would see."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.seen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data


def read(page: str) -> WellFormed:
    reader = WellFormed()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize(("kind", "language"), list(product(MailKind, LANGUAGES)))
def test_every_mail_is_whole_in_every_language(kind: MailKind, language: str) -> None:
    for sample in samples(kind, language):
        made = render(kind, sample)
        assert made.problem == ""
        assert made.language == language
        assert made.subject == made.subject.strip()
        assert sample.order_number in made.subject
        page = read(made.html)
        assert ("lang", language) in page.attributes
        for form in (made.text, page.seen):
            assert "{" not in form
            assert "\ue000" not in form
            assert sample.store_name in form
            assert all(item.title in form for item in sample.items)
            assert all(code.text in form for code in sample.codes)
            assert all(code.file_name in form for code in sample.codes)
            assert sample.contact in form
            assert sample.customer_name in form
        assert "\n\n\n" not in made.text
        assert all(code.text not in made.subject for code in sample.codes if code.text)


@pytest.mark.parametrize(("kind", "language"), list(product(MailKind, LANGUAGES)))
def test_the_built_in_words_keep_the_rules_for_words_of_stores(kind: MailKind, language: str) -> None:
    words = built_in(kind, language)
    check_template(kind, "subject", words.subject, language)
    check_template(kind, "text", words.text, language)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Here is your key:"), ("fr", "Voici votre clé\N{NO-BREAK SPACE}:"), ("de", "Hier ist Ihr Schlüssel:"),
     ("lb", "Hei ass Äre Schlëssel:")],
)  # fmt: skip
def test_one_key_and_many_are_told_apart(language: str, words: str) -> None:
    one = render(MailKind.KEYS, mail(language=language))
    two = render(MailKind.KEYS, mail(GAME, GAME, language=language))
    assert words in one.text
    assert words not in two.text
    assert one.subject != two.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_still_to_come_is_said_with_its_day(language: str) -> None:
    later = MailedItem("Later", "", (MailedCode(), MailedCode()), expected_on=date(2030, 12, 24))
    made = render(MailKind.KEYS, mail(later, language=language))
    assert written_date(date(2030, 12, 24), language) in made.text
    assert "2 " in made.text
    only_now = render(MailKind.KEYS, mail(language=language))
    assert written_date(date(2030, 12, 24), language) not in only_now.text


def test_dates_and_amounts_are_written_as_readers_write_them() -> None:
    assert [written_date(date(2030, 12, 24), one) for one in LANGUAGES] == [
        "24 December 2030", "24 décembre 2030", "24. Dezember 2030", "24. Dezember 2030",
    ]  # fmt: skip
    assert written_money(Money(123456, "EUR"), "de") == "1.234,56\N{NO-BREAK SPACE}€"
    assert written_money(Money(1234, "EUR"), "en") == "€12.34"
    assert written_money(Money(500, "JPY"), "en") == "JP¥500"
    assert written_date(date(2030, 12, 24), "not a language") == "24 December 2030"


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_keys_are_not_coming_is_said_of_each_article(language: str) -> None:
    words = phrases_of(language)
    made = render(
        MailKind.UNFULFILLABLE,
        mail(MailedItem("One", missing=1), MailedItem("Many", missing=3), language=language),
    )
    for form in (made.text, read(made.html).seen):
        assert form.index("One") < form.index(words.missing_one) < form.index("Many") < form.index(words.missing(3))
        assert "3 " in words.missing(3)
    unsaid = render(MailKind.KEYS, mail(language=language)).text
    assert words.missing_one not in unsaid


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pre_order_is_announced_with_its_day_or_without_one(language: str) -> None:
    code = MailedCode()
    dated = MailedItem("Soon", "", (code,), expected_on=date(2030, 12, 24))
    undated = MailedItem("Later", "", (code, code), phrases_of(language).undated)
    made = render(MailKind.PREORDERED, mail(dated, language=language))
    assert written_date(date(2030, 12, 24), language) in made.text
    assert phrases_of(language).undated not in made.text
    both = render(MailKind.PREORDERED, mail(dated, undated, language=language))
    for form in (both.text, read(both.html).seen):
        assert form.index("Soon") < form.index("2030") < form.index("Later") < form.index(phrases_of(language).undated)
    assert both.text.splitlines()[2] != made.text.splitlines()[2]  # one key and many are told apart


def test_what_is_not_coming_is_a_name_for_stores_words() -> None:
    own = KeyMailTemplate(
        MailKind.UNFULFILLABLE, "en", "{{ missing }} lost", "{% for i in items %}{{ i.missing }} {% endfor %}"
    )
    made = render(MailKind.UNFULFILLABLE, mail(MailedItem("A", missing=1), MailedItem("B", missing=2)), overrides=[own])
    assert (made.subject, made.text, made.problem) == ("3 lost", "1 2\n", "")


def test_a_refund_names_its_amount_where_it_is_known() -> None:
    unsent = MailedItem("A game", "Steam", missing=1)
    assert "€9.99" in render(MailKind.UNFULFILLABLE, mail(unsent, refund=Money(999, "EUR"))).text
    assert "€" not in render(MailKind.UNFULFILLABLE, mail(unsent)).text


def test_html_loads_and_runs_nothing_and_leaves_colours_to_the_reader() -> None:
    page = render(MailKind.KEYS, mail()).html
    names = {name for name, _ in read(page).attributes}
    assert not {"src", "href", "background"} & names
    assert "<script" not in page
    assert "url(" not in page
    assert not re.search(r"(?<!-)\bcolor:|background", page)
    assert "user-select: all" in page
    assert "monospace" in page


def test_values_stay_values_in_both_forms() -> None:
    made = render(MailKind.KEYS, mail(customer_name="<script>alert(1)</script>\r\nBcc: x@y.example {{ items }}\ue000"))
    assert "<script" not in made.html
    assert "{{ items }}" in read(made.html).seen
    assert made.text.startswith("Hello <script>alert(1)</script> Bcc: x@y.example {{ items }},")
    assert "\n" not in made.subject


def test_a_code_of_several_lines_is_shown_as_it_is() -> None:
    account = MailedItem("Account", "", (MailedCode("Login: a\r\n\r\nPassword: b  c"),))
    made = render(MailKind.KEYS, mail(account))
    assert "    Login: a\n    \n    Password: b  c\n" in made.text
    assert "Login: a\n\nPassword: b  c" in read(made.html).seen


@pytest.mark.parametrize("kind", sorted(SHOWS_CODES))
def test_a_mail_about_keys_without_keys_is_refused(kind: MailKind) -> None:
    with pytest.raises(Rejected) as caught:
        render(kind, mail(MailedItem("A game")))
    assert caught.value.code == "nothing_to_send"


def test_a_replaced_key_that_is_still_to_come_is_no_mail() -> None:
    with pytest.raises(Rejected):
        render(MailKind.KEY_REPLACED, mail(MailedItem("A game", "", (MailedCode(),))))


def test_a_language_without_words_gets_english_ones() -> None:
    made = render(MailKind.KEYS, mail(language="nl"))
    assert made.language == "en"
    assert made.text == render(MailKind.KEYS, mail()).text


def test_the_same_values_make_the_same_mail() -> None:
    assert render(MailKind.KEYS, mail()) == render(MailKind.KEYS, mail())


# -- words of a store --------------------------------------------------------------------------------------------------


def own(**parts: str) -> KeyMailTemplate:
    return KeyMailTemplate(MailKind.KEYS, "en", **parts)


def test_a_stores_text_is_used_and_its_html_is_made_of_it() -> None:
    made = render(
        MailKind.KEYS, mail(), overrides=[own(text="Ahoy & <hello>!\n\n{{ articles }}\nBye\n{{ store_name }}")]
    )
    assert made.problem == ""
    assert made.text.startswith("Ahoy & <hello>!\n\nHüttenbau")
    assert "Ahoy & <hello>!" in read(made.html).seen
    assert "Bye<br>Maison Ex</p>" in made.html
    assert made.subject == "Your key for order R-17"


def test_only_the_template_of_the_kind_and_the_language_is_used() -> None:
    others = [
        KeyMailTemplate(MailKind.KEYS, "fr", text="Non {{ articles }}"),
        KeyMailTemplate(MailKind.KEY_REPLACED, "en", text="No {{ articles }}"),
    ]
    assert render(MailKind.KEYS, mail(), overrides=others) == render(MailKind.KEYS, mail())


def test_a_stores_html_stands_in_our_frame() -> None:
    source = "<h1>{{ store_name }}</h1>{% for item in items %}<p>{{ item.title }}</p>{{ articles }}{% endfor %}"
    made = render(MailKind.KEYS, mail(), overrides=[own(html=source)])
    assert made.problem == ""
    assert "<h1>Maison Ex</h1><p>Hüttenbau &amp; Söhne &lt;2&gt;</p><table" in made.html
    assert made.html.startswith("<!DOCTYPE html>")
    assert read(made.html)


def test_a_store_may_lay_out_the_codes_itself() -> None:
    source = "{% for item in items %}{% for code in item.codes %}<b>{{ code.text }}</b>{% endfor %}{% endfor %}"
    made = render(MailKind.KEYS, mail(), overrides=[own(html=source, text=re.sub("</?b>", "", source))])
    assert made.problem == ""
    assert CODE in read(made.html).seen
    assert CODE in made.text


@pytest.mark.parametrize(
    ("parts", "told"),
    [({"text": "no codes here"}, "does not show the codes"),
     ({"html": "<p>no codes here</p>"}, "does not show the codes"),
     ({"text": "{{ articles }}\n{{ nothing }}"}, "(line 2)"),
     ({"subject": "{{ articles }}"}, "nothing is called articles"),
     ({"subject": "{% if pending %}x{% endif %}"}, "the subject is empty"),
     ({"text": "{{ articles"}, "(line 1)"),
     ({"html": "{{ articles }}<b>"}, "never closed")],
)  # fmt: skip
def test_a_template_that_fails_gives_way_to_the_built_in_one_and_it_is_told(parts: dict[str, str], told: str) -> None:
    made = render(MailKind.KEYS, mail(), overrides=[own(**parts)])
    plain = render(MailKind.KEYS, mail())
    assert (made.subject, made.text, made.html) == (plain.subject, plain.text, plain.html)
    assert told in made.problem
    assert "keys, en" in made.problem
    assert CODE not in made.problem
