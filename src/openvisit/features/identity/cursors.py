"""Cursors of lists sorted by name: where the next page begins, as an opaque text."""

import base64
from uuid import UUID

import msgspec

from openvisit.core.errors import Invalid


class Place(msgspec.Struct, array_like=True):
    """After the row with this name, in lower case as the database has it, and this id."""

    name: str
    id: UUID


def cursor_of(place: Place) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """The place that `cursor_of` made a cursor of. Errors: Invalid."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Place)
    except ValueError:  # bad base64, UTF-8, JSON and shape are all of this family
        raise _refused() from None
    if "\x00" in place.name:
        raise _refused()
    return place


def _refused() -> Invalid:
    message = "not a cursor of this list"
    return Invalid("The cursor is not one of ours", errors=[{"path": "query.cursor", "message": message}])
