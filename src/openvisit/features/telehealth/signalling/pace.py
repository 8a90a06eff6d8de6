"""How fast one browser is listened to."""

BURST = 200.0
"""Frames at once: a call of six people begins with some thirty for each of the others."""

PER_SECOND = 50.0


class Pace:
    """A bucket of frames that fills with time. Whoever sends faster loses nothing: they are read more slowly, and what
    they send waits at their end of the connection."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._left = BURST
        self._at = now

    def heard(self, now: float) -> float:
        """Count one frame at `now`, by a clock of seconds; how many seconds to wait before the next is read."""
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND) - 1
        self._at = now
        return max(0.0, -self._left / PER_SECOND)
