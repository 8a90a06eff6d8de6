from datetime import UTC, datetime, timedelta

import pytest

from openvisit.core.cancellation import CancellationPolicy, Verdict, may_cancel, may_reschedule

START = datetime(2026, 6, 2, 9, tzinfo=UTC)
DAY_BEFORE = CancellationPolicy(notice_minutes=1440, reason_required=False)
WITH_REASON = CancellationPolicy(notice_minutes=1440, reason_required=True)
ANY_TIME = CancellationPolicy(notice_minutes=0, reason_required=False)
IN_TIME = START - timedelta(days=1)
LATE = IN_TIME + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("policy", "now", "by_staff", "verdict"),
    [
        (DAY_BEFORE, IN_TIME, False, Verdict.ALLOWED),
        (DAY_BEFORE, LATE, False, Verdict.LATE),
        (DAY_BEFORE, LATE, True, Verdict.ALLOWED),
        (DAY_BEFORE, START + timedelta(days=1), True, Verdict.ALLOWED),
        (ANY_TIME, START - timedelta(seconds=1), False, Verdict.ALLOWED),
        (ANY_TIME, START, False, Verdict.LATE),
    ],
)
def test_notice_binds_patients_alone(
    policy: CancellationPolicy, now: datetime, by_staff: bool, verdict: Verdict
) -> None:
    assert may_cancel(policy, START, now, by_staff) is verdict
    assert may_reschedule(policy, START, now, by_staff) is verdict


@pytest.mark.parametrize("by_staff", [False, True])
@pytest.mark.parametrize(("reason", "enough"), [(None, False), ("", False), (" \n", False), ("Ill", True)])
def test_a_required_reason_has_to_say_something(reason: str | None, enough: bool, by_staff: bool) -> None:
    verdict = may_cancel(WITH_REASON, START, IN_TIME, by_staff, reason)
    assert verdict is (Verdict.ALLOWED if enough else Verdict.REASON_REQUIRED)
    assert verdict.allowed is enough


def test_lateness_comes_before_the_reason_and_moving_needs_none() -> None:
    assert may_cancel(WITH_REASON, START, LATE, by_staff=False) is Verdict.LATE
    assert may_reschedule(WITH_REASON, START, IN_TIME, by_staff=False) is Verdict.ALLOWED


def test_refusals_are_their_codes() -> None:
    assert (Verdict.LATE.value, Verdict.REASON_REQUIRED.value) == ("late_cancellation", "reason_required")


def test_a_negative_notice_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        CancellationPolicy(-1, reason_required=False)
