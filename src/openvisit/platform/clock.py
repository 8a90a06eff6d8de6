"""The clock, asked once at the edge; everything below takes `now`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
