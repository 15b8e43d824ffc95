"""Words of the mails with keys: a store's own in place of the built-in ones, and how they look with made-up orders."""

import strawberry

from orion_daemon.domain.deliveries import KeyMailTemplate
from orion_daemon.graphql.context import GatewayContext, Info
from orion_daemon.graphql.fields import resolved
from orion_daemon.graphql.payloads import Payload, mutates, store_target
from orion_daemon.graphql.vocabulary import MailKind, MailPart
from orion_daemon.services import mail_templates as service


@strawberry.type(
    description="The store's own words for a kind of mail in a language. Empty parts are the built-in ones."
)
class MailTemplate:
    kind: MailKind
    language: str
    subject: str
    text: str
    html: str


@strawberry.type(description="A mail with a made-up order; its keys are none.")
class MailPreview:
    subject: str
    text: str
    html: str
    problem: str = strawberry.field(
        description="Why the store's own words were not used; empty: they were, or none are."
    )


def _shown(template: KeyMailTemplate) -> MailTemplate:
    return MailTemplate(
        kind=MailKind(template.kind),
        language=template.language,
        subject=template.subject,
        text=template.text,
        html=template.html,
    )


@resolved(description="Only those that the store has set.")
async def mail_templates(
    info: Info, store: str, kind: MailKind | None = None, language: str | None = None
) -> list[MailTemplate]:
    shop = await store_target(info.context, store)
    found = await service.templates_of(info.context.db, shop["id"], kind or "", language or "")
    return [_shown(template) for template in found]


@resolved(description="How the store's mail looks now.")
async def mail_previews(info: Info, store: str, kind: MailKind, language: str) -> list[MailPreview]:
    shop = await store_target(info.context, store)
    return [
        MailPreview(subject=one.subject, text=one.text, html=one.html, problem=one.problem)
        for one in await service.preview(info.context.db, shop["id"], kind, language)
    ]


@strawberry.input
class SetMailTemplateInput:
    store: str
    kind: MailKind
    language: str = strawberry.field(description="A code of small letters, such as fr.")
    part: MailPart
    source: str = strawberry.field(description="Empty: the built-in words again.")


@strawberry.type
class SetMailTemplatePayload(Payload):
    mail_template: MailTemplate | None = strawberry.field(default=None, description="Null: all parts are built-in.")


@mutates("admin")
async def set_mail_template(ctx: GatewayContext, wanted: SetMailTemplateInput) -> SetMailTemplatePayload:
    """Set a part of a mail's words. It is tried out with made-up orders first; one that leaves a key out is refused."""
    shop = await store_target(ctx, wanted.store)
    await service.set_template(
        ctx.db, shop["id"], wanted.kind, wanted.language, wanted.part.value, wanted.source, actor=ctx.actor, now=ctx.now
    )
    found = await service.templates_of(ctx.db, shop["id"], wanted.kind, wanted.language)
    return SetMailTemplatePayload(mail_template=_shown(found[0]) if found else None)


QUERIES = [mail_templates, mail_previews]
MUTATIONS = [set_mail_template]
