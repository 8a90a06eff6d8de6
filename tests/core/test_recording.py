"""Recording goes on only while everybody in the room has said yes, in whatever order people come, go and answer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from openvisit.core.recording import (
    AGAINST_CONSENT,
    GRACE,
    Answer,
    Stop,
    may_record,
    most_made,
    objection,
    still_comes,
)

PEOPLE = st.sampled_from(["provider", "patient", "mother", "interpreter"])


class Visit(RuleBasedStateMachine):
    """A room: who is in it, what they said, and whether it is recorded by the rule."""

    def __init__(self) -> None:
        super().__init__()
        self.present: set[str] = set()
        self.said: dict[str, Answer] = {}
        self.recording = False

    @rule(who=PEOPLE)
    def comes(self, who: str) -> None:
        self.present.add(who)
        self.settle()

    @rule(who=PEOPLE)
    def goes(self, who: str) -> None:
        self.present.discard(who)
        self.settle()

    @rule(who=PEOPLE, answer=st.sampled_from(Answer))
    def answers(self, who: str, answer: Answer) -> None:
        if who in self.present:
            self.said[who] = answer
        self.settle()

    @rule()
    def starts(self) -> None:
        self.recording = self.recording or may_record(self.present, self.said)

    def settle(self) -> None:
        self.recording = self.recording and objection(self.present, self.said) is None

    @invariant()
    def nobody_is_recorded_who_did_not_agree(self) -> None:
        if self.recording:
            assert all(self.said.get(who) == "yes" for who in self.present)

    @invariant()
    def what_stops_it_is_against_consent(self) -> None:
        against = objection(self.present, self.said)
        assert against in (None, *AGAINST_CONSENT)
        assert may_record(self.present, self.said) == (bool(self.present) and against is None)


TestVisit = Visit.TestCase


def test_an_empty_room_is_not_recorded() -> None:
    assert not may_record([], {})


def test_a_no_weighs_more_than_silence() -> None:
    assert objection(["a", "b"], {"a": Answer.NO}) is Stop.WITHDRAWN
    assert objection(["a", "b"], {"a": Answer.YES}) is Stop.UNANSWERED
    assert objection(["a"], {"a": Answer.YES, "b": Answer.NO}) is None


NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@given(st.integers(0, 7200), st.integers(0, 86_400))
def test_nothing_of_before_the_stop_is_lost_however_late_it_comes(seconds: int, late: int) -> None:
    stopped = NOON + timedelta(seconds=seconds)
    made = seconds + 1  # a piece a second, and the rest
    assert made <= most_made(NOON, stopped)
    assert all(still_comes(made, kept, stopped, stopped + timedelta(seconds=late)) for kept in range(made))
    assert not still_comes(made, made, stopped, stopped), "what was made after it"


def test_without_a_word_what_is_on_its_way_is_taken_and_nothing_later() -> None:
    assert still_comes(None, 10_000, NOON, NOON + GRACE)
    assert not still_comes(None, 0, NOON, NOON + GRACE + timedelta(seconds=1))
