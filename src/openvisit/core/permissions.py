"""Who may do what: one table of tiny predicates, deny by default.

A permission is named `thing:action`. It is granted when any predicate of its row holds for the caller (`Actor`)
and the thing (`Target`). A name that is not in the table is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core import scopes

PATIENT, PROVIDER, STAFF, ADMIN = "patient", "provider", "staff", "admin"
ROLES = (PATIENT, PROVIDER, STAFF, ADMIN)

FRONT_DESK, BILLING, CLINICAL, ANALYTICS, PRIVACY = "front-desk", "billing", "clinical", "analytics", "privacy"
STAFF_SCOPES = (FRONT_DESK, BILLING, CLINICAL, ANALYTICS, PRIVACY)
"""What somebody on the staff does: books and checks in, sees to prices and money, reads histories and helps at visits,
draws figures without names, watches over the audit."""

USUAL_SCOPES = (FRONT_DESK, CLINICAL)
"""What staff do where nobody said it more closely."""

SEE, BOOK, HEALTH, JOIN = "visits", "book", "health", "join"
DELEGATE_SCOPES = (SEE, BOOK, HEALTH, JOIN)
"""What one may do for a patient: see the visits, book and change them, read what they are about, take part."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes the request, as the permission table sees them.

    `roles` maps a clinic's id to the roles held there (`provider`, `staff`, `admin`), and beside `staff` the scopes of
    it (`STAFF_SCOPES`); being a patient is not a clinic's to give and is told by `patient_id`.
    `authenticated_at` is when the person last proved who they are in this
    session; `enrolling` is a session that may only set up the second factor a clinic demands. `delegations` maps the
    patients they may act for to what they may do (`DELEGATE_SCOPES`); `emergencies` are the patients whose record
    they have broken open.

    `via` is how they came where they did not sign in: by a `link` of a message, or by `sms`.

    For a request that an app makes, `app_id` says which, and `grants` what its token gives: permission to levels
    (`core.scopes`). A clinic's server on its own has the app's id as `person_id`; `session_id` is the token's then.
    """

    person_id: UUID
    session_id: UUID
    patient_id: UUID | None = None
    provider_id: UUID | None = None
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    full_name: str = ""
    time_zone: str = "UTC"
    language: str = "en"
    authenticated_at: datetime | None = None
    enrolling: bool = False
    app_id: UUID | None = None
    grants: Mapping[str, frozenset[str]] | None = None
    delegations: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    emergencies: frozenset[UUID] = frozenset()
    via: str = ""

    def proved_within(self, span: timedelta, now: datetime) -> bool:
        """Whether the person proved who they are no longer than `span` ago."""
        return self.authenticated_at is not None and now - self.authenticated_at <= span

    def within(self, permission: str) -> "Actor | None":
        """The actor as the app's token lets them use this permission; None when it does not.

        What is given for the person's own record as a patient alone is used without roles and hours of work.
        """
        if self.grants is None or permission in scopes.OPEN:
            return self
        levels = self.grants.get(permission)
        if levels is None:
            return None
        return replace(self, provider_id=None, roles={}) if levels == {scopes.PATIENT} else self

    def holds(self, clinic_id: UUID | None, *roles: str) -> bool:
        """Whether the actor has one of the roles at that clinic."""
        return clinic_id is not None and not self.roles.get(clinic_id, frozenset()).isdisjoint(roles)

    def holds_anywhere(self, *roles: str) -> bool:
        """Whether the actor has one of the roles at some clinic."""
        return any(not held.isdisjoint(roles) for held in self.roles.values())

    def clinics(self, *roles: str) -> list[UUID]:
        """The clinics where the actor has one of the roles."""
        return [clinic for clinic, held in self.roles.items() if not held.isdisjoint(roles)]


@dataclass(frozen=True, slots=True)
class Target:
    """What the request is about: whose it is and which clinic it belongs to. Unknown parts stay None."""

    clinic_id: UUID | None = None
    person_id: UUID | None = None
    patient_id: UUID | None = None
    provider_id: UUID | None = None
    hidden: bool = False  # from those who act for the patient


ANYWHERE = Target()

Predicate = Callable[[Actor | None, Target], bool]


def anyone(actor: Actor | None, target: Target) -> bool:
    """Signed in or not."""
    return True


def signed_in(actor: Actor | None, target: Target) -> bool:
    """Any person with a session."""
    return actor is not None


def own_patient(actor: Actor | None, target: Target) -> bool:
    """The patient the thing is about."""
    return actor is not None and actor.patient_id is not None and actor.patient_id == target.patient_id


def acting_for(scope: str) -> Predicate:
    """Somebody who may do this much for the patient; never with what is hidden from them."""

    def predicate(actor: Actor | None, target: Target) -> bool:
        if actor is None or target.patient_id is None or target.hidden:
            return False
        return scope in actor.delegations.get(target.patient_id, ())

    predicate.__name__ = f"acting_for_{scope}"
    return predicate


def broken_glass(actor: Actor | None, target: Target) -> bool:
    """A clinician who has broken the patient's record open, for a short while and loudly."""
    return actor is not None and target.patient_id in actor.emergencies


def own_provider(actor: Actor | None, target: Target) -> bool:
    """The provider the thing is about."""
    return actor is not None and actor.provider_id is not None and actor.provider_id == target.provider_id


def clinic_staff(actor: Actor | None, target: Target) -> bool:
    """Staff or admin of the clinic the thing belongs to."""
    return actor is not None and actor.holds(target.clinic_id, STAFF, ADMIN)


def working_as(*scopes: str) -> Predicate:
    """Staff of the clinic the thing belongs to with one of these scopes, or its admin."""

    def predicate(actor: Actor | None, target: Target) -> bool:
        return actor is not None and actor.holds(target.clinic_id, ADMIN, *scopes)

    predicate.__name__ = f"working_as_{'_or_'.join(scopes)}"
    return predicate


front_desk = working_as(FRONT_DESK)
at_visits = working_as(FRONT_DESK, CLINICAL)
with_visits = working_as(FRONT_DESK, CLINICAL, BILLING)
clinical = working_as(CLINICAL)
prices = working_as(FRONT_DESK, BILLING)
analyst = working_as(ANALYTICS)
privacy_officer = working_as(PRIVACY)


def clinic_admin(actor: Actor | None, target: Target) -> bool:
    """Admin of the clinic the thing belongs to."""
    return actor is not None and actor.holds(target.clinic_id, ADMIN)


def clinic_provider(actor: Actor | None, target: Target) -> bool:
    """Provider of the clinic the thing belongs to."""
    return actor is not None and actor.holds(target.clinic_id, PROVIDER)


def admin_somewhere(actor: Actor | None, target: Target) -> bool:
    """Admin of any clinic."""
    return actor is not None and actor.holds_anywhere(ADMIN)


def clinic_member(actor: Actor | None, target: Target) -> bool:
    """Provider, staff or admin of the clinic the thing belongs to."""
    return actor is not None and actor.holds(target.clinic_id, PROVIDER, STAFF, ADMIN)


POLICY: Mapping[str, tuple[Predicate, ...]] = {
    "public:read": (anyone,),
    "account:open": (anyone,),
    "session:open": (anyone,),
    "session:end": (anyone,),
    "me:read": (signed_in,),
    "me:edit": (signed_in,),
    "security:read": (signed_in,),
    "security:edit": (signed_in,),
    "factor:reset": (clinic_admin,),
    "policy:read": (clinic_member,),
    "policy:edit": (clinic_admin,),
    "identity:list": (signed_in,),
    "identity:connect": (signed_in,),
    "identity:disconnect": (signed_in,),
    "directory:read": (anyone,),
    "clinic:add": (admin_somewhere,),
    "clinic:manage": (clinic_admin,),
    "location:manage": (front_desk,),
    "room:read": (clinic_member,),
    "room:manage": (front_desk,),
    "device:read": (clinic_member,),
    "device:manage": (front_desk,),
    "visit-type:manage": (prices,),
    "provider:add": (front_desk,),
    "provider:edit": (own_provider, front_desk),
    "person:list": (clinic_staff,),
    "person:add": (clinic_admin,),
    "person:edit": (clinic_admin,),
    "account:manage": (clinic_admin,),
    "patient:list": (clinic_provider, with_visits),
    "patient:add": (front_desk,),
    "patient:read": (own_patient, acting_for(SEE), clinic_provider, with_visits, broken_glass),
    "consent-text:read": (anyone,),
    "consent-text:publish": (clinic_admin,),
    "consent:list": (signed_in,),
    "consent:read": (own_patient, acting_for(SEE), clinic_provider, at_visits),
    "consent:give": (own_patient, acting_for(BOOK), clinic_provider, at_visits),
    "privacy-request:ask": (signed_in,),
    "privacy-request:answer": (privacy_officer,),
    "clinic-privacy:manage": (clinic_admin,),
    "analytics:export": (analyst,),
    "slots:read": (anyone,),
    "schedule:read": (own_provider, clinic_member),
    "schedule:edit": (own_provider, front_desk),
    "hold:place": (signed_in,),
    "hold:release": (signed_in,),
    "appointment:list": (signed_in,),
    "appointment:read": (own_patient, acting_for(SEE), own_provider, with_visits, broken_glass),
    "appointment:book": (own_patient, acting_for(BOOK), own_provider, front_desk),
    "appointment:overbook": (own_provider, front_desk),
    "appointment:reschedule": (own_patient, acting_for(BOOK), own_provider, front_desk),
    "appointment:cancel": (own_patient, acting_for(BOOK), own_provider, front_desk),
    "appointment:confirm": (own_patient, acting_for(BOOK), own_provider, front_desk),
    "appointment:check-in": (own_patient, acting_for(BOOK), acting_for(JOIN), own_provider, front_desk),
    "appointment:hide": (own_patient, own_provider),
    "appointment:start": (own_provider, at_visits),
    "appointment:complete": (own_provider, at_visits),
    "appointment:no-show": (own_provider, at_visits),
    "appointment:approve": (own_provider, front_desk),
    "appointment:decline": (own_provider, front_desk),
    "patient-history:read": (own_patient, acting_for(SEE), clinic_provider, clinical, broken_glass),
    "waitlist:own": (signed_in,),
    "waitlist:read": (own_patient, acting_for(SEE), front_desk),
    "waitlist:join": (own_patient, acting_for(BOOK), front_desk),
    "waitlist:answer": (own_patient, acting_for(BOOK), front_desk),
    "waitlist:answer-by-link": (anyone,),
    "waitlist:manage": (front_desk,),
    "away:manage": (own_provider, front_desk),
    "away:own": (signed_in,),
    "away:read": (own_patient, acting_for(SEE), own_provider, front_desk),
    "away:answer": (own_patient, acting_for(BOOK), front_desk),
    "away:answer-by-link": (anyone,),
    "waitlist-rules:edit": (clinic_admin,),
    "delegation:own": (signed_in,),
    "delegation:manage": (front_desk,),
    "emergency:open": (clinic_provider, clinical),
    "emergency:end": (signed_in,),
    "emergency:review": (privacy_officer,),
    "provider-history:read": (own_provider, with_visits),
    "front-desk:read": (at_visits,),
    "app:authorize": (anyone,),
    "app:token": (anyone,),
    "app:consent": (signed_in,),
    "app:read": (clinic_admin,),
    "app:manage": (clinic_admin,),
    "connected-app:read": (signed_in,),
    "connected-app:revoke": (signed_in,),
    "userinfo:read": (signed_in,),
    "audit:search": (privacy_officer,),
    "audit:export": (privacy_officer,),
    "live:subscribe": (anyone,),
    "visit-room:read": (own_patient, acting_for(JOIN), own_provider, at_visits),
    "visit-room:enter": (own_patient, acting_for(JOIN), own_provider, at_visits),
    "visit-room:host": (own_provider, at_visits),
    "visit-room:watch": (signed_in,),
    "visit-room:by-link": (anyone,),
    "visit-guest:ask": (own_patient, acting_for(JOIN), own_provider, at_visits),
    "visit-guest:invite": (own_provider, at_visits),
    "visit-rules:read": (clinic_member,),
    "visit-rules:edit": (clinic_admin,),
    "encryption-key:own": (signed_in,),
    "escrow-key:manage": (clinic_admin,),
    "clinic-chat:open": (clinic_admin,),
    "chat:open": (anyone,),
    "chat:own": (signed_in,),
    "chat:take-part": (own_patient, acting_for(JOIN), own_provider, at_visits),
    "chat-rules:read": (clinic_member,),
    "chat-rules:edit": (clinic_admin,),
    "appointment:late": (own_patient, acting_for(BOOK)),
    "link:use": (anyone,),
    "reminder:read": (own_patient, acting_for(SEE), own_provider, at_visits),
    "reminder:change": (own_patient, acting_for(BOOK), own_provider, front_desk),
    "reminder:ledger": (front_desk,),
    "address:restore": (front_desk,),
    "running-late:tell": (own_provider, at_visits),
    "notification-preference:read": (signed_in,),
    "notification-preference:edit": (signed_in,),
    "reminder-rules:manage": (clinic_admin,),
    "template:manage": (clinic_admin,),
    "template:test": (signed_in,),
    "vendor:report": (anyone,),
    "video-rules:manage": (clinic_admin,),
    "visit-notes:read": (own_provider, clinic_provider, clinical, broken_glass),
    "visit-notes:write": (own_provider,),
    "visit-summary:read": (own_patient, acting_for(HEALTH), own_provider, clinic_provider, clinical, broken_glass),
    "visit-rating:give": (own_patient,),
    "visit-rating:read": (clinic_admin,),
    "visit-rating:moderate": (clinic_admin,),
    "visit-quality:read": (analyst,),
    "push:own": (signed_in,),
    "visit-check:keep": (own_patient, acting_for(JOIN), own_provider, at_visits),
    "visit-check:read": (own_provider, at_visits),
    "recording:consent": (anyone,),
    "recording:make": (own_provider,),
    "recording:read": (own_patient, own_provider, clinical),
    "recording:open": (own_patient, own_provider, clinical),
    "recording:ask-deletion": (own_patient,),
    "recording:delete": (own_provider, clinic_admin),
    "recording-rules:read": (clinic_member,),
    "recording-rules:edit": (clinic_admin,),
    "device-key:read": (signed_in,),
    "device-key:add": (signed_in,),
    "device-key:revoke": (signed_in,),
    "dead-letter:read": (admin_somewhere,),
    "dead-letter:replay": (admin_somewhere,),
    "dead-letter:dismiss": (admin_somewhere,),
    "dev:mail": (anyone,),
    "metrics:read": (anyone,),
}


def allowed(actor: Actor | None, permission: str, target: Target = ANYWHERE) -> bool:
    """Whether the actor may do it with the target. An unknown permission is refused.

    An app needs both: the right of the person and the scope of the token.
    """
    if actor is not None and actor.grants is not None and (actor := actor.within(permission)) is None:
        return False
    return any(predicate(actor, target) for predicate in POLICY.get(permission, ()))


def needs_sign_in(permission: str) -> bool:
    """Whether nobody who is not signed in can have this permission, whatever the target."""
    return anyone not in POLICY.get(permission, ())
