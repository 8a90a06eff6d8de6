"""Cursors of lists sorted by name: after whom the next page begins. By their id alone, as cursors are in addresses."""

import base64
from uuid import UUID

from openvisit.core.errors import Invalid


def cursor_of(last: UUID) -> str:
    """The cursor of what comes after this row."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def last_of(cursor: str) -> UUID:
    """The row that `cursor_of` made a cursor of. Errors: Invalid."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return UUID(bytes=base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:  # bad base64 and a wrong length are of this family
        raise _refused() from None


def _refused() -> Invalid:
    message = "not a cursor of this list"
    return Invalid("The cursor is not one of ours", errors=[{"path": "query.cursor", "message": message}])
