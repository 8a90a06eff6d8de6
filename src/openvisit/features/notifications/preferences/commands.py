"""Changing how one is told, and what a clinic allows."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Invalid, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.notifications.preferences import reading, wire
from openvisit.features.notifications.reminders.jobs import preferences_changed, rules_changed
from openvisit.platform.channels import Channel
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.links import read

UNSUBSCRIBES: Channel = "email"


async def change(
    db: Database,
    vault: Vault,
    actor: Actor,
    asked: wire.NotificationPreferencesChange,
    *,
    expected: int | None,
    now: datetime,
) -> wire.NotificationPreferences:
    """Say how one wishes to be told; what waits is planned anew. Errors: Invalid, VersionMismatch."""
    _refuse_twice("channels", asked.channels or [])
    start, end = reading.minutes_of(asked.quiet)
    async with db.transaction() as connection:
        await ensure_row(connection, actor.person_id, now)
        before = await reading.own(connection, vault, actor.person_id)
        if expected is not None and expected != before.version:
            raise VersionMismatch
        keys = await vault.keys(connection, actor.person_id)
        own = asked.custom_message.strip()
        await execute(
            connection,
            """UPDATE notification_preference SET channels = %(channels)s, offsets = %(offsets)s,
                   custom_message = %(custom_message)s, quiet_from = %(quiet_from)s, quiet_until = %(quiet_until)s,
                   language = %(language)s, opted_out = %(opted_out)s, updated_at = %(now)s, version = version + 1
               WHERE person_id = %(id)s""",
            {
                "id": actor.person_id,
                "channels": asked.channels or None,
                "offsets": sorted(set(asked.offsets), reverse=True) if asked.offsets is not None else None,
                "custom_message": keys.seal(own, "notification_preference.custom_message", actor.person_id)
                if own
                else None,
                "quiet_from": start,
                "quiet_until": end,
                "language": asked.language,
                "opted_out": sorted(set(asked.opted_out)),
                "now": now,
            },
        )
        await changed(connection, actor.person_id, actor.person_id, "change", now)
        return await reading.own(connection, vault, actor.person_id)


def _refuse_twice(field: str, channels: list[Channel]) -> None:
    if len(set(channels)) != len(channels):
        raise Invalid(f"{field}: one twice", errors=[{"path": f"body.{field}", "message": "names one twice"}])


async def ensure_row(connection: Connection, person_id: UUID, now: datetime) -> None:
    """The person's row, there and locked to the end of the transaction."""
    await execute(
        connection,
        """INSERT INTO notification_preference (person_id, updated_at, version) VALUES (%(id)s, %(now)s, 0)
           ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id""",
        {"id": person_id, "now": now},
    )


async def opt(connection: Connection, person_id: UUID, channel: Channel, *, out: bool, via: str, now: datetime) -> None:
    """Send nothing by a channel any more, or again; in the caller's transaction."""
    await ensure_row(connection, person_id, now)
    act = "array_append" if out else "array_remove"
    touched = await execute(
        connection,
        f"""UPDATE notification_preference
            SET opted_out = {act}(opted_out, %(channel)s), updated_at = %(now)s, version = version + 1
            WHERE person_id = %(id)s AND (%(channel)s = ANY(opted_out)) = %(already)s""",
        {"id": person_id, "channel": channel, "already": not out, "now": now},
    )
    if touched:
        await changed(connection, person_id, person_id, f"{'opt-out' if out else 'opt-in'}-{via}", now)


async def unsubscribe(db: Database, vault: Vault, text: str, *, now: datetime) -> bool:
    """Opt out of reminders by mail, by the link in one (RFC 8058); doing it again changes nothing.

    False for what is no such link of ours, or of nobody any more.
    """
    link = read(vault.blind_index, text)
    if link is None or link.purpose != "unsubscribe":
        return False
    async with db.transaction(as_system="the link in a mail tells whose mails they are") as connection:
        person = await fetch_one(connection, "SELECT FROM person WHERE id = %(id)s AND active", {"id": link.person_id})
        if person is None:
            return False
        await opt(connection, link.person_id, UNSUBSCRIBES, out=True, via="link", now=now)
    return True


async def changed(connection: Connection, person_id: UUID, by: UUID | None, what: str, now: datetime) -> None:
    """Write down that somebody's preferences are others now, and plan their reminders anew."""
    await record(
        connection,
        at=now,
        actor_id=by,
        action="notification-preference:edit",
        thing="person",
        thing_id=person_id,
        data={"what": what},
    )
    await preferences_changed(connection, person_id)


async def change_rules(
    db: Database,
    actor: Actor,
    clinic_id: UUID,
    asked: wire.ReminderRulesChange,
    *,
    expected: int | None,
    now: datetime,
) -> wire.ReminderRules:
    """Change a clinic's usual way and its limits. Errors: NotFound, Forbidden, Invalid, VersionMismatch."""
    _refuse_unlike(asked)
    async with db.transaction() as connection:
        await execute(
            connection,
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"reminder rules {clinic_id}"},
        )
        before = await reading.rules_shown(connection, actor, clinic_id)
        if expected is not None and expected != before.version:
            raise VersionMismatch
        await _write_rules(connection, clinic_id, asked)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="reminder-rules:manage",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={"version": before.version + 1},
        )
        await rules_changed(connection, clinic_id)
        return await reading.rules_shown(connection, actor, clinic_id)


def _refuse_unlike(asked: wire.ReminderRulesChange) -> None:
    _refuse_twice("channels", asked.channels)
    _refuse_twice("allowed", asked.allowed)
    if missing := set(asked.channels) - set(asked.allowed):
        message = f"not allowed: {', '.join(sorted(missing))}"
        raise Invalid(message, errors=[{"path": "body.channels", "message": message}])


async def _write_rules(connection: Connection, clinic_id: UUID, asked: wire.ReminderRulesChange) -> None:
    start, end = reading.minutes_of(asked.quiet)
    await execute(
        connection,
        """INSERT INTO reminder_rules AS r (clinic_id, channels, allowed, offsets, longest_offset, most, quiet_from,
               quiet_until, join_link, follow_up, custom_messages)
           VALUES (%(clinic_id)s, %(channels)s, %(allowed)s, %(offsets)s, %(longest_offset)s, %(most)s,
               %(quiet_from)s, %(quiet_until)s, %(join_link)s, %(follow_up)s, %(custom_messages)s)
           ON CONFLICT (clinic_id) DO UPDATE SET channels = excluded.channels, allowed = excluded.allowed,
               offsets = excluded.offsets, longest_offset = excluded.longest_offset, most = excluded.most,
               quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
               join_link = excluded.join_link, follow_up = excluded.follow_up,
               custom_messages = excluded.custom_messages, version = r.version + 1""",
        {
            "clinic_id": clinic_id,
            "channels": asked.channels,
            "allowed": asked.allowed,
            "offsets": sorted(set(asked.offsets), reverse=True),
            "longest_offset": asked.longest_offset,
            "most": asked.most,
            "quiet_from": start,
            "quiet_until": end,
            "join_link": asked.join_link,
            "follow_up": asked.follow_up,
            "custom_messages": asked.custom_messages,
        },
    )
