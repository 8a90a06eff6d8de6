"""A clock that stands until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""A Monday morning, two weeks before clocks change in New York."""


class StandingClock:
    """Callable like the system's clock."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta given in its words."""
        self.now += timedelta(**parts)
