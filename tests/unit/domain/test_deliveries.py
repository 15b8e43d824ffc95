"""What a mail about keys says, and the choice of its language."""

from datetime import date

import pytest

from orion_daemon.domain.deliveries import (
    KeyMail,
    MailedCode,
    MailedItem,
    choose_language,
    language_of,
    safe_file_name,
)

KNOWN = ("en", "fr", "de", "lb")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("de-LU", "de"), ("de_LU", "de"), ("FR-lu", "fr"), ("lb-Latn-LU", "lb"), ("gsw-CH", "gsw"),
     (" de ", "de"), ("", ""), ("d", ""), ("deutsch", ""), ("de-", ""), ("../en", ""), ("de\nfr", "")],
)  # fmt: skip
def test_the_language_of_a_locale(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("locale", "default", "chosen"),
    [("de-LU", "fr", "de"), ("it-IT", "fr", "fr"), ("it-IT", "nl", "en"), ("", "lb", "lb"), ("", "", "en"),
     ("nonsense!", "de-DE", "de")],
)  # fmt: skip
def test_a_mail_is_written_in_the_orders_language_else_the_stores_else_in_english(
    locale: str, default: str, chosen: str
) -> None:
    assert choose_language(locale, default, KNOWN) == chosen


def test_a_language_that_a_store_has_texts_in_is_chosen_too() -> None:
    assert choose_language("nl-BE", "fr", (*KNOWN, "nl")) == "nl"


def test_a_code_is_text_or_a_file_or_still_to_come() -> None:
    assert MailedCode().is_pending
    assert not MailedCode("AAAA").is_pending
    assert not MailedCode(file_name="key.png").is_pending
    with pytest.raises(ValueError, match="not as both"):
        MailedCode("AAAA", "key.png")


def test_neither_a_code_nor_a_customer_stands_in_a_representation() -> None:
    item = MailedItem("A game", "Steam", (MailedCode("SECRET-CODE"), MailedCode()), expected_on=date(2030, 1, 1))
    mail = KeyMail("1", "Shop", "en", (item,), customer_name="Anna Weber")
    assert item.pending == 1
    assert len(mail.codes) == 2
    assert "SECRET" not in repr(mail)
    assert "Anna" not in repr(mail)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("key.png", "key.png"), ("../../etc/passwd", "etc_passwd"), ("C:\\keys\\a.png", "C_keys_a.png"),
     ("clé n°1.png", "clé_n°1.png"), ("a\r\nX: y.png", "a_X_y.png"), ("\u202egnp.exe", "gnp.exe"), ("...", "key"),
     ("", "key"), (".htaccess", "htaccess"), ("x" * 200 + ".jpeg", "x" * 75 + ".jpeg"), ("y" * 200, "y" * 80)],
)  # fmt: skip
def test_a_file_name_is_no_path_and_no_trick(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe
    assert safe_file_name(safe) == safe
    assert len(safe) <= 80
