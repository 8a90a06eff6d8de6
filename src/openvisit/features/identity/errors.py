"""What can go wrong with accounts, sessions and people."""

from openvisit.core.errors import Conflict, Invalid, NotFound, Unauthenticated


class WeakPassword(Invalid):
    """The password is one that guessers try first; `because` says why."""

    code = "weak_password"
    title = "Please choose another password"


class CodeInvalid(Unauthenticated):
    """The code is wrong, used, too old or was tried too often, or the address is unknown: the answer is the same."""

    code = "code_invalid"
    title = "The code is not right or has expired"


class SessionEnded(Unauthenticated):
    """The session is over; `because` says why: `idle`, `expired`, `revoked`, `reuse`, `logout`, `password-reset`..."""

    code = "session_ended"
    title = "The session has ended, please sign in again"


class UnknownSession(NotFound):
    """The caller has no such session, or it has ended."""

    code = "session_not_found"
    title = "There is no such session"


class NotVerified(Unauthenticated):
    """The password is right, but the address was never proved; a new code has been mailed."""

    code = "not_verified"
    title = "Please confirm your e-mail address first; we have sent you a new code"


class LinkInvalid(Unauthenticated):
    """The link of a notice was used, has expired or never was."""

    code = "link_invalid"
    title = "This link has been used or has expired"


class AddressInUse(Conflict):
    """The address belongs to another account by now."""

    code = "address_in_use"
    title = "This address belongs to another account by now"


class UnknownPerson(NotFound):
    """There is no such person at this clinic."""

    code = "person_not_found"
    title = "There is no such person at this clinic"


class UnknownPatient(NotFound):
    """There is no such patient, or not among the clinics of the caller."""

    code = "patient_not_found"
    title = "There is no such patient"


class AccountElsewhere(Conflict):
    """The account is used elsewhere too, or another clinic switched it off."""

    code = "account_elsewhere"
    title = "This account is used at another clinic or by a patient: take the roles at yours away instead"


class LastAdmin(Conflict):
    """A clinic without an admin could never get one again."""

    code = "last_admin"
    title = "A clinic needs at least one admin"
