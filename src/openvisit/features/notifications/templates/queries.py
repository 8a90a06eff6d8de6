"""Reading what is in force, ours or a clinic's own."""

from collections.abc import Iterator, Mapping
from typing import cast
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.sms import size
from openvisit.features.notifications.templates import wire
from openvisit.features.notifications.templates.kinds import KINDS, LANGUAGES, Language, names
from openvisit.features.notifications.templates.sources import Source, complaints, ours, render
from openvisit.platform import log
from openvisit.platform.channels import Channel
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one
from openvisit.platform.mail.words import Rendered, known_language

_logger = log.get("templates")


async def words(
    connection: Connection, clinic_id: UUID, kind: str, channel: Channel, language: str, values: Mapping[str, str]
) -> Rendered:
    """A message of a clinic, ready to be sent: subject, text, and for mails HTML.

    `values` are all that the kind may name (`kinds.names`). A clinic's own words that are not allowed any more give
    way to ours. Errors: KeyError for an unknown kind or channel, or a value that was not given.
    """
    known = cast(Language, known_language(language))
    source = await in_force(connection, clinic_id, kind, channel, known)
    return render(channel, known, source, values)


async def in_force(connection: Connection, clinic_id: UUID, kind: str, channel: Channel, language: Language) -> Source:
    """The clinic's newest words where it has some that may be used, else ours."""
    row = await fetch_one(
        connection,
        """SELECT t.subject, t.body, p.short_may_name
           FROM message_template t LEFT JOIN message_policy p ON p.clinic_id = t.clinic_id
           WHERE t.clinic_id = %(clinic_id)s AND t.kind = %(kind)s AND t.channel = %(channel)s
             AND t.language = %(language)s
           ORDER BY t.version DESC LIMIT 1""",
        {"clinic_id": clinic_id, "kind": kind, "channel": channel, "language": language},
    )
    if row is None or row["body"] is None:
        return ours(kind, channel, language)
    own = Source(row["subject"], row["body"])
    if wrong := next(complaints(kind, channel, own, row["short_may_name"] or ()), None):
        _logger.warning("own words not used", clinic=str(clinic_id), kind=kind, channel=channel, code=wrong.code)
        return ours(kind, channel, language)
    return own


async def overview(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.Templates:
    """Every message of a clinic, and whose words it has. Errors: NotFound, Forbidden."""
    await clinic_of(connection, actor, clinic_id)
    rows = await fetch_all(
        connection,
        """SELECT DISTINCT ON (kind, channel, language)
                  kind, channel, language, version, made_at, body IS NOT NULL AS own
           FROM message_template WHERE clinic_id = %(clinic_id)s
           ORDER BY kind, channel, language, version DESC""",
        {"clinic_id": clinic_id},
    )
    newest = {(row["kind"], row["channel"], row["language"]): row for row in rows}
    return wire.Templates([_state(*key, newest.get(key)) for key in _all()])


def _all() -> Iterator[tuple[str, Channel, Language]]:
    for name, kind in KINDS.items():
        for channel in kind.channels:
            for language in LANGUAGES:
                yield name, channel, language


def _state(kind: str, channel: Channel, language: Language, row: Row | None) -> wire.TemplateState:
    if row is None:
        return wire.TemplateState(kind, KINDS[kind].role, channel, language, own=False, version=0, changed_at=None)
    return wire.TemplateState(
        kind, KINDS[kind].role, channel, language, own=row["own"], version=row["version"], changed_at=row["made_at"]
    )


async def template(
    connection: Connection, actor: Actor, clinic_id: UUID, kind: str, channel: Channel, language: Language
) -> wire.Template:
    """One message's words with all their versions. Errors: NotFound, Forbidden."""
    await clinic_of(connection, actor, clinic_id)
    theirs = known(kind, channel, language)
    rows = await fetch_all(
        connection,
        """SELECT version, subject, body, made_at, openvisit_name(made_by) AS made_by FROM message_template
           WHERE clinic_id = %(clinic_id)s AND kind = %(kind)s AND channel = %(channel)s AND language = %(language)s
           ORDER BY version DESC LIMIT 50""",
        {"clinic_id": clinic_id, "kind": kind, "channel": channel, "language": language},
    )
    own = rows[0] if rows and rows[0]["body"] is not None else None
    return wire.Template(
        kind=kind,
        channel=channel,
        language=language,
        own=own is not None,
        version=rows[0]["version"] if rows else 0,
        subject=own["subject"] if own else theirs.subject,
        body=own["body"] if own else theirs.body,
        ours=wire.TemplateSource(theirs.subject, theirs.body),
        names=sorted(names(kind, channel, await short_may_name(connection, clinic_id))),
        versions=[_version(row) for row in rows],
    )


def _version(row: Row) -> wire.TemplateVersion:
    return wire.TemplateVersion(row["version"], row["made_at"], row["made_by"] or "", row["subject"], row["body"])


def known(kind: str, channel: Channel, language: Language) -> Source:
    """Our words for a message. Errors: NotFound when there is no such message."""
    try:
        return ours(kind, channel, language)
    except KeyError:
        raise NotFound from None


async def short_may_name(connection: Connection, clinic_id: UUID) -> list[str]:
    """What the clinic lets its short messages say."""
    row = await fetch_one(
        connection, "SELECT short_may_name FROM message_policy WHERE clinic_id = %(id)s", {"id": clinic_id}
    )
    return list(row["short_may_name"]) if row else []


async def policy(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.MessagePolicy:
    """What a clinic's short messages may say. Errors: NotFound, Forbidden."""
    await clinic_of(connection, actor, clinic_id)
    row = await fetch_one(
        connection, "SELECT short_may_name, version FROM message_policy WHERE clinic_id = %(id)s", {"id": clinic_id}
    )
    return wire.MessagePolicy(row["short_may_name"] if row else [], row["version"] if row else 0)


async def clinic_of(connection: Connection, actor: Actor, clinic_id: UUID) -> Row:
    """Name and phone of the clinic, whose templates the actor may see to. Errors: NotFound, Forbidden."""
    row = await fetch_one(connection, "SELECT name, phone FROM clinic WHERE id = %(id)s", {"id": clinic_id})
    if row is None:
        raise NotFound
    if not allowed(actor, "template:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    return row


def sms_size(text: str) -> wire.SmsSize:
    """How long a text is as an SMS."""
    found = size(text)
    return wire.SmsSize(found.encoding, found.places, found.segments, found.left, found.because)
