"""Cursors of the audit's lists: after which entry the next page begins, as an opaque text."""

import base64
from datetime import datetime

import msgspec

from openvisit.core.errors import Invalid


class Place(msgspec.Struct, array_like=True):
    """After the entry of that moment and id, newest first."""

    at: datetime
    id: int


def cursor_of(place: Place) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """The place that `cursor_of` made a cursor of. Errors: Invalid."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Place)
    except ValueError:  # bad base64, UTF-8, JSON and shape are all of this family
        place = None
    if place is None or place.at.tzinfo is None or not 0 <= place.id < 2**63:
        message = "not a cursor of this list"
        raise Invalid("The cursor is not one of ours", errors=[{"path": "query.cursor", "message": message}])
    return place
