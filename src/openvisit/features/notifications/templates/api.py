"""HTTP of templates."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody, PathParameter

from openvisit.core.errors import NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.notifications.templates import commands, queries, wire
from openvisit.features.notifications.templates.errors import NoAddress, PreviewGone, TemplateRefused
from openvisit.features.notifications.templates.kinds import Language
from openvisit.platform.channels import Channel
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["messages"]
_PATH = "/clinics/{clinic_id:uuid}/templates/{kind:str}/{channel:str}/{language:str}"
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read; optional")
]
KindName = Annotated[str, PathParameter(pattern="^[a-z_]{1,60}$", description="A kind of message: `reminder`")]

# Clinics write styles into their mails: the page may have those, and nothing else at all.
_PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/templates",
    permission="template:manage",
    summary="Every message a clinic sends, and whose words it has",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def list_templates(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.Templates:
    """By kind, channel and language."""
    async with db.connection() as connection:
        return await queries.overview(connection, actor, clinic_id)


@route(
    "GET",
    _PATH,
    permission="template:manage",
    summary="The words of a message, ours beside the clinic's, with every version",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_template(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    kind: KindName,
    channel: FromPath[Channel],
    language: FromPath[Language],
) -> Response[wire.Template]:
    """`names` are the values that the words may have places for."""
    async with db.connection() as connection:
        return _versioned(await queries.template(connection, actor, clinic_id, kind, channel, language))


@route(
    "PUT",
    _PATH,
    permission="template:manage",
    summary="Use words of the clinic's own for a message",
    can_fail=[NotFound, VersionMismatch, TemplateRefused],
    tags=_TAGS,
)
async def put_template(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    kind: KindName,
    channel: FromPath[Channel],
    language: FromPath[Language],
    data: JSONBody[wire.TemplateSource],
    if_match: IfMatch = None,
) -> Response[wire.Template]:
    """They count from the next message on. Earlier versions stay."""
    key = (kind, channel, language)
    return _versioned(await commands.keep(db, actor, clinic_id, key, data, expected=_expected(if_match), now=now))


@route(
    "DELETE",
    _PATH,
    permission="template:manage",
    summary="Go back to the words that come with OpenVisit",
    can_fail=[NotFound, VersionMismatch],
    tags=_TAGS,
)
async def reset_template(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    kind: KindName,
    channel: FromPath[Channel],
    language: FromPath[Language],
    if_match: IfMatch = None,
) -> Response[wire.Template]:
    """The clinic's own stay among the versions."""
    key = (kind, channel, language)
    return _versioned(await commands.reset(db, actor, clinic_id, key, expected=_expected(if_match), now=now))


@route(
    "POST",
    f"{_PATH}/preview",
    permission="template:manage",
    summary="Look at words with sample values, whether or not they are kept",
    can_fail=[NotFound, TemplateRefused],
    tags=_TAGS,
)
async def preview_template(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    public_url: NamedDependency[str],
    clinic_id: FromPath[UUID],
    kind: KindName,
    channel: FromPath[Channel],
    language: FromPath[Language],
    data: JSONBody[wire.TemplateSource],
) -> wire.TemplatePreview:
    """An SMS comes with its size in segments."""
    key = (kind, channel, language)
    return await commands.preview(db, actor, clinic_id, key, data, public_url=public_url, now=now)


@route(
    "POST",
    "/template-previews/{preview_id:uuid}/send",
    permission="template:test",
    summary="Send a preview to yourself",
    can_fail=[PreviewGone, NoAddress],
    status=202,
    tags=_TAGS,
)
async def send_preview(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    preview_id: FromPath[UUID],
) -> None:
    """By its own channel, to your own address."""
    await commands.send_test(db, vault, actor, preview_id, now=now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/message-policy",
    permission="template:manage",
    summary="What a clinic's short messages may say",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_message_policy(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> Response[wire.MessagePolicy]:
    """Besides the clinic's name, the time and links, which they may always say."""
    async with db.connection() as connection:
        return _policy(await queries.policy(connection, actor, clinic_id))


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/message-policy",
    permission="template:manage",
    summary="Change what a clinic's short messages may say",
    can_fail=[NotFound, VersionMismatch],
    tags=_TAGS,
)
async def put_message_policy(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.MessagePolicyChanges],
    if_match: IfMatch = None,
) -> Response[wire.MessagePolicy]:
    """Own words that say more than is allowed from now on give way to ours."""
    return _policy(await commands.change_policy(db, actor, clinic_id, data, expected=_expected(if_match), now=now))


@get("/message-preview/{secret:str}", opt={"permission": "public:read"}, include_in_schema=False)
async def preview_page(
    db: NamedDependency[Database], now: NamedDependency[datetime], secret: FromPath[str]
) -> Response[str]:
    """A mail as it will look; whoever has the secret made it."""
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            "SELECT html FROM template_preview WHERE secret_hash = %(hash)s AND expires_at > %(now)s",
            {"hash": commands.digest(secret), "now": now},
        )
    if row is None:
        raise NotFound
    headers = {"Content-Security-Policy": _PREVIEW_POLICY, "Cache-Control": "no-store", "X-Frame-Options": "SAMEORIGIN"}
    return Response(row["html"], media_type="text/html", headers=headers)


def _expected(if_match: str | None) -> int | None:
    return expected_version(if_match) if if_match else None


def _versioned(template: wire.Template) -> Response[wire.Template]:
    return Response(template, headers={"ETag": etag(template.version)})


def _policy(policy: wire.MessagePolicy) -> Response[wire.MessagePolicy]:
    return Response(policy, headers={"ETag": etag(policy.version)})


ROUTES: list[HTTPRouteHandler] = [
    list_templates,
    get_template,
    put_template,
    reset_template,
    preview_template,
    send_preview,
    get_message_policy,
    put_message_policy,
]
ROOT_ROUTES: list[HTTPRouteHandler] = [preview_page]

_SOURCE = {"subject": "", "body": "{{clinic}}: see you on {{when_brief}}.\n{{link}}"}
_STATE = {"kind": "reminder", "channel": "sms", "language": "en", "own": True, "version": 2}
EXAMPLES: dict[str, Any] = {
    "Templates": {"items": [{**_STATE, "role": "patient", "changed_at": "2027-03-01T08:00:00Z"}]},
    "Template": {
        **_STATE,
        **_SOURCE,
        "ours": {"subject": "", "body": "{{clinic}}: your visit is on {{when_brief}}.\n{{link}}"},
        "names": ["clinic", "clinic_phone", "link", "when_brief", "when_short"],
        "versions": [{"version": 2, "made_at": "2027-03-01T08:00:00Z", "made_by": "Ada Admin", **_SOURCE}],
    },
    "TemplateSource": _SOURCE,
    "TemplatePreview": {
        "id": "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e",
        "subject": "",
        "text": "Riverside Clinic: see you on Thu 4 Mar, 15:30.\nhttps://visits.example/visits/sample",
        "page": "",
        "sms": {"encoding": "gsm-7", "places": 84, "segments": 1, "left": 76, "because": ""},
    },
    "MessagePolicy": {"short_may_name": ["with_whom"], "version": 1},
    "MessagePolicyChanges": {"short_may_name": ["with_whom"]},
}
