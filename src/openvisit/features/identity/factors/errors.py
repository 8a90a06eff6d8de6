"""What can go wrong with second factors."""

from openvisit.core.errors import Conflict, Invalid, NotFound, Unauthenticated


class ProofWrong(Invalid):
    """The password, the code or the passkey is not right, was used before, or is not the kind that is asked for.

    Not 401: the session, where there is one, is as good as before.
    """

    code = "proof_wrong"
    title = "This is not right, or was used already"


class TicketInvalid(Unauthenticated):
    """The sign-in that was begun is over: too old, used, tried too often, or begun in another browser."""

    code = "ticket_invalid"
    title = "This sign-in has run out: please begin again"


class PasskeyUnknown(Unauthenticated):
    """The passkey is not one of ours, or its answer does not hold: nobody learns which."""

    code = "passkey_unknown"
    title = "This passkey does not open an account here"


class PasskeyRefused(Conflict):
    """The new passkey's answer does not hold, its challenge ran out, or the passkey is registered already."""

    code = "passkey_refused"
    title = "The passkey could not be added: please try again"


class UnknownPasskey(NotFound):
    """There is no such passkey of the person."""

    code = "passkey_not_found"
    title = "There is no such passkey"


class NothingToConfirm(Conflict):
    """No authenticator app waits for its first code."""

    code = "nothing_to_confirm"
    title = "Please start setting up the app again"


class FactorDemanded(Conflict):
    """A clinic of the person demands a second factor: the last one stays."""

    code = "factor_demanded"
    title = "Your clinic asks for two-step verification: set up another way before you remove this one"


class NoFactor(Conflict):
    """There is no second factor to which this could belong."""

    code = "no_factor"
    title = "There is no two-step verification to which this belongs"


class PasskeyLimit(Conflict):
    """A person keeps a handful of passkeys, not hundreds."""

    code = "passkey_limit"
    title = "There are as many passkeys as one person may have: remove one first"


class NotForOneself(Conflict):
    """An admin who has lost a factor asks another admin."""

    code = "not_for_oneself"
    title = "Another admin must do this for you"


class ResetPending(Conflict):
    """A reset for the person is waiting already."""

    code = "reset_pending"
    title = "A reset is already waiting"


class UnknownReset(NotFound):
    """No reset waits for the person, or the link was used or has run out."""

    code = "reset_not_found"
    title = "No reset is waiting"
