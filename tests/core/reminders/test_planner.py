"""The planner's rules, one by one."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from openvisit.core.reminders.planner import Planned, Type, Visit, Why, plan
from openvisit.core.reminders.wishes import Quiet, Rules, Way, Wishes, way
from tests.core.reminders.oracle import utc

NEW_YORK = "America/New_York"
MADRID = "Europe/Madrid"
NOW = utc(2027, 3, 1, 15)  # Monday, 10:00 in New York
USUAL = way(Wishes(), Rules())
LOUD = way(Wishes(never_quiet=True), Rules())


def visit(start: datetime, number: int = 1, mode: str = "in-person", status: str = "scheduled") -> Visit:
    return Visit(UUID(int=number), start, start + timedelta(minutes=30), mode, status)


def by_minutes(planned: list[Planned]) -> dict[int, datetime]:
    return {one.minutes: one.due for one in planned if one.why is None and one.type is Type.REMINDER}


def test_four_reminders_where_nobody_said_otherwise() -> None:
    start = utc(2027, 3, 3, 19)
    planned = plan([visit(start)], USUAL, NEW_YORK, NOW)
    assert by_minutes(planned) == {minutes: start - timedelta(minutes=minutes) for minutes in (1440, 120, 30, 15)}
    assert [one.until for one in planned] == [planned[1].due, planned[2].due, planned[3].due, start]


def test_a_visit_booked_twenty_minutes_ahead_has_no_two_hour_reminder() -> None:
    start = NOW + timedelta(minutes=20)
    planned = plan([visit(start)], USUAL, NEW_YORK, NOW)
    assert by_minutes(planned) == {15: start - timedelta(minutes=15)}
    assert [one.why for one in planned] == [Why.TOO_LATE, Why.TOO_LATE, Why.TOO_LATE, None]


@pytest.mark.parametrize("status", ["requested", "cancelled", "no-show", "checked-in", "in-progress"])
def test_what_is_not_agreed_or_is_over_is_not_reminded_of(status: str) -> None:
    assert plan([visit(NOW + timedelta(days=2), mode="telehealth", status=status)], USUAL, NEW_YORK, NOW) == []


def test_the_join_link_comes_ten_minutes_before_a_video_visit_and_at_once_when_that_has_passed() -> None:
    later, soon = NOW + timedelta(hours=3), NOW + timedelta(minutes=4)
    for start, due in ((later, later - timedelta(minutes=10)), (soon, NOW)):
        [link] = [o for o in plan([visit(start, mode="telehealth")], USUAL, NEW_YORK, NOW) if o.type is Type.JOIN_LINK]
        assert (link.due, link.why) == (due, None)
    assert not [o for o in plan([visit(later, mode="phone")], USUAL, NEW_YORK, NOW) if o.type is Type.JOIN_LINK]


def test_the_join_link_comes_in_quiet_hours_too() -> None:
    start = utc(2027, 3, 2, 11)  # six in the morning
    [link] = [o for o in plan([visit(start, mode="telehealth")], USUAL, NEW_YORK, NOW) if o.type is Type.JOIN_LINK]
    assert (link.due, link.why) == (start - timedelta(minutes=10), None)


def test_a_follow_up_comes_after_a_visit_that_took_place() -> None:
    done = visit(NOW - timedelta(minutes=40), status="completed")
    [one] = plan([done], USUAL, NEW_YORK, NOW)
    assert (one.type, one.due, one.why) == (Type.FOLLOW_UP, done.end + timedelta(days=1), None)


def test_quiet_hours_move_a_reminder_on_where_half_the_time_is_left() -> None:
    start = utc(2027, 3, 4, 12)  # seven in the morning
    found = by_minutes(plan([visit(start)], USUAL, NEW_YORK, NOW))
    assert found[1440] == utc(2027, 3, 3, 13)  # eight, the day before
    # The others would come to a quarter to nine the evening before: the last of them goes, and goes alone.
    assert found == {1440: found[1440], 15: utc(2027, 3, 4, 1, 45)}


def test_half_of_the_time_that_was_wanted_is_enough() -> None:
    hour = Way(("email",), (60,), Quiet(21 * 60, 8 * 60), None, None)
    start = utc(2027, 3, 4, 13, 30)  # half past eight: an hour before it is quiet, at eight half of it is left
    assert by_minutes(plan([visit(start)], hour, NEW_YORK, NOW)) == {60: utc(2027, 3, 4, 13)}


def test_a_visit_booked_in_the_night_for_the_morning_is_reminded_of_when_there_is_time() -> None:
    now, start = utc(2027, 3, 2, 4), utc(2027, 3, 2, 13, 30)  # 23:00, for 8:30
    planned = plan([visit(start)], USUAL, NEW_YORK, now)
    assert {one.minutes: one.why for one in planned} == {
        1440: Why.TOO_LATE,
        120: Why.QUIET_HOURS,
        30: None,
        15: None,
    }


def test_the_night_in_which_clocks_go_forward_is_short() -> None:
    """On 28 March 2027 Madrid has no 2:30: quiet until then means until 3:00."""
    quiet = Way(("email",), (240,), Quiet(0, 150), None, None)
    start = utc(2027, 3, 28, 5)  # seven; four hours before it is 2:00 UTC+1, at 1:00 UTC, when it becomes three
    assert by_minutes(plan([visit(start)], quiet, MADRID, NOW)) == {240: utc(2027, 3, 28, 1)}


def test_the_night_in_which_clocks_go_back_is_quiet_through_both_passes() -> None:
    """On 31 October 2027 Madrid has 2:00 to 3:00 twice; quiet from 1:30 until 3:00 lasts two hours and a half."""
    quiet = Way(("email",), (600,), Quiet(90, 180), None, None)
    start = utc(2027, 10, 31, 10, 30)
    assert by_minutes(plan([visit(start)], quiet, MADRID, NOW)) == {600: utc(2027, 10, 31, 2)}


def test_visits_of_one_day_are_told_of_together() -> None:
    first, second = utc(2027, 3, 3, 14), utc(2027, 3, 3, 20)
    planned = plan([visit(second, 2), visit(first, 1)], LOUD, NEW_YORK, NOW)
    merged = [one for one in planned if one.why is Why.MERGED]
    assert [(one.minutes, one.visit.id, one.merged_into) for one in merged] == [(1440, UUID(int=2), UUID(int=1))]


def test_visits_of_two_days_are_not() -> None:
    first, second = utc(2027, 3, 3, 21), utc(2027, 3, 4, 15)
    assert not [o for o in plan([visit(first, 1), visit(second, 2)], LOUD, NEW_YORK, NOW) if o.why is Why.MERGED]


def test_what_somebody_asked_for_at_this_visit_comes_besides() -> None:
    asked = Visit(UUID(int=1), start := utc(2027, 3, 3, 19), start, "phone", "confirmed", custom=(300, 30))
    planned = plan([asked], LOUD, NEW_YORK, NOW)
    custom = {one.minutes: one.why for one in planned if one.type is Type.CUSTOM}
    usual = {one.minutes: one.why for one in planned if one.type is Type.REMINDER}
    assert custom == {300: None, 30: None}
    assert usual == {1440: None, 120: None, 30: Why.SAME_TIME, 15: None}


def test_without_consent_or_channel_nothing_is_sent_and_it_says_why() -> None:
    one = [visit(utc(2027, 3, 3, 19))]
    assert {o.why for o in plan(one, USUAL, NEW_YORK, NOW, consented=False)} == {Why.NO_CONSENT}
    nowhere = way(Wishes(), Rules(), reachable=())
    assert {o.why for o in plan(one, nowhere, NEW_YORK, NOW)} == {Why.NO_CHANNEL}


class TestWay:
    def test_the_patients_word_counts_inside_the_clinics_limits(self) -> None:
        rules = Rules(allowed=("email", "sms"), longest_offset=2880, most=3)
        wished = Wishes(channels=("push", "sms", "email"), offsets=(10080, 2880, 60, 30, 10))
        found = way(wished, rules)
        assert found.channels == ("sms", "email")
        assert found.offsets == (60, 30, 10)

    def test_stop_is_stop(self) -> None:
        assert way(Wishes(opted_out=frozenset({"sms"})), Rules()).channels == ("email",)

    def test_quiet_hours_of_ones_own_replace_the_clinics(self) -> None:
        own = Quiet(0, 360)
        assert way(Wishes(quiet=own), Rules()).quiet == own
        assert way(Wishes(quiet=own, never_quiet=True), Rules()).quiet is None

    def test_a_day_has_1440_minutes(self) -> None:
        with pytest.raises(ValueError, match="minute of the day"):
            Quiet(0, 1440)
