"""How long sessions live: until nobody used them for a while, and in no case longer than so long."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Lives:
    """Idle and absolute time-outs (OWASP ASVS 5, 7.3.1 and 7.3.2), shorter for people who hold a role at a clinic:
    they see other people's records, often at a desk that others pass."""

    idle: timedelta = timedelta(days=14)
    idle_at_clinic: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=90)
    absolute_at_clinic: timedelta = timedelta(days=7)

    def values(self) -> dict[str, Any]:
        """The values that `IDLE_FOR` and `LIVES_FOR` name."""
        return {
            "idle": self.idle,
            "idle_at_clinic": self.idle_at_clinic,
            "absolute": self.absolute,
            "absolute_at_clinic": self.absolute_at_clinic,
        }


_AT_CLINIC = "EXISTS (SELECT FROM role at_clinic WHERE at_clinic.person_id = s.person_id)"

# Of a session `s`: how long it may be left unused, and how long it lives at most.
IDLE_FOR = f"(CASE WHEN {_AT_CLINIC} THEN %(idle_at_clinic)s ELSE %(idle)s END)"
LIVES_FOR = f"(CASE WHEN {_AT_CLINIC} THEN %(absolute_at_clinic)s ELSE %(absolute)s END)"

NOT_OVER = f"""s.revoked_at IS NULL AND s.expires_at > %(now)s
    AND s.last_seen_at > %(now)s - {IDLE_FOR} AND s.created_at > %(now)s - {LIVES_FOR}"""
"""The condition of a session `s` that is good now."""
