"""Words of the mails with keys: a store's own in place of the built-in ones, and how they look with made-up orders."""

from dataclasses import replace

import strawberry

from orion_daemon.domain.deliveries import KeyMailTemplate
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, store_target, user_error
from orion_daemon.graphql.vocabulary import MailKind, MailPart
from orion_daemon.services import mail_templates as service
from orion_daemon.services.errors import ServiceError
from orion_daemon.services.mail_templates import ShownTemplate


@strawberry.type(description="The words that Orion brings along; their HTML is made of their text.")
class BuiltInWords:
    language: str = strawberry.field(description="English where there are none in the language of the mail.")
    subject: str
    text: str


@strawberry.type(
    description="The store's own words for a kind of mail in a language. An empty part is the built-in one."
)
class MailTemplate:
    kind: MailKind
    language: str
    is_own: bool = strawberry.field(description="The store has set a part at least.")
    subject: str
    text: str
    html: str = strawberry.field(description="Empty: made of the text, the store's own or the built-in one.")
    built_in: BuiltInWords


@strawberry.type(description="A mail with a made-up order; its keys are none.")
class MailPreview:
    subject: str
    text: str
    html: str


@strawberry.type
class PreviewMailPayload(Payload):
    mails: list[MailPreview] = strawberry.field(
        default_factory=list, description="Of several made-up orders: one key and many, pictures, keys still to come."
    )


def _shown(template: ShownTemplate) -> MailTemplate:
    own, original = template.own, template.original
    return MailTemplate(
        kind=MailKind(own.kind),
        language=own.language,
        is_own=bool(own.subject or own.text or own.html),
        subject=own.subject,
        text=own.text,
        html=own.html,
        built_in=BuiltInWords(language=original.language, subject=original.subject, text=original.text),
    )


@resolved(description="Every kind in every language that has words, the built-in ones beside the store's own.")
async def mail_templates(
    info: Info, store: str, kind: MailKind | None = None, language: str | None = None
) -> list[MailTemplate]:
    shop = await store_target(info.context, store)
    found = await service.shown_templates(info.context.db, shop["id"], kind, language or "")
    return [_shown(template) for template in found]


@resolved(
    description="How the store's mail looks, and what is wrong with words that are not set yet. A part that is left out"
    " or null is the one that is set, an empty one the built-in one."
)
async def preview_mail(
    info: Info,
    store: str,
    kind: MailKind,
    language: str,
    subject: str | None = None,
    text: str | None = None,
    html: str | None = None,
) -> PreviewMailPayload:
    ctx = info.context
    try:
        shop = await store_target(ctx, store)
        changed = None
        if any(part is not None for part in (subject, text, html)):
            own = await service.templates_of(ctx.db, shop["id"], kind, language)
            known = own[0] if own else KeyMailTemplate(kind, language)
            changed = replace(
                known,
                subject=known.subject if subject is None else subject,
                text=known.text if text is None else text,
                html=known.html if html is None else html,
            )
        mails = await service.preview(ctx.db, shop["id"], kind, language, changed)
    except ServiceError as error:
        return PreviewMailPayload(user_errors=[user_error(error)])
    return PreviewMailPayload(mails=[MailPreview(subject=one.subject, text=one.text, html=one.html) for one in mails])


@strawberry.input
class SetMailTemplateInput:
    store: str
    kind: MailKind
    language: str = strawberry.field(description="A code of small letters, such as fr.")
    part: MailPart
    source: str | None = strawberry.field(description="Null or empty: the built-in words again.")


@strawberry.type
class SetMailTemplatePayload(Payload):
    mail_template: MailTemplate | None = None


@mutates("admin")
async def set_mail_template(ctx: GatewayContext, wanted: SetMailTemplateInput) -> SetMailTemplatePayload:
    """Set a part of a mail's words. It is tried out with made-up orders first; one that leaves a key out is refused."""
    shop = await store_target(ctx, wanted.store)
    await service.set_template(
        ctx.db, shop["id"], wanted.kind, wanted.language, wanted.part.value, wanted.source or "",
        actor=ctx.actor, now=ctx.now,
    )  # fmt: skip
    [found] = await service.shown_templates(ctx.db, shop["id"], wanted.kind, wanted.language)
    return SetMailTemplatePayload(mail_template=_shown(found))


QUERIES = [mail_templates, preview_mail]
MUTATIONS = [set_mail_template]
