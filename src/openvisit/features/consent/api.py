"""HTTP of consents and their wordings."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor
from openvisit.features.consent import commands, queries, wire
from openvisit.features.consent.errors import ConsentTextChanged, UnknownConsentText
from openvisit.features.identity.errors import UnknownPatient
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["consent"]


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/consent-texts",
    permission="consent-text:read",
    summary="The consent wordings in force at a clinic",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def list_texts(db: NamedDependency[Database], clinic_id: FromPath[UUID]) -> wire.ConsentWordings:
    """One a kind, in each language; those that come with OpenVisit where the clinic has none of its own."""
    async with db.connection() as connection:
        return await queries.wordings(connection, clinic_id)


@route(
    "POST",
    "/clinics/{clinic_id:uuid}/consent-texts",
    permission="consent-text:publish",
    summary="Publish the next version of a consent wording",
    can_fail=[Forbidden],
    status=201,
    tags=_TAGS,
)
async def publish_text(
    db: NamedDependency[Database],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.NewConsentWording],
) -> wire.ConsentWording:
    """For admins of the clinic. Earlier versions stay readable for who agreed to them."""
    return await commands.publish(db, subscriptions, actor, clinic_id, data, now=now)


@route(
    "GET",
    "/consent-texts/{text_id:str}",
    permission="consent-text:read",
    summary="A consent wording, also one that is not in force any more",
    can_fail=[UnknownConsentText],
    tags=_TAGS,
)
async def get_consent_text(
    db: NamedDependency[Database], text_id: Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
) -> wire.ConsentWording:
    """By its id, the SHA-256 of clinic, kind, version and words."""
    async with db.connection() as connection:
        return await queries.wording(connection, text_id)


@route(
    "GET",
    "/consents",
    permission="consent:list",
    summary="What a patient has agreed to, clinic by clinic",
    can_fail=[UnknownPatient],
    tags=_TAGS,
)
async def list_consents(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromQuery[UUID | None] = None,
    clinic_id: FromQuery[UUID | None] = None,
) -> wire.Consents:
    """The caller's own; with `patient_id` those of a patient of the caller's clinics."""
    async with db.transaction() as connection:
        return await queries.of_patient(connection, actor, patient_id, clinic_id, now)


@route(
    "POST",
    "/consents",
    permission="consent:list",
    summary="Agree to one or more wordings",
    can_fail=[UnknownPatient, NotFound, ConsentTextChanged],
    tags=_TAGS,
)
async def give_consent(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.ConsentsGiven],
) -> wire.Consents:
    """By the patient, or written down by the clinic they told it to."""
    return await commands.give(db, live, subscriptions, actor, data, now=now)


@route(
    "POST",
    "/consents/withdraw",
    permission="consent:list",
    summary="Withdraw a consent",
    can_fail=[UnknownPatient, NotFound],
    tags=_TAGS,
)
async def withdraw_consent(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.ConsentWithdrawn],
) -> wire.Consents:
    """Counts from now on; what was done before stays lawful."""
    return await commands.withdraw(db, live, subscriptions, actor, data, now=now)


ROUTES: list[HTTPRouteHandler] = [
    list_texts,
    publish_text,
    get_consent_text,
    list_consents,
    give_consent,
    withdraw_consent,
]

_CLINIC = "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e"
_TEXT = "5f1c0b9a8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a"
_WORDS = {"title": "Visits by video", "text": "I agree to visits by video.\n\nI can withdraw this at any time."}
_ES = {"title": "Visitas por vídeo", "text": "Acepto las visitas por vídeo.\n\nPuedo retirar este acuerdo."}
_WORDING = {
    "id": _TEXT,
    "clinic_id": None,
    "kind": "telehealth",
    "version": 1,
    "words": {"en": _WORDS, "es": _ES},
    "published_at": None,
}
_CONSENTS = {
    "clinic_id": _CLINIC,
    "clinic_name": "Riverside Clinic",
    "states": [
        {"kind": "telehealth", "state": "given", "at": "2027-03-01T08:00:00Z", "text": _TEXT, "agreed_text": _TEXT}
    ],
    "history": [
        {
            "at": "2027-03-01T08:00:00Z",
            "kind": "telehealth",
            "act": "given",
            "text": _TEXT,
            "version": 1,
            "channel": "online",
            "by_role": "patient",
            "by_name": None,
        }
    ],
}
EXAMPLES: dict[str, Any] = {
    "ConsentWording": _WORDING,
    "ConsentWordings": {"items": [_WORDING]},
    "NewConsentWording": {"kind": "telehealth", "en": _WORDS, "es": _ES, "renew": True},
    "Consents": {"items": [_CONSENTS]},
    "ConsentsGiven": {"clinic_id": _CLINIC, "agreed": [{"kind": "telehealth", "text": _TEXT}], "language": "en"},
    "ConsentWithdrawn": {"clinic_id": _CLINIC, "kind": "telehealth"},
}
