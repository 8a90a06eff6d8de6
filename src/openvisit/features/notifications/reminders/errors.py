"""What can go wrong with reminders."""

from openvisit.core.errors import Conflict, NotFound


class ReminderNotFound(NotFound):
    """There is no such reminder, or the caller may not know of it."""

    code = "reminder_not_found"
    title = "There is no such reminder"


class ReminderGone(Conflict):
    """The reminder has been sent, is being sent, or is not to be sent any more; `reminder_status` says which."""

    code = "reminder_gone"
    title = "This reminder cannot be changed any more"


class NoTimeForReminder(Conflict):
    """A reminder is sent between now and the start of a visit that is agreed."""

    code = "no_time_for_reminder"
    title = "A reminder cannot be sent at this time"


class QuietThen(Conflict):
    """The patient is not to be disturbed then; `begin` and `end` are those of the quiet hours."""

    code = "quiet_hours"
    title = "These are the patient's quiet hours"


class TooManyReminders(Conflict):
    """So many reminders have been asked for at this visit that nobody would read one more."""

    code = "too_many_reminders"
    title = "There are enough reminders of this visit"
