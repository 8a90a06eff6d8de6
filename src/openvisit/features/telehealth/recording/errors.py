"""What can go wrong with recordings."""

from openvisit.core.errors import Conflict, Invalid, NotFound


class RecordingNotFound(NotFound):
    """There is no such recording, it was deleted, or it is none of the caller's business."""

    code = "recording_not_found"
    title = "There is no such recording"


class RecordingNotAllowed(Conflict):
    """The clinic does not allow visits to be recorded."""

    code = "recording_not_allowed"
    title = "This clinic does not allow recording"


class ConsentMissing(Conflict):
    """Somebody in the room has not said yes; `because` is `withdrawn` or `unanswered`."""

    code = "recording_consent_missing"
    title = "Not everybody in the visit has agreed to be recorded"


class AlreadyRecording(Conflict):
    """A recording of this room runs; `recording_id` is its id."""

    code = "already_recording"
    title = "This visit is being recorded already"


class NotInRoom(Conflict):
    """Only who is in the room answers for themselves, and records."""

    code = "not_in_room"
    title = "You are not in this visit at the moment"


class RecordingStopped(Conflict):
    """Nothing more is taken for this recording; `because` says why it stopped, `offset` how much of it is kept."""

    code = "recording_stopped"
    title = "This recording has been stopped"


class RecordingOver(Conflict):
    """The recording was stopped before this piece was made, or it comes too late to tell; `offset` and `pieces` are
    what is kept. That nothing follows may still be said."""

    code = "recording_over"
    title = "This recording is over, and nothing more is taken for it"


class WrongOffset(Conflict):
    """The piece does not follow what is kept; `offset` and `pieces` are where to go on from."""

    code = "wrong_offset"
    title = "Please go on from where the recording is"


class RecordingTooLarge(Invalid):
    """A piece is larger than half a megabyte, or empty, or the recording is longer than any visit."""

    code = "recording_too_large"
    title = "This is too large for a recording"
