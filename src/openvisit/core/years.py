"""The years we keep calendars for. Arithmetic far outside them leaves what Python or PostgreSQL can hold."""

from datetime import datetime

from openvisit.core.errors import Invalid

FIRST, LAST = 2000, 2200


def refuse_year(instant: datetime, path: str) -> None:
    """Refuse an instant of another year; `path` says where in the request it stood (`body.start`). Errors: Invalid."""
    if not FIRST <= instant.year <= LAST:
        message = f"not of a year from {FIRST} to {LAST}"
        raise Invalid("This is no time of ours", errors=[{"path": path, "message": message}])
