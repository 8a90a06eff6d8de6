"""The one family of errors. Each has a stable code, a plain message and, where it helps, data.

The web turns them into RFC 9457 problem documents (`platform.web.problems`); nothing here knows of HTTP.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class OpenVisitError(Exception):
    """Something a caller did or met that has a name.

    `code` is stable and meant for programs, `message` for people, `data` for what the caller can do next.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request could not be done"

    def __init__(self, message: str | None = None, **data: Any) -> None:
        self.message = message or self.title
        self.data: Mapping[str, Any] = data
        super().__init__(self.message)


class Invalid(OpenVisitError):
    """The request is well formed as a message but not as a wish: a value is out of its range or contradicts another."""

    code = "invalid_request"
    title = "The request is not valid"


class Unauthenticated(OpenVisitError):
    """Nobody is signed in, or the token is not good any more."""

    code = "not_signed_in"
    title = "Please sign in"


class InvalidCredentials(Unauthenticated):
    """The address and the password do not go together, or there is no such account: the answer is the same."""

    code = "invalid_credentials"
    title = "The e-mail address or the password is not right"


class Forbidden(OpenVisitError):
    """The caller may see the thing but not do this with it."""

    code = "not_allowed"
    title = "You are not allowed to do this"


class StepUpNeeded(Forbidden):
    """The act is a sensitive one, and it is too long ago that the person proved who they are."""

    code = "step-up-needed"
    title = "Please prove that it is you, then do this again"


class EnrolmentNeeded(Forbidden):
    """A clinic of the person demands a second factor, and the time to set one up has passed: nothing else is open."""

    code = "enrolment-needed"
    title = "Your clinic asks for two-step verification: please set it up first"


class InsufficientScope(Forbidden):
    """The app's token does not reach as far as this call (RFC 6750 section 3.1)."""

    code = "insufficient_scope"
    title = "This app was not given the right to do this"


class NotFound(OpenVisitError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"
    title = "There is nothing here"


class Conflict(OpenVisitError):
    """The request met a state that does not allow it."""

    code = "conflict"
    title = "This does not fit the present state"


class VersionMismatch(OpenVisitError):
    """Somebody else changed the thing since it was read (`If-Match`)."""

    code = "version_mismatch"
    title = "This was changed by someone else in the meantime"


class VersionRequired(OpenVisitError):
    """An edit came without `If-Match`, so that it could overwrite somebody else's."""

    code = "version_required"
    title = "Say which version you are changing (If-Match)"


class ProofNeeded(OpenVisitError):
    """The request must be repeated with proof of work; `challenge` says which."""

    code = "proof_needed"
    title = "Please send this again with the work done (header Proof-Of-Work)"


class TooManyRequests(OpenVisitError):
    """A limit was met; `retry_after` (seconds) says when to come back."""

    code = "too_many_requests"
    title = "Too many requests, please wait a little"


class Unavailable(OpenVisitError):
    """A part we need does not answer just now; the same request may go through later."""

    code = "unavailable"
    title = "The service is not available just now, please try again"
