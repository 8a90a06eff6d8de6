"""The small cast that tests are played with: a patient, her provider, his staff, an admin, and outsiders."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from openvisit.core.ids import new_id
from openvisit.core.permissions import USUAL_SCOPES
from openvisit.features.availability import commands as availability
from openvisit.features.availability import wire
from openvisit.features.consent.agreed import agree
from openvisit.features.identity.commands import create_account
from openvisit.features.identity.sessions import open_session
from openvisit.platform.db import Connection, execute, fetch_one
from tests.support.application import Application

NEW_YORK = "America/New_York"
ALL_MODES = ["in-person", "telehealth", "phone"]


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    id: UUID
    email: str
    client: httpx.AsyncClient
    token: str
    patient_id: UUID | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True)
class Clinic:
    """A clinic with one location."""

    id: UUID
    location_id: UUID


class Cast:
    """Makes people and places in the application's database."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self._made = 0
        self._clinics: list[UUID] = []
        self._agreeing: list[UUID] = []

    async def person(
        self,
        name: str,
        *,
        patient: bool = False,
        roles: dict[UUID, Collection[str]] | None = None,
        provider_id: UUID | None = None,
        staff_scopes: Collection[str] = USUAL_SCOPES,
        time_zone: str = NEW_YORK,
        language: str = "en",
        consents: bool = True,
    ) -> Person:
        """A verified person with a session; no password, so that making one is quick.

        A patient has agreed to everything at every clinic, unless `consents` says otherwise.
        """
        self._made += 1
        email = f"{name.lower().replace(' ', '.')}.{self._made}@cast.test"
        now = self.app.clock()
        async with self.app.parts.db.transaction() as connection:
            person_id = await create_account(
                connection,
                self.app.parts.vault,
                email=email,
                full_name=name,
                password=None,
                now=now,
                patient=patient,
                roles=roles,
                staff_scopes=staff_scopes,
                time_zone=time_zone,
                language=language,
            )
            if provider_id:
                await execute(
                    connection,
                    "UPDATE provider SET person_id = %(person_id)s WHERE id = %(id)s",
                    {"person_id": person_id, "id": provider_id},
                )
            row = await fetch_one(connection, "SELECT id FROM patient WHERE person_id = %(id)s", {"id": person_id})
            if row and consents:
                self._agreeing.append(row["id"])
                await agree(connection, [row["id"]], self._clinics, now)
            opened = await open_session(connection, person_id, now=now, days=30, user_agent="tests")
        token, _ = await self.app.parts.tokens.issue(opened.session)
        patient_id = row["id"] if row else None
        return Person(person_id, email, self.app.signed(token), token, patient_id, provider_id)

    async def token(self, person: Person) -> str:
        """An access token of another session of the person, opened now."""
        async with self.app.parts.db.transaction() as connection:
            opened = await open_session(connection, person.id, now=self.app.clock(), days=30, user_agent="tests")
        return (await self.app.parts.tokens.issue(opened.session))[0]

    async def clinic(
        self, name: str = "Riverside Clinic", *, zone: str = NEW_YORK, notice: int = 120, agreed: bool = True
    ) -> Clinic:
        """A clinic with one location. Patients `agreed` to everything there, or never heard of it."""
        clinic_id, location_id = new_id(), new_id()
        async with self.app.parts.db.transaction() as connection:
            await execute(
                connection,
                """INSERT INTO clinic (id, name, time_zone, cancellation_notice_minutes, created_at)
                   VALUES (%(id)s, %(name)s, %(zone)s, %(notice)s, %(now)s)""",
                {"id": clinic_id, "name": name, "zone": zone, "notice": notice, "now": self.app.clock()},
            )
            await execute(
                connection,
                """INSERT INTO location (id, clinic_id, name, address, city, country, time_zone)
                   VALUES (%(id)s, %(clinic_id)s, %(name)s, '1 River Street', 'Albany', 'US', %(zone)s)""",
                {"id": location_id, "clinic_id": clinic_id, "name": f"{name} Main", "zone": zone},
            )
            if agreed:
                self._clinics.append(clinic_id)
                await agree(connection, self._agreeing, [clinic_id], self.app.clock())
        return Clinic(clinic_id, location_id)

    async def visit_type(self, clinic: Clinic, **columns: Any) -> UUID:
        """A visit type: half an hour, every half hour, all modes, no notice, 400 days ahead, unless said otherwise."""
        values = {
            "id": new_id(),
            "clinic_id": clinic.id,
            "name": "Consultation",
            "duration_minutes": 30,
            "step_minutes": 30,
            "minimum_notice_minutes": 0,
            "booking_window_days": 400,
            "modes": ALL_MODES,
            "bookable_by": ["patient", "provider", "staff", "admin"],
            **columns,
        }
        async with self.app.parts.db.connection() as connection:
            await _insert(connection, "visit_type", values)
        id_: UUID = values["id"]
        return id_

    async def known(self, clinic: Clinic, patient: Person) -> None:
        """The clinic knows the patient: who works there may see their record and book for them."""
        async with self.app.parts.db.connection() as connection:
            values = {"clinic_id": clinic.id, "patient_id": patient.patient_id, "since": self.app.clock()}
            await _insert(connection, "clinic_patient", values)

    async def member(self, kind: str, clinic: Clinic, name: str) -> UUID:
        """A room or a device at the clinic's location."""
        values = {"id": new_id(), "clinic_id": clinic.id, "location_id": clinic.location_id, "name": name}
        async with self.app.parts.db.connection() as connection:
            await _insert(connection, kind, values)
        id_: UUID = values["id"]  # type: ignore[assignment]
        return id_

    async def provider(
        self, clinic: Clinic, visit_types: Collection[UUID], name: str = "Ada Moreno", *, zone: str = NEW_YORK
    ) -> UUID:
        """A provider who offers the visit types, without hours yet."""
        provider_id = new_id()
        offered = list(visit_types)
        async with self.app.parts.db.transaction() as connection:
            values = {
                "id": provider_id,
                "clinic_id": clinic.id,
                "full_name": name,
                "time_zone": zone,
                "specialties": ["207Q00000X"],
                "languages": ["en"],
                "insurance_plans": [],
                "default_visit_type_id": offered[0] if offered else None,
            }
            await _insert(connection, "provider", values)
            await _insert(
                connection, "provider_location", {"provider_id": provider_id, "location_id": clinic.location_id}
            )
            for visit_type_id in offered:
                await _insert(
                    connection, "provider_visit_type", {"provider_id": provider_id, "visit_type_id": visit_type_id}
                )
        return provider_id

    async def hours(
        self,
        provider_id: UUID,
        *,
        start: str = "09:00",
        end: str = "17:00",
        weekdays: Collection[int] = range(1, 8),
        zone: str = NEW_YORK,
        modes: Collection[str] = tuple(ALL_MODES),
        location_id: UUID | None = None,
        breaks: Collection[wire.Pause] = (),
    ) -> None:
        """The same hours on each of the weekdays."""
        weekly = [wire.WeeklyHours(day, start, end, list(modes), location_id) for day in weekdays]  # type: ignore[arg-type]
        body = wire.ScheduleBody(zone, weekly, list(breaks))
        async with self.app.parts.db.transaction() as connection:
            await availability.save_schedule(connection, provider_id, body, self.app.clock(), 60)


async def _insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join(f"%({name})s" for name in values)
    await execute(connection, f"INSERT INTO {table} ({names}) VALUES ({places})", values)


@dataclass(frozen=True)
class Scene:
    """The usual scene: one clinic, one provider with hours every day, and everybody around them."""

    app: Application
    cast: Cast
    clinic: Clinic
    visit_type_id: UUID
    provider_id: UUID
    patient: Person
    other_patient: Person
    provider: Person
    staff: Person
    admin: Person
    outsider: Person  # staff of another clinic

    def again(self, app: Application) -> "Scene":
        """The same, for an application on a copy of its database."""
        cast = Cast(app)
        cast._made, cast._clinics, cast._agreeing = self.cast._made, [*self.cast._clinics], [*self.cast._agreeing]
        people = {name: value for name, value in vars(self).items() if isinstance(value, Person)}
        signed = {name: replace(person, client=app.signed(person.token)) for name, person in people.items()}
        return replace(self, app=app, cast=cast, **signed)

    def slot(self, start: datetime, mode: str = "telehealth", **more: Any) -> dict[str, Any]:
        """A booking's body."""
        return {
            "provider_id": str(self.provider_id),
            "visit_type_id": str(self.visit_type_id),
            "start": start.isoformat(),
            "mode": mode,
            **more,
        }


async def usual_scene(app: Application) -> Scene:
    """Set the usual scene."""
    cast = Cast(app)
    clinic = await cast.clinic()
    elsewhere = await cast.clinic("Hillside Practice", agreed=False)
    visit_type_id = await cast.visit_type(clinic)
    provider_id = await cast.provider(clinic, [visit_type_id])
    await cast.hours(provider_id)
    patient = await cast.person("Pat Rivera", patient=True)
    await cast.known(clinic, patient)
    return Scene(
        app,
        cast,
        clinic,
        visit_type_id,
        provider_id,
        patient=patient,
        other_patient=await cast.person("Olu Bello", patient=True),
        provider=await cast.person("Ada Moreno", roles={clinic.id: ["provider"]}, provider_id=provider_id),
        staff=await cast.person("Sam Staff", roles={clinic.id: ["staff"]}),
        admin=await cast.person("Alex Admin", roles={clinic.id: ["admin"]}),
        outsider=await cast.person("Otto Out", roles={elsewhere.id: ["staff", "admin"]}),
    )
