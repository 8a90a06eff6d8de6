"""Where a clinic holds its video visits."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.errors import Forbidden, Invalid, NotFound, VersionMismatch
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.video import Choice, Platform
from openvisit.features.audit.commands import record
from openvisit.features.telehealth.platforms import wire
from openvisit.features.telehealth.platforms.ports import VideoRooms
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one

_COLUMN = "video_rules.choices"


class Rooms(dict[Platform, VideoRooms]):
    """The platforms whose credentials the server has. (A class of its own, as handlers are given parts by type.)"""


def opened(vault: Vault, clinic_id: UUID, sealed: bytes | None) -> list[Choice]:
    """The choices of a clinic's row, none where it has no row."""
    return (
        [] if sealed is None else msgspec.json.decode(vault.open(bytes(sealed), _COLUMN, clinic_id), type=list[Choice])
    )


async def shown(connection: Connection, vault: Vault, rooms: Rooms, actor: Actor, clinic_id: UUID) -> wire.VideoRules:
    """The clinic's choices, and the platforms that it can choose. Errors: Forbidden, NotFound."""
    row = await fetch_one(
        connection,
        """SELECT r.choices, COALESCE(r.version, 0) AS version FROM clinic c
           LEFT JOIN video_rules r ON r.clinic_id = c.id WHERE c.id = %(id)s""",
        {"id": clinic_id},
    )
    if not allowed(actor, "video-rules:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    if row is None:
        raise NotFound
    choices = [_told(choice) for choice in opened(vault, clinic_id, row["choices"])]
    return wire.VideoRules(choices, sorted(rooms), row["version"])


async def change(
    db: Database,
    vault: Vault,
    rooms: Rooms,
    actor: Actor,
    clinic_id: UUID,
    asked: wire.VideoRulesChange,
    *,
    expected: int | None,
    now: datetime,
) -> wire.VideoRules:
    """Choose anew; visits that are booked stay where they are.

    Errors: Forbidden, NotFound, Invalid, VersionMismatch.
    """
    async with db.transaction() as connection:
        before = await shown(connection, vault, rooms, actor, clinic_id)
        if expected is not None and expected != before.version:
            raise VersionMismatch
        choices = [_choice(number, each, rooms) for number, each in enumerate(asked.choices)]
        await _check(connection, clinic_id, choices)
        touched = await execute(
            connection,
            """INSERT INTO video_rules (clinic_id, choices, updated_at) VALUES (%(id)s, %(choices)s, %(now)s)
               ON CONFLICT (clinic_id) DO UPDATE SET choices = excluded.choices, updated_at = excluded.updated_at,
                   version = video_rules.version + 1
               WHERE video_rules.version = %(version)s""",
            {
                "id": clinic_id,
                "choices": vault.seal(msgspec.json.encode(choices).decode(), _COLUMN, clinic_id),
                "now": now,
                "version": before.version,
            },
        )
        if not touched:
            raise VersionMismatch
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="video-rules:manage",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={"platforms": sorted({str(choice.platform) for choice in choices})},
        )
        return await shown(connection, vault, rooms, actor, clinic_id)


def _choice(number: int, asked: wire.VideoChoice, rooms: Rooms) -> Choice:
    if asked.platform not in rooms:
        raise _invalid(f"choices[{number}].platform", "is not set up on this server")
    if asked.platform == Platform.EXTERNAL and not asked.link:
        raise _invalid(f"choices[{number}].link", "is needed for an external platform")
    link = asked.link if asked.platform == Platform.EXTERNAL else ""
    return Choice(
        asked.platform, asked.provider_id, asked.visit_type_id, asked.host.strip(), link, asked.names_visit_type
    )


async def _check(connection: Connection, clinic_id: UUID, choices: Collection[Choice]) -> None:
    subjects = [(choice.provider_id, choice.visit_type_id) for choice in choices]
    if len(set(subjects)) != len(subjects):
        raise _invalid("choices", "chooses twice for the same visits")
    row = await fetch_one(
        connection,
        """SELECT (SELECT count(*) FROM provider WHERE clinic_id = %(id)s AND id = ANY(%(providers)s::uuid[])) +
                  (SELECT count(*) FROM visit_type WHERE clinic_id = %(id)s AND id = ANY(%(types)s::uuid[]))
                  AS known""",
        {
            "id": clinic_id,
            "providers": list({provider for provider, _ in subjects if provider}),
            "types": list({type_ for _, type_ in subjects if type_}),
        },
    )
    named = {one for pair in subjects for one in pair if one}
    if row is None or row["known"] != len(named):
        raise _invalid("choices", "names a provider or a visit type that the clinic does not have")


def _told(choice: Choice) -> wire.VideoChoice:
    return wire.VideoChoice(
        choice.platform,
        choice.provider_id,
        choice.visit_type_id,
        choice.host,
        choice.link,
        choice.names_visit_type,
    )


def _invalid(field: str, words: str) -> Invalid:
    return Invalid(f"{field} {words}", errors=[{"path": f"body.{field}", "message": words}])
