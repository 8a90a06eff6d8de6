"""What people consent to, and which processing needs which consent.

Consent is given to one clinic, for one kind of processing, under one wording. It is withdrawn as easily as it is given
(GDPR article 7(3)), and counts from then on: what was done before stays lawful.
"""

from enum import StrEnum


class Kind(StrEnum):
    """One thing a patient can agree to."""

    TREATMENT = "treatment"
    TELEHEALTH = "telehealth"
    RECORDING = "recording"
    MESSAGING = "messaging"
    DATA_USE = "data-use"
    SHARING = "third-party-sharing"


class Purpose(StrEnum):
    """Processing that somebody is about to do."""

    VISIT = "visit"
    VIDEO_VISIT = "video-visit"
    RECORD = "record"
    REMIND = "remind"
    ANALYSE = "analyse"
    SHARE = "share"


NEEDS: dict[Purpose, frozenset[Kind]] = {
    Purpose.VISIT: frozenset({Kind.TREATMENT}),
    Purpose.VIDEO_VISIT: frozenset({Kind.TREATMENT, Kind.TELEHEALTH}),
    Purpose.RECORD: frozenset({Kind.TREATMENT, Kind.RECORDING}),
    Purpose.REMIND: frozenset({Kind.MESSAGING}),
    Purpose.ANALYSE: frozenset({Kind.DATA_USE}),
    Purpose.SHARE: frozenset({Kind.SHARING}),
}
"""Every consent that a purpose needs. Messages about a visit that the patient booked, moved or cancelled themselves are
part of what they asked for (GDPR article 6(1)(b)) and need none; reminders are a service beside it and do."""

PAUSED_BY_RESTRICTION = frozenset({Purpose.REMIND, Purpose.ANALYSE, Purpose.SHARE, Purpose.RECORD})
"""What stops while a person's processing is restricted (GDPR article 18), whatever they consented to."""


def visit_purpose(mode: str) -> Purpose:
    """The purpose that booking or holding a visit of this mode serves."""
    return Purpose.VIDEO_VISIT if mode == "telehealth" else Purpose.VISIT


def missing(purpose: Purpose, given: frozenset[str] | set[str]) -> list[str]:
    """The kinds that the purpose needs and that are not given, in the order of `Kind`."""
    return [str(kind) for kind in Kind if kind in NEEDS[purpose] and kind not in given]
