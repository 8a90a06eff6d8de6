"""Changing a clinic's words, and looking at them before that."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from openvisit.core.errors import VersionMismatch
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.notifications.templates import queries, samples, trials, wire
from openvisit.features.notifications.templates.errors import NoAddress, PreviewGone, refused
from openvisit.features.notifications.templates.kinds import Language
from openvisit.features.notifications.templates.sources import Source, complaints, render
from openvisit.platform.channels import Channel
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.rate_limits import spend

LOOKS_FOR = timedelta(minutes=15)
TESTS_AN_HOUR = 20


async def keep(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    key: tuple[str, Channel, Language],
    source: wire.TemplateSource,
    *,
    expected: int | None,
    now: datetime,
) -> wire.Template:
    """Keep the clinic's own words as the next version.

    Errors: NotFound, Forbidden, VersionMismatch, TemplateRefused.
    """
    async with db.transaction() as connection:
        await queries.clinic_of(connection, actor, clinic_id)
        await _check(connection, clinic_id, key, source)
        await _next(connection, actor, clinic_id, key, Source(source.subject, source.body), expected, now)
        return await queries.template(connection, actor, clinic_id, *key)


async def reset(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    key: tuple[str, Channel, Language],
    *,
    expected: int | None,
    now: datetime,
) -> wire.Template:
    """Go back to our words; the clinic's stay among the versions. Errors: NotFound, Forbidden, VersionMismatch."""
    async with db.transaction() as connection:
        before = await queries.template(connection, actor, clinic_id, *key)
        if before.own:
            await _next(connection, actor, clinic_id, key, None, expected, now)
        return await queries.template(connection, actor, clinic_id, *key)


async def _check(
    connection: Connection, clinic_id: UUID, key: tuple[str, Channel, Language], source: wire.TemplateSource
) -> None:
    kind, channel, language = key
    queries.known(kind, channel, language)
    may = await queries.short_may_name(connection, clinic_id)
    if found := list(complaints(kind, channel, Source(source.subject, source.body), may)):
        raise refused(found)


async def _next(
    connection: Connection,
    actor: Actor,
    clinic_id: UUID,
    key: tuple[str, Channel, Language],
    source: Source | None,
    expected: int | None,
    now: datetime,
) -> None:
    kind, channel, language = key
    values = {"clinic_id": clinic_id, "kind": kind, "channel": channel, "language": language}
    # Two who write at once take turns, so that versions are counted one by one.
    await execute(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
        {"key": f"template {clinic_id} {kind} {channel} {language}"},
    )
    row = await fetch_one(
        connection,
        """SELECT coalesce(max(version), 0) AS version FROM message_template
           WHERE clinic_id = %(clinic_id)s AND kind = %(kind)s AND channel = %(channel)s AND language = %(language)s""",
        values,
    )
    version = row["version"] if row else 0
    if expected is not None and expected != version:
        raise VersionMismatch
    await execute(
        connection,
        """INSERT INTO message_template
               (id, clinic_id, kind, channel, language, version, subject, body, made_at, made_by)
           VALUES (%(id)s, %(clinic_id)s, %(kind)s, %(channel)s, %(language)s, %(version)s, %(subject)s, %(body)s,
                   %(now)s, %(by)s)""",
        {
            **values,
            "id": new_id(),
            "version": version + 1,
            "subject": source.subject.strip() if source else "",
            "body": source.body if source else None,
            "now": now,
            "by": actor.person_id,
        },
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="template:manage",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data={
            "kind": kind,
            "channel": channel,
            "language": language,
            "version": version + 1,
            "own": source is not None,
        },
    )


async def preview(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    key: tuple[str, Channel, Language],
    source: wire.TemplateSource,
    *,
    public_url: str,
    now: datetime,
) -> wire.TemplatePreview:
    """Words with sample values, whether or not they are kept. Errors: NotFound, Forbidden, TemplateRefused."""
    kind, channel, language = key
    secret, preview_id = secrets.token_urlsafe(24), new_id()
    async with db.transaction() as connection:
        clinic = await queries.clinic_of(connection, actor, clinic_id)
        await _check(connection, clinic_id, key, source)
        told = samples.values(
            language, clinic=clinic["name"], phone=clinic["phone"] or "", name=actor.full_name, public_url=public_url
        )
        words = render(channel, language, Source(source.subject, source.body), told)
        await execute(connection, "DELETE FROM template_preview WHERE expires_at < %(now)s", {"now": now})
        await execute(
            connection,
            """INSERT INTO template_preview (id, person_id, clinic_id, secret_hash, kind, channel, language, subject,
                   words, html, expires_at)
               VALUES (%(id)s, %(person_id)s, %(clinic_id)s, %(hash)s, %(kind)s, %(channel)s, %(language)s,
                   %(subject)s, %(words)s, %(html)s, %(expires_at)s)""",
            {
                "id": preview_id,
                "person_id": actor.person_id,
                "clinic_id": clinic_id,
                "hash": digest(secret),
                "kind": kind,
                "channel": channel,
                "language": language,
                "subject": words.subject,
                "words": words.text,
                "html": words.html,
                "expires_at": now + LOOKS_FOR,
            },
        )
    sms = queries.sms_size(words.text) if channel == "sms" else None
    page = f"/message-preview/{secret}" if words.html else ""
    return wire.TemplatePreview(preview_id, words.subject, words.text, page, sms)


async def send_test(db: Database, vault: Vault, actor: Actor, preview_id: UUID, *, now: datetime) -> None:
    """Send a preview to whoever made it, by its own channel. Errors: PreviewGone, NoAddress, TooManyRequests."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT clinic_id, channel FROM template_preview
               WHERE id = %(id)s AND person_id = %(person_id)s AND expires_at > %(now)s""",
            {"id": preview_id, "person_id": actor.person_id, "now": now},
        )
        if row is None:
            raise PreviewGone
        await queries.clinic_of(connection, actor, row["clinic_id"])
        if not await trials.addresses_of(connection, vault, actor.person_id, row["channel"], now):
            raise NoAddress
        await spend(connection, f"template test {actor.person_id}", limit=TESTS_AN_HOUR, window_seconds=3600, now=now)
        await defer(connection, "notifications:send_template_test", queue="mail", args={"preview_id": str(preview_id)})


async def change_policy(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    asked: wire.MessagePolicyChanges,
    *,
    expected: int | None,
    now: datetime,
) -> wire.MessagePolicy:
    """Say what short messages may name. Errors: NotFound, Forbidden, VersionMismatch."""
    async with db.transaction() as connection:
        await queries.clinic_of(connection, actor, clinic_id)
        row = await fetch_one(
            connection,
            """INSERT INTO message_policy AS p (clinic_id, short_may_name) VALUES (%(id)s, %(names)s)
               ON CONFLICT (clinic_id) DO UPDATE SET short_may_name = excluded.short_may_name, version = p.version + 1
               RETURNING short_may_name, version""",
            {"id": clinic_id, "names": sorted(set(asked.short_may_name))},
        )
        assert row is not None  # noqa: S101 - it was just written
        if expected is not None and expected != row["version"] - 1:
            raise VersionMismatch
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="template:manage",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={"short_may_name": row["short_may_name"]},
        )
    return wire.MessagePolicy(row["short_may_name"], row["version"])


def digest(secret: str) -> bytes:
    """What is kept of the secret in a preview's address."""
    return sha256(secret.encode()).digest()
