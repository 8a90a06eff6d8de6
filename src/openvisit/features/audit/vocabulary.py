"""The codes of the trail: as whom somebody acted, and why. docs/audit.md gives their words in FHIR's AuditEvent."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from openvisit.core.permissions import ADMIN, PROVIDER, STAFF, Actor


class Role(StrEnum):
    """What the actor was to the patient when it happened."""

    PATIENT = "patient"  # themselves
    PROVIDER = "provider"  # the visit's own
    COLLEAGUE = "colleague"  # another provider of the clinic
    STAFF = "staff"
    ADMIN = "admin"
    PRIVACY = "privacy"  # guards the clinic's privacy
    DELEGATE = "delegate"  # stands in for the patient


class Reason(StrEnum):
    """Why a record was looked at or changed (HL7 PurposeOfUse in brackets)."""

    TREATMENT = "treatment"  # TREAT: they hold the patient's visits
    OPERATIONS = "operations"  # HOPERAT: running the clinic's day
    PATIENT_REQUEST = "patient-request"  # PATRQT: the patient, or who stands in for them, asked
    PAYMENT = "payment"  # HPAYMT
    OVERSIGHT = "oversight"  # HCOMPL: searching the trail itself
    EMERGENCY = "emergency"  # ETREAT: access was broken open


@dataclass(frozen=True, slots=True)
class Look:
    """A patient's record that is shown to somebody."""

    patient_id: UUID
    clinic_id: UUID | None
    thing: str
    thing_id: UUID
    acting_as: str | None
    reason: str | None


def acting(
    actor: Actor, clinic_id: UUID | None, *, patient_id: UUID | None, provider_id: UUID | None = None
) -> tuple[Role, Reason]:
    """As whom the actor deals with a patient at a clinic, and why that is. `provider_id` is the visit's provider."""
    if actor.patient_id is not None and actor.patient_id == patient_id:
        return Role.PATIENT, Reason.PATIENT_REQUEST
    if actor.provider_id is not None and actor.provider_id == provider_id:
        return Role.PROVIDER, Reason.TREATMENT
    if actor.holds(clinic_id, PROVIDER):
        return Role.COLLEAGUE, Reason.TREATMENT
    if actor.holds(clinic_id, STAFF):
        return Role.STAFF, Reason.OPERATIONS
    if actor.holds(clinic_id, ADMIN):
        return Role.ADMIN, Reason.OPERATIONS
    if patient_id in actor.emergencies:
        return (Role.COLLEAGUE if actor.holds_anywhere(PROVIDER) else Role.STAFF), Reason.EMERGENCY
    return Role.DELEGATE, Reason.PATIENT_REQUEST


def look(
    actor: Actor,
    clinic_id: UUID | None,
    patient_id: UUID,
    *,
    appointment_id: UUID | None = None,
    provider_id: UUID | None = None,
) -> Look | None:
    """The look to record when the actor is shown the patient's record, or one visit; None for their own."""
    role, reason = acting(actor, clinic_id, patient_id=patient_id, provider_id=provider_id)
    if role is Role.PATIENT:
        return None
    thing = ("patient", patient_id) if appointment_id is None else ("appointment", appointment_id)
    return Look(patient_id, clinic_id, *thing, role, reason)
