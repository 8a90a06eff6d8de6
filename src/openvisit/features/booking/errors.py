"""What can go wrong with holds and appointments."""

from openvisit.core.errors import Conflict, Forbidden, Invalid, NotFound


class SlotTaken(Conflict):
    """Somebody else has the time; `alternatives` are the nearest free ones."""

    code = "slot_taken"
    title = "This time has just been taken"


class SlotNotOffered(Conflict):
    """The time is not one the provider offers; `reasons` say why, `alternatives` are the nearest free ones."""

    code = "slot_not_offered"
    title = "This time is not offered"


class PatientBusy(Conflict):
    """The patient has another visit at that time."""

    code = "patient_busy"
    title = "The patient already has a visit at this time"


class HoldLimit(Conflict):
    """The person holds as many slots as one may."""

    code = "hold_limit"
    title = "You are already holding as many times as you can"


class HoldGone(Conflict):
    """The hold is over and somebody else has the time now; `alternatives` are the nearest free ones."""

    code = "hold_gone"
    title = "The hold on this time has run out"


class HoldMismatch(Invalid):
    """The token is for another slot than the one asked for."""

    code = "hold_mismatch"
    title = "The hold is for another time"


class HoldNotFound(NotFound):
    """There is no such hold, or it is somebody else's."""

    code = "hold_not_found"
    title = "There is no such hold"


class AppointmentNotFound(NotFound):
    """There is no such appointment, or the caller may not know of it."""

    code = "appointment_not_found"
    title = "There is no such appointment"


class PatientNotFound(NotFound):
    """There is no such patient, or the caller may not know of them."""

    code = "patient_not_found"
    title = "There is no such patient"


class NotBookableByYou(Forbidden):
    """This visit type is booked by others only, such as the clinic's staff."""

    code = "not_bookable"
    title = "This kind of visit cannot be booked by you; please ask the clinic"


class MoveRefused(Conflict):
    """The appointment's status, or the hour, does not allow this; `appointment_status` and `earliest` say more."""

    code = "move_not_allowed"
    title = "This cannot be done with the appointment as it stands"


class LateCancellation(Conflict):
    """It is too close to the visit to cancel or move it online; the clinic has to be called."""

    code = "late_cancellation"
    title = "It is too late to change this visit online; please call the clinic"


class ReasonRequired(Invalid):
    """The clinic wants a reason for a cancellation, or an overbooking came without one."""

    code = "reason_required"
    title = "Please give a reason"


class IdempotencyKeyReused(Invalid):
    """The key was used before with another request."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"
