"""A mail on the wire: headers that nothing can be smuggled into, both texts, attachments."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from orion_daemon.notifications.errors import Rejected
from orion_daemon.notifications.message import Attachment, Letter, compose, mailbox, message_id_of
from orion_daemon.notifications.render import Rendered

AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
MAIL = Rendered("Äre Schlëssel", "Moien,\n.\nKEY-1=2\n", "<p>Moien — KEY-1=2</p>\n", "lb")
PICTURE = Attachment("../Schlüssel 1.png", b"\x89PNG\r\n\x1a\n" + bytes(300), "image/png")


def letter(**changes: object) -> Letter:
    facts = {
        "to": "anna@example.lu", "sender": "orders@shop.example", "message_id": "<delivery-7@shop.example>", "at": AT,
        **changes,
    }  # fmt: skip
    return compose(MAIL, **facts)  # type: ignore[arg-type]


def received(sent: Letter) -> EmailMessage:
    found = message_from_bytes(sent.wire(), policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_the_headers_of_a_mail() -> None:
    sent = letter(to_name="Änna Müller", sender_name="Maison Ex, Lëtzebuerg", reply_to="help@shop.example")
    found = received(sent)
    assert found["From"] == '"Maison Ex, Lëtzebuerg" <orders@shop.example>'
    assert found["To"] == "Änna Müller <anna@example.lu>"
    assert found["Reply-To"] == "help@shop.example"
    assert found["Subject"] == "Äre Schlëssel"
    assert found["Date"].datetime == AT
    assert found["Message-ID"] == sent.message_id == "<delivery-7@shop.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Content-Language"] == "lb"
    assert (sent.sender, sent.recipient, sent.needs_utf8) == ("orders@shop.example", "anna@example.lu", False)


def test_both_forms_of_the_text_arrive_as_they_were_written() -> None:
    found = received(letter())
    assert found.get_content_type() == "multipart/alternative"
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == MAIL.text
    assert page.get_content().replace("\r\n", "\n") == MAIL.html


def test_a_picture_is_attached_under_a_safe_name() -> None:
    found = received(letter(attachments=[PICTURE]))
    [part] = list(found.iter_attachments())
    assert part.get_filename() == "Schlüssel_1.png"
    assert part.get_content_type() == "image/png"
    assert part.get_content() == PICTURE.content
    assert found["Content-Language"] == "lb"


@pytest.mark.parametrize("kind", ["multipart/mixed", "x", "image/png\r\nX: y", ""])
def test_a_type_that_is_none_becomes_plain_bytes(kind: str) -> None:
    [part] = list(received(letter(attachments=[Attachment("a", b"x", kind)])).iter_attachments())
    assert part.get_content_type() == "application/octet-stream"


def test_a_mail_is_ascii_in_short_lines_that_end_alike() -> None:
    wire = letter(to_name="Ä" * 90, attachments=[PICTURE]).wire()
    assert wire.isascii()
    assert wire.count(b"\n") == wire.count(b"\r\n")
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998


def test_the_same_mail_is_the_same_bytes() -> None:
    assert letter(attachments=[PICTURE]).wire() == letter(attachments=[PICTURE]).wire()
    assert letter().wire() != letter(message_id="<delivery-8@shop.example>").wire()


@pytest.mark.parametrize(
    "name", ["Anna\r\nBcc: eve@example.com", "Anna\nBcc: eve@example.com", "Anna\x00\u2028 Bcc: x"]
)
def test_a_name_adds_no_header(name: str) -> None:
    found = received(letter(to_name=name, sender_name=name))
    assert "Bcc" not in found
    assert len(found["To"].addresses) == len(found["From"].addresses) == 1
    assert found["To"].addresses[0].addr_spec == "anna@example.lu"


def test_a_subject_adds_no_header() -> None:
    sent = compose(
        Rendered("Hello\r\nBcc: eve@example.com", "t", "h", "en"), to="a@b.lu", sender="c@d.lu",
        message_id="<x@d.lu>", at=AT,
    )  # fmt: skip
    found = received(sent)
    assert "Bcc" not in found
    assert found["Subject"] == "Hello Bcc: eve@example.com"


@pytest.mark.parametrize(
    "address",
    ["", "anna", "anna@", "@example.lu", "a b@example.lu", "anna@example.lu\r\nBcc: x@y.lu", "anna@example.lu, x@y.lu",
     "<anna@example.lu>", "anna@exa mple.lu", "anna@example..lu", "anna@-example.lu", '"a b"@example.lu',
     "a..b@example.lu", ".a@example.lu", "a" * 65 + "@example.lu", "anna@" + "a" * 64 + ".lu", "anna@" + "a.b" * 100,
     "an\x00na@example.lu", "an\u202ena@example.lu", "anna@straße.de", "anna@[127.0.0.1]", "a;b@example.lu",
     "a@b@c.lu"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    for role in ("to", "sender", "reply_to"):
        if role == "reply_to" and not address:
            continue
        with pytest.raises(Rejected) as caught:
            letter(**{role: address})
        assert caught.value.code == "bad_address"
        assert caught.value.message.split("'s")[0] in {"the recipient", "the sender", "the reply-to"}
        assert len(address) < 3 or address not in caught.value.message


@pytest.mark.parametrize(
    ("address", "wire"),
    [(" Anna.Weber+x@Example.LU ", "Anna.Weber+x@example.lu"), ("anna@müller.example", "anna@xn--mller-kva.example"),
     ("o'neil_1-2@a-b.co.uk", "o'neil_1-2@a-b.co.uk"), ("root@localhost", "root@localhost")],
)  # fmt: skip
def test_addresses_as_they_go_on_the_wire(address: str, wire: str) -> None:
    assert mailbox(address, "recipient") == wire
    assert not letter(to=address).needs_utf8


def test_an_international_address_needs_utf8_and_keeps_its_letters() -> None:
    sent = letter(to="jürg@müller.example")
    assert sent.needs_utf8
    assert sent.recipient == "jürg@xn--mller-kva.example"
    assert "To: jürg@xn--mller-kva.example".encode() in sent.wire()
    assert "\r\nSubject: Äre Schlëssel\r\n".encode() in sent.wire()


def test_a_message_id_follows_from_what_is_delivered() -> None:
    assert message_id_of("delivery-7.2", "orders@Shop.example") == "<delivery-7.2@shop.example>"
    for wrong in ("", "a b", "a\r\nb", "<x", "-x"):
        with pytest.raises(ValueError, match="a reference has letters"):
            message_id_of(wrong, "orders@shop.example")
    with pytest.raises(ValueError, match="a Message-ID looks like"):
        letter(message_id="<a@b>\r\nBcc: x@y.lu")


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        letter(at=AT.replace(tzinfo=None))


def test_no_representation_shows_who_gets_what() -> None:
    sent = letter(attachments=[PICTURE])
    for shown in (repr(sent), repr(MAIL), repr(PICTURE)):
        assert "anna" not in shown
        assert "KEY-1" not in shown
        assert "PNG" not in shown
