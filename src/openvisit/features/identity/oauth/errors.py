"""What can go wrong with apps."""

from openvisit.core.errors import Conflict, Invalid, NotFound


class AuthorizationRefused(Invalid):
    """An app asks in a way that cannot be answered, nor told to the app, as nothing shows that it is the app."""

    code = "authorization_refused"
    title = "This app's request cannot be answered"


class UnknownApp(NotFound):
    """There is no such app at a clinic of the caller's, or none the caller has connected."""

    code = "app_not_found"
    title = "There is no such app"


class NoSecret(Conflict):
    """The app proves itself in another way than by a secret."""

    code = "app_has_no_secret"
    title = "This app does not use a secret"
