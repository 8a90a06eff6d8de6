"""The clinic on which the table of permissions is played, and how each route is called there.

Every request is one that the clinic's own people may make again and again: edits name a version that never was (412),
moves go to a visit that is over (409). So all callers meet the same state, and what differs is who they are.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from openvisit.core.ids import new_id
from openvisit.features.consent.texts import bundled
from openvisit.features.identity.sessions import open_session
from openvisit.platform.db import execute, fetch_one
from openvisit.platform.events import Event
from openvisit.platform.pipeline import dead_letters
from openvisit.platform.pipeline.cloud_events import encode
from openvisit.platform.pipeline.ports import Dead
from tests.support.cast import Person, Scene
from tests.support.pictures import picture

SCOPES = ("front_desk", "billing", "clinical", "analytics", "privacy")
"""Staff of the clinic who do one thing alone. `staff` does what staff usually do: front desk and clinical."""

CALLERS = ("nobody", "patient", "other_patient", "provider", "other_provider", "staff", "admin", "outsider", *SCOPES)
PNG = picture()
NEVER = '"999999"'


@dataclass
class Stage:
    """The scene with a colleague of the provider, and what a path or a body may name in braces."""

    scene: Scene
    other_provider: Person
    specialists: dict[str, Person]
    names: dict[str, str] = field(default_factory=dict)

    def client(self, caller: str) -> httpx.AsyncClient:
        """The caller's client."""
        if caller == "nobody":
            return self.scene.app.client
        client: httpx.AsyncClient = self.person(caller).client
        return client

    def person(self, caller: str) -> Person:
        """The caller, who is signed in."""
        if caller in self.specialists:
            return self.specialists[caller]
        person: Person = self.other_provider if caller == "other_provider" else getattr(self.scene, caller)
        return person

    async def leaver(self, caller: str) -> httpx.AsyncClient:
        """The caller in a session of its own."""
        if caller == "nobody":
            return self.scene.app.client
        parts = self.scene.app.parts
        async with parts.db.transaction() as connection:
            opened = await open_session(
                connection, self.person(caller).id, now=self.scene.app.clock(), days=1, user_agent="tests"
            )
        token, _ = await parts.tokens.issue(opened.session)
        return self.scene.app.signed(token)

    def fill(self, value: Any) -> Any:
        """The value with every name in braces replaced by what it stands for."""
        if isinstance(value, str):
            return value.format(**self.names)
        if isinstance(value, dict):
            return {name: self.fill(part) for name, part in value.items()}
        return [self.fill(part) for part in value] if isinstance(value, list) else value


async def set_stage(scene: Scene) -> Stage:
    """A visit that is over, a hold of the patient, a room, a device and a photo."""
    cast, clinic = scene.cast, scene.clinic
    second = await cast.provider(clinic, [scene.visit_type_id], "Bea Second")
    colleague = await cast.person("Bea Second", roles={clinic.id: ["provider"]}, provider_id=second)
    specialists = {
        name: await cast.person(f"Sam {name}", roles={clinic.id: ["staff"]}, staff_scopes=[name.replace("_", "-")])
        for name in SCOPES
    }
    # Whom nobody plays: admins sign them out.
    spare = await cast.person("Sid Spare", roles={clinic.id: ["staff"]})
    stage = Stage(scene, colleague, specialists)
    tomorrow = scene.app.clock().replace(hour=15) + timedelta(days=1)
    visit = await _made(scene.patient, "/api/appointments", scene.slot(tomorrow))
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE appointment SET status = 'completed' WHERE id = %(id)s", {"id": visit})
    rated = await scene.patient.client.put(f"/api/telehealth/visits/{visit}/rating", json={"score": 5})
    assert rated.is_success, rated.text
    hold = await _made(scene.patient, "/api/holds", scene.slot(tomorrow + timedelta(days=1)))
    assert (await scene.admin.client.put(f"/api/providers/{scene.provider_id}/photo", content=PNG)).is_success
    asked = {"kind": "correct", "appointment_id": visit, "wish": "It was by phone"}
    invited = await scene.patient.client.post("/api/me/delegations", json=_INVITATION)
    assert invited.status_code == 202, invited.text
    (delegation,) = (await scene.patient.client.get("/api/me/delegations")).json()["given"]
    stage.names = {
        "appointment_id": visit,
        "reminder_id": await _sent_reminder(scene, visit),
        "hold_id": hold,
        "provider_id": str(scene.provider_id),
        "visit_type_id": str(scene.visit_type_id),
        "clinic_id": str(clinic.id),
        "location_id": str(clinic.location_id),
        "room_id": str(await cast.member("room", clinic, "Room")),
        "device_id": str(await cast.member("device", clinic, "Device")),
        "patient_id": str(scene.patient.patient_id),
        "person_id": str(spare.id),
        "delegation_id": delegation["id"],
        "guest_id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c12",
        "emergency_id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c11",
        "today": tomorrow.date().isoformat(),
        "day": tomorrow.date().isoformat(),
        "start": (tomorrow + timedelta(days=2)).isoformat(),
        "away": (tomorrow + timedelta(days=3)).isoformat(),
        "back": (tomorrow + timedelta(days=4)).isoformat(),
        "session_id": str(new_id()),
        "recording_id": str(new_id()),
        "key_id": str(new_id()),
        "request_id": await _made(scene.patient, "/api/me/privacy/requests", asked),
        "record_id": await _retained(scene),
        "text_id": bundled()["telehealth"].hash.hex(),
        "passkey_id": str(new_id()),
        "app_id": await _app(scene),
        "path": "find",
        "mail_id": "none",
        "kind": "reminder",
        "channel": "sms",
        "language": "en",
        "preview_id": str(new_id()),
        "secret": "nobody-was-told",
        "token": "nobody-made-it",
        "provider": "nobody-knows-it",
        "vendor": "nobody-knows-it",
        "identity_id": str(clinic.id),
        "seal_id": str(new_id()),
        "file_id": str(new_id()),
        "number": "0",
    }
    stage.names |= await _waitlist(scene, tomorrow)
    stage.names["dead_letter_id"] = await _dismissed(scene, visit)
    return stage


async def _dismissed(scene: Scene, visit: str) -> str:
    """An event about the visit that no consumer could take, and that somebody dismissed."""
    parts = scene.app.parts
    event = Event("appointment.booked", UUID(visit), scene.app.clock())
    async with parts.db.transaction() as connection:
        dead = Dead("notifications", "not_taken", encode(event, parts.settings.public_url))
        await dead_letters.keep(connection, parts.vault, dead, scene.app.clock())
        row = await fetch_one(connection, "UPDATE dead_letter SET dismissed_at = at RETURNING id")
    assert row is not None
    return str(row["id"])


async def _waitlist(scene: Scene, start: datetime) -> dict[str, str]:
    """An entry of the patient's that they left, and an offer of it that ran out."""
    entry = await _made(
        scene.patient,
        "/api/waitlist",
        {
            "visit_type_id": str(scene.visit_type_id),
            "provider_ids": [str(scene.provider_id)],
        },
    )
    values = {
        "entry": entry,
        "slot": new_id(),
        "offer": new_id(),
        "provider": scene.provider_id,
        "type": scene.visit_type_id,
        "clinic": scene.clinic.id,
        "patient": scene.patient.patient_id,
        "start": start,
        "end": start + timedelta(minutes=30),
        "now": scene.app.clock(),
    }
    async with scene.app.parts.db.transaction() as connection:
        await execute(
            connection, "UPDATE waitlist_entry SET status = 'left', ended_at = %(now)s WHERE id = %(entry)s", values
        )
        await execute(
            connection,
            """INSERT INTO waitlist_slot (id, clinic_id, provider_id, visit_type_id, mode, starts_at, ends_at, hold_id,
                                          status, offered_at)
               VALUES (%(slot)s, %(clinic)s, %(provider)s, %(type)s, 'telehealth', %(start)s, %(end)s, %(slot)s,
                       'given-back', %(now)s)""",
            values,
        )
        await execute(
            connection,
            """INSERT INTO waitlist_offer (id, slot_id, entry_id, patient_id, clinic_id, status, offered_at, expires_at)
               VALUES (%(offer)s, %(slot)s, %(entry)s, %(patient)s, %(clinic)s, 'expired', %(now)s, %(now)s)""",
            values,
        )
    return {"entry_id": entry, "offer_id": str(values["offer"]), "proposal_id": str(new_id())}


async def _sent_reminder(scene: Scene, visit: str) -> str:
    reminder_id = new_id()
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO scheduled_reminder
                   (id, type, appointment_id, patient_id, clinic_id, person_id, provider_id, starts_at, minutes, due_at,
                    until, status, channels, next_at, created_at, updated_at)
               SELECT %(id)s, 'reminder', a.id, a.patient_id, a.clinic_id, p.person_id, a.provider_id, a.starts_at, 60,
                      a.created_at, a.starts_at, 'sent', '{email}', a.created_at, a.created_at, a.created_at
               FROM appointment a JOIN patient p ON p.id = a.patient_id WHERE a.id = %(visit)s""",
            {"id": reminder_id, "visit": visit},
        )
    return str(reminder_id)


async def _app(scene: Scene) -> str:
    body = {
        "clinic_id": str(scene.clinic.id),
        "name": "Diary",
        "auth_method": "client_secret_basic",
        "scopes": ["openid"],
        "redirect_uris": ["https://diary.example/callback"],
    }
    answer = await scene.admin.client.post("/api/apps", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["app"]["id"])


async def _retained(scene: Scene) -> str:
    """A record that the clinic keeps of somebody who was erased."""
    parts, now, id_ = scene.app.parts, scene.app.clock(), new_id()
    values = {"id": id_, "clinic_id": scene.clinic.id, "person_id": scene.other_patient.id, "now": now}
    content = parts.vault.seal_bytes(b"{}", "retained_record.content", id_)
    async with parts.db.transaction() as connection:
        await execute(
            connection,
            """INSERT INTO privacy_request (id, person_id, clinics, kind, status, asked_at, due_at, facts)
               VALUES (%(id)s, %(person_id)s, ARRAY[]::uuid[], 'erase', 'done', %(now)s, %(now)s, '{}')""",
            {name: values[name] for name in ("id", "person_id", "now")},
        )
        await execute(
            connection,
            """INSERT INTO retained_record (id, clinic_id, request_id, content, visits, retained_at, keep_until)
               VALUES (%(id)s, %(clinic_id)s, %(id)s, %(content)s, 0, %(now)s, %(now)s)""",
            {"id": id_, "clinic_id": scene.clinic.id, "now": now, "content": content},
        )
    return str(id_)


async def _made(by: Person, path: str, body: dict[str, Any]) -> str:
    answer = await by.client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@dataclass(frozen=True)
class Request:
    """How a route is called: the body, the query, the headers, and what an admin does just before.

    A call that `leaves` ends the caller's session, so that it is made in another one. `named` says what else a name in
    the path stands for here.
    """

    json: Any = None
    form: dict[str, str] | None = None
    query: str = ""
    content: bytes | None = None
    edit: bool = False
    leaves: bool = False
    before: tuple[str, str, Any] | None = None
    named: tuple[str, str] = ("", "")

    async def by(self, stage: Stage, caller: str, method: str, path: str) -> httpx.Response:
        """Make it as the caller."""
        if self.before is not None:
            await self._prepare(stage, *self.before)
        headers = {"If-Match": NEVER} if self.edit else {}
        body = {"content": self.content} if self.content else {"json": stage.fill(self.json)} if self.json else {}
        if self.form:
            body = {"data": stage.fill(self.form)}
        client = await stage.leaver(caller) if self.leaves else stage.client(caller)
        path = path.replace(*self.named) if self.named[0] else path
        return await client.request(method, stage.fill(path + self.query), headers=headers, **body)

    @staticmethod
    async def _prepare(stage: Stage, path: str, name: str, body: Any) -> None:
        send = stage.scene.admin.client.put if isinstance(body, bytes) else stage.scene.admin.client.post
        given = {"content": body} if isinstance(body, bytes) else {"json": stage.fill(body)}
        answer = await send(stage.fill(path), **given)
        assert answer.is_success, answer.text
        if name:
            stage.names[name] = answer.json()["id"]


_SLOT = {
    "provider_id": "{provider_id}",
    "visit_type_id": "{visit_type_id}",
    "start": "{start}",
    "mode": "telehealth",
    "patient_id": "{patient_id}",
}
_SCHEDULE = {"time_zone": "America/New_York", "weekly": []}
_ABSENCE = {"start": "{away}", "end": "{back}"}
_ABSENCES, _PHOTO = "/api/providers/{provider_id}/absences", "/api/providers/{provider_id}/photo"
_ADDRESS = {"email": "nobody.here@cast.test"}
_CODE = {**_ADDRESS, "code": "000000"}
_AT_CLINIC = {"clinic_id": "{clinic_id}"}
_CORRECTION = {"kind": "correct", "appointment_id": "{appointment_id}", "wish": "It was by phone"}
_RULES = {"medical_years": 9, "billing_years": 9, "audit_years": 9, "message_months": 9, "smallest_group": 9}
_WORDS = {"title": "T", "text": "X"}
_REMINDERS = {
    "channels": ["email"],
    "allowed": ["email"],
    "offsets": [60],
    "longest_offset": 1440,
    "most": 3,
    "quiet": None,
    "join_link": None,
    "follow_up": None,
    "custom_messages": False,
}
_CALL = {
    "peer": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c11",
    "seconds": 60,
    "rtt_ms": 40,
    "rtt_p95_ms": 60,
    "loss_percent": 0,
    "jitter_ms": 4,
    "steps_down": 0,
    "reconnects": 0,
    "audio_only_seconds": 0,
    "relayed": False,
}
_MESSAGE = {"subject": "", "body": "See you"}
_CONSENT = {**_AT_CLINIC, "patient_id": "{patient_id}", "channel": "phone"}
_NO_SECRET = "a-secret-that-nobody-was-given"
_ASSERTED = {"clientDataJSON": "aa", "authenticatorData": "aa", "signature": "aa"}
_NO_ASSERTION = {"id": "aa", "rawId": "aa", "response": _ASSERTED}
_NO_PASSKEY = {"id": "aa", "rawId": "aa", "response": {"clientDataJSON": "aa", "attestationObject": "aa"}}
_RENAMED = Request({"name": "New"}, edit=True)
_SWITCHED_OFF = Request(edit=True)

_APP_QUERY = {"query": "response_type=code&client_id={app_id}"}
_WRONG_SECRET = {"client_id": "{app_id}", "client_secret": "not the one", "token": "none"}

_INVITATION = {"email": "carer@cast.test", "kind": "carer", "scopes": ["visits"], "expires_on": "2027-12-31"}

_VISIT_ROOM = ("{room_id}", "{appointment_id}")
_RECORDING = {
    "id": "0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41",
    "media_type": "video/webm",
    "keys": [{"receiver": "person:{person_id}", "key_id": "a" * 32, "sealed": "b" * 60}],
}
_A_KEY, _NO_KEY = "A" * 174, "0" * 32
_SEAL = {"kind": "phrase", "salt": "A" * 22, "iterations": 600_000, "sealed": "A" * 40}
_ESCROW = {"public_key": _A_KEY, "salt": "A" * 22, "iterations": 600_000, "sealed": "A" * 40}
_WRAP = {"participant": "person:{person_id}", "key_id": _NO_KEY, "wrapped": "A" * 120}
_EPOCH = {"number": 9, "commitment": "A" * 43, "signature": "A" * 86, "wraps": [_WRAP]}
_CHAT_MESSAGE = {
    "id": "{person_id}",
    "epoch": 9,
    "key_id": _NO_KEY,
    "sequence": 1,
    "ciphertext": "A" * 40,
    "signature": "A" * 86,
}

REQUESTS: dict[str, Request] = {
    "GET /api/telehealth/room/{room_id}": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/late": Request({"minutes": 5}, named=_VISIT_ROOM),
    "PUT /api/telehealth/rooms/{room_id}/by-phone": Request({"by_phone": True}, named=_VISIT_ROOM),
    "PUT /api/telehealth/visits/{appointment_id}/rating/hidden": Request({"hidden": False}),
    "GET /api/telehealth/rooms/{room_id}/guests": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/guests": Request({"name": "Ines", "role": "family"}, named=_VISIT_ROOM),
    "POST /api/telehealth/guests/{guest_id}/invite": Request({"public_key": "k" * 60}),
    "POST /api/telehealth/guest": Request({"token": "made-up"}),
    "PUT /api/clinics/{clinic_id}/visit-rules": Request({"opens_before_minutes": 20}),
    "GET /api/telehealth/rooms/{room_id}/ice": Request(named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/keys": Request(named=_VISIT_ROOM),
    "POST /api/me/keys": Request({"public_key": _A_KEY, "seals": [_SEAL]}),
    "POST /api/me/keys/replace": Request({"replaces": _NO_KEY, "public_key": _A_KEY, "seals": [_SEAL]}),
    "POST /api/me/keys/seals": Request(_SEAL),
    "PUT /api/clinics/{clinic_id}/escrow-key": Request(_ESCROW),
    "GET /api/telehealth/rooms/{room_id}/chat": Request(named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/messages": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/messages": Request(_CHAT_MESSAGE, named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/epochs": Request(_EPOCH, named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/keys": Request({"number": 9, "wraps": [_WRAP]}, named=_VISIT_ROOM),
    "PUT /api/telehealth/rooms/{room_id}/marks": Request({"delivered": 1, "read": 1}, named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/files": Request({"kind": "text/csv", "size": 9}, named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/files/{file_id}": Request(named=_VISIT_ROOM),
    "PUT /api/telehealth/rooms/{room_id}/files/{file_id}/parts/{number}": Request(content=PNG, named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/files/{file_id}/parts/{number}": Request(named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/clinic-reading": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/clinic-reading": Request({"reason": "a complaint"}, named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/clinic-reading/messages": Request(named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/clinic-reading/files/{file_id}/parts/{number}": Request(named=_VISIT_ROOM),
    "PUT /api/clinics/{clinic_id}/chat-rules": Request({"hours_after": 24}),
    "POST /oauth/token": Request(form={**_WRONG_SECRET, "grant_type": "authorization_code", "code": "none"}),
    "POST /oauth/revoke": Request(form=_WRONG_SECRET),
    "POST /oauth/introspect": Request(form=_WRONG_SECRET),
    "POST /oauth/par": Request(form=_WRONG_SECRET),
    "PUT /api/telehealth/visits/{appointment_id}/notes": Request({"notes": "", "summary": ""}, edit=True),
    "POST /api/telehealth/visits/{appointment_id}/notes/finish": Request(edit=True),
    "POST /api/telehealth/visits/{appointment_id}/notes/addenda": Request({"part": "notes", "text": "More"}),
    "PUT /api/telehealth/visits/{appointment_id}/rating": Request({"score": 5}),
    "PUT /api/telehealth/ratings/{token}": Request({"score": 5}),
    "POST /api/telehealth/rooms/{room_id}/quality": Request(_CALL, named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/platform": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/way-in": Request(named=_VISIT_ROOM),
    "PUT /api/clinics/{clinic_id}/video-rules": Request({"choices": []}, edit=True),
    "POST /api/oauth/requests": Request(_APP_QUERY),
    "POST /api/oauth/decisions": Request({**_APP_QUERY, "allow": True}),
    "POST /api/oauth/end-session": Request({"query": ""}),
    "GET /api/apps": Request(query="?clinic_id={clinic_id}"),
    "GET /api/audit": Request(query="?clinic_id={clinic_id}"),
    "GET /api/audit/state": Request(query="?clinic_id={clinic_id}"),
    "GET /api/audit/export": Request(query="?clinic_id={clinic_id}"),
    "POST /api/apps": Request(
        {
            **_AT_CLINIC,
            "name": "A",
            "auth_method": "none",
            "scopes": ["openid"],
            "redirect_uris": ["https://a.example/"],
        }
    ),
    "PATCH /api/apps/{app_id}": Request({"name": "New"}, edit=True),
    "POST /api/webhooks/{vendor}": Request(content=b"{}"),
    "POST /api/me/devices/keys": Request({"public_key": "A" * 87, "proof": "A" * 86}),  # no key: 422
    "POST /api/me/push-subscriptions": Request({"token": "the-token-of-an-app"}),
    "DELETE /api/me/push-subscriptions": Request({"token": "the-token-of-an-app"}),
    "POST /api/auth/register": Request({**_ADDRESS, "password": "correct horse battery", "full_name": "N"}),
    "POST /api/auth/verify": Request(_CODE),
    "POST /api/auth/resend": Request(_ADDRESS),
    "POST /api/auth/login": Request({**_ADDRESS, "password": "not the one"}),
    "POST /api/auth/logout": Request(leaves=True),
    "POST /api/auth/forgot": Request(_ADDRESS),
    "POST /api/auth/reset": Request({**_CODE, "password": "correct horse battery"}),
    "POST /api/auth/federation/{provider}/start": Request({"next": "/visits"}),
    "POST /api/auth/federation/{provider}/finish": Request({"state": "made-up", "code": "made-up"}),
    "POST /api/auth/federation/{provider}/form-post": Request(content=b"state=made-up"),
    "POST /api/auth/federation/{provider}/backchannel-logout": Request(content=b"logout_token=made-up"),
    "POST /api/auth/federation/prove": Request({"code": "000000"}),
    "POST /api/me/identities/{provider}/start": Request({"next": "/visits"}),
    "PATCH /api/me": Request({"language": "en"}),
    "POST /api/me/email": Request({"email": "elsewhere@cast.test"}),
    "POST /api/me/email/confirm": Request({"code": "000000"}),
    "POST /api/auth/undo-email": Request({"token": "nobody was mailed this"}),
    "POST /api/auth/not-me": Request({"token": "nobody was mailed this"}),
    "POST /api/me/password": Request({"password": "short"}),
    "POST /api/me/totp/confirm": Request({"code": "000000"}),
    "POST /api/me/passkeys": Request(
        {"name": "Phone", "passkey": {"id": "aa", "rawId": "aa", "response": _NO_PASSKEY}}
    ),
    "PATCH /api/me/passkeys/{passkey_id}": Request({"name": "Phone"}),
    "POST /api/auth/step-up": Request({"kind": "totp", "secret": "000000"}),
    "POST /api/auth/factor": Request({"ticket": _NO_SECRET, "proof": {"kind": "totp", "secret": "000000"}}),
    "POST /api/auth/factor/options": Request({"ticket": _NO_SECRET}),
    "POST /api/auth/passkey": Request({"passkey": _NO_ASSERTION}),
    "POST /api/auth/factor-reset/stop": Request({"token": _NO_SECRET}),
    "POST /api/people/{person_id}/factor-reset": Request(_AT_CLINIC),
    "DELETE /api/people/{person_id}/factor-reset": Request(query="?clinic_id={clinic_id}"),
    "PUT /api/clinics/{clinic_id}/policy": Request({"mfa_grace_days": 14}),
    "GET /api/people": Request(query="?clinic_id={clinic_id}"),
    "POST /api/people": Request({**_AT_CLINIC, "email": "new@cast.test", "full_name": "N", "roles": ["staff"]}),
    "PUT /api/people/{person_id}/roles": Request({**_AT_CLINIC, "roles": ["staff"]}),
    "POST /api/people/{person_id}/end-sessions": Request(_AT_CLINIC),
    "PUT /api/people/{person_id}/account": Request({**_AT_CLINIC, "active": True}),
    "POST /api/patients/search": Request({**_AT_CLINIC, "q": "a"}),
    "POST /api/people/search": Request({**_AT_CLINIC, "q": "a"}),
    "GET /api/patients": Request(query="?clinic_id={clinic_id}"),
    "POST /api/patients": Request({**_AT_CLINIC, "email": "ill@cast.test", "full_name": "N"}),
    "PATCH /api/me/details": Request({"phone": "+1 555 0100"}),
    "POST /api/me/privacy/requests": Request(_CORRECTION),
    "POST /api/clinics/{clinic_id}/privacy-requests/{request_id}/answer": Request({"accepted": True, "answer": "A"}),
    "PUT /api/clinics/{clinic_id}/privacy": Request(_RULES),
    "POST /api/clinics/{clinic_id}/retained-records/{record_id}/open": Request({"reason": "authority"}),
    "POST /api/clinics/{clinic_id}/analytics-export": Request({"from_year": 2027, "to_year": 2027}),
    "POST /api/clinics/{clinic_id}/consent-texts": Request({"kind": "recording", "en": _WORDS, "es": _WORDS}),
    "PUT /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}": Request(_MESSAGE, edit=True),
    "DELETE /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}": _SWITCHED_OFF,
    "POST /api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}/preview": Request(_MESSAGE),
    "PUT /api/me/notification-preferences": Request({"channels": ["email"]}, edit=True),
    "PUT /api/me/phone": Request({"phone": "none"}),
    "POST /api/me/phone/confirm": Request({"code": "000000"}),
    "POST /api/me/mailbox/confirm": Request({"code": "000000"}),
    "PUT /api/clinics/{clinic_id}/reminder-rules": Request(_REMINDERS, edit=True),
    "POST /api/links/{token}": Request({"minutes": 10}),
    "PUT /api/clinics/{clinic_id}/message-policy": Request({"short_may_name": ["place"]}, edit=True),
    "GET /api/consents": Request(query="?patient_id={patient_id}"),
    "POST /api/consents": Request({**_CONSENT, "agreed": [{"kind": "telehealth", "text": "{text_id}"}]}),
    "POST /api/consents/withdraw": Request({**_CONSENT, "kind": "third-party-sharing"}),
    "POST /api/providers": Request({**_AT_CLINIC, "full_name": "P", "time_zone": "UTC"}),
    "PATCH /api/providers/{provider_id}": Request({"bio": "New"}, edit=True),
    "DELETE /api/providers/{provider_id}": _SWITCHED_OFF,
    "PUT /api/providers/{provider_id}/photo": Request(content=PNG),
    "DELETE /api/providers/{provider_id}/photo": Request(before=(_PHOTO, "", PNG)),
    "POST /api/visit-types": Request({**_AT_CLINIC, "name": "V", "duration_minutes": 9, "modes": ["phone"]}),
    "PATCH /api/visit-types/{visit_type_id}": _RENAMED,
    "DELETE /api/visit-types/{visit_type_id}": _SWITCHED_OFF,
    "POST /api/clinics": Request({"name": "C", "time_zone": "UTC"}),
    "PATCH /api/clinics/{clinic_id}": _RENAMED,
    "POST /api/locations": Request({**_AT_CLINIC, "name": "L", "time_zone": "UTC"}),
    "PATCH /api/locations/{location_id}": _RENAMED,
    "DELETE /api/locations/{location_id}": _SWITCHED_OFF,
    "POST /api/rooms": Request({"location_id": "{location_id}", "name": "R"}),
    "PATCH /api/rooms/{room_id}": _RENAMED,
    "DELETE /api/rooms/{room_id}": _SWITCHED_OFF,
    "POST /api/devices": Request({"location_id": "{location_id}", "name": "D"}),
    "PATCH /api/devices/{device_id}": _RENAMED,
    "DELETE /api/devices/{device_id}": _SWITCHED_OFF,
    "GET /api/providers/{provider_id}/slots": Request(query="?from={today}&to={today}"),
    "GET /api/providers/{provider_id}/slots/explain": Request(query="?start=2027-03-02T15:00:00Z"),
    "PUT /api/providers/{provider_id}/schedule": Request(_SCHEDULE, edit=True),
    "POST /api/providers/{provider_id}/schedule/preview": Request(_SCHEDULE, query="?from={today}&to={today}"),
    "POST /api/providers/{provider_id}/absences": Request(_ABSENCE),
    "DELETE /api/providers/{provider_id}/absences/{absence_id}": Request(before=(_ABSENCES, "absence_id", _ABSENCE)),
    "POST /api/me/delegations": Request(_INVITATION),
    "POST /api/me/delegations/accept": Request({"code": "a code that nobody was sent"}),
    "POST /api/me/dependents": Request({"full_name": "Kim", "born_on": "2020-01-01"}),
    "PATCH /api/delegations/{delegation_id}": Request({"scopes": ["visits"]}),
    "POST /api/patients/{patient_id}/delegations": Request({**_INVITATION, "proof": "patient-present"}),
    "POST /api/emergency-access": Request(
        {**_AT_CLINIC, "reason": "unconscious", "note": "nobody of that address", "email": "nobody@cast.test"}
    ),
    "GET /api/emergency-access": Request(),
    "POST /api/emergency-access/{emergency_id}/review": Request({"verdict": "justified"}),
    "PUT /api/appointments/{appointment_id}/privacy": Request({"private": False}),
    "POST /api/waitlist": Request(
        {"patient_id": "{patient_id}", "visit_type_id": "{visit_type_id}", "provider_ids": ["{provider_id}"]}
    ),
    "PATCH /api/waitlist/{entry_id}": Request({"days": [1]}),
    "PUT /api/waitlist/{entry_id}/urgency": Request({"urgency": "soon"}),
    "POST /api/providers/{provider_id}/away": Request({"start": "{back}", "end": "{away}"}),  # the wrong way round
    "POST /api/away-proposals/{proposal_id}/answer": Request({"choice": "{session_id}"}),
    "PUT /api/away-proposals/{proposal_id}/call": Request({"called": True}),
    "POST /api/away-proposals/link": Request({"token": "made-up"}),
    "POST /api/away-proposals/link/answer": Request({"token": "made-up"}),
    "POST /api/waitlist/link": Request({"token": "made-up"}),
    "POST /api/waitlist/link/accept": Request({"token": "made-up"}),
    "POST /api/waitlist/link/decline": Request({"token": "made-up"}),
    "GET /api/telehealth/rooms/{room_id}/recording": Request(named=_VISIT_ROOM),
    "PUT /api/telehealth/rooms/{room_id}/recording/consent": Request({"answer": "yes"}, named=_VISIT_ROOM),
    "GET /api/telehealth/rooms/{room_id}/recordings": Request(named=_VISIT_ROOM),
    "POST /api/telehealth/rooms/{room_id}/recordings": Request(_RECORDING, named=_VISIT_ROOM),
    "PUT /api/telehealth/recordings/{recording_id}/content": Request(query="?offset=0", content=b"x" * 30),
    "PUT /api/clinics/{clinic_id}/recording-rules": Request({"allowed": False}),
    "PUT /api/telehealth/checks/{appointment_id}": Request({"camera": "passed"}),
    "PUT /api/clinics/{clinic_id}/waitlist-rules": Request(
        {"offer_minutes": 30, "at_once": 1, "offers_a_day": 3, "quiet_from": "21:00", "quiet_until": "08:00"}
    ),
    "POST /api/holds": Request(_SLOT),
    "POST /api/appointments": Request(_SLOT),
    "POST /api/reminders/schedule": Request({"appointment_id": "{appointment_id}", "minutes": 60}),
    "PUT /api/reminders/{reminder_id}": Request({"at": "{start}"}),
    "POST /api/reminders/bulk": Request({"operation": "cancel", "reminder_ids": ["{reminder_id}"]}),
    "GET /api/reminders": Request(query="?clinic_id={clinic_id}"),
    "POST /api/patients/{patient_id}/reachability/restore": Request({"address": "email"}),
    "POST /api/reminders/running-late": Request({"provider_id": "{provider_id}", "minutes": 15, "ahead": 15}),
    "PUT /api/appointments/{appointment_id}/reschedule": Request({"start": "{start}"}),
}
