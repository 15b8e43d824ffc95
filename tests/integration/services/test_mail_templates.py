"""A store's own words: tried out before they are kept, used by its mails, and shown without a key."""

from typing import Any

import pytest

from orion_daemon.db.database import Database
from orion_daemon.domain.deliveries import KeyMailTemplate, MailKind
from orion_daemon.notifications.builtin import LANGUAGES
from orion_daemon.services import mail_templates
from orion_daemon.services.errors import Invalid, NotFound
from orion_daemon.services.mail_templates import preview, set_template, templates_of
from tests.support.key_mail import THEN, begun, open_key_counter

BY: dict[str, Any] = {"actor": "ann", "now": THEN}
TEXT = "Moien {{ customer_name }},\r\n{{ articles }}\n"


async def test_words_are_set_changed_and_taken_away(database: Database) -> None:
    store_id = (await open_key_counter(database)).shop.store_id
    await set_template(database, store_id, MailKind.KEYS, "lb", "text", TEXT, **BY)
    await set_template(database, store_id, MailKind.KEYS, "lb", "subject", "Är Schlësselen", **BY)
    await set_template(database, store_id, MailKind.KEYS, "lb", "subject", "Är Schlësselen", **BY)  # changes nothing
    [own] = await templates_of(database, store_id)
    assert own == KeyMailTemplate(
        MailKind.KEYS, "lb", subject="Är Schlësselen", text="Moien {{ customer_name }},\n{{ articles }}"
    )
    assert await templates_of(database, store_id, MailKind.PREORDER_KEY) == []
    assert await templates_of(database, store_id, MailKind.KEYS, "fr") == []
    await set_template(database, store_id, MailKind.KEYS, "lb", "text", "  ", **BY)
    assert [one.text for one in await templates_of(database, store_id, MailKind.KEYS, "lb")] == [""]
    entries = await database.fetch("SELECT subject, detail_json FROM audit_entries WHERE action = 'template.set'")
    assert [entry["detail_json"]["is_own"] for entry in entries] == [True, True, False]


@pytest.mark.parametrize(
    ("part", "source", "why"),
    [
        ("text", "Hello", "does not show the codes"),
        ("text", "{{ articles }}\n{{ secret }}", "line 2"),
        ("text", "{% for a in items %}", "line 1"),
        ("subject", "{{ articles }}", "nothing is called articles"),
        ("html", "<script>1</script>{{ articles }}", "script"),
    ],
)
async def test_words_that_cannot_be_used_are_refused_with_the_reason(
    database: Database, part: Any, source: str, why: str
) -> None:
    store_id = (await open_key_counter(database)).shop.store_id
    with pytest.raises(Invalid) as caught:
        await set_template(database, store_id, MailKind.KEYS, "en", part, source, **BY)
    assert why in caught.value.message
    assert (caught.value.field, await templates_of(database, store_id)) == ("source", [])


@pytest.mark.parametrize("language", ["", "FR", "fr-LU", "../x"])
async def test_a_language_is_a_code(database: Database, language: str) -> None:
    store_id = (await open_key_counter(database)).shop.store_id
    with pytest.raises(Invalid) as caught:
        await set_template(database, store_id, MailKind.KEYS, language, "text", TEXT, **BY)
    assert caught.value.field == "language"


async def test_there_has_to_be_such_a_store(database: Database) -> None:
    with pytest.raises(NotFound):
        await set_template(database, 999, MailKind.KEYS, "en", "text", TEXT, **BY)


async def test_a_mail_uses_its_stores_words_and_its_languages(database: Database) -> None:
    counter = await open_key_counter(database)
    await set_template(database, counter.shop.store_id, MailKind.KEYS, "it", "text", TEXT, **BY)
    await set_template(database, counter.shop.store_id, MailKind.PREORDER_KEY, "en", "text", TEXT, **BY)
    await counter.stock("GAME", "AAAA-1111")
    message = await begun(counter, await counter.sell(("GAME", 1), locale="it-IT"))
    assert message.mail.language == "it"
    assert [(one.kind, one.language) for one in message.templates] == [(MailKind.KEYS, "it")]


@pytest.mark.parametrize("kind", list(MailKind))
async def test_a_preview_is_made_up_and_in_the_language(database: Database, kind: MailKind) -> None:
    counter = await open_key_counter(database)
    await counter.stock("GAME", "AAAA-1111")
    await counter.sell(("GAME", 1))
    for language in LANGUAGES:
        shown = await preview(database, counter.shop.store_id, kind, language)
        assert len(shown) == 2
        assert all("AAAA-1111" not in one.text + one.html and one.language == language for one in shown)
    assert await database.fetch_value("SELECT count(*) FROM audit_entries WHERE action = 'key.reveal'") == 0


async def test_a_preview_of_words_that_are_not_set_yet(database: Database) -> None:
    store_id = (await open_key_counter(database)).shop.store_id
    await set_template(database, store_id, MailKind.KEYS, "en", "subject", "Set", **BY)
    assert (await preview(database, store_id, MailKind.KEYS, "en"))[0].subject == "Set"
    changed = KeyMailTemplate(MailKind.KEYS, "en", subject="Not set")
    assert (await preview(database, store_id, MailKind.KEYS, "en", changed))[0].subject == "Not set"
    with pytest.raises(Invalid):
        await preview(database, store_id, MailKind.KEYS, "en", KeyMailTemplate(MailKind.KEYS, "en", text="no codes"))
    assert mail_templates.PARTS == ("subject", "text", "html")
