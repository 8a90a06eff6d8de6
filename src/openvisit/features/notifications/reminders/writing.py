"""The words of due reminders: a clinic's own or ours, filled with the visit, opened for the one who is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from openvisit.core.placeholders import names
from openvisit.core.reminders.planner import Type
from openvisit.features.notifications import letters, links
from openvisit.features.notifications.devices.queries import Device, devices_of_many
from openvisit.features.notifications.handing import Addressed
from openvisit.features.notifications.news import offer, proposal
from openvisit.features.notifications.news.recipient import Recipient
from openvisit.features.notifications.preferences import unsubscribing
from openvisit.features.notifications.reminders import keys
from openvisit.features.notifications.templates.kinds import KINDS, REFUSABLE, Language
from openvisit.features.notifications.templates.queries import in_force
from openvisit.features.notifications.templates.sources import Source, render
from openvisit.platform.channels import Address, CalendarFile, Channel, Message
from openvisit.platform.crypto import SealBroken, Vault
from openvisit.platform.db import Connection, Row, fetch_all
from openvisit.platform.ics import calendar
from openvisit.platform.links import room
from openvisit.platform.mail.moments import brief
from openvisit.platform.mail.words import Rendered, believable_name, known_language

_KINDS: Mapping[str, str] = {
    Type.REMINDER: "reminder",
    Type.CUSTOM: "reminder",
    Type.JOIN_LINK: "join_link",
    Type.FOLLOW_UP: "follow_up",
    Type.RUNNING_LATE: "running_late",
}
CHECK_AHEAD = timedelta(hours=12)
"""A reminder this long before a visit by video offers to check camera and sound."""

_SOURCES_LAST = timedelta(seconds=15)


class Due(NamedTuple):
    """A reminder that is sent now, and the channel it goes by."""

    row: Row
    channel: Channel


Written = Sequence[Addressed] | SealBroken | ValueError
"""What a reminder comes to: a message for each address; or why there is none, which will be no better in an hour."""


class _Unaddressed(NamedTuple):
    """A message that lacks nothing but the address."""

    channel: Channel
    language: Language
    kind: str
    words: Rendered
    values: Mapping[str, str]
    digits: str
    now: datetime


@dataclass(slots=True)
class TemplateWriter:
    """Writes reminders by the clinics' templates; what is in force is looked up again every few seconds."""

    vault: Vault
    public_url: str
    origin: str = ""  # whom mails come from: calendar files name them as the organizer
    texts: bool = True  # whether SMS leave: calls offer to send links by them
    _sources: dict[tuple[Any, ...], Source] = field(default_factory=dict)
    _read_at: datetime | None = None

    async def write(self, connection: Connection, due: Sequence[Due], now: datetime) -> list[Written]:
        """The messages, in the order of the reminders; what they need is read for all of them at once."""
        pushed = {one.row["person_id"] for one in due if one.channel == "push"}
        devices = await devices_of_many(connection, self.vault, pushed, now) if pushed else {}
        led = [one.row for one in due if one.row["led"]]
        days = await _days(connection, led) if led else {}
        written: list[Written] = []
        for one in due:
            source = await self._source(connection, _words_of(one), now)
            try:
                message = self._message(one, source, days.get(one.row["id"], ()), now)
                written.append(self._addressed(message, one.row, devices))
            except (SealBroken, ValueError) as error:
                written.append(error)
        return written

    def _message(self, due: Due, source: Source, day: Sequence[datetime], now: datetime) -> _Unaddressed:
        row, channel = due
        language = cast(Language, known_language(row["language"]))
        values = self._values(row, language, source, day, now)
        digits, kind = "", _kind_of(row)
        if channel == "voice" and kind == "reminder":
            values |= keys.values(row, texts=self.texts, now=now)
            digits = keys.asked(values, _named(source))
        return _Unaddressed(channel, language, kind, render(channel, language, source, values), values, digits, now)

    def _addressed(self, said: _Unaddressed, row: Row, devices: Mapping[UUID, Sequence[Device]]) -> list[Addressed]:
        key = f"{row['id']}.{row['version']}.{said.channel}"
        if said.channel == "push":
            found = devices.get(row["person_id"], ())
            return [Addressed(self._to(said, row, f"{key}.{one.id}", one.address), one.id) for one in found]
        return [Addressed(self._to(said, row, key, self._address(row, said.channel)))]

    def _to(self, said: _Unaddressed, row: Row, key: str, address: Address) -> Message:
        by_mail = said.channel == "email"
        return Message(
            key=key,
            channel=said.channel,
            address=address,
            name=believable_name(row["told_name"]) if by_mail else "",
            subject=said.words.subject,
            text=said.words.text,
            html=said.words.html,
            link=said.values.get("join_link") or said.values["link"],
            language=said.language,
            digits=said.digits,
            good_until=row["until"],
            headers=self._headers(row, said.kind) if by_mail else {},
            calendar=self._calendar(row, said, address) if by_mail and letters.has_calendar(said.kind) else None,
            written_at=said.now,
        )

    async def _source(self, connection: Connection, key: tuple[UUID, str, Channel, Language], now: datetime) -> Source:
        if self._read_at is None or now - self._read_at > _SOURCES_LAST:
            self._sources, self._read_at = {}, now
        if key not in self._sources:
            self._sources[key] = await in_force(connection, *key)
        return self._sources[key]

    def _values(
        self, row: Row, language: Language, source: Source, day: Sequence[datetime], now: datetime
    ) -> dict[str, str]:
        told = _told(row, language)
        if row["type"] == Type.NEWS:
            return self._news(row, told, source)
        values = letters.values(_visit(row), told, self.public_url, None)
        minutes = row["minutes"]
        if row["type"] == Type.RUNNING_LATE:
            later = row["starts_at"] + timedelta(minutes=minutes)
            values["when_brief"] = brief(later, row["told_zone"], language)
        elif row["type"] == Type.JOIN_LINK:  # how long it still is, should it be sent late
            minutes = max(1, round((row["starts_at"] - now) / timedelta(minutes=1)))
        return {
            **values,
            # Given when it was due: a message that is tried again reads the same.
            **self._links(row, source, row["due_at"]),
            "join_link": room(self.public_url, row["appointment_id"]) if row["mode"] == "telehealth" else "",
            "check_link": self._check_link(row, now),
            "minutes": str(minutes),
            "custom": self._custom(row),
            "count": str(len(day)),
            "visits": "\n".join(brief(start, row["told_zone"], language) for start in day),
        }

    def _news(self, row: Row, told: Recipient, source: Source) -> dict[str, str]:
        keyed, about = self.vault.blind_index, row["about"]
        if row["kind"] == offer.KIND:
            return offer.values(about, row["person_id"], told, keyed, self.public_url)
        values = letters.values(_visit(row), told, self.public_url, row["was"]) | {"minutes": str(row["minutes"])}
        if row["kind"] == proposal.KIND:
            return values | proposal.values(about, row["person_id"], told, keyed, self.public_url)
        if told.role == "provider":
            return values
        # Given when it happened: a link from before the visit's next move is over.
        return values | self._links(row, source, row["created_at"])

    def _links(self, row: Row, source: Source, given_at: datetime) -> dict[str, str]:
        keyed, named = self.vault.blind_index, _named(source)
        return links.of_visit(keyed, row["appointment_id"], row["person_id"], self.public_url, given_at, named)

    def _calendar(self, row: Row, said: _Unaddressed, address: Address) -> CalendarFile:
        method = letters.method(said.kind)
        told = _told(row, said.language)
        facts = letters.facts(_visit(row), told, str(address), self.origin, self.public_url)
        return CalendarFile(calendar(facts, method, said.now).decode(), method)

    def _check_link(self, row: Row, now: datetime) -> str:
        """Where camera and sound are checked: while there is time to mend what does not work."""
        if row["mode"] != "telehealth" or row["starts_at"] - now < CHECK_AHEAD:
            return ""
        return f"{self.public_url.rstrip('/')}/visit/{row['appointment_id']}/check"

    def _headers(self, row: Row, kind: str) -> dict[str, str]:
        if kind not in REFUSABLE:
            return {}
        return unsubscribing.headers(self.vault.blind_index, row["person_id"], self.public_url, row["due_at"])

    def _custom(self, row: Row) -> str:
        """The patient's own words to themselves."""
        if not row["custom_message"] or not row["custom_messages"]:
            return ""
        own = self.vault.of(row["person_id"], row["data_key"])
        return (
            ""
            if own.erased
            else own.open(row["custom_message"], "notification_preference.custom_message", row["person_id"])
        )

    def _address(self, row: Row, channel: str) -> str:
        own = self.vault.of(row["person_id"], row["data_key"])
        if own.erased:
            raise ValueError("whoever was to be told is erased")
        if channel == "email":
            return own.open(row["email"], "person.email", row["person_id"])
        return own.open(row["phone"], "notification_preference.phone", row["person_id"])


@lru_cache(maxsize=1024)
def _named(source: Source) -> frozenset[str]:
    """What the words name."""
    return frozenset(names(source.subject) | names(source.body))


def _words_of(due: Due) -> tuple[UUID, str, Channel, Language]:
    """Which words are wanted."""
    row = due.row
    return row["clinic_id"], _kind_of(row), due.channel, cast(Language, known_language(row["language"]))


def _kind_of(row: Row) -> str:
    """The letter that a row is."""
    if row["type"] == Type.NEWS:
        return str(row["kind"])
    return "reminder_day" if row["led"] and row["type"] == Type.REMINDER else _KINDS[row["type"]]


def _visit(row: Row) -> Row:
    """The visit of a row, as letters read one."""
    return {
        **row,
        "id": row["appointment_id"],
        "starts_at": row["visit_start"],
        "ends_at": row["visit_end"],
        "version": row["visit_version"],
        "status": row["visit_status"],
    }


def _told(row: Row, language: str) -> Recipient:
    """Who is told: the provider, the patient, or who is told in the patient's place."""
    if row["type"] == Type.NEWS and KINDS[row["kind"]].role == "provider":
        return Recipient("provider", row["told_name"], row["provider_zone"], language)
    for_whom = "" if row["person_id"] == row["patient_person_id"] else believable_name(row["patient_name"])
    return Recipient("patient", row["told_name"], row["told_zone"], language, for_whom)


async def _days(connection: Connection, rows: Sequence[Row]) -> dict[UUID, list[datetime]]:
    """When the visits begin that one message tells of, by the reminder that leads them."""
    led = [id_ for row in rows for id_ in row["led"]]
    found = await fetch_all(connection, "SELECT id, starts_at FROM appointment WHERE id = ANY(%(ids)s)", {"ids": led})
    starts = {one["id"]: one["starts_at"] for one in found}
    return {
        row["id"]: sorted([row["starts_at"], *(starts[led_id] for led_id in row["led"] if led_id in starts)])
        for row in rows
    }
