"""Who may still cancel or move a visit online, and with what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CancellationPolicy:
    """Patients cancel and reschedule themselves until `notice_minutes` before the start, then have to call.

    `reason_required` asks everyone who cancels for a reason. ValueError when the notice is negative.
    """

    notice_minutes: int
    reason_required: bool

    def __post_init__(self) -> None:
        if self.notice_minutes < 0:
            raise ValueError("the notice cannot be negative minutes")


class Verdict(StrEnum):
    """The answer; the value of a refusal is its error code."""

    ALLOWED = "allowed"
    LATE = "late_cancellation"
    REASON_REQUIRED = "reason_required"

    @property
    def allowed(self) -> bool:
        """Whether this is a yes."""
        return self is Verdict.ALLOWED


def may_reschedule(policy: CancellationPolicy, start: datetime, now: datetime, by_staff: bool) -> Verdict:
    """Whether a visit that starts at `start` may be moved at `now`; `by_staff` for staff and the provider."""
    in_time = now < start and start - now >= timedelta(minutes=policy.notice_minutes)
    if by_staff or in_time:
        return Verdict.ALLOWED
    return Verdict.LATE


def may_cancel(
    policy: CancellationPolicy, start: datetime, now: datetime, by_staff: bool, reason: str | None = None
) -> Verdict:
    """As `may_reschedule`, and where the policy wants a reason, `reason` has to say something."""
    verdict = may_reschedule(policy, start, now, by_staff)
    if verdict.allowed and policy.reason_required and not (reason or "").strip():
        return Verdict.REASON_REQUIRED
    return verdict
