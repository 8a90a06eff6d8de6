"""What can go wrong between us and an identity provider."""

from openvisit.core.errors import Conflict, Forbidden, NotFound, OpenVisitError, Unavailable


class UnknownProvider(NotFound):
    """No identity provider of that name is set up."""

    code = "provider_unknown"
    title = "This way of signing in is not set up here"


class ProviderUnavailable(Unavailable):
    """The identity provider did not answer, or not in time."""

    code = "provider_unavailable"
    title = "The sign-in service does not answer just now, please try again"


class FederationFailed(Forbidden):
    """What came back proves nothing. `reason` is a code for operators: which check refused it."""

    code = "federation_failed"
    title = "The sign-in could not be completed, please try again"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class LogoutRefused(OpenVisitError):
    """A provider's logout token is not good; the standard wants status 400 (Back-Channel Logout 1.0 section 2.8)."""

    code = "logout_refused"
    title = "The logout token is not good"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class FederationCancelled(Conflict):
    """The person, or the provider, said no."""

    code = "federation_cancelled"
    title = "The sign-in was cancelled"


class FederationExpired(Conflict):
    """The sign-in was begun too long ago, in another browser, or has been used already."""

    code = "federation_expired"
    title = "This sign-in has expired or was used already, please start again"


class NoAddress(Conflict):
    """The provider told no e-mail address, without which there is no new account."""

    code = "federation_no_address"
    title = "The sign-in service did not share an e-mail address"


class LinkedElsewhere(Conflict):
    """The identity belongs to another account of ours."""

    code = "identity_linked_elsewhere"
    title = "This sign-in is connected with another account"


class AnotherAccount(Conflict):
    """Signed in as somebody else than the account with the provider's e-mail address."""

    code = "identity_of_another"
    title = "Sign in to the account with this e-mail address to connect it"


class LastWayIn(Conflict):
    """Without it, nobody could sign in to the account any more."""

    code = "last_way_in"
    title = "This is the only way into your account; set a password or add a passkey first"


class UnknownIdentity(NotFound):
    """The person has no such connected account."""

    code = "identity_not_found"
    title = "This account is not connected"
