"""Recording goes on only while everybody in the room has said yes, in whatever order people come, go and answer."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from openvisit.core.recording import AGAINST_CONSENT, Answer, Stop, may_record, objection

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
