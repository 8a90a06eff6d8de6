"""What can go wrong with keys."""

from openvisit.core.errors import Conflict, NotFound


class KeysExist(Conflict):
    """The person has keys already: other ones would leave what was sealed to these unreadable."""

    code = "keys_exist"
    title = "You have keys already"


class NoKeys(NotFound):
    """The person has no keys yet, or had others meanwhile."""

    code = "no_keys"
    title = "There are no such keys"


class SealNotFound(NotFound):
    """There is no such seal around the caller's keys."""

    code = "seal_not_found"
    title = "There is no such way to unlock your keys"


class LastSeal(Conflict):
    """It is the only one: without it nobody could open the keys any more."""

    code = "last_seal"
    title = "This is the only way to unlock your keys"


class NotYourPasskey(NotFound):
    """The passkey is not one of the caller's account."""

    code = "not_your_passkey"
    title = "This passkey is not one of yours"
