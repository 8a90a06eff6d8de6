"""What can go wrong with the directory besides the common errors."""

from openvisit.core.errors import Conflict, Invalid


class PersonTaken(Conflict):
    """The account is already the sign-in of another provider."""

    code = "person_taken"
    title = "This account already belongs to another provider"


class PhotoRefused(Invalid):
    """The picture is too large or is not of a kind we take."""

    code = "photo_refused"
    title = "A photo is a PNG, JPEG or WebP picture of at most 500 kB"


def invalid(path: str, message: str) -> Invalid:
    """A value of the body that is well formed but does not exist or does not fit."""
    return Invalid(f"{path}: {message}", errors=[{"path": f"body.{path}", "message": message}])
