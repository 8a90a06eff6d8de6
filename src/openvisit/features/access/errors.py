"""Refusals of access."""

from openvisit.core.errors import Conflict, Forbidden, NotFound


class DelegationNotFound(NotFound):
    """There is no such delegation, or it is none of the caller's business."""

    code = "delegation_not_found"
    title = "This permission to act for somebody is not there (any more)"


class InvitationInvalid(NotFound):
    """The invitation was used, has run out, was withdrawn, or is for another address: all say the same."""

    code = "invitation_invalid"
    title = "This invitation is not good, or not for the address you are signed in with"


class TooManyDelegates(Conflict):
    """A patient has as many open invitations and delegates as one may have."""

    code = "too_many_delegates"
    title = "There are too many invitations already; end one first"


class NoSuchRecord(NotFound):
    """No patient fits what was told, exactly and alone."""

    code = "no_such_record"
    title = "No patient fits exactly; check the name and the date of birth, or use the e-mail address"


class EmergencyNotFound(NotFound):
    """There is no such emergency access, or it is none of the caller's business."""

    code = "emergency_not_found"
    title = "This emergency access is not there"


class TooManyEmergencies(Forbidden):
    """The clinician has broken open as many records today as one may."""

    code = "too_many_emergencies"
    title = "You have opened as many records today as one person may; ask your privacy officer"
