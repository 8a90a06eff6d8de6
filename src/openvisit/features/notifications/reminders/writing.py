"""The words of due reminders: a clinic's own or ours, filled with the visit, opened for the one who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from openvisit.core.reminders.planner import Type
from openvisit.features.notifications import letters, links
from openvisit.features.notifications.preferences import unsubscribing
from openvisit.features.notifications.templates.kinds import Language
from openvisit.features.notifications.templates.queries import in_force
from openvisit.features.notifications.templates.sources import Source, render
from openvisit.features.notifications.visits import Recipient
from openvisit.platform.channels import Channel, Message
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all
from openvisit.platform.mail.moments import brief
from openvisit.platform.mail.words import believable_name, known_language

_KINDS: Mapping[str, str] = {
    Type.REMINDER: "reminder",
    Type.CUSTOM: "reminder",
    Type.JOIN_LINK: "join_link",
    Type.FOLLOW_UP: "follow_up",
    Type.RUNNING_LATE: "running_late",
}
_SOURCES_LAST = timedelta(seconds=15)


@dataclass(slots=True)
class TemplateWriter:
    """Writes reminders by the clinics' templates; what is in force is looked up again every few seconds."""

    vault: Vault
    public_url: str
    _sources: dict[tuple[Any, ...], Source] = field(default_factory=dict)
    _read_at: datetime | None = None

    async def write(self, connection: Connection, row: Row, channel: str, now: datetime) -> Message:
        """The message by this channel. Errors: SealBroken, ValueError for an address that is none."""
        by = cast(Channel, channel)
        language = cast(Language, known_language(row["language"]))
        values = await self._values(connection, row, language, now)
        kind = "reminder_day" if row["led"] and row["type"] == Type.REMINDER else _KINDS[row["type"]]
        source = await self._source(connection, (row["clinic_id"], kind, by, language), now)
        words = render(by, language, source, values)
        return Message(
            key=f"{row['id']}.{row['version']}.{channel}",
            channel=by,
            address=self._address(row, channel),
            name=believable_name(row["patient_name"]) if channel == "email" else "",
            subject=words.subject,
            text=words.text,
            html=words.html,
            link=values["join_link"] or values["link"],
            language=language,
            good_until=row["until"],
            headers=self._headers(row) if channel == "email" else {},
            written_at=now,
        )

    async def _source(self, connection: Connection, key: tuple[UUID, str, Channel, Language], now: datetime) -> Source:
        if self._read_at is None or now - self._read_at > _SOURCES_LAST:
            self._sources, self._read_at = {}, now
        if key not in self._sources:
            self._sources[key] = await in_force(connection, *key)
        return self._sources[key]

    async def _values(self, connection: Connection, row: Row, language: Language, now: datetime) -> dict[str, str]:
        visit = {**row, "id": row["appointment_id"], "ends_at": row["visit_end"]}
        told = Recipient(
            "patient",
            row["person_id"],
            row["patient_name"],
            row["email"],
            row["data_key"],
            row["patient_zone"],
            language,
        )
        values = letters.values(visit, told, self.public_url, None)
        minutes = row["minutes"]
        if row["type"] == Type.RUNNING_LATE:
            later = row["starts_at"] + timedelta(minutes=minutes)
            values["when_brief"] = brief(later, row["patient_zone"], language)
        elif row["type"] == Type.JOIN_LINK:  # how long it still is, should it be sent late
            minutes = max(1, round((row["starts_at"] - now) / timedelta(minutes=1)))
        return {
            **values,
            # Given when it was due: a message that is tried again reads the same.
            **links.of_visit(
                self.vault.blind_index, row["appointment_id"], row["person_id"], self.public_url, row["due_at"]
            ),
            "join_link": values["link"] if row["mode"] == "telehealth" else "",
            "minutes": str(minutes),
            "custom": self._custom(row),
            **(await _day(connection, row, language) if row["led"] else {}),
        }

    def _headers(self, row: Row) -> dict[str, str]:
        return unsubscribing.headers(self.vault.blind_index, row["person_id"], self.public_url, row["due_at"])

    def _custom(self, row: Row) -> str:
        """The patient's own words to themselves."""
        if not row["custom_message"] or not row["custom_messages"]:
            return ""
        keys = self.vault.of(row["person_id"], row["data_key"])
        return (
            ""
            if keys.erased
            else keys.open(row["custom_message"], "notification_preference.custom_message", row["person_id"])
        )

    def _address(self, row: Row, channel: str) -> str:
        keys = self.vault.of(row["person_id"], row["data_key"])
        if keys.erased:
            raise ValueError("whoever was to be told is erased")
        if channel == "email":
            return keys.open(row["email"], "person.email", row["person_id"])
        return keys.open(row["phone"], "notification_preference.phone", row["person_id"])


async def _day(connection: Connection, row: Row, language: Language) -> dict[str, str]:
    """All the visits that one message tells of."""
    rows = await fetch_all(
        connection,
        "SELECT starts_at FROM appointment WHERE id = ANY(%(ids)s) ORDER BY starts_at",
        {"ids": row["led"]},
    )
    starts = [row["starts_at"], *(led["starts_at"] for led in rows)]
    return {
        "count": str(len(starts)),
        "visits": "\n".join(brief(start, row["patient_zone"], language) for start in starts),
    }
