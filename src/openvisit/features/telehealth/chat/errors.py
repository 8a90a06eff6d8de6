"""What can go wrong in a conversation."""

from openvisit.core.errors import Conflict, NotFound


class ChatNotFound(NotFound):
    """There is no such conversation, or the caller does not take part in it."""

    code = "chat_not_found"
    title = "There is no such conversation"


class ChatClosed(Conflict):
    """Nothing can be written any more, or not yet; what was said can still be read."""

    code = "chat_closed"
    title = "Nothing can be written in this conversation now"


class RekeyNeeded(Conflict):
    """Somebody came, left or changed keys: the next message needs a new epoch. `epoch` is the present one."""

    code = "chat_rekey_needed"
    title = "The people in this conversation have changed"


class OutOfStep(Conflict):
    """The count is not the sender's next: another device of theirs was quicker. `next_sequence` is."""

    code = "chat_out_of_step"
    title = "Another message of yours was sent meanwhile"


class NotAReader(Conflict):
    """A key is for somebody who does not take part, for other keys than theirs, or for what they may not read."""

    code = "chat_not_a_reader"
    title = "This key is for somebody who may not have it"


class FileNotFound(NotFound):
    """There is no such file in the conversation."""

    code = "chat_file_not_found"
    title = "There is no such file"


class FileNotWhole(Conflict):
    """Not every part of the file has arrived, or it was sent already."""

    code = "chat_file_not_whole"
    title = "The file has not arrived as a whole"


class NotForTheClinic(Conflict):
    """Nothing of the conversation is sealed to a key of the clinic's own."""

    code = "chat_not_for_the_clinic"
    title = "The clinic's key opens nothing in this conversation"


class ReadingOver(Conflict):
    """The clinic's reading has ended, or nobody has said yet why the conversation is opened."""

    code = "chat_reading_over"
    title = "Say why the conversation is opened first"
